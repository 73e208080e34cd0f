package worker

import (
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/entsoe/simulator"
	"entsoed/jobs"
	"entsoed/store"
	"entsoed/store/queue"
)

// A lock on what tidying deletes holds up tidying alone: the heartbeat goes on
// for longer than it takes to count as dead, and nobody takes the jobs over. That
// it fails is told once; it works as soon as the lock is gone.
func TestTidyingHoldsUpNoHeartbeat(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.Deps.Worker.KeepFast = jobs.Duration(leastKept)
	s.Deps.Collect.Areas, s.Deps.Collect.Items = []string{"FR"}, []string{"actual_total_load"}
	s.Deps.pace = realPace()
	s.Deps.pace.Silence, s.Deps.pace.Beat = 3*time.Second, 500*time.Millisecond
	s.Deps.pace.Tidy, s.Deps.pace.TidyLock = time.Second, 7*time.Second
	s.oldFastPoint()
	if err := s.Sim.Hold(simulator.Hold{Point: simulator.HoldBody, Seconds: 300}); err != nil {
		t.Fatal(err)
	}
	lock := s.lock(`lock table entsoe.points_fast in access exclusive mode`)
	r := s.run()
	if _, err := s.Sim.AwaitHeld(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	s.await("tidying that waits for the lock", func() bool {
		return query[bool](s, `select exists (select from pg_stat_activity where wait_event_type = 'Lock' and query ~ 'drop_fast')`)
	})
	began := query[time.Time](s, `select seen_at from entsoe.workers`)
	s.await("heartbeats for twice the time of silence", func() bool {
		if done, err := queue.RecoverJobs(t.Context(), s.DB, s.Deps.pace.Silence, noon); done.Jobs != 0 || err != nil {
			t.Fatalf("%+v of a living process were taken over, %v", done, err)
		}
		return query[bool](s, `select seen_at > $1 from entsoe.workers`, began.Add(2*s.Deps.pace.Silence))
	})
	if got := s.states("collect"); !strings.Contains(got, "running 1") {
		t.Errorf("jobs: %s", got)
	}
	const failed = "old values finer than a minute could not be deleted"
	s.await("a line about it", func() bool { return strings.Contains(s.Log.String(), failed) })
	if err := lock.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.await("tidying", func() bool { // who reads a chunk while it is dropped meets a deadlock
		return query[int](s, `select count(*)::int from pg_inherits where inhparent = 'entsoe.points_fast'::regclass`) == 0 &&
			query[int](s, `select count(*)::int from entsoe.points_fast`) == 0
	})
	s.Sim.Clear()
	r.stop()
	if n := strings.Count(s.Log.String(), failed); n != 1 {
		t.Errorf("%d lines about one lock\n%s", n, s.Log)
	}
	if strings.Contains(s.Log.String(), "heartbeat") {
		t.Errorf("the heartbeat failed\n%s", s.Log)
	}
}

// oldFastPoint saves a point that is older than any that are kept.
func (s *scene) oldFastPoint() {
	s.Helper()
	query[int](s, `
		insert into entsoe.points_fast (at, value, series_id, known_after) values ($1, 1, 1, 0)
		returning series_id`, noon.Add(-2*leastKept))
}

// lock holds a lock in a session of its own until that is closed.
func (s *scene) lock(statement string) *pgx.Conn {
	s.Helper()
	conn, err := pgx.ConnectConfig(s.Context(), s.DB.Pool.Config().ConnConfig.Copy())
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { conn.Close(s.Context()) }) //nolint:errcheck // it may be closed
	for _, sql := range []string{`set idle_in_transaction_session_timeout = 0`, `begin`, statement} {
		if _, err := conn.Exec(s.Context(), sql); err != nil {
			s.Fatal(err)
		}
	}
	return conn
}

// Who could not say himself that he lives may not judge others: they were cut
// off as well, and have the same time to say so.
func TestGap(t *testing.T) {
	began := time.Now()
	type heartbeat struct {
		at    float64 // seconds
		came  bool
		judge bool
	}
	tests := map[string][]heartbeat{
		"undisturbed":          {{0, true, true}, {3, true, true}, {6, true, true}},
		"the first one failed": {{0, false, false}, {3, true, false}, {9, true, false}, {14, true, false}, {15.1, true, true}},
		"the database was away": {{0, true, true}, {8, false, false}, {16, false, false}, {19, true, false}, {22, true, false}, {25, true, false},
			{28, true, false}, {31, true, false}, {34.1, true, true}},
		"the machine slept": {{0, true, true}, {60, true, false}, {63, true, false}, {66, true, false}, {69, true, false}, {72, true, false}, {75, true, true}},
	}
	for name, heartbeats := range tests {
		var g gap
		for _, h := range heartbeats {
			now := began.Add(time.Duration(h.at * float64(time.Second)))
			if got := g.steady(h.came, now, store.Silence); got != h.judge {
				t.Errorf("%s, after %v s: may judge: %v, want %v", name, h.at, got, h.judge)
			}
		}
	}
}
