package worker

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"sync"
	"testing"
	"time"

	"entsoed/entsoe"
	"entsoed/entsoe/client"
	"entsoed/entsoe/simulator"
	"entsoed/jobs"
	"entsoed/store/dbtest"
	"entsoed/timeseries"
)

// leaping is a clock that runs fast and can leap ahead.
type leaping struct {
	speed float64
	begun time.Time
	base  time.Time

	mu    sync.Mutex
	ahead time.Duration
}

func (l *leaping) Now() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.base.Add(l.ahead + time.Duration(float64(time.Since(l.begun))*l.speed))
}

func (l *leaping) leap(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ahead += d
}

// outage is a scene whose platform answers 503 for nine days of its clock.
type outage struct {
	*scene
	clock      *leaping
	begin, end time.Time // of the outage
}

func newOutage(t *testing.T, speed float64) *outage {
	s := newScene(t)
	o := &outage{scene: s, clock: &leaping{speed: speed, begun: time.Now(), base: noon}}
	s.Sim = simulator.New(simulator.Config{Seed: 7, Now: o.clock.Now})
	server := httptest.NewServer(s.Sim)
	t.Cleanup(server.Close)
	s.Deps.Client = client.New(server.URL+"/api", token)
	s.Deps.Now, s.Deps.Speed = o.clock.Now, speed
	s.Deps.pace = realPace()
	s.Deps.pace.Beat = 100 * time.Millisecond // each leap of the clock is noticed at once
	s.Deps.Log = slog.New(slog.NewTextHandler(s.Log, &slog.HandlerOptions{Level: slog.LevelInfo}))
	s.Deps.Collect = jobs.Config{
		Areas: []string{"FR", "BE", "NL"}, Items: []string{"actual_total_load", "day_ahead_prices"},
		Since: jobs.Duration(48 * time.Hour), Interval: jobs.Duration(15 * time.Minute),
	}
	return o
}

// starts lets the outage begin.
func (o *outage) starts() {
	o.Helper()
	o.begin = o.clock.Now()
	o.end = o.begin.AddDate(0, 0, 9)
	if err := o.Sim.Inject(simulator.Fault{Kind: simulator.FaultUnavailable, Until: o.end}); err != nil {
		o.Fatal(err)
	}
}

// reaches waits for a time of the clock.
func (o *outage) reaches(at time.Time) {
	o.Helper()
	for o.clock.Now().Before(at) {
		time.Sleep(20 * time.Millisecond)
	}
}

// lacks lists what was due at a time and is not read: in every stage all that the
// timetable has as settled by then.
func (o *outage) lacks(at time.Time) (lacks []string) {
	o.Helper()
	for _, name := range o.Deps.Collect.Items {
		feeds, err := o.DB.ActiveFeeds(o.Context(), name)
		if err != nil {
			o.Fatal(err)
		}
		for _, f := range feeds {
			if f.LastDataAt == nil {
				lacks = append(lacks, fmt.Sprintf("%s %s was never read", f.Item, f.Name))
				continue
			}
			item, _ := entsoe.ItemByName(f.Item)
			item, _ = item.For(f.Variant)
			zone := entsoe.Feed{Item: f.Item, Area: f.Area, Variant: f.Variant}.Zone()
			for stage := range item.Timetable.Stages() {
				_, settled := item.Timetable.Due(stage, at, zone)
				missing, err := o.DB.Missing(o.Context(), f.ID, stage, timeseries.Window{From: noon.Add(-24 * time.Hour), To: settled})
				if err != nil {
					o.Fatal(err)
				}
				if len(missing) > 0 {
					lacks = append(lacks, fmt.Sprintf("%s %s %s stage %d: %v", f.Item, f.Name, f.Variant, stage, missing))
				}
			}
		}
	}
	return lacks
}

// TestNineDaysAway: the platform answers 503 for nine days, as from 2026-08-30 on.
// Within an hour of its end all that was due is read, within the budget; nothing
// has used up its attempts or filled its row with errors; and the log has one
// line when it began and one when it was over.
//
// The clock runs so fast that an hour passes in some seconds; in the short form
// it also leaps through the nine days. ENTSOED_LONG_TESTS=1 lives through them in
// 36 minutes.
func TestNineDaysAway(t *testing.T) {
	t.Parallel()
	long, speed := dbtest.Long(), 100.0
	if long {
		speed = 360
	}
	o := newOutage(t, speed)
	r := o.run()
	o.await("all feeds", func() bool { return len(o.lacks(noon)) == 0 })
	t.Logf("all feeds are read after %v", time.Since(o.clock.begun).Round(time.Millisecond))
	o.starts()
	o.await("the breaker", func() bool { return o.Log.Count("the platform is away") == 1 })
	t.Logf("the breaker opens after %v", time.Since(o.clock.begun).Round(time.Millisecond))
	if !long {
		for left := o.end.Sub(o.clock.Now()); left > 10*time.Minute; left = o.end.Sub(o.clock.Now()) {
			o.clock.leap(min(left-10*time.Minute, 4*time.Hour))
			o.await("a heartbeat after a leap", func() bool {
				return query[time.Time](o.scene, `select entsoe.clock()`).After(o.clock.Now().Add(-time.Hour))
			})
		}
	}
	o.reaches(o.end)
	asked := o.Sim.Stats().Outcomes["fault: unavailable"]
	if status, _ := r.get("/readyz"); status != http.StatusOK {
		t.Errorf("it is not ready because the platform is away: %d", status)
	}
	// Three feeds have to fail before the breaker opens. Until the third is due one job
	// may be tried some times, and the log says so.
	if n := query[int](o.scene, `select coalesce(max(cardinality(errors)), 0)::int from river.river_job`); n > 8 {
		t.Errorf("a job has %d errors in its row", n)
	}
	if n := query[int](o.scene, `select count(*)::int from river.river_job where kind = 'collect' and (attempt > 9 or state in ('cancelled', 'discarded'))`); n > 0 {
		t.Errorf("%d jobs have used up attempts", n)
	}
	if found := regexp.MustCompile("failed=[1-9]").FindString(o.Log.String()); found != "" {
		t.Errorf("a line of a round says what the breaker has told\n%s", o.Log)
	}
	o.await("an answer", func() bool { return o.Log.Count("the platform answers again") == 1 })
	t.Logf("%d requests in nine days of 503; the first answer %v after them", asked, o.clock.Now().Sub(o.end).Round(time.Second))

	hour := o.end.Add(time.Hour)
	o.await("what was due at the end", func() bool { return o.clock.Now().After(hour) || len(o.lacks(o.end)) == 0 })
	t.Logf("all is read after %v", o.clock.Now().Sub(o.end).Round(time.Second))
	for _, lack := range o.lacks(o.end) {
		t.Errorf("an hour after the end there lacks %s", lack)
	}
	o.withinBudget()
	// The other WARN says that the data is simulated. What River says of a write that
	// it tries again, for all jobs in a hurry may meet in a deadlock, is left out.
	for text, want := range map[string]int{"level=ERROR": o.Log.Count("will retry after sleep"), "level=WARN": 2 + o.Log.Count(`"collecting: retry"`), "the platform is away": 1, "the platform answers again": 1} {
		if n := o.Log.Count(text); n != want {
			t.Errorf("%d lines of the log say %q, want %d\n%s", n, text, want, o.Log)
		}
	}
	if got, want := query[string](o.scene, `select string_agg(kind || ' ' || subject || ' ' || (closed is not null), ',') from entsoe.alarms`), "platform api true"; got != want {
		t.Errorf("alarms are %q, want %q", got, want)
	}
}

// withinBudget checks that no minute of the real clock, which the budget and the
// platform go by, had more requests than the budget gives out, nor a minute of the
// simulated one more than its part of that.
func (o *outage) withinBudget() {
	o.Helper()
	stats := o.Sim.Stats()
	if most := o.Deps.PerMinute * 61 / 60; stats.MaxPerMinute > most || stats.Bans > 0 {
		o.Errorf("%d requests in a minute, %d bans; the budget gives out %d", stats.MaxPerMinute, stats.Bans, most)
	}
	// Ten real seconds have 65 slots at 390 a minute, and one second's worth of old ones.
	span := time.Duration(10 * o.clock.speed * float64(time.Second))
	most := query[int](o.scene, `
select coalesce(max(n), 0)::int from (
  select count(*) over (order by at range between $1::interval preceding and current row) as n
  from entsoe.fetches where at > $2) f`, span, o.end)
	if allowed := o.Deps.PerMinute * 11 / 60; most > allowed {
		o.Errorf("%d requests within %v after the end, allowed are %d", most, span, allowed)
	}
	o.Logf("at most %d requests within %v after the end, allowed are %d", most, span, o.Deps.PerMinute*11/60)
}
