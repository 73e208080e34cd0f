package store_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/timeseries"

	"github.com/google/go-cmp/cmp"
)

const (
	germanyAustria = "10Y1001A1001A63L" // one bidding zone until 2018-09-30
	austria        = "10YAT-APG------L"
)

// shapesCatalogue has an item of each shape and of each way to show it.
func shapesCatalogue() store.MigrateOptions {
	opts := bidCatalogue()
	opts.Items = append(opts.Items,
		store.ItemRow{Name: "balancing", Title: "Balancing", Article: "17.1.F", Unit: "EUR/MWh, MW", Meaning: "What balancing costs."},
		store.ItemRow{Name: "flow_based", Title: "Flow Based", Article: "11.1.B", Unit: "MW", Meaning: "What a line can carry."},
		store.ItemRow{Name: "outages", Title: "Outages", Article: "15.1.A", Unit: "MW", Meaning: "What is out."},
		store.ItemRow{Name: "messages", Title: "Messages", Article: "-", Unit: "-", Meaning: "What is told."})
	opts.Views[1].Continuous = true
	opts.Views = append(opts.Views,
		store.ViewSpec{Item: "balancing", Value: "value", Fast: true, Best: true, Continuous: true,
			Columns:  []string{"psr_type", "direction", "price_category", "price_direction", "currency"},
			Measures: []store.ViewColumn{{Name: "price", Path: "activation_Price.amount|price.amount"}, {Name: "offered", Path: "quantity"}}},
		store.ViewSpec{Item: "bids", Shape: "list", Columns: []string{"psr_type", "direction", "status", "price_unit"},
			Values:  []store.ViewColumn{{Name: "mw", Path: "quantity"}, {Name: "price", Path: "energy_Price.amount"}},
			Details: []store.ViewColumn{{Name: "bid", Path: "bid"}, {Name: "reason", Path: "reason.code|Reason/code"}, {Name: "provider", Path: "provider_MarketParticipant.mRID"}}},
		store.ViewSpec{Item: "flow_based", Shape: "list", Columns: []string{"constraint"},
			Values: []store.ViewColumn{{Name: "margin", Path: "old/margin|flow/quantity"}, {Name: "ptdf", Path: "flow/PTDF/quantity/*|old/PTDF/*"}}},
		store.ViewSpec{Item: "units", Shape: "register", Columns: []string{"resource", "psr_type"}, Each: "Kind/Unit",
			Values:  []store.ViewColumn{{Name: "unit_mw", Path: "Kind/Unit/nominalP"}},
			Details: []store.ViewColumn{{Name: "name", Path: "Resource.name"}, {Name: "unit_code", Path: "Kind/Unit/mRID"}, {Name: "voltage", Path: "Kind/highVoltageLimit"}}},
		store.ViewSpec{Item: "outages", Shape: "documents", Value: "available_mw"},
		store.ViewSpec{Item: "messages", Shape: "documents"},
	)
	opts.Areas = append(opts.Areas,
		store.AreaRow{EIC: germanyAustria, Code: "DE_AT_LU", TimeZone: "Europe/Berlin", ValidUntil: "2018-10-01"},
		store.AreaRow{EIC: austria, Code: "AT", TimeZone: "Europe/Vienna"})
	opts.Codes = []store.CodeRow{
		{List: "psrType", Code: "B16", Title: "Solar"}, {List: "direction", Code: "A01", Title: "Up"}, {List: "docStatus", Code: "A06", Title: "Available"},
		{List: "priceCategory", Code: "A04", Title: "Excess balance"}, {List: "priceDirection", Code: "A01", Title: "Expenditure"}, {List: "businessType", Code: "B16", Title: "Not solar"}}
	opts.Lines = []store.AreaLineRow{
		{Name: "DE_LU", EIC: germanyAustria, Until: "2018-10-01"}, {Name: "DE_LU", EIC: germany, From: "2018-10-01"},
		{Name: "AT", EIC: germanyAustria, Until: "2018-10-01"}, {Name: "AT", EIC: austria, From: "2018-10-01"}}
	return opts
}

// columnNames are the columns of a view in their order.
func columnNames(t *testing.T, db *store.DB, view string) string {
	t.Helper()
	return strings.Join(queryText(t, db, `select attname from pg_attribute where attrelid = $1::regclass and attnum > 0 order by attnum`, "entsoe."+view), " ")
}

func TestViewOfSeveralMeasures(t *testing.T) {
	db := dbtest.Open(t, shapesCatalogue())
	const want = "at area psr_type psr_type_title direction direction_title price_category price_category_title price_direction price_direction_title measure value unit currency resolution known_from"
	if got := columnNames(t, db, "balancing_best"); got != want {
		t.Errorf("columns %q, want %q", got, want)
	}
	feed := makeFeed(t, db, "balancing", germany)
	series := func(quantity, resolution string, step timeseries.Step, other ...string) store.SeriesPoints {
		return priceSeries(resolution, step, append([]string{timeseries.Item, "balancing", timeseries.Quantity, quantity}, other...)...)
	}
	fast := timeseries.Step{Seconds: 4}
	mustSave(t, db, store.Answer{FeedID: feed.ID, Asked: window(0, 2), Series: []store.SeriesPoints{
		with(series("activation_Price.amount", "PT60M", hour, timeseries.PriceCategory, "A04", timeseries.PSRType, "B16"), 0, 50),
		with(series("quantity", "PT60M", hour, timeseries.Currency, "", timeseries.Unit, "MAW", timeseries.Direction, "A01"), 0, 7),
		with(series("Financial_Price/amount", "PT60M", hour, timeseries.PriceDirection, "A01"), 0, 9),
		with(series("activation_Price.amount", "PT4S", fast), 1, 1, 2),
		with(series("activation_Price.amount", "PT60M", hour), 1, 3),
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
	if diff := cmp.Diff(rows, queryText(t, db, query+"balancing order by n", day0)); diff != "" {
		t.Errorf("rows (-want, +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"1", "2"}, queryText(t, db, `select value from entsoe.balancing_best where at >= $1 order by at`, after(1))); diff != "" {
		t.Errorf("best values of fast series (-want, +got):\n%s", diff)
	}
}

func TestViewOfAList(t *testing.T) {
	db := dbtest.Open(t, shapesCatalogue())
	const want = "at until area psr_type psr_type_title direction direction_title status status_title price_unit mw price bid reason provider unit currency resolution known_from"
	if got := columnNames(t, db, "bids"); got != want {
		t.Errorf("columns %q, want %q", got, want)
	}
	feed := makeFeed(t, db, "bids", germany)
	first := bid(0, 1, 10, `{"bid": "x", "Reason": [{"text": "none"}, {"code": "B01"}, {"code": "B02"}], "provider_MarketParticipant.mRID": ["p", "q"]}`, timeseries.Status, "A06", "price_unit", "MWH", timeseries.Currency, "EUR")
	first.Values["energy_Price.amount"] = -1.5
	mustSaveEntries(t, db, store.Answer{FeedID: feed.ID, KnownAt: after(5), Replaces: hours(0, 9), Entries: []store.Entry{first, open(bid(1, 2, 3, "")), bid(4, 5, 6, "")}})
	mustSaveEntries(t, db, store.Answer{FeedID: feed.ID, KnownAt: after(6), Replaces: hours(4, 5), Entries: []store.Entry{open(bid(1, 2, 3, ""))}})
	rows := []string{
		"2025-03-01T00:00:00+00:00 2025-03-01T01:00:00+00:00 DE_LU A01 Up A06 Available MWH 10 -1.5 x B01 p MAW EUR PT60M 2025-03-01T05:00:00+00:00",
		"2025-03-01T01:00:00+00:00 DE_LU A01 Up 3 MAW PT60M 2025-03-01T05:00:00+00:00",
	}
	if diff := cmp.Diff(rows, queryText(t, db, `select * from entsoe.bids order by at`)); diff != "" {
		t.Errorf("rows (-want, +got):\n%s", diff)
	}
}

func TestViewOfValuesBelowAPath(t *testing.T) {
	db := dbtest.Open(t, shapesCatalogue())
	feed := makeFeed(t, db, "flow_based", germany)
	e := bid(0, 1, 0, "", timeseries.Item, "flow_based", timeseries.Constraint, "C1")
	e.Values = map[string]float64{"flow/quantity": 800, "flow/PTDF/quantity/" + germany: 0.25, "flow/PTDF/quantity/" + france: -0.5, "flow/PTDF/quantity/" + poland: 0}
	old := bid(1, 2, 0, "", timeseries.Item, "flow_based", timeseries.Constraint, "C2")
	old.Values = map[string]float64{"old/margin": 700, "old/PTDF/" + germany: 1}
	none := bid(2, 3, 0, "", timeseries.Item, "flow_based", timeseries.Constraint, "C3")
	mustSaveEntries(t, db, store.Answer{FeedID: feed.ID, KnownAt: after(5), Replaces: hours(0, 9), Entries: []store.Entry{e, old, none}})
	rows := []string{`C1 800 {"FR": -0.5, "DE_LU": 0.25, "` + poland + `": 0}`, `C2 700 {"DE_LU": 1}`, "C3"}
	if diff := cmp.Diff(rows, queryText(t, db, `select constraint_id, margin, ptdf::text from entsoe.flow_based order by at`)); diff != "" {
		t.Errorf("rows (-want, +got):\n%s", diff)
	}
}

func TestViewOfARegister(t *testing.T) {
	db := dbtest.Open(t, shapesCatalogue())
	feed := makeFeed(t, db, "units", germany)
	unit := func(name, details string) store.Entry {
		return open(bid(-5000, 0, 1, details, timeseries.Item, "units", timeseries.Resource, name, timeseries.PSRType, "B16", timeseries.Resolution, ""))
	}
	mustSaveEntries(t, db, store.Answer{FeedID: feed.ID, KnownAt: after(5), Whole: true, Entries: []store.Entry{
		unit("P1", `{"Resource.name": "Plant", "Kind": [{"highVoltageLimit": "150", "Unit": [{"mRID": "U1", "nominalP": "264"}, {"mRID": "U2", "nominalP": "much"}]}]}`),
		unit("P2", `{"Resource.name": "Other plant"}`)}})
	rows := []string{"DE_LU P1 B16 Solar 264 Plant U1 150", "DE_LU P1 B16 Solar Plant U2 150", "DE_LU P2 B16 Solar Other plant"}
	if diff := cmp.Diff(rows, queryText(t, db, `
select area, resource, psr_type, psr_type_title, unit_mw, name, unit_code, voltage from entsoe.units order by resource, unit_code`)); diff != "" {
		t.Errorf("rows (-want, +got):\n%s", diff)
	}
}

func TestViewOfLinesOfAreas(t *testing.T) {
	db := dbtest.Open(t, shapesCatalogue())
	for n, area := range []string{germanyAustria, germany, austria, france} {
		feed := makeFeed(t, db, "day_ahead_prices", area)
		// Two hours before and after midnight of 2018-10-01 in Berlin, by two rivals.
		start := time.Date(2018, 9, 30, 22, 0, 0, 0, time.UTC).Sub(day0).Hours() - 2
		mustSave(t, db, store.Answer{FeedID: feed.ID, Asked: window(start, start+4), Series: []store.SeriesPoints{
			with(priceSeries("PT60M", hour, timeseries.Area, area, timeseries.Sequence, "1"), start, float64(10*n), float64(10*n+1), float64(10*n+2), float64(10*n+3)),
			with(priceSeries("PT60M", hour, timeseries.Area, area, timeseries.Sequence, "2"), start, 99, 99, 99, 99)}})
	}
	rows := []string{"AT 0", "AT 1", "AT 22", "AT 23", "DE_LU 0", "DE_LU 1", "DE_LU 12", "DE_LU 13"}
	if diff := cmp.Diff(rows, queryText(t, db, `select area, price from entsoe.day_ahead_prices_continuous order by area, at`)); diff != "" {
		t.Errorf("rows (-want, +got):\n%s", diff)
	}
	if got, want := columnNames(t, db, "day_ahead_prices_continuous"), columnNames(t, db, "day_ahead_prices_best"); got != want {
		t.Errorf("columns %q, want %q", got, want)
	}
}

func TestMirrorOfCodesAndLines(t *testing.T) {
	cfg := dbtest.New(t, shapesCatalogue())
	db, err := store.Open(t.Context(), cfg, 2)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	const state = `
select list || ' ' || code || ' ' || title as row, xmin::text from entsoe.codes
union all select name || ' ' || eic || ' ' || coalesce(valid_from::text, '-') || ' ' || coalesce(valid_until::text, '-'), xmin::text from entsoe.area_lines
order by 1`
	before := queryText(t, db, state)
	if _, err := store.Migrate(t.Context(), cfg, shapesCatalogue()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, queryText(t, db, state)); diff != "" {
		t.Errorf("the second migration rewrote something (-before, +after):\n%s", diff)
	}
	opts := shapesCatalogue()
	opts.Codes = []store.CodeRow{{List: "psrType", Code: "B16", Title: "Sun"}}
	opts.Lines = []store.AreaLineRow{{Name: "DE_LU", EIC: germanyAustria, Until: "2018-10-02"}, {Name: "DE_LU", EIC: germany, From: "2018-10-01"}}
	if _, err := store.Migrate(t.Context(), cfg, opts); err != nil {
		t.Fatal(err)
	}
	if got := queryOne[string](t, db, `select title from entsoe.codes where list = 'psrType' and code = 'B16'`); got != "Sun" {
		t.Errorf("the title is still %q", got)
	}
	want := []string{"DE_LU " + germanyAustria + " 2018-10-02", "DE_LU " + germany + " 2018-10-01"}
	if diff := cmp.Diff(want, queryText(t, db, `select name, eic, valid_from, valid_until from entsoe.area_lines order by eic`)); diff != "" {
		t.Errorf("lines (-want, +got):\n%s", diff)
	}
}

// TestViewsComeAndGo: an item changes its shape, and what it is shown as.
func TestViewsComeAndGo(t *testing.T) {
	cfg := dbtest.New(t, shapesCatalogue())
	db, err := store.Open(t.Context(), cfg, 2)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	opts := shapesCatalogue()
	for i, v := range opts.Views {
		if v.Item == "balancing" {
			opts.Views[i] = store.ViewSpec{Item: "balancing", Shape: "list", Values: []store.ViewColumn{{Name: "mw", Path: "quantity"}}}
		}
	}
	names := func() string {
		return fmt.Sprint(queryText(t, db, `select relname from pg_class where relkind = 'v' and relname like 'balancing%' order by 1`))
	}
	for _, test := range []struct {
		opts store.MigrateOptions
		want string
	}{
		{shapesCatalogue(), "[balancing balancing_best balancing_continuous]"},
		{opts, "[balancing]"},
		{shapesCatalogue(), "[balancing balancing_best balancing_continuous]"},
	} {
		if _, err := store.Migrate(t.Context(), cfg, test.opts); err != nil {
			t.Fatal(err)
		}
		if got := names(); got != test.want {
			t.Errorf("views %s, want %s", got, test.want)
		}
	}
	for _, wrong := range []store.ViewSpec{
		{Item: "bids", Shape: "table"}, {Item: "bids"}, {Item: "bids", Shape: "list", Values: []store.ViewColumn{{Name: "m w", Path: "quantity"}}},
		{Item: "bids", Shape: "list", Details: []store.ViewColumn{{Name: "", Path: "x"}}}, {Item: "bids", Shape: "list", Columns: []string{"a;b"}},
	} {
		opts := bidCatalogue()
		opts.Views = append(opts.Views, wrong)
		if _, err := store.Migrate(t.Context(), cfg, opts); err == nil {
			t.Errorf("a view of %+v was made", wrong)
		}
	}
}

// TestViewsOfListsReadFewRows: an area's last week, and the latest rows, must
// not cost reading all areas or years of data.
func TestViewsOfListsReadFewRows(t *testing.T) {
	db := dbtest.Open(t, shapesCatalogue())
	var entries []store.Entry
	for i := range 20 {
		entries = append(entries, bid(0, 1, 1, "", timeseries.Area, fmt.Sprintf("10Y-%012d", i)))
	}
	if err := db.SaveCurves(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
	feed := makeFeed(t, db, "bids", germany)
	exec(t, db, `
insert into entsoe.entries (at, until, known_from, feed_id, content, series_id, nth, item_no, values, details)
select at, at + interval '1 hour', at, $2, n, s.id, 0, s.item_no, '{"quantity": 1}', '{"bid": "x"}'
from entsoe.series s, generate_series($1::timestamptz, $1 + interval '100 days', interval '1 hour') at, generate_series(1, 2) n`, day0, feed.ID)
	exec(t, db, `analyze entsoe.entries, entsoe.series`)
	for _, test := range []struct {
		query string
		most  float64
	}{
		{`select * from entsoe.bids order by at desc limit 5`, 1000},
		{`select * from entsoe.bids where area = '10Y-000000000007' and at >= timestamptz '` + after(93*24).Format(time.RFC3339) + `'`, 1000},
	} {
		plan := queryOne[json.RawMessage](t, db, `explain (analyze, format json) `+test.query)
		if n := rowsRead(t, plan); n > test.most {
			t.Errorf("%s costs reading %v rows of 96040", test.query, n)
		}
	}
}

// TestViewOfBalances: the area of a balance stands on either side of its
// series, which the view turns into a sign.
func TestViewOfBalances(t *testing.T) {
	opts := shapesCatalogue()
	opts.Items = append(opts.Items, store.ItemRow{Name: "positions", Title: "Positions", Article: "12.1.E", Unit: "MW", Meaning: "What leaves."})
	opts.Views = append(opts.Views, store.ViewSpec{Item: "positions", Value: "mw", Balance: true})
	const platform = "10Y1001C--00085O"
	opts.Areas = append(opts.Areas, store.AreaRow{EIC: platform, Code: "MARI", Kinds: []string{"REG"}})
	db := dbtest.Open(t, opts)
	feed := makeFeed(t, db, "positions", germany)
	position := func(from, to string) store.SeriesPoints {
		return priceSeries("PT60M", hour, timeseries.Item, "positions", timeseries.Area, from, timeseries.CounterArea, to)
	}
	mustSave(t, db, store.Answer{FeedID: feed.ID, Asked: window(0, 4), Series: []store.SeriesPoints{
		with(position(germany, "REGION_CODE-----"), 0, 5),
		with(position("REGION_CODE-----", germany), 1, 6),
		with(position(platform, germany), 2, 7),
		with(position(germany, ""), 3, 8),
	}})
	got := queryText(t, db, `select area || ' ' || flow || ' ' || mw || ' ' || net_mw from entsoe.positions order by at`)
	if diff := cmp.Diff([]string{"DE_LU export 5 5", "DE_LU import 6 -6", "DE_LU import 7 -7", "DE_LU export 8 8"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
