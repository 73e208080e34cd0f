package jobs

import (
	"context"
	"fmt"
	"time"

	"entsoed/entsoe"
	"entsoed/store"
)

// Selection is what a configuration collects.
type Selection struct {
	Items []entsoe.Item
	Areas []entsoe.Area
	Feeds []entsoe.Feed // the items of all areas and borders that can be expected to publish them
	Known Standing      // of the feeds, as far as Setup has looked
	Rate  float64       // requests an hour of the live and revision reads, estimated

	rates map[string]itemRate // by item
}

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
	s := Selection{Items: items, Areas: areas, Feeds: feeds}
	s.estimate(FeedRows(feeds), time.Duration(c.Interval))
	return s, nil
}

// estimate sums up what the feeds need, by what is known of them.
func (s *Selection) estimate(feeds []store.FeedRow, least time.Duration) {
	s.rates, s.Known = rate(feeds, least)
	s.Rate = 0
	for _, r := range s.rates {
		s.Rate += r.PerHour
	}
}

// Setup makes the feeds of a selection those, and no others, that planning
// covers, and returns the selection with what is known of them. It refuses what
// needs more requests than the budget has. It may be repeated at every start.
func Setup(ctx context.Context, db *store.DB, s Selection, c Config, perMinute int) (Selection, error) {
	rows, err := db.EnsureFeeds(ctx, FeedRows(s.Feeds))
	if err != nil {
		return s, err
	}
	s.estimate(rows, time.Duration(c.Interval))
	if err := s.Fits(c, perMinute); err != nil {
		return s, err
	}
	return s, db.SetActive(ctx, ids(rows))
}

// FeedRows translates feeds from the platform's words into the database's.
func FeedRows(feeds []entsoe.Feed) []store.FeedRow {
	rows := make([]store.FeedRow, len(feeds))
	for i, f := range feeds {
		rows[i] = store.FeedRow{Item: f.Item, Area: f.Area, CounterArea: f.CounterArea, Variant: f.Variant, Name: f.AreaName()}
	}
	return rows
}
