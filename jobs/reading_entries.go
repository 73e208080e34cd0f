package jobs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"entsoed/entsoe"
	"entsoed/entsoe/document"
	"entsoed/store"
	"entsoed/timeseries"
)

// entryReading reads the rows of one document. The rows of a TimeSeries lack
// their details until it ends, and what stands at the document's end.
type entryReading struct {
	*reading
	first  int          // row of the TimeSeries that is being read
	series []seriesRows // read
}

// seriesRows are the rows of a TimeSeries: those from First up to End.
type seriesRows struct {
	First, End int
	Details    document.Details
}

// readEntries reads a document of a list or a register.
func (r *reading) readEntries(text []byte) (counted int, err error) {
	e := entryReading{reading: r, first: len(r.entries)}
	before := len(r.entries)
	header, err := document.Decode(bytes.NewReader(text), entsoe.Zone, document.Visitor{Curve: e.curve, TimeSeries: e.timeSeries})
	if err == nil && header.Series == 0 {
		err = &strangeError{"it has no TimeSeries"}
	}
	if err == nil {
		err = e.describe(header)
	}
	if err != nil {
		return 0, err
	}
	r.Points += int64(len(r.entries) - before)
	if r.Item.PageSize > 0 {
		for _, row := range r.entries[before:] {
			r.Print += printOfEntry(row)
		}
	}
	return header.Series, nil
}

// curve adds a row for each interval of a Period.
func (e *entryReading) curve(header document.Header, c *document.Curve) error {
	common := e.rowAttributes(header, c.Attributes)
	put(common, timeseries.Resolution, c.Resolution.String())
	if !e.fits(c.Period, c.Runs == nil) {
		return &wrongAnswerError{Asked: e.Asked, Period: c.Period, Key: common.Key()}
	}
	e.cover(common, c.Period)
	if spoken := c.Period.Intersect(e.Asked); !spoken.Empty() {
		e.spoken = append(e.spoken, spoken)
	}
	p := newPointReader(common, c)
	for _, run := range c.Runs {
		e.entries = p.run(run, e.Asked, e.entries)
	}
	for values := c.Values; len(values) > 0; {
		n := 1
		for n < len(values) && values[n].At == values[0].At {
			n++
		}
		e.entries = p.point(values[:n], e.entries)
		values = values[n:]
	}
	return nil
}

// rowAttributes are those of rows. The auction of a bid is often a name of the
// bid's own, which would make a series of each: it is a detail.
func (e *entryReading) rowAttributes(header document.Header, own timeseries.Attributes) timeseries.Attributes {
	all := e.attributes(header, own)
	delete(all, timeseries.Auction)
	return all
}

// fits reports whether rows of a time can answer the question. What has no
// Points, or holds for a span instead of market time units, may reach as far
// as it likes beyond the asked window, but not lie apart from it.
func (e *entryReading) fits(period timeseries.Window, points bool) bool {
	switch {
	case e.Item.Shape == entsoe.Register, period.Overlaps(e.Asked):
		return true
	}
	return points && e.Item.Accepts(e.Asked, period, e.Zone)
}

// timeSeries adds the row of a TimeSeries that has no Periods and notes which
// rows are of it.
func (e *entryReading) timeSeries(header document.Header, t *document.TimeSeries) error {
	if t.Periods == 0 {
		if len(e.Item.View.Values) > 0 && len(quantities(t.Details)) == 0 && e.Item.Shape == entsoe.List {
			return &strangeError{fmt.Sprintf("TimeSeries %d has neither a Period nor a quantity", len(e.series)+1)}
		}
		row, err := e.pointless(header, t)
		if err != nil {
			return err
		}
		e.entries = append(e.entries, row)
		e.whole = true
	}
	details := cloned(t.Details)
	if auction := t.Attributes[timeseries.Auction]; auction != "" {
		details = append(details, document.Detail{Name: "auction.mRID", Text: auction})
	}
	if name := t.Attributes[timeseries.UnitName]; name != "" { // a series has one name, its rows may have several
		details = append(details, document.Detail{Name: timeseries.UnitName, Text: name})
	}
	e.series = append(e.series, seriesRows{First: e.first, End: len(e.entries), Details: details})
	e.first = len(e.entries)
	return nil
}

// pointless makes the row of a TimeSeries without Periods: it holds from its
// start to its end.
func (e *entryReading) pointless(header document.Header, t *document.TimeSeries) (store.Entry, error) {
	attributes := e.rowAttributes(header, t.Attributes)
	validity, err := validity(header, t.Details, e.Zone)
	if err == nil && validity.From.IsZero() {
		err = fmt.Errorf("nothing says from when it holds")
	}
	if err != nil {
		return store.Entry{}, &strangeError{fmt.Sprintf("TimeSeries %d without Periods, %s: %v", len(e.series)+1, attributes.Key(), err)}
	}
	bounded := validity
	if bounded.To.IsZero() {
		bounded.To = later(validity.From, e.Asked.To).Add(time.Second)
	}
	if !e.fits(bounded, false) {
		return store.Entry{}, &wrongAnswerError{Asked: e.Asked, Period: bounded, Key: attributes.Key()}
	}
	return store.Entry{Attributes: attributes, From: validity.From, To: validity.To, Values: quantities(t.Details)}, nil
}

// describe gives all rows of a document their details: those of their
// TimeSeries, when the auction decided, and the reasons that the document gives
// for all of them at its end.
func (e *entryReading) describe(header document.Header) error {
	decided := header.Details.First("allocationDecision_DateAndOrTime.dateTime")
	for _, s := range e.series {
		details := s.Details
		if decided != "" {
			details = append(details, document.Detail{Name: "decided_at", Text: decided})
		}
		for _, reason := range header.Reasons {
			details = append(details, document.Detail{Name: "Reason", Children: document.Details{
				{Name: "code", Text: reason.Code}, {Name: "text", Text: reason.Text},
			}})
		}
		text, err := jsonOf(details)
		if err != nil {
			return err
		}
		for i := s.First; i < s.End; i++ {
			e.entries[i].Details = text
		}
		if e.Item.PageSize > 0 {
			e.ends = append(e.ends, s.End)
		}
	}
	return nil
}

// cloned returns details that outlive the reading of their document.
func cloned(details document.Details) document.Details {
	if details == nil {
		return nil
	}
	copied := slices.Clone(details)
	for i := range copied {
		copied[i].Children = cloned(copied[i].Children)
	}
	return copied
}

// replaces returns where the answer says which rows of a list there are: where it
// speaks, and everywhere if it has rows without Periods.
func (r *reading) replaces() []timeseries.Window {
	switch {
	case r.Item.Shape != entsoe.List, r.lacks:
		return nil
	case r.whole:
		return []timeseries.Window{r.Asked}
	}
	return spoken(r.spoken, r.Zone)
}

// overlap drops the first n TimeSeries of a page, which begins with TimeSeries
// number start, if they are the last of the page before: where the platform takes
// a high offset for the highest that it allows, its last two pages overlap.
func (r *reading) overlap(n, start int) {
	if n <= 0 || n > start || start+n > len(r.ends) {
		return
	}
	upTo := func(series int) int {
		if series == 0 {
			return 0
		}
		return r.ends[series-1]
	}
	from, middle, to := upTo(start-n), upTo(start), upTo(start+n)
	equal := func(a, b store.Entry) bool { return printOfEntry(a) == printOfEntry(b) }
	if slices.EqualFunc(r.entries[from:middle], r.entries[middle:to], equal) {
		r.entries = slices.Delete(r.entries, middle, to)
	}
}

// wholeSet reports whether the rows are all that there are of the feed.
func (r *reading) wholeSet() bool { return r.Item.Shape == entsoe.Register && len(r.entries) > 0 }

// jsonOf writes details as an object; nil if there are none.
func jsonOf(details document.Details) (json.RawMessage, error) {
	if len(details) == 0 {
		return nil, nil
	}
	return details.MarshalJSON()
}
