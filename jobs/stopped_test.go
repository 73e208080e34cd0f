package jobs

import (
	"fmt"
	"strings"
	"testing"

	"entsoed/entsoe/simulator"
	"entsoed/store"
)

// Windows whose jobs somebody cancelled, by whatever means, are open: they are not
// asked, and the backfill is not done, until somebody resumes it or retries a job.
// What somebody deleted is handed out again.
func TestCancelledWindowsStayOpen(t *testing.T) {
	t.Parallel()
	s := newCampaign(t, simulator.Config{Seed: 7}, nil)
	s.share(0)
	s.order("actual_generation_per_generation_unit", "BE", "2026-03-01", "2026-04-01") // a day each
	s.eventually("not all are in the queue, and some at work", func() (string, bool) {
		got := query[string](s, `select count(*) filter (where state = 'running') || ' of ' || count(*) from river.river_job where kind = 'collect'`)
		return got, got == "8 of 31"
	})
	for i, state := range []string{"running", "running", "running", "available", "available", "available", "available", "available"} {
		id := query[int64](s, `select id from river.river_job where kind = 'collect' and state::text = $1 and not metadata ? 'cancel_attempted_at' order by id limit 1`, state)
		if _, err := s.client.JobCancel(t.Context(), id); err != nil {
			t.Fatal(i, err)
		}
	}
	for _, state := range []string{"cancelled", "discarded"} {
		query[int](s, `with gone as (update river.river_job set state = $1::text::river.river_job_state, finalized_at = now()
			where id in (select id from river.river_job where kind = 'collect' and state = 'available' order by id desc limit 2) returning 1) select count(*)::int from gone`, state)
	}
	query[int](s, `with gone as (delete from river.river_job
		where id in (select id from river.river_job where kind = 'collect' and state = 'available' order by id desc limit 5) returning 1) select count(*)::int from gone`)
	s.eventually("those at work have not ended", func() (string, bool) { // River polls for that every two seconds
		left := query[int](s, `select count(*)::int from river.river_job where metadata ? 'cancel_attempted_at' and state = 'running'`)
		return fmt.Sprint(left), left == 0
	})
	s.share(1)
	s.stopped("stopped: 12 windows cancelled")
	if b := s.backfill(1); b.Sent != 19 || b.FinishedAt != nil || b.Failed != 0 {
		t.Errorf("%+v, want 19 requests, and nothing failed", b)
	}
	if !strings.Contains(s.Log.String(), "a backfill is stopped") {
		t.Error("the log does not tell")
	}

	t.Log("the queue forgets its jobs, and one is retried")
	retried := query[int64](s, `select min(id) from river.river_job where state = 'cancelled'`)
	query[int](s, `with gone as (delete from river.river_job where state in ('cancelled', 'discarded') and id <> $1 returning 1) select count(*)::int from gone`, retried)
	if _, err := s.client.JobRetry(t.Context(), retried); err != nil {
		t.Fatal(err)
	}
	s.heal()
	s.eventually("it is not worked", func() (string, bool) {
		b := s.backfill(1)
		return fmt.Sprintf("%+v", b), b.Sent == 20 && b.State == "stopped: 11 windows cancelled"
	})

	if state, err := s.DB.SteerBackfill(t.Context(), 1, store.StepResume); err != nil || state != "running" {
		t.Fatal(state, err)
	}
	if b := s.done(1); b.Sent != 31 || b.Stopped != 0 || b.Failed != 0 {
		t.Errorf("%+v, want 31 requests in all", b)
	}
}

// A backfill of which jobs are cancelled goes on with the others, can be resumed
// meanwhile, and is stopped again if they are cancelled again.
func TestResumeBeforeTheEnd(t *testing.T) {
	t.Parallel()
	s := newCampaign(t, simulator.Config{Seed: 7}, nil)
	s.share(0)
	s.order("actual_generation_per_generation_unit", "BE", "2026-03-01", "2026-03-11")
	cancel := func(want int) {
		t.Helper()
		s.eventually("not all are in the queue", func() (string, bool) {
			got := query[int](s, `select count(*)::int from river.river_job where kind = 'collect' and state in ('available', 'running')`)
			return fmt.Sprint(got), got == want
		})
		query[int](s, `with gone as (update river.river_job set state = 'cancelled', finalized_at = now()
			where id in (select max(id) from river.river_job where kind = 'collect' and state = 'available') returning 1) select count(*)::int from gone`)
	}
	cancel(10)
	s.eventually("it does not run with one window cancelled", func() (string, bool) {
		b := s.backfill(1)
		return fmt.Sprintf("%+v", b), b.State == "running" && b.Stopped == 1
	})
	if _, err := s.DB.SteerBackfill(t.Context(), 1, store.StepResume); err != nil {
		t.Fatal(err)
	}
	cancel(10)
	s.share(1)
	s.stopped("stopped: 1 window cancelled")
	if _, err := s.DB.SteerBackfill(t.Context(), 1, store.StepResume); err != nil {
		t.Fatal(err)
	}
	if b := s.done(1); b.Sent != 10 {
		t.Errorf("%+v, want 10 requests", b)
	}
}

// Outages of which the earlier revisions are not asked for, because somebody
// cancelled the jobs, stop their backfill as well.
func TestCancelledRevisionsStayOpen(t *testing.T) {
	t.Parallel()
	s := newCampaign(t, simulator.Config{Seed: 7}, nil)
	s.order("unavailability_generation_units", "BE", "2026-04-01", "2026-04-06")
	s.eventually("no revisions are asked for", func() (string, bool) {
		n := query[int](s, `with gone as (update river.river_job set state = 'cancelled', finalized_at = now()
			where id in (select id from river.river_job where kind = 'revisions' and state = 'available' limit 1) returning 1) select count(*)::int from gone`)
		return fmt.Sprint(n), n > 0
	})
	s.stopped("stopped: 1 window cancelled")
	if _, err := s.DB.SteerBackfill(t.Context(), 1, store.StepResume); err != nil {
		t.Fatal(err)
	}
	s.done(1)
	s.hasAllRevisions()
}

// share sets the share of the lane of backfills.
func (s *scene) share(share float64) {
	s.Helper()
	query[float64](s, `select entsoe.set_share('backfill', $1::float8::numeric)::float8`, share)
}

// stopped waits until the first backfill is in a state.
func (s *scene) stopped(state string) {
	s.Helper()
	s.eventually("the backfill is not stopped", func() (string, bool) {
		b := s.backfill(1)
		return fmt.Sprintf("%+v", b), b.State == state
	})
}
