package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"entsoed/store"
	"entsoed/timeseries"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"
)

// collectArgs are the arguments of a collect job as River sees them.
type collectArgs struct {
	Feed    int64     `json:"feed" river:"unique"`
	Item    string    `json:"item"`
	Area    string    `json:"area"`
	Variant string    `json:"variant,omitempty"`
	Lane    string    `json:"lane" river:"unique"`
	From    time.Time `json:"from,omitzero" river:"unique"`
	To      time.Time `json:"to,omitzero" river:"unique"`
}

func (collectArgs) Kind() string { return "collect" }

func due(now time.Time) store.DueParams {
	return store.DueParams{Now: now, Least: 15 * time.Minute, MaxBackoff: 24 * time.Hour, MaxAttempts: 9}
}

func mustInsertDue(t testing.TB, db *store.DB, now time.Time, needs ...store.Need) int {
	t.Helper()
	n, err := db.InsertDue(t.Context(), needs, due(now))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func activate(t testing.TB, db *store.DB, feeds ...store.FeedRow) {
	t.Helper()
	var ids []int64
	for _, f := range feeds {
		ids = append(ids, f.ID)
	}
	if err := db.SetActive(t.Context(), ids); err != nil {
		t.Fatal(err)
	}
}

func finishJobs(t testing.TB, db *store.DB) {
	t.Helper()
	exec(t, db, `update river.river_job set state = 'completed', finalized_at = now() where finalized_at is null`)
}

func TestInsertDueAsksForWhatIsMissing(t *testing.T) {
	db := openCatalogue(t)
	feed := makeFeed(t, db, "day_ahead_prices", germany)
	idle := makeFeed(t, db, "day_ahead_prices", france)
	activate(t, db, feed)
	need := store.Need{FeedID: feed.ID, Window: window(0, 24)}
	reread := store.Need{FeedID: feed.ID, Stage: 2, Window: window(-24, 0)}

	if n := mustInsertDue(t, db, after(30), need, reread, store.Need{FeedID: idle.ID, Window: window(0, 24)}); n != 2 {
		t.Errorf("%d jobs for a feed that was never read, want one live and one revision", n)
	}
	if n := mustInsertDue(t, db, after(30), need, reread); n != 0 {
		t.Errorf("%d jobs while the first are alive", n)
	}
	finishJobs(t, db)
	mustSave(t, db, store.Answer{FeedID: feed.ID, Asked: need.Window, KnownAt: after(30), Data: []timeseries.Window{window(0, 10)}, Refused: []timeseries.Window{window(20, 24)}})
	if n := mustInsertDue(t, db, after(30).Add(14*time.Minute), need); n != 0 {
		t.Errorf("%d jobs within COLLECT_INTERVAL of the last ask", n)
	}
	if n := mustInsertDue(t, db, after(30).Add(15*time.Minute), need); n != 1 {
		t.Errorf("%d jobs for the hole from hour 10 to 20, want 1", n)
	}
	finishJobs(t, db)
	mustSave(t, db, store.Answer{FeedID: feed.ID, Asked: need.Window, KnownAt: after(31), Empty: []timeseries.Window{window(10, 20)}})
	if n := mustInsertDue(t, db, after(90), need); n != 0 {
		t.Errorf("%d jobs for a window that is covered", n)
	}
	if n := mustInsertDue(t, db, after(90), store.Need{FeedID: feed.ID, Stage: 1, Window: window(0, 24)}); n != 1 {
		t.Errorf("%d jobs for the next stage, want 1", n)
	}
}

func TestInsertDueBacksOffFromEmptyFeeds(t *testing.T) {
	db := openCatalogue(t)
	feed := makeFeed(t, db, "day_ahead_prices", germany)
	activate(t, db, feed)
	need := store.Need{FeedID: feed.ID, Window: window(0, 48)}
	for _, test := range []struct {
		streak int
		after  time.Duration
		want   int
	}{
		{0, 15 * time.Minute, 1}, {1, 29 * time.Minute, 0}, {1, 30 * time.Minute, 1},
		{3, 119 * time.Minute, 0}, {3, 120 * time.Minute, 1}, {60, 23 * time.Hour, 0}, {60, 24 * time.Hour, 1},
		{60, -time.Minute, 1}, // asked in the future: the clock was set back
	} {
		exec(t, db, `update entsoe.feeds set empty_streak = $1, asked_at = $2`, test.streak, after(10))
		if n := mustInsertDue(t, db, after(10).Add(test.after), need); n != test.want {
			t.Errorf("after %d empty answers and %v: %d jobs, want %d", test.streak, test.after, n, test.want)
		}
		finishJobs(t, db)
	}
}

func TestEmptyStreak(t *testing.T) {
	db := openCatalogue(t)
	feed := makeFeed(t, db, "day_ahead_prices", germany)
	empty := store.Answer{FeedID: feed.ID, Asked: window(0, 1), Empty: []timeseries.Window{window(0, 1)}}
	early := store.Answer{FeedID: feed.ID, Asked: window(0, 1)}
	data := store.Answer{FeedID: feed.ID, Asked: window(0, 1), Series: []store.SeriesPoints{with(priceSeries("PT60M", hour), 0, 1)}}
	for i, step := range []struct {
		answer store.Answer
		want   int
	}{{empty, 1}, {empty, 2}, {early, 2}, {data, 0}, {early, 0}, {empty, 1}} {
		step.answer.KnownAt = after(float64(i))
		mustSave(t, db, step.answer)
		got, err := db.Feed(t.Context(), feed.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got.EmptyStreak != step.want || got.AskedAt == nil || !got.AskedAt.Equal(step.answer.KnownAt) {
			t.Errorf("answer %d: streak %d asked at %v, want %d at %v", i, got.EmptyStreak, got.AskedAt, step.want, step.answer.KnownAt)
		}
	}
}

// TestJobsLookLikeRivers compares our rows with those that River's client
// inserts for the same arguments, column by column.
func TestJobsLookLikeRivers(t *testing.T) {
	db := openCatalogue(t)
	client, err := river.NewClient(riverpgxv5.New(db.Pool), &river.Config{Schema: "river"})
	if err != nil {
		t.Fatal(err)
	}
	feeds, err := db.EnsureFeeds(t.Context(), []store.FeedRow{
		{Item: "physical_flows", Area: germany, CounterArea: france, Name: "DE_LU>FR", Variant: "day"},
		{Item: "day_ahead_prices", Area: germany, Name: "DE_LU"}})
	if err != nil {
		t.Fatal(err)
	}
	activate(t, db, feeds...)
	from, to := after(0), after(24)
	tests := []struct {
		name   string
		args   collectArgs
		queue  string
		insert func() error
	}{
		{"live", collectArgs{Feed: feeds[0].ID, Item: "physical_flows", Area: "DE_LU>FR", Variant: "day", Lane: "live"}, "live", func() error {
			_, err := db.InsertDue(t.Context(), []store.Need{{FeedID: feeds[0].ID, Window: window(0, 1)}}, due(after(0)))
			return err
		}},
		{"revision later", collectArgs{Feed: feeds[1].ID, Item: "day_ahead_prices", Area: "DE_LU", Lane: "revision"}, "revision", func() error {
			_, err := db.InsertDue(t.Context(), []store.Need{{FeedID: feeds[1].ID, Stage: 1, Window: window(0, 1), Delay: time.Hour}}, due(after(0)))
			return err
		}},
		{"backfill", collectArgs{Feed: feeds[1].ID, Item: "day_ahead_prices", Area: "DE_LU", Lane: "backfill", From: from, To: to}, "elsewhere", func() error {
			_, _, err := db.InsertCollect(t.Context(), store.Collect{Feed: feeds[1], Lane: "backfill", Window: window(0, 24), Queue: "elsewhere", MaxAttempts: 9})
			return err
		}},
	}
	// Times may differ by the seconds between the two inserts.
	const columns = `
select kind, args, queue, priority, max_attempts, attempt, state, attempted_at, attempted_by, errors, finalized_at, metadata, tags,
  encode(unique_key, 'hex') as unique_key, unique_states, abs(extract(epoch from created_at - now())) < 60 as created_now,
  round(extract(epoch from scheduled_at - created_at) / 600) as ten_minutes_later
from river.river_job`
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			opts := &river.InsertOpts{Queue: test.queue, MaxAttempts: 9, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
				rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable, rivertype.JobStateRunning, rivertype.JobStateScheduled}}}
			if test.name == "revision later" {
				opts.ScheduledAt = time.Now().Add(time.Hour)
			}
			if _, err := client.Insert(t.Context(), test.args, opts); err != nil {
				t.Fatal(err)
			}
			want := queryText(t, db, columns)
			exec(t, db, `delete from river.river_job`)
			if err := test.insert(); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, queryText(t, db, columns)); diff != "" {
				t.Errorf("job rows (-River's, +ours):\n%s", diff)
			}
			result, err := client.Insert(t.Context(), test.args, opts)
			if err != nil {
				t.Fatal(err)
			}
			if !result.UniqueSkippedAsDuplicate {
				t.Error("River does not see that our job is the same")
			}
			exec(t, db, `delete from river.river_job`)
		})
	}
}

func TestInsertCollectOnce(t *testing.T) {
	db := openCatalogue(t)
	feed := makeFeed(t, db, "day_ahead_prices", germany)
	insert := func(w timeseries.Window) (int64, bool) {
		id, inserted, err := db.InsertCollect(t.Context(), store.Collect{Feed: feed, Lane: store.LaneBackfill, Window: w, MaxAttempts: 5})
		if err != nil {
			t.Fatal(err)
		}
		return id, inserted
	}
	first, inserted := insert(window(0, 24))
	if !inserted {
		t.Error("the first job was not inserted")
	}
	if again, inserted := insert(window(0, 24)); inserted || again != first {
		t.Errorf("the same window gave job %d (inserted %v), want %d", again, inserted, first)
	}
	if _, inserted := insert(window(24, 48)); !inserted {
		t.Error("another window was not inserted")
	}
	if _, inserted := insert(timeseries.Window{}); !inserted {
		t.Error("the job without a window was not inserted")
	}
	finishJobs(t, db)
	if again, inserted := insert(window(0, 24)); !inserted || again == first {
		t.Error("a finished job blocks the next one")
	}
}

// TestInsertDueNotifies: a worker hears of the jobs at once.
func TestInsertDueNotifies(t *testing.T) {
	db := openCatalogue(t)
	feed := makeFeed(t, db, "day_ahead_prices", germany)
	activate(t, db, feed)
	conn, err := db.Pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	if _, err := conn.Exec(t.Context(), `listen "river.river_insert"`); err != nil {
		t.Fatal(err)
	}
	mustInsertDue(t, db, after(30), store.Need{FeedID: feed.ID, Window: window(0, 24)})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	notification, err := conn.Conn().WaitForNotification(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.ReplaceAll(notification.Payload, " ", ""); got != `{"queue":"live"}` {
		t.Errorf("payload %s", got)
	}
}

// TestInsertDueLeavesNoDeadRows plans when nothing is due.
func TestInsertDueLeavesNoDeadRows(t *testing.T) {
	db := openCatalogue(t)
	needs := manyFeeds(t, db, 500)
	mustInsertDue(t, db, after(30), needs...)
	const burnt = `select last_value from river.river_job_id_seq`
	before := queryOne[int64](t, db, burnt)
	dead := deadRows(t, db)
	for range 3 {
		if n := mustInsertDue(t, db, after(30), needs...); n != 0 {
			t.Fatalf("%d jobs inserted again", n)
		}
	}
	if after := deadRows(t, db); after != dead {
		t.Errorf("planning when nothing is due left %d dead or new rows", after-dead)
	}
	if after := queryOne[int64](t, db, burnt); after != before {
		t.Errorf("planning when nothing is due burnt %d job ids", after-before)
	}
}

// deadRows counts what has ever been written to the tables of feeds, coverage and jobs.
func deadRows(t *testing.T, db *store.DB) int64 {
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
select sum(n_tup_ins + n_tup_upd + n_tup_del + n_dead_tup) from pg_stat_user_tables
where schemaname in ('entsoe', 'river') and relname in ('feeds', 'coverage', 'river_job')`).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// manyFeeds makes active feeds without coverage and returns a need of each.
func manyFeeds(t testing.TB, db *store.DB, n int) []store.Need {
	t.Helper()
	feeds := make([]store.FeedRow, n)
	for i := range feeds {
		feeds[i] = store.FeedRow{Item: "day_ahead_prices", Area: fmt.Sprintf("10Y-%012d", i), Name: fmt.Sprint("A", i), Variant: fmt.Sprint(i % 3)}
	}
	feeds, err := db.EnsureFeeds(t.Context(), feeds)
	if err != nil {
		t.Fatal(err)
	}
	activate(t, db, feeds...)
	needs := make([]store.Need, n)
	for i, f := range feeds {
		needs[i] = store.Need{FeedID: f.ID, Window: window(0, 200)}
	}
	return needs
}

// BenchmarkInsertDue plans 25,000 feeds: when nothing is due because all is
// covered, when the jobs are alive already, and when all are due.
func BenchmarkInsertDue(b *testing.B) {
	db := openCatalogue(b)
	needs := manyFeeds(b, db, 25_000)
	exec(b, db, `insert into entsoe.coverage (feed_id, stage, data)
select id, 0, tstzmultirange(tstzrange($1::timestamptz, $1 + interval '300 hours')) from entsoe.feeds`, day0)
	exec(b, db, `analyze`)
	run := func(name string, needs []store.Need, prepare func(), want int) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				prepare()
				b.StartTimer()
				if n := mustInsertDue(b, db, after(400), needs...); n != want {
					b.Fatalf("%d jobs, want %d", n, want)
				}
			}
		})
	}
	none := func() {}
	missing := make([]store.Need, len(needs))
	stages := append([]store.Need{}, needs...)
	for i, n := range needs {
		missing[i] = n
		missing[i].Window = window(0, 301)
		for stage := 1; stage < 4; stage++ {
			n.Stage = stage
			stages = append(stages, n)
		}
	}
	run("covered", needs, none, 0)
	run("due", missing, func() { exec(b, db, `truncate river.river_job`) }, len(needs))
	run("alive", missing, none, 0)
	exec(b, db, `truncate river.river_job; insert into entsoe.coverage (feed_id, stage, data) select feed_id, s, data from entsoe.coverage, generate_series(1, 3) s`)
	exec(b, db, `analyze`)
	run("covered_four_stages", stages, none, 0)
}

func TestFence(t *testing.T) {
	db := openCatalogue(t)
	feed := makeFeed(t, db, "day_ahead_prices", germany)
	id, _, err := db.InsertCollect(t.Context(), store.Collect{Feed: feed, Lane: store.LaneLive, MaxAttempts: 5})
	if err != nil {
		t.Fatal(err)
	}
	started := time.Now().Truncate(time.Microsecond)
	exec(t, db, `update river.river_job set state = 'running', attempt = 2, attempted_at = $1, attempted_by = '{me}'`, started)
	ours := store.JobRef{ID: id, Attempt: 2, AttemptedAt: started}
	tests := []struct {
		name   string
		change string
		job    store.JobRef
		want   error
	}{
		{"ours", ``, ours, nil},
		{"another attempt", ``, store.JobRef{ID: id, Attempt: 1, AttemptedAt: started}, store.ErrJobLost},
		{"the same attempt after a snooze", ``, store.JobRef{ID: id, Attempt: 2, AttemptedAt: started.Add(-time.Second)}, store.ErrJobLost},
		{"no such job", ``, store.JobRef{ID: id + 1, Attempt: 2, AttemptedAt: started}, store.ErrJobLost},
		{"made available again", `update river.river_job set state = 'available'`, ours, store.ErrJobLost},
		{"cancelled", `update river.river_job set state = 'cancelled', finalized_at = now()`, ours, store.ErrJobLost},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			exec(t, db, test.change)
			err := pgx.BeginFunc(t.Context(), db.Pool, func(tx pgx.Tx) error { return db.Fence(t.Context(), tx, test.job) })
			if err != test.want {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
}

// A probe goes into the queue of backfills, once, and not while the feed's
// live job is alive.
func TestInsertDueProbes(t *testing.T) {
	db := openCatalogue(t)
	feed := makeFeed(t, db, "day_ahead_prices", germany)
	activate(t, db, feed)
	live := store.Need{FeedID: feed.ID, Window: window(0, 24)}
	probe := live
	probe.Lane, probe.Gap, probe.Priority = store.LaneProbe, 6*time.Hour, 4
	if n := mustInsertDue(t, db, after(24), live); n != 1 {
		t.Fatalf("%d live jobs", n)
	}
	if n := mustInsertDue(t, db, after(24), probe); n != 0 {
		t.Error("a probe beside the live job")
	}
	finishJobs(t, db)
	exec(t, db, `update entsoe.feeds set asked_at = $1, empty_streak = 9`, after(24))
	if n := mustInsertDue(t, db, after(29.9), probe); n != 0 {
		t.Error("a probe before its time")
	}
	for _, want := range []int{1, 0} {
		if n := mustInsertDue(t, db, after(30), probe); n != want {
			t.Errorf("%d probes, want %d", n, want)
		}
	}
	got := queryOne[string](t, db, `select queue || ' ' || priority || ' ' || (args->>'lane') from river.river_job where finalized_at is null`)
	if got != "backfill 4 probe" {
		t.Errorf("got %s", got)
	}
}
