package main

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"entsoed/entsoe"
	"entsoed/entsoe/simulator"
	"entsoed/jobs"
	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/store/queue"
	"entsoed/timeseries"
)

// site is a database and a simulated platform of a test's own, for workers that
// are processes. Their clock and the platform's stand still, so that whatever
// happens in between, the same is to be had.
type site struct {
	*testing.T
	Config   store.Config
	DB       *store.DB
	Sim      *simulator.Simulator
	Arrivals *arrivals         // of requests to the simulator
	Settings map[string]string // of the workers
}

// siteTime is the Tuesday after a change of the clocks, when the prices of
// Wednesday are published.
const siteTime = "2026-03-31T13:20:00Z"

// siteItems and siteAreas are what the workers of a site collect by themselves.
const (
	siteItems = "day_ahead_prices,actual_total_load,actual_generation_per_production_type,cross_border_physical_flows"
	siteAreas = "DE_LU,FR,NL"
)

func newSite(t *testing.T) *site {
	t.Helper()
	s := newLimitedSite(t, simulator.Config{Seed: 5, Unlimited: true})
	allow(t, s.Config.URL, 60_000)
	return s
}

// newLimitedSite is newSite with the platform's limit and the usual budget.
func newLimitedSite(t *testing.T, platform simulator.Config) *site {
	t.Helper()
	now, err := time.Parse(time.RFC3339, siteTime)
	if err != nil {
		t.Fatal(err)
	}
	s := &site{T: t, Config: dbtest.New(t, jobs.Catalogue())}
	if s.DB, err = store.Open(t.Context(), s.Config, 2); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.DB.Close)
	platform.Now = simulator.Clock(now, 0)
	s.Sim = simulator.New(platform)
	s.Arrivals = &arrivals{Handler: s.Sim}
	server := httptest.NewServer(s.Arrivals)
	t.Cleanup(server.Close)
	t.Cleanup(s.Sim.Clear)
	s.Settings = map[string]string{
		"DATABASE_URL":         s.Config.URL,
		"DATABASE_TIMESCALEDB": s.Config.TimescaleDB,
		"DATABASE_WORKER_USER": s.Config.WorkerUser, "DATABASE_WORKER_PASSWORD": s.Config.WorkerPassword,
		"ENTSOE_API_URL": server.URL + "/api",
		"ENTSOE_ITEMS":   siteItems,
		"ENTSOE_AREAS":   siteAreas,
		"HTTP_ADDR":      "127.0.0.1:0",
		"LOG_LEVEL":      "debug",
	}
	return s
}

// allow lets all processes of a database send so many requests a minute, which
// is more than they may be set to: no test but those of the budget waits for it.
func allow(t *testing.T, url string, perMinute int) {
	t.Helper()
	query(t, url, `
		create function public.hurry() returns trigger language plpgsql as $$
		begin
		  new.next_free := least(new.next_free, clock_timestamp() + '1 minute'::interval / `+strconv.Itoa(perMinute)+`);
		  return new;
		end $$`)
	query(t, url, `create trigger hurry before update on entsoe.budget for each row execute function public.hurry()`)
	// Else the first request waits for a second, as after a restart of the server.
	query(t, url, `update entsoe.budget set booted_at = pg_postmaster_start_time()`)
}

// worker starts a worker with the site's clock.
func (s *site) worker(name string) *program {
	s.Helper()
	return start(s.T, name, s.Settings, "worker", "--now", siteTime, "--speed", "0")
}

// order is a fixed window that somebody wants.
type order struct {
	Item, Area, From, To string // From and To as RFC 3339
}

// siteOrders are jobs that every site has from the start. The first takes
// several requests, each saved by itself; what they read is not collected
// otherwise, so that nothing heals it behind their back.
var siteOrders = []order{
	{"actual_generation_per_generation_unit", "FR", "2026-03-20T23:00:00Z", "2026-03-23T23:00:00Z"},
	{"day_ahead_prices", "BE", "2026-02-28T23:00:00Z", "2026-03-05T23:00:00Z"},
	{"wind_solar_forecast_day_ahead", "DE_LU", "2026-03-28T23:00:00Z", "2026-03-30T22:00:00Z"},
}

// place inserts the jobs of the orders as `entsoed fetch` does.
func (s *site) place(orders []order) {
	s.Helper()
	for _, o := range orders {
		item, _ := entsoe.ItemByName(o.Item)
		area, counter, err := entsoe.ParseFeedArea(item, o.Area)
		if err != nil {
			s.Fatal(err)
		}
		feed := entsoe.Feed{Item: o.Item, Area: area.EIC, CounterArea: counter.EIC}
		rows, err := s.DB.EnsureFeeds(s.Context(), jobs.FeedRows([]entsoe.Feed{feed}))
		if err != nil {
			s.Fatal(err)
		}
		_, _, err = queue.InsertCollect(s.Context(), s.DB, queue.Collect{
			Feed: rows[0], Lane: store.LaneFetch, Window: window(s.T, o.From, o.To), Queue: store.LaneLive, MaxAttempts: jobs.MaxAttempts,
		})
		if err != nil {
			s.Fatal(err)
		}
	}
}

func window(t *testing.T, from, to string) timeseries.Window {
	t.Helper()
	f, err := time.Parse(time.RFC3339, from)
	if err != nil {
		t.Fatal(err)
	}
	u, err := time.Parse(time.RFC3339, to)
	if err != nil {
		t.Fatal(err)
	}
	return timeseries.Window{From: f, To: u}
}

// one reads a single value.
func one[V any](ctx context.Context, s *site, sql string, args ...any) (V, error) {
	rows, err := s.DB.Pool.Query(ctx, sql, args...)
	if err != nil {
		var none V
		return none, err
	}
	return pgx.CollectExactlyOneRow(rows, pgx.RowTo[V])
}

// read is one, for what must be there.
func read[V any](s *site, sql string, args ...any) V {
	s.Helper()
	value, err := one[V](s.Context(), s, sql, args...)
	if err != nil {
		s.Fatalf("%s: %v", sql, err)
	}
	return value
}

// clock is the database server's, by which jobs are dated.
func (s *site) clock() time.Time {
	s.Helper()
	return read[time.Time](s, `select clock_timestamp()`)
}

// settle waits until nothing is left to do: since the given time every item
// has been planned, and no job is alive.
func (s *site) settle(since time.Time, workers ...*program) {
	s.Helper()
	const items = 4 // of siteItems
	eventually(s.T, patience, "nothing left to do", func(ctx context.Context) error {
		for _, w := range workers {
			if err := w.running(); err != nil {
				return err
			}
		}
		planned, err := one[int](ctx, s, `
			select count(distinct args ->> 'item') from river.river_job
			where kind = 'plan' and state = 'completed' and finalized_at > $1`, since)
		if err != nil || planned < items {
			return fmt.Errorf("%d items planned: %w", planned, orNotYet(err))
		}
		alive, err := one[string](ctx, s, `
			select coalesce(string_agg(concat_ws(' ', id, kind, state, args::text), E'\n'), '')
			from river.river_job where finalized_at is null`)
		if err != nil || alive != "" {
			return fmt.Errorf("jobs %s: %w", alive, orNotYet(err))
		}
		return nil
	})
}

func orNotYet(err error) error {
	if err != nil {
		return err
	}
	return errNotYet
}

// facts is what a site has come to: a text for each series, feed, coverage and
// job, by its name.
type facts map[string]string

// factsOf reads the points with their values and times, what they were before,
// coverage as unions, what is known of feeds, and what became of jobs. Numbers
// that depend on the order of events are left out.
const factsOf = `
select 'points of ' || s.key, format('%s, %s to %s, md5 %s', count(*), min(p.at), max(p.at),
  md5(string_agg(concat_ws(' ', extract(epoch from p.at), p.value, p.known_after), ',' order by p.at)))
from (select series_id, at, value, known_after from entsoe.points
      union all select series_id, at, value, known_after from entsoe.points_fast) p
join entsoe.series s on s.id = p.series_id group by s.key
union all
select 'series ' || key, concat_ws(' ', longest, extent) from entsoe.series
union all
select 'history', string_agg(concat_ws(' ', s.key, h.at, h.value, h.known_from, h.known_until), ',' order by s.key, h.at)
from entsoe.point_history h join entsoe.series s on s.id = h.series_id
union all
select concat_ws(' ', 'coverage', f.item, f.name, f.variant, c.stage),
  concat_ws(' ', 'data', c.data, 'empty', c.empty, 'refused', c.refused)
from entsoe.coverage c join entsoe.feeds f on f.id = c.feed_id
union all
select concat_ws(' ', 'feed', item, name, variant), concat_ws(' ', active, asked_at, empty_streak, learned_limit, collect_from)
from entsoe.feeds
union all
select concat_ws(' ', 'jobs', args ->> 'item', args ->> 'area', args ->> 'variant', args ->> 'lane', args ->> 'from'),
  string_agg(concat_ws(' ', state, 'attempt', attempt, 'errors', coalesce(cardinality(errors), 0)), ',' order by id)
from river.river_job where kind = 'collect' group by 1`

func (s *site) facts() facts {
	s.Helper()
	rows, err := s.DB.Pool.Query(s.Context(), factsOf)
	if err != nil {
		s.Fatal(err)
	}
	found := facts{}
	var name string
	var text *string
	_, err = pgx.ForEachRow(rows, []any{&name, &text}, func() error {
		found[name] = ""
		if text != nil {
			found[name] = *text
		}
		return nil
	})
	if err != nil {
		s.Fatal(err)
	}
	return found
}

// equals fails the test where the site has come to other facts.
func (s *site) equals(want facts) {
	s.Helper()
	s.compare(want, s.facts())
}

func (s *site) compare(want, got facts) {
	s.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		s.Errorf("not what an undisturbed run leaves (-undisturbed, +this)\n%s", diff)
	}
}

// onceEach fails the test if a job was completed twice, or if something that was
// asked did not end in data or in "no data". The last window of a job is saved
// with its completion, so once. Those before it may be asked again by a job with
// fixed windows that was interrupted in between.
func (s *site) onceEach() {
	s.Helper()
	wrong := read[string](s, `
		select coalesce(string_agg(concat_ws(' ', 'job', job_id, 'feed', feed_id, window_from, window_to, outcome, times, 'times'), E'\n'), '')
		from (
		  select *, count(*) over (partition by job_id, window_from, window_to) as times,
		    row_number() over (partition by job_id order by id desc) as last
		  from entsoe.fetches) f
		where last = 1 and times > 1 or outcome not in ('data', 'empty')`)
	if wrong != "" {
		s.Errorf("saved more than once, or not at all:\n%s", wrong)
	}
}
