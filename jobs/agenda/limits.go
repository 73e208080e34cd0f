package agenda

import (
	"time"

	"entsoed/entsoe"
	"entsoed/timeseries"
)

// DoubtedAfter is how long a learned limit holds before a longer window is tried
// again.
const DoubtedAfter = 7 * 24 * time.Hour

// Doubted reports whether to try a window longer than the learned limit of a
// feed (empty: none). at is when it was learned, nil if that is not known.
func Doubted(learned string, at *time.Time, now time.Time) bool {
	return learned != "" && (at == nil || now.Sub(*at) >= DoubtedAfter)
}

// Limit returns the longest window of one request: what the platform was seen to
// accept, else what the catalogue says, but no more than a worker should hold at
// a time.
func Limit(item entsoe.Item, learned string) timeseries.Step {
	step, err := timeseries.ParseStep(learned)
	if err != nil {
		step = item.LimitStep()
	}
	return shorter(step, readable(item))
}

// mostRows is how many rows an answer should hold at most. Hundreds of answers
// are under way at a time, and all their rows must reach the database before the
// platform gives up sending.
const mostRows = 120_000

// readable returns the longest of a few calendar steps for which an answer of
// the item typically holds no more than mostRows. Zero means any length.
func readable(item entsoe.Item) timeseries.Step {
	const year = 365
	for _, s := range []struct {
		days int
		step timeseries.Step
	}{{year, timeseries.Step{}}, {184, timeseries.Step{Months: 6}}, {92, timeseries.Step{Months: 3}}, {31, timeseries.Step{Months: 1}}, {7, timeseries.Step{Days: 7}}} {
		if item.PerYear*s.days <= mostRows*year {
			return s.step
		}
	}
	return timeseries.Step{Days: 1}
}

// shorter returns the shorter of two limits, where zero is no limit.
func shorter(a, b timeseries.Step) timeseries.Step {
	from := time.Unix(0, 0)
	switch {
	case a == (timeseries.Step{}):
		return b
	case b == (timeseries.Step{}) || a.Add(from, 1, time.UTC).Before(b.Add(from, 1, time.UTC)):
		return a
	}
	return b
}
