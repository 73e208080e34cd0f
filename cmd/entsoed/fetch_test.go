package main

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sethvargo/go-envconfig"

	"entsoed/entsoe/simulator"
	"entsoed/jobs"
	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/store/queue"
)

// fetching is a fetch that runs beside a test.
type fetching struct {
	db     *store.DB
	out    output
	cancel context.CancelFunc
	status chan int
}

// beginFetch runs a fetch while a worker seems to live that works nothing. It
// returns when the job is in the queue.
func beginFetch(t *testing.T) *fetching {
	t.Helper()
	cfg := dbtest.New(t, jobs.Catalogue())
	server := httptest.NewServer(simulator.New(simulator.Config{Unlimited: true}))
	t.Cleanup(server.Close)
	db, err := store.Open(t.Context(), cfg, 2)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	if err := queue.Heartbeat(t.Context(), db, ghost); err != nil {
		t.Fatal(err)
	}
	f := &fetching{db: db, status: make(chan int, 1)}
	ctx, cancel := context.WithCancel(t.Context())
	f.cancel = cancel
	env := environment{Stdout: &f.out, Stderr: &f.out, Lookup: envconfig.MapLookuper(map[string]string{
		"DATABASE_URL": cfg.URL, "DATABASE_TIMESCALEDB": cfg.TimescaleDB, "ENTSOE_API_URL": server.URL + "/api",
	})}
	go func() {
		f.status <- run(ctx, env, []string{"fetch", "actual_total_load", "--area", "FR", "--from", "2026-11-02", "--to", "2026-11-03"})
	}()
	eventually(t, patience, "job", func(context.Context) error {
		if !strings.Contains(f.out.String(), "waiting") {
			return errors.New(f.out.String())
		}
		return nil
	})
	return f
}

// ghost is a worker that lives by its heartbeat only.
const ghost = "ghost_1"

// end returns the exit status, or fails the test.
func (f *fetching) end(t *testing.T) int {
	t.Helper()
	select {
	case status := <-f.status:
		return status
	case <-time.After(patience):
		t.Fatalf("fetch goes on and on:\n%s", f.out.String())
		return 0
	}
}

// TestFetchTakesOver: the worker that a fetch waits for goes away.
func TestFetchTakesOver(t *testing.T) {
	t.Parallel()
	f := beginFetch(t)
	if err := queue.Retire(t.Context(), f.db, ghost); err != nil {
		t.Fatal(err)
	}
	status := f.end(t)
	if out := f.out.String(); status != 0 || !strings.Contains(out, "no worker is running") || !strings.Contains(out, ": data, ") {
		t.Errorf("exit status %d:\n%s", status, out)
	}
}

// TestFetchInterrupted: Ctrl-C ends the waiting, not the job.
func TestFetchInterrupted(t *testing.T) {
	t.Parallel()
	f := beginFetch(t)
	f.cancel()
	status := f.end(t)
	out := f.out.String()
	if status != exitFailure || !strings.Contains(out, "interrupted; the job stays in the queue") || !strings.Contains(out, "hint: `entsoed jobs cancel 1`") {
		t.Errorf("exit status %d:\n%s", status, out)
	}
	left, err := queue.JobsByID(t.Context(), f.db, 1)
	if err != nil || len(left) != 1 || left[0].State != "available" || left[0].Queue != store.LaneLive {
		t.Errorf("the job is %+v, %v", left, err)
	}
}
