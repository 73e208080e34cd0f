package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

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
	return dbtest.QueryText(a.T, a.db, `select (to_jsonb(v) - 'last_seen')::text as row from `+shows+` v order by 1`, args...)
}

func (a *album) shoot() {
	a.Helper()
	shot := map[string][]string{}
	for _, v := range a.views {
		shot[v] = a.rows("entsoe." + v)
	}
	a.shots = append(a.shots, shot)
}

// compare looks back: the n-th save came n hours after day0.
func (a *album) compare() {
	a.Helper()
	for n, shot := range a.shots {
		for _, v := range a.views {
			got := a.rows("entsoe."+v+`_as_of($1)`, dbtest.After(float64(n)+0.5))
			if diff := cmp.Diff(shot[v], got); diff != "" {
				a.Errorf("%s after save %d (-as it was, +as_of):\n%s", v, n, diff)
			}
		}
	}
}

// compareBest holds the best values with the earliest of those not known against those
// without: nothing that is best of what was known gives way, and each instant of
// which anything is shown has a best value.
func (a *album) compareBest(view string) {
	a.Helper()
	for n := range a.shots {
		at := dbtest.After(float64(n) - 0.5)
		lost := a.rows(fmt.Sprintf("(select * from entsoe.%[1]s_best_as_of($1) except all select * from entsoe.%[1]s_best_as_of($1, true))", view), at)
		if len(lost) > 0 {
			a.Errorf("%s_best_as_of before save %d loses rows with or_earliest: %q", view, n, lost)
		}
		bare := a.rows(fmt.Sprintf(`(
  select * from entsoe.%[1]s_as_of($1, true) v
  where not exists (select from entsoe.%[1]s_best_as_of($1, true) b where b.at <= v.at and b.until > v.at))`, view), at)
		if len(bare) > 0 {
			a.Errorf("%s_best_as_of with or_earliest before save %d has nothing where there is %q", view, n, bare)
		}
	}
	last := dbtest.After(float64(len(a.shots)))
	if diff := cmp.Diff(a.rows("entsoe."+view+"_best"), a.rows("entsoe."+view+"_best_as_of($1, true)", last)); diff != "" {
		a.Errorf("%s_best at present (-view, +as_of):\n%s", view, diff)
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
	a.compareBest("day_ahead_prices")
}

// TestAsOfTellsOfIgnorance: an empty answer is taken for "there was nothing" unless a
// notice says that nothing was known, once for each call.
func TestAsOfTellsOfIgnorance(t *testing.T) {
	db := dbtest.Open(t, dbtest.ShapesCatalogue())
	feed := dbtest.MakeFeed(t, db, "balancing", dbtest.Germany)
	value := dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour, timeseries.Item, "balancing", timeseries.Quantity, "activation_Price.amount"), 0, 1, 2)
	dbtest.MustSave(t, db, store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 2), KnownAt: dbtest.After(5), Rows: timeseries.Curves{value}})
	bids := dbtest.MakeFeed(t, db, "bids", dbtest.Germany)
	dbtest.MustSaveEntries(t, db, store.Answer{FeedID: bids.ID, KnownAt: dbtest.After(6), Rows: timeseries.Entries{All: []timeseries.Entry{dbtest.Bid(0, 1, 7, "")}, Replaces: dbtest.Hours(0, 4)}})
	dbtest.MustSaveEntries(t, db, store.Answer{FeedID: bids.ID, KnownAt: dbtest.After(7), Rows: timeseries.Entries{All: []timeseries.Entry{dbtest.Bid(0, 1, 8, "")}, Replaces: dbtest.Hours(0, 4)}})
	config := db.Pool.Config().ConnConfig.Copy()
	var notices []string
	config.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) { notices = append(notices, n.Message+"; "+n.Hint) }
	conn, err := pgx.ConnectConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) }) //nolint:errcheck // the test is over
	const (
		before = "2025-03-01 04:59Z"
		since  = "this database has known of %s since 2025-03-01T0%d:00:00Z, and nothing at 2025-03-01T04:59:00Z; or_earliest => true shows the values that were known first."
	)
	for _, test := range []struct {
		query, notice string
		rows          []string
	}{
		{"select value from entsoe.balancing_as_of('" + before + "')", fmt.Sprintf(since, "balancing", 5), nil},
		{"select value from entsoe.balancing_best_as_of('" + before + "') where area = 'DE_LU'", fmt.Sprintf(since, "balancing", 5), nil},
		{"select value from entsoe.balancing_as_of('" + before + "', or_earliest => true) order by at", "", []string{"1", "2"}},
		{"select value from entsoe.balancing_best_as_of('2025-03-01 05:00Z') order by at", "", []string{"1", "2"}},
		{"select value from entsoe.bids_as_of('" + before + "')", fmt.Sprintf(since, "bids", 6), nil},
		{"select value from entsoe.bids_as_of('" + before + "', true)", "", []string{"7"}},
		{"select entry_values ->> 'quantity' from entsoe.entries_as_of('" + before + "', true)", "", []string{"7"}},
		{"select value from entsoe.as_of('" + before + "')", fmt.Sprintf(since, "any item", 5), nil},
		{"select area || ' ' || area_eic || ' ' || value from entsoe.as_of('2025-03-01 06:30Z') order by at", "", []string{"DE_LU " + dbtest.Germany + " 1", "DE_LU " + dbtest.Germany + " 2"}},
		{"select price from entsoe.day_ahead_prices_as_of('" + before + "')", "this database knows nothing of day_ahead_prices yet; ", nil},
	} {
		notices = nil
		rows, err := conn.Query(t.Context(), "select coalesce(json_agg(q.*)::text, '') from ("+test.query+") q(v)")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[string]); err != nil {
			t.Fatalf("%s: %v", test.query, err)
		}
		if got := strings.Join(notices, "\n"); got != test.notice {
			t.Errorf("%s: notices %q, want %q", test.query, got, test.notice)
		}
		if got := dbtest.QueryText(t, db, test.query); !slices.Equal(got, test.rows) {
			t.Errorf("%s shows %q, want %q", test.query, got, test.rows)
		}
	}
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
