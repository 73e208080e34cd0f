package jobs

import (
	"testing"
	"time"

	"entsoed/entsoe"
	"entsoed/jobs/jobstest"
)

func TestNeeds(t *testing.T) {
	now := time.Date(2026, 6, 10, 12, 7, 0, 0, time.UTC)
	load := jobstest.Item(t, "actual_total_load")
	all := needs(load, now.AddDate(0, 0, -7), now, entsoe.Brussels())
	if len(all) == 0 || all[0].Stage != 0 || all[0].Window.To.After(now) {
		t.Fatalf("needs = %v", all)
	}
	for i, n := range all[1:] {
		if n.Stage <= all[i].Stage || n.Window.To.After(all[i].Window.To) {
			t.Errorf("stage %d reads up to %s, stage %d before it up to %s", n.Stage, n.Window.To, all[i].Stage, all[i].Window.To)
		}
		if n.Window.To.Minute() != 0 {
			t.Errorf("stage %d reads slivers: up to %s", n.Stage, n.Window.To)
		}
	}
}

func TestReach(t *testing.T) {
	prices := jobstest.Item(t, "day_ahead_prices")
	now := time.Date(2026, 6, 10, 0, 0, 0, 0, time.UTC)
	if got, want := reach(prices, 7*24*time.Hour, now), now.AddDate(0, 0, -7); !got.Equal(want) {
		t.Errorf("reach = %s, want %s", got, want)
	}
	prices.Since = "2026-06-08"
	if got, want := reach(prices, 7*24*time.Hour, now), now.AddDate(0, 0, -2); !got.Equal(want) {
		t.Errorf("reach of an item that began later = %s, want %s", got, want)
	}
}
