package jobs

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"entsoed/entsoe/simulator"
	"entsoed/store"
)

// What makes no sense is said in the same words by the function, the view and
// the job that somebody wrote into the job table.
func TestWrongOrders(t *testing.T) {
	s := newCampaign(t, simulator.Config{Seed: 7}, nil)
	const from, to = "2026-01-01", "2026-02-01"
	tests := []struct{ item, area, from, to, mode, want, hint string }{
		{"day_ahead_price", "FR", from, to, "", `unknown data item "day_ahead_price"`, "did you mean day_ahead_prices?"},
		{"", "FR", from, to, "", "no data item is named", "core, all and the names"},
		{"accepted_aggregated_offers", "FR", from, to, "", "accepted_aggregated_offers was retired in 2025-12", ""},
		{"day_ahead_prices", "DE_LUX", from, to, "", `unknown area "DE_LUX"`, "did you mean DE_LU?"},
		{"day_ahead_prices", "", from, to, "", "no area is named", "all, names such as DE_LU"},
		{"day_ahead_prices", "DE_LU>FR", from, to, "", `day_ahead_prices is published per area: "DE_LU>FR" names a border`, "give an area"},
		{"cross_border_physical_flows", "FR", from, to, "", `cross_border_physical_flows is published per border: "FR" names one area`, "give two"},
		{"cross_border_physical_flows", "FR>FR", from, to, "", `"FR>FR" names a border of an area with itself`, ""},
		{"cross_border_physical_flows,commercial_schedules", "FR", from, to, "", `no area of "FR" publishes "cross_border_physical_flows,commercial_schedules"`, "name both areas"},
		{"day_ahead_prices", "FR", to, from, "", "from_time 2026-02-01T00:00Z is not before to_time 2026-01-01T00:00Z", "to_time is exclusive"},
		{"day_ahead_prices", "FR", "1999-01-01", "2000-01-01", "", "to_time 2000-01-01T00:00Z lies before all data", "December 2014"},
		{"day_ahead_prices", "FR", "-infinity", to, "", "from_time and to_time must be finite", "December 2014"},
		{"day_ahead_prices", "FR", from, "10000-01-01", "", "from_time and to_time must be in the years from 1 to 9999", "December 2014"},
		{"day_ahead_prices", "FR", "0044-03-15 BC", to, "", "from_time and to_time must be in the years from 1 to 9999", "December 2014"},
		{"day_ahead_prices", "FR", "", to, "", "the span of time is incomplete", ""},
		{"day_ahead_prices", "FR", "soon", to, "", `invalid input syntax for type timestamp with time zone: "soon"`, ""},
		{"day_ahead_prices", "FR", from, to, "some", `unknown mode "some"`, "missing: what was not answered"},
	}
	for _, test := range tests {
		t.Run(test.want, func(t *testing.T) {
			said := map[string]string{}
			_, err := s.DB.EnqueueBackfill(t.Context(), s.DB.Pool, store.BackfillOrder{
				Item: store.Text(test.item), Area: store.Text(test.area), From: store.Text(test.from), To: store.Text(test.to), Mode: store.Text(test.mode),
			}, s.Now())
			wrong, ok := errors.AsType[*store.OrderError](err)
			if !ok || !strings.HasPrefix(wrong.Message, test.want) || !strings.Contains(wrong.Hint, test.hint) {
				t.Fatalf("the function: %v", err)
			}
			said["function"] = wrong.Error()

			_, err = s.DB.Pool.Exec(t.Context(), `
				insert into entsoe.collect_requests (item, area, from_time, to_time, mode)
				values ($1, $2, nullif($3, '')::timestamptz, $4::timestamptz, nullif($5, ''))`, test.item, test.area, test.from, test.to, test.mode)
			refused, ok := errors.AsType[*pgconn.PgError](err)
			if !ok {
				t.Fatalf("the view: %v", err)
			}
			said["view"] = (&store.OrderError{Message: refused.Message, Hint: refused.Hint}).Error()

			id := query[int64](s, `
				insert into river.river_job (kind, args, max_attempts)
				values ('collect', jsonb_build_object('item', $1::text, 'area', $2::text, 'from', $3::text, 'to', $4::text, 'mode', $5::text), 25) returning id`,
				test.item, test.area, test.from, test.to, test.mode)
			s.eventually("the job is not cancelled", func() (string, bool) {
				state := query[string](s, `select state::text from river.river_job where id = $1`, id)
				return state, state == "cancelled"
			})
			said["job"] = strings.TrimPrefix(query[string](s, `select errors[1] ->> 'error' from river.river_job where id = $1`, id), "JobCancelError: ")
			if said["view"] != said["function"] || said["job"] != said["function"] {
				t.Errorf("not the same words: %q", said)
			}
		})
	}
	if n := query[int](s, `select count(*)::int from entsoe.backfill_orders`); n != 0 {
		t.Errorf("%d backfills were started", n)
	}
}

// Three ways to start the same, and only the first of them starts anything: they
// mean the same while it runs, and nothing is missing afterwards.
func TestThreeWaysToStart(t *testing.T) {
	s := newCampaign(t, simulator.Config{Seed: 7}, nil)
	first := s.order("day_ahead_prices", "FR", "2026-01-01", "2026-03-01")
	if !first.Inserted || first.Feeds != 1 {
		t.Fatalf("%+v", first)
	}
	ways := func(state string) {
		t.Helper()
		again := s.order("Day_ahead_prices", "10YFR-RTE------C", "2026-01-05", "2026-03-01")
		if again.Inserted || again.Backfill == nil || *again.Backfill != *first.Backfill || again.State != state {
			t.Errorf("again: %+v, want backfill %d, %s", again, *first.Backfill, state)
		}
		id := query[int64](s, `insert into entsoe.collect_requests (item, area, from_time, to_time)
			values ('day_ahead_prices', 'fr', '2026-01-01', '2026-03-01') returning backfill`)
		if id != *first.Backfill {
			t.Errorf("the view started backfill %d", id)
		}
		job := query[int64](s, `insert into river.river_job (kind, args, max_attempts)
			values ('collect', '{"item": "day_ahead_prices", "area": "FR", "from": "2026-01-01", "to": "2026-03-01T00:00:00Z"}', 25) returning id`)
		s.eventually("the job is not done", func() (string, bool) {
			state := query[string](s, `select state::text from river.river_job where id = $1`, job)
			return state, state == "completed"
		})
	}
	state, err := s.DB.SteerBackfill(t.Context(), *first.Backfill, store.StepPause)
	if err != nil || state != "paused" {
		t.Fatal(state, err)
	}
	ways("paused")
	if _, err := s.DB.SteerBackfill(t.Context(), *first.Backfill, store.StepResume); err != nil {
		t.Fatal(err)
	}
	s.done(*first.Backfill)
	ways("done")
	if n := query[int](s, `select count(*)::int from entsoe.backfill_orders`); n != 1 {
		t.Errorf("%d backfills, want 1", n)
	}
	if got := s.asked("day_ahead_prices"); got != 1 {
		t.Errorf("%d requests, want 1", got)
	}
	// What was not asked for yet is another matter, and so is all of it again.
	if e := s.order("day_ahead_prices", "FR", "2025-12-01", "2026-03-01"); !e.Inserted {
		t.Errorf("an earlier start: %+v", e)
	}
	if e := s.orderAs(store.BackfillOrder{Item: "day_ahead_prices", Area: "FR", From: "2026-01-01", To: "2026-03-01", Mode: "all"}); !e.Inserted {
		t.Errorf("all again: %+v", e)
	}
}

// Who says now() twice means the same.
func TestOrderUntilNow(t *testing.T) {
	s := newCampaign(t, simulator.Config{Seed: 7}, nil)
	started := s.order("actual_total_load", "FR", "2026-06-01", "")
	s.at(s.Now().Add(2 * time.Minute))
	if again := s.order("actual_total_load", "FR", "2026-06-01", ""); again.Inserted {
		t.Errorf("two minutes later: %+v", again)
	}
	s.done(*started.Backfill)
}

// What is missing is told by the clock of delivery times, which may be ahead of
// the server's.
func TestOrderOfTheFuture(t *testing.T) {
	s := newCampaign(t, simulator.Config{Seed: 7}, nil)
	s.at(time.Now().UTC().AddDate(2, 0, 0).Truncate(time.Hour))
	from, to := s.Now().AddDate(0, -3, 0).Format(time.RFC3339), s.Now().AddDate(0, -1, 0).Format(time.RFC3339)
	started := s.order("actual_total_load", "FR", from, to)
	if !started.Inserted {
		t.Fatalf("%+v", started)
	}
	s.done(*started.Backfill)
	for _, mode := range []string{"missing", "failed"} {
		if again := s.orderAs(store.BackfillOrder{Item: "actual_total_load", Area: "FR", From: store.Text(from), To: store.Text(to), Mode: store.Text(mode)}); again.Inserted {
			t.Errorf("%s again: %+v", mode, again)
		}
	}
}

// A transaction that started a backfill and is left open holds up nobody who
// steers another one, nor the driver.
func TestOpenTransaction(t *testing.T) {
	s := newCampaign(t, simulator.Config{Seed: 7}, nil)
	if err := s.DB.Budget(t.Context(), 60); err != nil { // it takes a while
		t.Fatal(err)
	}
	first := s.order("actual_generation_per_generation_unit", "FR", "2026-03-01", "2026-03-20")
	tx, err := s.DB.Pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback(t.Context()) //nolint:errcheck // it is committed
	// A busy machine takes longer than a session may stay idle.
	if _, err := tx.Exec(t.Context(), `set local idle_in_transaction_session_timeout = 0`); err != nil {
		t.Fatal(err)
	}
	open, err := s.DB.EnqueueBackfill(t.Context(), tx, store.BackfillOrder{Item: "actual_total_load", Area: "FR", From: "2026-03-01T00:00Z", To: "2026-03-20T00:00Z"}, s.Now())
	if err != nil || !open.Inserted {
		t.Fatal(open, err)
	}
	for _, step := range []string{store.StepPause, store.StepResume} {
		if _, err := s.DB.SteerBackfill(t.Context(), *first.Backfill, step); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.DB.Budget(t.Context(), 60_000); err != nil {
		t.Fatal(err)
	}
	s.done(*first.Backfill)
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.done(*open.Backfill)
}

// An operator may start and steer backfills, by the functions and the view, and
// do nothing else to the queue.
func TestOperator(t *testing.T) {
	s := newScene(t)
	tests := []struct {
		sql     string
		allowed bool
	}{
		{`select * from entsoe.enqueue_backfill('day_ahead_prices', 'FR', '2026-01-01', '2026-02-01')`, true},
		{`insert into entsoe.collect_requests (item, area, from_time, to_time) values ('day_ahead_prices', 'BE', '2026-01-01', '2026-02-01')`, true},
		{`select entsoe.pause_backfill(1), entsoe.resume_backfill(1), entsoe.cancel_backfill(1)`, true},
		{`select entsoe.set_share('backfill', 0.5)`, true},
		{`select * from entsoe.backfills, entsoe.gaps('day_ahead_prices', 'FR')`, true},
		{`select count(*) from river.river_job`, true},
		{`insert into river.river_job (kind, args, max_attempts) values ('collect', '{}', 25)`, false},
		{`update river.river_job set state = 'cancelled'`, false},
		{`delete from river.river_job`, false},
		{`insert into river.river_queue (name, updated_at) values ('x', now())`, false},
		{`update entsoe.backfill_orders set state = 'done'`, false},
		{`delete from entsoe.backfill_feeds`, false},
		{`update entsoe.lanes set share = 0`, false},
		{`update entsoe.feeds set wanted = '{}'`, false},
		{`select entsoe.steer_backfill(1, '{done}', 'running')`, false},
		{`select entsoe.wake_driver()`, false},
		{`delete from entsoe.collect_requests`, false},
	}
	conn, err := pgx.Connect(t.Context(), s.Config.URL) // as somebody who may be an operator, which the worker's login may not
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background()) //nolint:errcheck // the database goes
	for _, test := range tests {
		for _, statement := range []string{"begin", "set local role entsoe_operator"} {
			if _, err := conn.Exec(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
		}
		_, err := conn.Exec(t.Context(), test.sql)
		if (err == nil) != test.allowed || !test.allowed && !strings.Contains(err.Error(), "permission denied") {
			t.Errorf("%s: %v", test.sql, err)
		}
		end := map[bool]string{true: "commit", false: "rollback"}[err == nil]
		if _, err := conn.Exec(t.Context(), end); err != nil {
			t.Fatal(err)
		}
	}
	if got := query[string](s, `select string_agg(state, ' ' order by id) from entsoe.backfill_orders`); got != "cancelled running" {
		t.Errorf("backfills are %s", got)
	}
	for _, sql := range []string{
		`select * from entsoe.enqueue_backfill('day_ahead_prices', 'FR', '2026-01-01', '2026-02-01')`, `select entsoe.pause_backfill(2)`,
		`insert into entsoe.collect_requests (item, area, from_time, to_time) values ('day_ahead_prices', 'BE', '2026-01-01', '2026-02-01')`,
	} {
		if _, err := conn.Exec(t.Context(), `begin; set local role entsoe_reader; `+sql); err == nil || !strings.Contains(err.Error(), "permission denied") {
			t.Errorf("a reader: %s: %v", sql, err)
		}
		if _, err := conn.Exec(t.Context(), "rollback"); err != nil {
			t.Fatal(err)
		}
	}
}

// A job by hand that names a feed is worked as it stands, if it fits the feed.
func TestJobsByHand(t *testing.T) {
	s := newCampaign(t, simulator.Config{Seed: 7}, nil)
	feed := s.feed("day_ahead_prices", "FR", "")
	tests := []struct{ args, state, err string }{
		{`{"feed": %d, "from": "2026-01-01T00:00:00Z", "to": "2026-01-03T00:00:00Z"}`, "completed", ""},
		{`{"feed": %d, "item": "day_ahead_prices", "area": "FR", "lane": "live"}`, "completed", ""},
		{`{"feed": %d, "item": "day_ahead_prices", "area": "BE"}`, "cancelled", "is day_ahead_prices of FR , not day_ahead_prices of BE"},
		{`{"feed": %d, "lane": "fast"}`, "cancelled", `there is no lane "fast"`},
		{`{"feed": %d, "mode": "some"}`, "cancelled", `unknown mode "some"`},
		{`{"feed": %d, "from": "2026-01-01"}`, "cancelled", "the arguments cannot be read"},
		{`{"feed": "%d"}`, "cancelled", "the arguments cannot be read"},
		{`{"feed": %d000}`, "cancelled", "there is no feed"},
		{`[]`, "cancelled", "the arguments cannot be read"},
		{`{"item": 5, "area": ["FR"], "from": "2026-01-01"}`, "cancelled", `unknown data item "5"`},
	}
	for _, test := range tests {
		args := test.args
		if strings.Contains(args, "%d") {
			args = fmt.Sprintf(args, feed.ID)
		}
		id := query[int64](s, `insert into river.river_job (kind, args, max_attempts, queue) values ('collect', $1, 25, 'live') returning id`, args)
		var state string
		s.eventually("the job has not ended", func() (string, bool) {
			state = query[string](s, `select state::text from river.river_job where id = $1`, id)
			return args + ": " + state, state == "completed" || state == "cancelled"
		})
		reported := query[string](s, `select coalesce(errors[1] ->> 'error', '') from river.river_job where id = $1`, id)
		if state != test.state || !strings.Contains(reported, test.err) {
			t.Errorf("%s: %s: %s", args, state, reported)
		}
	}
}
