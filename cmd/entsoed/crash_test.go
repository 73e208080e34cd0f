package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"entsoed/entsoe"
	"entsoed/entsoe/simulator"
	"entsoed/store"
	"entsoed/store/dbtest"
)

// The points at which a worker is held, and killed.
const (
	whilePlanning = "while planning"     // jobs of an item are being inserted
	beforeRequest = "before the request" // it waits for the budget
	beforeAnswer  = "before the answer"  // the request was sent
	inBody        = "in mid-body"        // half of the answer was sent
	beforeSave    = "before the save"    // at the fence
	whileSaving   = "while saving"       // the points are written, coverage is not
	beforeCommit  = "before the commit"  // all is written but the record of the request and the completion
	inCommit      = "in the commit"      // the database has the order to commit
	afterCommit   = "after the commit"   // the worker has not heard that it is done
)

const beyondAllSilence = store.Silence + 5*time.Second // a living worker has looked for the dead by then

// crashes are the seeds of the workers that are killed, each at a point and in a
// job that its seed chooses: four that tell the most, or two rounds of all points.
func crashes() []int {
	if !dbtest.Long() {
		return []int{0, 3, 5, 8}
	}
	seeds := make([]int, 20)
	for i := range seeds {
		seeds[i] = i
	}
	return seeds
}

// crash is one of them.
type crash struct {
	Point  string
	Target order // the item and area at whose job the worker is held
	Saved  int   // requests for it that are saved before
	Late   bool  // the database finds out of the death only after other workers did
}

// newCrash goes through the points in turn and draws the rest.
func newCrash(seed int) crash {
	points := []string{
		whilePlanning, beforeRequest, beforeAnswer, inBody, beforeSave, whileSaving, beforeCommit, inCommit, afterCommit,
	}
	periodic := []order{
		{Item: "day_ahead_prices", Area: "DE_LU"},
		{Item: "actual_total_load", Area: "FR"},
		{Item: "actual_generation_per_production_type", Area: "DE_LU"},
		{Item: "cross_border_physical_flows", Area: "FR"},
	}
	random := rand.New(rand.NewChaCha8(sha256.Sum256([]byte{byte(seed)})))
	c := crash{Point: points[seed%len(points)]}
	switch c.Point {
	case beforeRequest: // whoever comes first
	case whilePlanning:
		c.Target = periodic[random.IntN(len(periodic))]
	case inCommit, afterCommit: // a job with a fixed window shows if it is done twice
		c.Target = siteOrders[random.IntN(len(siteOrders))]
	default:
		targets := append(periodic, siteOrders...)
		c.Target = targets[random.IntN(len(targets))]
	}
	if c.Target == siteOrders[0] {
		c.Saved = random.IntN(3)
	}
	if c.Point != beforeAnswer && c.Point != inBody {
		c.Late = random.IntN(2) == 0
	}
	return c
}

func (c crash) String() string {
	text := c.Point
	if c.Target.Item != "" {
		text += fmt.Sprintf(", %s %s", c.Target.Item, c.Target.Area)
	}
	if c.Saved > 0 {
		text += fmt.Sprintf(", request %d", c.Saved+1)
	}
	if c.Late {
		text += ", noticed late"
	}
	return text
}

// TestCrash kills workers, starts new ones and compares what they leave with
// what a worker leaves that nobody disturbs.
func TestCrash(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: kills workers")
	}
	t.Parallel()
	want := undisturbed(t)
	const workersAtOnce = 4
	seeds := crashes()
	atOnce(len(seeds), workersAtOnce, func(i int) {
		seed := seeds[i]
		c := newCrash(seed)
		t.Run(fmt.Sprintf("%d %s", seed, c), func(t *testing.T) {
			s := newSite(t)
			s.place(siteOrders)
			s.survives(c)
			s.equals(want)
			s.onceEach()
		})
	})
}

// calm is what an undisturbed worker leaves, once a test has seen it. The test
// binary has nowhere else to keep it.
var calm struct {
	mu    sync.Mutex
	facts facts
}

// undisturbed returns what a worker leaves that runs until nothing is to be
// done.
func undisturbed(t *testing.T) facts {
	t.Helper()
	calm.mu.Lock()
	defer calm.mu.Unlock()
	if calm.facts == nil {
		calm.facts = leftUndisturbed(t)
	}
	return calm.facts
}

func leftUndisturbed(t *testing.T) facts {
	t.Helper()
	s := newSite(t)
	s.place(siteOrders)
	began := s.clock()
	worker := s.worker("the undisturbed worker")
	s.settle(began, worker)
	worker.terminate()
	s.onceEach()
	found := s.facts()
	for _, part := range []string{"points of ", "coverage ", "jobs "} {
		if n := found.count(part); n < 10 {
			t.Fatalf("the undisturbed run left only %d times %q: it shows nothing", n, part)
		}
	}
	return found
}

// count returns how many facts have a name that begins like this.
func (f facts) count(prefix string) int {
	n := 0
	for name := range f {
		if strings.HasPrefix(name, prefix) {
			n++
		}
	}
	return n
}

// survives kills a worker, starts another and waits until nothing is left to
// do. It fails the test if the jobs that were interrupted take too long.
func (s *site) survives(c crash) {
	s.Helper()
	first := s.worker("the killed worker")
	held := s.hold(c, first)
	interrupted := s.running()
	first.kill()
	if !c.Late {
		held.release()
	}
	s.Sim.Clear()

	restarted, clock := time.Now(), s.clock()
	second := s.worker("the next worker")
	if c.Late {
		s.awaitSilence()
		held.release()
	}
	s.completed(interrupted)
	s.Logf("%d interrupted jobs were done %s after the restart", len(interrupted), time.Since(restarted).Round(100*time.Millisecond))
	s.settle(clock, second)
	second.terminate()
	if left := s.running(); len(left) > 0 {
		s.Errorf("jobs %v count as running after the stop", left)
	}
}

// running returns the ids of the jobs that count as being worked.
func (s *site) running() []int64 {
	s.Helper()
	return read[[]int64](s, `select coalesce(array_agg(id), '{}') from river.river_job where state = 'running'`)
}

// completed waits until the jobs are.
func (s *site) completed(ids []int64) {
	s.Helper()
	eventually(s.T, patience, "the interrupted jobs are done", func(ctx context.Context) error {
		left, err := one[string](ctx, s, `
			select coalesce(string_agg(concat_ws(' ', id, kind, state, args::text), E'\n'), '')
			from river.river_job where id = any($1) and state <> 'completed'`, ids)
		if err != nil || left != "" {
			return fmt.Errorf("left are %s: %w", left, orNotYet(err))
		}
		return nil
	})
}

// awaitSilence waits until the killed worker has been silent for longer than
// others wait before they take its jobs over.
func (s *site) awaitSilence() {
	s.Helper()
	eventually(s.T, patience, "silence of the killed worker", func(ctx context.Context) error {
		silent, err := one[bool](ctx, s, `
			select exists (select from entsoe.workers where seen_at < clock_timestamp() - $1::interval)`, beyondAllSilence)
		if err != nil || !silent {
			return orNotYet(err)
		}
		return nil
	})
}

// hold returns when the worker is held at the point of the crash.
func (s *site) hold(c crash, worker *program) *grip {
	s.Helper()
	g := newGrip(s)
	switch c.Point {
	case whilePlanning:
		g.trap("trigger", fmt.Sprintf(
			`before insert on river.river_job for each row when (new.kind = 'collect' and new.args ->> 'item' = '%s')`, c.Target.Item))
	case beforeRequest:
		g.lock(`select from entsoe.budget for update`)
	case inBody:
		s.holdUpstream(c, simulator.HoldBody)
		return g
	default:
		s.holdUpstream(c, simulator.HoldBefore)
		s.holdSave(c, g)
	}
	if c.Point != beforeAnswer {
		g.awaitHeld()
	}
	if c.Point == afterCommit {
		s.commitBehind(worker, g)
	}
	return g
}

// holdUpstream lets the platform answer the first requests for the target and
// returns when it holds the next one.
func (s *site) holdUpstream(c crash, point string) {
	s.Helper()
	area, err := entsoe.FindArea(c.Target.Area)
	if err != nil {
		s.Fatal(err)
	}
	hold := simulator.Hold{Point: point, Item: c.Target.Item, Area: area.EIC, Next: c.Saved + 1}
	if err := s.Sim.Hold(hold); err != nil {
		s.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(s.Context(), patience)
	defer cancel()
	for i := range c.Saved + 1 {
		held, err := s.Sim.AwaitHeld(ctx, 1)
		if err != nil {
			s.Fatal(err)
		}
		if i < c.Saved {
			s.Sim.Release(held[0].ID)
		}
	}
}

// holdSave sets the trap for the request that the platform holds, and lets the
// platform answer.
func (s *site) holdSave(c crash, g *grip) {
	s.Helper()
	feeds := strings.Join(read[[]string](s, `
		select array_agg(f.id::text) from entsoe.feeds f join entsoe.areas a on a.eic in (f.area, f.counter_area)
		where f.item = $1 and a.code = $2`, c.Target.Item, c.Target.Area), ", ")
	switch c.Point {
	case beforeAnswer:
		return
	case beforeSave:
		g.lock(`select from river.river_job where kind = 'collect' and state = 'running' and (args ->> 'feed')::bigint in (` + feeds + `) for update`)
	case whileSaving:
		g.trap("trigger", `before insert or update on entsoe.coverage for each row when (new.feed_id in (`+feeds+`))`)
	case beforeCommit:
		g.trap("trigger", `before insert on entsoe.fetches for each row when (new.feed_id in (`+feeds+`))`)
	case inCommit, afterCommit:
		g.trap("constraint trigger", `after insert on entsoe.fetches deferrable initially deferred
			for each row when (new.feed_id in (`+feeds+`))`)
	}
	s.Sim.Release()
}

// commitBehind stops the worker, which waits for its commit, and lets the
// database commit: the worker does not hear of it any more.
func (s *site) commitBehind(worker *program, g *grip) {
	s.Helper()
	before := read[int](s, `select count(*) from entsoe.fetches`)
	worker.signal(syscall.SIGSTOP)
	g.release()
	eventually(s.T, patience, "the commit", func(ctx context.Context) error {
		now, err := one[int](ctx, s, `select count(*) from entsoe.fetches`)
		if err != nil || now <= before {
			return orNotYet(err)
		}
		return nil
	})
}
