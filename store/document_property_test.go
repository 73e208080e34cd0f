package store_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/timeseries"
)

// received is a document and when this database saw it.
type received struct {
	timeseries.Document
	known time.Time
}

// history is an independent, slow reading of what is known of outages.
type history []received

// latest returns the revisions that count among those that hold.
func (h history) latest(holds func(received) bool) []received {
	newest := map[string]received{}
	for _, r := range h {
		if !holds(r) {
			continue
		}
		best, ok := newest[r.MRID]
		if !ok || later(r, best) {
			newest[r.MRID] = r
		}
	}
	var list []received
	for _, r := range newest {
		if r.Status != "A09" && r.Status != "A13" {
			list = append(list, r)
		}
	}
	return list
}

func later(a, b received) bool {
	ended := func(r received) int {
		if r.Status == "A09" || r.Status == "A13" {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(a.Revision, b.Revision), a.PublishedAt.Compare(b.PublishedAt), cmp.Compare(ended(a), ended(b)), a.known.Compare(b.known)) > 0
}

// unavailable returns what is unavailable of each unit at an instant.
func unavailable(documents []received, at time.Time) map[string]float64 {
	units := map[string]float64{}
	for _, d := range documents {
		for _, p := range d.Parts {
			for _, r := range p.Runs {
				mw := min(p.NominalMW, p.NominalMW-r.Value)
				if unit := p.Attributes[timeseries.GenerationUnit]; !at.Before(r.From) && at.Before(r.To) && mw > units[unit] {
					units[unit] = mw
				}
			}
		}
	}
	return units
}

func unitLines(units map[string]float64) string {
	var lines []string
	for unit, mw := range units {
		lines = append(lines, fmt.Sprint(unit, " ", mw))
	}
	slices.Sort(lines)
	return strings.Join(lines, ", ")
}

// TestUnavailabilityProperties asks random histories what was unavailable at T,
// as known at K by either clock, and what is unavailable per hour.
func TestUnavailabilityProperties(t *testing.T) {
	db := dbtest.OpenOutages(t)
	feed := dbtest.MakeFeed(t, db, "unavailability_generation_units", dbtest.Germany).ID
	random := rand.New(rand.NewPCG(9, 10))
	for range 6 {
		clearDocuments(t, db)
		var h history
		for i, d := range randomDocuments(random, 25) {
			known := float64(i) // each another time, so that no two are equally late
			if random.IntN(3) == 0 {
				d.Parts = append(d.Parts, dbtest.UnitPart([]string{dbtest.Block1, dbtest.Block2}[random.IntN(2)], dbtest.Run(float64(random.IntN(6)), 6.25+float64(random.IntN(3)), float64(random.IntN(1000)))))
			}
			dbtest.SaveDocuments(t, db, feed, known, d)
			h = append(h, received{d, dbtest.After(known)})
		}
		for range 25 {
			at, known := dbtest.After(float64(random.IntN(40))/4), dbtest.After(float64(random.IntN(45))-1)
			want := unitLines(unavailable(h.latest(func(r received) bool { return !r.PublishedAt.After(known) }), at))
			checkUnits(t, db, "as published", want, `select unit, unavailable_mw from entsoe.unavailability_as_of($1, $2)`, at, known)
			checkUnits(t, db, "plain SQL", want, `
select unit, max(unavailable_mw) from entsoe.unavailability
where at <= $1 and until > $1 and published_from <= $2 and published_until > $2 and unavailable_mw > 0 group by unit`, at, known)
			want = unitLines(unavailable(h.latest(func(r received) bool { return !r.known.After(known) }), at))
			checkUnits(t, db, "as seen", want, `select unit, unavailable_mw from entsoe.unavailability_as_of($1, $2, by_database => true)`, at, known)
			want = unitLines(unavailable(h.latest(func(received) bool { return true }), at))
			checkUnits(t, db, "now", want, `select unit, unavailable_mw from entsoe.unavailability_as_of($1)`, at)
		}
		checkHours(t, db, h.latest(func(received) bool { return true }))
	}
}

func checkUnits(t *testing.T, db *store.DB, what, want, sql string, args ...any) {
	t.Helper()
	lines := dbtest.TrimZeros(dbtest.QueryText(t, db, sql, args...))
	slices.Sort(lines)
	if got := strings.Join(lines, ", "); got != want {
		t.Fatalf("%s at %v: got %s, want %s", what, args, got, want)
	}
}

// checkHours adds up every minute: no time of the history is finer.
func checkHours(t *testing.T, db *store.DB, documents []received) {
	t.Helper()
	var want []string
	for h := range 20 {
		sum, units := 0.0, map[string]bool{}
		for minute := range 60 {
			for unit, mw := range unavailable(documents, dbtest.After(float64(h)).Add(time.Duration(minute)*time.Minute)) {
				sum += mw
				units[unit] = true
			}
		}
		if len(units) > 0 {
			want = append(want, fmt.Sprintf("%d %.6f %d", h, sum/60, len(units)))
		}
	}
	for _, hours := range []string{"(select hour as at, * from entsoe.unavailable_capacity)", "entsoe.unavailable_capacity_by('1 hour', '2025-03-01', '2025-03-03', 'UTC')"} {
		got := dbtest.QueryText(t, db, `
select (extract(epoch from at - $1) / 3600)::integer as hour, round(mw::numeric, 6)::text as mw, units
from `+hours+` h where at >= $1 and at < $2 order by at`, dbtest.Day0, dbtest.After(20))
		if !slices.Equal(got, want) {
			t.Fatalf("per hour, %s:\ngot  %q\nwant %q", hours, got, want)
		}
	}
}
