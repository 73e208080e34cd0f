package queue_test

import (
	"fmt"
	"testing"
	"time"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/store/queue"
)

// openBackfill returns a database with a backfill of outages that has ten requests
// planned for ten days, and its feed.
func openBackfill(t *testing.T) (*store.DB, store.FeedRow) {
	t.Helper()
	db := dbtest.OpenOutages(t)
	feed := dbtest.MakeFeed(t, db, "unavailability_generation_units", dbtest.Germany)
	dbtest.Exec(t, db, `insert into entsoe.backfill_orders (from_time, to_time, oldest_first, items, areas, mode, planned)
values ($1, $2, false, 'unavailability_generation_units', $3, 'missing', true)`, dbtest.Day0, dbtest.After(240), dbtest.Germany)
	dbtest.Exec(t, db, `insert into entsoe.backfill_feeds (backfill_id, feed_id, requests, todo)
values (1, $1, 10, tstzmultirange(tstzrange($2, $3)))`, feed.ID, dbtest.Day0, dbtest.After(240))
	if err := db.Budget(t.Context(), 390); err != nil {
		t.Fatal(err)
	}
	return db, feed
}

func status(t *testing.T, db *store.DB) store.BackfillStatus {
	t.Helper()
	if err := queue.NoteBackfills(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	all, err := db.Backfills(t.Context(), 1)
	if err != nil || len(all) != 1 {
		t.Fatalf("%v, %v", all, err)
	}
	return all[0]
}

// Documents that are found count as planned and as left, and the progress never
// decreases nor leaves what is possible.
func TestProgressWithOutages(t *testing.T) {
	db, feed := openBackfill(t)
	var last float64
	is := func(requests, left int64, least, most float64) {
		t.Helper()
		b := status(t, db)
		if *b.Requests != requests || *b.RequestsLeft != left {
			t.Errorf("%d of %d requests left, want %d of %d", *b.RequestsLeft, *b.Requests, left, requests)
		}
		if *b.Progress < last || *b.Progress < least || *b.Progress > most {
			t.Errorf("progress %v after %v, want %v to %v", *b.Progress, last, least, most)
		}
		last = *b.Progress
	}
	read := func(hours float64) {
		t.Helper()
		dbtest.Exec(t, db, `insert into entsoe.coverage (feed_id, stage, data) values ($1, 0, tstzmultirange(tstzrange($2, $3)))
on conflict (feed_id, stage) do update set data = excluded.data`, feed.ID, dbtest.Day0, dbtest.After(hours))
	}
	is(10, 10, 0, 0)
	read(120)
	is(10, 5, 0.5, 0.5)
	var missing []store.MissingRevisions
	for i := range 200 {
		missing = append(missing, store.MissingRevisions{MRID: fmt.Sprint("M", i), Revision: 3, Period: dbtest.Window(2, 6)})
	}
	wantRevisions(t, db, feed, 1, missing)
	wantRevisions(t, db, feed, 1, missing) // found once
	is(210, 205, 0.5, 0.5)
	if n, err := queue.HandRevisions(t.Context(), db, 7); err != nil || n != 110 {
		t.Fatalf("%d jobs, %v", n, err)
	}
	is(210, 205, 0.5, 0.5)
	finishJobs(t, db)
	is(210, 95, 0.5, 0.55)
	read(240)
	is(210, 90, 0.57, 0.58)
	dbtest.Exec(t, db, `update entsoe.backfill_feeds set finished = true`)
	for left := range 2 { // the others, in two goes
		if _, err := queue.HandRevisions(t.Context(), db, 7); err != nil {
			t.Fatal(err)
		}
		finishJobs(t, db)
		_ = left
	}
	is(210, 0, 1, 1)
	if ended, err := queue.FinishBackfills(t.Context(), db); err != nil || len(ended) != 1 {
		t.Errorf("%v ended, %v", ended, err)
	}
	is(210, 0, 1, 1)
}

// The rate is that of the requests that were sent in the last minutes; while
// requests wait there is none, but why.
func TestRateAndWaiting(t *testing.T) {
	db, feed := openBackfill(t)
	beat := func() {
		t.Helper()
		if err := queue.Heartbeat(t.Context(), db, "w1"); err != nil {
			t.Fatal(err)
		}
	}
	b := status(t, db)
	if b.Waiting == nil || *b.Waiting != "no worker is running" {
		t.Errorf("without a worker it waits for %v", b.Waiting)
	}
	beat()
	dbtest.Exec(t, db, `update entsoe.backfill_orders set started_at = now() - interval '1 hour'`)
	dbtest.Exec(t, db, `delete from entsoe.backfill_samples`)
	dbtest.Exec(t, db, `insert into entsoe.backfill_samples (backfill_id, at, sent, progress)
values (1, now() - interval '10 minutes', 0, 0), (1, now() - interval '1 minute', 900, 0)`)
	dbtest.Exec(t, db, `update entsoe.backfill_feeds set sent = 1200`)
	// Others have read half of it meanwhile: that is progress, and no rate.
	dbtest.Exec(t, db, `insert into entsoe.coverage (feed_id, stage, data) values ($1, 0, tstzmultirange(tstzrange($2, $3)))`, feed.ID, dbtest.Day0, dbtest.After(120))
	b = status(t, db)
	if b.Waiting != nil || b.PerMinute == nil || *b.PerMinute < 200 || *b.PerMinute > 300 || b.ETA == nil {
		t.Errorf("rate %v, end %v, waits for %v; want 300 a minute", b.PerMinute, b.ETA, b.Waiting)
	}
	if err := db.Ban(t.Context(), 10*time.Minute); err != nil {
		t.Fatal(err)
	}
	b = status(t, db)
	if b.Waiting == nil || *b.Waiting != "banned" || b.WaitingUntil == nil || b.ETA != nil {
		t.Errorf("banned: waits for %v until %v, end %v", b.Waiting, b.WaitingUntil, b.ETA)
	}
	if until := time.Until(*b.WaitingUntil); until < 5*time.Minute || until > 10*time.Minute {
		t.Errorf("banned for %s, want 10 minutes", until)
	}
	dbtest.Exec(t, db, `update entsoe.budget set banned_until = now()`)
	if b = status(t, db); b.Waiting != nil || b.PerMinute != nil {
		t.Errorf("after the ban: waits for %v, rate %v; want that it is measured anew", b.Waiting, b.PerMinute)
	}
	if err := db.SetShare(t.Context(), store.LaneBackfill, 0); err != nil {
		t.Fatal(err)
	}
	if b = status(t, db); b.Waiting == nil || *b.Waiting != "the lane of backfills has no share of the budget" {
		t.Errorf("without a share it waits for %v", b.Waiting)
	}
	dbtest.Exec(t, db, `update entsoe.lanes set share = 1, wanted_at = clock_timestamp(), next_free = clock_timestamp() - interval '1 minute' where lane = 'backfill'`)
	if b = status(t, db); b.Waiting == nil || *b.Waiting != "other lanes go first" {
		t.Errorf("behind other lanes it waits for %v", b.Waiting)
	}
	dbtest.Exec(t, db, `update entsoe.lanes set wanted_at = '-infinity'`)
	fill(t, db, `{"backfill": 1}`, 2)
	dbtest.Exec(t, db, `update river.river_job set state = 'retryable', scheduled_at = now() + interval '5 minutes'`)
	if b = status(t, db); b.Waiting == nil || *b.Waiting != "requests failed and are sent again" || b.WaitingUntil == nil {
		t.Errorf("after failures it waits for %v until %v", b.Waiting, b.WaitingUntil)
	}
	if _, err := db.SteerBackfill(t.Context(), 1, store.StepPause); err != nil {
		t.Fatal(err)
	}
	if b = status(t, db); b.Waiting != nil || b.ETA != nil || b.PerMinute != nil {
		t.Errorf("paused: %+v", b)
	}
}
