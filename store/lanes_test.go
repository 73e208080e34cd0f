package store_test

import (
	"errors"
	"fmt"
	"slices"
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

// A lane with a share takes no more slots than that, but for one, however often
// it asks; the share holds from the moment in which it is set.
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
	for _, share := range []float64{1, 0.5, 0.1, 1} {
		if err := db.SetShare(t.Context(), store.LaneBackfill, share); err != nil {
			t.Fatal(err)
		}
		slots := taken(10)
		least := time.Duration(9/share*float64(gap)) - gap
		if got := slots[9].Sub(slots[0]); got < least-20*time.Microsecond {
			t.Errorf("with a share of %v ten slots take %s, want at least %s", share, got, least)
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

// A share that is no fraction of a whole is kept on the average, though another
// lane takes all slots that are left.
func TestShareOfASaturatedBudget(t *testing.T) {
	t.Parallel()
	// Slow enough for a busy machine to take every slot, or the budget is not saturated.
	const perMinute, enough = 1200, 100
	const gap = time.Minute / perMinute
	for _, share := range []float64{0.9, 0.4} {
		t.Run(fmt.Sprint(share), func(t *testing.T) {
			t.Parallel()
			db := openProcesses(t, 1, perMinute)[0]
			if err := db.SetShare(t.Context(), store.LaneBackfill, share); err != nil {
				t.Fatal(err)
			}
			var first, last time.Time
			taken := map[string]float64{}
			for taken[store.LaneBackfill]+taken[store.LaneProbe] < enough {
				for _, lane := range []string{store.LaneBackfill, store.LaneProbe} {
					o := offer(t, db, lane, "1 minute")
					if !o.Taken {
						continue
					}
					if taken[lane]++; first.IsZero() {
						first = o.Slot
					}
					last = o.Slot
				}
			}
			slots := 1 + float64(last.Sub(first))/float64(gap)
			if got := taken[store.LaneBackfill]; got > share*slots+1 || got < share*enough*0.8 {
				t.Errorf("a share of %v took %v of %.1f slots, of which %v were taken at all", share, got, slots, taken)
			}
		})
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
	if _, err := db.TakeSlot(t.Context(), store.SlotRequest{Lane: store.LaneBackfill, Life: time.Second}); !errors.As(err, &full) {
		t.Fatalf("a slot behind three others: %v", err)
	}
	if full.Wait < 2*time.Second || full.Wait > 5*time.Second {
		t.Errorf("the next slot is said to be %s away", full.Wait)
	}
	if o := offer(t, db, store.LaneLive, "1 minute"); !o.Taken {
		t.Errorf("the refused request took a slot: %+v", o)
	}
}

// pass lets minutes pass in the budget, without waiting for them.
func pass(t *testing.T, db *store.DB, minutes int) {
	t.Helper()
	dbtest.Exec(t, db, `
with passed as (select $1 * interval '1 minute' as time), lane as (
  update entsoe.lanes set next_free = next_free - time, wanted_at = wanted_at - time from passed
)
update entsoe.budget set next_free = next_free - time from passed`, minutes)
}

// A free slot is for the first lane that was refused one before, if its share
// allows it, and for others when that lane has not come for two.
func TestOrderOfLanes(t *testing.T) {
	t.Parallel()
	const none = "" // takes it
	lanes := []string{store.LaneFetch, store.LaneLive, store.LaneRevision, store.LaneBackfill, store.LaneProbe}
	asks := func(lanes ...string) []string { return lanes }
	for _, c := range []struct {
		name   string
		share  float64  // of revisions
		wait   []string // are refused a slot
		passed int      // slots, of a minute each
		ask    []string // then
		taken  string   // by
	}{
		{"the first in rank", 1, lanes[2:], 1, asks(store.LaneProbe, store.LaneBackfill, store.LaneRevision), store.LaneRevision},
		{"that came later", 1, asks(store.LaneProbe, store.LaneBackfill), 1, asks(store.LaneProbe, store.LaneRevision, store.LaneBackfill), store.LaneRevision},
		{"nobody before it", 1, asks(store.LaneProbe), 1, asks(store.LaneProbe), store.LaneProbe},
		{"has not come for one slot", 1, lanes[2:], 2, asks(store.LaneProbe, store.LaneBackfill), none},
		{"has not come for two", 1, lanes[2:], 3, asks(store.LaneBackfill), store.LaneBackfill},
		{"no share", 0, lanes[2:], 1, asks(store.LaneRevision, store.LaneProbe, store.LaneBackfill), store.LaneBackfill},
		{"no share left", 0.4, lanes[2:], 1, asks(store.LaneRevision, store.LaneProbe, store.LaneBackfill), store.LaneBackfill},
		{"share left again", 0.4, lanes[2:], 2, asks(store.LaneProbe, store.LaneBackfill, store.LaneRevision), store.LaneRevision},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			db := openProcesses(t, 1, 1)[0]
			if err := db.SetShare(t.Context(), store.LaneRevision, c.share); err != nil {
				t.Fatal(err)
			}
			first := store.LaneRevision
			if c.share == 0 {
				first = store.LaneBackfill
			}
			dbtest.Exec(t, db, `update entsoe.budget set booted_at = pg_postmaster_start_time()`)
			if o := offer(t, db, first, "0"); !o.Taken {
				t.Fatalf("%s is offered %+v", first, o)
			}
			for _, lane := range c.wait {
				if o := offer(t, db, lane, "0"); o.Taken || o.Wait < 1 {
					t.Fatalf("before: %s is offered %+v", lane, o)
				}
			}
			pass(t, db, c.passed)
			for _, lane := range c.ask {
				o := offer(t, db, lane, "0")
				if o.Taken != (lane == c.taken) {
					t.Errorf("%s is offered %+v, want that %q takes it", lane, o, c.taken)
				}
			}
		})
	}
}

// Live data reserves no slot while a person's requests take them.
func TestFetchBeforeLive(t *testing.T) {
	t.Parallel()
	db := openProcesses(t, 1, 2)[0]
	dbtest.Exec(t, db, `update entsoe.budget set booted_at = pg_postmaster_start_time()`)
	for _, c := range []struct {
		lane  string
		taken bool
	}{{store.LaneLive, true}, {store.LaneLive, true}, {store.LaneFetch, true}} {
		if o := offer(t, db, c.lane, "1 minute"); o.Taken != c.taken {
			t.Errorf("%s is offered %+v", c.lane, o)
		}
	}
	pass(t, db, 1)
	if o := offer(t, db, store.LaneLive, "1 minute"); o.Taken || o.Wait < 1 || o.Wait > 30 {
		t.Errorf("live behind a fetch is offered %+v", o)
	}
	if o := offer(t, db, store.LaneFetch, "1 minute"); !o.Taken {
		t.Errorf("the next fetch is offered %+v", o)
	}
}

// A transaction that has set shares and stays open stops nobody.
func TestSharesBeingSet(t *testing.T) {
	t.Parallel()
	db := openProcesses(t, 1, 6000)[0]
	tx, err := db.Pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(t.Context()) }()
	if _, err := tx.Exec(t.Context(), `select entsoe.set_share(lane, 0.5) from entsoe.lanes`); err != nil {
		t.Fatal(err)
	}
	for _, lane := range []string{store.LaneBackfill, store.LaneLive} {
		if o := offer(t, db, lane, "1 minute"); !o.Taken {
			t.Errorf("%s is offered %+v", lane, o)
		}
	}
}

// A request of a backfill that was stopped gets no slot, and uses none.
func TestSlotOfAStoppedBackfill(t *testing.T) {
	t.Parallel()
	db := openProcesses(t, 1, 600)[0]
	var id int64
	err := db.Pool.QueryRow(t.Context(), `
insert into entsoe.backfill_orders (items, areas, from_time, to_time, mode, oldest_first)
values ('day_ahead_prices', 'FR', '2026-01-01', '2026-02-01', 'missing', false) returning id`).Scan(&id)
	if err != nil {
		t.Fatal(err)
	}
	ask := store.SlotRequest{Lane: store.LaneBackfill, Ahead: time.Minute, Backfill: id, Life: time.Second}
	for _, c := range []struct {
		state   string
		stopped bool
	}{{"running", false}, {"paused", true}, {"cancelled", true}, {"done", false}} {
		dbtest.Exec(t, db, `update entsoe.backfill_orders set state = $1`, c.state)
		if _, err := db.TakeSlot(t.Context(), ask); errors.Is(err, store.ErrBackfillStopped) != c.stopped || !c.stopped && err != nil {
			t.Errorf("a backfill that is %s: %v", c.state, err)
		}
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

// The order that Go knows is the one in the database.
func TestLaneOrder(t *testing.T) {
	inSQL := dbtest.QueryText(t, dbtest.OpenCatalogue(t), `select lane from entsoe.lanes order by rank`)
	if inGo := store.LaneOrder(); !slices.Equal(inSQL, inGo[:]) {
		t.Errorf("in SQL %v, in Go %v", inSQL, inGo)
	}
}
