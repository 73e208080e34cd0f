package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"entsoed/entsoe/simulator"
	"entsoed/store/dbtest"
)

// TestKiller kills the worker whenever it reads one certain answer, as an answer does
// that takes all memory. After the first death that is read alone; after three more
// it is set aside, and what 50 other jobs ask is there, each asked by one attempt.
func TestKiller(t *testing.T) {
	if !dbtest.Long() {
		t.Skip("takes minutes: set ENTSOED_LONG_TESTS=1")
	}
	t.Parallel()
	s := newSite(t)
	poison := order{"actual_generation_per_generation_unit", "FR", "2026-03-20T23:00:00Z", "2026-03-21T23:00:00Z"} // one request
	if err := s.Sim.Hold(simulator.Hold{Point: simulator.HoldBody, Item: poison.Item, Next: 1000, Seconds: 600}); err != nil {
		t.Fatal(err)
	}
	orders := []order{poison}
	first := time.Date(2026, 1, 1, 23, 0, 0, 0, time.UTC)
	for day := range 50 {
		from := first.AddDate(0, 0, day)
		orders = append(orders, order{"day_ahead_prices", "BE", from.Format(time.RFC3339), from.AddDate(0, 0, 1).Format(time.RFC3339)})
	}
	s.place(orders)
	var logs strings.Builder
	var dead []string
	worker := s.worker("worker 0")
	for client := s.reader(worker, poison.Item, nil); client != ""; client = s.reader(worker, poison.Item, dead) {
		worker.kill()
		logs.WriteString(worker.out.String())
		if dead = append(dead, client); len(dead) > 8 {
			t.Fatalf("%d deaths, and it is not set aside", len(dead))
		}
		s.Sim.Release()
		worker = s.worker(fmt.Sprint("worker ", len(dead)))
	}
	if len(dead) != 4 {
		t.Errorf("%d deaths, want one beside others and three alone", len(dead))
	}
	s.settle(time.Time{}, worker)
	logs.WriteString(worker.out.String())
	if n := strings.Count(logs.String(), "set aside: an answer kills the process"); n != 1 {
		t.Errorf("%d lines about it", n)
	}
	if got := read[string](s, `select string_agg(concat_ws(' ', state, attempt, n), ', ' order by state) from (
		select state, attempt, count(*) as n from river.river_job where args ->> 'lane' = 'fetch' group by 1, 2) j`); got != "cancelled 1 1, completed 1 50" {
		t.Errorf("jobs: %s", got)
	}
	if got := read[string](s, `select string_agg(kind || ' ' || subject || ' ' || coalesce(closed::text, 'open'), ', ') from entsoe.alarms where kind = 'set aside'`); !strings.HasPrefix(got, "set aside "+poison.Item+" FR") || !strings.HasSuffix(got, "open") {
		t.Errorf("alarms: %s", got)
	}
	if got := read[string](s, `select string_agg(distinct answer || ' ' || reason, ', ') from entsoe.gaps($1, 'FR', $2, $3, $4)`,
		poison.Item, poison.From, poison.To, siteTime); !strings.Contains(got, "failed") || !strings.Contains(got, "killed its process 3 times") {
		t.Errorf("gaps: %s", got)
	}
}

// reader waits until a worker that is not dead reads an answer for an item, of which
// it is given half, and returns its name; or until nothing is asked of it any more.
func (s *site) reader(worker *program, item string, dead []string) (client string) {
	s.Helper()
	eventually(s.T, patience, "the answer is read or set aside", func(ctx context.Context) error {
		if err := worker.running(); err != nil {
			return err
		}
		var err error
		client, err = one[string](ctx, s, `
			select coalesce(max(r.client_id), '')
			from entsoe.reading r join entsoe.feeds f on f.id = r.feed_id and f.item = $1
			where r.client_id <> all($2)`, item, append([]string{}, dead...))
		if err != nil || client != "" {
			return err
		}
		left, err := one[bool](ctx, s, `select exists (select from river.river_job where args ->> 'item' = $1 and finalized_at is null)`, item)
		if err == nil && left {
			err = errors.New("it waits")
		}
		return err
	})
	return client
}
