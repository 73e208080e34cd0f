package jobs

import (
	"strings"
	"testing"
	"time"

	"github.com/riverqueue/river/rivertype"

	"entsoed/entsoe/simulator"
	"entsoed/jobs/jobstest"
	"entsoed/store"
	"entsoed/timeseries"
)

// A live job asks what it misses, stores it, says so in coverage and in the
// record of the request, and is completed. A second one has nothing to ask.
func TestCollectLive(t *testing.T) {
	s := newScene(t)
	feed := s.feed("day_ahead_prices", "FR", "")
	s.completes(feed, store.LaneLive, timeseries.Window{})
	if got, want := s.coverage(feed, 0), "data 2026-06-07T22:00Z/2026-06-11T22:00Z"; got != want {
		t.Errorf("coverage %s, want %s", got, want)
	}
	if n := query[int](s, `select count(*) from entsoe.day_ahead_prices where area = 'FR'`); n == 0 {
		t.Error("the view of the item is empty")
	}
	if got := s.outcomes(); got != "data" {
		t.Errorf("requests: %s", got)
	}
	before := s.Sim.Stats().Requests
	s.completes(feed, store.LaneLive, timeseries.Window{})
	if got := s.Sim.Stats().Requests; got != before {
		t.Errorf("%d requests for what is covered", got-before)
	}
}

// completes works a job that must be completed at its first attempt.
func (s *scene) completes(feed store.FeedRow, lane string, w timeseries.Window) {
	s.Helper()
	if job := s.work(feed, lane, w); job.State != rivertype.JobStateCompleted {
		s.Fatalf("%s %s: job is %s: %v\n%s", feed.Item, feed.Name, job.State, job.Errors, s.Log)
	}
}

// A window that a person asks for is asked as it is, in one request, and only
// that is covered, although the answer holds the whole day.
func TestCollectFixedWindow(t *testing.T) {
	s := newScene(t)
	feed := s.feed("day_ahead_prices", "FR", "")
	s.completes(feed, store.LaneFetch, jobstest.Window(t, "2026-06-01T10:00Z/2026-06-01T12:00Z"))
	if got, want := s.coverage(feed, 0), "data 2026-06-01T10:00Z/2026-06-01T12:00Z"; got != want {
		t.Errorf("coverage %s, want %s", got, want)
	}
	hours := query[int](s, `select count(distinct date_trunc('hour', at))::int from entsoe.day_ahead_prices`)
	if hours != 24 {
		t.Errorf("%d hours are stored, want the 24 of the market day", hours)
	}
}

// The answer to a late read counts for all stages whose time has come.
func TestCollectCoversAllStages(t *testing.T) {
	s := newScene(t)
	feed := s.feed("actual_total_load", "FR", "")
	s.completes(feed, store.LaneFetch, jobstest.Window(t, "2025-01-01T00:00Z/2025-02-01T00:00Z"))
	for stage := range jobstest.Item(t, "actual_total_load").Timetable.Stages() {
		if got, want := s.coverage(feed, stage), "data 2025-01-01T00:00Z/2025-02-01T00:00Z"; got != want {
			t.Errorf("stage %d: %s, want %s", stage, got, want)
		}
	}
}

// When the platform shortens its longest window over night, no job fails and
// nothing is missing; the limit is remembered.
func TestCollectLearnsLimit(t *testing.T) {
	s := newScene(t)
	feed := s.feed("actual_total_load", "FR", "")
	w := jobstest.Window(t, "2025-01-01T00:00Z/2025-04-01T00:00Z")
	if err := s.Sim.Inject(simulator.Fault{Kind: simulator.FaultLimit, Value: "P1M"}); err != nil {
		t.Fatal(err)
	}
	s.completes(feed, store.LaneFetch, w)
	if got, want := s.coverage(feed, 0), "data "+w.String(); got != want {
		t.Errorf("coverage %s, want %s", got, want)
	}
	if got, want := s.outcomes(), "too_long data data data"; got != want {
		t.Errorf("requests: %s, want %s", got, want)
	}
	if got := query[string](s, `select learned_limit from entsoe.feeds`); got != "P1M" {
		t.Errorf("learned limit %q", got)
	}
	whole := query[int](s, `select count(*)::int from entsoe.points`)
	if want := 90 * 96; whole != want && whole != 90*24 {
		t.Errorf("%d points, want %d", whole, want)
	}
	s.completes(feed, store.LaneFetch, jobstest.Window(t, "2025-04-01T00:00Z/2025-06-01T00:00Z"))
	if got, want := s.outcomes(), "too_long data data data data data"; got != want {
		t.Errorf("the limit was forgotten: %s", got)
	}
}

// Too many TimeSeries: pages where the item pages ...
func TestCollectPages(t *testing.T) {
	s := newScene(t)
	feed := s.feed("day_ahead_prices", "DE_LU", "")
	w := jobstest.Window(t, "2025-01-31T23:00Z/2025-08-31T22:00Z")
	if err := s.Sim.Inject(simulator.Fault{Kind: simulator.FaultInstances, Value: "100"}); err != nil {
		t.Fatal(err)
	}
	s.completes(feed, store.LaneFetch, w)
	if got, want := s.coverage(feed, 0), "data "+w.String(); got != want {
		t.Errorf("coverage %s, want %s", got, want)
	}
	outcomes := strings.Fields(s.outcomes())
	if len(outcomes) < 4 || outcomes[0] != OutcomeTooMany || outcomes[1] != OutcomeData {
		t.Errorf("requests: %v", outcomes)
	}
	days := query[int](s, `select count(distinct (at at time zone 'Europe/Berlin')::date)::int from entsoe.day_ahead_prices`)
	if days != 212 {
		t.Errorf("%d days are stored, want 212", days)
	}
}

// ... else shorter windows, down to a day; what then still is too much is
// cancelled with the reason, and not asked at every tick.
func TestCollectHalves(t *testing.T) {
	s := newScene(t)
	feed := s.feed("actual_generation_per_production_type", "FR", "")
	w := jobstest.Window(t, "2026-05-31T22:00Z/2026-06-04T22:00Z")
	if err := s.Sim.Inject(simulator.Fault{Kind: simulator.FaultInstances, Value: "1", Next: 2}); err != nil {
		t.Fatal(err)
	}
	s.completes(feed, store.LaneFetch, w)
	if got, want := s.coverage(feed, 0), "data "+w.String(); got != want {
		t.Errorf("coverage %s, want %s", got, want)
	}
	if err := s.Sim.Inject(simulator.Fault{Kind: simulator.FaultInstances, Value: "1"}); err != nil {
		t.Fatal(err)
	}
	day := jobstest.Window(t, "2026-06-04T22:00Z/2026-06-05T22:00Z")
	job := s.work(feed, store.LaneFetch, day)
	if job.State != rivertype.JobStateCancelled || len(job.Errors) != 1 || !strings.Contains(job.Errors[0].Error, "cannot be cut") {
		t.Errorf("job is %s: %v", job.State, job.Errors)
	}
	if got, want := s.coverage(feed, 0), "data "+w.String()+", refused "+day.String(); got != want {
		t.Errorf("coverage %s, want %s", got, want)
	}
}

// Nothing that can still be published is covered by an answer without it.
func TestCollectBeforePublication(t *testing.T) {
	s := newScene(t)
	s.at(time.Date(2026, 6, 10, 10, 45, 0, 0, time.UTC)) // prices of the 11th are possible from 12:40 in Brussels
	feed := s.feed("day_ahead_prices", "FR", "")
	tomorrow := jobstest.Window(t, "2026-06-10T22:00Z/2026-06-11T22:00Z")
	s.completes(feed, store.LaneFetch, tomorrow)
	if got := s.coverage(feed, 0); got != "" {
		t.Errorf("coverage before the auction: %s", got)
	}
	s.at(noon)
	s.completes(feed, store.LaneFetch, tomorrow)
	if got, want := s.coverage(feed, 0), "data "+tomorrow.String(); got != want {
		t.Errorf("coverage after it: %s, want %s", got, want)
	}
}

// An attempt that follows an interrupted one asks only for what that one has
// not saved.
func TestCollectResumes(t *testing.T) {
	s := newScene(t)
	feed := s.feed("actual_total_load", "FR", "")
	if err := s.DB.LearnLimit(t.Context(), feed.ID, "P1D", noon); err != nil {
		t.Fatal(err)
	}
	if err := s.Sim.Inject(simulator.Fault{Kind: simulator.FaultUnavailable, Every: 3}); err != nil {
		t.Fatal(err)
	}
	w := jobstest.Window(t, "2026-05-01T00:00Z/2026-05-05T00:00Z")
	if job := s.work(feed, store.LaneFetch, w); job.State != rivertype.JobStateRetryable {
		t.Fatalf("job is %s: %v", job.State, job.Errors)
	}
	s.Sim.Clear()
	query[int64](s, `update river.river_job set state = 'available', scheduled_at = now() returning id`)
	if job := s.next().Job; job.State != rivertype.JobStateCompleted {
		t.Fatalf("second attempt: job is %s: %v", job.State, job.Errors)
	}
	if got, want := s.outcomes(), "data data unavailable data data"; got != want {
		t.Errorf("requests: %s, want %s", got, want)
	}
	if got, want := s.coverage(feed, 0), "data "+w.String(); got != want {
		t.Errorf("coverage %s, want %s", got, want)
	}
}
