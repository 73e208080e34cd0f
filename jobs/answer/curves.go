package answer

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"entsoed/entsoe"
	"entsoed/entsoe/document"
	"entsoed/timeseries"
)

// curves are the series of an answer, by their keys.
type curves map[string]*timeseries.Series

// read reads a document of curves. If it has no TimeSeries, or one of them has
// no Points, its form is not known: names of elements have changed before.
func (s curves) read(ctx context.Context, r *Reader, text io.Reader) (counted int, err error) {
	d := curveDocument{Reader: r, series: s}
	header, err := document.Decode(ctx, text, entsoe.Zone, r.metered(ctx, document.Visitor{Curve: d.curve}))
	if err == nil && (header.Series == 0 || d.withPoints < header.Series) {
		err = &UnknownError{fmt.Sprintf("%d of %d TimeSeries have a Period with Points", d.withPoints, header.Series)}
	}
	return header.Series, err
}

func (s curves) empty() bool { return len(s) == 0 }
func (s curves) count() int  { return len(s) }
func (s curves) each() int64 { return seriesSize }

// mark and rewind do nothing, because a page that comes twice changes no series.
func (s curves) mark() Mark  { return Mark{} }
func (s curves) rewind(Mark) {}

// rows returns the series in the order of their keys, each with its points in
// the order of time. An instant that was sent twice with the same value counts
// once, because PL and NO3 repeat whole curves. Two different values are an
// error.
func (s curves) rows(r *Reader) (timeseries.Rows, error) {
	s.oppose(r.Item)
	all := make([]timeseries.Series, 0, len(s))
	for _, key := range slices.Sorted(maps.Keys(s)) {
		series := *s[key]
		points, err := distinct(series.Points)
		if err != nil {
			err.Key = key
			return nil, err
		}
		series.Points = points
		if r.Lacking {
			series.Spans = nil
		} else {
			series.Spans = authoritative(series.Spans, r.Zone)
		}
		all = append(all, series)
	}
	return timeseries.Curves(all), nil
}

// oppose makes every series of an item with two sides count for its other side,
// too: where that has no value of its own, it has none.
func (s curves) oppose(item entsoe.Item) {
	spans := make(map[string][]timeseries.Window, len(s))
	for key, series := range s {
		spans[key] = series.Spans
	}
	for key, periods := range spans {
		series := s[key]
		other, ok := item.Opposite(series.Attributes)
		if !ok {
			continue
		}
		opposite, known := s[other.Key()]
		if !known {
			opposite = &timeseries.Series{Attributes: other, Step: series.Step}
			s[other.Key()] = opposite
		}
		opposite.Spans = slices.Concat(opposite.Spans, periods)
	}
}

// distinct sorts the points by time and drops equal ones.
func distinct(points []timeseries.Point) ([]timeseries.Point, *DoubleError) {
	byTime := func(a, b timeseries.Point) int { return int(a.At - b.At) }
	if !slices.IsSortedFunc(points, byTime) {
		slices.SortStableFunc(points, byTime)
	}
	for i := 1; i < len(points); i++ {
		if a, b := points[i-1], points[i]; a.At == b.At && a.Value != b.Value {
			return nil, &DoubleError{At: a.Time(), A: a.Value, B: b.Value}
		}
	}
	return slices.CompactFunc(points, func(a, b timeseries.Point) bool { return a.At == b.At }), nil
}

// curveDocument is a document of curves while it is being read.
type curveDocument struct {
	*Reader
	series     curves
	withPoints int // number of TimeSeries that had Points
	last       int // the last of them
}

// curve adds one Period of one TimeSeries to the series.
func (d *curveDocument) curve(header document.Header, c *document.Curve) error {
	common := d.attributes(header, c.Attributes)
	put(common, timeseries.Resolution, c.Resolution.String())
	switch {
	case !d.Item.Accepts(d.Window, c.Period, d.Zone):
		return &WrongError{Asked: d.Window, Period: c.Period, Key: common.Key()}
	case len(c.Runs) > 0:
		return &UnknownError{fmt.Sprintf("%s is answered by a %s, which holds no curves", d.Item.Name, header.Root)}
	}
	if header.Series > d.last && !c.Pointless {
		d.withPoints, d.last = d.withPoints+1, header.Series
	}
	d.Points += int64(len(c.Values))
	if d.Item.PageSize > 0 {
		d.Print += printOfCurve(common.Key(), c)
	}
	d.cover(common, c.Period)
	targets := make([]*timeseries.Series, len(c.Elements))
	for i, element := range c.Elements {
		targets[i] = d.target(common, element, c)
	}
	for _, v := range c.Values {
		t := targets[v.Element]
		t.Points = append(t.Points, timeseries.Point{At: v.At, Value: v.Value})
	}
	return nil
}

// target returns the series that the values of an element belong to.
func (d *curveDocument) target(common timeseries.Attributes, element document.Element, c *document.Curve) *timeseries.Series {
	all := maps.Clone(common)
	maps.Copy(all, element.Attributes)
	put(all, timeseries.Quantity, element.Path)
	put(all, timeseries.Unit, element.Unit)
	put(all, timeseries.Currency, element.Currency)
	key := all.Key()
	s, known := d.series[key]
	if !known {
		s = &timeseries.Series{Attributes: all, Step: c.Resolution}
		d.series[key] = s
	}
	s.Spans = append(s.Spans, c.Period)
	return s
}
