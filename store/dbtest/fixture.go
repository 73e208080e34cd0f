package dbtest

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"

	"entsoed/store"
	"entsoed/store/schema"
	"entsoed/timeseries"
)

// CheckSaved fails the test unless a save did what is wanted.
func CheckSaved(t *testing.T, got, want store.Saved) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(store.Saved{})); diff != "" {
		t.Errorf("saved (-want, +got):\n%s", diff)
	}
}

// EICs of areas; Poland is in no catalogue.
const (
	Germany = "10Y1001A1001A82H"
	France  = "10YFR-RTE------C"
	Poland  = "10YPL-AREA-----S"
)

// Day0 is where the tests' delivery times begin.
var Day0 = time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC)

// Resolutions.
var (
	QuarterHour = timeseries.Step{Seconds: 900}
	Hour        = timeseries.Step{Seconds: 3600}
)

// Catalogue is a small one with an item of each kind.
func Catalogue() schema.Options {
	return schema.Options{
		Items: []schema.ItemRow{
			{Name: "actual_total_load", Title: "Actual Total Load", Article: "6.1.A", Unit: "MW", Meaning: "Load of the area's grid.", Core: true},
			{Name: "day_ahead_prices", Title: "Energy Prices", Article: "12.1.D", Unit: "EUR/MWh", Meaning: "Price of the auction.", Core: true},
			{Name: "physical_flows", Title: "Physical Flows", Article: "12.1.G", Unit: "MW", Meaning: "Flow over the border.", Core: false},
		},
		Areas: []schema.AreaRow{
			{EIC: Germany, Code: "DE_LU", Name: "Germany and Luxembourg", Kinds: []string{"BZN"}, TimeZone: "Europe/Berlin", ValidFrom: "2018-10-01"},
			{EIC: France, Code: "FR", Name: "France", Kinds: []string{"BZN", "CTA"}, TimeZone: "Europe/Paris"},
		},
		Views: []schema.ViewSpec{
			{Item: "actual_total_load", Value: "mw"},
			{Item: "day_ahead_prices", Value: "price", Columns: []string{"contract", "sequence"}, Best: true},
			{Item: "physical_flows", Value: "mw", Border: true},
		},
	}
}

// OpenCatalogue opens a new database with Catalogue.
func OpenCatalogue(t testing.TB) *store.DB { return Open(t, Catalogue()) }

// MakeFeed makes a feed of an item and area, or returns it.
func MakeFeed(t testing.TB, db *store.DB, item, area string) store.FeedRow {
	t.Helper()
	feeds, err := db.EnsureFeeds(t.Context(), []store.FeedRow{{Item: item, Area: area, Name: area}})
	if err != nil {
		t.Fatal(err)
	}
	return feeds[0]
}

// After is the instant so many hours after day0.
func After(hours float64) time.Time { return Day0.Add(time.Duration(hours * float64(time.Hour))) }

// Window is the span of hours after day0.
func Window(from, to float64) timeseries.Window {
	return timeseries.Window{From: After(from), To: After(to)}
}

// PriceSeries is a series of German day-ahead prices, with other attributes as
// name, value, name, value ...
func PriceSeries(resolution string, step timeseries.Step, other ...string) timeseries.Series {
	a := timeseries.Attributes{
		timeseries.Item: "day_ahead_prices", timeseries.Area: Germany, timeseries.Quantity: "price.amount",
		timeseries.Unit: "MWH", timeseries.Currency: "EUR", timeseries.Resolution: resolution,
	}
	for i := 0; i+1 < len(other); i += 2 {
		a[other[i]] = other[i+1]
		if other[i+1] == "" {
			delete(a, other[i])
		}
	}
	return timeseries.Series{Attributes: a, Step: step}
}

// With adds one Period of values that starts so many hours after day0.
func With(s timeseries.Series, from float64, values ...float64) timeseries.Series {
	start := After(from)
	for i, v := range values {
		s.Points = append(s.Points, timeseries.Point{At: s.Step.Add(start, i, time.UTC).Unix(), Value: v})
	}
	s.Spans = append(s.Spans, timeseries.Window{From: start, To: s.Step.Add(start, len(values), time.UTC)})
	return s
}

// Save saves an answer in a transaction of its own, as a worker does.
func Save(ctx context.Context, db *store.DB, a store.Answer) (saved store.Saved, err error) {
	ready, err := db.Prepare(ctx, a)
	if err != nil {
		return saved, err
	}
	err = pgx.BeginFunc(ctx, db.Pool, func(tx pgx.Tx) error {
		saved, err = db.Save(ctx, tx, ready)
		return err
	})
	return saved, err
}

// MustSave saves an answer, known an hour before Day0 unless it says when.
func MustSave(t testing.TB, db *store.DB, a store.Answer) store.Saved {
	t.Helper()
	if a.KnownAt.IsZero() {
		a.KnownAt = After(-1)
	}
	saved, err := Save(t.Context(), db, a)
	if err != nil {
		t.Fatal(err)
	}
	return saved
}

// Exec runs a statement.
func Exec(t testing.TB, db *store.DB, sql string, args ...any) {
	t.Helper()
	if _, err := db.Pool.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

// ExecOwner is Exec for a statement that the worker may not run, as one that changes
// the schema. So is ANALYZE, which passes over the tables of others with a warning.
func ExecOwner(t testing.TB, db *store.DB, sql string, args ...any) {
	t.Helper()
	at, err := pgx.ParseConfig(start(t).admin)
	if err != nil {
		t.Fatal(err)
	}
	at.Database = db.Pool.Config().ConnConfig.Database
	conn, err := pgx.ConnectConfig(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context()) //nolint:errcheck // what it did is done
	if _, err := conn.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

// QueryOne returns the single value that a query yields.
func QueryOne[T any](t testing.TB, db *store.DB, sql string, args ...any) T {
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

// QueryText returns each row of a query as text, its columns joined by spaces.
func QueryText(t testing.TB, db *store.DB, sql string, args ...any) []string {
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

// Without takes points away by their number, but leaves the Periods.
func Without(s timeseries.Series, numbers ...int) timeseries.Series {
	var kept []timeseries.Point
	for i, p := range s.Points {
		if !slices.Contains(numbers, i) {
			kept = append(kept, p)
		}
	}
	s.Points = kept
	return s
}

// TrimZeros shortens numbers such as "1.2500000000" in lines of text.
func TrimZeros(lines []string) []string {
	zeros := regexp.MustCompile(`(\.\d*?)0+\b`)
	for i, line := range lines {
		lines[i] = strings.ReplaceAll(zeros.ReplaceAllString(line, "$1")+" ", ". ", " ")
		lines[i] = strings.TrimSuffix(lines[i], " ")
	}
	return lines
}

// Hours reads windows as pairs of hours after day0.
func Hours(pairs ...float64) (windows []timeseries.Window) {
	for i := 0; i+1 < len(pairs); i += 2 {
		windows = append(windows, Window(pairs[i], pairs[i+1]))
	}
	return windows
}

// Activate has the feeds planned, and no others.
func Activate(t testing.TB, db *store.DB, feeds ...store.FeedRow) {
	t.Helper()
	var ids []int64
	for _, f := range feeds {
		ids = append(ids, f.ID)
	}
	if err := db.SetActive(t.Context(), ids); err != nil {
		t.Fatal(err)
	}
}

// AllowAreas lets a database have feeds of any number of areas that no catalogue has.
func AllowAreas(t testing.TB, db *store.DB) {
	t.Helper()
	name := pgx.Identifier{db.Pool.Config().ConnConfig.Database}.Sanitize()
	ExecOwner(t, db, `alter database `+name+` set entsoe.unknown_areas = 1000000`)
	db.Pool.Reset() // it counts for new connections
}

// WaitFor polls until something holds.
func WaitFor(t *testing.T, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !holds() {
		if time.Now().After(deadline) {
			t.Fatal("waited in vain")
		}
		time.Sleep(10 * time.Millisecond)
	}
}
