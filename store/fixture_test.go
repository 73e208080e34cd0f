package store_test

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/timeseries"

	"github.com/jackc/pgx/v5"
)

const (
	germany = "10Y1001A1001A82H"
	france  = "10YFR-RTE------C"
	poland  = "10YPL-AREA-----S"
)

// day0 is where the tests' delivery times begin.
var day0 = time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC)

var (
	quarterHour = timeseries.Step{Seconds: 900}
	hour        = timeseries.Step{Seconds: 3600}
)

// catalogue is a small one with an item of each kind.
func catalogue() store.MigrateOptions {
	return store.MigrateOptions{
		Items: []store.ItemRow{
			{Name: "actual_total_load", Title: "Actual Total Load", Article: "6.1.A", Unit: "MW", Meaning: "Load of the area's grid.", Core: true},
			{Name: "day_ahead_prices", Title: "Energy Prices", Article: "12.1.D", Unit: "EUR/MWh", Meaning: "Price of the auction.", Core: true},
			{Name: "physical_flows", Title: "Physical Flows", Article: "12.1.G", Unit: "MW", Meaning: "Flow over the border.", Core: false},
		},
		Areas: []store.AreaRow{
			{EIC: germany, Code: "DE_LU", Name: "Germany and Luxembourg", Kinds: []string{"BZN"}, TimeZone: "Europe/Berlin", ValidFrom: "2018-10-01"},
			{EIC: france, Code: "FR", Name: "France", Kinds: []string{"BZN", "CTA"}, TimeZone: "Europe/Paris"},
		},
		Views: []store.ViewSpec{
			{Item: "actual_total_load", Value: "mw"},
			{Item: "day_ahead_prices", Value: "price", Columns: []string{"contract", "sequence"}, Best: true},
			{Item: "physical_flows", Value: "mw", Border: true},
		},
	}
}

func openCatalogue(t testing.TB) *store.DB { return dbtest.Open(t, catalogue()) }

func makeFeed(t testing.TB, db *store.DB, item, area string) store.FeedRow {
	t.Helper()
	feeds, err := db.EnsureFeeds(t.Context(), []store.FeedRow{{Item: item, Area: area, Name: area}})
	if err != nil {
		t.Fatal(err)
	}
	return feeds[0]
}

// after is the instant so many hours after day0.
func after(hours float64) time.Time { return day0.Add(time.Duration(hours * float64(time.Hour))) }

// window is the span of hours after day0.
func window(from, to float64) timeseries.Window {
	return timeseries.Window{From: after(from), To: after(to)}
}

// priceSeries is a series of German day-ahead prices, with other attributes as
// name, value, name, value ...
func priceSeries(resolution string, step timeseries.Step, other ...string) store.SeriesPoints {
	a := timeseries.Attributes{
		timeseries.Item: "day_ahead_prices", timeseries.Area: germany, timeseries.Quantity: "price.amount",
		timeseries.Unit: "MWH", timeseries.Currency: "EUR", timeseries.Resolution: resolution,
	}
	for i := 0; i+1 < len(other); i += 2 {
		a[other[i]] = other[i+1]
		if other[i+1] == "" {
			delete(a, other[i])
		}
	}
	return store.SeriesPoints{Attributes: a, Step: step}
}

// with adds one Period of values that starts so many hours after day0.
func with(s store.SeriesPoints, from float64, values ...float64) store.SeriesPoints {
	start := after(from)
	for i, v := range values {
		s.Points = append(s.Points, timeseries.Point{At: s.Step.Add(start, i, time.UTC).Unix(), Value: v})
	}
	s.Spans = append(s.Spans, timeseries.Window{From: start, To: s.Step.Add(start, len(values), time.UTC)})
	return s
}

// save saves an answer in a transaction of its own, as a worker does.
func save(ctx context.Context, db *store.DB, a store.Answer) (saved store.Saved, err error) {
	if err := db.SaveSeries(ctx, a.Series); err != nil {
		return saved, err
	}
	err = pgx.BeginFunc(ctx, db.Pool, func(tx pgx.Tx) error {
		saved, err = db.Save(ctx, tx, a)
		return err
	})
	return saved, err
}

func mustSave(t testing.TB, db *store.DB, a store.Answer) store.Saved {
	t.Helper()
	if a.KnownAt.IsZero() {
		a.KnownAt = after(-1)
	}
	saved, err := save(t.Context(), db, a)
	if err != nil {
		t.Fatal(err)
	}
	return saved
}

func exec(t testing.TB, db *store.DB, sql string, args ...any) {
	t.Helper()
	if _, err := db.Pool.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

// queryOne returns the single value that a query yields.
func queryOne[T any](t testing.TB, db *store.DB, sql string, args ...any) T {
	t.Helper()
	rows, err := db.Pool.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	v, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[T])
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

// queryText returns each row of a query as text, its columns joined by spaces.
func queryText(t testing.TB, db *store.DB, sql string, args ...any) []string {
	t.Helper()
	rows, err := db.Pool.Query(t.Context(), `select concat_ws(' ', variadic array(select value from json_each_text(row_to_json(q)))) from (`+sql+`) q`, args...)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return lines
}

// asError is errors.As for a type parameter.
func asError[E error](err error, target *E) bool { return errors.As(err, target) }

// without takes points away by their number, but leaves the Periods.
func without(s store.SeriesPoints, numbers ...int) store.SeriesPoints {
	var kept []timeseries.Point
	for i, p := range s.Points {
		if !slices.Contains(numbers, i) {
			kept = append(kept, p)
		}
	}
	s.Points = kept
	return s
}

// trimZeros shortens numbers such as "1.2500000000" in lines of text.
func trimZeros(lines []string) []string {
	zeros := regexp.MustCompile(`(\.\d*?)0+\b`)
	for i, line := range lines {
		lines[i] = strings.ReplaceAll(zeros.ReplaceAllString(line, "$1")+" ", ". ", " ")
		lines[i] = strings.TrimSuffix(lines[i], " ")
	}
	return lines
}

// hours reads windows as pairs of hours after day0.
func hours(pairs ...float64) (windows []timeseries.Window) {
	for i := 0; i+1 < len(pairs); i += 2 {
		windows = append(windows, window(pairs[i], pairs[i+1]))
	}
	return windows
}
