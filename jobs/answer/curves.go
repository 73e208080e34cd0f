package answer

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"entsoed/entsoe"
	"entsoed/entsoe/document"
	"entsoed/timeseries"
)

// curves are the series of an answer.
type curves struct {
	all  map[string]*curve // by the keys of their series
	grew []growth          // by the document that was read last, in its order
}

// curve is a series of an answer, and which curve it is of.
type curve struct {
	timeseries.Series
	common  timeseries.Attributes // without what only its values have
	of      string                // see curveKey
	doubles []double              // instants of which the answer contradicts itself
}

// growth is what a Period added to a series.
type growth struct {
	curve         *curve
	points, spans int // that it had before
}

// read reads a document of curves. A TimeSeries without Points is a fault: names of
// elements have changed before, and then nothing would be found.
func (s *curves) read(ctx context.Context, r *Reader, name string, text io.Reader) (counted int, err error) {
	s.grew = s.grew[:0]
	d := curveDocument{reading: begin(r, name), curves: s}
	header, err := document.Decode(ctx, text, entsoe.Zone, r.metered(ctx, document.Visitor{
		Curve: d.curve, TimeSeries: d.timeSeries, Fault: d.fault, Brief: true,
	}))
	if err == nil {
		d.contradict(&header)
	}
	return header.Series, d.end(header, err)
}

func (s *curves) empty() bool { return len(s.all) == 0 }
func (s *curves) count() int  { return len(s.all) }
func (s *curves) each() int64 { return seriesSize }

// mark and rewind do nothing, because a page that comes twice changes no series.
func (s *curves) mark() Mark  { return Mark{} }
func (s *curves) rewind(Mark) {}

func (s *curves) within() Mark { return Mark{rows: len(s.grew)} }

func (s *curves) forget(m Mark) {
	for i := len(s.grew) - 1; i >= m.rows; i-- {
		g := s.grew[i]
		g.curve.Points, g.curve.Spans = g.curve.Points[:g.points], g.curve.Spans[:g.spans]
		if g.spans == 0 {
			delete(s.all, g.curve.Attributes.Key())
		}
	}
	s.grew = s.grew[:min(m.rows, len(s.grew))]
}

// rows returns the series in the order of their keys, each with its points in
// the order of time. An instant that was sent twice with the same value counts
// once, because PL and NO3 repeat whole curves. Of two different values nobody
// knows which is right: both are left out.
func (s *curves) rows(r *Reader) (timeseries.Rows, error) {
	s.oppose(r.Item)
	keys := slices.Sorted(maps.Keys(s.all))
	r.doubles = nil
	var first *DoubleError
	good := 0
	for _, key := range keys {
		c := s.all[key]
		points, doubles := distinct(c.Points)
		c.Points, c.doubles = points, append(c.doubles, doubles...)
		good += len(points)
		r.doubles = append(r.doubles, c.losses(key, oppositeKey(r.Item, c.common), r.Zone)...)
		if len(c.doubles) > 0 && first == nil {
			first = c.doubles[0].error(key)
		}
	}
	if good == 0 && first != nil {
		return nil, first
	}
	lost := spansOf(slices.Concat(r.losses, r.doubles))
	all := make(timeseries.Curves, len(keys))
	for i, key := range keys {
		c := s.all[key]
		all[i] = c.Series
		if all[i].Spans = nil; !r.Lacking {
			all[i].Spans = lost.spare(c.of, authoritative(c.Spans, r.Zone))
		}
	}
	return all, nil
}

// oppose makes every series of an item with two sides count for its other side,
// too: where that has no value of its own, it has none.
func (s *curves) oppose(item entsoe.Item) {
	spans := make(map[string][]timeseries.Window, len(s.all))
	for key, c := range s.all {
		spans[key] = c.Spans
	}
	for key, periods := range spans {
		c := s.all[key]
		other, ok := item.Opposite(c.Attributes)
		if !ok {
			continue
		}
		opposite, known := s.all[other.Key()]
		if !known {
			opposite = &curve{Series: timeseries.Series{Attributes: other, Step: c.Step}, common: c.common, of: c.of}
			if common, ok := item.Opposite(c.common); ok {
				opposite.common, opposite.of = common, curveKey(common)
			}
			s.all[other.Key()] = opposite
		}
		opposite.Spans = slices.Concat(opposite.Spans, periods)
	}
}

// curveDocument is a document of curves while it is being read.
type curveDocument struct {
	*reading
	curves *curves
	last   int // the last TimeSeries that had Points
}

// curve adds one Period of one TimeSeries to the series.
func (d *curveDocument) curve(header document.Header, c *document.Curve) error {
	common := d.attributes(header, c.Attributes)
	put(common, timeseries.Resolution, c.Resolution.String())
	if err := d.asked.foreign(header, common); err != nil {
		return err
	}
	if err := nameable(common, c.Elements...); err != nil {
		return err
	}
	switch {
	case !d.Item.Accepts(d.Window, c.Period, d.Zone):
		return &document.RefusedError{Err: &WrongError{Asked: d.Window, Period: c.Period, Key: common.Key()}}
	case len(c.Runs) > 0:
		return &document.RefusedError{Err: &UnknownError{fmt.Sprintf("%s is answered by a %s, which holds no curves", d.Item.Name, header.Root)}}
	}
	if !measures(d.Item, c.Elements) {
		return &document.RefusedError{Err: &WrongError{Asked: d.Window, Reason: fmt.Sprintf("its values are %s, and %s has none", c.Elements[0].Path, d.Item.Name)}}
	}
	if !c.Pointless {
		d.last = header.Series
	}
	d.Points += int64(len(c.Values))
	if d.Item.PageSize > 0 {
		d.Print += printOfCurve(common.Key(), c)
	}
	of := d.cover(common, c.Period)
	targets := make([]*curve, len(c.Elements))
	for i, element := range c.Elements {
		targets[i] = d.target(common, of, element, c)
	}
	for _, v := range c.Values {
		t := targets[v.Element]
		t.Points = append(t.Points, timeseries.Point{At: v.At, Value: v.Value})
	}
	return nil
}

// measures reports whether some of the values of a Period are what the item has:
// a quantity is no price, and a price no power. Other amounts, such as revenues, are
// not recorded often enough to tell.
func measures(item entsoe.Item, elements []document.Element) bool {
	var price bool
	switch item.View.Value {
	case "price":
		price = true
	case "mw", "mwh":
	default:
		return true
	}
	is := func(e document.Element) bool { return strings.HasSuffix(e.Path, "amount") == price }
	return len(elements) == 0 || slices.ContainsFunc(elements, is)
}

// timeSeries refuses a TimeSeries in which nothing was found, not even a fault.
func (d *curveDocument) timeSeries(header document.Header, _ *document.TimeSeries) error {
	if d.last < header.Series && d.faulty < header.Series {
		return &document.RefusedError{Err: &UnknownError{"a TimeSeries without a Period with Points"}}
	}
	d.series = stateOf(d.Reader)
	return nil
}

// target returns the series that the values of an element belong to.
func (d *curveDocument) target(common timeseries.Attributes, of string, element document.Element, c *document.Curve) *curve {
	all := withElement(common, element)
	key := all.Key()
	t, known := d.curves.all[key]
	if !known {
		t = &curve{Series: timeseries.Series{Attributes: all, Step: c.Resolution}, common: common, of: of}
		d.curves.all[key] = t
	}
	d.curves.grew = append(d.curves.grew, growth{curve: t, points: len(t.Points), spans: len(t.Spans)})
	t.Spans = append(t.Spans, c.Period)
	return t
}

// withElement adds to the attributes of a curve what its values of one kind have.
func withElement(common timeseries.Attributes, element document.Element) timeseries.Attributes {
	all := maps.Clone(common)
	maps.Copy(all, element.Attributes)
	put(all, timeseries.Quantity, element.Path)
	put(all, timeseries.Unit, element.Unit)
	put(all, timeseries.Currency, element.Currency)
	return all
}
