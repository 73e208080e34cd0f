package jobs

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"entsoed/entsoe"
	"entsoed/jobs/jobstest"
	"entsoed/store"
	"entsoed/timeseries"
)

// pager answers with more instances than the platform sends at once, by pages of
// its own kind.
type pager struct {
	allowed int
	size    int                                        // of a page
	offset  func(w http.ResponseWriter, at, n int) int // what it makes of an offset, of n instances; negative: it has answered
	asked   atomic.Int64
}

// serve answers for the instances of a window, written by write.
func (p *pager) serve(w http.ResponseWriter, r *http.Request, n int, write func(from, to int) []byte) {
	p.asked.Add(1)
	from, to := 0, n
	if offset := r.URL.Query().Get("offset"); offset != "" {
		at, _ := strconv.Atoi(offset)
		if p.offset != nil {
			at = p.offset(w, at, n)
		}
		if at < 0 {
			return
		}
		from, to = at, min(at+p.size, n)
	} else if n > p.allowed {
		acknowledge(w, http.StatusBadRequest, fmt.Sprintf("The number of instances (%d) exceeds the allowed maximum (%d) for data item X.", n, p.allowed))
		return
	}
	if from >= to {
		noData(w)
		return
	}
	w.Write(write(from, to))
}

func ignored(http.ResponseWriter, int, int) int { return 0 }

func refusedAbove(most int, status int, text string) func(http.ResponseWriter, int, int) int {
	return func(w http.ResponseWriter, at, n int) int {
		if at <= most {
			return at
		}
		acknowledge(w, status, text)
		return -1
	}
}

// Whatever the platform makes of offset, a year of days comes, each once.
func TestPagesOfCurves(t *testing.T) {
	t.Parallel()
	year := jobstest.Window(t, "2025-05-31T22:00Z/2026-05-31T22:00Z")
	tests := []struct {
		name          string
		allowed, size int
		offset        func(http.ResponseWriter, int, int) int
		most          int64 // requests
	}{
		{"as documented", 100, 100, nil, 5},
		{"ignored offset", 100, 100, ignored, 12},
		{"smaller pages", 50, 50, nil, 9},
		{"smaller pages than said", 100, 30, nil, 14},
		{"larger pages", 200, 200, nil, 3},
		{"refused offset", 100, 100, refusedAbove(100, http.StatusBadRequest, "Bad offset"), 15},
		{"offset above a limit", 100, 100, refusedAbove(100, http.StatusBadRequest, "The amount of requested data to be gathered via the offset parameter exceeds the allowed limit. 100 allowed, but 365 documents were found."), 15},
		{"nothing above an offset", 100, 100, refusedAbove(100, http.StatusOK, "No matching data found"), 15},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := &pager{allowed: test.allowed, size: test.size, offset: test.offset}
			s := newSceneOf(t, func(w http.ResponseWriter, r *http.Request) {
				days := daysOf(asked(t, r))
				p.serve(w, r, len(days), func(from, to int) []byte { return jobstest.Prices(days[from:to]...) })
			})
			feed := s.feed("day_ahead_prices", "AT", "")
			s.completes(feed, store.LaneFetch, year)
			if got, want := query[int](s, `select count(*)::int from entsoe.points`), 365*24; got != want {
				t.Errorf("%d points, want %d\n%s", got, want, s.outcomes())
			}
			if got, want := s.coverage(feed, 0), "data "+year.String(); got != want {
				t.Errorf("coverage %s, want %s", got, want)
			}
			if got := p.asked.Load(); got > test.most {
				t.Errorf("%d requests, want at most %d: %s", got, test.most, s.outcomes())
			}
		})
	}
}

// daysOf returns prices of each day of a window.
func daysOf(w timeseries.Window) []jobstest.PriceSeries {
	const minutes = "2006-01-02T15:04Z"
	var days []jobstest.PriceSeries
	zone := entsoe.Feed{Item: "day_ahead_prices", Area: "10YAT-APG------L"}.Zone()
	for from := w.From; from.Before(w.To); from = entsoe.MarketDay.Next(from, zone) {
		to := entsoe.MarketDay.Next(from, zone)
		days = append(days, jobstest.PriceSeries{Sequence: "1", From: from.Format(minutes), To: to.UTC().Format(minutes), Prices: []float64{float64(from.YearDay())}})
	}
	return days
}

// Of a list no row is lost and none doubled, be they equal or not.
func TestPagesOfLists(t *testing.T) {
	t.Parallel()
	clamped := func(most int) func(http.ResponseWriter, int, int) int {
		return func(_ http.ResponseWriter, at, _ int) int { return min(at, most) }
	}
	tests := []struct {
		name              string
		bids, equal       int // there are, and so many of them are equal to the one before
		allowed, size     int
		offset            func(http.ResponseWriter, int, int) int
		entries, requests int
	}{
		{"as documented", 365, 1, 100, 100, nil, 365, 5},
		{"smaller pages", 365, 1, 50, 50, nil, 365, 9},
		{"larger pages", 365, 1, 200, 200, nil, 365, 3},
		{"full pages", 400, 1, 100, 100, nil, 400, 5},
		{"equal bids", 400, 400, 100, 100, nil, 400, 6},
		{"last page repeats", 400, 1, 100, 100, clamped(300), 400, 5},
		{"last full page repeats", 365, 1, 100, 100, clamped(265), 365, 6},
		{"ends early", 400, 1, 100, 100, refusedAbove(200, http.StatusOK, "No matching data found"), 300, 5},
		{"page before the last repeats", 450, 1, 100, 100, clamped(300), 400, 7},
		{"ignored offset", 365, 1, 100, 100, ignored, 100, 6},
		{"ignored offset, equal bids", 400, 400, 100, 100, ignored, 100, 6},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := &pager{allowed: test.allowed, size: test.size, offset: test.offset}
			s := newSceneOf(t, func(w http.ResponseWriter, r *http.Request) {
				p.serve(w, r, test.bids, func(from, to int) []byte {
					var all []jobstest.Bid
					for n := from; n < to; n++ {
						all = append(all, jobstest.Bid{From: jobstest.June1, To: "2026-05-31T22:15Z", Quantity: float64(n / test.equal)})
					}
					return jobstest.Bids(all...)
				})
			})
			feed := s.feed("procured_balancing_capacity", "BE", s.variant("procured_balancing_capacity"))
			s.completes(feed, store.LaneFetch, jobstest.Window(t, jobstest.OneDay))
			if got := s.entries(); got != test.entries {
				t.Errorf("%d entries, want %d", got, test.entries)
			}
			if got := int(p.asked.Load()); got != test.requests {
				t.Errorf("%d requests, want %d: %s", got, test.requests, s.outcomes())
			}
		})
	}
}

// What the pages of a day lack is not called unpublished, and does not undo what
// was read before; one line in the log tells.
func TestPagesThatLack(t *testing.T) {
	t.Parallel()
	var now atomic.Pointer[pager]
	now.Store(&pager{allowed: 200, size: 100})
	s := newSceneOf(t, func(w http.ResponseWriter, r *http.Request) {
		area := []byte(r.URL.Query().Get("area_Domain"))
		now.Load().serve(w, r, 150, func(from, to int) []byte {
			var all []jobstest.Bid
			for n := from; n < to; n++ {
				all = append(all, jobstest.Bid{From: jobstest.June1, To: "2026-05-31T22:15Z", Quantity: float64(n)})
			}
			return bytes.ReplaceAll(jobstest.Bids(all...), []byte("10YBE----------2"), area)
		})
	})
	feed := s.feed("procured_balancing_capacity", "BE", s.variant("procured_balancing_capacity"))
	day := jobstest.Window(t, jobstest.OneDay)
	s.completes(feed, store.LaneFetch, day)
	before := s.coverage(feed, 0)
	now.Store(&pager{allowed: 100, size: 100, offset: ignored})
	s.completes(feed, store.LaneFetch, day)
	if got := s.entries(); got != 150 {
		t.Errorf("%d entries, want all 150 of the first answer", got)
	}
	if got := s.coverage(feed, 0); got != before {
		t.Errorf("coverage %s, want %s", got, before)
	}
	other := s.feed("procured_balancing_capacity", "FR", s.variant("procured_balancing_capacity"))
	s.completes(other, store.LaneFetch, day)
	if got, want := s.coverage(other, 0), "refused "+day.String(); got != want {
		t.Errorf("coverage %s, want %s", got, want)
	}
	if n := strings.Count(s.Log.String(), "not all pages"); n != 2 {
		t.Errorf("%d warnings of two jobs\n%s", n, s.Log)
	}
}

// Where neither pages nor shorter windows help, a month ends after some days are
// known to be no better than it.
func TestPagesThatNeverHelp(t *testing.T) {
	t.Parallel()
	p := &pager{allowed: 100, size: 100, offset: ignored}
	s := newSceneOf(t, func(w http.ResponseWriter, r *http.Request) {
		p.serve(w, r, 149, func(from, to int) []byte {
			var page [][]byte
			for n := from; n < to; n++ {
				page = append(page, jobstest.OutageDocument(jobstest.Outage{MRID: fmt.Sprint("outage", n), Revision: 1, From: "2026-05-09T10:00Z", To: "2026-05-09T11:00Z", Available: 7}))
			}
			return zipped(t, page...)
		})
	})
	feed := s.feed("unavailability_generation_units", "BE", "updated")
	w := jobstest.Window(t, "2026-05-01T00:00Z/2026-06-01T00:00Z")
	s.completes(feed, store.LaneFetch, w)
	if got := query[int](s, `select count(*)::int from entsoe.documents`); got != 100 {
		t.Errorf("%d documents, want 100", got)
	}
	if got, want := s.coverage(feed, 0), "refused "+w.String(); got != want {
		t.Errorf("coverage %s, want %s", got, want)
	}
	if got := p.asked.Load(); got > 100 {
		t.Errorf("%d requests: %s", got, s.outcomes())
	}
}

// A limit in words that nobody knows is found by asking for a day, and a feed
// that is refused in such words for good costs one request more.
func TestWordsThatNobodyKnows(t *testing.T) {
	t.Parallel()
	for _, days := range []int{10, 0} {
		t.Run(fmt.Sprintf("%d days allowed", days), func(t *testing.T) {
			var sent atomic.Int64
			s := newSceneOf(t, func(w http.ResponseWriter, r *http.Request) {
				sent.Add(1)
				wanted := daysOf(asked(t, r))
				if len(wanted) > days {
					acknowledge(w, http.StatusBadRequest, "Please be modest.")
					return
				}
				w.Write(jobstest.Prices(wanted...))
			})
			feed := s.feed("day_ahead_prices", "AT", "")
			month := jobstest.Window(t, "2026-04-30T22:00Z/2026-05-31T22:00Z")
			job := s.work(feed, store.LaneFetch, month)
			want, most := "data "+month.String(), int64(10)
			if days == 0 {
				want, most = "refused "+month.String(), 2
			}
			if got := s.coverage(feed, 0); got != want {
				t.Errorf("job is %s, coverage %s, want %s", job.State, got, want)
			}
			if got := sent.Load(); got > most {
				t.Errorf("%d requests, want at most %d: %s", got, most, s.outcomes())
			}
		})
	}
}

// How long a window may be before there are too many instances in it is
// remembered, but nothing that is shorter than a month.
func TestTooManyTeach(t *testing.T) {
	t.Parallel()
	var sent atomic.Int64
	s := newSceneOf(t, func(w http.ResponseWriter, r *http.Request) {
		sent.Add(1)
		if n := len(daysOf(asked(t, r))); n > 100 {
			acknowledge(w, http.StatusBadRequest, fmt.Sprintf("The number of instances (%d) exceeds the allowed maximum (100) for data item X.", n))
			return
		}
		noData(w)
	})
	feed := s.feed("forecasted_transfer_capacities", "AT>DE_LU", s.variant("forecasted_transfer_capacities"))
	for i, want := range []int64{6, 10} {
		year := jobstest.Window(t, fmt.Sprintf("%d-05-31T22:00Z/%d-05-31T22:00Z", 2025-i, 2026-i))
		s.completes(feed, store.LaneFetch, year)
		if got := sent.Load(); got > want {
			t.Errorf("%d requests, want at most %d: %s", got, want, s.outcomes())
		}
	}
	feed = s.feed("forecasted_transfer_capacities", "AT>DE_LU", s.variant("forecasted_transfer_capacities"))
	if feed.LearnedLimit != "P92D" {
		t.Errorf("learned %q", feed.LearnedLimit)
	}
}

// A limit that the catalogue does not know is learned from the refusal that names
// it: of procured balancing capacity the facts say a year, and a day was seen.
func TestLimitOfProcuredCapacity(t *testing.T) {
	t.Parallel()
	var sent atomic.Int64
	s := newSceneOf(t, func(w http.ResponseWriter, r *http.Request) {
		sent.Add(1)
		if got := asked(t, r); got.To.Sub(got.From) > 24*time.Hour {
			const instant = "2006-01-02T15:04Z[UTC]"
			acknowledge(w, http.StatusBadRequest, fmt.Sprintf("Provided time interval (%s - %s) is larger than maximum allowed period 'P1D' for 'PROCURED_BALANCING_CAPACITY_R3:XML' export.",
				got.From.Format(instant), got.To.Format(instant)))
			return
		}
		w.Write(jobstest.Bids(jobstest.Bid{From: asked(t, r).From.Format("2006-01-02T15:04Z"), To: asked(t, r).To.Format("2006-01-02T15:04Z"), Quantity: 5}))
	})
	feed := s.feed("procured_balancing_capacity", "BE", s.variant("procured_balancing_capacity"))
	week := jobstest.Window(t, "2026-05-25T22:00Z/2026-06-01T22:00Z")
	s.completes(feed, store.LaneFetch, week)
	if got := sent.Load(); got != 8 {
		t.Errorf("%d requests, want one that is refused and one a day: %s", got, s.outcomes())
	}
	feed = s.feed("procured_balancing_capacity", "BE", s.variant("procured_balancing_capacity"))
	if feed.LearnedLimit != "P1D" {
		t.Errorf("learned %q", feed.LearnedLimit)
	}
	if got, want := s.coverage(feed, 0), "data "+week.String(); got != want {
		t.Errorf("coverage %s, want %s", got, want)
	}
}
