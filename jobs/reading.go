package jobs

import (
	"bytes"
	"fmt"
	"maps"
	"time"

	"entsoed/entsoe"
	"entsoed/entsoe/document"
	"entsoed/store"
	"entsoed/timeseries"
)

// reading is what the documents that answer one window say, put together as the
// item's shape demands. All pages and all documents of a ZIP are read into one,
// so that what one of them repeats is noticed.
type reading struct {
	Feed  entsoe.Feed
	Item  entsoe.Item // as the feed's variant sees it
	Asked timeseries.Window
	Zone  *time.Location // of the market days around the asked window
	MRID  string         // of the only document that was asked for, whatever its time; else empty

	Points int64  // values, rows or documents as sent, doubles included
	Print  uint64 // of an item that pages: the same for the same contents, in whatever order

	periods [][]timeseries.Window          // by stage: of the curves that its reading waits for
	whole   bool                           // the answer speaks of all that was asked
	lacks   bool                           // some pages could not be had: what is not here may be there
	series  map[string]*store.SeriesPoints // by key
	entries []store.Entry
	spoken  []timeseries.Window // Periods of a list within the asked window
	ends    []int               // of a list that pages: the entries up to the end of each TimeSeries

	documents []store.Document
	bad       error // why one of several documents could not be read; the others are saved
	told      int   // TimeSeries of the document in hand that had Points
	last      int   // number of the newest of them
}

// wrongAnswerError says that an answer is none to the question.
type wrongAnswerError struct {
	Asked, Period timeseries.Window
	Key           string
}

func (e *wrongAnswerError) Error() string {
	return fmt.Sprintf("the answer to %s has the Period %s of %s", e.Asked, e.Period, e.Key)
}

// strangeError says that a document can be read but not understood.
type strangeError struct{ Reason string }

func (e *strangeError) Error() string { return e.Reason }

// doubleError says that one answer gives two values for one instant of one
// series.
type doubleError struct {
	Key  string
	At   time.Time
	A, B float64
}

func (e *doubleError) Error() string {
	return fmt.Sprintf("two values at %s of %s: %v and %v", e.At.Format(time.RFC3339), e.Key, e.A, e.B)
}

// document reads one XML document and returns how much of what the platform
// counts in pages it holds: documents of outages, else TimeSeries.
func (r *reading) document(text []byte) (counted int, err error) {
	switch r.Item.Shape {
	case entsoe.Documents:
		return 1, r.readDocument(text)
	case entsoe.List, entsoe.Register:
		return r.readEntries(text)
	default:
		return r.readCurves(text)
	}
}

// readCurves reads a document of an item that consists of series. One that
// holds none, or a TimeSeries without Points, is of a shape that is not known:
// names of elements have changed before.
func (r *reading) readCurves(text []byte) (counted int, err error) {
	r.told, r.last = 0, 0
	header, err := document.Decode(bytes.NewReader(text), entsoe.Zone, document.Visitor{Curve: r.curve})
	if err == nil && (header.Series == 0 || r.told < header.Series) {
		err = &strangeError{fmt.Sprintf("%d of %d TimeSeries have a Period with Points", r.told, header.Series)}
	}
	return header.Series, err
}

// curve adds one Period of one TimeSeries to the series.
func (r *reading) curve(header document.Header, c *document.Curve) error {
	common := r.attributes(header, c.Attributes)
	put(common, timeseries.Resolution, c.Resolution.String())
	switch {
	case !r.Item.Accepts(r.Asked, c.Period, r.Zone):
		return &wrongAnswerError{Asked: r.Asked, Period: c.Period, Key: common.Key()}
	case len(c.Runs) > 0:
		return &strangeError{fmt.Sprintf("%s is answered by a %s, which holds no curves", r.Item.Name, header.Root)}
	}
	if header.Series > r.last && !c.Pointless {
		r.told, r.last = r.told+1, header.Series
	}
	r.Points += int64(len(c.Values))
	if r.Item.PageSize > 0 {
		r.Print += printOfCurve(common.Key(), c)
	}
	r.cover(common, c.Period)
	targets := make([]*store.SeriesPoints, len(c.Elements))
	for i, element := range c.Elements {
		targets[i] = r.target(common, element, c)
	}
	for _, v := range c.Values {
		t := targets[v.Element]
		t.Points = append(t.Points, timeseries.Point{At: v.At, Value: v.Value})
	}
	return nil
}

// cover notes where a curve speaks, for the stages whose reading counts it.
func (r *reading) cover(attributes timeseries.Attributes, period timeseries.Window) {
	stages := r.Item.Timetable.Stages()
	if r.periods == nil {
		r.periods = make([][]timeseries.Window, stages)
	}
	for stage := range stages {
		if awaited(r.Item.Timetable.Reading(stage), attributes) {
			r.periods[stage] = append(r.periods[stage], period)
		}
	}
}

// periodsOf returns where the answer speaks, within a window that it was asked
// for, of what the reading of a stage counts.
func (r *reading) periodsOf(stage int, asked timeseries.Window) []timeseries.Window {
	switch {
	case r.whole:
		return []timeseries.Window{asked}
	case r.periods == nil:
		return nil
	}
	return r.periods[stage]
}

// empty reports whether the answer holds nothing that is stored.
func (r *reading) empty() bool {
	return len(r.series) == 0 && len(r.entries) == 0 && len(r.documents) == 0
}

// awaited reports whether a curve is one that a reading waits for: it has the
// awaited values, or lacks the attributes.
func awaited(reading entsoe.Reading, curve timeseries.Attributes) bool {
	for name, want := range reading.Awaits {
		if got, ok := curve[name]; ok && got != want {
			return false
		}
	}
	return true
}

// attributes returns those of a TimeSeries with what the feed and the header
// say of it.
func (r *reading) attributes(header document.Header, own timeseries.Attributes) timeseries.Attributes {
	all := maps.Clone(own)
	if all == nil {
		all = make(timeseries.Attributes)
	}
	maps.Copy(all, r.Feed.Attributes())
	put(all, timeseries.DocumentType, header.Type)
	put(all, timeseries.ProcessType, header.ProcessType)
	put(all, timeseries.Status, header.Status)
	return all
}

// target returns the series that the values of an element belong to.
func (r *reading) target(common timeseries.Attributes, element document.Element, c *document.Curve) *store.SeriesPoints {
	all := maps.Clone(common)
	maps.Copy(all, element.Attributes)
	put(all, timeseries.Quantity, element.Path)
	put(all, timeseries.Unit, element.Unit)
	put(all, timeseries.Currency, element.Currency)
	key := all.Key()
	if r.series == nil {
		r.series = make(map[string]*store.SeriesPoints)
	}
	s, known := r.series[key]
	if !known {
		s = &store.SeriesPoints{Attributes: all, Step: c.Resolution}
		r.series[key] = s
	}
	s.Spans = append(s.Spans, c.Period)
	return s
}

func put(all timeseries.Attributes, name, value string) {
	if value != "" {
		all[name] = value
	}
}
