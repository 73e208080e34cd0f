package jobs

import (
	"time"

	"entsoed/entsoe"
	"entsoed/store"
	"entsoed/timeseries"
)

// Many feeds are conceivable and some publish; which ones is learned from
// their answers. A feed that never answered with data is probed ever more
// rarely: some 6 hours, 2 days and 16 days after its first answer, then every
// two months. One that did is asked as its timetable says from then on, and
// for all that was left out until then.
const (
	firstProbe  = 6 * time.Hour
	probeGrowth = 8                   // of its age, from probe to probe
	rarestProbe = 60 * 24 * time.Hour // between two probes
	rarestEvent = 7 * 24 * time.Hour  // likewise, of what is published only when something happens
	eventful    = 90 * 24 * time.Hour // after an event nobody wonders about silence
)

// sparse reports whether a probe of an item asks all since the last one: what
// happened may lie anywhere, and one request holds a week. Lists that take many
// requests for that, such as bids, have something in each of them.
func sparse(item entsoe.Item) bool {
	week := timeseries.Window{From: time.Unix(0, 0), To: time.Unix(0, 0).Add(rarestEvent)}
	return item.Shape.Eventful() && len(entsoe.SplitWindow(week, item.LimitStep())) == 1
}

// Priorities of jobs within their lane.
const (
	priorityAwaited = 1 + iota // people wait for it, such as prices after the auction
	priorityUsual
	priorityBorder // the first ask of a border, of which there are many more than areas
	priorityProbe  // of a feed that was silent before
)

// manner says how the plan asks a feed.
type manner struct {
	Lane     string        // of its first reading; empty: live
	Gap      time.Duration // since the last ask; 0: the cadence, doubled for each answer without data
	Priority int           // of its job; 0: the item's
	Early    bool          // its next probe is not due yet
}

// mannerOf returns how a feed is asked at now. place is its hash, from 0 to 1.
func mannerOf(item entsoe.Item, f store.FeedRow, cadence time.Duration, place float64, now time.Time) manner {
	switch {
	case f.LastDataAt != nil && item.Shape.Eventful() && now.Sub(*f.LastDataAt) < eventful:
		return manner{Gap: cadence - slack(cadence)}
	case f.LastDataAt != nil:
		return manner{}
	case f.SilentSince == nil || f.AskedAt == nil:
		return firstAsk(item)
	}
	gap := probeGap(item, f.AskedAt.Sub(*f.SilentSince), place)
	early := f.AskedAt.Add(gap).After(now) && !f.AskedAt.After(now)
	return manner{Lane: store.LaneProbe, Gap: gap, Priority: priorityProbe, Early: early}
}

// firstAsk is how a feed is asked that has not yet answered anything that
// counts. Core items go first, and for all that is missing.
func firstAsk(item entsoe.Item) manner {
	switch {
	case item.Core:
		return manner{}
	case item.Domain.Border():
		return manner{Lane: store.LaneProbe, Priority: priorityBorder}
	}
	return manner{Lane: store.LaneProbe, Priority: priorityUsual}
}

// probeGap returns the time between the last ask of a silent feed and its next
// probe. The feeds of a first start, all asked within an hour, drift apart by
// their place.
func probeGap(item entsoe.Item, silent time.Duration, place float64) time.Duration {
	gap := min(max((probeGrowth-1)*silent, firstProbe), rarestProbe)
	gap = time.Duration((0.8 + 0.4*place) * float64(gap))
	if sparse(item) {
		gap = min(gap, time.Duration((0.75+place/4)*float64(rarestEvent)))
	}
	return gap
}

// probed returns what a probe asks of the windows that are missing, newest
// first. Where something is published only when it happens, it is all since the
// last probe. Else one window is enough to learn whether a feed publishes: the
// newest with times whose deadline has passed, or before the first deadline the
// oldest.
func probed(item entsoe.Item, windows []timeseries.Window, settled time.Time) []timeseries.Window {
	if sparse(item) || len(windows) == 0 {
		return windows
	}
	for i, w := range windows {
		if w.From.Before(settled) {
			return windows[i : i+1]
		}
	}
	return windows[len(windows)-1:]
}
