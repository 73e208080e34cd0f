package answer

import (
	"fmt"
	"time"

	"entsoed/entsoe/document"
	"entsoed/timeseries"
)

// validity returns from when to when a TimeSeries without Periods holds, by the
// first of these that says so: its own start and end, the day on which a unit
// was put into operation, its period of validity, the period of the document. A
// zero bound is open. Days without a time of day are those of zone, and the last
// day is included.
func validity(header document.Header, details document.Details, zone *time.Location) (timeseries.Window, error) {
	var w timeseries.Window
	var err error
	if w.From, err = dateOrTime(details, "start", zone); err != nil {
		return w, err
	}
	if w.To, err = dateOrTime(details, "end", zone); err != nil {
		return w, err
	}
	if w.From.IsZero() {
		if w.From, err = dateOrTime(details, "implementation", zone); err != nil {
			return w, err
		}
	}
	if w.From.IsZero() && w.To.IsZero() {
		if w, err = interval(details, "validity_Period.timeInterval"); err != nil {
			return w, err
		}
	}
	if w.From.IsZero() {
		w.From = header.Period.From
		if w.To.IsZero() {
			w.To = header.Period.To
		}
	}
	if !w.To.IsZero() && w.Empty() {
		return w, fmt.Errorf("it ends at %s, before it starts at %s", w.To.Format(time.RFC3339), w.From.Format(time.RFC3339))
	}
	return w, nil
}

// dateOrTime reads start_DateAndOrTime, or another of its kind, in whatever
// spelling: a time, or a day with or without a time of day. It returns zero if
// there is none.
func dateOrTime(details document.Details, which string, zone *time.Location) (time.Time, error) {
	name := which + "_DateAndOrTime"
	text := func(part string) string {
		if flat := details.First(name + "." + part); flat != "" {
			return flat
		}
		return details.First(name + "/" + part)
	}
	if at := text("dateTime"); at != "" {
		return document.ParseTime(at)
	}
	date, clock := text("date"), text("time")
	switch {
	case date == "":
		return time.Time{}, nil
	case clock != "":
		return document.ParseTime(date + "T" + clock)
	}
	day, err := time.ParseInLocation(time.DateOnly, date, zone)
	if err != nil {
		return day, fmt.Errorf("%s %q is no day", name, date)
	}
	if which == "end" {
		day = day.AddDate(0, 0, 1)
	}
	return day.UTC(), nil
}

// interval reads the start and end of a timeInterval; zero if there is none.
func interval(details document.Details, path string) (w timeseries.Window, err error) {
	for name, bound := range map[string]*time.Time{"start": &w.From, "end": &w.To} {
		if text := details.First(path + "/" + name); text != "" {
			if *bound, err = document.ParseTime(text); err != nil {
				return w, err
			}
		}
	}
	return w, nil
}
