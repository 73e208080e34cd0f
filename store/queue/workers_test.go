package queue_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/store/queue"
)

func TestLivingWorkers(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	check := func(want int) {
		t.Helper()
		if n, err := queue.LivingWorkers(t.Context(), db); err != nil || n != want {
			t.Errorf("%d living workers (%v), want %d", n, err, want)
		}
	}
	check(0)
	for _, client := range []string{"a", "b", "a", "c"} {
		if err := queue.Heartbeat(t.Context(), db, client); err != nil {
			t.Fatal(err)
		}
	}
	check(3)
	dbtest.Exec(t, db, `update entsoe.workers set seen_at = clock_timestamp() - interval '16 s' where client_id = 'a'`)
	check(2)
	if err := queue.Retire(t.Context(), db, "b"); err != nil {
		t.Fatal(err)
	}
	check(1)
	if err := queue.Heartbeat(t.Context(), db, "a"); err != nil {
		t.Fatal(err)
	}
	check(2)
}

func TestRecoverJobs(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
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
		{"fetch", "available", 0, nil, "1 s", "live available 0"}, // written by hand, or by an older version
		{"fetch", "retryable", 2, []string{"living"}, "1 s", "live retryable 2"},
		{"fetch", "running", 1, []string{"dead"}, "1 min", "live available 0"},
		{"fetch", "running", 1, []string{"living"}, "1 min", "fetch running 1"},
	}
	var want []string
	for i, job := range jobs {
		id, _, err := queue.InsertCollect(t.Context(), db, queue.Collect{Feed: feed, Lane: store.LaneBackfill, Queue: job.queue, Window: dbtest.Window(float64(i), float64(i+1)), MaxAttempts: 5})
		if err != nil {
			t.Fatal(err)
		}
		dbtest.Exec(t, db, `
update river.river_job set state = $2::text::river.river_job_state, attempt = $3, attempted_by = $4,
  attempted_at = case when $4::text[] is not null then clock_timestamp() - $5::text::interval end, created_at = clock_timestamp() - $5::text::interval
where id = $1`, id, job.state, job.attempt, job.by, job.ago)
		want = append(want, job.want)
	}
	for _, client := range []string{"living", "dead"} {
		if err := queue.Heartbeat(t.Context(), db, client); err != nil {
			t.Fatal(err)
		}
	}
	dbtest.Exec(t, db, `update entsoe.workers set seen_at = clock_timestamp() - interval '20 s' where client_id = 'dead'`)
	if n := recoverJobs(t, db).Jobs; n != 7 {
		t.Errorf("recovered %d jobs, want 7", n)
	}
	if diff := cmp.Diff(want, dbtest.QueryText(t, db, `select queue, state, attempt from river.river_job order by id`)); diff != "" {
		t.Errorf("jobs (-want, +got):\n%s", diff)
	}
	if n := recoverJobs(t, db).Jobs; n != 0 {
		t.Errorf("recovered %d jobs again", n)
	}
}

// TestRecoverJobsLeavesAFinishingJobAlone: the silent client is in its last
// transaction.
func TestRecoverJobsLeavesAFinishingJobAlone(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	id, _, err := queue.InsertCollect(t.Context(), db, queue.Collect{Feed: feed, Lane: store.LaneLive, MaxAttempts: 5})
	if err != nil {
		t.Fatal(err)
	}
	started := time.Now().Add(-time.Minute).Truncate(time.Microsecond)
	dbtest.Exec(t, db, `update river.river_job set state = 'running', attempt = 1, attempted_at = $1, attempted_by = '{dead}'`, started)
	err = pgx.BeginFunc(t.Context(), db.Pool, func(tx pgx.Tx) error {
		if err := queue.Fence(t.Context(), tx, queue.JobRef{ID: id, Attempt: 1, AttemptedAt: started}); err != nil {
			return err
		}
		if n := recoverJobs(t, db).Jobs; n != 0 {
			t.Errorf("recovered %d jobs that are about to be completed", n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := recoverJobs(t, db).Jobs; n != 1 {
		t.Errorf("recovered %d jobs after its transaction failed to complete it, want 1", n)
	}
}

// recoverJobs takes over the jobs of the dead at day 0.
func recoverJobs(t *testing.T, db *store.DB) queue.Recovered {
	t.Helper()
	done, err := queue.RecoverJobs(t.Context(), db, store.Silence, dbtest.Day0)
	if err != nil {
		t.Fatal(err)
	}
	return done
}
