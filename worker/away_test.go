package worker

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"entsoed/entsoe/simulator"
	"entsoed/jobs"
	"entsoed/store"
)

// A database that goes away and comes back costs no attempt and no data, and two
// lines of the log: one when it goes, one when it is back.
func TestDatabaseGoesAndComesBack(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.Deps.Collect.Areas = []string{"FR", "BE", "NL", "AT", "ES", "PT"}
	if err := s.Sim.Hold(simulator.Hold{Point: simulator.HoldBody, Seconds: 300, Next: 4}); err != nil {
		t.Fatal(err)
	}
	r := s.run()
	if _, err := s.Sim.AwaitHeld(t.Context(), 4); err != nil {
		t.Fatal(err)
	}
	s.admit(false)
	s.await("the line that it is away", func() bool { return strings.Contains(s.Log.String(), "the database is away") })
	s.Sim.Clear() // answers come, and cannot be saved
	s.await("the answers that were held", func() bool { return s.Sim.Stats().InFlight == 0 })
	s.admit(true)
	s.await("the line that it is back", func() bool { return strings.Contains(s.Log.String(), "the database is back") })
	s.await("all jobs", func() bool { return s.states("collect") == "completed 12" })
	r.stop()
	s.quiet("the database is away")
	if n := query[int](s, `select count(*)::int from river.river_job where kind = 'collect' and (attempt > 1 or errors is not null)`); n != 0 {
		t.Errorf("%d jobs lost an attempt", n)
	}
}

// quiet checks that the log has one warning, besides that about the source.
func (s *scene) quiet(want string) {
	s.Helper()
	found := 0
	for line := range strings.Lines(s.Log.String()) {
		switch {
		case strings.Contains(line, want):
			found++
		case strings.Contains(line, "SIMULATED"):
		case strings.Contains(line, "level=WARN") || strings.Contains(line, "level=ERROR"):
			s.Errorf("one cause has more than one line: %s", line)
		}
	}
	if found != 1 {
		s.Errorf("%d lines say %q", found, want)
	}
}

// Sessions that take no writes, while new ones would, as after a failover: they are
// closed, the work goes on, and one line tells it.
func TestFailoverLeavesNoReadOnlySessions(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	if err := s.Sim.Hold(simulator.Hold{Point: simulator.HoldBody, Seconds: 300, Next: 3}); err != nil {
		t.Fatal(err)
	}
	r, p := s.runKnown()
	if _, err := s.Sim.AwaitHeld(t.Context(), 3); err != nil {
		t.Fatal(err)
	}
	for _, db := range p.pools() {
		for _, conn := range db.Pool.AcquireAllIdle(t.Context()) {
			if _, err := conn.Exec(t.Context(), `set default_transaction_read_only = on`); err != nil {
				t.Error(err)
			}
			conn.Release()
		}
	}
	s.Sim.Clear()
	s.await("all jobs", func() bool { return s.states("collect") == "completed 6" })
	s.await("a line about it", func() bool { return strings.Contains(s.Log.String(), "takes no writes") })
	r.stop()
	s.quiet("takes no writes")
	if n := query[int](s, `select count(*)::int from river.river_job where kind = 'collect' and (attempt > 1 or errors is not null)`); n != 0 {
		t.Errorf("%d jobs lost an attempt", n)
	}
}

// runKnown is run, for a test that knows the process itself.
func (s *scene) runKnown() (*running, *process) {
	s.Helper()
	ctx, cancel := context.WithCancel(s.Context())
	p, err := open(ctx, s.Deps)
	if err != nil {
		s.Fatal(err)
	}
	selected, err := jobs.Select(s.Deps.Collect)
	if err != nil {
		s.Fatal(err)
	}
	r := &running{scene: s, Cancel: cancel, Done: make(chan error, 1)}
	go func() {
		defer p.close()
		r.Done <- p.collect(ctx, selected)
	}()
	s.Cleanup(r.stop)
	s.await("readiness", func() bool { status, _ := r.get("/readyz"); return status == http.StatusOK })
	return r, p
}

// River writes errors down as text, others hand them on: a session that takes no
// writes is told as such in either case, whoever meets it first.
func TestReadOnlySessionIsToldAsSuch(t *testing.T) {
	t.Parallel()
	for name, line := range map[string]slog.Attr{
		"River's": slog.String("err", "error cleaning jobs: ERROR: cannot execute DELETE in a read-only transaction (SQLSTATE 25006)"),
		"ours":    slog.Any("error", &pgconn.PgError{Severity: "ERROR", Code: "25006", Message: "cannot execute DELETE in a read-only transaction"}),
	} {
		var out strings.Builder
		gate := store.NewGate()
		log := slog.New(slog.NewTextHandler(&out, nil))
		slog.New(fold{log.Handler(), gate, true}).Error("it failed", line)
		o := absence{gate: gate, log: log}
		o.single(<-gate.Trouble(), time.Now())
		if !strings.Contains(out.String(), "takes no writes") || strings.Count(out.String(), "\n") != 1 {
			t.Errorf("%s: %s", name, out.String())
		}
	}
}
