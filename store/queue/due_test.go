package queue_test

import (
	"fmt"
	"testing"
	"time"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/store/queue"
	"entsoed/timeseries"
)

func due(now time.Time) queue.DueParams {
	return queue.DueParams{Now: now, Least: 15 * time.Minute, MaxBackoff: 24 * time.Hour, MaxAttempts: 9}
}

func mustInsertDue(t testing.TB, db *store.DB, now time.Time, needs ...queue.Need) int {
	t.Helper()
	n, _, err := queue.InsertDue(t.Context(), db, needs, due(now))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestInsertDueAsksForWhatIsMissing(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	idle := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.France)
	dbtest.Activate(t, db, feed)
	need := queue.Need{FeedID: feed.ID, Window: dbtest.Window(0, 24)}
	reread := queue.Need{FeedID: feed.ID, Stage: 2, Window: dbtest.Window(-24, 0)}

	if n := mustInsertDue(t, db, dbtest.After(30), need, reread, queue.Need{FeedID: idle.ID, Window: dbtest.Window(0, 24)}); n != 2 {
		t.Errorf("%d jobs for a feed that was never read, want one live and one revision", n)
	}
	if n := mustInsertDue(t, db, dbtest.After(30), need, reread); n != 0 {
		t.Errorf("%d jobs while the first are alive", n)
	}
	finishJobs(t, db)
	dbtest.MustSave(t, db, store.Answer{FeedID: feed.ID, Asked: need.Window, KnownAt: dbtest.After(30), Data: []timeseries.Window{dbtest.Window(0, 10)}, Refused: []timeseries.Window{dbtest.Window(20, 24)}})
	if n := mustInsertDue(t, db, dbtest.After(30).Add(14*time.Minute), need); n != 0 {
		t.Errorf("%d jobs within COLLECT_INTERVAL of the last ask", n)
	}
	if n := mustInsertDue(t, db, dbtest.After(30).Add(15*time.Minute), need); n != 1 {
		t.Errorf("%d jobs for the hole from hour 10 to 20, want 1", n)
	}
	finishJobs(t, db)
	dbtest.MustSave(t, db, store.Answer{FeedID: feed.ID, Asked: need.Window, KnownAt: dbtest.After(31), Empty: []timeseries.Window{dbtest.Window(10, 20)}})
	if n := mustInsertDue(t, db, dbtest.After(90), need); n != 0 {
		t.Errorf("%d jobs for a window that is covered", n)
	}
	if n := mustInsertDue(t, db, dbtest.After(90), queue.Need{FeedID: feed.ID, Stage: 1, Window: dbtest.Window(0, 24)}); n != 1 {
		t.Errorf("%d jobs for the next stage, want 1", n)
	}
}

func TestInsertDueBacksOffFromEmptyFeeds(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	dbtest.Activate(t, db, feed)
	need := queue.Need{FeedID: feed.ID, Window: dbtest.Window(0, 48)}
	for _, test := range []struct {
		streak int
		after  time.Duration
		want   int
	}{
		{0, 15 * time.Minute, 1}, {1, 29 * time.Minute, 0}, {1, 30 * time.Minute, 1},
		{3, 119 * time.Minute, 0}, {3, 120 * time.Minute, 1}, {60, 23 * time.Hour, 0}, {60, 24 * time.Hour, 1},
		{60, -time.Minute, 1}, // asked in the future: the clock was set back
	} {
		dbtest.Exec(t, db, `update entsoe.feeds set empty_streak = $1, asked_at = $2`, test.streak, dbtest.After(10))
		if n := mustInsertDue(t, db, dbtest.After(10).Add(test.after), need); n != test.want {
			t.Errorf("after %d empty answers and %v: %d jobs, want %d", test.streak, test.after, n, test.want)
		}
		finishJobs(t, db)
	}
}

func TestInsertCollectOnce(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	insert := func(w timeseries.Window) (int64, bool) {
		id, inserted, err := queue.InsertCollect(t.Context(), db, queue.Collect{Feed: feed, Lane: store.LaneBackfill, Window: w, MaxAttempts: 5})
		if err != nil {
			t.Fatal(err)
		}
		return id, inserted
	}
	first, inserted := insert(dbtest.Window(0, 24))
	if !inserted {
		t.Error("the first job was not inserted")
	}
	if again, inserted := insert(dbtest.Window(0, 24)); inserted || again != first {
		t.Errorf("the same window gave job %d (inserted %v), want %d", again, inserted, first)
	}
	if _, inserted := insert(dbtest.Window(24, 48)); !inserted {
		t.Error("another window was not inserted")
	}
	if _, inserted := insert(timeseries.Window{}); !inserted {
		t.Error("the job without a window was not inserted")
	}
	finishJobs(t, db)
	if again, inserted := insert(dbtest.Window(0, 24)); !inserted || again == first {
		t.Error("a finished job blocks the next one")
	}
}

// TestInsertDueLeavesNoDeadRows plans when nothing is due.
func TestInsertDueLeavesNoDeadRows(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	needs := manyFeeds(t, db, 500)
	mustInsertDue(t, db, dbtest.After(30), needs...)
	const burnt = `select last_value from pg_sequences where schemaname = 'river' and sequencename = 'river_job_id_seq'`
	before := dbtest.QueryOne[int64](t, db, burnt)
	dead := rowsWritten(t, db)
	for range 3 {
		if n := mustInsertDue(t, db, dbtest.After(30), needs...); n != 0 {
			t.Fatalf("%d jobs inserted again", n)
		}
	}
	if after := rowsWritten(t, db); after != dead {
		t.Errorf("planning when nothing is due left %d dead or new rows", after-dead)
	}
	if after := dbtest.QueryOne[int64](t, db, burnt); after != before {
		t.Errorf("planning when nothing is due burnt %d job ids", after-before)
	}
}

// rowsWritten counts what has ever been written, and so left dead, in the tables of feeds, coverage and jobs.
func rowsWritten(t *testing.T, db *store.DB) int64 {
	t.Helper()
	var n int64
	// Statistics of other connections are flushed when they are forced to; ours are then fresh.
	for _, sql := range []string{`select pg_stat_force_next_flush()`, `select pg_stat_clear_snapshot()`} {
		for _, c := range db.Pool.AcquireAllIdle(t.Context()) {
			if _, err := c.Exec(t.Context(), sql); err != nil {
				t.Error(err)
			}
			c.Release()
		}
	}
	err := db.Pool.QueryRow(t.Context(), `
select sum(n_tup_ins + n_tup_upd + n_tup_del) from pg_stat_user_tables
where schemaname in ('entsoe', 'river') and relname in ('feeds', 'coverage', 'river_job')`).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// manyFeeds makes active feeds without coverage and returns a need of each.
func manyFeeds(t testing.TB, db *store.DB, n int) []queue.Need {
	t.Helper()
	dbtest.AllowAreas(t, db)
	feeds := make([]store.FeedRow, n)
	for i := range feeds {
		feeds[i] = store.FeedRow{Item: "day_ahead_prices", Area: fmt.Sprintf("10Y-%012d", i), Name: fmt.Sprint("A", i), Variant: fmt.Sprint(i % 3)}
	}
	feeds, err := db.EnsureFeeds(t.Context(), feeds)
	if err != nil {
		t.Fatal(err)
	}
	dbtest.Activate(t, db, feeds...)
	needs := make([]queue.Need, n)
	for i, f := range feeds {
		needs[i] = queue.Need{FeedID: f.ID, Window: dbtest.Window(0, 200)}
	}
	return needs
}

// BenchmarkInsertDue plans 25,000 feeds: when nothing is due because all is
// covered, when the jobs are alive already, and when all are due.
func BenchmarkInsertDue(b *testing.B) {
	db := dbtest.OpenCatalogue(b)
	needs := manyFeeds(b, db, 25_000)
	dbtest.Exec(b, db, `insert into entsoe.coverage (feed_id, stage, data)
select id, 0, tstzmultirange(tstzrange($1::timestamptz, $1 + interval '300 hours')) from entsoe.feeds`, dbtest.Day0)
	dbtest.ExecOwner(b, db, `analyze`)
	run := func(name string, needs []queue.Need, prepare func(), want int) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				prepare()
				b.StartTimer()
				if n := mustInsertDue(b, db, dbtest.After(400), needs...); n != want {
					b.Fatalf("%d jobs, want %d", n, want)
				}
			}
		})
	}
	none := func() {}
	missing := make([]queue.Need, len(needs))
	stages := append([]queue.Need{}, needs...)
	for i, n := range needs {
		missing[i] = n
		missing[i].Window = dbtest.Window(0, 301)
		for stage := 1; stage < 4; stage++ {
			n.Stage = stage
			stages = append(stages, n)
		}
	}
	run("covered", needs, none, 0)
	run("due", missing, func() { dbtest.ExecOwner(b, db, `truncate river.river_job`) }, len(needs))
	run("alive", missing, none, 0)
	dbtest.ExecOwner(b, db, `truncate river.river_job; insert into entsoe.coverage (feed_id, stage, data) select feed_id, s, data from entsoe.coverage, generate_series(1, 3) s`)
	dbtest.ExecOwner(b, db, `analyze`)
	run("covered_four_stages", stages, none, 0)
}

// A probe goes into the queue of backfills, once, and not while the feed's
// live job is alive.
func TestInsertDueProbes(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	dbtest.Activate(t, db, feed)
	live := queue.Need{FeedID: feed.ID, Window: dbtest.Window(0, 24)}
	probe := live
	probe.Lane, probe.Gap, probe.Priority = store.LaneProbe, 6*time.Hour, 4
	if n := mustInsertDue(t, db, dbtest.After(24), live); n != 1 {
		t.Fatalf("%d live jobs", n)
	}
	if n := mustInsertDue(t, db, dbtest.After(24), probe); n != 0 {
		t.Error("a probe beside the live job")
	}
	finishJobs(t, db)
	dbtest.Exec(t, db, `update entsoe.feeds set asked_at = $1, empty_streak = 9`, dbtest.After(24))
	if n := mustInsertDue(t, db, dbtest.After(29.9), probe); n != 0 {
		t.Error("a probe before its time")
	}
	for _, want := range []int{1, 0} {
		if n := mustInsertDue(t, db, dbtest.After(30), probe); n != want {
			t.Errorf("%d probes, want %d", n, want)
		}
	}
	got := dbtest.QueryOne[string](t, db, `select queue || ' ' || priority || ' ' || (args->>'lane') from river.river_job where finalized_at is null`)
	if got != "backfill 1 probe" { // in turn with what else is there
		t.Errorf("got %s", got)
	}
}
