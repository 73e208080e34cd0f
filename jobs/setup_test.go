package jobs

import (
	"strings"
	"testing"
	"time"
)

func TestSpan(t *testing.T) {
	tests := []struct {
		text string
		want time.Duration
		say  string
	}{
		{"7d", 7 * 24 * time.Hour, "7d"},
		{"2w", 14 * 24 * time.Hour, "14d"},
		{"36h", 36 * time.Hour, "36h0m0s"},
		{"15m", 15 * time.Minute, "15m0s"},
	}
	for _, test := range tests {
		var got Duration
		if err := got.EnvDecode(test.text); err != nil || time.Duration(got) != test.want || got.String() != test.say {
			t.Errorf("%s: %s, %v", test.text, got, err)
		}
	}
	for _, wrong := range []string{"", "7", "d", "-1d", "1.5d", "-15m", "seven days", "99999d"} {
		var got Duration
		if err := got.EnvDecode(wrong); err == nil || !strings.Contains(err.Error(), "15m, 36h, 7d or 2w") {
			t.Errorf("%q: %s, %v", wrong, got, err)
		}
	}
}

func TestSelect(t *testing.T) {
	day := Duration(24 * time.Hour)
	good := Config{Areas: []string{"DE_LU", "FR"}, Items: []string{"day_ahead_prices", "cross_border_physical_flows"}, Since: 7 * day, Interval: Duration(15 * time.Minute)}
	selected, err := Select(good)
	if err != nil || len(selected.Items) != 2 || len(selected.Areas) != 2 || len(selected.Feeds) != 4 {
		t.Fatalf("%d items, %d areas, %d feeds, %v", len(selected.Items), len(selected.Areas), len(selected.Feeds), err)
	}
	tests := []struct {
		name string
		bend func(*Config)
		want string
	}{
		{"item", func(c *Config) { c.Items = []string{"day_ahead_price"} }, "ENTSOE_ITEMS"},
		{"area", func(c *Config) { c.Areas = []string{"DE_LUX"} }, "ENTSOE_AREAS"},
		{"nothing left", func(c *Config) { c.Areas, c.Items = []string{"FR"}, []string{"cross_border_physical_flows"} }, "both of their areas"},
		{"since", func(c *Config) { c.Since = 400 * day }, "COLLECT_SINCE"},
		{"no since", func(c *Config) { c.Since = 0 }, "COLLECT_SINCE"},
		{"interval", func(c *Config) { c.Interval = Duration(time.Second) }, "COLLECT_INTERVAL"},
	}
	for _, test := range tests {
		bent := good
		test.bend(&bent)
		if _, err := Select(bent); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %s in it", test.name, err, test.want)
		}
	}
}

// The default selection leaves most of the budget free; all items of all areas
// at a tenth of it do not fit, and the refusal shows the sum.
func TestFits(t *testing.T) {
	c := Config{Areas: []string{"all"}, Items: []string{"core"}, Since: Duration(7 * 24 * time.Hour), Interval: Duration(15 * time.Minute)}
	core, err := Select(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("core of all areas: %d feeds, %.0f requests an hour", len(core.Feeds), core.Rate)
	if err := core.Fits(c, 390); err != nil {
		t.Error(err)
	}
	if core.Rate > 0.5*390*60 {
		t.Errorf("live and revision reads take %.0f requests an hour, more than half of the budget", core.Rate)
	}
	c.Items = []string{"all"}
	all, err := Select(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("all items of all areas: %d feeds, %.0f requests an hour", len(all.Feeds), all.Rate)
	err = all.Fits(c, 39)
	if err == nil {
		t.Fatal("39 requests a minute are said to be enough")
	}
	for _, part := range []string{"80 %", "ENTSOE_REQUESTS_PER_MINUTE=39", "feeds ×", " + ", "COLLECT_INTERVAL"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%v\nlacks %q", err, part)
		}
	}
}
