package store_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"entsoed/store"
	"entsoed/store/dbtest"
)

// breakerStart is when the tests of the breaker begin, by their clock.
var breakerStart = time.Date(2026, 8, 30, 6, 0, 0, 0, time.UTC)

// channel is the platform's interface as one process sees it, with a clock that
// the test sets.
type channel struct {
	*testing.T
	*store.DB
	now time.Time
}

func (c *channel) request(feed int64, person bool) store.ProbeRequest {
	return store.ProbeRequest{Channel: store.ChannelAPI, Feed: feed, Person: person, Now: c.now}
}

// pass asks for a pass and returns whether the request may be sent.
func (c *channel) pass(feed int64, person bool) (store.Pass, bool) {
	c.Helper()
	pass, away, _, err := c.PassBreaker(c.Context(), c.request(feed, person))
	if err != nil {
		c.Fatal(err)
	}
	return pass, pass.Probe || !away.Open()
}

// fail sends a request of a feed and finds the channel away. It reports whether
// that opened the breaker.
func (c *channel) fail(feed int64) bool {
	c.Helper()
	pass, may := c.pass(feed, false)
	if !may {
		c.Fatalf("feed %d may not ask", feed)
	}
	_, opened, err := c.BreakerFailed(c.Context(), pass, "HTTP 503", c.now)
	if err != nil {
		c.Fatal(err)
	}
	return opened
}

func (c *channel) answer(pass store.Pass) (closed bool) {
	c.Helper()
	closed, err := c.BreakerAnswered(c.Context(), pass, c.now)
	if err != nil {
		c.Fatal(err)
	}
	return closed
}

// open lets ten requests of three feeds fail.
func (c *channel) open() {
	c.Helper()
	opened := false
	for n := range int64(10) {
		opened = c.fail(1 + n%3)
	}
	if !opened {
		c.Fatal("ten failures in a row over three feeds open nothing")
	}
}

func (c *channel) alarms() string {
	return dbtest.QueryOne[string](c.T, c.DB, `
select coalesce(string_agg(kind || ' ' || subject || case when closed is null then ' open' else ' closed' end, ', ' order by id), '') from entsoe.alarms`)
}

func newChannel(t *testing.T) *channel {
	return &channel{T: t, DB: openProcesses(t, 1, 600)[0], now: breakerStart}
}

// TestBreakerOpens: ten failures in a row over three feeds, no fewer. An f is a
// failure of the feed of that number, an a an answer of any other kind.
func TestBreakerOpens(t *testing.T) {
	t.Parallel()
	c := newChannel(t)
	tests := []struct {
		row  string
		open bool
	}{
		{"1231231231", true},
		{"1111111123", true},
		{"123123123", false},
		{"12121212121212121212", false},
		{"123123123a123123123", false},
		{"111111111a1112221112223", true},
		{"123a123a123a123a123a123a", false},
	}
	for _, test := range tests {
		dbtest.Exec(t, c.DB, `update entsoe.breakers set opened = null, next_probe = null, cause = null, failures = 0, feeds = '{}'`)
		opened := false
		for _, event := range test.row {
			if event == 'a' {
				pass, _ := c.pass(9, false)
				c.answer(pass)
				continue
			}
			opened = c.fail(int64(event-'0')) || opened
		}
		if opened != test.open {
			t.Errorf("%s: opened is %v, want %v", test.row, opened, test.open)
		}
	}
}

// TestBreakerProbes: after 1, 2, 4, 8, 15, 15 ... minutes one request is sent, and
// an answer closes the breaker and the alarm.
func TestBreakerProbes(t *testing.T) {
	t.Parallel()
	c := newChannel(t)
	c.open()
	if got, want := c.alarms(), "platform api open"; got != want {
		t.Errorf("alarms are %q, want %q", got, want)
	}
	var waits []int
	last := c.now
	for range 90 {
		c.now = c.now.Add(time.Minute)
		probed := 0
		for feed := range int64(5) {
			at := c.now
			c.now = c.now.Add(40 * time.Second) // so late that any feed may
			if pass, may := c.pass(feed, false); may {
				probed++
				if _, opened, err := c.BreakerFailed(t.Context(), pass, "HTTP 503", c.now); err != nil || opened {
					t.Fatalf("a failed probe opened it again: %v, %v", opened, err)
				}
			}
			c.now = at
		}
		if probed > 1 {
			t.Fatalf("%d probes at once", probed)
		}
		if probed == 1 {
			waits = append(waits, int(c.now.Sub(last)/time.Minute))
			last = c.now
		}
	}
	if got, want := fmt.Sprint(waits), "[1 3 5 9 16 16 16 16]"; got != want { // a minute more each, as the test looks once a minute
		t.Errorf("minutes between the probes are %s, want %s", got, want)
	}
	c.now = c.now.Add(time.Hour)
	pass, may := c.pass(1, false)
	if !may || !c.answer(pass) {
		t.Error("an answer to a probe does not close the breaker")
	}
	if got, want := c.alarms(), "platform api closed"; got != want {
		t.Errorf("alarms are %q, want %q", got, want)
	}
	if c.answer(pass) {
		t.Error("it was closed twice")
	}
	if rows, err := c.Breakers(t.Context()); err != nil || len(rows) != 1 || rows[0].Open() || rows[0].Failures != 0 {
		t.Errorf("breakers are %+v, %v", rows, err)
	}
}

// TestBreakerForgetsWhatWasSentBefore: what was in flight when the breaker opened
// or closed changes nothing any more.
func TestBreakerForgetsWhatWasSentBefore(t *testing.T) {
	t.Parallel()
	c := newChannel(t)
	var flying []store.Pass
	for feed := range int64(30) {
		pass, _ := c.pass(feed, false)
		flying = append(flying, pass)
	}
	c.open()
	if c.answer(flying[0]) {
		t.Error("an answer to a request from before closed the breaker")
	}
	c.now = c.now.Add(2 * time.Minute)
	probe, _ := c.pass(1, false)
	c.answer(probe)
	for _, pass := range flying {
		if _, opened, err := c.BreakerFailed(t.Context(), pass, "HTTP 503", c.now); err != nil || opened {
			t.Fatalf("a failure from before opened it: %v, %v", opened, err)
		}
	}
}

// TestBreakerProbesAGoodFeedFirst: for half a minute only those may probe that had
// an answer on the day before.
func TestBreakerProbesAGoodFeedFirst(t *testing.T) {
	t.Parallel()
	c := &channel{T: t, DB: dbtest.OpenCatalogue(t), now: breakerStart}
	ids := []int64{
		dbtest.MakeFeed(t, c.DB, "day_ahead_prices", dbtest.Germany).ID,
		dbtest.MakeFeed(t, c.DB, "day_ahead_prices", dbtest.France).ID,
	}
	dbtest.Exec(t, c.DB, fmt.Sprintf(`
insert into entsoe.fetches (feed_id, window_from, window_to, at, outcome, bytes, points, changed, retracted, wait_time, request_time, save_time)
select feed, '2026-08-30', '2026-08-31', at, outcome, 0, 0, 0, 0, '0', '0', '0'
from (values (%[1]d, '2026-08-30 05:00+0'::timestamptz, 'data'),
  (%[2]d, '2026-08-27 05:00+0', 'data'),
  (%[2]d, '2026-08-30 05:00+0', 'unavailable')) f(feed, at, outcome)`, ids[0], ids[1]))
	c.open()
	c.now = c.now.Add(70 * time.Second)
	if _, may := c.pass(ids[1], false); may {
		t.Error("a feed that was not good lately goes first")
	}
	if _, may := c.pass(ids[0], false); !may {
		t.Error("a feed that was good lately may not probe")
	}
	c.now = c.now.Add(3 * time.Minute)
	if _, may := c.pass(ids[1], false); !may {
		t.Error("no other feed probes when none that was good does")
	}
}

// TestBreakerOfAPerson: who waits for an answer probes at once, and once a minute.
func TestBreakerOfAPerson(t *testing.T) {
	t.Parallel()
	c := newChannel(t)
	c.open()
	if _, may := c.pass(5, true); !may {
		t.Error("a person's request does not probe at once")
	}
	for range 5 {
		c.now = c.now.Add(10 * time.Second)
		pass, away, until, err := c.PassBreaker(t.Context(), c.request(6, true))
		if err != nil || pass.Probe || !away.Open() {
			t.Fatalf("it probes again after %v: %v", c.now.Sub(breakerStart), err)
		}
		if want := breakerStart.Add(time.Minute); !until.Equal(want) {
			t.Errorf("it may ask again at %v, want %v", until, want)
		}
	}
	c.now = c.now.Add(10 * time.Second)
	pass, may := c.pass(6, true)
	if !may {
		t.Error("it does not probe after a minute")
	}
	if err := c.ReturnProbe(t.Context(), pass, c.now); err != nil {
		t.Fatal(err)
	}
	if pass, may = c.pass(6, true); !may || !c.answer(pass) {
		t.Error("a probe that was given back is lost")
	}
}

// TestBreakerOfManyProcesses: whoever asks, at the same moment, one probes; who is
// killed while he does holds up nobody; and one of all sees it open, and close.
func TestBreakerOfManyProcesses(t *testing.T) {
	t.Parallel()
	const processes, requests = 4, 8
	dbs := openProcesses(t, processes, 600)
	all := func(do func(db *store.DB, feed int64)) {
		var wg sync.WaitGroup
		for _, db := range dbs {
			for feed := range int64(requests) {
				wg.Go(func() { do(db, feed) })
			}
		}
		wg.Wait()
	}
	now := breakerStart
	var opened, probes, closed atomic.Int32
	ask := func(db *store.DB, feed int64) (store.Pass, bool) {
		pass, away, _, err := db.PassBreaker(context.Background(), store.ProbeRequest{Channel: store.ChannelAPI, Feed: feed, Now: now})
		if err != nil {
			t.Error(err)
		}
		return pass, pass.Probe || !away.Open()
	}
	all(func(db *store.DB, feed int64) {
		pass, may := ask(db, feed)
		if !may {
			return
		}
		_, is, err := db.BreakerFailed(context.Background(), pass, "HTTP 503", now)
		if err != nil {
			t.Error(err)
		}
		if is {
			opened.Add(1)
		}
	})
	if n := opened.Load(); n != 1 {
		t.Fatalf("%d processes saw it open", n)
	}
	for _, wait := range []time.Duration{2 * time.Minute, 3 * time.Minute, 5 * time.Minute} { // nobody tells what came of the probe
		now = now.Add(wait)
		probes.Store(0)
		all(func(db *store.DB, feed int64) {
			if _, may := ask(db, feed); may {
				probes.Add(1)
			}
		})
		if n := probes.Load(); n != 1 {
			t.Errorf("%d probes after %v", n, now.Sub(breakerStart))
		}
	}
	now = now.Add(time.Hour)
	all(func(db *store.DB, feed int64) {
		pass, may := ask(db, feed)
		if !may {
			return
		}
		is, err := db.BreakerAnswered(context.Background(), pass, now)
		if err != nil {
			t.Error(err)
		}
		if is {
			closed.Add(1)
		}
	})
	if n := closed.Load(); n != 1 {
		t.Errorf("%d processes saw it close", n)
	}
}

// TestBreakerAfterTheClockWasSetBack: a probe that lies farther ahead than any is due.
func TestBreakerAfterTheClockWasSetBack(t *testing.T) {
	t.Parallel()
	c := newChannel(t)
	c.open()
	c.now = breakerStart.Add(-48 * time.Hour)
	if _, may := c.pass(1, false); !may {
		t.Error("nobody probes for two days")
	}
}
