package schema_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/store/schema"
	"entsoed/timeseries"
)

// columnNames are the columns of a view in their order.
func columnNames(t *testing.T, db *store.DB, view string) string {
	t.Helper()
	return strings.Join(dbtest.QueryText(t, db, `select attname from pg_attribute where attrelid = $1::regclass and attnum > 0 order by attnum`, "entsoe."+view), " ")
}

func TestViewOfSeveralMeasures(t *testing.T) {
	db := dbtest.Open(t, dbtest.ShapesCatalogue())
	const want = "at until local local_day area psr_type psr_type_title direction direction_title price_category price_category_title price_direction price_direction_title measure value " +
		"unit unit_title currency resolution step known_from area_eic"
	if got := columnNames(t, db, "balancing_best"); got != want {
		t.Errorf("columns %q, want %q", got, want)
	}
	feed := dbtest.MakeFeed(t, db, "balancing", dbtest.Germany)
	series := func(quantity, resolution string, step timeseries.Step, other ...string) timeseries.Series {
		return dbtest.PriceSeries(resolution, step, append([]string{timeseries.Item, "balancing", timeseries.Quantity, quantity}, other...)...)
	}
	fast := timeseries.Step{Seconds: 4}
	dbtest.MustSave(t, db, store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 2), Rows: timeseries.Curves{
		dbtest.With(series("activation_Price.amount", "PT60M", dbtest.Hour, timeseries.PriceCategory, "A04", timeseries.PSRType, "B16"), 0, 50),
		dbtest.With(series("quantity", "PT60M", dbtest.Hour, timeseries.Currency, "", timeseries.Unit, "MAW", timeseries.Direction, "A01"), 0, 7),
		dbtest.With(series("Financial_Price/amount", "PT60M", dbtest.Hour, timeseries.PriceDirection, "A01"), 0, 9),
		dbtest.With(series("activation_Price.amount", "PT4S", fast), 1, 1, 2),
		dbtest.With(series("activation_Price.amount", "PT60M", dbtest.Hour), 1, 3),
	}})
	rows := []string{
		"1 0 B16 Solar A04 Excess balance price 50 EUR",
		"2 0 A01 Up offered 7",
		"3 0 A01 Expenditure Financial_Price/amount 9 EUR",
		"4 3600 price 1 EUR",
		"5 3600 price 3 EUR", // hidden by the finer one
		"6 3604 price 2 EUR",
	}
	const query = `
select row_number() over (order by at, measure <> 'price', measure <> 'offered', value) as n, extract(epoch from at - $1)::bigint as second,
  psr_type, psr_type_title, direction, direction_title, price_category, price_category_title, price_direction, price_direction_title, measure, value, currency
from entsoe.`
	if diff := cmp.Diff(rows, dbtest.QueryText(t, db, query+"balancing order by n", dbtest.Day0)); diff != "" {
		t.Errorf("rows (-want, +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"1", "2"}, dbtest.QueryText(t, db, `select value from entsoe.balancing_best where at >= $1 order by at`, dbtest.After(1))); diff != "" {
		t.Errorf("best values of fast series (-want, +got):\n%s", diff)
	}
}

func TestViewOfAList(t *testing.T) {
	db := dbtest.Open(t, dbtest.ShapesCatalogue())
	const want = "at until local local_day area psr_type psr_type_title direction direction_title status status_title price_unit mw price value bid reason provider " +
		"unit unit_title currency resolution step known_from area_eic"
	if got := columnNames(t, db, "bids"); got != want {
		t.Errorf("columns %q, want %q", got, want)
	}
	feed := dbtest.MakeFeed(t, db, "bids", dbtest.Germany)
	first := dbtest.Bid(0, 1, 10, `{"bid": "x", "Reason": [{"text": "none"}, {"code": "B01"}, {"code": "B02"}], "provider_MarketParticipant.mRID": ["p", "q"]}`, timeseries.Status, "A06", "price_unit", "MWH", timeseries.Currency, "EUR")
	first.Values["energy_Price.amount"] = -1.5
	dbtest.MustSaveEntries(t, db, store.Answer{FeedID: feed.ID, KnownAt: dbtest.After(5), Rows: timeseries.Entries{All: []timeseries.Entry{first, dbtest.OpenEnded(dbtest.Bid(1, 2, 3, "")), dbtest.Bid(4, 5, 6, "")}, Replaces: dbtest.Hours(0, 9)}})
	dbtest.MustSaveEntries(t, db, store.Answer{FeedID: feed.ID, KnownAt: dbtest.After(6), Rows: timeseries.Entries{All: []timeseries.Entry{dbtest.OpenEnded(dbtest.Bid(1, 2, 3, ""))}, Replaces: dbtest.Hours(4, 5)}})
	rows := []string{
		"2025-03-01T00:00:00+00:00 2025-03-01T01:00:00+00:00 2025-03-01T01:00:00 2025-03-01 DE_LU A01 Up A06 Available MWH 10 -1.5 10 x B01 p MAW MW EUR PT60M 01:00:00 2025-03-01T05:00:00+00:00 " + dbtest.Germany,
		"2025-03-01T01:00:00+00:00 2025-03-01T02:00:00 2025-03-01 DE_LU A01 Up 3 3 MAW MW PT60M 01:00:00 2025-03-01T05:00:00+00:00 " + dbtest.Germany,
	}
	if diff := cmp.Diff(rows, dbtest.QueryText(t, db, `select * from entsoe.bids order by at`)); diff != "" {
		t.Errorf("rows (-want, +got):\n%s", diff)
	}
}

func TestViewOfValuesBelowAPath(t *testing.T) {
	db := dbtest.Open(t, dbtest.ShapesCatalogue())
	feed := dbtest.MakeFeed(t, db, "flow_based", dbtest.Germany)
	e := dbtest.Bid(0, 1, 0, "", timeseries.Item, "flow_based", timeseries.Constraint, "C1")
	e.Values = map[string]float64{"flow/quantity": 800, "flow/PTDF/quantity/" + dbtest.Germany: 0.25, "flow/PTDF/quantity/" + dbtest.France: -0.5, "flow/PTDF/quantity/" + dbtest.Poland: 0}
	old := dbtest.Bid(1, 2, 0, "", timeseries.Item, "flow_based", timeseries.Constraint, "C2")
	old.Values = map[string]float64{"old/margin": 700, "old/PTDF/" + dbtest.Germany: 1}
	none := dbtest.Bid(2, 3, 0, "", timeseries.Item, "flow_based", timeseries.Constraint, "C3")
	dbtest.MustSaveEntries(t, db, store.Answer{FeedID: feed.ID, KnownAt: dbtest.After(5), Rows: timeseries.Entries{All: []timeseries.Entry{e, old, none}, Replaces: dbtest.Hours(0, 9)}})
	rows := []string{`C1 800 {"FR": -0.5, "DE_LU": 0.25, "` + dbtest.Poland + `": 0}`, `C2 700 {"DE_LU": 1}`, "C3"}
	if diff := cmp.Diff(rows, dbtest.QueryText(t, db, `select constraint_id, margin, ptdf::text from entsoe.flow_based order by at`)); diff != "" {
		t.Errorf("rows (-want, +got):\n%s", diff)
	}
}

func TestViewOfARegister(t *testing.T) {
	db := dbtest.Open(t, dbtest.ShapesCatalogue())
	feed := dbtest.MakeFeed(t, db, "units", dbtest.Germany)
	unit := func(name, details string) timeseries.Entry {
		return dbtest.OpenEnded(dbtest.Bid(-5000, 0, 300, details, timeseries.Item, "units", timeseries.Resource, name, timeseries.PSRType, "B16", timeseries.Resolution, ""))
	}
	dbtest.MustSaveEntries(t, db, store.Answer{FeedID: feed.ID, KnownAt: dbtest.After(5), Rows: timeseries.Entries{All: []timeseries.Entry{
		unit("P1", `{"Resource.name": "Plant", "Kind": [{"highVoltageLimit": "150", "Unit": [{"mRID": "U1", "nominalP": "264"}, {"mRID": "U2", "nominalP": "much"}]}]}`),
		unit("P2", `{"Resource.name": "Other plant"}`)}, Whole: true}})
	rows := []string{"DE_LU P1 B16 Solar 264 Plant U1 150", "DE_LU P1 B16 Solar Plant U2 150", "DE_LU P2 B16 Solar Other plant"}
	if diff := cmp.Diff(rows, dbtest.QueryText(t, db, `
select area, resource, psr_type, psr_type_title, unit_mw, name, unit_code, voltage from entsoe.units order by resource, unit_code`)); diff != "" {
		t.Errorf("rows (-want, +got):\n%s", diff)
	}
	// The number of a plant repeats with its units; what can be summed does not.
	dbtest.WantLines(t, db, `select resource, sum(mw) as mw, sum(value) as total from entsoe.units group by resource order by 1`, "P1 600 264", "P2 300 300")
}

func TestViewOfLinesOfAreas(t *testing.T) {
	db := dbtest.Open(t, dbtest.ShapesCatalogue())
	for n, area := range []string{dbtest.GermanyAustria, dbtest.Germany, dbtest.Austria, dbtest.France} {
		feed := dbtest.MakeFeed(t, db, "day_ahead_prices", area)
		// Two hours before and after midnight of 2018-10-01 in Berlin, by two rivals.
		start := time.Date(2018, 9, 30, 22, 0, 0, 0, time.UTC).Sub(dbtest.Day0).Hours() - 2
		dbtest.MustSave(t, db, store.Answer{FeedID: feed.ID, Asked: dbtest.Window(start, start+4), Rows: timeseries.Curves{
			dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour, timeseries.Area, area, timeseries.Sequence, "1"), start, float64(10*n), float64(10*n+1), float64(10*n+2), float64(10*n+3)),
			dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour, timeseries.Area, area, timeseries.Sequence, "2"), start, 99, 99, 99, 99)}})
	}
	rows := []string{"AT 0", "AT 1", "AT 22", "AT 23", "DE_LU 0", "DE_LU 1", "DE_LU 12", "DE_LU 13"}
	if diff := cmp.Diff(rows, dbtest.QueryText(t, db, `select area, price from entsoe.day_ahead_prices_continuous order by area, at`)); diff != "" {
		t.Errorf("rows (-want, +got):\n%s", diff)
	}
	if got, want := columnNames(t, db, "day_ahead_prices_continuous"), columnNames(t, db, "day_ahead_prices_best"); got != want {
		t.Errorf("columns %q, want %q", got, want)
	}
}

func TestMirrorOfCodesAndLines(t *testing.T) {
	cfg := dbtest.New(t, dbtest.ShapesCatalogue())
	db, err := store.Open(t.Context(), cfg, 2)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	const state = `
select list || ' ' || code || ' ' || title as row, xmin::text from entsoe.codes
union all select name || ' ' || eic || ' ' || coalesce(valid_from::text, '-') || ' ' || coalesce(valid_until::text, '-'), xmin::text from entsoe.area_lines
order by 1`
	before := dbtest.QueryText(t, db, state)
	if _, err := schema.Migrate(t.Context(), cfg, dbtest.ShapesCatalogue()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, dbtest.QueryText(t, db, state)); diff != "" {
		t.Errorf("the second migration rewrote something (-before, +after):\n%s", diff)
	}
	opts := dbtest.ShapesCatalogue()
	opts.Codes = []schema.CodeRow{{List: "psrType", Code: "B16", Title: "Sun"}}
	opts.Lines = []schema.AreaLineRow{{Name: "DE_LU", EIC: dbtest.GermanyAustria, Until: "2018-10-02"}, {Name: "DE_LU", EIC: dbtest.Germany, From: "2018-10-01"}}
	if _, err := schema.Migrate(t.Context(), cfg, opts); err != nil {
		t.Fatal(err)
	}
	if got := dbtest.QueryOne[string](t, db, `select title from entsoe.codes where list = 'psrType' and code = 'B16'`); got != "Sun" {
		t.Errorf("the title is still %q", got)
	}
	want := []string{"DE_LU " + dbtest.GermanyAustria + " 2018-10-02", "DE_LU " + dbtest.Germany + " 2018-10-01"}
	if diff := cmp.Diff(want, dbtest.QueryText(t, db, `select name, eic, valid_from, valid_until from entsoe.area_lines order by eic`)); diff != "" {
		t.Errorf("lines (-want, +got):\n%s", diff)
	}
}

// TestViewsComeAndGo: an item changes its shape, and what it is shown as.
func TestViewsComeAndGo(t *testing.T) {
	cfg := dbtest.New(t, dbtest.ShapesCatalogue())
	db, err := store.Open(t.Context(), cfg, 2)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	opts := dbtest.ShapesCatalogue()
	for i, v := range opts.Views {
		if v.Item == "balancing" {
			opts.Views[i] = schema.ViewSpec{Item: "balancing", Shape: timeseries.ShapeList, Values: []schema.ViewColumn{{Name: "mw", Path: "quantity"}}}
		}
	}
	names := func() string {
		return fmt.Sprint(dbtest.QueryText(t, db, `select relname from pg_class where relkind = 'v' and relname like 'balancing%' order by 1`))
	}
	for _, test := range []struct {
		opts schema.Options
		want string
	}{
		{dbtest.ShapesCatalogue(), "[balancing balancing_best balancing_continuous]"},
		{opts, "[balancing]"},
		{dbtest.ShapesCatalogue(), "[balancing balancing_best balancing_continuous]"},
	} {
		if _, err := schema.Migrate(t.Context(), cfg, test.opts); err != nil {
			t.Fatal(err)
		}
		if got := names(); got != test.want {
			t.Errorf("views %s, want %s", got, test.want)
		}
	}
	for _, wrong := range []schema.ViewSpec{
		{Item: "bids", Shape: 9}, {Item: "bids"}, {Item: "bids", Shape: timeseries.ShapeList, Values: []schema.ViewColumn{{Name: "m w", Path: "quantity"}}},
		{Item: "bids", Shape: timeseries.ShapeList, Details: []schema.ViewColumn{{Name: "", Path: "x"}}}, {Item: "bids", Shape: timeseries.ShapeList, Columns: []string{"a;b"}},
	} {
		opts := dbtest.BidCatalogue()
		opts.Views = append(opts.Views, wrong)
		if _, err := schema.Migrate(t.Context(), cfg, opts); err == nil {
			t.Errorf("a view of %+v was made", wrong)
		}
	}
}

// TestViewsOfListsReadFewRows: an area's last week, and the latest rows, must
// not cost reading all areas or years of data.
func TestViewsOfListsReadFewRows(t *testing.T) {
	db := dbtest.Open(t, dbtest.ShapesCatalogue())
	var entries []timeseries.Entry
	for i := range 20 {
		entries = append(entries, dbtest.Bid(0, 1, 1, "", timeseries.Area, fmt.Sprintf("10Y-%012d", i)))
	}
	if _, err := db.Prepare(t.Context(), store.Answer{Rows: timeseries.Entries{All: entries}}); err != nil {
		t.Fatal(err)
	}
	feed := dbtest.MakeFeed(t, db, "bids", dbtest.Germany)
	dbtest.Exec(t, db, `
insert into entsoe.entries (at, until, known_from, feed_id, content, series_id, nth, item_no, values, details)
select at, at + interval '1 hour', at, $2, n, s.id, 0, s.item_no, '{"quantity": 1}', '{"bid": "x"}'
from entsoe.series s, generate_series($1::timestamptz, $1 + interval '100 days', interval '1 hour') at, generate_series(1, 2) n`, dbtest.Day0, feed.ID)
	dbtest.ExecOwner(t, db, `analyze entsoe.entries, entsoe.series`)
	for _, test := range []struct {
		query string
		most  float64
	}{
		{`select * from entsoe.bids order by at desc limit 5`, 1000},
		{`select * from entsoe.bids where area = '10Y-000000000007' and at >= timestamptz '` + dbtest.After(93*24).Format(time.RFC3339) + `'`, 1000},
	} {
		plan := dbtest.QueryOne[json.RawMessage](t, db, `explain (analyze, format json) `+test.query)
		if n := rowsRead(t, plan); n > test.most {
			t.Errorf("%s costs reading %v rows of 96040", test.query, n)
		}
	}
}

// TestViewOfBalances: the area of a balance stands on either side of its
// series, which the view turns into a sign.
func TestViewOfBalances(t *testing.T) {
	opts := dbtest.ShapesCatalogue()
	opts.Items = append(opts.Items, schema.ItemRow{Name: "positions", Title: "Positions", Article: "12.1.E", Unit: "MW", Meaning: "What leaves."})
	opts.Views = append(opts.Views, schema.ViewSpec{Item: "positions", Value: "mw", Balance: true})
	const platform = "10Y1001C--00085O"
	opts.Areas = append(opts.Areas, schema.AreaRow{EIC: platform, Code: "MARI", Kinds: []string{"REG"}})
	db := dbtest.Open(t, opts)
	feed := dbtest.MakeFeed(t, db, "positions", dbtest.Germany)
	position := func(from, to string) timeseries.Series {
		return dbtest.PriceSeries("PT60M", dbtest.Hour, timeseries.Item, "positions", timeseries.Area, from, timeseries.CounterArea, to)
	}
	dbtest.MustSave(t, db, store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 4), Rows: timeseries.Curves{
		dbtest.With(position(dbtest.Germany, "REGION_CODE-----"), 0, 5),
		dbtest.With(position("REGION_CODE-----", dbtest.Germany), 1, 6),
		dbtest.With(position(platform, dbtest.Germany), 2, 7),
		dbtest.With(position(dbtest.Germany, ""), 3, 8),
	}})
	got := dbtest.QueryText(t, db, `select area, flow, mw, net_mw, value, local::time, area_eic from entsoe.positions order by at`)
	want := []string{"DE_LU export 5 5 5 01:00:00", "DE_LU import 6 -6 6 02:00:00", "DE_LU import 7 -7 7 03:00:00", "DE_LU export 8 8 8 04:00:00"}
	for i := range want {
		want[i] += " " + dbtest.Germany
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestViewTellsGenerationFromConsumption: both are sent without a sign.
func TestViewTellsGenerationFromConsumption(t *testing.T) {
	opts := dbtest.ShapesCatalogue()
	opts.Items = append(opts.Items, schema.ItemRow{Name: "generation", Title: "Generation", Article: "16.1.B", Unit: "MW", Meaning: "What is generated."})
	opts.Views = append(opts.Views, schema.ViewSpec{Item: "generation", Value: "mw", Columns: []string{"psr_type", "side"}})
	db := dbtest.Open(t, opts)
	feed := dbtest.MakeFeed(t, db, "generation", dbtest.Germany)
	of := func(side string, values ...float64) timeseries.Series {
		return dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour, timeseries.Item, "generation", timeseries.Side, side, timeseries.Currency, "", timeseries.Unit, "MAW"), 0, values...)
	}
	dbtest.MustSave(t, db, store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 1), Rows: timeseries.Curves{of("in", 5), of("out", 7)}})
	dbtest.WantLines(t, db, `select side, flow, mw, net_mw, value, unit_title from entsoe.generation order by side`, "in generation 5 5 5 MW", "out consumption 7 -7 7 MW")
}
