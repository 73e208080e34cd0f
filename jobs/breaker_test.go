package jobs

import (
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/riverqueue/river/rivertype"

	"entsoed/entsoe/simulator"
	"entsoed/store"
	"entsoed/timeseries"
)

// outOfOrder is a scene whose breaker the test opens.
type outOfOrder struct {
	*scene
	feeds []store.FeedRow
	days  int // that were asked for
}

func newOutOfOrder(t *testing.T) *outOfOrder {
	o := &outOfOrder{scene: newScene(t)}
	for _, area := range []string{"FR", "BE", "NL"} {
		o.feeds = append(o.feeds, o.feed("actual_total_load", area, ""))
	}
	return o
}

// ask lets a new job ask for another day of one of the feeds.
func (o *outOfOrder) ask(lane string) *rivertype.JobRow {
	o.Helper()
	o.days++
	return o.work(o.feeds[o.days%3], lane, timeseries.Window{From: hour(-24 * o.days), To: hour(24 - 24*o.days)})
}

// inject lets all requests from now on meet a fault.
func (o *outOfOrder) inject(f simulator.Fault) {
	o.Helper()
	o.Sim.Clear()
	if err := o.Sim.Inject(f); err != nil {
		o.Fatal(err)
	}
}

func (o *outOfOrder) sent() int64 { return o.Sim.Stats().Requests }

// open lets ten requests fail.
func (o *outOfOrder) open() {
	o.Helper()
	o.inject(simulator.Fault{Kind: simulator.FaultUnavailable})
	for range 10 {
		o.ask(store.LaneBackfill)
	}
	if n := o.Log.Count("the platform is away"); n != 1 {
		o.Fatalf("%d lines say that it is away\n%s", n, o.Log)
	}
}

// TestBreakerByKinds: what counts as the platform being away. After nine failures
// one of these opens the breaker, and all else ends the row.
func TestBreakerByKinds(t *testing.T) {
	t.Parallel()
	o := newOutOfOrder(t)
	late := simulator.Fault{Kind: simulator.FaultDelay, Value: "10s"}
	tests := []struct {
		name    string
		fault   simulator.Fault
		port    string        // another, where nobody listens
		timeout time.Duration // of the client
		opens   bool
	}{
		{name: "503", fault: simulator.Fault{Kind: simulator.FaultUnavailable}, opens: true},
		{name: "503 with a page", fault: simulator.Fault{Kind: simulator.FaultMaintenance}, opens: true},
		{name: "404 of the gateway", fault: simulator.Fault{Kind: simulator.FaultNotFound}, opens: true},
		{name: "a page of HTML", fault: simulator.Fault{Kind: simulator.FaultHTML}, opens: true},
		{name: "reset before an answer", fault: simulator.Fault{Kind: simulator.FaultReset}, opens: true},
		{name: "connection refused", fault: simulator.Fault{Kind: simulator.FaultHTML, Next: 1}, port: "1", opens: true},
		{name: "slow", fault: late, timeout: 20 * time.Millisecond},
		{name: "no body", fault: simulator.Fault{Kind: simulator.FaultEmpty}},
		{name: "half a body", fault: simulator.Fault{Kind: simulator.FaultTruncated}},
		{name: "cut off", fault: simulator.Fault{Kind: simulator.FaultCut}},
		{name: "unknown document", fault: simulator.Fault{Kind: simulator.FaultRoot}},
		{name: "redirect", fault: simulator.Fault{Kind: simulator.FaultRedirect}},
	}
	base, usual := o.Collect.Client.URL, o.Collect.Client.Timeout
	for _, test := range tests {
		query[string](o.scene, `
update entsoe.breakers set opened = null, next_probe = null, cause = null, failures = 9, feeds = '{1,2,3}', epoch = epoch + 1 returning channel`)
		o.inject(test.fault)
		o.Collect.Client.URL, o.Collect.Client.Timeout = base, usual
		if test.port != "" {
			o.Collect.Client.URL = "http://127.0.0.1:" + test.port + "/api"
		}
		if test.timeout > 0 {
			o.Collect.Client.Timeout = test.timeout
		}
		o.ask(store.LaneBackfill)
		want := "closed after 0"
		if test.opens {
			want = "open after 10"
		}
		if got := query[string](o.scene, `select case when opened is null then 'closed' else 'open' end || ' after ' || failures from entsoe.breakers`); got != want {
			t.Errorf("%s: the breaker is %s failures, want %s", test.name, got, want)
		}
	}
}

// TestBreakerKeepsJobs: while the platform is away a job sleeps without an attempt,
// an error in its row or a line, and a person's job finds out at once, but once a
// minute. When the platform answers again all go on.
func TestBreakerKeepsJobs(t *testing.T) {
	t.Parallel()
	o := newOutOfOrder(t)
	o.open()
	before := o.sent()
	job := o.ask(store.LaneBackfill)
	if job.State != rivertype.JobStateScheduled || job.Attempt != 0 || len(job.Errors) != 0 {
		t.Errorf("a job that waits is %s after attempt %d: %v", job.State, job.Attempt, job.Errors)
	}
	if wait := time.Until(job.ScheduledAt); wait < 50*time.Second || wait > 70*time.Second {
		t.Errorf("it waits for %v, want about the minute to the probe", wait)
	}
	if n := o.sent() - before; n != 0 {
		t.Errorf("%d requests while the platform is away", n)
	}
	for _, want := range []int64{1, 1, 2} {
		job := o.ask(store.LaneFetch)
		if job.State != rivertype.JobStateScheduled || job.Attempt != 0 || len(job.Errors) != 0 {
			t.Errorf("a job that probes is %s after attempt %d: %v", job.State, job.Attempt, job.Errors)
		}
		if n := o.sent() - before; n != want {
			t.Errorf("%d probes of a person, want %d", n, want)
		}
		if want == 1 {
			o.at(o.Now().Add(35 * time.Second))
		}
	}
	if got := o.Log.Count("level=WARN") + o.Log.Count(`level=INFO msg="collect`); got != 1 {
		t.Errorf("%d lines that a person sees, want the one when it opened\n%s", got, o.Log)
	}
	record := query[string](o.scene, `select outcome || ' ' || http_status from entsoe.fetches order by id desc limit 1`)
	if record != "unavailable 503" {
		t.Errorf("the record of a probe says %s", record)
	}
	o.Sim.Clear()
	o.at(o.Now().Add(2 * time.Minute))
	if job := o.ask(store.LaneFetch); job.State != rivertype.JobStateCompleted {
		t.Errorf("the job that finds the platform back is %s: %v", job.State, job.Errors)
	}
	for range 10 + 1 + 3 { // those that failed, waited or probed
		if job := o.next().Job; job.State != rivertype.JobStateCompleted {
			t.Errorf("job %d is %s", job.ID, job.State)
		}
	}
	if n := o.Log.Count("the platform answers again"); n != 1 {
		t.Errorf("%d lines say that it answers again", n)
	}
	if got, want := query[string](o.scene, `select string_agg(kind || ' ' || subject || ' ' || (closed is null)::text, ',') from entsoe.alarms`), "platform api false"; got != want {
		t.Errorf("alarms %q, want %q", got, want)
	}
}

// TestBreakerLeavesALonelyFeed: a feed that fails alone has one line, at the attempt
// at which it is clear that it is alone.
func TestBreakerLeavesALonelyFeed(t *testing.T) {
	t.Parallel()
	o := newOutOfOrder(t)
	o.inject(simulator.Fault{Kind: simulator.FaultUnavailable})
	o.insert(o.feeds[0], store.LaneLive, timeseries.Window{})
	for attempt := range patience {
		if job := o.next().Job; job.State != rivertype.JobStateRetryable {
			t.Fatalf("after attempt %d the job is %s", attempt+1, job.State)
		}
		want := 0
		if attempt+1 >= lonely {
			want = 1
		}
		if n := o.Log.Count("level=WARN"); n != want {
			t.Errorf("%d warnings after attempt %d, want %d", n, attempt+1, want)
		}
		query[int64](o.scene, `update river.river_job set state = 'available', scheduled_at = now() returning id`)
	}
	if query[bool](o.scene, `select opened is not null from entsoe.breakers`) {
		t.Error("one feed opened the breaker")
	}
}

// TestAlarmsOfSending: a ban and a refused token are reported once, however often
// they are met, until an answer comes that says otherwise.
func TestAlarmsOfSending(t *testing.T) {
	t.Parallel()
	var status atomic.Int64
	s := newSceneOf(t, func(w http.ResponseWriter, _ *http.Request) {
		switch code := int(status.Load()); code {
		case http.StatusOK:
			acknowledge(w, code, "No matching data found for Data item X.")
		default:
			w.WriteHeader(code)
			io.WriteString(w, http.StatusText(code))
		}
	})
	feed := s.feed("day_ahead_prices", "AT", "")
	day := 0
	for _, step := range []struct {
		status int
		want   string
	}{
		{http.StatusUnauthorized, "token open"},
		{http.StatusUnauthorized, "token open"},
		{http.StatusServiceUnavailable, "token open"},
		{http.StatusTooManyRequests, "ban open, token open"},
		{http.StatusTooManyRequests, "ban open, token open"},
		{http.StatusOK, "ban closed, token closed"},
		{http.StatusOK, "ban closed, token closed"},
		{http.StatusUnauthorized, "ban closed, token closed, token open"},
	} {
		status.Store(int64(step.status))
		s.Collect.Budget = &Budget{DB: s.DB} // nothing is held back
		query[int](s, `update entsoe.budget set banned_until = '-infinity' returning 1`)
		s.at(s.Now().Add(time.Minute))
		day++
		s.work(feed, store.LaneBackfill, timeseries.Window{From: hour(-24 * day), To: hour(24 - 24*day)})
		got := query[string](s, `select coalesce(string_agg(kind || case when closed is null then ' open' else ' closed' end, ', ' order by kind, id), '') from entsoe.alarms`)
		if got != step.want {
			t.Errorf("day %d, HTTP %d: alarms are %q, want %q", day, step.status, got, step.want)
		}
	}
}
