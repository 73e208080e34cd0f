package main

import (
	"strings"
	"testing"
	"time"

	"entsoed/jobs"
	"entsoed/store"
)

// A line says how far a backfill is, its own rate and the time left, or why it
// waits; never that more is done than there is.
func TestStanding(t *testing.T) {
	requests, left, rate := int64(1334), int64(334), 389.6
	until := time.Date(2026, 11, 28, 12, 34, 0, 0, time.UTC)
	eta := time.Now().Add(50*time.Second + 500*time.Millisecond)
	text := func(s string) *string { return &s }
	planned := store.BackfillStatus{ID: 3, State: "running", Requests: &requests, RequestsLeft: &left}
	with := func(change func(*store.BackfillStatus)) store.BackfillStatus {
		b := planned
		change(&b)
		return b
	}
	for _, c := range []struct {
		b    store.BackfillStatus
		want string
	}{
		{store.BackfillStatus{ID: 3, State: "running"}, "backfill 3 is being planned"},
		{planned, "backfill 3: 1,000 of 1,334 requests"},
		{with(func(b *store.BackfillStatus) { b.State = "paused" }), "backfill 3: 1,000 of 1,334 requests, paused"},
		{with(func(b *store.BackfillStatus) { b.PerMinute, b.ETA = &rate, &eta }), "backfill 3: 1,000 of 1,334 requests, 390 a minute, 50 s left"},
		{with(func(b *store.BackfillStatus) { b.PerMinute, b.Waiting, b.WaitingUntil = &rate, text("banned"), &until }),
			"backfill 3: 1,000 of 1,334 requests, waiting: banned until 2026-11-28 12:34:00Z"},
		{with(func(b *store.BackfillStatus) { b.Waiting = text("other lanes go first") }), "backfill 3: 1,000 of 1,334 requests, waiting: other lanes go first"},
	} {
		if got := standing(c.b); got != c.want {
			t.Errorf("%s\nwant %s", got, c.want)
		}
	}
	almost := 0.9999
	if got := percent(store.BackfillStatus{Progress: &almost}); got != "99 %" {
		t.Errorf("what is not all is %s", got)
	}
}

// A dry run counts what is sent in turn with its own requests, and says that the
// number of revisions is an estimate.
func TestPlannedBehindOthers(t *testing.T) {
	revisions := 40
	plan := jobs.BackfillPlan{
		Items:    []jobs.ItemPlan{{Item: "unavailability_generation_units", Feeds: 1, Requests: 50, Expected: 60, Paged: true}},
		Requests: 50, Expected: 60, Revisions: &revisions,
	}
	lanes := []store.LaneUse{{Lane: store.LaneBackfill, Share: 1}}
	for _, c := range []struct {
		before  []int
		ahead   int
		queued  int
		seconds float64
	}{{nil, 0, 0, 15}, {[]int{5000}, 0, 100, 30}, {[]int{5000, 20}, 0, 120, 33}, {[]int{5000}, 2000, 100, 330}} {
		p := newPlannedBackfill(plan, lanes, 400, c.before, c.ahead)
		if p.Queued != c.queued || p.Seconds == nil || *p.Seconds != c.seconds {
			t.Errorf("behind %d: %d requests and %v s, want %d and %v", c.before, p.Queued, p.Seconds, c.queued, c.seconds)
		}
		if c.queued > 0 && !strings.Contains(p.time(), "of others in its lane") {
			t.Errorf("time: %s", p.time())
		}
		if c.ahead > 0 && !strings.Contains(p.time(), "after 2000 requests of the lanes before it") {
			t.Errorf("time: %s", p.time())
		}
		if want := "about 40 for earlier revisions of outages, which is an estimate"; !strings.Contains(p.requests(), want) {
			t.Errorf("requests: %s, want %s", p.requests(), want)
		}
	}
	plan.Revisions = nil
	if got := newPlannedBackfill(plan, lanes, 400, nil, 0).requests(); !strings.Contains(got, "one for each outage") {
		t.Errorf("where nothing is known of outages: %s", got)
	}
}
