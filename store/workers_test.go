package store_test

import (
	"testing"
	"time"

	"entsoed/store"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
)

// waitFor polls until something holds.
func waitFor(t *testing.T, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !holds() {
		if time.Now().After(deadline) {
			t.Fatal("waited in vain")
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func TestLivingWorkers(t *testing.T) {
	db := openCatalogue(t)
	check := func(want int) {
		t.Helper()
		if n, err := db.LivingWorkers(t.Context()); err != nil || n != want {
			t.Errorf("%d living workers (%v), want %d", n, err, want)
		}
	}
	check(0)
	for _, client := range []string{"a", "b", "a", "c"} {
		if err := db.Heartbeat(t.Context(), client); err != nil {
			t.Fatal(err)
		}
	}
	check(3)
	exec(t, db, `update entsoe.workers set seen_at = clock_timestamp() - interval '16 s' where client_id = 'a'`)
	check(2)
	if err := db.Retire(t.Context(), "b"); err != nil {
		t.Fatal(err)
	}
	check(1)
	if err := db.Heartbeat(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	check(2)
}

func TestRecoverJobs(t *testing.T) {
	db := openCatalogue(t)
	feed := makeFeed(t, db, "day_ahead_prices", germany)
	// Each job: its queue, state, attempt, who attempted it, and how long ago.
	jobs := []struct {
		queue, state string
		attempt      int
		by           []string
		ago          string
		want         string
	}{
		{"live", "running", 2, []string{"living", "dead"}, "1 min", "live available 1"},
		{"live", "running", 1, []string{"dead", "living"}, "1 min", "live running 1"},
		{"live", "running", 1, []string{"never seen"}, "1 min", "live available 0"},
		{"live", "running", 1, []string{"never seen"}, "1 s", "live running 1"},
		{"live", "retryable", 1, []string{"dead"}, "1 min", "live retryable 1"},
		{"fetch_dead", "available", 0, nil, "1 min", "live available 0"},
		{"fetch_dead", "running", 1, []string{"dead"}, "1 min", "live available 0"},
		{"fetch_living", "available", 0, nil, "1 min", "fetch_living available 0"},
		{"fetch_new", "available", 0, nil, "1 s", "fetch_new available 0"},
	}
	var want []string
	for i, job := range jobs {
		id, _, err := db.InsertCollect(t.Context(), store.Collect{Feed: feed, Lane: store.LaneBackfill, Queue: job.queue, Window: window(float64(i), float64(i+1)), MaxAttempts: 5})
		if err != nil {
			t.Fatal(err)
		}
		exec(t, db, `
update river.river_job set state = $2::text::river.river_job_state, attempt = $3, attempted_by = $4,
  attempted_at = case when $4::text[] is not null then clock_timestamp() - $5::text::interval end, created_at = clock_timestamp() - $5::text::interval
where id = $1`, id, job.state, job.attempt, job.by, job.ago)
		want = append(want, job.want)
	}
	for _, client := range []string{"living", "dead"} {
		if err := db.Heartbeat(t.Context(), client); err != nil {
			t.Fatal(err)
		}
	}
	exec(t, db, `update entsoe.workers set seen_at = clock_timestamp() - interval '20 s' where client_id = 'dead'`)
	n, err := db.RecoverJobs(t.Context(), store.Silence)
	if err != nil {
		t.Fatal(err)
	}
	if n != 4 {
		t.Errorf("recovered %d jobs, want 4", n)
	}
	if diff := cmp.Diff(want, queryText(t, db, `select queue, state, attempt from river.river_job order by id`)); diff != "" {
		t.Errorf("jobs (-want, +got):\n%s", diff)
	}
	if n, err := db.RecoverJobs(t.Context(), store.Silence); n != 0 || err != nil {
		t.Errorf("recovered %d jobs again (%v)", n, err)
	}
}

// TestRecoverJobsLeavesAFinishingJobAlone: the silent client is in its last
// transaction.
func TestRecoverJobsLeavesAFinishingJobAlone(t *testing.T) {
	db := openCatalogue(t)
	feed := makeFeed(t, db, "day_ahead_prices", germany)
	id, _, err := db.InsertCollect(t.Context(), store.Collect{Feed: feed, Lane: store.LaneLive, MaxAttempts: 5})
	if err != nil {
		t.Fatal(err)
	}
	started := time.Now().Add(-time.Minute).Truncate(time.Microsecond)
	exec(t, db, `update river.river_job set state = 'running', attempt = 1, attempted_at = $1, attempted_by = '{dead}'`, started)
	err = pgx.BeginFunc(t.Context(), db.Pool, func(tx pgx.Tx) error {
		if err := db.Fence(t.Context(), tx, store.JobRef{ID: id, Attempt: 1, AttemptedAt: started}); err != nil {
			return err
		}
		n, err := db.RecoverJobs(t.Context(), store.Silence)
		if n != 0 {
			t.Errorf("recovered %d jobs that are about to be completed", n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := db.RecoverJobs(t.Context(), store.Silence); n != 1 || err != nil {
		t.Errorf("recovered %d jobs after its transaction failed to complete it (%v), want 1", n, err)
	}
}
