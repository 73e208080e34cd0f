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
	poison := siteOrders[0]
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
	deaths := 0
	worker := s.worker("worker 0")
	for s.reads(worker, poison.Item) {
		worker.kill()
		logs.WriteString(worker.out.String())
		deaths++
		if deaths > 8 {
			t.Fatalf("%d deaths, and it is not set aside", deaths)
		}
		s.Sim.Release()
		worker = s.worker(fmt.Sprint("worker ", deaths))
	}
	if deaths != 4 {
		t.Errorf("%d deaths, want one beside others and three alone", deaths)
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

// reads waits until a worker is about to read an answer for an item, which it is
// given half of, or until nothing is read of it any more.
func (s *site) reads(worker *program, item string) (reads bool) {
	s.Helper()
	eventually(s.T, patience, "the answer is read or set aside", func(ctx context.Context) error {
		if err := worker.running(); err != nil {
			return err
		}
		var err error
		reads, err = one[bool](ctx, s, `
			select exists (select from entsoe.reading r
			  join entsoe.feeds f on f.id = r.feed_id and f.item = $1
			  join entsoe.workers w on w.client_id = r.client_id and w.seen_at > clock_timestamp() - interval '10 seconds'
			  join (select max(started_at) as at from entsoe.workers) l on w.started_at = l.at)`, item)
		if err != nil || reads {
			return err
		}
		left, err := one[bool](ctx, s, `select exists (select from river.river_job where args ->> 'item' = $1 and finalized_at is null)`, item)
		if err == nil && left {
			err = errors.New("it waits")
		}
		return err
	})
	return reads
}
