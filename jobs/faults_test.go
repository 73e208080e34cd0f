package jobs

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/riverqueue/river/rivertype"

	"entsoed/jobs/jobstest"
	"entsoed/store"
	"entsoed/timeseries"
)

// faulty is a platform with hourly prices of Austria after two auctions, of which
// some cannot be right. The others are always the same.
type faulty struct {
	mu     sync.Mutex
	values map[faultyHour]string // what stands there instead of a price
	days   map[time.Time]bool    // days whose answers cannot be read at all, by their first hour
	asked  int
}

type faultyHour struct {
	auction int
	at      time.Time
}

func newFaulty() *faulty {
	return &faulty{values: map[faultyHour]string{}, days: map[time.Time]bool{}}
}

// change makes something wrong or right.
func (f *faulty) change(what func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	what()
}

func (f *faulty) heal() {
	f.change(func() { clear(f.values); clear(f.days) })
}

// price is what an hour costs.
func price(auction int, at time.Time) int64 { return at.Unix()/3600%1000 + int64(auction) }

func (f *faulty) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked++
	var asked timeseries.Window
	for name, bound := range map[string]*time.Time{"periodStart": &asked.From, "periodEnd": &asked.To} {
		at, err := time.Parse("200601021504", r.URL.Query().Get(name))
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		*bound = at
	}
	asked.From, asked.To = asked.From.Truncate(time.Hour), asked.To.Add(time.Hour-1).Truncate(time.Hour)
	for day := range f.days {
		if asked.Contains(day) {
			fmt.Fprint(w, `<Nonsense_MarketDocument><mRID>1</mRID></Nonsense_MarketDocument>`)
			return
		}
	}
	fmt.Fprint(w, `<Publication_MarketDocument><mRID>1</mRID><revisionNumber>1</revisionNumber><type>A44</type><createdDateTime>2026-06-01T12:00:00Z</createdDateTime>`)
	for auction := 1; auction <= 2; auction++ {
		fmt.Fprintf(w, `<TimeSeries><mRID>%d</mRID><businessType>A62</businessType>
<in_Domain.mRID codingScheme="A01">10YAT-APG------L</in_Domain.mRID><out_Domain.mRID codingScheme="A01">10YAT-APG------L</out_Domain.mRID>
<contract_MarketAgreement.type>A01</contract_MarketAgreement.type><currency_Unit.name>EUR</currency_Unit.name><price_Measure_Unit.name>MWH</price_Measure_Unit.name>
<classificationSequence_AttributeInstanceComponent.position>%d</classificationSequence_AttributeInstanceComponent.position><curveType>A01</curveType>
<Period><timeInterval><start>%s</start><end>%s</end></timeInterval><resolution>PT60M</resolution>`,
			auction, auction, asked.From.Format("2006-01-02T15:04Z"), asked.To.Format("2006-01-02T15:04Z"))
		position := 1
		for at := asked.From; at.Before(asked.To); at = at.Add(time.Hour) {
			value, wrong := f.values[faultyHour{auction, at}]
			if !wrong {
				value = fmt.Sprint(price(auction, at))
			}
			fmt.Fprintf(w, "<Point><position>%d</position><price.amount>%s</price.amount></Point>\n", position, value)
			position++
		}
		fmt.Fprint(w, `</Period></TimeSeries>`)
	}
	fmt.Fprint(w, `</Publication_MarketDocument>`)
}

// standing writes the faults of a database: "1 2026-06-01T01:00Z/2026-06-01T02:00Z", by
// auction, and its open alarms.
func (s *scene) standing() string {
	s.Helper()
	return query[string](s, `
select coalesce(string_agg(coalesce(substring(curve from 'sequence=(\d)'), '?') || ' ' || to_char(fault_from at time zone 'UTC', 'DD"T"HH24') || '/'
    || to_char(fault_to at time zone 'UTC', 'DD"T"HH24'), ', ' order by fault_from, curve), 'none')
  || '; ' || (select count(*) from entsoe.alarms where kind = 'fault' and closed is null) || ' alarm'
from entsoe.faulty`)
}

func (s *scene) points() int {
	s.Helper()
	return query[int](s, `select count(*)::int from entsoe.points`)
}

// One bad value costs one value. It is told once, asked for again at its time, and
// over when the platform has mended it.
func TestFaultOfAValue(t *testing.T) {
	platform := newFaulty()
	s := newSceneOf(t, platform.ServeHTTP)
	feed, day := s.feed("day_ahead_prices", "AT", ""), jobstest.Window(t, jobstest.OneDay)
	bad := time.Date(2026, 6, 1, 3, 0, 0, 0, time.UTC)
	platform.change(func() { platform.values[faultyHour{2, bad}] = "n/a" })
	s.completes(feed, store.LaneFetch, day)
	if n, got := s.points(), s.standing(); n != 47 || got != "2 01T03/01T04; 1 alarm" {
		t.Errorf("%d points, faults %s", n, got)
	}
	if got := s.coverage(feed, 0); got != "data "+jobstest.OneDay {
		t.Errorf("coverage %s", got)
	}
	if kept := s.documents(t.Context()); len(kept) != 1 || !strings.Contains(kept[0], "n/a") {
		t.Errorf("kept documents: %q", kept)
	}
	gaps, err := s.DB.Gaps(t.Context(), "day_ahead_prices", "AT", day, s.Now())
	if err != nil || len(gaps) != 1 || gaps[0].Answer != store.Failed || !gaps[0].From.Equal(bad) || gaps[0].Curve == nil || gaps[0].Reason == nil || gaps[0].AgainAt == nil {
		t.Fatalf("gaps %+v, %v", gaps, err)
	}
	again := *gaps[0].AgainAt
	s.completes(feed, store.LaneFetch, day)
	if n := strings.Count(s.Log.String(), "left out"); n != 1 {
		t.Errorf("%d lines in the log:\n%s", n, s.Log)
	}
	if due, err := s.DB.DueAgain(t.Context(), feed.ID, store.LaneRevision, s.Now()); err != nil || len(due) > 0 {
		t.Errorf("due at once: %v, %v", due, err)
	}
	platform.heal()
	s.at(again)
	s.completes(feed, store.LaneRevision, timeseries.Window{})
	if n, got := s.points(), s.standing(); n < 48 || got != "none; 0 alarm" {
		t.Errorf("%d points, faults %s", n, got)
	}
}

// Where no other curve was read, coverage says refused, and a curve that is wrong in
// part takes back nothing there.
func TestFaultTakesNothingBack(t *testing.T) {
	platform := newFaulty()
	s := newSceneOf(t, platform.ServeHTTP)
	feed, day := s.feed("day_ahead_prices", "AT", ""), jobstest.Window(t, jobstest.OneDay)
	hours := []time.Time{time.Date(2026, 6, 1, 3, 0, 0, 0, time.UTC), time.Date(2026, 6, 1, 4, 0, 0, 0, time.UTC)}
	both := func() {
		for auction := 1; auction <= 2; auction++ {
			for _, at := range hours {
				platform.values[faultyHour{auction, at}] = "n/a"
			}
		}
	}
	s.completes(feed, store.LaneFetch, day)
	platform.change(both)
	s.completes(feed, store.LaneFetch, day)
	if n, got := s.points(), s.standing(); n != 48 || !strings.HasSuffix(got, "1 alarm") {
		t.Errorf("%d points, faults %s", n, got)
	}
	next := jobstest.Window(t, jobstest.June2+"/"+jobstest.June3)
	platform.change(func() {
		for auction := 1; auction <= 2; auction++ {
			platform.values[faultyHour{auction, next.From.Add(5 * time.Hour)}] = "n/a"
		}
	})
	s.completes(feed, store.LaneFetch, next)
	if got := s.coverage(feed, 0); got != "data 2026-05-31T22:00Z/2026-06-02T03:00Z, data 2026-06-02T04:00Z/2026-06-02T22:00Z, refused 2026-06-02T03:00Z/2026-06-02T04:00Z" {
		t.Errorf("coverage %s", got)
	}
}

// A day that cannot be read is found, costs none of the days around it, and is not
// asked for again before its time.
func TestFaultOfADay(t *testing.T) {
	platform := newFaulty()
	s := newSceneOf(t, platform.ServeHTTP)
	feed := s.feed("day_ahead_prices", "AT", "")
	const before, day, after = "2026-04-30T22:00Z/2026-05-16T22:00Z", "2026-05-16T22:00Z/2026-05-17T22:00Z", "2026-05-17T22:00Z/2026-05-31T22:00Z"
	bad := jobstest.Window(t, day)
	platform.change(func() { platform.days[bad.From.Add(5*time.Hour)] = true })
	month := jobstest.Window(t, "2026-04-30T22:00Z/2026-05-31T22:00Z")
	job := s.work(feed, store.LaneFetch, month)
	if job.State != rivertype.JobStateCancelled || len(job.Errors) != 1 || !strings.Contains(job.Errors[0].Error, day) {
		t.Errorf("job is %s: %v", job.State, job.Errors)
	}
	if got := s.coverage(feed, 0); got != "data "+before+", data "+after+", refused "+day {
		t.Errorf("coverage %s", got)
	}
	if n, got := s.points(), s.standing(); n != 2*24*30 || got != "? 16T22/17T22; 1 alarm" {
		t.Errorf("%d points, faults %s", n, got)
	}
	if platform.asked > 12 {
		t.Errorf("it took %d requests", platform.asked)
	}
	job = s.work(feed, store.LaneFetch, bad)
	if n := strings.Count(s.Log.String(), "level=ERROR") + strings.Count(s.Log.String(), "level=WARN"); n != 1 || job.State != rivertype.JobStateCancelled {
		t.Errorf("%d lines in the log, the job is %s:\n%s", n, job.State, s.Log)
	}
	platform.heal()
	s.at(s.Now().AddDate(0, 0, 3))
	s.completes(feed, store.LaneRevision, timeseries.Window{})
	if got := s.standing(); got != "none; 0 alarm" {
		t.Errorf("faults %s", got)
	}
	if got := s.coverage(feed, 0); strings.Contains(got, "refused") {
		t.Errorf("coverage %s", got)
	}
}

// Whatever is wrong and whenever it is asked for: nothing wrong is ever stored,
// nothing good is ever taken back, coverage says empty of nothing, and once the
// platform is right so is the database.
func TestFaultsProperty(t *testing.T) {
	platform := newFaulty()
	s := newSceneOf(t, platform.ServeHTTP)
	feed := s.feed("day_ahead_prices", "AT", "")
	all := jobstest.Window(t, "2026-05-24T22:00Z/2026-06-03T22:00Z")
	random := rand.New(rand.NewPCG(5, 6))
	day := func() time.Time { return all.From.Add(time.Duration(random.IntN(10)) * 24 * time.Hour) }
	rounds := 8
	if testing.Short() {
		rounds = 4
	}
	stored := 0
	for range rounds {
		platform.heal()
		platform.change(func() {
			for range random.IntN(12) {
				at := day().Add(time.Duration(random.IntN(24)) * time.Hour)
				platform.values[faultyHour{1 + random.IntN(2), at}] = []string{"n/a", "1e400", "NaN", "--"}[random.IntN(4)]
			}
			if random.IntN(2) == 0 {
				platform.days[day().Add(time.Hour)] = true
			}
		})
		from := day()
		s.work(feed, store.LaneFetch, timeseries.Window{From: from, To: from.Add(time.Duration(1+random.IntN(10)) * 24 * time.Hour).UTC()}.Intersect(all))
		n := s.points()
		if n < stored {
			t.Fatalf("of %d points %d are left", stored, n)
		}
		stored = n
		if got := s.coverage(feed, 0); strings.Contains(got, "empty") {
			t.Fatalf("coverage %s", got)
		}
		s.at(s.Now().Add(time.Duration(random.IntN(30)) * time.Hour))
	}
	platform.heal()
	s.at(s.Now().AddDate(0, 0, 15))
	s.work(feed, store.LaneRevision, timeseries.Window{})
	s.completes(feed, store.LaneFetch, all)
	if got := s.standing(); got != "none; 0 alarm" {
		t.Errorf("faults %s", got)
	}
	if got := s.coverage(feed, 0); strings.Contains(got, "refused") || !strings.Contains(got, "data ") {
		t.Errorf("coverage %s", got)
	}
	wrong := query[int](s, `
select count(*)::int from entsoe.points p join entsoe.series s on s.id = p.series_id
where p.value <> (extract(epoch from p.at)::bigint / 3600) % 1000 + s.sequence::bigint`)
	if wrong > 0 {
		t.Errorf("%d wrong values are stored", wrong)
	}
}

// A document that ends in the middle is asked for again, for it may have been cut on
// its way. If it always does, it costs its day and no other.
func TestFaultOfACutDocument(t *testing.T) {
	platform := newFaulty()
	bad := jobstest.Window(t, jobstest.OneDay)
	s := newSceneOf(t, func(w http.ResponseWriter, r *http.Request) {
		if from, to := r.URL.Query().Get("periodStart"), r.URL.Query().Get("periodEnd"); from < "202606011000" && to > "202606011000" {
			fmt.Fprint(w, `<Publication_MarketDocument><mRID>1</mRID><type>A44</type><TimeSeries><mRID>1`)
			return
		}
		platform.ServeHTTP(w, r)
	})
	feed := s.feed("day_ahead_prices", "AT", "")
	s.insert(feed, store.LaneFetch, jobstest.Window(t, "2026-05-30T22:00Z/2026-06-03T22:00Z"))
	for attempt := 1; attempt < patience; attempt++ {
		if job := s.next().Job; job.State != rivertype.JobStateRetryable || s.points() > 0 {
			t.Fatalf("after attempt %d the job is %s", attempt, job.State)
		}
		query[int64](s, `update river.river_job set state = 'available', scheduled_at = now() returning id`)
	}
	if job := s.next().Job; job.State != rivertype.JobStateCancelled {
		t.Errorf("the job is %s", job.State)
	}
	if got := s.coverage(feed, 0); got != "data 2026-05-30T22:00Z/2026-05-31T22:00Z, data 2026-06-01T22:00Z/2026-06-03T22:00Z, refused "+bad.String() {
		t.Errorf("coverage %s", got)
	}
	if n, got := s.points(), s.standing(); n != 2*24*3 || got != "? 31T22/01T22; 1 alarm" {
		t.Errorf("%d points, faults %s", n, got)
	}
}
