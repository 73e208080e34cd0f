package world

import (
	"time"

	"entsoed/entsoe"
	"entsoed/timeseries"
)

// Rule says when values are published. They come late, by feed, but within
// the deadline that the regulation sets for the item.
type Rule struct {
	Unit   Unit          // instant: each interval by itself; else all of a unit at once
	Days   int           // day of publication counted from the unit's first day; negative: before it
	Clock  time.Duration // earliest time of that day in Brussels; of instants: earliest delay after the interval's end
	Spread time.Duration // latest publication after the earliest
}

// At returns when the unit that starts at start is published.
func (r Rule) At(start time.Time, zone *time.Location, feed uint64) time.Time {
	y, m, d := start.In(zone).Date()
	t := time.Date(y, m, d+r.Days, 0, 0, 0, 0, entsoe.Brussels()).Add(r.Clock)
	return t.Add(r.late(feed))
}

// late is how much later than the earliest time a feed is published.
func (r Rule) late(feed uint64) time.Duration {
	return time.Duration(Fraction(Mix(feed)) * float64(r.Spread)).Truncate(time.Second)
}

// Until returns the end of what is published at now. step is the length of an
// interval in seconds, for rules of instants.
func (r Rule) Until(now time.Time, zone *time.Location, feed uint64, step int64) time.Time {
	if r.Unit == Instant {
		return now.Add(-r.Clock - r.late(feed)).Truncate(time.Duration(step) * time.Second)
	}
	start := r.Unit.Floor(now, zone)
	for next := r.Unit.next(start, zone); !r.At(next, zone, feed).After(now); {
		start, next = next, r.Unit.next(next, zone)
	}
	for r.At(start, zone, feed).After(now) {
		start = r.Unit.Floor(start.Add(-time.Second), zone)
	}
	return r.Unit.next(start, zone)
}

// hole returns the hours of a UTC day that a feed never publishes, on about
// one day in sixty.
func hole(dayStart int64, feed uint64) (w timeseries.Window, ok bool) {
	h := Mix(feed + uint64(dayStart))
	if h%61 != 0 {
		return w, false
	}
	from := dayStart + int64(h>>8%21+1)*3600
	to := from + int64(h>>16%2+1)*3600
	return timeseries.Window{From: time.Unix(from, 0).UTC(), To: time.Unix(to, 0).UTC()}, true
}

// WithoutHoles returns the parts of a window that are no hole of the feed.
func WithoutHoles(w timeseries.Window, feed uint64) []timeseries.Window {
	var holes []timeseries.Window
	for at := w.From.Truncate(24 * time.Hour); at.Before(w.To); at = at.Add(24 * time.Hour) {
		if gap, ok := hole(at.Unix(), feed); ok {
			holes = append(holes, gap)
		}
	}
	return w.Without(holes)
}
