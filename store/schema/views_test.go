package schema_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/store/schema"
	"entsoed/timeseries"
)

func TestViewShowsNamesAndUnits(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "physical_flows", dbtest.Germany)
	flow := func(from, to string) timeseries.Series {
		return dbtest.With(timeseries.Series{Step: dbtest.Hour, Attributes: timeseries.Attributes{timeseries.Item: "physical_flows",
			timeseries.Area: from, timeseries.CounterArea: to, timeseries.Unit: "MAW", timeseries.Resolution: "PT60M"}}, 0, 7)
	}
	dbtest.MustSave(t, db, store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 1), KnownAt: dbtest.After(3), Rows: timeseries.Curves{flow(dbtest.Germany, dbtest.France), flow(dbtest.Germany, dbtest.Poland)}})
	want := []string{
		"2025-03-01T00:00:00+00:00 2025-03-01T01:00:00+00:00 2025-03-01T01:00:00 2025-03-01 DE_LU " + dbtest.Poland +
			" 7 7 MAW MW PT60M 01:00:00 2025-03-01T03:00:00+00:00 " + dbtest.Germany + " " + dbtest.Poland,
		"2025-03-01T00:00:00+00:00 2025-03-01T01:00:00+00:00 2025-03-01T01:00:00 2025-03-01 DE_LU FR" +
			" 7 7 MAW MW PT60M 01:00:00 2025-03-01T03:00:00+00:00 " + dbtest.Germany + " " + dbtest.France,
	}
	if diff := cmp.Diff(want, dbtest.QueryText(t, db, `select * from entsoe.physical_flows order by counter_area`)); diff != "" {
		t.Errorf("rows (-want, +got):\n%s", diff)
	}
	want = []string{"at", "until", "local", "local_day", "area", "contract", "sequence", "price", "value", "unit", "unit_title", "currency", "resolution", "step", "known_from", "area_eic"}
	got := dbtest.QueryText(t, db, `select attname from pg_attribute where attrelid = 'entsoe.day_ahead_prices'::regclass and attnum > 0 order by attnum`)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("columns (-want, +got):\n%s", diff)
	}
}

func TestBestTakesOneOfTheRivals(t *testing.T) {
	const (
		sequence = timeseries.Sequence
		currency = timeseries.Currency
		status   = timeseries.Status
	)
	hourly := func(other ...string) timeseries.Series { return dbtest.PriceSeries("PT60M", dbtest.Hour, other...) }
	quarters := func(other ...string) timeseries.Series {
		return dbtest.PriceSeries("PT15M", dbtest.QuarterHour, other...)
	}
	tests := []struct {
		name   string
		series []timeseries.Series
		want   []string // hour after day0 and price
	}{
		{"final over intermediate",
			[]timeseries.Series{dbtest.With(hourly(status, "A01", sequence, "1"), 0, 1, 2), dbtest.With(hourly(status, "A02", sequence, "2"), 0, 9)},
			[]string{"0 9", "1 2"}},
		{"euro over local currency",
			[]timeseries.Series{dbtest.With(hourly(currency, "PLN", sequence, "1"), 0, 1, 2), dbtest.With(hourly(sequence, "2"), 1, 9)},
			[]string{"0 1", "1 9"}},
		{"sequence 1 over 2 over none",
			[]timeseries.Series{dbtest.With(hourly(), 0, 3, 3, 3), dbtest.With(hourly(sequence, "2"), 0, 2, 2), dbtest.With(hourly(sequence, "1"), 0, 1)},
			[]string{"0 1", "1 2", "2 3"}},
		{"finest resolution, instant by instant",
			[]timeseries.Series{dbtest.With(hourly(sequence, "1"), 0, 1, 2, 3), dbtest.With(quarters(sequence, "1"), 1, 20, 21, 22, 23)},
			[]string{"0 1", "1 20", "1.25 21", "1.5 22", "1.75 23", "2 3"}},
		{"a preferred hour hides the quarters of another auction",
			[]timeseries.Series{dbtest.With(hourly(sequence, "1"), 0, 1), dbtest.With(quarters(sequence, "2"), 0, 5, 6, 7, 8, 9)},
			[]string{"0 1", "1 9"}},
		{"contracts do not compete",
			[]timeseries.Series{dbtest.With(hourly(timeseries.Contract, "A01"), 0, 1), dbtest.With(quarters(timeseries.Contract, "A07"), 0, 5)},
			[]string{"0 1", "0 5"}},
		{"areas do not compete",
			[]timeseries.Series{dbtest.With(hourly(), 0, 1), dbtest.With(hourly(timeseries.Area, dbtest.France), 0, 5)},
			[]string{"0 1", "0 5"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			db := dbtest.OpenCatalogue(t)
			feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
			for _, s := range test.series { // one by one: extents must come together from several saves
				dbtest.MustSave(t, db, store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 24), Rows: timeseries.Curves{s}})
			}
			got := dbtest.TrimZeros(dbtest.QueryText(t, db, `
select extract(epoch from at - $1)::bigint / 3600.0 as hour, price from entsoe.day_ahead_prices_best order by at, price`, dbtest.Day0))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("best (-want, +got):\n%s", diff)
			}
		})
	}
}

// TestBestFollowsRetractions: what is hidden comes back when its rival goes.
func TestBestFollowsRetractions(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	first := dbtest.PriceSeries("PT60M", dbtest.Hour, timeseries.Sequence, "1")
	second := dbtest.PriceSeries("PT60M", dbtest.Hour, timeseries.Sequence, "2")
	dbtest.MustSave(t, db, store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 3), Rows: timeseries.Curves{dbtest.With(first, 0, 1, 1, 1), dbtest.With(second, 0, 2, 2, 2)}})
	dbtest.MustSave(t, db, store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 3), Rows: timeseries.Curves{dbtest.Without(dbtest.With(first, 0, 1, 1, 1), 1)}})
	want := []string{"1", "2", "1"}
	if diff := cmp.Diff(want, dbtest.QueryText(t, db, `select price from entsoe.day_ahead_prices_best order by at`)); diff != "" {
		t.Errorf("best (-want, +got):\n%s", diff)
	}
}

// TestBestSpansStay: a series that grows at its end leaves its own span alone.
func TestBestSpansStay(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	save := func(values ...float64) {
		dbtest.MustSave(t, db, store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 9), Rows: timeseries.Curves{dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour), 0, values...)}})
	}
	const spans = `select span_from, span_to, xmin::text from entsoe.best_spans`
	save(1)
	before := dbtest.QueryText(t, db, spans)
	save(1, 2, 3)
	if diff := cmp.Diff(before, dbtest.QueryText(t, db, spans)); diff != "" || len(before) != 1 {
		t.Errorf("%d spans before (-before, +after):\n%s", len(before), diff)
	}
}

// TestBestIsMadeLater: an item gets its view of best values when there is data already.
func TestBestIsMadeLater(t *testing.T) {
	opts := dbtest.Catalogue()
	opts.Views[1].Best = false
	cfg := dbtest.New(t, opts)
	db, err := store.Open(t.Context(), cfg, 2)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	dbtest.MustSave(t, db, store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 3), Rows: timeseries.Curves{
		dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour, timeseries.Sequence, "1"), 0, 1, 1), dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour, timeseries.Sequence, "2"), 0, 2, 2, 2)}})
	if _, err := schema.Migrate(t.Context(), cfg, dbtest.Catalogue()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"1", "1", "2"}, dbtest.QueryText(t, db, `select price from entsoe.day_ahead_prices_best order by at`)); diff != "" {
		t.Errorf("best (-want, +got):\n%s", diff)
	}
	if _, err := schema.Migrate(t.Context(), cfg, opts); err != nil {
		t.Fatal(err)
	}
	if got := dbtest.QueryOne[*string](t, db, `select to_regclass('entsoe.day_ahead_prices_best')::text`); got != nil {
		t.Errorf("the view %s outlived its entry in the catalogue", *got)
	}
}

func TestViewsAreReplaced(t *testing.T) {
	cfg := dbtest.New(t, dbtest.Catalogue())
	db, err := store.Open(t.Context(), cfg, 2)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	opts := dbtest.Catalogue()
	opts.Views[1].Columns = []string{"sequence", "other_attribute"}
	opts.Views[1].Value = "eur"
	if _, err := schema.Migrate(t.Context(), cfg, opts); err != nil {
		t.Fatal(err)
	}
	columns := func() string {
		return strings.Join(dbtest.QueryText(t, db, `select attname from pg_attribute where attrelid = 'entsoe.day_ahead_prices_best'::regclass and attnum > 0 order by attnum`), " ")
	}
	const want = "at until local local_day area sequence other_attribute eur value unit unit_title resolution step known_from area_eic"
	if got := columns(); got != want {
		t.Errorf("columns %q, want %q", got, want)
	}
	// A user's view on ours must not stop a migration, nor be dropped by it.
	dbtest.Exec(t, db, `create view public.mine as select eur from entsoe.day_ahead_prices_best`)
	report, err := schema.Migrate(t.Context(), cfg, dbtest.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	if got := columns(); got != want {
		t.Errorf("columns %q, want those before, %q", got, want)
	}
	if !slices.ContainsFunc(report.Missing, func(s string) bool { return strings.Contains(s, "day_ahead_prices") }) {
		t.Errorf("the report does not say that a view stayed: %q", report.Missing)
	}
	dbtest.Exec(t, db, `drop view public.mine`)
	if _, err := schema.Migrate(t.Context(), cfg, dbtest.Catalogue()); err != nil {
		t.Fatal(err)
	}
	if got := columns(); got == want {
		t.Error("the view was not replaced once it could be")
	}
}

// TestLatestBestPricesReadFewRows: the latest rows of a day must not cost reading
// years of data, but a chunk at most. Points are found by series and time; there is no
// index that gives the latest of all without a span.
func TestLatestBestPricesReadFewRows(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	fillRivalPrices(t, db)
	dbtest.ExecOwner(t, db, `analyze entsoe.points, entsoe.series`) // as autovacuum does within a minute or two
	for _, view := range []string{"day_ahead_prices_best", "day_ahead_prices"} {
		plan := dbtest.QueryOne[json.RawMessage](t, db, `explain (analyze, format json) select * from entsoe.`+view+` where at >= $1 order by at desc limit 5`, dbtest.Day0.AddDate(0, 0, 399))
		if n := rowsRead(t, plan); n > 20*24*31 {
			t.Errorf("%s: the latest five rows cost reading %v rows of 192020", view, n)
		}
	}
}

// rowsRead adds up what the scans of a plan have read.
func rowsRead(t *testing.T, plan []byte) float64 {
	t.Helper()
	type node struct {
		Type    string  `json:"Node Type"`
		Rows    float64 `json:"Actual Rows"`
		Loops   float64 `json:"Actual Loops"`
		Removed float64 `json:"Rows Removed by Filter"`
		Plans   []json.RawMessage
	}
	var roots []struct{ Plan json.RawMessage }
	if err := json.Unmarshal(plan, &roots); err != nil {
		t.Fatal(err)
	}
	var walk func(raw json.RawMessage) float64
	walk = func(raw json.RawMessage) float64 {
		var n node
		if err := json.Unmarshal(raw, &n); err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		if strings.Contains(n.Type, "Scan") && !strings.Contains(n.Type, "Custom") {
			sum = (n.Rows + n.Removed) * n.Loops
		}
		for _, p := range n.Plans {
			sum += walk(p)
		}
		return sum
	}
	return walk(roots[0].Plan)
}

func TestAsOf(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	for n, values := range [][]float64{{10, 11}, {10, 21}, {10, 21, 32}} {
		dbtest.MustSave(t, db, store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 3), KnownAt: dbtest.After(float64(10 * (n + 1))),
			Rows: timeseries.Curves{dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour), 0, values...)}})
	}
	tests := []struct {
		call string
		want []string
	}{
		{"entsoe.as_of($1::timestamptz + interval '5 hours')", []string{}},
		{"entsoe.as_of($1::timestamptz + interval '10 hours')", []string{"10", "11"}},
		{"entsoe.as_of($1::timestamptz + interval '19 hours')", []string{"10", "11"}},
		{"entsoe.as_of($1::timestamptz + interval '20 hours')", []string{"10", "21"}},
		{"entsoe.as_of($1::timestamptz + interval '99 hours')", []string{"10", "21", "32"}},
		{"entsoe.as_of($1::timestamptz + interval '5 hours', or_earliest => true)", []string{"10", "11", "32"}},
		{"entsoe.as_of($1::timestamptz + interval '25 hours', true)", []string{"10", "21", "32"}},
	}
	for _, test := range tests {
		got := dbtest.QueryText(t, db, `select value from `+test.call+` where item = 'day_ahead_prices' order by at`, dbtest.Day0)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want, +got):\n%s", test.call, diff)
		}
	}
}
