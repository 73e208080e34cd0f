package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"entsoed/entsoe/simulator"
	"entsoed/store"
)

// siteBackfills overlap. The first takes a request for each day.
var siteBackfills = []store.BackfillOrder{
	{Item: "actual_generation_per_generation_unit", Area: "FR", From: "2026-01-31T00:00Z", To: "2026-03-01T00:00Z"},
	{Item: "actual_generation_per_generation_unit,day_ahead_prices", Area: "FR,BE", From: "2026-01-01T00:00Z", To: "2026-02-10T00:00Z", OldestFirst: true},
}

// TestKilledBackfill kills workers in the middle of backfills, one of which is
// paused at that moment, and compares what is there in the end with what a
// worker leaves that nobody disturbs.
func TestKilledBackfill(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: starts workers")
	}
	t.Parallel()
	calm := newBackfillSite(t)
	began := calm.clock()
	worker := calm.ahead("the undisturbed worker")
	calm.backfill()
	calm.backfilled(worker)
	calm.settle(began, worker)
	worker.terminate()
	want := calm.facts().withoutJobs()
	if n := want.count("points of "); n < 50 {
		t.Fatalf("the undisturbed run left points of %d series: it shows nothing", n)
	}

	s := newBackfillSite(t)
	first := s.ahead("the worker that is killed while a backfill is paused")
	s.backfill()
	s.sent(15)
	s.steer(1, store.StepPause)
	first.kill()
	second := s.worker("the worker that is killed after the resume")
	paused := s.requestsOf(1)
	s.sent(35)
	if got := s.requestsOf(1); got != paused {
		t.Errorf("the paused backfill went on from %d to %d requests", paused, got)
	}
	s.steer(1, store.StepResume)
	s.sent(50)
	second.kill()
	began = s.clock()
	third := s.worker("the last worker")
	s.backfilled(third)
	s.settle(began, third)
	third.terminate()
	s.compare(want, s.facts().withoutJobs())
}

// newBackfillSite is a site whose workers are faster than they may be at the
// platform, and slow enough to be killed in the middle of a backfill.
func newBackfillSite(t *testing.T) *site {
	t.Helper()
	s := newLimitedSite(t, simulator.Config{Seed: 5, Unlimited: true})
	allow(t, s.Config.URL, 1200)
	return s
}

// ahead starts a worker and lets it read live data, before there are backfills:
// a feed whose first question a backfill asks counts as asked, and the clock of
// the site stands still.
func (s *site) ahead(name string) *program {
	s.Helper()
	began := s.clock()
	w := s.worker(name)
	s.settle(began, w)
	return w
}

// backfill starts the backfills of a site.
func (s *site) backfill() {
	s.Helper()
	now, err := time.Parse(time.RFC3339, siteTime)
	if err != nil {
		s.Fatal(err)
	}
	for _, o := range siteBackfills {
		if _, err := s.DB.EnqueueBackfill(s.Context(), s.DB.Pool, o, now); err != nil {
			s.Fatal(err)
		}
	}
}

func (s *site) steer(id int64, step string) {
	s.Helper()
	if _, err := s.DB.SteerBackfill(s.Context(), id, step); err != nil {
		s.Fatal(err)
	}
}

// sent waits until backfills have sent so many requests.
func (s *site) sent(n int) {
	s.Helper()
	eventually(s.T, patience, fmt.Sprintf("%d requests of backfills", n), func(ctx context.Context) error {
		got, err := one[int](ctx, s, `select count(*)::int from entsoe.fetches where lane = 'backfill'`)
		if err != nil || got < n {
			return fmt.Errorf("%d: %w", got, orNotYet(err))
		}
		return nil
	})
}

// requestsOf is how many requests a backfill has sent and finished.
func (s *site) requestsOf(id int64) int {
	s.Helper()
	return read[int](s, `select sent::int from entsoe.backfills where id = $1`, id)
}

// backfilled waits until all backfills are done.
func (s *site) backfilled(worker *program) {
	s.Helper()
	eventually(s.T, patience, "all backfills are done", func(ctx context.Context) error {
		if err := worker.running(); err != nil {
			return err
		}
		left, err := one[string](ctx, s, `select coalesce(string_agg(concat_ws(' ', id, state, requests_left), ', '), '') from entsoe.backfills where state <> 'done'`)
		if err != nil || left != "" {
			return fmt.Errorf("%s: %w", left, orNotYet(err))
		}
		return nil
	})
}

// withoutJobs are the facts but those of jobs: how often one was tried depends
// on when its worker died.
func (f facts) withoutJobs() facts {
	kept := facts{}
	for name, text := range f {
		if !strings.HasPrefix(name, "jobs ") {
			kept[name] = text
		}
	}
	return kept
}
