package jobs

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/riverqueue/river/rivertype"

	"entsoed/entsoe"
	"entsoed/entsoe/simulator"
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

// Every item of the catalogue comes from the simulator into the item's view, in
// each of its variants that some area publishes, and comes again without a
// change. What the platform retired it refuses.
func TestCollectEveryItem(t *testing.T) {
	s := newScene(t)
	areas, err := entsoe.SelectAreas([]string{"all"})
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range entsoe.Items() {
		if item.Retired != "" {
			continue
		}
		found := 0
		for _, v := range item.Variants {
			if s.collects(item, v.Name, areas) {
				found++
			}
		}
		shown := query[int](s, fmt.Sprintf(`select count(*)::int from entsoe.%s`, item.Name))
		if found == 0 || shown == 0 {
			t.Errorf("%s: data in %d of %d variants, %d rows in the view", item.Name, found, len(item.Variants), shown)
		}
	}
}

// collects collects a variant of an item of the first area that publishes it,
// twice; false if there is none.
func (s *scene) collects(item entsoe.Item, variant string, areas []entsoe.Area) bool {
	s.Helper()
	item, _ = item.For(variant)
	from := noon.AddDate(0, -2, 0)
	if _, settled := item.Timetable.Published(noon, entsoe.Brussels()); settled.Before(from.AddDate(0, 0, 28)) {
		from = settled.AddDate(0, 0, -28) // costs are published months later
	}
	from = from.Truncate(24 * time.Hour)
	w := timeseries.Window{From: from, To: from.AddDate(0, 0, 1)}
	if item.Shape == entsoe.Documents || item.Shape == entsoe.List { // there may be none on a day
		w.To = from.AddDate(0, 0, 28)
	}
	w = entsoe.SplitWindow(w, item.LimitStep())[0]
	f, found := s.publisher(candidates(item, areas), w)
	if !found {
		return false
	}
	feed := s.feed(item.Name, f.AreaName(), variant)
	rows := func(count string) int {
		id := s.insert(feed, LaneFetch, w)
		for { // beside it, jobs for missing revisions may end
			if job := s.next().Job; job.ID != id {
				continue
			} else if job.State != rivertype.JobStateCompleted {
				s.Fatalf("%s %q %s: job is %s: %v", item.Name, variant, f.AreaName(), job.State, job.Errors)
			}
			return query[int](s, `select coalesce(sum(`+count+`), 0)::int from entsoe.fetches where job_id = $1`, id)
		}
	}
	if rows("points") == 0 {
		s.Errorf("%s %q %s: nothing in the answer", item.Name, variant, f.AreaName())
	}
	if again := rows("changed + retracted"); again != 0 {
		s.Errorf("%s %q %s: collected again, %d rows changed", item.Name, variant, f.AreaName(), again)
	}
	return true
}

// candidates returns the feeds of the item's variant, also of one that is only
// asked on demand.
func candidates(item entsoe.Item, areas []entsoe.Area) []entsoe.Feed {
	item.Variants = slices.Clone(item.Variants)
	item.Variants[0].OnDemand = false
	return entsoe.CandidateFeeds([]entsoe.Item{item}, areas)
}

// mostTried is how many feeds of a variant are asked before it counts as one
// that nobody publishes.
const mostTried = 60

// publisher returns the first feed for which the upstream has data.
func (s *scene) publisher(feeds []entsoe.Feed, w timeseries.Window) (entsoe.Feed, bool) {
	s.Helper()
	for _, f := range feeds[:min(len(feeds), mostTried)] {
		request, err := entsoe.NewRequest(f, w)
		if err != nil {
			s.Fatal(err)
		}
		_, err = s.Collect.Client.Fetch(s.Context(), request, func(context.Context) error { return nil })
		if err == nil || a[*entsoe.TooManyError](err) {
			return f, true
		}
		if !a[*entsoe.NoDataError](err) {
			s.Fatalf("%s %s %s: %v", f.Item, f.AreaName(), f.Variant, err)
		}
	}
	return entsoe.Feed{}, false
}

// A window that a person asks for is asked as it is, in one request, and only
// that is covered, although the answer holds the whole day.
func TestCollectFixedWindow(t *testing.T) {
	s := newScene(t)
	feed := s.feed("day_ahead_prices", "FR", "")
	s.completes(feed, LaneFetch, span(t, "2026-06-01T10:00Z/2026-06-01T12:00Z"))
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
	s.completes(feed, LaneFetch, span(t, "2025-01-01T00:00Z/2025-02-01T00:00Z"))
	for stage := range item(t, "actual_total_load").Timetable.Stages() {
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
	w := span(t, "2025-01-01T00:00Z/2025-04-01T00:00Z")
	if err := s.Sim.Inject(simulator.Fault{Kind: simulator.FaultLimit, Value: "P1M"}); err != nil {
		t.Fatal(err)
	}
	s.completes(feed, LaneFetch, w)
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
	s.completes(feed, LaneFetch, span(t, "2025-04-01T00:00Z/2025-06-01T00:00Z"))
	if got, want := s.outcomes(), "too_long data data data data data"; got != want {
		t.Errorf("the limit was forgotten: %s", got)
	}
}

// Too many TimeSeries: pages where the item pages ...
func TestCollectPages(t *testing.T) {
	s := newScene(t)
	feed := s.feed("day_ahead_prices", "DE_LU", "")
	w := span(t, "2025-01-31T23:00Z/2025-08-31T22:00Z")
	if err := s.Sim.Inject(simulator.Fault{Kind: simulator.FaultInstances, Value: "100"}); err != nil {
		t.Fatal(err)
	}
	s.completes(feed, LaneFetch, w)
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
	w := span(t, "2026-05-31T22:00Z/2026-06-04T22:00Z")
	if err := s.Sim.Inject(simulator.Fault{Kind: simulator.FaultInstances, Value: "1", Next: 2}); err != nil {
		t.Fatal(err)
	}
	s.completes(feed, LaneFetch, w)
	if got, want := s.coverage(feed, 0), "data "+w.String(); got != want {
		t.Errorf("coverage %s, want %s", got, want)
	}
	if err := s.Sim.Inject(simulator.Fault{Kind: simulator.FaultInstances, Value: "1"}); err != nil {
		t.Fatal(err)
	}
	day := span(t, "2026-06-04T22:00Z/2026-06-05T22:00Z")
	job := s.work(feed, LaneFetch, day)
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
	tomorrow := span(t, "2026-06-10T22:00Z/2026-06-11T22:00Z")
	s.completes(feed, LaneFetch, tomorrow)
	if got := s.coverage(feed, 0); got != "" {
		t.Errorf("coverage before the auction: %s", got)
	}
	s.at(noon)
	s.completes(feed, LaneFetch, tomorrow)
	if got, want := s.coverage(feed, 0), "data "+tomorrow.String(); got != want {
		t.Errorf("coverage after it: %s, want %s", got, want)
	}
}

// An attempt that follows an interrupted one asks only for what that one has
// not saved.
func TestCollectResumes(t *testing.T) {
	s := newScene(t)
	feed := s.feed("actual_total_load", "FR", "")
	if err := s.DB.LearnLimit(t.Context(), feed.ID, "P1D"); err != nil {
		t.Fatal(err)
	}
	if err := s.Sim.Inject(simulator.Fault{Kind: simulator.FaultUnavailable, Every: 3}); err != nil {
		t.Fatal(err)
	}
	w := span(t, "2026-05-01T00:00Z/2026-05-05T00:00Z")
	if job := s.work(feed, LaneFetch, w); job.State != rivertype.JobStateRetryable {
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
