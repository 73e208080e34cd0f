package worker

import (
	"testing"
	"time"

	"entsoed/entsoe"
	"entsoed/jobs"
)

// The ticks of an item are those of its timetable, whatever the speed of its
// clock, and never closer than River can take.
func TestSchedule(t *testing.T) {
	load, _ := entsoe.ItemByName("actual_total_load")
	tests := []struct {
		name  string
		now   time.Time
		speed float64
		want  time.Duration
	}{
		{"real", time.Date(2026, 6, 10, 12, 7, 0, 0, time.UTC), 1, 8 * time.Minute},
		{"just before a tick, which River takes early", time.Date(2026, 6, 10, 12, 14, 59, 950e6, time.UTC), 1, 15*time.Minute + 50*time.Millisecond},
		{"on a tick", time.Date(2026, 6, 10, 12, 15, 0, 0, time.UTC), 1, 15 * time.Minute},
		{"sixty times as fast", time.Date(2026, 6, 10, 12, 5, 0, 0, time.UTC), 60, 10 * time.Second},
		{"hardly moving", time.Date(2026, 6, 10, 12, 7, 0, 0, time.UTC), 1e-9, farthest},
		{"too fast", time.Date(2026, 6, 10, 12, 5, 0, 0, time.UTC), 100000, time.Second},
	}
	for _, test := range tests {
		s := schedule{Tick: ticksOf(load), Now: func() time.Time { return test.now }, Speed: test.speed}
		real := time.Now()
		if got := s.Next(real).Sub(real); got < test.want-time.Second/10 || got > test.want+time.Second/10 {
			t.Errorf("%s: next tick in %s, want %s", test.name, got, test.want)
		}
	}
}

// An item of several variants ticks when any of them does.
func TestScheduleOfVariants(t *testing.T) {
	for _, item := range entsoe.Items() {
		now := time.Date(2026, 6, 10, 12, 7, 0, 0, time.UTC)
		s := schedule{Tick: ticksOf(item), Now: func() time.Time { return now }, Speed: 1}
		real := time.Now()
		wait := s.Next(real).Sub(real)
		for _, v := range item.Variants {
			variant, _ := item.For(v.Name)
			if v.OnDemand {
				continue
			}
			if own := variant.Timetable.NextTick(now).Sub(now); wait > own+time.Second/10 {
				t.Errorf("%s ticks in %s, its variant %q in %s", item.Name, wait, v.Name, own)
			}
		}
	}
}

// Every item with feeds has a periodic plan, whose ticks come at most a day
// apart; archives and what the platform has given up have none.
func TestEveryItemIsPlanned(t *testing.T) {
	selected, err := jobs.Select(jobs.Config{
		Areas: []string{"all"}, Items: []string{"all"}, Since: jobs.Duration(24 * time.Hour), Interval: jobs.Duration(15 * time.Minute),
	})
	if err != nil {
		t.Fatal(err)
	}
	p := &process{Deps: Deps{Worker: Config{SchedulerEnabled: true}, Now: time.Now, Speed: 1}}
	planned := map[string]bool{}
	for _, f := range selected.Feeds {
		planned[f.Item] = true
	}
	if got := len(p.periodic(selected)) - 1; got != len(planned) || got < 70 { // and one that heals
		t.Errorf("%d periodic plans for %d items with feeds", got, len(planned))
	}
	for _, item := range selected.Items {
		if !planned[item.Name] {
			continue
		}
		now := time.Now()
		if next := (schedule{Tick: ticksOf(item), Now: time.Now, Speed: 1}).Next(now); next.Sub(now) < time.Second || next.Sub(now) > 25*time.Hour {
			t.Errorf("%s is planned at %s after %s", item.Name, next, now)
		}
	}
}

// A first round takes minutes, so what people look at first is asked first.
func TestPricesArePlannedFirst(t *testing.T) {
	items, err := entsoe.SelectItems([]string{"all"})
	if err != nil {
		t.Fatal(err)
	}
	sorted := inOrder(items)
	if first := sorted[0].Name; first != "day_ahead_prices" {
		t.Errorf("%s is planned first", first)
	}
	if len(sorted) != len(items) {
		t.Fatalf("%d of %d items are planned", len(sorted), len(items))
	}
	for i := 1; i < len(sorted); i++ {
		if sorted[i].Core && !sorted[i-1].Core {
			t.Errorf("%s of the group core is planned after %s", sorted[i].Name, sorted[i-1].Name)
		}
	}
}
