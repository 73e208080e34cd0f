package store_test

import (
	"context"
	"testing"

	"entsoed/store"
	"entsoed/timeseries"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"
)

// revisionsArgs are the arguments of a revisions job as River sees them.
type revisionsArgs struct {
	Feed int64  `json:"feed"`
	Item string `json:"item" river:"unique"`
	Area string `json:"area"`
	MRID string `json:"mrid" river:"unique"`
}

func (revisionsArgs) Kind() string { return "revisions" }

// insertRevisions inserts jobs as the saver of an answer does.
func insertRevisions(t *testing.T, db *store.DB, feed store.FeedRow, missing []store.MissingRevisions) (n int) {
	t.Helper()
	err := pgx.BeginFunc(t.Context(), db.Pool, func(tx pgx.Tx) (err error) {
		n, err = db.InsertRevisions(t.Context(), tx, feed, missing, 7)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestMissingRevisions: a jump of the number is missed until it was asked for
// or the revisions are there.
func TestMissingRevisions(t *testing.T) {
	db := openOutages(t)
	feed := makeFeed(t, db, "unavailability_generation_units", germany)
	wantMissing := func(saved store.Saved, want ...store.MissingRevisions) {
		t.Helper()
		if diff := cmp.Diff(want, saved.Missing); diff != "" {
			t.Errorf("missing (-want, +got):\n%s", diff)
		}
	}
	wantMissing(saveDocuments(t, db, feed.ID, 1, outage("A", 1, 0, run(2, 4, 0))))
	wantMissing(saveDocuments(t, db, feed.ID, 1, outage("A", 2, 0, run(2, 5, 0))))
	b3 := store.MissingRevisions{MRID: "B", Revision: 3, Period: window(2, 6)}
	wantMissing(saveDocuments(t, db, feed.ID, 1, outage("A", 2, 0, run(2, 5, 0)), outage("B", 3, 0, run(2, 6, 0))), b3)

	t.Log("nobody asked: it is missed again; the revisions that come do not all help")
	wantMissing(saveDocuments(t, db, feed.ID, 1, outage("B", 1, 0, run(2, 6, 0))), b3)
	if n := insertRevisions(t, db, feed, []store.MissingRevisions{b3}); n != 1 {
		t.Errorf("%d jobs", n)
	}
	wantLines(t, db, `select kind, queue, max_attempts, args - 'feed' as args from river.river_job`,
		`revisions backfill 7 {"to": "2025-03-01T06:00:00Z", "area": "`+germany+`", "from": "2025-03-01T02:00:00Z", "item": "unavailability_generation_units", "mrid": "B"}`)

	t.Log("it was asked: what the answer did not bring is not missed, what is new is")
	wantMissing(saveDocuments(t, db, feed.ID, 2, outage("B", 3, 0, run(2, 6, 0))))
	wantMissing(saveDocuments(t, db, feed.ID, 2, outage("B", 4, 0, run(2, 6, 0))))
	b6 := store.MissingRevisions{MRID: "B", Revision: 6, Period: window(2, 7)}
	wantMissing(saveDocuments(t, db, feed.ID, 2, outage("B", 6, 0, run(2, 7, 0))), b6)

	t.Log("a job waits: it will bring these, too")
	if n := insertRevisions(t, db, feed, []store.MissingRevisions{b6}); n != 0 {
		t.Errorf("%d jobs", n)
	}
	wantMissing(saveDocuments(t, db, feed.ID, 2, outage("B", 6, 0, run(2, 7, 0))))

	t.Log("a job is at work: it may have asked before")
	exec(t, db, `update river.river_job set state = 'running'`)
	b9 := store.MissingRevisions{MRID: "B", Revision: 9, Period: window(2, 8)}
	wantMissing(saveDocuments(t, db, feed.ID, 3, outage("B", 9, 0, run(2, 8, 0))), b9)
	if n := insertRevisions(t, db, feed, []store.MissingRevisions{b9}); n != 0 {
		t.Errorf("%d jobs", n)
	}
	wantMissing(saveDocuments(t, db, feed.ID, 3, outage("B", 9, 0, run(2, 8, 0))), b9)
	finishJobs(t, db)
	if n := insertRevisions(t, db, feed, []store.MissingRevisions{b9}); n != 1 {
		t.Errorf("%d jobs", n)
	}
	if n := insertRevisions(t, db, feed, []store.MissingRevisions{b9}); n != 0 {
		t.Errorf("asked twice: %d jobs", n)
	}
	wantMissing(saveDocuments(t, db, feed.ID, 3, outage("B", 9, 0, run(2, 8, 0))))

	t.Log("another item is another document")
	production := makeFeed(t, db, "unavailability_production_units", germany)
	wantMissing(saveDocuments(t, db, production.ID, 3, outage("B", 9, 0, run(2, 8, 0))), b9)
	if n := insertRevisions(t, db, production, []store.MissingRevisions{b9}); n != 1 {
		t.Errorf("%d jobs", n)
	}
}

// TestMissingPeriod is never empty, whatever the document says.
func TestMissingPeriod(t *testing.T) {
	db := openOutages(t)
	feed := makeFeed(t, db, "unavailability_generation_units", germany)
	for mrid, period := range map[string]timeseries.Window{
		"nothing": {}, "start": {From: after(3)}, "end": {To: after(3)}, "empty": {From: after(3), To: after(3)}, "late": {To: after(-30)},
	} {
		d := outage(mrid, 2, 1)
		d.Period = period
		saved := saveDocuments(t, db, feed.ID, 1, d)
		if len(saved.Missing) != 1 || saved.Missing[0].Period.Empty() {
			t.Errorf("%s: missing %+v", mrid, saved.Missing)
		}
	}
}

// TestRevisionsKey: River sees our jobs as the same as its own.
func TestRevisionsKey(t *testing.T) {
	db := openOutages(t)
	feed := makeFeed(t, db, "unavailability_generation_units", germany)
	client, err := river.NewClient(riverpgxv5.New(db.Pool), &river.Config{Schema: "river"})
	if err != nil {
		t.Fatal(err)
	}
	mrids := []string{"nCYGn4HPvOBiVrWtRFL35g", "ZWQ5ODdj/ZjZ+hYWFk=", "Da-u7T1moivqhZ_sajjPyA", `odd "\ é`}
	var missing []store.MissingRevisions
	for _, mrid := range mrids {
		missing = append(missing, store.MissingRevisions{MRID: mrid, Revision: 2, Period: window(0, 1)})
	}
	if n := insertRevisions(t, db, feed, missing); n != len(mrids) {
		t.Fatalf("%d jobs", n)
	}
	for _, mrid := range mrids {
		result, err := client.Insert(context.Background(), revisionsArgs{feed.ID, feed.Item, feed.Name, mrid}, &river.InsertOpts{
			Queue: "backfill",
			UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
				rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning, rivertype.JobStateRetryable, rivertype.JobStateScheduled,
			}},
		})
		if err != nil {
			t.Fatal(err)
		}
		if !result.UniqueSkippedAsDuplicate {
			t.Errorf("River inserted another job for %s", mrid)
		}
	}
}
