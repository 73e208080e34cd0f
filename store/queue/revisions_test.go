package queue_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/store/queue"
	"entsoed/timeseries"
)

// insertRevisions wants revisions as the saver of an answer does and hands them
// out as the driver does. It returns the number of jobs.
func insertRevisions(t *testing.T, db *store.DB, feed store.FeedRow, missing []store.MissingRevisions) int {
	t.Helper()
	before := revisionJobs(t, db)
	wantRevisions(t, db, feed, 0, missing)
	if _, err := queue.HandRevisions(t.Context(), db, 7); err != nil {
		t.Fatal(err)
	}
	return revisionJobs(t, db) - before
}

func wantRevisions(t *testing.T, db *store.DB, feed store.FeedRow, backfill int64, missing []store.MissingRevisions) {
	t.Helper()
	err := pgx.BeginFunc(t.Context(), db.Pool, func(tx pgx.Tx) error {
		return queue.WantRevisions(t.Context(), tx, feed, backfill, missing)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func revisionJobs(t *testing.T, db *store.DB) int {
	t.Helper()
	return dbtest.QueryOne[int](t, db, `select count(*)::int from river.river_job where kind = 'revisions'`)
}

// TestRevisionsOfBackfill: what a backfill comes upon waits in rows of its own,
// is handed out a few at a time, and goes back there when it is paused.
func TestRevisionsOfBackfill(t *testing.T) {
	db := dbtest.OpenOutages(t)
	feed := dbtest.MakeFeed(t, db, "unavailability_generation_units", dbtest.Germany)
	dbtest.Exec(t, db, `insert into entsoe.backfill_orders (from_time, to_time, oldest_first, items, areas, mode, planned)
values ($1, $2, false, 'unavailability_generation_units', $3, 'all', true)`, dbtest.Day0, dbtest.After(48), dbtest.Germany)
	var missing []store.MissingRevisions
	for _, mrid := range []string{"A", "B", "C", "D", "E"} {
		missing = append(missing, store.MissingRevisions{MRID: mrid, Revision: 3, Period: dbtest.Window(2, 6)})
		dbtest.SaveDocuments(t, db, feed.ID, 1, dbtest.Outage(mrid, 3, 0, dbtest.Run(2, 6, 0)))
	}
	state := func(wants, jobs, asks int) {
		t.Helper()
		for _, check := range []struct {
			what, sql string
			want      int
		}{
			{"wants", `select count(*)::int from entsoe.revision_wants`, wants},
			{"jobs", `select count(*)::int from river.river_job where kind = 'revisions' and state <> 'completed' and args @> '{"backfill": 1}'`, jobs},
			{"asks", `select count(*)::int from entsoe.document_asks`, asks},
		} {
			if got := dbtest.QueryOne[int](t, db, check.sql); got != check.want {
				t.Errorf("%d %s, want %d", got, check.what, check.want)
			}
		}
	}
	hand := func(room, want int) {
		t.Helper()
		leaveRoom(t, db, queue.Revisions, room)
		if n, err := queue.HandRevisions(t.Context(), db, 7); err != nil || n != want {
			t.Errorf("handed out %d (%v), want %d", n, err, want)
		}
	}
	steer := func(step string) {
		t.Helper()
		if _, err := db.SteerBackfill(t.Context(), 1, step); err != nil {
			t.Fatal(err)
		}
	}
	unfinished := func() {
		t.Helper()
		if ended, err := queue.FinishBackfills(t.Context(), db); err != nil || len(ended) > 0 {
			t.Errorf("%v ended (%v), though revisions are missing", ended, err)
		}
	}
	wantRevisions(t, db, feed, 1, missing)
	wantRevisions(t, db, feed, 1, missing)
	state(5, 0, 0)
	unfinished()
	hand(2, 2)
	state(3, 2, 2)
	if n := dbtest.QueryOne[int](t, db, `select revisions::int from entsoe.queue_backfills() where backfill_id = 1`); n != 2 {
		t.Errorf("%d in the queue, want 2", n)
	}
	steer(store.StepPause)
	state(5, 0, 0)
	hand(10, 0)
	steer(store.StepResume)
	hand(4, 4)
	state(1, 4, 4)
	unfinished()
	dbtest.Exec(t, db, `update river.river_job set state = 'completed', finalized_at = now() where id = (select min(id) from river.river_job where kind = 'revisions')`)
	steer(store.StepCancel)
	state(0, 0, 1)
	if saved := dbtest.SaveDocuments(t, db, feed.ID, 2, dbtest.Outage("E", 3, 0, dbtest.Run(2, 6, 0)), dbtest.Outage("D", 3, 0, dbtest.Run(2, 6, 0))); len(saved.Missing) == 0 {
		t.Error("after the cancel nothing is missed")
	}
}

// The room goes first to the backfill that has least in the queue, so that a small
// one does not get every second place that a big one leaves.
func TestRevisionsTakeTurns(t *testing.T) {
	db := dbtest.OpenOutages(t)
	feed := dbtest.MakeFeed(t, db, "unavailability_generation_units", dbtest.Germany)
	for backfill, mrids := range []string{"ABCDEFGH", "abcdefgh"} {
		dbtest.Exec(t, db, `insert into entsoe.backfill_orders (from_time, to_time, oldest_first, items, areas, mode, planned)
values ($1, $2, false, 'unavailability_generation_units', $3, 'all', true)`, dbtest.Day0, dbtest.After(48), dbtest.Germany)
		var missing []store.MissingRevisions
		for _, mrid := range mrids {
			missing = append(missing, store.MissingRevisions{MRID: string(mrid), Revision: 3, Period: dbtest.Window(2, 6)})
		}
		wantRevisions(t, db, feed, int64(backfill+1), missing)
		leaveRoom(t, db, queue.Revisions, 4)
		if n, err := queue.HandRevisions(t.Context(), db, 7); err != nil || n != 4 {
			t.Fatalf("handed out %d (%v), want 4", n, err)
		}
	}
	if got := dbtest.QueryOne[string](t, db, `
select string_agg(b || ' has ' || n, ', ' order by b)
from (select args ->> 'backfill' as b, count(*) as n from river.river_job where kind = 'revisions' group by 1) j`); got != "1 has 4, 2 has 4" {
		t.Errorf("backfill %s jobs", got)
	}
}

// TestMissingRevisions: a jump of the number is missed until it was asked for
// or the revisions are there.
func TestMissingRevisions(t *testing.T) {
	db := dbtest.OpenOutages(t)
	feed := dbtest.MakeFeed(t, db, "unavailability_generation_units", dbtest.Germany)
	wantMissing := func(saved store.Saved, want ...store.MissingRevisions) {
		t.Helper()
		if diff := cmp.Diff(want, saved.Missing); diff != "" {
			t.Errorf("missing (-want, +got):\n%s", diff)
		}
	}
	wantMissing(dbtest.SaveDocuments(t, db, feed.ID, 1, dbtest.Outage("A", 1, 0, dbtest.Run(2, 4, 0))))
	wantMissing(dbtest.SaveDocuments(t, db, feed.ID, 1, dbtest.Outage("A", 2, 0, dbtest.Run(2, 5, 0))))
	b3 := store.MissingRevisions{MRID: "B", Revision: 3, Period: dbtest.Window(2, 6)}
	wantMissing(dbtest.SaveDocuments(t, db, feed.ID, 1, dbtest.Outage("A", 2, 0, dbtest.Run(2, 5, 0)), dbtest.Outage("B", 3, 0, dbtest.Run(2, 6, 0))), b3)

	t.Log("nobody asked: it is missed again; the revisions that come do not all help")
	wantMissing(dbtest.SaveDocuments(t, db, feed.ID, 1, dbtest.Outage("B", 1, 0, dbtest.Run(2, 6, 0))), b3)
	if n := insertRevisions(t, db, feed, []store.MissingRevisions{b3}); n != 1 {
		t.Errorf("%d jobs", n)
	}
	dbtest.WantLines(t, db, `select kind, queue, max_attempts, args - 'feed' as args from river.river_job`,
		`revisions backfill 7 {"to": "2025-03-01T06:00:00Z", "area": "`+dbtest.Germany+`", "from": "2025-03-01T02:00:00Z", "item": "unavailability_generation_units", "mrid": "B", "revision": 3}`)

	t.Log("it was asked: what the answer did not bring is not missed, what is new is")
	wantMissing(dbtest.SaveDocuments(t, db, feed.ID, 2, dbtest.Outage("B", 3, 0, dbtest.Run(2, 6, 0))))
	wantMissing(dbtest.SaveDocuments(t, db, feed.ID, 2, dbtest.Outage("B", 4, 0, dbtest.Run(2, 6, 0))))
	b6 := store.MissingRevisions{MRID: "B", Revision: 6, Period: dbtest.Window(2, 7)}
	wantMissing(dbtest.SaveDocuments(t, db, feed.ID, 2, dbtest.Outage("B", 6, 0, dbtest.Run(2, 7, 0))), b6)

	t.Log("a job waits: it will bring these, too")
	if n := insertRevisions(t, db, feed, []store.MissingRevisions{b6}); n != 0 {
		t.Errorf("%d jobs", n)
	}
	wantMissing(dbtest.SaveDocuments(t, db, feed.ID, 2, dbtest.Outage("B", 6, 0, dbtest.Run(2, 7, 0))))

	t.Log("a job is at work: it may have asked before")
	dbtest.Exec(t, db, `update river.river_job set state = 'running'`)
	b9 := store.MissingRevisions{MRID: "B", Revision: 9, Period: dbtest.Window(2, 8)}
	wantMissing(dbtest.SaveDocuments(t, db, feed.ID, 3, dbtest.Outage("B", 9, 0, dbtest.Run(2, 8, 0))), b9)
	if n := insertRevisions(t, db, feed, []store.MissingRevisions{b9}); n != 0 {
		t.Errorf("%d jobs", n)
	}
	wantMissing(dbtest.SaveDocuments(t, db, feed.ID, 3, dbtest.Outage("B", 9, 0, dbtest.Run(2, 8, 0))), b9)
	finishJobs(t, db)
	if n := insertRevisions(t, db, feed, []store.MissingRevisions{b9}); n != 1 {
		t.Errorf("%d jobs", n)
	}
	if n := insertRevisions(t, db, feed, []store.MissingRevisions{b9}); n != 0 {
		t.Errorf("asked twice: %d jobs", n)
	}
	wantMissing(dbtest.SaveDocuments(t, db, feed.ID, 3, dbtest.Outage("B", 9, 0, dbtest.Run(2, 8, 0))))

	t.Log("another item is another document")
	production := dbtest.MakeFeed(t, db, "unavailability_production_units", dbtest.Germany)
	wantMissing(dbtest.SaveDocuments(t, db, production.ID, 3, dbtest.Outage("B", 9, 0, dbtest.Run(2, 8, 0))), b9)
	if n := insertRevisions(t, db, production, []store.MissingRevisions{b9}); n != 1 {
		t.Errorf("%d jobs", n)
	}
}

// TestDeletedRevisionsJob: a document whose job was deleted is asked for again, and
// one whose job has ended is not, even when River has cleaned the job up.
func TestDeletedRevisionsJob(t *testing.T) {
	db := dbtest.OpenOutages(t)
	feed := dbtest.MakeFeed(t, db, "unavailability_generation_units", dbtest.Germany)
	other := dbtest.MakeFeed(t, db, "unavailability_production_units", dbtest.Germany)
	missing := []store.MissingRevisions{{MRID: "A", Revision: 3, Period: dbtest.Window(2, 6)}, {MRID: "B", Revision: 2, Period: dbtest.Window(3, 7)}}
	if n := insertRevisions(t, db, feed, missing) + insertRevisions(t, db, other, missing[:1]); n != 3 {
		t.Fatalf("%d jobs", n)
	}
	found := func(want int) {
		t.Helper()
		if n, err := queue.FindLostRevisions(t.Context(), db); err != nil || n != want {
			t.Errorf("%d found (%v), want %d", n, err, want)
		}
	}
	found(0)
	finished := `update river.river_job set state = 'completed', finalized_at = now() where args ->> 'mrid' = 'B'`
	dbtest.Exec(t, db, finished)
	found(0)
	const jobs = `select args - 'feed' as args from river.river_job where kind = 'revisions' and state = 'available' order by args ->> 'item'`
	before := dbtest.QueryText(t, db, jobs)
	dbtest.Exec(t, db, `delete from river.river_job`)
	found(2)
	found(0)
	if _, err := queue.HandRevisions(t.Context(), db, 7); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, dbtest.QueryText(t, db, jobs)); diff != "" {
		t.Errorf("jobs (-deleted, +again):\n%s", diff)
	}
}

// TestMissingPeriod is never empty, whatever the document says.
func TestMissingPeriod(t *testing.T) {
	db := dbtest.OpenOutages(t)
	feed := dbtest.MakeFeed(t, db, "unavailability_generation_units", dbtest.Germany)
	for mrid, period := range map[string]timeseries.Window{
		"nothing": {}, "start": {From: dbtest.After(3)}, "end": {To: dbtest.After(3)}, "empty": {From: dbtest.After(3), To: dbtest.After(3)}, "late": {To: dbtest.After(-30)},
	} {
		d := dbtest.Outage(mrid, 2, 1)
		d.Period = period
		saved := dbtest.SaveDocuments(t, db, feed.ID, 1, d)
		if len(saved.Missing) != 1 || saved.Missing[0].Period.Empty() {
			t.Errorf("%s: missing %+v", mrid, saved.Missing)
		}
	}
}

// TestRevisionsKey: River sees our jobs as the same as its own.
