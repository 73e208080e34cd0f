package jobs

import (
	"testing"
	"time"

	"entsoed/entsoe"
	"entsoed/jobs/jobstest"
	"entsoed/store"
	"entsoed/timeseries"
)

// A feed that never answers with data is asked ever more rarely, but it is
// asked.
func TestProbesDecay(t *testing.T) {
	regular, outages := entsoe.Item{Shape: timeseries.ShapeSeries}, entsoe.Item{Shape: timeseries.ShapeDocuments}
	for _, test := range []struct {
		name  string
		item  entsoe.Item
		place float64
		most  time.Duration // from one to the next
		want  []time.Duration
	}{
		{"middling", regular, 0.5, rarestProbe, []time.Duration{6 * time.Hour, 48 * time.Hour, 16 * 24 * time.Hour, 76 * 24 * time.Hour, 136 * 24 * time.Hour}},
		{"first", regular, 0, rarestProbe, nil},
		{"last", regular, 0.9999, 73 * 24 * time.Hour, nil},
		{"outages", outages, 0.9999, rarestEvent, nil},
		{"bids", entsoe.Item{Shape: timeseries.ShapeList, Limit: "PT1H"}, 0.5, rarestProbe, []time.Duration{6 * time.Hour, 48 * time.Hour, 16 * 24 * time.Hour, 76 * 24 * time.Hour, 136 * 24 * time.Hour}},
		{"redispatching", entsoe.Item{Shape: timeseries.ShapeList, Limit: "P1Y"}, 0.5, rarestEvent, nil},
		{"outages of another", outages, 0, rarestEvent, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			asked := noon
			f := store.FeedRow{SilentSince: &noon, AskedAt: &asked}
			for i := range 5 {
				gap := probeGap(test.item, f.AskedAt.Sub(*f.SilentSince), test.place)
				if gap > test.most || gap < firstProbe*3/4 {
					t.Errorf("probe %d comes after %s, at most %s is allowed", i+1, gap, test.most)
				}
				next := f.AskedAt.Add(gap)
				f.AskedAt = &next
				if test.want != nil && next.Sub(noon) != test.want[i] {
					t.Errorf("probe %d comes %s after the first ask, want %s", i+1, next.Sub(noon), test.want[i])
				}
			}
		})
	}
}

// How a feed is asked follows from what it has answered so far.
func TestManner(t *testing.T) {
	ago := func(d time.Duration) *time.Time { at := noon.Add(-d); return &at }
	core := entsoe.Item{Core: true}
	area := entsoe.Item{Domain: entsoe.ControlArea}
	border := entsoe.Item{Domain: entsoe.Border}
	outages := entsoe.Item{Shape: timeseries.ShapeDocuments}
	for _, test := range []struct {
		name string
		item entsoe.Item
		feed store.FeedRow
		want manner
	}{
		{"first ask of a core item", core, store.FeedRow{}, manner{}},
		{"first ask of an area", area, store.FeedRow{}, manner{Lane: store.LaneProbe, Priority: priorityUsual}},
		{"first ask of a border", border, store.FeedRow{}, manner{Lane: store.LaneProbe, Priority: priorityBorder}},
		{"nothing was due yet", core, store.FeedRow{AskedAt: ago(time.Hour)}, manner{}},
		{"publishes", area, store.FeedRow{AskedAt: ago(time.Hour), LastDataAt: ago(time.Hour)}, manner{}},
		{"has nothing today", area, store.FeedRow{AskedAt: ago(time.Hour), LastDataAt: ago(5 * time.Hour), SilentSince: ago(time.Hour)}, manner{}},
		{"no outage for a month", outages, store.FeedRow{AskedAt: ago(time.Hour), LastDataAt: ago(30 * 24 * time.Hour), SilentSince: ago(29 * 24 * time.Hour)}, manner{Gap: 12 * time.Minute}},
		{"no outage for half a year", outages, store.FeedRow{AskedAt: ago(time.Hour), LastDataAt: ago(180 * 24 * time.Hour), SilentSince: ago(179 * 24 * time.Hour)}, manner{}},
		{"silent core feed, too early", core, store.FeedRow{AskedAt: ago(time.Hour), SilentSince: ago(time.Hour)}, manner{Lane: store.LaneProbe, Gap: 6 * time.Hour, Priority: priorityProbe, Early: true}},
		{"silent core feed, due", core, store.FeedRow{AskedAt: ago(6 * time.Hour), SilentSince: ago(6 * time.Hour)}, manner{Lane: store.LaneProbe, Gap: 6 * time.Hour, Priority: priorityProbe}},
		{"the clock was set back", core, store.FeedRow{AskedAt: ago(-time.Hour), SilentSince: ago(-time.Hour)}, manner{Lane: store.LaneProbe, Gap: 6 * time.Hour, Priority: priorityProbe}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := mannerOf(test.item, test.feed, 15*time.Minute, 0.5, noon); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

// A probe of what is regular asks one window, one that must have been
// published by now if there is one; a probe of events asks all of them.
func TestProbed(t *testing.T) {
	windows := jobstest.Windows(t, "2026-06-03T00:00Z/2026-06-04T00:00Z", "2026-06-02T00:00Z/2026-06-03T00:00Z", "2026-06-01T00:00Z/2026-06-02T00:00Z")
	for _, test := range []struct {
		name    string
		settled time.Time
		want    int
	}{
		{"all are due", windows[0].To, 0},
		{"the newest in part", windows[0].From.Add(time.Hour), 0},
		{"not the newest", windows[0].From, 1},
		{"none", windows[2].From, 2},
	} {
		if got := probed(entsoe.Item{}, windows, test.settled); len(got) != 1 || got[0] != windows[test.want] {
			t.Errorf("%s: %v, want %s", test.name, got, windows[test.want])
		}
	}
	if got := probed(entsoe.Item{Shape: timeseries.ShapeList}, windows, windows[2].From); len(got) != 3 {
		t.Errorf("list: %v", got)
	}
	if got := probed(entsoe.Item{Shape: timeseries.ShapeList, Limit: "PT1H"}, windows, windows[0].To); len(got) != 1 {
		t.Errorf("bids: %v", got)
	}
	if got := probed(entsoe.Item{}, nil, noon); len(got) != 0 {
		t.Errorf("nothing missing: %v", got)
	}
}
