package jobs

import (
	"log/slog"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"entsoed/entsoe"
	"entsoed/jobs/jobstest"
	"entsoed/store"
)

// newPlanner returns a plan worker for an item of some areas, and a scene in
// which nobody works its jobs.
func newPlanner(t *testing.T, item string, areas ...string) (*scene, *Plan, entsoe.Item) {
	t.Helper()
	s := &scene{T: t, now: noon}
	s.idle(t)
	known, found := entsoe.ItemByName(item)
	if !found {
		t.Fatalf("no item %s", item)
	}
	chosen, err := entsoe.SelectAreas(areas)
	if err != nil {
		t.Fatal(err)
	}
	selected := Selection{Feeds: entsoe.CandidateFeeds([]entsoe.Item{known}, chosen)}
	if _, err := Setup(t.Context(), s.DB, selected, Config{Interval: Duration(15 * time.Minute)}, 390); err != nil {
		t.Fatal(err)
	}
	p := &Plan{
		DB: s.DB, Since: 2 * 24 * time.Hour, Interval: 15 * time.Minute, Installation: "a", Now: s.Now, Speed: 1,
		Log: slog.New(slog.NewTextHandler(s.Log, nil)),
	}
	return s, p, known
}

// plan plans an item and returns how many jobs it enqueued.
func (s *scene) plan(p *Plan, item entsoe.Item) int {
	s.Helper()
	before := s.jobs()
	job := &river.Job[PlanArgs]{JobRow: &rivertype.JobRow{ID: 1}, Args: PlanArgs{Item: item.Name}}
	if err := p.Work(s.Context(), job); err != nil {
		s.Fatal(err)
	}
	return s.jobs() - before
}

func (s *scene) jobs() int {
	s.Helper()
	return query[int](s, `select count(*)::int from river.river_job`)
}

// finishJobs completes all jobs and notes that their feeds answered just now.
func (s *scene) finishJobs() {
	s.Helper()
	_, err := s.DB.Pool.Exec(s.Context(), `
		with finished as (update river.river_job set state = 'completed', finalized_at = now())
		update entsoe.feeds set (asked_at, first_data_at, last_data_at) = ($1::timestamptz, $1::timestamptz, $1::timestamptz) where active`, s.Now())
	if err != nil {
		s.Fatal(err)
	}
}

// cover notes data of the feeds in all stages.
func (s *scene) cover(feeds []store.FeedRow, window string, stages int) {
	s.Helper()
	var covers []store.StageCover
	for stage := range stages {
		covers = append(covers, store.StageCover{Stage: stage, Data: jobstest.Windows(s.T, window)})
	}
	for _, f := range feeds {
		err := pgx.BeginFunc(s.Context(), s.DB.Pool, func(tx pgx.Tx) error {
			return s.DB.CoverStages(s.Context(), tx, f.ID, covers)
		})
		if err != nil {
			s.Fatal(err)
		}
	}
}

// What is due is enqueued once: not while a job is alive, and not again before
// the time between two asks is over.
func TestPlanIsIdempotent(t *testing.T) {
	s, p, load := newPlanner(t, "actual_total_load", "FR", "BE", "NL")
	if got := s.plan(p, load); got != 3 {
		t.Fatalf("%d jobs, want 3", got)
	}
	if got := s.plan(p, load); got != 0 {
		t.Errorf("%d jobs while theirs are alive", got)
	}
	s.finishJobs()
	if got := s.plan(p, load); got != 0 {
		t.Errorf("%d jobs right after they were asked", got)
	}
	s.at(noon.Add(15 * time.Minute))
	if got := s.plan(p, load); got != 6 {
		t.Errorf("%d jobs a quarter of an hour later, want a live one and a revision of each", got)
	}
}

// A feed that answered everything is not asked until more can be published.
func TestPlanAsksOnlyWhatIsMissing(t *testing.T) {
	s, p, prices := newPlanner(t, "day_ahead_prices", "FR", "BE")
	if got := s.plan(p, prices); got != 2 {
		t.Fatalf("%d jobs, want 2", got)
	}
	s.finishJobs()
	feeds, err := s.DB.ActiveFeeds(t.Context(), prices.Name)
	if err != nil {
		t.Fatal(err)
	}
	s.cover(feeds[:1], "2026-01-01T00:00Z/2026-06-11T22:00Z", prices.Timetable.Stages())
	s.at(noon.Add(3 * time.Hour))
	s.plan(p, prices)
	if got := query[int64](s, `select distinct (args->>'feed')::bigint from river.river_job where state <> 'completed'`); got != feeds[1].ID {
		t.Errorf("feed %d is asked, want %d, which misses something", got, feeds[1].ID)
	}
}

// After weeks of downtime everything since then is planned, not only the last
// two days.
func TestPlanReachesBack(t *testing.T) {
	s, p, load := newPlanner(t, "actual_total_load", "FR")
	s.plan(p, load)
	s.finishJobs()
	first := query[time.Time](s, `select collect_from from entsoe.feeds`)
	if want := noon.Add(-2 * 24 * time.Hour); !first.Equal(want) {
		t.Fatalf("collected from %s, want %s", first, want)
	}
	s.at(noon.AddDate(0, 1, 0))
	if got := s.plan(p, load); got == 0 {
		t.Error("nothing is planned after a month")
	}
	if got := query[time.Time](s, `select collect_from from entsoe.feeds`); !got.Equal(first) {
		t.Errorf("the reach has moved to %s", got)
	}
	p.Since = 60 * 24 * time.Hour
	s.plan(p, load)
	if got, want := query[time.Time](s, `select collect_from from entsoe.feeds`), s.Now().AddDate(0, 0, -60); !got.Equal(want) {
		t.Errorf("with a longer COLLECT_SINCE the reach is %s, want %s", got, want)
	}
}

// Jobs start at an offset of their feed's own, which differs between
// installations.
func TestPlanDelays(t *testing.T) {
	p, other := &Plan{Installation: "a", Speed: 1}, &Plan{Installation: "b", Speed: 1}
	differ := map[time.Duration]bool{}
	apart := 0
	for id := range int64(100) {
		f := store.FeedRow{ID: id}
		d := p.delay(p.place(f), 15*time.Minute)
		if d < 0 || d > 2*time.Minute || d != p.delay(p.place(f), 15*time.Minute) {
			t.Fatalf("feed %d waits %s", id, d)
		}
		differ[d] = true
		if d != other.delay(other.place(f), 15*time.Minute) {
			apart++
		}
	}
	if len(differ) < 50 || apart < 90 {
		t.Errorf("%d different delays of 100 feeds, %d differ from those of another installation", len(differ), apart)
	}
}

// Nothing is written when nothing is due, however often it is asked.
func TestPlanLeavesNoDeadRows(t *testing.T) {
	s, p, load := newPlanner(t, "actual_total_load", "FR", "BE")
	s.plan(p, load)
	inserted := func() int {
		return query[int](s, `select last_value::int from pg_sequences where schemaname = 'river' and sequencename = 'river_job_id_seq'`)
	}
	before := inserted()
	for range 10 {
		s.plan(p, load)
	}
	if got := inserted(); got != before {
		t.Errorf("%d job numbers were burnt", got-before)
	}
}

func TestNeeds(t *testing.T) {
	now := time.Date(2026, 6, 10, 12, 7, 0, 0, time.UTC)
	load := jobstest.Item(t, "actual_total_load")
	all := needs(load, now.AddDate(0, 0, -7), now, entsoe.Brussels())
	if len(all) == 0 || all[0].Stage != 0 || all[0].Window.To.After(now) {
		t.Fatalf("needs = %v", all)
	}
	for i, n := range all[1:] {
		if n.Stage <= all[i].Stage || n.Window.To.After(all[i].Window.To) {
			t.Errorf("stage %d reads up to %s, stage %d before it up to %s", n.Stage, n.Window.To, all[i].Stage, all[i].Window.To)
		}
		if n.Window.To.Minute() != 0 {
			t.Errorf("stage %d reads slivers: up to %s", n.Stage, n.Window.To)
		}
	}
}

func TestReach(t *testing.T) {
	prices := jobstest.Item(t, "day_ahead_prices")
	now := time.Date(2026, 6, 10, 0, 0, 0, 0, time.UTC)
	if got, want := reach(prices, 7*24*time.Hour, now), now.AddDate(0, 0, -7); !got.Equal(want) {
		t.Errorf("reach = %s, want %s", got, want)
	}
	prices.Since = "2026-06-08"
	if got, want := reach(prices, 7*24*time.Hour, now), now.AddDate(0, 0, -2); !got.Equal(want) {
		t.Errorf("reach of an item that began later = %s, want %s", got, want)
	}
}
