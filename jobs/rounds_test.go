package jobs

import (
	"context"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"entsoed/store"
	"entsoed/store/dbtest"
)

// A round has one line, when no job of its item and lane is left in any process,
// whatever backfills of the item go on; the first rows have one line in all.
func TestRounds(t *testing.T) {
	log := new(dbtest.Log)
	r := NewRounds(slog.New(slog.NewTextHandler(log, nil)))
	var waiting atomic.Bool
	waiting.Store(true)
	var asked atomic.Int64
	r.Waiting = func(_ context.Context, _, lane string, _ time.Duration) (bool, error) {
		asked.Add(1)
		return waiting.Load() || lane == store.LaneBackfill, nil
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan bool)
	go func() { r.Run(ctx); close(ended) }()

	r.Begin("prices", store.LaneBackfill, 7) // goes on all the time
	for feed := range int64(3) {
		r.Begin("prices", store.LaneLive, feed)
		r.Stored("prices", feed*10)
		r.End("prices", store.LaneLive, Tally{Requests: 1, Inserted: feed * 10, NoData: 1})
	}
	r.Begin("idle", store.LaneLive, 9)
	r.End("idle", store.LaneLive, Tally{})
	await(t, func() bool { return asked.Load() > 0 })
	if strings.Contains(log.String(), "msg=collected") {
		t.Errorf("a line before the end of the round:\n%s", log)
	}
	waiting.Store(false)
	await(t, func() bool { return strings.Contains(log.String(), "msg=collected") })
	if want := "item=prices feeds=3 requests=3 rows=30 changed=0 retracted=0 no_data=3 failed=0"; !strings.Contains(log.String(), want) {
		t.Errorf("log lacks %q:\n%s", want, log)
	}
	if n := strings.Count(log.String(), "the first rows are in"); n != 1 || !strings.Contains(log.String(), "rows=10") {
		t.Errorf("%d lines about the first rows:\n%s", n, log)
	}

	r.Begin("load", store.LaneLive, 1)
	r.End("load", store.LaneLive, Tally{Requests: 1, Failed: 1})
	r.End("prices", store.LaneBackfill, Tally{Requests: 5})
	cancel()
	<-ended
	if n := strings.Count(log.String(), "msg=collected"); n != 3 {
		t.Errorf("%d rounds after the stop, want 3:\n%s", n, log)
	}
	if line := "item=prices feeds=1 requests=5"; !strings.Contains(log.String(), line) || strings.Count(log.String(), "lane=backfill") != 1 {
		t.Errorf("the round of the backfill has no line of its own:\n%s", log)
	}
}
