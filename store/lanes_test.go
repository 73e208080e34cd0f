package store_test

import (
	"errors"
	"testing"
	"time"

	"entsoed/store"
	"entsoed/store/dbtest"
)

// offered is what the database offers a request, without waiting for it.
type offered struct {
	Taken   bool
	Wait    float64 // seconds
	Slot    time.Time
	Stopped bool
}

func offer(t *testing.T, db *store.DB, lane, ahead string) (o offered) {
	t.Helper()
	err := db.Pool.QueryRow(t.Context(), `
		select taken, wait, server_time + make_interval(secs => wait), stopped from entsoe.take_slot($1, $2::interval)`, lane, ahead).
		Scan(&o.Taken, &o.Wait, &o.Slot, &o.Stopped)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// A lane with a share takes no slot before its share allows it, however often it
// asks; the share holds from the moment in which it is set.
func TestShares(t *testing.T) {
	t.Parallel()
	const gap = 10 * time.Millisecond // at 6000 a minute
	db := openProcesses(t, 1, 6000)[0]
	taken := func(n int) (slots []time.Time) {
		for len(slots) < n {
			if o := offer(t, db, store.LaneBackfill, "1 minute"); o.Taken {
				slots = append(slots, o.Slot)
			}
		}
		return slots
	}
	for _, c := range []struct {
		share float64
		apart time.Duration
	}{{1, gap}, {0.5, 2 * gap}, {0.1, 10 * gap}, {1, gap}} {
		if err := db.SetShare(t.Context(), store.LaneBackfill, c.share); err != nil {
			t.Fatal(err)
		}
		slots := taken(10)
		for i := 1; i < len(slots); i++ {
			if got := slots[i].Sub(slots[i-1]); got < c.apart-2*time.Microsecond {
				t.Errorf("with a share of %v two slots are %s apart, want at least %s", c.share, got, c.apart)
			}
		}
	}

	if err := db.SetShare(t.Context(), store.LaneBackfill, 0); err != nil {
		t.Fatal(err)
	}
	if o := offer(t, db, store.LaneBackfill, "1 minute"); o.Taken || o.Wait < 59 {
		t.Errorf("a lane without a share is offered %+v", o)
	}
	if o := offer(t, db, store.LaneLive, "1 minute"); !o.Taken {
		t.Errorf("the share of backfills stops live data: %+v", o)
	}
}

// Who may not reserve ahead gets a slot that is free now or none, and is told
// when there may be one.
func TestOnlyAFreeSlot(t *testing.T) {
	t.Parallel()
	db := openProcesses(t, 1, 60)[0]
	for range 3 { // a server that has just started gives the first slot a second later
		if o := offer(t, db, store.LaneLive, "1 minute"); !o.Taken {
			t.Fatalf("live: %+v", o)
		}
	}
	var full *store.BudgetFullError
	if _, err := db.TakeSlot(t.Context(), store.SlotRequest{Lane: store.LaneBackfill}); !errors.As(err, &full) {
		t.Fatalf("a slot behind three others: %v", err)
	}
	if full.Wait < 2*time.Second || full.Wait > 5*time.Second {
		t.Errorf("the next slot is said to be %s away", full.Wait)
	}
	if o := offer(t, db, store.LaneLive, "1 minute"); !o.Taken {
		t.Errorf("the refused request took a slot: %+v", o)
	}
}

// A request of a backfill that does not run gets no slot, and uses none.
func TestSlotOfAStoppedBackfill(t *testing.T) {
	t.Parallel()
	db := openProcesses(t, 1, 600)[0]
	if _, err := db.TakeSlot(t.Context(), store.SlotRequest{Lane: store.LaneBackfill, Backfill: 7}); !errors.Is(err, store.ErrBackfillStopped) {
		t.Errorf("a backfill that is not there: %v", err)
	}
	var id int64
	err := db.Pool.QueryRow(t.Context(), `
		insert into entsoe.backfill_orders (items, areas, from_time, to_time, mode, oldest_first)
		values ('day_ahead_prices', 'FR', '2026-01-01', '2026-02-01', 'missing', false) returning id`).Scan(&id)
	if err != nil {
		t.Fatal(err)
	}
	ask := store.SlotRequest{Lane: store.LaneBackfill, Ahead: time.Minute, Backfill: id}
	if _, err := db.TakeSlot(t.Context(), ask); err != nil {
		t.Errorf("a backfill that runs: %v", err)
	}
	if _, err := db.SteerBackfill(t.Context(), id, store.StepPause); err != nil {
		t.Fatal(err)
	}
	if _, err := db.TakeSlot(t.Context(), ask); !errors.Is(err, store.ErrBackfillStopped) {
		t.Errorf("a paused backfill: %v", err)
	}
}

// A share that is none, and a lane that is none, are refused in words for people.
func TestWrongShares(t *testing.T) {
	t.Parallel()
	db := dbtest.Open(t)
	for _, c := range []struct {
		lane  string
		share float64
		want  string
	}{
		{store.LaneBackfill, 1.5, "share 1.5 is not between 0 and 1"},
		{store.LaneBackfill, -1, "share -1 is not between 0 and 1"},
		{"night", 0.5, `unknown lane "night"`},
	} {
		var wrong *store.OrderError
		if err := db.SetShare(t.Context(), c.lane, c.share); !errors.As(err, &wrong) || wrong.Message != c.want {
			t.Errorf("%s=%v: %v, want %s", c.lane, c.share, err, c.want)
		}
	}
}
