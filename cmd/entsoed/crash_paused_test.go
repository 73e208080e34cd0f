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
// machine does, while it has a request under way. Another worker does its job;
// when the first goes on, with an answer in its hands, it must not save it.
func TestPausedWorker(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: a worker must be silent for 15 s")
	}
	t.Parallel()
	want := undisturbed(t)
	s := newSite(t)
	s.place(siteOrders)
	target := siteOrders[1]
	paused := s.worker("the paused worker")
	s.holdUpstream(crash{Target: target}, simulator.HoldBefore)
	job := read[int64](s, `
		select id from river.river_job
		where state = 'running' and args ->> 'item' = $1 and args ->> 'area' = $2`, target.Item, target.Area)
	paused.signal(syscall.SIGSTOP)

	clock := s.clock()
	other := s.worker("the other worker")
	s.completed([]int64{job}, time.Minute)
	paused.signal(syscall.SIGCONT)
	s.Sim.Release()
	s.gaveUp(paused, job)

	s.settle(clock, paused, other)
	other.terminate()
	paused.terminate()
	s.equals(want)
	s.onceEach()
}

// gaveUp waits until a worker has ended its work on a job, and fails the test
// unless it left the job to the other.
func (s *site) gaveUp(worker *program, job int64) {
	s.Helper()
	var last string
	eventually(s.T, 30*time.Second, "the end of the paused job", func(context.Context) error {
		for line := range strings.Lines(worker.out.String()) {
			if strings.Contains(line, "collect") && strings.Contains(line, fmt.Sprintf("job_id=%d ", job)) {
				last = line
				return nil
			}
		}
		return errNotYet
	})
	if !strings.Contains(last, `msg="collecting: leave"`) {
		s.Errorf("the paused worker did not leave the job to the one that took it over: %s", last)
	}
}
