package answer

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"entsoed/entsoe"
	"entsoed/entsoe/document"
	"entsoed/timeseries"
)

// entries are the rows of a list or a register.
type entries struct {
	oneState bool // they are all rows of their feed
	all      []timeseries.Entry
	periods  []timeseries.Window // within the asked window
	ends     []int               // if the item pages: the number of rows at the end of each TimeSeries
}

// read reads a document of a list or a register.
func (o *entries) read(ctx context.Context, r *Reader, name string, text io.Reader) (counted int, err error) {
	d := entryDocument{reading: begin(r, name), entries: o, first: len(o.all)}
	before := len(o.all)
	header, err := document.Decode(ctx, text, entsoe.Zone, r.metered(ctx, document.Visitor{Curve: d.curve, TimeSeries: d.timeSeries, Fault: d.fault}))
	if err == nil {
		err = d.describe(header)
	}
	if err = d.end(header, err); err != nil {
		return header.Series, err
	}
	r.Points += int64(len(o.all) - before)
	if r.Item.PageSize > 0 {
		for _, row := range o.all[before:] {
			r.Print += printOfEntry(row)
		}
	}
	return header.Series, nil
}

func (o *entries) empty() bool   { return len(o.all) == 0 }
func (o *entries) count() int    { return len(o.all) }
func (o *entries) each() int64   { return rowSize }
func (o *entries) mark() Mark    { return Mark{rows: len(o.all), series: len(o.ends)} }
func (o *entries) rewind(m Mark) { o.all, o.ends = o.all[:m.rows], o.ends[:m.series] }

func (o *entries) within() Mark {
	return Mark{rows: len(o.all), series: len(o.ends), periods: len(o.periods)}
}

func (o *entries) forget(m Mark) {
	o.rewind(m)
	o.periods = o.periods[:m.periods]
}

func (o *entries) rows(r *Reader) (timeseries.Rows, error) {
	return timeseries.Entries{All: o.all, Replaces: o.replaces(r), Whole: o.oneState && len(o.all) > 0 && !anyLost(r.losses)}, nil
}

// replaces returns where the answer lists all rows that there are: where it is
// authoritative, and in the whole window if some of its rows have no Periods. With
// a row that cannot be read it only adds: which of the stored ones that is, nobody
// knows.
func (o *entries) replaces(r *Reader) []timeseries.Window {
	switch {
	case o.oneState, r.Lacking, anyLost(r.losses):
		return nil
	case r.whole:
		return []timeseries.Window{r.Window}
	}
	return authoritative(o.periods, r.Zone)
}

// dropRepeated is Reader.DropRepeated for the TimeSeries from a number on.
func (o *entries) dropRepeated(n, start int) {
	if n <= 0 || n > start || start+n > len(o.ends) {
		return
	}
	upTo := func(series int) int {
		if series == 0 {
			return 0
		}
		return o.ends[series-1]
	}
	from, middle, to := upTo(start-n), upTo(start), upTo(start+n)
	equal := func(a, b timeseries.Entry) bool { return printOfEntry(a) == printOfEntry(b) }
	if slices.EqualFunc(o.all[from:middle], o.all[middle:to], equal) {
		o.all = slices.Delete(o.all, middle, to)
	}
}

// entryDocument is a document of rows while it is being read. The rows of a
// TimeSeries get their details when it ends, and what the end of the document
// says after that.
type entryDocument struct {
	*reading
	*entries
	first   int          // row of the current TimeSeries
	earlier []seriesRows // of the earlier ones
}

// seriesRows are the rows of a TimeSeries, from First to before End.
type seriesRows struct {
	First, End int
	Details    document.Details
}

// curve adds a row for each interval of a Period.
func (d *entryDocument) curve(header document.Header, c *document.Curve) error {
	common := d.rowAttributes(header, c.Attributes)
	put(common, timeseries.Resolution, c.Resolution.String())
	if err := d.asked.foreign(header, common); err != nil {
		return err
	}
	if err := nameable(common, c.Elements...); err != nil {
		return err
	}
	if !d.fits(c.Period, c.Runs == nil) {
		return &document.RefusedError{Err: &WrongError{Asked: d.Window, Period: c.Period, Key: common.Key()}}
	}
	d.cover(common, c.Period)
	if within := c.Period.Intersect(d.Window); !within.Empty() {
		d.entries.periods = append(d.entries.periods, within)
	}
	p := newPointReader(common, c)
	for _, run := range c.Runs {
		d.all = p.run(run, d.Window, d.all)
	}
	for values := c.Values; len(values) > 0; {
		n := 1
		for n < len(values) && values[n].At == values[0].At {
			n++
		}
		d.all = p.point(values[:n], d.all)
		values = values[n:]
	}
	return nil
}

// rowAttributes returns the attributes of rows. The auction of a bid is left to
// the details: often it names the bid itself, and would make a series of each.
func (d *entryDocument) rowAttributes(header document.Header, own timeseries.Attributes) timeseries.Attributes {
	all := d.attributes(header, own)
	delete(all, timeseries.Auction)
	return all
}

// fits reports whether rows of a period can answer the question. Rows without
// Points, and those that hold for longer than a market time unit, may reach far
// beyond the asked window, but must overlap it.
func (d *entryDocument) fits(period timeseries.Window, points bool) bool {
	switch {
	case d.oneState, period.Overlaps(d.Window):
		return true
	}
	return points && d.Item.Accepts(d.Window, period, d.Zone)
}

// timeSeries adds the row of a TimeSeries without Periods, and remembers which
// rows belong to the TimeSeries.
func (d *entryDocument) timeSeries(header document.Header, t *document.TimeSeries) error {
	if t.Periods == 0 {
		if err := d.asked.foreign(header, t.Attributes); err != nil {
			return err
		}
		if err := nameable(d.rowAttributes(header, t.Attributes)); err != nil {
			return err
		}
		row, err := d.pointless(header, t)
		if err != nil {
			return &document.RefusedError{Err: err}
		}
		if len(d.Item.View.Values) > 0 && len(row.Values) == 0 && !d.oneState {
			return &document.RefusedError{Err: &UnknownError{fmt.Sprintf("TimeSeries %d has neither a Period nor a quantity", header.Series)}}
		}
		d.all = append(d.all, row)
		d.whole = true
	}
	details := cloned(t.Details)
	if auction := t.Attributes[timeseries.Auction]; auction != "" {
		details = append(details, document.Detail{Name: "auction.mRID", Text: auction})
	}
	if name := t.Attributes[timeseries.UnitName]; name != "" { // a series has one name, its rows may have several
		details = append(details, document.Detail{Name: timeseries.UnitName, Text: name})
	}
	d.earlier = append(d.earlier, seriesRows{First: d.first, End: len(d.all), Details: details})
	d.first = len(d.all)
	d.series = stateOf(d.Reader)
	return nil
}

// pointless returns the row of a TimeSeries without Periods, which holds from
// its start to its end.
func (d *entryDocument) pointless(header document.Header, t *document.TimeSeries) (timeseries.Entry, error) {
	attributes := d.rowAttributes(header, t.Attributes)
	held, err := validity(header, t.Details, d.Zone)
	if err == nil && held.From.IsZero() {
		err = fmt.Errorf("nothing says from when it holds")
	}
	values, wrong := quantities(t.Details)
	if err == nil {
		err = wrong
	}
	if err != nil {
		return timeseries.Entry{}, &UnknownError{fmt.Sprintf("TimeSeries %d without Periods, %s: %v", header.Series, attributes.Key(), err)}
	}
	bounded := held
	if bounded.To.IsZero() {
		bounded.To = timeseries.Later(held.From, d.Window.To).Add(time.Second)
	}
	if !d.fits(bounded, false) {
		return timeseries.Entry{}, &WrongError{Asked: d.Window, Period: bounded, Key: attributes.Key()}
	}
	return timeseries.Entry{Attributes: attributes, From: held.From, To: held.To, Values: values}, nil
}

// describe gives the rows of a document their details: those of their
// TimeSeries, the time of the decision of the auction, and the reasons that
// stand at the end of the document.
func (d *entryDocument) describe(header document.Header) error {
	decided := header.Details.First("allocationDecision_DateAndOrTime.dateTime")
	for _, s := range d.earlier {
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
			d.all[i].Details = text
		}
		if d.Item.PageSize > 0 {
			d.ends = append(d.ends, s.End)
		}
	}
	return nil
}

// cloned returns details that stay valid after their document has been read.
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

// jsonOf writes details as an object; nil if there are none.
func jsonOf(details document.Details) (json.RawMessage, error) {
	if len(details) == 0 {
		return nil, nil
	}
	return details.MarshalJSON()
}
