package jobs

import (
	"maps"
	"slices"
	"time"

	"entsoed/entsoe"
	"entsoed/store"
	"entsoed/timeseries"
)

// oppose lets every series speak for its other side, too, where an item has
// sides: without a value of its own, that side has none there.
func (r *reading) oppose() {
	spans := make(map[string][]timeseries.Window, len(r.series))
	for key, s := range r.series {
		spans[key] = s.Spans
	}
	for key, spoken := range spans {
		s := r.series[key]
		other, ok := r.Item.Opposite(s.Attributes)
		if !ok {
			continue
		}
		opposite, known := r.series[other.Key()]
		if !known {
			opposite = &store.SeriesPoints{Attributes: other, Step: s.Step}
			r.series[other.Key()] = opposite
		}
		opposite.Spans = slices.Concat(opposite.Spans, spoken)
	}
}

// reduced returns the series in the order of their keys, each with its points
// in the order of time. An instant that was sent twice with the same value
// counts once, as PL and NO3 repeat whole curves; two values are an error.
func (r *reading) reduced() ([]store.SeriesPoints, error) {
	r.oppose()
	all := make([]store.SeriesPoints, 0, len(r.series))
	for _, key := range slices.Sorted(maps.Keys(r.series)) {
		s := *r.series[key]
		points, err := distinct(s.Points)
		if err != nil {
			err.Key = key
			return nil, err
		}
		s.Points, s.Spans = points, r.speaks(s.Spans)
		all = append(all, s)
	}
	return all, nil
}

// speaks returns where the answer says of a series what there is.
func (r *reading) speaks(periods []timeseries.Window) []timeseries.Window {
	if r.lacks {
		return nil
	}
	return spoken(periods, r.Zone)
}

// spoken returns where an answer speaks: where its Periods are, and between two
// of one day. The platform shows what it has withdrawn by a gap between Periods:
// of curve type A03 there is no other way. A day without any is no gap, for asked
// alone its answer would be that there is no data, which takes nothing back: how
// windows are cut, which is by days, must not matter.
func spoken(periods []timeseries.Window, zone *time.Location) []timeseries.Window {
	var all []timeseries.Window
	for _, w := range timeseries.Union(periods) {
		day := entsoe.MarketDay.Around(timeseries.Window{From: w.From, To: w.From.Add(time.Second)}, zone)
		if last := len(all) - 1; last >= 0 && day.From.Before(all[last].To) {
			all[last].To = w.To
			continue
		}
		all = append(all, w)
	}
	return all
}

// distinct sorts the points by time and drops equal ones.
func distinct(points []timeseries.Point) ([]timeseries.Point, *doubleError) {
	byTime := func(a, b timeseries.Point) int { return int(a.At - b.At) }
	if !slices.IsSortedFunc(points, byTime) {
		slices.SortStableFunc(points, byTime)
	}
	for i := 1; i < len(points); i++ {
		if a, b := points[i-1], points[i]; a.At == b.At && a.Value != b.Value {
			return nil, &doubleError{At: a.Time(), A: a.Value, B: b.Value}
		}
	}
	return slices.CompactFunc(points, func(a, b timeseries.Point) bool { return a.At == b.At }), nil
}
