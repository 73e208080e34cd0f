package queue_test

import (
	"testing"
	"time"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/store/queue"
	"entsoed/timeseries"
)

// Of old requests stay the last answer of each feed, the last failure over what is
// still missing, and what living jobs asked for. What is deleted stays counted.
func TestDropFetches(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	quiet := dbtest.MakeFeed(t, db, "day_ahead_prices", "10YFR-RTE------C")
	job, _, err := queue.InsertCollect(t.Context(), db, queue.Collect{Feed: feed, Lane: store.LaneFetch, Window: dbtest.Window(0, 24), MaxAttempts: 25})
	if err != nil {
		t.Fatal(err)
	}
	// Delivery hours 0 to 48 are covered; after that nothing is.
	dbtest.Exec(t, db, `
insert into entsoe.coverage (feed_id, stage, data, empty, refused)
values ($1, 0, tstzmultirange(tstzrange($2, $3)), tstzmultirange(tstzrange($3, $4)), '{}')`, feed.ID, dbtest.After(0), dbtest.After(24), dbtest.After(48))
	requests := []struct {
		name    string
		feed    int64
		hour    float64 // when it was sent
		window  timeseries.Window
		outcome string
		job     int64
		kept    bool
	}{
		{"an answer, with a later one", feed.ID, 1, dbtest.Window(0, 24), "data", 0, false},
		{"too long", feed.ID, 2, dbtest.Window(0, 24), "too_long", 0, false},
		{"a failure over what is covered since", feed.ID, 3, dbtest.Window(0, 40), "unavailable", 0, false},
		{"a failure over what is missing, and a later one", feed.ID, 4, dbtest.Window(24, 60), "refused", 0, false},
		{"likewise, of which two later ones cover a part each", feed.ID, 5, dbtest.Window(50, 80), "wrong", 0, false},
		{"of a living job", feed.ID, 6, dbtest.Window(0, 24), "data", job, true},
		{"of a job that is gone", feed.ID, 7, dbtest.Window(0, 24), "data", job + 1000, false},
		{"the last failure over 48 to 72", feed.ID, 8, dbtest.Window(24, 72), "unavailable", 0, true},
		{"the last failure over 72 to 96", feed.ID, 9, dbtest.Window(72, 96), "unavailable", 0, true},
		{"the last answer", feed.ID, 10, dbtest.Window(0, 24), "empty", 0, true},
		{"a request without a window", feed.ID, 11, dbtest.Window(7, 7), "failed", 0, false},
		{"the last answer of a feed that was asked long ago", quiet.ID, 0, dbtest.Window(0, 24), "empty", 0, true},
		{"new", feed.ID, 101, dbtest.Window(0, 24), "unused", 0, true},
	}
	var want []string
	for _, r := range requests {
		_, err := db.RecordFetch(t.Context(), db.Pool, store.FetchRecord{
			JobID: r.job, FeedID: r.feed, Window: r.window, At: dbtest.After(r.hour), Outcome: r.outcome, Reason: r.name, Bytes: 10, Points: 2,
		})
		if err != nil {
			t.Fatal(err)
		}
		if r.kept {
			want = append(want, r.name)
		}
	}
	counts := `select area, month, outcome, requests, bytes, points from entsoe.requests order by area, month, outcome`
	before := dbtest.QueryText(t, db, counts)
	for round, wantDropped := range []int64{int64(len(requests) - len(want)), 0} {
		if n, err := queue.DropFetches(t.Context(), db, dbtest.After(100), time.Second); n != wantDropped || err != nil {
			t.Errorf("round %d: dropped %d (%v), want %d", round, n, err, wantDropped)
		}
	}
	dbtest.WantLines(t, db, `select reason from entsoe.fetches order by id`, want...)
	dbtest.WantLines(t, db, counts, before...)
	finishJobs(t, db)
	if n, err := queue.DropFetches(t.Context(), db, dbtest.After(100), time.Second); n != 1 || err != nil {
		t.Errorf("dropped %d after the job was done (%v), want 1", n, err)
	}
	dbtest.WantLines(t, db, counts, before...)
}
