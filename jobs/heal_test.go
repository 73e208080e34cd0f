package jobs

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/riverqueue/river/rivertype"

	"entsoed/entsoe/simulator"
	"entsoed/jobs/commit"
	"entsoed/jobs/jobstest"
	"entsoed/store"
	"entsoed/timeseries"
)

// moody answers some requests as it likes, by the month in which their window
// begins, and leaves the others to the simulator.
type moody struct {
	http.Handler
	month string // "202603"; empty: all
	mood  atomic.Pointer[string]
	asked atomic.Int64 // of these
}

// The moods.
var (
	dark     = "No matching data found for Data item ACTUAL_TOTAL_LOAD_R3 [6.1.A] (10YFR-RTE------C) and interval x."
	refusing = "The combination of [DocumentType=A65] is not valid"
)

func (m *moody) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Query().Get("periodStart"), m.month) {
		m.asked.Add(1)
		w.Header().Set("Entsoed-Simulator", "11")
		switch mood := m.mood.Load(); mood {
		case nil:
		case &dark:
			acknowledge(w, http.StatusOK, *mood)
			return
		default:
			acknowledge(w, http.StatusBadRequest, *mood)
			return
		}
	}
	m.Handler.ServeHTTP(w, r)
}

// newMoody is a campaign with such an upstream, and a feed that is asked by the
// month.
func newMoody(t *testing.T, month string, mood *string) (*scene, *moody, store.FeedRow) {
	t.Helper()
	m := &moody{month: month}
	m.mood.Store(mood)
	s := newCampaign(t, simulator.Config{Seed: 11}, func(next http.Handler) http.Handler {
		m.Handler = next
		return m
	})
	feed := s.feed("actual_total_load", "FR", "")
	if err := s.DB.LearnLimit(t.Context(), feed.ID, "P1M", s.Now()); err != nil {
		t.Fatal(err)
	}
	return s, m, feed
}

// spring is what the moody are asked for.
const springFrom, springTo = "2026-01-01T00:00Z", "2026-05-01T00:00Z"

// answers lists what entsoe.gaps says of the spring: "failed 2026-03-01T00:00Z/2026-04-01T00:00Z".
func (s *scene) answers(area string) string {
	s.Helper()
	w := timeseries.Window{From: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)}
	gaps, err := s.DB.Gaps(s.Context(), "actual_total_load", area, w, s.Now())
	if err != nil {
		s.Fatal(err)
	}
	var all []string
	for _, g := range gaps {
		all = append(all, g.Answer+" "+timeseries.Window{From: g.From.UTC(), To: g.To.UTC()}.String())
	}
	return strings.Join(all, ", ")
}

// What was not published when a backfill asked is asked again ever more rarely,
// and arrives when it is published.
func TestLatePublication(t *testing.T) {
	s, m, _ := newMoody(t, "202603", &dark)
	s.order("actual_total_load", "FR", springFrom, springTo)
	s.done(1)
	const march = "2026-03-01T00:00Z/2026-04-01T00:00Z"
	if got := s.answers("FR"); got != "not published "+march {
		t.Errorf("gaps: %s", got)
	}
	begun := s.Now()
	var ages []time.Duration // of March when it was asked again
	for s.Now().Before(begun.AddDate(1, 0, 0)) {
		s.at(s.Now().Add(6 * time.Hour))
		before := m.asked.Load()
		s.heal()
		if m.asked.Load() != before {
			ages = append(ages, s.Now().Sub(begun).Round(time.Hour))
		}
	}
	if len(ages) < 7 || len(ages) > 11 {
		t.Errorf("asked %d times more in a year: %s", len(ages), ages)
	}
	for i := 1; i < len(ages); i++ {
		if wait, before := ages[i]-ages[i-1], ages[i-1]; wait < before*9/10 && wait < commit.LongestWait {
			t.Errorf("asked again at the age of %s, %s after the time before", ages[i], wait)
		}
	}
	m.mood.Store(nil)
	s.at(s.Now().Add(2 * commit.LongestWait))
	s.heal()
	if got := s.answers("FR"); got != "" {
		t.Errorf("gaps after it was published: %s", got)
	}
	if n := query[int](s, `select count(*)::int from entsoe.unanswered`); n != 0 {
		t.Errorf("%d spans count as unanswered", n)
	}
}

// A whole feed that begins to publish years late comes in completely, though
// until then only its newest window was asked for.
func TestFeedThatBeginsLate(t *testing.T) {
	calm := newCampaign(t, simulator.Config{Seed: 11}, nil)
	calm.order("actual_total_load", "FR", springFrom, springTo)
	calm.done(1)

	s, m, _ := newMoody(t, "", &dark)
	s.order("actual_total_load", "FR", springFrom, springTo)
	s.done(1)
	if got := m.asked.Load(); got != 4 {
		t.Fatalf("%d requests, want 4", got)
	}
	for range 4 {
		s.at(s.Now().AddDate(0, 0, 20))
		s.heal()
	}
	if got := m.asked.Load(); got > 4+4 {
		t.Errorf("%d requests while there was nothing", got)
	}
	m.mood.Store(nil)
	for range 3 {
		s.at(s.Now().AddDate(0, 0, 100))
		s.heal()
	}
	if diff := cmp.Diff(calm.facts(), s.facts()); diff != "" {
		t.Errorf("not all has come (-at once, +late)\n%s", diff)
	}
}

// What the platform refused is tried again by itself, too.
func TestRefusalsHeal(t *testing.T) {
	s, m, _ := newMoody(t, "202603", &refusing)
	s.order("actual_total_load", "FR", springFrom, springTo)
	s.done(1)
	if got := s.answers("FR"); got != "failed 2026-03-01T00:00Z/2026-04-01T00:00Z" {
		t.Errorf("gaps: %s", got)
	}
	if reason := query[string](s, `select reason from entsoe.gaps('actual_total_load', 'FR', '2026-01-01Z', '2026-05-01Z', '2026-06-10Z')`); !strings.Contains(reason, refusing) {
		t.Errorf("reason: %s", reason)
	}
	m.mood.Store(nil)
	s.at(s.Now().AddDate(0, 0, 2))
	s.heal()
	if got := s.answers("FR"); got != "" {
		t.Errorf("gaps: %s", got)
	}
}

// Holes in the middle are found and filled, wherever they come from: in what
// backfills went through, and not where nobody wanted anything.
func TestHolesHeal(t *testing.T) {
	s := newCampaign(t, simulator.Config{Seed: 11}, nil)
	s.order("actual_total_load,day_ahead_prices", "FR", "2025-01-01T00:00Z", springTo)
	s.done(1)
	want := s.facts()
	s.heal()
	if got := s.asked("actual_total_load") + s.asked("day_ahead_prices"); got != 4 {
		t.Errorf("%d requests, though nothing was missing after 4", got)
	}
	for _, sql := range []string{
		`update entsoe.coverage set data = data - '{["2025-02-03 05:00Z","2025-02-03 07:00Z"), ["2025-07-01Z","2025-09-01Z")}'`,
		`delete from entsoe.points where at >= '2025-02-03 05:00Z' and at < '2025-02-03 07:00Z' or at >= '2025-07-01Z' and at < '2025-09-01Z'`,
		`insert into entsoe.feeds (item, area, name) values ('actual_total_load', '10YBE----------2', 'BE')`, // nobody wanted it
	} {
		if _, err := s.DB.Pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	s.heal()
	if diff := cmp.Diff(want, s.facts()); diff != "" {
		t.Errorf("not what was there (-before, +healed)\n%s", diff)
	}
	if got := s.asked("actual_total_load"); got != 2+2 {
		t.Errorf("%d requests for the load, want two and one for each hole", got)
	}
}

// Three answers are three: what was not asked, what failed, what is not there;
// and what is not due yet is none.
func TestGapsTellWhy(t *testing.T) {
	s, m, feed := newMoody(t, "202603", &dark)
	if got := s.answers("FR"); got != "not fetched 2026-01-01T00:00Z/2026-05-01T00:00Z" {
		t.Errorf("before anything was asked: %s", got)
	}
	s.order("actual_total_load", "FR", "2026-02-01T00:00Z", "2026-04-01T00:00Z")
	s.done(1)
	away := http.StatusServiceUnavailable
	m.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(away) })
	s.insert(feed, store.LaneBackfill, timeseries.Window{From: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 4, 8, 0, 0, 0, 0, time.UTC)})
	s.eventually("the job has not failed", func() (string, bool) {
		state := query[string](s, `select state::text from river.river_job order by id desc limit 1`)
		return state, state == "retryable"
	})
	want := "not fetched 2026-01-01T00:00Z/2026-02-01T00:00Z, not published 2026-03-01T00:00Z/2026-04-01T00:00Z, failed 2026-04-01T00:00Z/2026-04-08T00:00Z, not fetched 2026-04-08T00:00Z/2026-05-01T00:00Z"
	if got := s.answers("FR"); got != want {
		t.Errorf("gaps %s\nwant %s", got, want)
	}
	// The deadline of the load is two hours after the hour.
	gaps, err := s.DB.Gaps(t.Context(), "actual_total_load", "FR", timeseries.Window{From: noon.Add(-24 * time.Hour), To: noon.Add(24 * time.Hour)}, noon)
	if err != nil || len(gaps) != 1 || !gaps[0].To.Equal(noon.Add(-2*time.Hour)) {
		t.Errorf("gaps of today: %+v, %v", gaps, err)
	}
	if _, err := s.DB.Gaps(t.Context(), "actual_total_lod", "FR", timeseries.Window{From: noon, To: noon}, noon); err == nil || !strings.Contains(err.Error(), "did you mean actual_total_load") {
		t.Errorf("an item that is none: %v", err)
	}
}

// What was refused, and has no data when it is asked for again before its deadline,
// is not forgotten: it is asked for until the deadline tells that there is none.
func TestRefusalBeforeTheDeadline(t *testing.T) {
	var mood atomic.Pointer[string]
	mood.Store(&refusing)
	s := newSceneOf(t, func(w http.ResponseWriter, _ *http.Request) {
		if mood.Load() == &refusing {
			acknowledge(w, http.StatusBadRequest, refusing)
			return
		}
		acknowledge(w, http.StatusOK, dark)
	})
	const day = "2026-06-10T22:00Z/2026-06-11T22:00Z" // tomorrow: its deadline is its beginning
	feed, tomorrow := s.feed("day_ahead_prices", "AT", ""), jobstest.Window(t, day)
	if job := s.work(feed, store.LaneFetch, tomorrow); job.State != rivertype.JobStateCancelled {
		t.Fatalf("the job is %s", job.State)
	}
	mood.Store(&dark)
	s.at(noon.Add(time.Hour))
	s.completes(feed, store.LaneFetch, tomorrow)
	asks := 1
	for ; s.coverage(feed, 0) == "refused "+day && asks < 10; asks++ {
		s.at(query[time.Time](s, `select again_at from entsoe.unanswered where refused`))
		s.completes(feed, store.LaneRevision, timeseries.Window{})
	}
	if got := s.coverage(feed, 0); got != "empty "+day || asks > 5 {
		t.Errorf("coverage after %d answers without data: %s", asks, got)
	}
	if again := query[time.Time](s, `select min(again_at) from entsoe.unanswered where not refused`); !again.After(s.Now()) {
		t.Errorf("it is asked for again at %s, now is %s", again, s.Now())
	}
}
