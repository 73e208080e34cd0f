package jobs

import (
	"context"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// A round has one line, when no job of its item is left in any process; the
// first rows have one line in all.
func TestRounds(t *testing.T) {
	log := new(lines)
	r := NewRounds(slog.New(slog.NewTextHandler(log, nil)))
	var waiting atomic.Bool
	waiting.Store(true)
	var asked atomic.Int64
	r.Waiting = func(_ context.Context, item string, _ time.Duration) (bool, error) {
		asked.Add(1)
		return waiting.Load(), nil
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan bool)
	go func() { r.Run(ctx); close(ended) }()

	for feed := range int64(3) {
		r.Begin("prices", feed)
		r.Stored("prices", feed*10)
		r.End("prices", Tally{Requests: 1, Inserted: feed * 10, NoData: 1})
	}
	r.Begin("idle", 9)
	r.End("idle", Tally{})
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

	r.Begin("load", 1)
	r.End("load", Tally{Requests: 1, Failed: 1})
	cancel()
	<-ended
	if n := strings.Count(log.String(), "msg=collected"); n != 2 {
		t.Errorf("%d rounds after the stop, want 2:\n%s", n, log)
	}
}
