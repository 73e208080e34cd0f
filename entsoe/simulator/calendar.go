package simulator

import (
	"fmt"
	"time"

	"entsoed/timeseries"
)

// unit is a span of the calendar, counted in local time.
type unit int

const (
	instant unit = iota // no unit: every interval by itself
	day
	week // from Monday
	month
	quarter
	year
)

// floor returns the start of the unit that contains t.
func (u unit) floor(t time.Time, zone *time.Location) time.Time {
	t = t.In(zone)
	y, m, d := t.Date()
	switch u {
	case day:
	case week:
		d -= (int(t.Weekday()) + 6) % 7
	case month:
		d = 1
	case quarter:
		m, d = m-(m-1)%3, 1
	case year:
		m, d = time.January, 1
	default:
		return t.UTC()
	}
	return time.Date(y, m, d, 0, 0, 0, 0, zone).UTC()
}

// next returns the start of the unit after the one that starts at start.
func (u unit) next(start time.Time, zone *time.Location) time.Time {
	local := start.In(zone)
	switch u {
	case day:
		local = local.AddDate(0, 0, 1)
	case week:
		local = local.AddDate(0, 0, 7)
	case month:
		local = local.AddDate(0, 1, 0)
	case quarter:
		local = local.AddDate(0, 3, 0)
	case year:
		local = local.AddDate(1, 0, 0)
	}
	return local.UTC()
}

// around widens a window to whole units.
func (u unit) around(w timeseries.Window, zone *time.Location) timeseries.Window {
	if u == instant {
		return w
	}
	wide := timeseries.Window{From: u.floor(w.From, zone), To: u.floor(w.To, zone)}
	if wide.To.Before(w.To) {
		wide.To = u.next(wide.To, zone)
	}
	return wide
}

// each returns the units that a window of whole units consists of.
func (u unit) each(w timeseries.Window, zone *time.Location) []timeseries.Window {
	var list []timeseries.Window
	for from := w.From; from.Before(w.To); {
		to := u.next(from, zone)
		list = append(list, timeseries.Window{From: from, To: to})
		from = to
	}
	return list
}

// grid is a resolution and where its intervals begin.
type grid struct {
	name    string // as written into documents
	seconds int64  // 0 for steps of the calendar
	unit    unit
	zone    *time.Location
}

// minutes returns the grid of 15, 30 or 60 minutes.
func minutes(n int) grid {
	return grid{name: fmt.Sprintf("PT%dM", n), seconds: int64(n) * 60}
}

// steps returns the grid of a calendar unit: P1D, P7D, P1M, P3M or P1Y.
func steps(u unit, zone *time.Location) grid {
	return grid{name: [...]string{day: "P1D", week: "P7D", month: "P1M", quarter: "P3M", year: "P1Y"}[u], unit: u, zone: zone}
}

// around widens a window to whole intervals.
func (g grid) around(w timeseries.Window) timeseries.Window {
	if g.seconds == 0 {
		return g.unit.around(w, g.zone)
	}
	step := time.Duration(g.seconds) * time.Second
	wide := timeseries.Window{From: w.From.Truncate(step), To: w.To.Truncate(step)}
	if wide.To.Before(w.To) {
		wide.To = wide.To.Add(step)
	}
	return wide
}

// next returns the start of the interval after the one that starts at t.
func (g grid) next(t int64) int64 {
	if g.seconds != 0 {
		return t + g.seconds
	}
	return g.unit.next(time.Unix(t, 0), g.zone).Unix()
}

// parseLimit reads the longest period of a request, such as P1Y, P1M or P1D,
// which is counted by the calendar.
func parseLimit(text string) (timeseries.Step, error) {
	limit, err := timeseries.ParseStep(text)
	if err != nil || !limit.Calendar() {
		return timeseries.Step{}, fmt.Errorf("period %q is not like P1Y, P1M or P1D", text)
	}
	return limit, nil
}
