package answer

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"entsoed/entsoe/document"
	"entsoed/timeseries"
)

// double is an instant with two different values.
type double struct {
	at   int64
	a, b float64
}

func (d double) error(key string) *DoubleError {
	return &DoubleError{Key: key, At: timeseries.Point{At: d.at}.Time(), A: d.a, B: d.b}
}

// distinct sorts the points by time. Of equal ones it keeps one, of different ones
// of one instant none.
func distinct(points []timeseries.Point) (kept []timeseries.Point, doubles []double) {
	byTime := func(a, b timeseries.Point) int { return cmp.Compare(a.At, b.At) }
	if !slices.IsSortedFunc(points, byTime) {
		slices.SortStableFunc(points, byTime)
	}
	kept = points[:0]
	for len(points) > 0 {
		first, n, other := points[0], 1, -1
		for ; n < len(points) && points[n].At == first.At; n++ {
			if other < 0 && points[n].Value != first.Value {
				other = n
			}
		}
		if other < 0 {
			kept = append(kept, first)
		} else {
			doubles = append(doubles, double{at: first.At, a: first.Value, b: points[other].Value})
		}
		points = points[n:]
	}
	return kept, doubles
}

// losses are the faults that the doubles of a series are, those that follow each
// other as one. opposite is the other side of the curve, if its item has two.
func (c *curve) losses(key, opposite string, zone *time.Location) (all []loss) {
	more := 0
	for i, d := range c.doubles {
		at := timeseries.Point{At: d.at}.Time()
		end := c.Step.Add(at, 1, zone)
		if last := len(all) - 1; i > 0 && all[last].Span.To.Equal(at) {
			all[last].Span.To = end
			more++
			all[last].Reason = fmt.Sprintf("%v (and at %d more instants)", c.doubles[i-more].error(key), more)
			continue
		}
		more = 0
		all = append(all, loss{curve: c.of, opposite: opposite, Fault: Fault{Key: key, Span: timeseries.Window{From: at, To: end}, Reason: d.error(key).Error()}})
	}
	return all
}

// contradict counts the intervals of which the document contradicts itself as bad.
func (d *curveDocument) contradict(header *document.Header) {
	ends := map[*curve]time.Time{}
	begin := map[*curve]int{}
	overlaps := map[*curve]bool{}
	for _, g := range d.curves.grew {
		span := g.curve.Spans[g.spans]
		end, again := ends[g.curve]
		if !again {
			begin[g.curve] = g.points
		}
		overlaps[g.curve] = overlaps[g.curve] || again && span.From.Before(end)
		ends[g.curve] = timeseries.Later(end, span.To)
	}
	for c, overlap := range overlaps {
		if !overlap {
			continue
		}
		_, doubles := distinct(slices.Clone(c.Points[begin[c]:]))
		if header.Bad += int64(len(doubles)); len(doubles) > 0 {
			header.Good -= 2 * int64(len(doubles))
			if d.cause == nil {
				d.cause = doubles[0].error(c.Attributes.Key())
			}
		}
	}
}
