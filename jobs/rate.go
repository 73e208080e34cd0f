package jobs

import (
	"fmt"
	"sort"
	"strings"
	"time"

	"entsoed/entsoe"
	"entsoed/store"
)

// expectedShare is how many of the feeds that have not been asked yet are expected
// to publish: of 666 pairs of areas 63 were found to have schedules, of 63 borders
// 23 to have transfer capacities. It is not for the group core, of which nearly
// all feeds publish. In the sum of the requests that a selection needs, feeds that
// are known to publish count in full, and silent ones as often as they are probed.
const expectedShare = 0.25

// greatestShare is the share of the budget that live and revision reads may
// need; the rest is for retries, backfills and growth.
const greatestShare = 0.8

// Standing counts feeds by what is known of them.
type Standing struct {
	Publish int // answered with data
	Silent  int // answered, but never with data
	Unknown int // did not answer yet
}

// standing says what the answers so far tell of a feed.
func standing(f store.FeedRow) Standing {
	switch {
	case f.LastDataAt != nil:
		return Standing{Publish: 1}
	case f.SilentSince != nil:
		return Standing{Silent: 1}
	}
	return Standing{Unknown: 1}
}

// itemRate is what the feeds of an item need.
type itemRate struct {
	Item    string
	Feeds   float64 // that publish, as far as is known
	PerHour float64
}

// rate sums up what feeds need by what is known of them.
func rate(feeds []store.FeedRow, least time.Duration) (map[string]itemRate, Standing) {
	sum := map[string]itemRate{}
	var all Standing
	for _, f := range feeds {
		item, err := itemOf(f)
		if err != nil {
			continue
		}
		is := standing(f)
		all = Standing{all.Publish + is.Publish, all.Silent + is.Silent, all.Unknown + is.Unknown}
		r := sum[f.Item]
		r.Item = f.Item
		publish := float64(is.Publish) + float64(is.Unknown)*likelihood(item)
		r.Feeds += publish
		r.PerHour += publish*entsoe.RequestsPerHour([]entsoe.Feed{feedOf(f)}, least) + float64(is.Silent)*probesPerHour(item)
		sum[f.Item] = r
	}
	return sum, all
}

// likelihood is how probable it is that a candidate feed of an item publishes.
func likelihood(item entsoe.Item) float64 {
	if item.Core {
		return 1
	}
	return expectedShare
}

// probesPerHour is how often a feed is asked that has been silent for long.
func probesPerHour(item entsoe.Item) float64 {
	if sparse(item) {
		return float64(time.Hour) / float64(rarestEvent)
	}
	return float64(time.Hour) / float64(rarestProbe)
}

// Fits returns an error with the sum that shows it if the selection needs more
// than 80 % of the budget.
func (s Selection) Fits(c Config, perMinute int) error {
	budget := float64(perMinute * 60)
	if s.Rate <= greatestShare*budget {
		return nil
	}
	return fmt.Errorf("the selection needs about %.0f requests an hour (%s), more than 80 %% of the %.0f that ENTSOE_REQUESTS_PER_MINUTE=%d allows: "+
		"choose fewer ENTSOE_ITEMS or ENTSOE_AREAS, or a longer COLLECT_INTERVAL than %s",
		s.Rate, s.sum(), budget, perMinute, c.Interval)
}

// sum writes the items that need most, and how much.
func (s Selection) sum() string {
	var parts []itemRate
	for _, r := range s.rates {
		if r.PerHour > 0 {
			parts = append(parts, r)
		}
	}
	sort.Slice(parts, func(i, j int) bool { return parts[i].PerHour > parts[j].PerHour })
	const shown = 5
	var words []string
	for i, p := range parts {
		if i == shown {
			words = append(words, fmt.Sprintf("%d more items", len(parts)-shown))
			break
		}
		words = append(words, fmt.Sprintf("%s %.0f feeds × %.1f = %.0f", p.Item, p.Feeds, p.PerHour/p.Feeds, p.PerHour))
	}
	return strings.Join(words, " + ")
}
