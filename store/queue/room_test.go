package queue_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/store/queue"
)

// leaveRoom fills the queue of backfills with jobs of nobody until it has so much
// room for a class.
func leaveRoom(t *testing.T, db *store.DB, class queue.Class, room int) {
	t.Helper()
	dbtest.Exec(t, db, `delete from river.river_job where kind = 'filler'`)
	for now := roomFor(t, db, class); now > room; now = roomFor(t, db, class) {
		fill(t, db, `{}`, now-room)
	}
	if now := roomFor(t, db, class); now != room {
		t.Fatalf("room for %d, want %d", now, room)
	}
}

func fill(t *testing.T, db *store.DB, args string, n int) {
	t.Helper()
	dbtest.Exec(t, db, `
insert into river.river_job (kind, args, queue, max_attempts) select 'filler', $1::jsonb, 'backfill', 1 from generate_series(1, $2)`, args, n)
}

func roomFor(t *testing.T, db *store.DB, class queue.Class) int {
	t.Helper()
	n, err := queue.Room(t.Context(), db, class)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Each class has places that no other takes, and the rest is for whoever comes.
func TestRoom(t *testing.T) {
	db := dbtest.Open(t)
	wantRoom := func(windows, revisions, healing, probes int) {
		t.Helper()
		want := map[queue.Class]int{queue.Windows: windows, queue.Revisions: revisions, queue.Healing: healing, queue.Probes: probes}
		got := map[queue.Class]int{}
		for class := range want {
			got[class] = roomFor(t, db, class)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("room (-want, +got)\n%s", diff)
		}
	}
	wantRoom(220, 110, 90, 90)
	fill(t, db, `{"lane": "probe"}`, 90)
	wantRoom(150, 40, 20, 0)
	fill(t, db, `{"backfill": 7}`, 150)
	wantRoom(0, 40, 20, 0)
	fill(t, db, `{}`, 20)
	wantRoom(0, 40, 0, 0)
	dbtest.Exec(t, db, `update river.river_job set state = 'completed', finalized_at = now() where args ->> 'lane' = 'probe'`)
	wantRoom(70, 110, 70, 90)
	dbtest.Exec(t, db, `update river.river_job set state = 'retryable' where args ? 'backfill'`)
	wantRoom(70, 110, 70, 90)
	fill(t, db, `{"backfill": 7}`, 400)
	wantRoom(0, 0, 0, 0)
}

// Several processes that insert at once do not exceed the bound together.
func TestRoomIsShared(t *testing.T) {
	t.Parallel()
	db := dbtest.OpenCatalogue(t)
	dbtest.AllowAreas(t, db)
	var needs []queue.Need
	for i := range 400 {
		feed := dbtest.MakeFeed(t, db, "day_ahead_prices", fmt.Sprintf("A%d", i))
		needs = append(needs, queue.Need{FeedID: feed.ID, Window: dbtest.Window(0, 24), Lane: store.LaneProbe})
		dbtest.Exec(t, db, `update entsoe.feeds set active = true, wanted = $2 where id = $1`, feed.ID, `{["2026-01-01Z","2026-01-02Z")}`)
	}
	var group sync.WaitGroup
	var mu sync.Mutex
	var probes, healing, notProbed, notHealed int
	for i := range 8 {
		group.Go(func() {
			var n, left int
			var err error
			if i%2 == 0 {
				n, left, err = queue.InsertDue(t.Context(), db, needs, queue.DueParams{Now: dbtest.After(30), MaxAttempts: 3})
			} else {
				n, left, err = queue.InsertHealing(t.Context(), db, dbtest.After(30), 3)
			}
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			if i%2 == 0 {
				probes, notProbed = probes+n, max(notProbed, left)
			} else {
				healing, notHealed = healing+n, max(notHealed, left)
			}
		})
	}
	group.Wait()
	alive := dbtest.QueryOne[string](t, db, `select string_agg(concat_ws(' ', class, n), ', ' order by class)
from (select entsoe.queue_class(kind, args) as class, count(*) as n from river.river_job where queue = 'backfill' group by 1) c`)
	if probes+healing > 110 || probes < 20 || healing < 20 || notProbed < 310 || notHealed < 310 {
		t.Errorf("%d probes, not %d; %d healing jobs, not %d: %s", probes, notProbed, healing, notHealed, alive)
	}
	if want := fmt.Sprintf("healing %d, probes %d", healing, probes); alive != want {
		t.Errorf("%s are in the queue, want %s", alive, want)
	}
}

// Who comes later with little waits for the turn of the others, not for all of
// them; what is not of a backfill has a turn in eight.
func TestTurnsInTheQueue(t *testing.T) {
	db := dbtest.Open(t)
	insert := func(args, party string, n int) {
		t.Helper()
		dbtest.Exec(t, db, `
insert into river.river_job (kind, args, queue, max_attempts, scheduled_at)
select 'filler', $1::jsonb || jsonb_build_object('n', nth), 'backfill', 1, at from entsoe.queue_turns($2, $3)`, args, party, n)
	}
	order := func() string {
		t.Helper()
		return dbtest.QueryOne[string](t, db, `
select string_agg(entsoe.queue_party(kind, args) || '/' || (args ->> 'n'), ' ' order by scheduled_at, id) from river.river_job where state = 'available'`)
	}
	insert(`{"backfill": 1}`, "1", 20)
	insert(`{"lane": "probe"}`, "probes", 3)
	insert(`{"backfill": 2}`, "2", 3)
	want := "1/1 2/1 1/2 2/2 1/3 2/3 1/4 1/5 1/6 1/7 1/8 probes/1 1/9 1/10 1/11 1/12 1/13 1/14 1/15 1/16 probes/2 1/17 1/18 1/19 1/20 probes/3"
	if got := order(); got != want {
		t.Errorf("order %s\nwant  %s", got, want)
	}
	if late := dbtest.QueryOne[int](t, db, `select count(*)::int from river.river_job where scheduled_at > clock_timestamp()`); late > 0 {
		t.Errorf("%d jobs are not due", late)
	}

	t.Log("what has waited for a minute goes before all that comes")
	dbtest.Exec(t, db, `update river.river_job set scheduled_at = scheduled_at - interval '2 minutes'`)
	dbtest.Exec(t, db, `delete from river.river_job where args @> '{"backfill": 1}' and (args ->> 'n')::int < 20`)
	insert(`{"backfill": 3}`, "3", 2)
	if got, want := order(), "2/1 3/1 2/2 3/2 2/3 probes/1 probes/2 1/20 probes/3"; got != want {
		t.Errorf("order %s\nwant  %s", got, want)
	}
	dbtest.Exec(t, db, `delete from river.river_job where args ? 'backfill'`)
	insert(`{"backfill": 4}`, "4", 2)
	if got, want := order(), "probes/1 probes/2 probes/3 4/1 4/2"; got != want {
		t.Errorf("order %s\nwant  %s", got, want)
	}
}

// Before backfills goes what waits or is worked in the lanes before theirs, but
// not what is done or due later.
func TestAhead(t *testing.T) {
	db := dbtest.Open(t)
	for _, job := range [][3]string{
		{"collect", "live", "available"}, {"collect", "live", "running"}, {"collect", "revision", "available"}, {"collect", "live", "scheduled"},
		{"collect", "backfill", "available"}, {"plan", "control", "available"},
	} {
		dbtest.Exec(t, db, `insert into river.river_job (kind, queue, state, args, max_attempts) values ($1, $2, $3::river.river_job_state, '{}', 1)`, job[0], job[1], job[2])
	}
	if n, err := queue.Ahead(t.Context(), db); n != 3 || err != nil {
		t.Errorf("%d jobs go first, %v, want 3", n, err)
	}
}
