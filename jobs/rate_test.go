package jobs

import (
	"math"
	"testing"
	"time"

	"entsoed/store"
)

// What is known to publish counts in full, what is silent hardly, and what is
// not known yet by its likelihood.
func TestRateFollowsWhatIsKnown(t *testing.T) {
	least := 15 * time.Minute
	at := noon
	of := func(item string, unknown, publish, silent int) []store.FeedRow {
		var feeds []store.FeedRow
		add := func(n int, f store.FeedRow) {
			for range n {
				f.Item, f.Area = item, "10YFR-RTE------C"
				feeds = append(feeds, f)
			}
		}
		add(unknown, store.FeedRow{})
		add(publish, store.FeedRow{LastDataAt: &at, SilentSince: &at})
		add(silent, store.FeedRow{SilentSince: &at})
		return feeds
	}
	per := func(feeds []store.FeedRow) float64 {
		sum, _ := rate(feeds, least)
		all := 0.0
		for _, r := range sum {
			all += r.PerHour
		}
		return all
	}
	one := per(of("actual_total_load", 0, 1, 0))
	if one < 4 {
		t.Fatalf("a feed asked every quarter of an hour needs %.1f requests an hour", one)
	}
	const core, other = "actual_total_load", "dc_link_intraday_transfer_limits"
	for _, test := range []struct {
		name string
		got  float64
		want float64
	}{
		{"a candidate of a core item", per(of(core, 1, 0, 0)), one},
		{"four candidates of another", per(of(other, 4, 0, 0)), per(of(other, 0, 1, 0))},
		{"a silent feed", per(of(core, 0, 0, 1)), 1.0 / 24 / 60},
		{"some of each", per(of(core, 2, 3, 4)), 5*one + 4.0/24/60},
	} {
		if math.Abs(test.got-test.want) > 1e-9 {
			t.Errorf("%s: %f requests an hour, want %f", test.name, test.got, test.want)
		}
	}
	if _, is := rate(of(core, 2, 3, 4), least); is != (Standing{Publish: 3, Silent: 4, Unknown: 2}) {
		t.Errorf("counted %+v", is)
	}
}
