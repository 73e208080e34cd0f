package jobs

import (
	"context"
	"fmt"
	"strconv"
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
	Known Standing      // of the feeds, as far as Setup has looked
	Rate  float64       // requests an hour of the live and revision reads, estimated

	rates map[string]itemRate // by item
}

// Select looks up what the settings name. Its errors name the setting.
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

// estimate adds up what the feeds need, by what is known of them.
func (s *Selection) estimate(feeds []store.FeedRow, least time.Duration) {
	s.rates, s.Known = rate(feeds, least)
	s.Rate = 0
	for _, r := range s.rates {
		s.Rate += r.PerHour
	}
}

// Setup has planning cover the feeds of a selection, and no others, says so at
// the views of the items that are left out, and returns the selection with what is known of them. It refuses a selection that needs
// more requests than the budget has. It may be repeated at every start.
func Setup(ctx context.Context, db *store.DB, s Selection, c Config, perMinute int) (Selection, error) {
	rows, err := db.EnsureFeeds(ctx, FeedRows(s.Feeds))
	if err != nil {
		return s, err
	}
	s.estimate(rows, time.Duration(c.Interval))
	if err := s.Fits(c, perMinute); err != nil {
		return s, err
	}
	if err := db.SetActive(ctx, ids(rows)); err != nil {
		return s, err
	}
	return s, db.NoteCollected(ctx)
}

// FeedRows translates feeds from the platform's words into the database's.
func FeedRows(feeds []entsoe.Feed) []store.FeedRow {
	rows := make([]store.FeedRow, len(feeds))
	for i, f := range feeds {
		rows[i] = store.FeedRow{Item: f.Item, Area: f.Area, CounterArea: f.CounterArea, Variant: f.Variant, Name: f.AreaName()}
	}
	return rows
}

// Config holds the settings of what is collected, and how far back.
type Config struct {
	// Areas are the areas to collect: names as in entsoe-py (DE_LU, NO_1,
	// IT_NORD), EICs, or all. Of a border both areas must be named.
	Areas []string `env:"ENTSOE_AREAS, default=all"`
	// Items are the data items to collect: names, or the groups core (load,
	// prices, generation, wind and solar, flows, schedules, capacities) and all.
	Items []string `env:"ENTSOE_ITEMS, default=core"`
	// Since is how far the first start reaches back, such as 7d, 36h or 2w, at
	// most 366d. Older data is a backfill.
	Since Duration `env:"COLLECT_SINCE, default=7d"`
	// Interval is the least time between two requests for one feed, outside the
	// bursts in which prices are awaited. At least 1m.
	Interval Duration `env:"COLLECT_INTERVAL, default=15m"`
}

const (
	longestSince  = 366 * 24 * time.Hour
	leastInterval = time.Minute
)

// Check refuses settings that cannot work, and names them. Areas and items are
// checked where they are looked up, in Select.
func (c Config) Check() error {
	if c.Since <= 0 || time.Duration(c.Since) > longestSince {
		return fmt.Errorf("COLLECT_SINCE is %s: must be more than 0 and at most 366d; older data is a backfill", c.Since)
	}
	if time.Duration(c.Interval) < leastInterval {
		return fmt.Errorf("COLLECT_INTERVAL is %s: must be at least 1m", c.Interval)
	}
	return nil
}

// Duration is a length of time that people also write in days (7d) and weeks (2w).
type Duration time.Duration

// String writes whole days as such: "7d", otherwise as Go does: "36h0m0s".
func (s Duration) String() string {
	const day = 24 * time.Hour
	if d := time.Duration(s); d >= day && d%day == 0 {
		return fmt.Sprintf("%dd", d/day)
	}
	return time.Duration(s).String()
}

// EnvDecode reads "7d", "2w", "36h" or "15m".
func (s *Duration) EnvDecode(text string) error {
	parsed, err := parseDuration(text)
	if err != nil {
		return err
	}
	*s = Duration(parsed)
	return nil
}

func parseDuration(text string) (time.Duration, error) {
	units := map[string]time.Duration{"d": 24 * time.Hour, "w": 7 * 24 * time.Hour}
	for unit, length := range units {
		if number, ok := strings.CutSuffix(text, unit); ok {
			if n, err := strconv.ParseUint(number, 10, 16); err == nil {
				return time.Duration(n) * length, nil
			}
		}
	}
	if d, err := time.ParseDuration(text); err == nil && d >= 0 {
		return d, nil
	}
	return 0, fmt.Errorf("must be a length of time such as 15m, 36h, 7d or 2w")
}
