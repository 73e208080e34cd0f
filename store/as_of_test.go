package store_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/timeseries"
)

// album keeps what views showed after each save, and compares it with what
// their functions say of that time in the end.
type album struct {
	*testing.T
	db    *store.DB
	views []string
	shots []map[string][]string // by save and view
}

// rows are what a view or function shows, but for when it was last seen, which has no
// history.
func (a *album) rows(shows string, args ...any) []string {
	a.Helper()
	return dbtest.QueryText(a.T, a.db, `select (to_jsonb(v) - 'last_seen')::text as row from entsoe.`+shows+` v order by 1`, args...)
}

func (a *album) shoot() {
	a.Helper()
	shot := map[string][]string{}
	for _, v := range a.views {
		shot[v] = a.rows(v)
	}
	a.shots = append(a.shots, shot)
}

// compare looks back: the n-th save came n hours after day0.
func (a *album) compare() {
	a.Helper()
	for n, shot := range a.shots {
		for _, v := range a.views {
			got := a.rows(v+`_as_of($1)`, dbtest.After(float64(n)+0.5))
			if diff := cmp.Diff(shot[v], got); diff != "" {
				a.Errorf("%s after save %d (-as it was, +as_of):\n%s", v, n, diff)
			}
		}
	}
}

// Every view of curves can be asked for what it showed at any time before,
// whatever changed, was taken back or came in another resolution since.
func TestSeriesAsOf(t *testing.T) {
	a := &album{T: t, db: dbtest.Open(t, dbtest.ShapesCatalogue()), views: []string{"day_ahead_prices", "day_ahead_prices_best", "balancing", "balancing_best"}}
	prices, balancing := dbtest.MakeFeed(t, a.db, "day_ahead_prices", dbtest.Germany).ID, dbtest.MakeFeed(t, a.db, "balancing", dbtest.Germany).ID
	random := rand.New(rand.NewPCG(5, 6))
	for n := range 40 {
		from := random.IntN(truthHours)
		answer := randomTruth(random, "PT60M", "PT15M", "").answer(prices, from, from+1+random.IntN(truthHours-from), dbtest.After(float64(n)))
		dbtest.MustSave(t, a.db, answer)
		step := timeseries.Step{Seconds: []int64{4, 900}[random.IntN(2)]}
		s := dbtest.PriceSeries(step.String(), step, timeseries.Item, "balancing", timeseries.Quantity, "activation_Price.amount")
		values := make([]float64, 1+random.IntN(4))
		for i := range values {
			values[i] = float64(random.IntN(3))
		}
		dbtest.MustSave(t, a.db, store.Answer{FeedID: balancing, Asked: dbtest.Window(0, 2), KnownAt: dbtest.After(float64(n)), Rows: timeseries.Curves{dbtest.With(s, float64(random.IntN(2)), values...)}})
		a.shoot()
	}
	a.compare()
}

// Lists are replaced as sets, registers as a whole.
func TestEntriesAsOf(t *testing.T) {
	a := &album{T: t, db: dbtest.Open(t, dbtest.ShapesCatalogue()), views: []string{"bids", "units"}}
	bids, units := dbtest.MakeFeed(t, a.db, "bids", dbtest.Germany).ID, dbtest.MakeFeed(t, a.db, "units", dbtest.Germany).ID
	random := rand.New(rand.NewPCG(7, 8))
	for n := range 30 {
		var rows, register []timeseries.Entry
		for range random.IntN(4) {
			from := float64(random.IntN(4))
			rows = append(rows, dbtest.Bid(from, from+1, float64(random.IntN(2)), ""))
		}
		for i := range 1 + random.IntN(3) {
			register = append(register, dbtest.OpenEnded(dbtest.Bid(-5000, 0, 1, fmt.Sprintf(`{"Resource.name": "%d"}`, random.IntN(2)), timeseries.Item, "units", timeseries.Resource, fmt.Sprint(i))))
		}
		dbtest.MustSaveEntries(t, a.db, store.Answer{FeedID: bids, KnownAt: dbtest.After(float64(n)), Rows: timeseries.Entries{All: rows, Replaces: dbtest.Hours(0, 4)}})
		dbtest.MustSaveEntries(t, a.db, store.Answer{FeedID: units, KnownAt: dbtest.After(float64(n)), Rows: timeseries.Entries{All: register, Whole: true}})
		a.shoot()
	}
	a.compare()
}

// The latest revision is that of those that were known, in whatever order they
// came.
func TestDocumentsAsOf(t *testing.T) {
	a := &album{T: t, db: dbtest.OpenOutages(t), views: []string{"unavailability_generation_units", "fall_backs"}}
	feeds := []int64{dbtest.MakeFeed(t, a.db, "unavailability_generation_units", dbtest.Germany).ID, dbtest.MakeFeed(t, a.db, "fall_backs", dbtest.Germany).ID}
	random := rand.New(rand.NewPCG(9, 10))
	for n := range 30 {
		for _, feed := range feeds {
			revision, status, mw := 1+random.IntN(4), random.IntN(3), random.IntN(2)
			published := float64(revision) + float64(3*mw+status)/10 // once and for all
			d := dbtest.Outage(string(rune('A'+random.IntN(3))), revision, published, dbtest.Run(1, 2, float64(mw*100)))
			d.Status = []string{"", "A09", "A13"}[status]
			dbtest.SaveDocuments(t, a.db, feed, float64(n), d)
		}
		a.shoot()
	}
	a.compare()
}
