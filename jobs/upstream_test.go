package jobs

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/riverqueue/river/rivertype"

	"entsoed/entsoe/simulator"
	"entsoed/jobs/jobstest"
	"entsoed/store"
	"entsoed/timeseries"
)

// acknowledge answers as the platform does when it has no data or refuses.
func acknowledge(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(status)
	fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?>
<Acknowledgement_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-1:acknowledgementdocument:7:0">
	<mRID>6a7de581-71b2-4</mRID>
	<Reason>
		<code>999</code>
		<text>%s</text>
	</Reason>
</Acknowledgement_MarketDocument>`, text)
}

// Whatever the platform does on its bad days, the job is tried again, nothing is
// covered, the request is on record with a reason, and a good day mends it.
func TestCollectOnBadDays(t *testing.T) {
	s := newScene(t)
	feed := s.feed("actual_total_load", "FR", "")
	kinds := []string{
		simulator.FaultUnavailable, simulator.FaultMaintenance, simulator.FaultNotFound, simulator.FaultHTML, simulator.FaultEmpty,
		simulator.FaultReset, simulator.FaultCut, simulator.FaultTruncated, simulator.FaultRedirect,
	}
	for i, kind := range kinds {
		if err := s.Sim.Inject(simulator.Fault{Kind: kind, Next: 1}); err != nil {
			t.Fatal(err)
		}
		day := timeseries.Window{From: hour(24 * i), To: hour(24*i + 24)}
		job := s.work(feed, store.LaneFetch, day)
		if job.State != rivertype.JobStateRetryable {
			t.Errorf("%s: job is %s: %v", kind, job.State, job.Errors)
		}
		if wait := job.ScheduledAt.Sub(*job.AttemptedAt); wait < 12*time.Second || wait > 30*time.Second {
			t.Errorf("%s: tried again after %s, want about 15 s", kind, wait)
		}
		record := query[string](s, `select outcome || ': ' || reason from entsoe.fetches where job_id = $1`, job.ID)
		if !strings.HasPrefix(record, OutcomeUnavailable+": ") || len(record) < 20 {
			t.Errorf("%s: record of the request: %s", kind, record)
		}
		if n := strings.Count(s.Log.String(), "collecting: retry"); n != i+1 {
			t.Errorf("%s: %d lines in the log, want %d", kind, n, i+1)
		}
	}
	if got := s.coverage(feed, 0); got != "" {
		t.Errorf("coverage %s", got)
	}
	s.completes(feed, store.LaneLive, timeseries.Window{})
}

// An answer of unknown shape is kept, and its window cut until all that can be read
// is. If nothing can be, the job is cancelled with the reason, and the window is not
// asked again before its time.
func TestCollectUnknownAnswer(t *testing.T) {
	s := newScene(t)
	feed := s.feed("actual_total_load", "FR", "")
	inject := func(next int) {
		t.Helper()
		if err := s.Sim.Inject(simulator.Fault{Kind: simulator.FaultRoot, Next: next}); err != nil {
			t.Fatal(err)
		}
	}
	inject(1)
	s.completes(feed, store.LaneLive, timeseries.Window{})
	if got := s.outcomes(); got != "unknown data data" {
		t.Errorf("requests: %s", got)
	}
	kept := s.documents(t.Context())
	if len(kept) != 1 || !strings.Contains(kept[0], "<TimeSeries>") {
		t.Errorf("kept documents: %q", kept)
	}
	if got := s.coverage(feed, 0); !strings.HasPrefix(got, "data ") {
		t.Errorf("coverage %s", got)
	}
	other := s.feed("actual_total_load", "BE", "")
	inject(1000)
	job := s.work(other, store.LaneLive, timeseries.Window{})
	if job.State != rivertype.JobStateCancelled || len(job.Errors) != 1 {
		t.Fatalf("job is %s: %v", job.State, job.Errors)
	}
	if got := s.coverage(other, 0); !strings.HasPrefix(got, "refused ") || strings.Contains(got, "data") {
		t.Errorf("coverage %s", got)
	}
	if n := strings.Count(s.Log.String(), "level=ERROR"); n != 1 {
		t.Errorf("%d errors in the log:\n%s", n, s.Log)
	}
}

// Documents that contradict themselves or the question are kept and refused.
func TestCollectWrongAnswers(t *testing.T) {
	onePrice := jobstest.Prices(jobstest.PriceSeries{Sequence: "1", From: jobstest.June1, To: jobstest.June2, Prices: []float64{50}})
	tests := []struct {
		name   string
		answer []byte
		reason string
	}{
		{"two values", jobstest.Prices(
			jobstest.PriceSeries{Sequence: "1", From: jobstest.June1, To: jobstest.June2, Prices: []float64{50}}, jobstest.PriceSeries{Sequence: "1", From: jobstest.June1, To: jobstest.June2, Prices: []float64{51}}), "two values at 2026-05-31T22:00:00Z"},
		{"another day", jobstest.Prices(jobstest.PriceSeries{Sequence: "1", From: jobstest.June2, To: jobstest.June3, Prices: []float64{50}}), "has the Period 2026-06-01T22:00Z/2026-06-02T22:00Z"},
		{"another area", bytes.ReplaceAll(onePrice, []byte("10YAT-APG------L"), []byte("10YFR-RTE------C")), "it is about FR, asked was AT"},
		{"a border", bytes.ReplaceAll(onePrice, []byte(`<in_Domain.mRID codingScheme="A01">10YAT`), []byte(`<in_Domain.mRID codingScheme="A01">10YXX`)), "it is about AT>10YXX-APG------L, asked was AT"},
		{"another document type", bytes.ReplaceAll(onePrice, []byte("<type>A44"), []byte("<type>A65")), "it is of document type A65, asked was A44"},
		{"intraday auctions", bytes.ReplaceAll(onePrice, []byte("<contract_MarketAgreement.type>A01"), []byte("<contract_MarketAgreement.type>A07")), "it is of contract type A07, asked was A01"},
		{"other names of elements", bytes.ReplaceAll(jobstest.Prices(jobstest.PriceSeries{Sequence: "1", From: jobstest.June1, To: jobstest.June2, Prices: []float64{50}}), []byte("TimeSeries>"), []byte("Curve>")), "a Point where none belongs"},
		{"other names of Points", bytes.ReplaceAll(jobstest.Prices(jobstest.PriceSeries{Sequence: "1", From: jobstest.June1, To: jobstest.June2, Prices: []float64{50}}), []byte("Point>"), []byte("Interval>")), "a TimeSeries without a Period with Points"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newSceneOf(t, func(w http.ResponseWriter, _ *http.Request) { w.Write(test.answer) })
			feed := s.feed("day_ahead_prices", "AT", "")
			job := s.work(feed, store.LaneFetch, jobstest.Window(t, jobstest.OneDay))
			if job.State != rivertype.JobStateCancelled || !strings.Contains(fmt.Sprint(job.Errors), test.reason) {
				t.Errorf("job is %s: %v, want %s", job.State, job.Errors, test.reason)
			}
			if got := s.outcomes(); got != OutcomeWrong && got != OutcomeUnknown {
				t.Errorf("requests: %s", got)
			}
			if kept := s.documents(t.Context()); len(kept) != 1 || kept[0] != string(test.answer) {
				t.Errorf("kept documents: %q", kept)
			}
			if n := query[int](s, `select count(*)::int from entsoe.points`); n != 0 {
				t.Errorf("%d points were stored", n)
			}
		})
	}
}

// A balance that turns its sign stands on one side only, whichever the newer
// answer names.
func TestCollectTurnedSign(t *testing.T) {
	const document = `<Balancing_MarketDocument><mRID>a</mRID><revisionNumber>1</revisionNumber><type>A86</type><process.processType>A16</process.processType>
<createdDateTime>2026-06-02T06:00:00Z</createdDateTime><area_Domain.mRID>10YAT-APG------L</area_Domain.mRID>
<period.timeInterval><start>2026-05-31T22:00Z</start><end>2026-05-31T22:30Z</end></period.timeInterval>
<TimeSeries><mRID>1</mRID><businessType>B33</businessType><flowDirection.direction>%s</flowDirection.direction><quantity_Measure_Unit.name>MAW</quantity_Measure_Unit.name><curveType>A01</curveType>
<Period><timeInterval><start>2026-05-31T22:00Z</start><end>2026-05-31T22:30Z</end></timeInterval><resolution>PT15M</resolution>
<Point><position>1</position><quantity>5</quantity></Point><Point><position>2</position><quantity>6</quantity></Point></Period></TimeSeries></Balancing_MarketDocument>`
	var direction atomic.Value
	s := newSceneOf(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, document, direction.Load()) })
	feed := s.feed("current_balancing_state", "AT", "")
	for _, side := range []string{"A01", "A02"} {
		direction.Store(side)
		s.completes(feed, store.LaneFetch, jobstest.Window(t, jobstest.June1+"/2026-05-31T22:30Z"))
		if got := query[string](s, `select string_agg(direction || ' ' || mw, ', ' order by at, direction) from entsoe.current_balancing_state`); got != side+" 5, "+side+" 6" {
			t.Errorf("%s: the view has %s", side, got)
		}
	}
	if n := query[int](s, `select count(*)::int from entsoe.point_history`); n != 2 {
		t.Errorf("%d values in the history, want 2", n)
	}
}

// A curve that is sent twice is stored once, and another value of a later
// answer replaces it with its history.
func TestCollectDoublesAndRevisions(t *testing.T) {
	var price atomic.Int64
	price.Store(50)
	s := newSceneOf(t, func(w http.ResponseWriter, _ *http.Request) {
		curve := jobstest.PriceSeries{Sequence: "1", From: jobstest.June1, To: jobstest.June2, Prices: []float64{float64(price.Load()), 60}}
		w.Write(jobstest.Prices(curve, curve))
	})
	feed := s.feed("day_ahead_prices", "AT", "")
	s.completes(feed, store.LaneFetch, jobstest.Window(t, jobstest.OneDay))
	price.Store(55)
	s.completes(feed, store.LaneFetch, jobstest.Window(t, jobstest.OneDay))
	if n := query[int](s, `select count(*)::int from entsoe.points`); n != 24 {
		t.Errorf("%d points, want 24", n)
	}
	if got := query[float64](s, `select value from entsoe.point_history`); got != 50 {
		t.Errorf("history holds %v, want 50", got)
	}
	if got := query[string](s, `select string_agg(changed::text, ' ' order by id) from entsoe.fetches`); got != "0 1" {
		t.Errorf("changed points by request: %s, want 0 1", got)
	}
}

// A page that repeats ends the paging, although it is full: the platform ignores
// offset where it does not page. Of a day, which cannot be cut, what came is kept.
func TestCollectRepeatedPage(t *testing.T) {
	var asked atomic.Int64
	s := newSceneOf(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if !r.URL.Query().Has("offset") {
			acknowledge(w, http.StatusBadRequest, "The number of instances (342) exceeds the allowed maximum (100) for data item ENERGY_PRICES.")
			return
		}
		var page []jobstest.PriceSeries
		for i := range 100 {
			page = append(page, jobstest.PriceSeries{Sequence: fmt.Sprint(i + 1), From: jobstest.June1, To: jobstest.June2, Prices: []float64{float64(i)}})
		}
		w.Write(jobstest.Prices(page...))
	})
	feed := s.feed("day_ahead_prices", "AT", "")
	s.completes(feed, store.LaneFetch, jobstest.Window(t, jobstest.OneDay))
	if got := asked.Load(); got != 3 {
		t.Errorf("%d requests, want 3: without offset, the page, the page again", got)
	}
	if n := query[int](s, `select count(*)::int from entsoe.points`); n != 2400 {
		t.Errorf("%d points, want 2400", n)
	}
	if got, want := s.coverage(feed, 0), "refused "+jobstest.OneDay; got != want {
		t.Errorf("coverage %s, want %s: there is more than was read", got, want)
	}
}

// When a page fails, none of its window is saved, and the next attempt asks for
// all of them.
func TestCollectFailedPage(t *testing.T) {
	var broken atomic.Bool
	broken.Store(true)
	s := newSceneOf(t, func(w http.ResponseWriter, r *http.Request) {
		offset := r.URL.Query().Get("offset")
		switch {
		case offset == "":
			acknowledge(w, http.StatusBadRequest, "The number of instances (101) exceeds the allowed maximum (100) for data item ENERGY_PRICES.")
		case offset == "0":
			var page []jobstest.PriceSeries
			for i := range 100 {
				page = append(page, jobstest.PriceSeries{Sequence: fmt.Sprint(i + 1), From: jobstest.June1, To: jobstest.June2, Prices: []float64{float64(i)}})
			}
			w.Write(jobstest.Prices(page...))
		case broken.Load():
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			w.Write(jobstest.Prices(jobstest.PriceSeries{Sequence: "101", From: jobstest.June1, To: jobstest.June2, Prices: []float64{1}}))
		}
	})
	feed := s.feed("day_ahead_prices", "AT", "")
	if job := s.work(feed, store.LaneFetch, jobstest.Window(t, jobstest.OneDay)); job.State != rivertype.JobStateRetryable {
		t.Fatalf("job is %s: %v", job.State, job.Errors)
	}
	if n := query[int](s, `select count(*)::int from entsoe.points`); n != 0 {
		t.Errorf("%d points of an incomplete answer are stored", n)
	}
	broken.Store(false)
	query[int64](s, `update river.river_job set state = 'available', scheduled_at = now() returning id`)
	if job := s.next().Job; job.State != rivertype.JobStateCompleted {
		t.Fatalf("second attempt: job is %s: %v", job.State, job.Errors)
	}
	if got, want := s.outcomes(), "too_many unused unavailable too_many data data"; got != want {
		t.Errorf("requests: %s, want %s", got, want)
	}
	if got := query[string](s, `select string_agg(points::text, ' ' order by id) from entsoe.fetches`); got != "0 2400 0 0 2400 24" {
		t.Errorf("points by request: %s", got)
	}
	if n := query[int](s, `select count(*)::int from entsoe.points`); n != 101*24 {
		t.Errorf("%d points, want %d", n, 101*24)
	}
}

// "No data" covers what was due as empty and is no failure.
func TestCollectNoData(t *testing.T) {
	s := newSceneOf(t, func(w http.ResponseWriter, _ *http.Request) {
		acknowledge(w, http.StatusOK, "No matching data found for Data item ENERGY_PRICES [12.1.D] (10YAT-APG------L) and interval x.")
	})
	feed := s.feed("day_ahead_prices", "AT", "")
	s.completes(feed, store.LaneFetch, jobstest.Window(t, jobstest.OneDay))
	if got, want := s.coverage(feed, 0), "empty "+jobstest.OneDay; got != want {
		t.Errorf("coverage %s, want %s", got, want)
	}
	if got := s.outcomes(); got != OutcomeEmpty {
		t.Errorf("requests: %s", got)
	}
	if strings.Contains(s.Log.String(), "level=WARN") || strings.Contains(s.Log.String(), "level=ERROR") {
		t.Errorf("no data is logged as a failure:\n%s", s.Log)
	}
}

// A refused parameter cancels with the platform's words; after three refused
// windows in a row the others are not asked.
func TestCollectRefused(t *testing.T) {
	var asked atomic.Int64
	s := newSceneOf(t, func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		acknowledge(w, http.StatusBadRequest, "The combination of [DocumentType=A44] is not valid")
	})
	feed := s.feed("day_ahead_prices", "AT", "")
	if err := s.DB.LearnLimit(t.Context(), feed.ID, "P1D", noon); err != nil {
		t.Fatal(err)
	}
	job := s.work(feed, store.LaneFetch, jobstest.Window(t, "2026-05-01T22:00Z/2026-05-11T22:00Z"))
	if job.State != rivertype.JobStateCancelled || !strings.Contains(fmt.Sprint(job.Errors), "is not valid") {
		t.Errorf("job is %s: %v", job.State, job.Errors)
	}
	if got := asked.Load(); got != 3 {
		t.Errorf("%d requests, want 3", got)
	}
	if got, want := s.coverage(feed, 0), "refused 2026-05-08T22:00Z/2026-05-11T22:00Z"; got != want {
		t.Errorf("coverage %s, want %s", got, want)
	}
}

// A token that is not accepted stops the process for a while, with one loud
// line that says what to do; the jobs wait without spending attempts.
func TestCollectToken(t *testing.T) {
	var asked atomic.Int64
	s := newSceneOf(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		w.WriteHeader(http.StatusUnauthorized)
		io.WriteString(w, "Unauthorized. Missing or invalid security token "+r.URL.Query().Get("securityToken"))
	})
	for _, area := range []string{"AT", "FR"} {
		job := s.work(s.feed("day_ahead_prices", area, ""), store.LaneLive, timeseries.Window{})
		if job.State != rivertype.JobStateScheduled || job.Attempt != 0 || time.Until(job.ScheduledAt) < 9*time.Minute {
			t.Errorf("%s: job is %s until %s after attempt %d", area, job.State, job.ScheduledAt, job.Attempt)
		}
	}
	if got := asked.Load(); got != 1 {
		t.Errorf("%d requests, want 1", got)
	}
	if got := s.outcomes(); got != OutcomeToken {
		t.Errorf("requests: %s", got)
	}
	if n := strings.Count(s.Log.String(), "level=ERROR"); n != 1 || !strings.Contains(s.Log.String(), "check ENTSOE_API_TOKEN") {
		t.Errorf("%d errors in the log:\n%s", n, s.Log)
	}
}

// A ban parks every process until its end, and is no failure of the job.
func TestCollectBan(t *testing.T) {
	s := newScene(t)
	if err := s.Sim.Inject(simulator.Fault{Kind: simulator.FaultBan, Next: 1}); err != nil {
		t.Fatal(err)
	}
	job := s.work(s.feed("day_ahead_prices", "AT", ""), store.LaneLive, timeseries.Window{})
	if job.State != rivertype.JobStateScheduled || time.Until(job.ScheduledAt) < 9*time.Minute {
		t.Errorf("job is %s until %s: %v", job.State, job.ScheduledAt, job.Errors)
	}
	until, err := s.DB.BannedUntil(t.Context())
	if err != nil || time.Until(until) < 9*time.Minute {
		t.Errorf("the other processes may send again at %s, %v", until, err)
	}
	s.Collect.Budget = &Budget{DB: s.DB} // as another process has it
	s.work(s.feed("day_ahead_prices", "FR", ""), store.LaneRevision, timeseries.Window{})
	before := s.Sim.Stats().Requests
	job = s.work(s.feed("day_ahead_prices", "BE", ""), store.LaneLive, timeseries.Window{})
	if job.State != rivertype.JobStateScheduled || time.Until(job.ScheduledAt) < 9*time.Minute {
		t.Errorf("job of another process is %s until %s: %v", job.State, job.ScheduledAt, job.Errors)
	}
	if got := s.Sim.Stats().Requests; got != before {
		t.Errorf("%d requests during the ban", got-before)
	}
	if got := s.outcomes(); got != OutcomeBanned {
		t.Errorf("requests: %s", got)
	}
}

// Simulated and real answers never meet in one database, whoever comes first.
func TestCollectNeverMixes(t *testing.T) {
	for _, first := range []bool{true, false} {
		var simulated atomic.Bool
		simulated.Store(first)
		s := newSceneOf(t, func(w http.ResponseWriter, _ *http.Request) {
			if simulated.Load() {
				w.Header().Set("Entsoed-Simulator", "1")
			}
			w.Write(jobstest.Prices(jobstest.PriceSeries{Sequence: "1", From: jobstest.June1, To: jobstest.June2, Prices: []float64{50}}))
		})
		feed := s.feed("day_ahead_prices", "AT", "")
		s.completes(feed, store.LaneFetch, jobstest.Window(t, jobstest.OneDay))
		if warned := strings.Contains(s.Log.String(), "SIMULATED DATA"); warned != first {
			t.Errorf("simulated %v: the log tells so: %v", first, warned)
		}
		s.Collect.Guard = &Guard{DB: s.DB, Log: s.Collect.Log} // as after a restart
		simulated.Store(!first)
		job := s.work(feed, store.LaneFetch, jobstest.Window(t, jobstest.OneDay))
		if job.State != rivertype.JobStateScheduled {
			t.Errorf("simulated first %v: job is %s: %v", first, job.State, job.Errors)
		}
		if got := s.outcomes(); got != "data wrong" {
			t.Errorf("simulated first %v: requests: %s", first, got)
		}
		if !strings.Contains(s.Log.String(), "never share a database") {
			t.Errorf("no hint in the log:\n%s", s.Log)
		}
	}
}

// Arguments that make no sense are cancelled with the reason.
func TestCollectArguments(t *testing.T) {
	s := newScene(t)
	feed := s.feed("day_ahead_prices", "AT", "")
	id := s.insert(store.FeedRow{ID: feed.ID + 999, Item: feed.Item, Name: feed.Name}, store.LaneLive, timeseries.Window{})
	job := s.next().Job
	if job.ID != id || job.State != rivertype.JobStateCancelled || !strings.Contains(fmt.Sprint(job.Errors), "there is no feed") {
		t.Errorf("job is %s: %v", job.State, job.Errors)
	}
}
