package main

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"entsoed/entsoe/simulator"
	"entsoed/store/dbtest"
)

// The platform's limit, and what a worker takes of it by default.
const (
	mostInAMinute = 400
	perMinute     = 390
)

// inShort is a time that is shorter than a test, and what must not arrive within
// it: together two workers keep to little more than 65, apart they send 130.
const (
	inShort     = 10 * time.Second
	mostInShort = 100
)

// arrivals notes when requests reach a handler. It counts apart from the
// simulator, which enforces the limit.
type arrivals struct {
	http.Handler

	mu   sync.Mutex
	when []time.Time
}

// ServeHTTP notes the time and passes the request on.
func (a *arrivals) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	a.when = append(a.when, time.Now())
	a.mu.Unlock()
	a.Handler.ServeHTTP(w, r)
}

// most returns the greatest number within any span of that length.
func (a *arrivals) most(span time.Duration) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	most, first := 0, 0
	for i, t := range a.when {
		for t.Sub(a.when[first]) >= span {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

// since counts those since a time.
func (a *arrivals) since(t time.Time) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	n := 0
	for _, at := range a.when {
		if !at.Before(t) {
			n++
		}
	}
	return n
}

// demandTime is how long workers are watched that ask as much as they may:
// short, or for the long form of the test, which sees whole minutes.
func demandTime(short, long time.Duration) time.Duration {
	if dbtest.Long() {
		return long
	}
	return short
}

// newDemand is a site with more to ask than the budget allows: the first start
// with the default items and areas. Most answers take a second, some twenty.
func newDemand(t *testing.T) *site {
	t.Helper()
	s := newLimitedSite(t, simulator.Config{Seed: 5})
	delete(s.Settings, "ENTSOE_ITEMS")
	delete(s.Settings, "ENTSOE_AREAS")
	s.Settings["LOG_LEVEL"] = "info"
	for _, fault := range []simulator.Fault{
		{Kind: simulator.FaultDelay, Value: "1s"},
		{Kind: simulator.FaultDelay, Value: "20s", Chance: 0.1},
	} {
		if err := s.Sim.Inject(fault); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// TestTwoWorkers lets two processes ask as much as they may. Together they must
// keep to the platform's limit, and use what it allows.
func TestTwoWorkers(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: starts workers")
	}
	t.Parallel()
	s := newDemand(t)
	one, two := s.worker("one worker"), s.worker("the other worker")
	s.watch(demandTime(20*time.Second, 5*time.Minute), one, two)
	one.terminate()
	two.terminate()
	s.keptToTheLimit()
}

// TestOneOfTwoWorkersKilled kills one of the two in the middle. The other goes
// on with the whole budget, and with the jobs of the dead one.
func TestOneOfTwoWorkersKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: starts workers")
	}
	t.Parallel()
	s := newDemand(t)
	one, two := s.worker("the killed worker"), s.worker("the other worker")
	s.watch(demandTime(12*time.Second, 35*time.Second), one, two)
	one.kill()
	s.watch(demandTime(12*time.Second, 45*time.Second), two)
	eventually(s.T, patience, "no job counts as being worked by the killed process", func(context.Context) error {
		if n := s.workedBy(one); n > 0 {
			return fmt.Errorf("%d jobs do", n)
		}
		return nil
	})
	two.terminate()
	s.keptToTheLimit()
}

// workedBy counts the jobs that count as being worked by a process.
func (s *site) workedBy(p *program) int {
	s.Helper()
	return read[int](s, `
		select count(*) from river.river_job
		where state = 'running' and split_part(attempted_by[cardinality(attempted_by)], '_', 2) = $1::text`,
		strconv.Itoa(p.cmd.Process.Pid))
}

// keptToTheLimit fails the test if more was asked than the platform allows, if
// there was not enough to ask, or if something counts as being worked after
// the end.
func (s *site) keptToTheLimit() {
	s.Helper()
	stats := s.Sim.Stats()
	most, inShortMost := s.Arrivals.most(time.Minute), s.Arrivals.most(inShort)
	s.Logf("%d requests, at most %d in any minute, %d in any %s, at most %d under way at once", stats.Requests, most, inShortMost, inShort, stats.MaxInFlight)
	if inShortMost > mostInShort {
		s.Errorf("%d requests within %s, more than %d: the workers do not share one budget", inShortMost, inShort, mostInShort)
	}
	if most > mostInAMinute || stats.MaxPerMinute > mostInAMinute {
		s.Errorf("%d requests within a minute (the simulator says %d), more than %d", most, stats.MaxPerMinute, mostInAMinute)
	}
	if stats.Bans > 0 || stats.Rejected > 0 {
		s.Errorf("banned %d times, %d requests rejected", stats.Bans, stats.Rejected)
	}
	if waiting := read[int](s, `select count(*) from river.river_job where kind = 'collect' and finalized_at is null`); waiting == 0 {
		s.Error("no job is left: the demand ended before the test")
	}
	if left := s.running(); len(left) > 0 {
		s.Errorf("jobs %v count as running after the stop", left)
	}
	if bad := read[string](s, `select coalesce(string_agg(distinct outcome || ': ' || reason, E'\n'), '')
		from entsoe.fetches where outcome not in ('data', 'empty')`); bad != "" {
		s.Errorf("requests that failed:\n%s", bad)
	}
}

// watch waits for a while, in which the workers must not run out of work, and
// fails the test if they used too little of the budget to tell anything. The short
// form runs beside other tests, on processors that are not its own.
func (s *site) watch(d time.Duration, workers ...*program) {
	s.Helper()
	s.awaitRequest()
	began := time.Now()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.Context().Done():
	}
	for _, w := range workers {
		if err := w.running(); err != nil {
			s.Fatal(err)
		}
	}
	n := s.Arrivals.since(began)
	share := float64(n) / (d.Minutes() * perMinute)
	s.Logf("%d requests in %s, %.1f %% of the budget", n, d, 100*share)
	least := 0.2
	if dbtest.Long() {
		least = 0.5
	}
	if share < least {
		s.Errorf("the workers used only %.0f %% of the budget: this was no full demand", 100*share)
	}
}

// awaitRequest waits until the workers ask.
func (s *site) awaitRequest() {
	s.Helper()
	began := time.Now()
	eventually(s.T, patience, "a request", func(context.Context) error {
		if s.Arrivals.since(began) == 0 {
			return errNotYet
		}
		return nil
	})
}
