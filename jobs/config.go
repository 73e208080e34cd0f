package jobs

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

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
	Since Span `env:"COLLECT_SINCE, default=7d"`
	// Interval is the least time between two asks of one feed, outside the
	// bursts in which prices are awaited. At least 1m.
	Interval Span `env:"COLLECT_INTERVAL, default=15m"`
}

const (
	longestSince  = 366 * 24 * time.Hour
	leastInterval = time.Minute
)

// Check refuses settings that cannot be worked with, by the name of the
// variable. Areas and items are checked where they are looked up (Select).
func (c Config) Check() error {
	if c.Since <= 0 || time.Duration(c.Since) > longestSince {
		return fmt.Errorf("COLLECT_SINCE is %s: must be more than 0 and at most 366d; older data is a backfill", c.Since)
	}
	if time.Duration(c.Interval) < leastInterval {
		return fmt.Errorf("COLLECT_INTERVAL is %s: must be at least 1m", c.Interval)
	}
	return nil
}

// Span is a length of time that people also write in days (7d) and weeks (2w).
type Span time.Duration

// String writes whole days as such: "7d", otherwise as Go does: "36h0m0s".
func (s Span) String() string {
	const day = 24 * time.Hour
	if d := time.Duration(s); d >= day && d%day == 0 {
		return fmt.Sprintf("%dd", d/day)
	}
	return time.Duration(s).String()
}

// EnvDecode reads "7d", "2w", "36h" or "15m".
func (s *Span) EnvDecode(text string) error {
	parsed, err := parseSpan(text)
	if err != nil {
		return err
	}
	*s = Span(parsed)
	return nil
}

func parseSpan(text string) (time.Duration, error) {
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
