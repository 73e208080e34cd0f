package jobs

import (
	"context"
	"fmt"
	"sort"
	"strings"
	"time"

	"entsoed/entsoe"
	"entsoed/store"
)

// Selection is what a configuration collects.
type Selection struct {
	Items []entsoe.Item
	Areas []entsoe.Area
	Feeds []entsoe.Feed // the items of all areas and borders that can be expected to publish them
	Rate  float64       // requests an hour of the live and revision reads, estimated
}

// greatestShare is the share of the budget that live and revision reads may
// need; the rest is for retries, backfills and growth.
const greatestShare = 0.8

// Select looks up what the settings name. Its errors name the variable.
func Select(c Config) (Selection, error) {
	if err := c.Check(); err != nil {
		return Selection{}, err
	}
	items, err := entsoe.SelectItems(c.Items)
	if err != nil {
		return Selection{}, fmt.Errorf("ENTSOE_ITEMS: %w", err)
	}
	areas, err := entsoe.SelectAreas(c.Areas)
	if err != nil {
		return Selection{}, fmt.Errorf("ENTSOE_AREAS: %w", err)
	}
	feeds := entsoe.CandidateFeeds(items, areas)
	if len(feeds) == 0 {
		return Selection{}, fmt.Errorf("nothing to collect: no area of ENTSOE_AREAS publishes an item of ENTSOE_ITEMS (borders need both of their areas)")
	}
	rate := entsoe.RequestsPerHour(feeds, time.Duration(c.Interval))
	return Selection{Items: items, Areas: areas, Feeds: feeds, Rate: rate}, nil
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
		s.Rate, s.sum(time.Duration(c.Interval)), budget, perMinute, c.Interval)
}

// sum writes the items that need most, and how much.
func (s Selection) sum(least time.Duration) string {
	byItem := map[string][]entsoe.Feed{}
	for _, f := range s.Feeds {
		byItem[f.Item] = append(byItem[f.Item], f)
	}
	var parts []itemRate
	for item, feeds := range byItem {
		parts = append(parts, itemRate{item, len(feeds), entsoe.RequestsPerHour(feeds, least)})
	}
	sort.Slice(parts, func(i, j int) bool { return parts[i].Rate > parts[j].Rate })
	const shown = 5
	var words []string
	for i, p := range parts {
		if i == shown {
			words = append(words, fmt.Sprintf("%d more items", len(parts)-shown))
			break
		}
		words = append(words, fmt.Sprintf("%s %d feeds × %.1f = %.0f", p.Item, p.Feeds, p.Rate/float64(p.Feeds), p.Rate))
	}
	return strings.Join(words, " + ")
}

type itemRate struct {
	Item  string
	Feeds int
	Rate  float64
}

// Setup makes the feeds of a selection those, and no others, that planning
// covers. It may be repeated at every start.
func Setup(ctx context.Context, db *store.DB, s Selection) error {
	rows, err := db.EnsureFeeds(ctx, FeedRows(s.Feeds))
	if err != nil {
		return err
	}
	return db.SetActive(ctx, ids(rows))
}

// FeedRows translates feeds from the platform's words into the database's.
func FeedRows(feeds []entsoe.Feed) []store.FeedRow {
	rows := make([]store.FeedRow, len(feeds))
	for i, f := range feeds {
		rows[i] = store.FeedRow{Item: f.Item, Area: f.Area, CounterArea: f.CounterArea, Variant: f.Variant, Name: f.AreaName()}
	}
	return rows
}
