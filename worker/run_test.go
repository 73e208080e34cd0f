package worker

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/entsoe"
	"entsoed/entsoe/simulator"
	"entsoed/jobs"
	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/store/queue"
	"entsoed/timeseries"
)

// From an empty database to rows, and a log that tells it: where the data comes
// from, what is collected, when the first rows came and how to look at them.
func TestRunCollects(t *testing.T) {
	s := newScene(t)
	r := s.run()
	s.await("both items", func() bool { return s.states("collect") == "completed 6" })
	s.await("the lines of both rounds", func() bool { return strings.Count(s.Log.String(), "msg=collected") == 2 })
	if n := query[int](s, `select count(distinct (item, area))::int from entsoe.series`); n != 6 {
		t.Errorf("series of %d items and areas, want 6", n)
	}
	if off := query[float64](s, `select abs(extract(epoch from entsoe.clock() - $1))::float8`, noon); off > 60 {
		t.Errorf("the clock of the database is %v s off that of the worker", off)
	}
	if late := query[bool](s, `select exists (select from entsoe.gaps('actual_total_load', 'FR') where gap_to > $1)`, noon.Add(time.Minute)); late {
		t.Error("the future of the worker's clock is said to be missing")
	}
	s.await("the numbers of all changes", func() bool {
		return query[bool](s, `select last = 6 from entsoe.change_counter`)
	})
	r.stop()
	log := strings.Split(strings.TrimSpace(s.Log.String()), "\n")
	if !strings.Contains(log[0], "SIMULATED DATA") || !strings.Contains(log[0], "level=WARN") {
		t.Errorf("the first line is not loud about the source: %s", log[0])
	}
	for i, want := range []string{"", "items=2 areas=3 feeds=6", "database=entsoed_test_"} {
		if !strings.Contains(log[i], want) {
			t.Errorf("line %d lacks %q: %s", i+1, want, log[i])
		}
	}
	if n := strings.Count(s.Log.String(), "the first rows are in"); n != 1 {
		t.Errorf("%d lines about the first rows", n)
	}
	for _, line := range log {
		if strings.Contains(line, "level=ERROR") || strings.Contains(line, "SIMULATED") != strings.Contains(line, "level=WARN") {
			t.Errorf("an undisturbed run complains: %s", line)
		}
	}
	if len(log) > 12 {
		t.Errorf("%d lines are no summary:\n%s", len(log), s.Log)
	}
}

// What a process has committed and was killed before it numbered it is numbered by the
// next; what it commits last is numbered when it ends.
func TestRunNumbersChanges(t *testing.T) {
	s := newScene(t)
	feed := dbtest.MakeFeed(t, s.DB, "day_ahead_prices", dbtest.France)
	save := func(value float64) {
		dbtest.MustSave(t, s.DB, store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 24), Rows: timeseries.Curves{dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour), 0, value)}})
	}
	save(1)
	p, err := open(t.Context(), s.Deps)
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		p.number(ctx)
		close(done)
	}()
	last := func() int64 { return query[int64](s, `select entsoe.last_change()`) }
	s.await("the number of an earlier change", func() bool { return last() == 1 })
	save(2)
	cancel()
	<-done
	if n := last(); n != 2 {
		t.Errorf("at the end the last number is %d, want 2", n)
	}
}

// A stop finishes or hands back everything within 20 s: what hangs in the body
// of an answer, what waits for an answer and what waits for the budget.
func TestRunStopsInTime(t *testing.T) {
	s := newScene(t)
	s.Deps.PerMinute = 60 // most jobs wait
	s.Deps.Collect.Items, s.Deps.Collect.Areas = []string{"actual_total_load"}, []string{"FR", "BE", "NL", "AT", "ES", "PT", "PL", "CZ"}
	for _, point := range []string{simulator.HoldBody, simulator.HoldBefore} {
		if err := s.Sim.Hold(simulator.Hold{Point: point, Seconds: 300}); err != nil {
			t.Fatal(err)
		}
	}
	r := s.run()
	if _, err := s.Sim.AwaitHeld(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	r.stop()
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("the stop took %s", took)
	}
	if got := s.states("collect"); strings.Contains(got, "running") || strings.Contains(got, "retryable") {
		t.Errorf("left behind: %s", got)
	}
	if n := query[int](s, `select count(*)::int from river.river_job where kind = 'collect' and state <> 'completed' and attempt > 0`); n != 0 {
		t.Errorf("%d jobs lost an attempt", n)
	}
	if n := query[int](s, `select count(*)::int from entsoe.workers`); n != 0 {
		t.Errorf("%d processes count as living", n)
	}
}

// The jobs of a process that was killed are worked by another within a minute,
// and so is what it had fetched from its own queue, and what waits in the queue
// fetch, which older versions had.
func TestRunRecovers(t *testing.T) {
	s := newScene(t)
	s.Deps.Collect.Areas, s.Deps.Collect.Items = []string{"FR"}, []string{"day_ahead_prices"}
	feeds, err := s.DB.EnsureFeeds(t.Context(), jobs.FeedRows([]entsoe.Feed{{Item: "actual_total_load", Area: "10YBE----------2"}}))
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{store.LaneLive, "fetch_dead", "fetch"} {
		w := timeseries.Window{From: noon.AddDate(0, -1, i), To: noon.AddDate(0, -1, i+1)}
		id, _, err := queue.InsertCollect(t.Context(), s.DB, queue.Collect{Feed: feeds[0], Lane: store.LaneFetch, Window: w, Queue: name, MaxAttempts: jobs.MaxAttempts})
		if err != nil {
			t.Fatal(err)
		}
		if name == "fetch" {
			continue
		}
		query[int64](s, `update river.river_job set state = 'running', attempt = 1, attempted_at = now() - interval '1 minute',
			attempted_by = array['dead'], created_at = now() - interval '1 minute' where id = $1 returning id`, id)
	}
	s.run()
	s.await("all jobs", func() bool { return s.states("collect") == "completed 4" })
	if !strings.Contains(s.Log.String(), "took over the jobs of a process that died") {
		t.Errorf("the log does not tell:\n%s", s.Log)
	}
}

// A process without the scheduler works what others enqueue and plans nothing.
func TestRunWithoutScheduler(t *testing.T) {
	s := newScene(t)
	s.Deps.Worker.SchedulerEnabled = false
	s.run()
	feeds, err := s.DB.ActiveFeeds(t.Context(), "actual_total_load")
	if err != nil || len(feeds) != 3 {
		t.Fatalf("%d feeds, %v", len(feeds), err)
	}
	if _, _, err := queue.InsertCollect(t.Context(), s.DB, queue.Collect{Feed: feeds[0], Lane: store.LaneLive, MaxAttempts: 1}); err != nil {
		t.Fatal(err)
	}
	s.await("the job", func() bool { return s.states("collect") == "completed 1" })
	if got := s.states("plan"); got != "" {
		t.Errorf("plans: %s", got)
	}
	if n := query[int](s, `select count(*)::int from river.river_leader`); n != 0 {
		t.Error("it leads")
	}
}

// One job is worked where no worker lives, in a queue of its own.
func TestPrivate(t *testing.T) {
	s := newScene(t)
	feeds, err := s.DB.EnsureFeeds(t.Context(), jobs.FeedRows([]entsoe.Feed{{Item: "actual_total_load", Area: "10YBE----------2"}}))
	if err != nil {
		t.Fatal(err)
	}
	w := timeseries.Window{From: noon.AddDate(0, -1, 0), To: noon.AddDate(0, -1, 1)}
	err = Private(t.Context(), s.Deps, func(ctx context.Context, own string) error {
		if n, err := queue.LivingWorkers(ctx, s.DB); err != nil || n != 0 {
			t.Errorf("%d processes count as workers for all, %v", n, err)
		}
		if _, _, err := queue.InsertCollect(ctx, s.DB, queue.Collect{Feed: feeds[0], Lane: store.LaneFetch, Window: w, Queue: own, MaxAttempts: 1}); err != nil {
			return err
		}
		s.await("the job", func() bool { return s.states("collect") == "completed 1" })
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if got := s.states("plan"); got != "" {
		t.Errorf("plans: %s", got)
	}
}

// admit opens or closes the scene's database to everybody.
func (s *scene) admit(open bool) {
	s.Helper()
	s.admin(`alter database %s allow_connections %v`, open)
}

// admin runs a statement about the scene's database and ends its sessions.
func (s *scene) admin(statement string, value any) {
	s.Helper()
	at := s.DB.Pool.Config().ConnConfig.Copy()
	name := pgx.Identifier{at.Database}.Sanitize()
	at.Database = "postgres"
	admin, err := pgx.ConnectConfig(s.Context(), at)
	if err != nil {
		s.Fatal(err)
	}
	defer admin.Close(s.Context())
	if _, err := admin.Exec(s.Context(), fmt.Sprintf(statement, name, value)); err != nil {
		s.Fatal(err)
	}
	if _, err := admin.Exec(s.Context(), `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1`, s.DB.Pool.Config().ConnConfig.Database); err != nil {
		s.Fatal(err)
	}
}

// What cannot be started says which setting to change.
func TestRunRefuses(t *testing.T) {
	s := newScene(t)
	tests := []struct {
		name, want string
		bend       func(*Deps)
	}{
		{"concurrency", "WORKER_CONCURRENCY", func(d *Deps) { d.Worker.Concurrency = 0 }},
		{"area", "ENTSOE_AREAS", func(d *Deps) { d.Collect.Areas = []string{"XX"} }},
		{"item", "ENTSOE_ITEMS", func(d *Deps) { d.Collect.Items = []string{"prices"} }},
		{"budget", "ENTSOE_REQUESTS_PER_MINUTE=1", func(d *Deps) { d.Collect.Areas, d.PerMinute = []string{"all"}, 1 }},
		{"address", "HTTP_ADDR", func(d *Deps) { d.Worker.HTTPAddr = "127.0.0.1:http-or-so" }},
		{"database", "DATABASE_", func(d *Deps) {
			d.Store = store.Config{Host: "127.0.0.1", Port: 1, User: "x", Name: "x", SSLMode: "disable", Wait: time.Millisecond}
		}},
	}
	for _, test := range tests {
		bent := s.Deps
		test.bend(&bent)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		err := Run(ctx, bent)
		cancel()
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %s in it", test.name, err, test.want)
		}
	}
	if err := s.DB.ClaimSource(t.Context(), s.Deps.Source); err != nil {
		t.Fatal(err)
	}
	s.Deps.Source.Kind = "platform"
	if err := Run(t.Context(), s.Deps); err == nil || !strings.Contains(err.Error(), "DATABASE_NAME") {
		t.Errorf("another source: %v", err)
	}
}
