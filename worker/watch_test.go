package worker

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"entsoed/store"
)

// Work that is due and that nobody does is mended, or told once: by an alarm, a line
// in the log and the body of /readyz, as long as it lasts.
func TestStalledWork(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.Deps.Collect.Items, s.Deps.Collect.Areas = []string{"actual_total_load"}, []string{"FR"}
	s.Deps.pace = realPace()
	s.Deps.pace.Watch, s.Deps.pace.Stall = 200*time.Millisecond, time.Second
	r := s.run()
	s.await("the first job", func() bool { return s.states("collect") == "completed 1" })

	query[int](s, `with p as (update river.river_queue set paused_at = now() where name in ('live', 'drive') returning 1) select count(*)::int from p`)
	s.await("the alarms", func() bool { return s.stalled() == "drive live" })
	if status, body := r.get("/readyz"); status != http.StatusOK || !strings.Contains(fmt.Sprint(body), "paused in river.river_queue") {
		t.Errorf("/readyz: %d %v", status, body)
	}

	t.Log("the driver of backfills is deleted, and the lead given to nobody")
	if _, err := s.DB.EnqueueBackfill(t.Context(), s.DB.Pool, store.BackfillOrder{Item: "actual_total_load", Area: "FR", From: "2026-05-01", To: "2026-05-03"}, noon); err != nil {
		t.Fatal(err)
	}
	query[string](s, `with gone as (delete from river.river_job where kind = 'drive' returning kind) select coalesce(min(kind), '') from gone`)
	query[string](s, `update river.river_leader set leader_id = 'nobody', expires_at = 'infinity' returning leader_id`)
	s.await("a driver", func() bool { return s.states("drive") == "available 1" })
	s.await("a leader", func() bool {
		return query[string](s, `select coalesce(min(leader_id), '') from river.river_leader`) == query[string](s, `select client_id from entsoe.workers`)
	})

	t.Log("jobs wait in a queue that nobody works")
	lost := query[int64](s, `insert into river.river_job (kind, args, queue, max_attempts, scheduled_at) values ('heal', '{}', 'elsewhere', 5, now() - interval '1 hour') returning id`)
	s.await("the alarm", func() bool { return strings.Contains(s.stalled(), "elsewhere") })

	query[int](s, `with p as (update river.river_queue set paused_at = null returning 1) select count(*)::int from p`)
	query[int64](s, `update river.river_job set queue = 'control' where id = $1 returning id`, lost)
	s.await("the end of the alarms", func() bool { return s.stalled() == "" })
	s.await("the backfill", func() bool { return query[string](s, `select state from entsoe.backfills`) == "done" })
	r.stop()
	for _, line := range []string{`what="drive, live" cause="the queue is paused`, "what=elsewhere"} {
		if n := strings.Count(s.Log.String(), line); n != 1 {
			t.Errorf("%d lines with %s\n%s", n, line, s.Log)
		}
	}
	if n := query[int](s, `select count(*)::int from entsoe.alarms where kind = 'stalled' and subject <> 'plan'`); n != 3 {
		t.Errorf("%d alarms, want 3", n)
	}
}

// stalled lists the open alarms about work that nobody does, without that of a lead
// that was lost for a moment.
func (s *scene) stalled() string {
	s.Helper()
	return query[string](s, `select coalesce(string_agg(subject, ' ' order by subject), '') from entsoe.alarms
		where kind = 'stalled' and closed is null and subject <> 'plan'`)
}
