package worker

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"entsoed/entsoe/simulator"
)

// Notifications are hints, tables are the truth: what a reader sends on the
// channels of the queue changes nothing, what stands in its tables counts.
func TestNotificationsAreHints(t *testing.T) {
	s := newScene(t)
	s.Deps.Collect.Items = []string{"actual_total_load"}
	if err := s.Sim.Hold(simulator.Hold{Point: simulator.HoldBody, Next: 2, Seconds: 300}); err != nil {
		t.Fatal(err)
	}
	s.run()
	if _, err := s.Sim.AwaitHeld(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	leader := query[string](s, `select leader_id from river.river_leader`)

	err := pgx.BeginFunc(t.Context(), s.DB.Pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), `
set local role entsoe_reader;
select pg_notify('river.river_control', json_build_object('action', 'pause', 'queue', '*')::text);
select pg_notify('river.river_control', json_build_object('action', 'cancel', 'queue', 'live', 'job_id', n)::text) from generate_series(1, 50) n;
select pg_notify('river.river_leadership', '{"action":"request_resign","leader_id":"*"}');
select pg_notify('river.river_insert', '{"queue":"live"}')`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	// What was available when a process heard of a pause would not be taken.
	query[int](s, `with j as (update river.river_job set state = 'available', finalized_at = null where kind = 'plan' and state = 'completed' returning 1) select count(*)::int from j`)
	s.await("another plan", func() bool { return !strings.Contains(s.states("plan"), "available") })
	s.Sim.Release()
	s.await("all jobs", func() bool { return s.states("collect") == "completed 3" })
	if now := query[string](s, `select leader_id from river.river_leader`); now != leader {
		t.Error("the leader resigned")
	}
}
