package jobs

import (
	"time"

	"entsoed/entsoe"
	"entsoed/store"
	"entsoed/timeseries"
)

// Many feeds are conceivable, and some publish; which ones we learn from their
// answers. A feed that never answered with data is probed ever more rarely: about
// 6 hours, 2 days and 16 days after its first answer, then every two months. Once
// it has answered with data, it is asked for as its timetable says, and for all
// that was left out until then.
const (
	firstProbe  = 6 * time.Hour
	probeGrowth = 8                   // of the age of its silence, from probe to probe
	rarestProbe = 60 * 24 * time.Hour // between two probes
	rarestEvent = 7 * 24 * time.Hour  // likewise, if it is published only when something happens
	eventful    = 90 * 24 * time.Hour // after an event, during which silence is normal
)

// sparse reports whether a probe of an item asks for all the time since the last
// one, because events may lie anywhere in it and one request holds a week. Lists
// that take many requests for a week, such as bids, have something in each of
// them.
func sparse(item entsoe.Item) bool {
	week := timeseries.Window{From: time.Unix(0, 0), To: time.Unix(0, 0).Add(rarestEvent)}
	return item.Shape.Eventful() && len(entsoe.SplitWindow(week, item.LimitStep())) == 1
}

// Priorities of jobs within their lane.
const (
	priorityAwaited = 1 + iota // people wait for it, as for prices after the auction
	priorityUsual
	priorityBorder // the first request for a border, because there are many more borders than areas
	priorityProbe  // a feed that was silent so far
)

// manner says how the plan asks for a feed.
type manner struct {
	Lane     string        // for its first reading; empty: live
	Gap      time.Duration // least time since the last request; 0: the cadence, doubled for each answer without data
	Priority int           // of its job; 0: the item's
	Early    bool          // its next probe is not due yet
}

// mannerOf returns how to ask for a feed at now. place is where it stands among
// all, from 0 to 1.
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

// firstAsk is how to ask for a feed that has not yet answered anything that
// counts. Core items go first, and for all that they lack.
func firstAsk(item entsoe.Item) manner {
	switch {
	case item.Core:
		return manner{}
	case item.Domain.Border():
		return manner{Lane: store.LaneProbe, Priority: priorityBorder}
	}
	return manner{Lane: store.LaneProbe, Priority: priorityUsual}
}

// probeGap returns the time between the last request for a silent feed and its
// next probe. The feeds of a first start, all asked for within an hour, drift
// apart by their places.
func probeGap(item entsoe.Item, silent time.Duration, place float64) time.Duration {
	gap := min(max((probeGrowth-1)*silent, firstProbe), rarestProbe)
	gap = time.Duration((0.8 + 0.4*place) * float64(gap))
	if sparse(item) {
		gap = min(gap, time.Duration((0.75+place/4)*float64(rarestEvent)))
	}
	return gap
}

// probed returns which of the missing windows, newest first, a probe asks for.
// Of items that are published only when something happens, it is all since the
// last probe. Otherwise one window shows whether a feed publishes: the newest in
// which some deadline has passed or, before the first deadline, the oldest.
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
