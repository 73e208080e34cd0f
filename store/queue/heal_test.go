package queue_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/store/queue"
)

func mustHeal(t testing.TB, db *store.DB, now time.Time) int {
	t.Helper()
	n, _, err := queue.InsertHealing(t.Context(), db, now, 9)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// unanswered writes down that a feed had nothing for hours 0 to 24 and is asked
// again at hour 48.
func unanswered(t testing.TB, db *store.DB, feeds ...store.FeedRow) {
	t.Helper()
	err := pgx.BeginFunc(t.Context(), db.Pool, func(tx pgx.Tx) error {
		for _, f := range feeds {
			u := store.Unanswered{Window: dbtest.Window(0, 24), AskedFirst: dbtest.After(25), AskedAt: dbtest.After(25), AgainAt: dbtest.After(48)}
			if err := db.PutUnanswered(t.Context(), tx, f.ID, []store.Unanswered{u}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// cover gives a feed data for two days but for the hours from and to.
func cover(t testing.TB, db *store.DB, f store.FeedRow, from, to int) {
	t.Helper()
	dbtest.Exec(t, db, `insert into entsoe.coverage (feed_id, stage, data) values ($1, 0,
tstzmultirange(tstzrange($2::timestamptz, $2 + interval '48 hours')) - tstzmultirange(tstzrange($2::timestamptz + $3 * interval '1 hour', $2::timestamptz + $4 * interval '1 hour')))`,
		f.ID, dbtest.Day0, from, to)
}

// What was not answered is enqueued when it is due, once, in the lane that its
// age asks for; of a feed that never had data only what somebody wanted.
func TestInsertHealing(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	f := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	silent := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.France)
	cover(t, db, f, 0, 24)
	unanswered(t, db, f, silent)
	lanes := func() []string {
		return dbtest.QueryText(t, db, `select args ->> 'feed', queue from river.river_job where state = 'available' order by id`)
	}
	if n := mustHeal(t, db, dbtest.After(47)); n != 0 {
		t.Errorf("%d jobs before anything is due: %v", n, lanes())
	}
	if n := mustHeal(t, db, dbtest.After(48)); n != 1 || lanes()[0] != "1 revision" {
		t.Errorf("%d jobs: %v", n, lanes())
	}
	if n := mustHeal(t, db, dbtest.After(49)); n != 0 {
		t.Errorf("%d jobs more while it is alive: %v", n, lanes())
	}
	finishJobs(t, db)
	if n := mustHeal(t, db, dbtest.After(24*60)); n != 1 || lanes()[0] != "1 backfill" {
		t.Errorf("%d jobs for what ended two months ago: %v", n, lanes())
	}
	finishJobs(t, db)
	dbtest.Exec(t, db, `update entsoe.feeds set wanted = tstzmultirange(tstzrange($1, $2)) where id = $3`, dbtest.After(0), dbtest.After(12), silent.ID)
	if n := mustHeal(t, db, dbtest.After(49)); n != 3 {
		t.Errorf("%d jobs, want one of the feed with data and, of that without, one for what is due and one for the hole: %v", n, lanes())
	}
}

// A hole in what a backfill went through is enqueued, in whatever state its
// coverage is.
func TestInsertHealingOfHoles(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	f := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	dbtest.Exec(t, db, `update entsoe.feeds set wanted = tstzmultirange(tstzrange($1, $2)) where id = $3`, dbtest.After(0), dbtest.After(48), f.ID)
	if n := mustHeal(t, db, dbtest.After(50)); n != 1 {
		t.Errorf("%d jobs for a feed without coverage", n)
	}
	finishJobs(t, db)
	cover(t, db, f, 10, 11)
	if n := mustHeal(t, db, dbtest.After(50)); n != 1 {
		t.Errorf("%d jobs for an hour that is missing", n)
	}
	holes, err := db.Holes(t.Context(), f.ID)
	if err != nil || len(holes) != 1 || !holes[0].From.Equal(dbtest.After(10)) || !holes[0].To.Equal(dbtest.After(11)) {
		t.Errorf("holes %v (%v)", holes, err)
	}
	finishJobs(t, db)
	dbtest.Exec(t, db, `update entsoe.coverage set refused = tstzmultirange(tstzrange($1, $2))`, dbtest.After(10), dbtest.After(11))
	if n := mustHeal(t, db, dbtest.After(50)); n != 0 {
		t.Errorf("%d jobs for what was refused and is not due", n)
	}
}

// TestHealingNothing finds nothing to do, and then must write nothing.
func TestHealingNothing(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	for _, need := range manyFeeds(t, db, 50) {
		f := store.FeedRow{ID: need.FeedID}
		cover(t, db, f, 0, 24)
		unanswered(t, db, f)
	}
	dbtest.Exec(t, db, `update entsoe.feeds set wanted = tstzmultirange(tstzrange($1, $2))`, dbtest.After(24), dbtest.After(48))
	mustHeal(t, db, dbtest.After(30))
	before := rowsWritten(t, db)
	for range 3 {
		if n := mustHeal(t, db, dbtest.After(30)); n != 0 {
			t.Fatalf("%d jobs", n)
		}
	}
	if written := rowsWritten(t, db) - before; written != 0 {
		t.Errorf("healing when nothing is due left %d dead or new rows", written)
	}
}

// BenchmarkInsertHealing looks through 25,000 feeds that backfills went through
// and that have five years of unanswered months each, none of them due.
func BenchmarkInsertHealing(b *testing.B) {
	db := dbtest.OpenCatalogue(b)
	manyFeeds(b, db, 25_000)
	dbtest.Exec(b, db, `
insert into entsoe.coverage (feed_id, stage, data, empty)
select id, 0, range_agg(d) filter (where m % 2 = 0), range_agg(d) filter (where m % 2 = 1)
from entsoe.feeds, generate_series(1, 60) m,
  lateral (select tstzrange($1::timestamptz + m * interval '30 days', $1::timestamptz + (m + 1) * interval '30 days') as d) r
group by id`, dbtest.Day0)
	dbtest.Exec(b, db, `
insert into entsoe.unanswered (feed_id, during, refused, asked_first, asked_at, again_at)
select feed_id, e, false, $1, $1, $1::timestamptz + interval '10 years' from entsoe.coverage, unnest(empty) e`, dbtest.Day0)
	dbtest.Exec(b, db, `update entsoe.feeds f set wanted = (select c.data + c.empty from entsoe.coverage c where c.feed_id = f.id)`)
	dbtest.ExecOwner(b, db, `vacuum analyze`)
	for b.Loop() {
		if n := mustHeal(b, db, dbtest.After(24*365*6)); n != 0 {
			b.Fatalf("%d jobs", n)
		}
	}
}
