package main

import (
	"context"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"entsoed/entsoe/simulator"
)

// TestPausedWorker stops a worker for longer than others wait, as a suspended
// machine does. Another worker does its job. When the first goes on, with an
// answer in its hands, it must not save it.
func TestPausedWorker(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: a worker must be silent for 15 s")
	}
	t.Parallel()
	want := undisturbed(t)
	crashes := []crash{
		{Point: beforeAnswer, Target: siteOrders[1]},
		{Point: whileSaving, Target: siteOrders[2]}, // its transaction stays open and keeps its locks
	}
	atOnce(len(crashes), len(crashes), func(i int) {
		t.Run(crashes[i].String(), func(t *testing.T) {
			s := newSite(t)
			s.place(siteOrders)
			s.outlivesPause(crashes[i])
			s.equals(want)
			s.onceEach()
		})
	})
}

// outlivesPause stops a worker, lets another do its job, and lets it go on.
func (s *site) outlivesPause(c crash) {
	s.Helper()
	paused := s.worker("the paused worker")
	s.holdUpstream(c, simulator.HoldBefore)
	job := read[int64](s, `
		select id from river.river_job
		where state = 'running' and args ->> 'item' = $1 and args ->> 'area' = $2`, c.Target.Item, c.Target.Area)
	s.awaitIdle(job)
	lead := read[string](s, `select leader_id from river.river_leader`)
	held := newGrip(s)
	s.holdSave(c, held)
	if c.Point != beforeAnswer {
		held.awaitHeld()
	}
	paused.signal(syscall.SIGSTOP)
	held.release()

	restarted, clock := time.Now(), s.clock()
	other := s.worker("the other worker")
	s.completed([]int64{job})
	s.Logf("the job was done %s after the other worker's start", time.Since(restarted).Round(100*time.Millisecond))
	eventually(s.T, patience, "the other worker leads", func(ctx context.Context) error { // else nobody need plan for long
		leader, err := one[string](ctx, s, `select coalesce(max(leader_id), $1) from river.river_leader`, lead)
		if err != nil || leader == lead {
			return orNotYet(err)
		}
		return nil
	})
	paused.signal(syscall.SIGCONT)
	s.Sim.Release()
	s.gaveUp(paused, job)

	s.settle(clock, paused, other)
	other.terminate()
	paused.terminate()
}

// awaitIdle waits until all jobs are done but one, so that nothing else fails
// by the pause.
func (s *site) awaitIdle(but int64) {
	s.Helper()
	eventually(s.T, patience, "all jobs but one are done", func(ctx context.Context) error {
		counts, err := one[string](ctx, s, `
			select concat_ws(' of ', count(*) filter (where finalized_at is not null), count(*))
			from river.river_job where kind = 'collect' and id <> $1`, but)
		if err != nil || counts != "15 of 15" { // 13 feeds, and the other two orders
			return fmt.Errorf("%s: %w", counts, orNotYet(err))
		}
		return nil
	})
}

// gaveUp waits until a worker has ended its work on a job, and fails the test
// unless it left the job to the other.
func (s *site) gaveUp(worker *program, job int64) {
	s.Helper()
	var last string
	eventually(s.T, patience, "the end of the paused job", func(context.Context) error {
		for line := range strings.Lines(worker.out.String()) {
			if strings.Contains(line, "msg=") && strings.Contains(line, "collect") && strings.Contains(line, fmt.Sprintf("job_id=%d ", job)) {
				last = line
			}
		}
		if last == "" {
			return errNotYet
		}
		return nil
	})
	if !strings.Contains(last, `msg="collecting: leave"`) {
		s.Errorf("the paused worker did not leave the job to the one that took it over: %s", last)
	}
}
