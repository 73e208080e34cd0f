package agenda

import (
	"math/rand/v2"
	"testing"
	"time"

	"entsoed/entsoe"
	"entsoed/timeseries"
)

// searched is what became of the days of some windows of which a few cannot be
// read.
type searched struct {
	read, refused []timeseries.Window
	requests      int
}

// searchAll asks for everything on an agenda; a window is unreadable if it overlaps
// a bad one.
func searchAll(a Agenda, bad []timeseries.Window) (s searched) {
	for !a.Done() {
		w := a.Window()
		s.requests++
		if len(w.Within(bad)) == 0 {
			s.read = append(s.read, w)
			a, _ = a.Answered(true)
			continue
		}
		next, step := a.After(Outcome{Kind: Unreadable})
		if step.Action == Refuse {
			s.refused = append(append(s.refused, step.Window), step.Rest...)
		}
		a = next
	}
	return s
}

func brusselsDay(n int) timeseries.Window {
	day := func(n int) time.Time { return time.Date(2025, 1, 1+n, 0, 0, 0, 0, entsoe.Brussels()).UTC() }
	return timeseries.Window{From: day(n), To: day(n + 1)}
}

// Whichever days of a year cannot be read, those and no others are refused, and
// each costs no more requests than the year can be halved.
func TestSearch(t *testing.T) {
	year := timeseries.Window{From: brusselsDay(0).From, To: brusselsDay(364).To}
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		var days []timeseries.Window
		for range 1 + random.IntN(12) {
			days = append(days, brusselsDay(random.IntN(365)))
		}
		bad := timeseries.Union(days)
		got := searchAll(of(t, hourly(), year.From.Format("2006-01-02T15:04Z")+"/"+year.To.Format("2006-01-02T15:04Z")), bad)
		if refused := timeseries.Union(got.refused); short(refused...) != short(bad...) {
			t.Fatalf("refused %s, want %s", short(refused...), short(bad...))
		}
		if read := timeseries.Union(got.read); short(read...) != short(year.Without(bad)...) {
			t.Fatalf("of a year without %s, %s was read", short(bad...), short(read...))
		}
		if most := 1 + 2*9*len(days); got.requests > most {
			t.Fatalf("%d days took %d requests, want no more than %d", len(days), got.requests, most)
		}
	}
}

// A feed of which nothing can be read is given up after a bounded number of
// requests, and nothing of what is known to be wrong is asked for again at once.
func TestSearchInVain(t *testing.T) {
	year := timeseries.Window{From: brusselsDay(0).From, To: brusselsDay(364).To}
	got := searchAll(of(t, hourly(), year.From.Format("2006-01-02T15:04Z")+"/"+year.To.Format("2006-01-02T15:04Z")), []timeseries.Window{year})
	if refused := timeseries.Union(got.refused); got.requests != mostUnread || short(refused...) != short(year) {
		t.Errorf("after %d requests %s was refused", got.requests, short(refused...))
	}
}

// What the platform answers by weeks is cut at weeks, and what cannot be cut is
// refused as it is.
func TestSearchGrain(t *testing.T) {
	weekly := hourly()
	weekly.Grain = entsoe.MarketWeek
	const weeks, hours = "2026-05-31T22:00Z/2026-06-14T22:00Z", "2026-06-01T10:00Z/2026-06-01T14:00Z"
	bad := []timeseries.Window{{From: time.Date(2026, 6, 3, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 6, 3, 1, 0, 0, 0, time.UTC)}}
	if got := searchAll(of(t, weekly, weeks), bad); short(got.refused...) != "06-01/06-08" || short(got.read...) != "06-08/06-15" {
		t.Errorf("%s was refused and %s read", short(got.refused...), short(got.read...))
	}
	bad = []timeseries.Window{{From: time.Date(2026, 6, 1, 11, 0, 0, 0, time.UTC), To: time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)}}
	if got := searchAll(of(t, hourly(), hours), bad); short(got.refused...) != "06-01T12:00/06-01T16:00" {
		t.Errorf("%s was refused", short(got.refused...))
	}
	register := hourly()
	register.Shape = timeseries.ShapeRegister
	if got := searchAll(of(t, register, weeks), bad); short(got.refused...) != "06-01/06-15" || got.requests != 1 {
		t.Errorf("of a register %s was refused", short(got.refused...))
	}
}
