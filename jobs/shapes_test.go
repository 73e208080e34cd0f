package jobs

import (
	"archive/zip"
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/riverqueue/river/rivertype"

	"entsoed/jobs/jobstest"
	"entsoed/store"
	"entsoed/timeseries"
)

// zipped packs documents as the platform does.
func zipped(t *testing.T, documents ...[]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i, document := range documents {
		f, err := w.Create(fmt.Sprintf("%03d.xml", i+1))
		if err == nil {
			_, err = f.Write(document)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func noData(w http.ResponseWriter) {
	acknowledge(w, http.StatusOK, "No matching data found for Data item X and interval y.")
}

// counts writes how many rows the answers of the last job inserted, changed and
// retracted.
func (s *scene) counts() string {
	s.Helper()
	return query[string](s, `select points || ' rows, ' || changed || ' changed, ' || retracted || ' retracted' from entsoe.fetches order by id desc limit 1`)
}

func (s *scene) entries() int {
	s.Helper()
	return query[int](s, `select count(*)::int from entsoe.entries where known_until = 'infinity'`)
}

// The rows of a list are replaced as a set: equal bids count as often as they
// are sent, and an equal answer changes nothing.
func TestCollectList(t *testing.T) {
	var answer atomic.Value
	s := newSceneOf(t, func(w http.ResponseWriter, _ *http.Request) { w.Write(answer.Load().([]byte)) })
	feed := s.feed("procured_balancing_capacity", "BE", s.variant("procured_balancing_capacity"))
	hour := "2026-05-31T23:00Z"
	a, b := jobstest.Bid{From: jobstest.June1, To: hour, Quantity: 5, Price: 1}, jobstest.Bid{From: jobstest.June1, To: hour, Quantity: 5, Price: 2}
	for _, step := range []struct {
		bids    []jobstest.Bid
		counts  string
		entries int
	}{
		{[]jobstest.Bid{a, a, b}, "12 rows, 0 changed, 0 retracted", 12},
		{[]jobstest.Bid{b, a, a}, "12 rows, 0 changed, 0 retracted", 12},
		{[]jobstest.Bid{a, b}, "8 rows, 0 changed, 4 retracted", 8},
	} {
		answer.Store(jobstest.Bids(step.bids...))
		s.completes(feed, store.LaneFetch, jobstest.Window(t, jobstest.OneDay))
		if got := s.counts(); got != step.counts || s.entries() != step.entries {
			t.Errorf("%d bids: %s, %d entries; want %s, %d entries", len(step.bids), got, s.entries(), step.counts, step.entries)
		}
	}
	if got, want := s.coverage(feed, 0), "data 2026-05-31T22:00Z/2026-05-31T23:00Z, empty 2026-05-31T23:00Z/2026-06-01T22:00Z"; got != want {
		t.Errorf("coverage %s, want %s", got, want)
	}
}

// variant returns the name of the first variant of an item that the plan asks.
func (s *scene) variant(name string) string {
	s.Helper()
	for _, v := range jobstest.Item(s.T, name).Variants {
		if !v.OnDemand {
			return v.Name
		}
	}
	s.Fatalf("%s is never planned", name)
	return ""
}

// More bids than a page are read page by page; pages of equal bids do not end
// it.
func TestCollectListPages(t *testing.T) {
	const bids = 350
	page := func(offset int) []byte {
		var all []jobstest.Bid
		for n := offset; n < min(offset+100, bids); n++ {
			all = append(all, jobstest.Bid{From: jobstest.June1, To: "2026-05-31T22:15Z", Quantity: 5})
		}
		return jobstest.Bids(all...)
	}
	s := newSceneOf(t, func(w http.ResponseWriter, r *http.Request) {
		offset := r.URL.Query().Get("offset")
		at, _ := strconv.Atoi(offset)
		switch {
		case offset == "":
			acknowledge(w, http.StatusBadRequest, fmt.Sprintf("The number of instances (%d) exceeds the allowed maximum (100) for data item X.", bids))
		case at >= bids:
			noData(w)
		default:
			w.Write(zipped(t, page(at)))
		}
	})
	feed := s.feed("procured_balancing_capacity", "BE", s.variant("procured_balancing_capacity"))
	s.completes(feed, store.LaneFetch, jobstest.Window(t, jobstest.OneDay))
	if got := s.entries(); got != bids {
		t.Errorf("%d entries, want %d", got, bids)
	}
	if got, want := s.outcomes(), "too_many data data data data"; got != want {
		t.Errorf("requests: %s, want %s", got, want)
	}
}

// A second page that is the first again is not counted: the platform ignores
// offset.
func TestCollectListRepeatedPage(t *testing.T) {
	s := newSceneOf(t, func(w http.ResponseWriter, r *http.Request) {
		if !r.URL.Query().Has("offset") {
			acknowledge(w, http.StatusBadRequest, "The number of instances (342) exceeds the allowed maximum (100) for data item X.")
			return
		}
		var all []jobstest.Bid
		for n := range 100 {
			all = append(all, jobstest.Bid{From: jobstest.June1, To: "2026-05-31T22:15Z", Quantity: float64(n)})
		}
		w.Write(jobstest.Bids(all...))
	})
	feed := s.feed("procured_balancing_capacity", "BE", s.variant("procured_balancing_capacity"))
	s.completes(feed, store.LaneFetch, jobstest.Window(t, jobstest.OneDay))
	if got := s.entries(); got != 100 {
		t.Errorf("%d entries, want 100", got)
	}
}

// redispatch writes a document of n measures that hold all through a window.
func redispatch(n int, w timeseries.Window) []byte {
	const minutes = "2006-01-02T15:04Z"
	var b strings.Builder
	b.WriteString(`<TransmissionNetwork_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-6:transmissionnetworkdocument:4:2">
<mRID>1</mRID><revisionNumber>1</revisionNumber><type>A63</type><process.processType>A16</process.processType><createdDateTime>2026-06-01T12:00:00Z</createdDateTime>
`)
	for i := range n {
		fmt.Fprintf(&b, `<TimeSeries><mRID>%d</mRID><businessType>A85</businessType>
<in_Domain.mRID codingScheme="A01">10YNL----------L</in_Domain.mRID><out_Domain.mRID codingScheme="A01">10YNL----------L</out_Domain.mRID>
<quantity_Measurement_Unit.name>MWH</quantity_Measurement_Unit.name><curveType>A03</curveType><flowDirection.direction>A01</flowDirection.direction>
<Period><timeInterval><start>%s</start><end>%s</end></timeInterval><resolution>PT15M</resolution><Point><position>1</position><quantity>%d</quantity></Point></Period>
<Reason><code>B24</code></Reason></TimeSeries>
`, i+1, w.From.Format(minutes), w.To.Format(minutes), i%100)
	}
	b.WriteString("</TransmissionNetwork_MarketDocument>\n")
	return []byte(b.String())
}

// asked returns the window of a request.
func asked(t *testing.T, r *http.Request) timeseries.Window {
	t.Helper()
	read := func(name string) time.Time {
		at, err := time.Parse("200601021504", r.URL.Query().Get(name))
		if err != nil {
			t.Error(err)
		}
		return at
	}
	return timeseries.Window{From: read("periodStart"), To: read("periodEnd")}
}

// Where the platform counts what happened and does not page, days are cut until
// it answers: here 60 measures begin each quarter of an hour of the evening.
func TestCollectCutsDays(t *testing.T) {
	const each = 60
	busy := jobstest.Window(t, "2026-06-01T20:00Z/2026-06-01T21:00Z")
	s := newSceneOf(t, func(w http.ResponseWriter, r *http.Request) {
		within := asked(t, r).Intersect(busy)
		if within.Empty() {
			noData(w)
			return
		}
		quarters := int(within.To.Sub(within.From) / quarterHour)
		if n := quarters * each; n > 100 {
			acknowledge(w, http.StatusBadRequest, fmt.Sprintf("The number of instances (%d) exceeds the allowed maximum (100) for data item X.", n))
			return
		}
		w.Write(redispatch(each, within))
	})
	feed := s.feed("redispatching_internal", "NL", "")
	s.completes(feed, store.LaneFetch, jobstest.Window(t, jobstest.OneDay))
	if got := s.entries(); got != 4*each {
		t.Errorf("%d entries, want %d\n%s", got, 4*each, s.outcomes())
	}
	if got := s.coverage(feed, 0); !strings.Contains(got, "data "+busy.String()) {
		t.Errorf("coverage %s", got)
	}
}

// A register is asked for its newest day only, and that answers for all days.
func TestCollectRegister(t *testing.T) {
	var dates []string
	s := newSceneOf(t, func(w http.ResponseWriter, r *http.Request) {
		dates = append(dates, r.URL.Query().Get("Implementation_DateAndOrTime"))
		w.Write([]byte(jobstest.UnitsDocument))
	})
	feed := s.feed("production_and_generation_units", "BE", "")
	s.completes(feed, store.LaneFetch, jobstest.Window(t, "2026-06-01T22:00Z/2026-06-05T22:00Z"))
	if got := strings.Join(dates, " "); got != "2026-06-05" {
		t.Errorf("asked for %s, want the last day", got)
	}
	if got, want := s.coverage(feed, 0), "data 2026-06-01T22:00Z/2026-06-05T22:00Z"; got != want {
		t.Errorf("coverage %s, want %s", got, want)
	}
	s.completes(feed, store.LaneLive, timeseries.Window{})
	if len(dates) != 2 || s.entries() != 1 {
		t.Errorf("asked for %v, %d entries", dates, s.entries())
	}
	if got := query[string](s, `select unit_name || ' ' || mw || ' ' || unit_mw from entsoe.production_and_generation_units`); got != "HAVEN 385 264" {
		t.Errorf("the view shows %s", got)
	}
	s.completes(feed, store.LaneLive, timeseries.Window{})
	if len(dates) != 2 {
		t.Errorf("what is covered is asked again: %v", dates)
	}
}

// Outages are asked for by the time of their update. A revision that came
// without those before it is asked for by its mRID, once.
func TestCollectDocuments(t *testing.T) {
	var questions []string
	revision := func(n int, available float64) []byte {
		return jobstest.OutageDocument(jobstest.Outage{MRID: "haven", Revision: n, From: "2026-07-01T10:00Z", To: "2026-07-02T10:00Z", Available: available})
	}
	s := newSceneOf(t, func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		questions = append(questions, fmt.Sprintf("mRID %s, update %v, delivery %s", q.Get("mRID"), q.Has("periodStartUpdate"), q.Get("periodStart")))
		switch {
		case q.Get("mRID") == "haven":
			w.Write(zipped(t, revision(1, 0), revision(2, 50), revision(3, 100)))
		case q.Has("mRID"):
			noData(w)
		default:
			w.Write(zipped(t, revision(3, 100), jobstest.OutageDocument(jobstest.Outage{MRID: "port", Revision: 1, From: "2026-06-11T10:00Z", To: "2026-06-12T10:00Z", Available: 5})))
		}
	})
	feed := s.feed("unavailability_generation_units", "BE", "updated")
	w := jobstest.Window(t, "2026-06-09T00:00Z/2026-06-10T00:00Z")
	s.completes(feed, store.LaneFetch, w)
	if got, want := s.coverage(feed, 0), "data "+w.String(); got != want {
		t.Errorf("coverage %s, want %s", got, want)
	}
	s.drive()
	job := s.next().Job
	if job.Kind != "revisions" || job.State != rivertype.JobStateCompleted {
		t.Fatalf("job %s is %s: %v", job.Kind, job.State, job.Errors)
	}
	want := []string{"mRID , update true, delivery ", "mRID haven, update false, delivery 202607011000"}
	if got := strings.Join(questions, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("asked\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
	stored := query[string](s, `select string_agg(mrid || ' ' || revision, ', ' order by mrid, revision) from entsoe.documents`)
	if stored != "haven 1, haven 2, haven 3, port 1" {
		t.Errorf("stored %s", stored)
	}
	if got := s.outcomes(); got != "data data" {
		t.Errorf("requests: %s", got)
	}
	byMRID := query[string](s, `select f.variant || '/' || coalesce(string_agg(c.data::text, ''), '') from entsoe.fetches r join entsoe.feeds f on f.id = r.feed_id
		left join entsoe.coverage c on c.feed_id = f.id where r.job_id = $1 group by f.variant`, job.ID)
	if byMRID != "/" {
		t.Errorf("the request by mRID stands with %s", byMRID)
	}
	s.completes(feed, store.LaneFetch, w)
	if n := query[int](s, `select count(*)::int from river.river_job where state <> 'completed' and kind <> 'drive'`); n != 0 || len(questions) != 3 {
		t.Errorf("%d jobs are left, asked %v", n, questions)
	}
}

// One bad document of a ZIP is kept with its reason and cancels the job; the
// others are stored all the same. A Period that is sent twice counts once.
func TestCollectSparesGoodDocuments(t *testing.T) {
	good := func(mrid string) []byte {
		return jobstest.OutageDocument(jobstest.Outage{MRID: mrid, Revision: 1, From: "2026-07-01T10:00Z", To: "2026-07-01T12:00Z", Available: 50})
	}
	bad := bytes.Replace(good("bad"), []byte("<position>1<"), []byte("<position>121<"), 1)
	twice := bytes.Replace(good("twice"), []byte("</Available_Period>"), append([]byte("</Available_Period>"), period(good("twice"))...), 1)
	s := newSceneOf(t, func(w http.ResponseWriter, _ *http.Request) { w.Write(zipped(t, good("haven"), bad, twice)) })
	feed := s.feed("unavailability_generation_units", "BE", "updated")
	w := jobstest.Window(t, "2026-06-09T00:00Z/2026-06-10T00:00Z")
	s.completes(feed, store.LaneFetch, w)
	reason := query[string](s, `select string_agg(position || ': ' || reason || ' ' || (fault_to - fault_from), ', ') from entsoe.faulty where curve is null`)
	if !strings.Contains(reason, `document 2 ("002.xml")`) || !strings.Contains(reason, "position 121") || !strings.HasSuffix(reason, " 1 day") {
		t.Errorf("faults %s", reason)
	}
	stored := query[string](s, `select string_agg(d.mrid || ' ' || r.mw || ' until ' || to_char(r.until at time zone 'UTC', 'HH24:MI'), ', ' order by d.mrid)
		from entsoe.documents d join entsoe.document_runs r on r.document_id = d.id`)
	if stored != "haven 50 until 12:00, twice 50 until 12:00" {
		t.Errorf("stored %s", stored)
	}
	if got, want := s.coverage(feed, 0), "data "+w.String(); got != want || s.outcomes() != OutcomeData {
		t.Errorf("coverage %s, want %s; requests: %s", got, want, s.outcomes())
	}
	if kept := s.documents(t.Context()); len(kept) != 1 || kept[0] != string(bad) {
		t.Errorf("kept documents: %q", kept)
	}
}

// period cuts the Period out of an outage.
func period(document []byte) []byte {
	from, to := bytes.Index(document, []byte("<Available_Period>")), bytes.Index(document, []byte("</Available_Period>"))
	return slices.Clone(document[from : to+len("</Available_Period>")])
}

// A window without updates is empty, and no failure.
func TestCollectNoDocuments(t *testing.T) {
	s := newSceneOf(t, func(w http.ResponseWriter, _ *http.Request) { noData(w) })
	feed := s.feed("unavailability_generation_units", "BE", "withdrawn")
	w := jobstest.Window(t, "2026-06-09T00:00Z/2026-06-10T00:00Z")
	s.completes(feed, store.LaneFetch, w)
	if got, want := s.coverage(feed, 0), "empty "+w.String(); got != want {
		t.Errorf("coverage %s, want %s", got, want)
	}
}

// More outages than a page in one window are read page by page.
func TestCollectDocumentPages(t *testing.T) {
	const outages = 342
	s := newSceneOf(t, func(w http.ResponseWriter, r *http.Request) {
		offset, err := strconv.Atoi(r.URL.Query().Get("offset"))
		switch {
		case err != nil:
			acknowledge(w, http.StatusBadRequest, "The number of instances (342) exceeds the allowed maximum (200) for data item UNAVAILABILITY.")
			return
		case offset >= outages:
			noData(w)
			return
		}
		var page [][]byte
		for n := offset; n < min(offset+200, outages); n++ {
			page = append(page, jobstest.OutageDocument(jobstest.Outage{MRID: fmt.Sprint("outage", n), Revision: 1, From: "2026-06-09T10:00Z", To: "2026-06-09T11:00Z", Available: 7}))
		}
		w.Write(zipped(t, page...))
	})
	feed := s.feed("unavailability_generation_units", "BE", "updated")
	s.completes(feed, store.LaneFetch, jobstest.Window(t, "2026-06-09T10:00Z/2026-06-09T11:00Z"))
	if got := query[int](s, `select count(*)::int from entsoe.documents`); got != outages {
		t.Errorf("%d documents, want %d", got, outages)
	}
	if got, want := s.outcomes(), "too_many data data"; got != want {
		t.Errorf("requests: %s, want %s", got, want)
	}
}

// A job for revisions shares the fates of the others: what is refused is
// cancelled with the platform's words and keeps no window from being read.
func TestRevisionsRefused(t *testing.T) {
	s := newSceneOf(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("mRID") {
			acknowledge(w, http.StatusBadRequest, "Input parameter does not exist: mRID")
			return
		}
		w.Write(zipped(t, jobstest.OutageDocument(jobstest.Outage{MRID: "haven", Revision: 2, From: "2026-07-01T10:00Z", To: "2026-07-02T10:00Z", Available: 1})))
	})
	feed := s.feed("unavailability_generation_units", "BE", "updated")
	s.completes(feed, store.LaneFetch, jobstest.Window(t, "2026-06-09T00:00Z/2026-06-10T00:00Z"))
	s.drive()
	job := s.next().Job
	if job.Kind != "revisions" || job.State != rivertype.JobStateCancelled || !strings.Contains(fmt.Sprint(job.Errors), "does not exist: mRID") {
		t.Fatalf("job %s is %s: %v", job.Kind, job.State, job.Errors)
	}
	if got := query[int](s, `select count(*)::int from entsoe.coverage where refused <> '{}'`); got != 0 {
		t.Errorf("%d feeds have refused windows", got)
	}
	if got := s.outcomes(); got != "data refused" {
		t.Errorf("requests: %s", got)
	}
}
