package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/timeseries"
)

// number gives all committed changes their numbers.
func number(t *testing.T, db *store.DB) {
	t.Helper()
	if _, err := db.NumberChanges(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// saveUndone saves an answer in a transaction that is rolled back.
func saveUndone(t *testing.T, db *store.DB, a store.Answer) {
	t.Helper()
	undone := errors.New("undone")
	err := pgx.BeginFunc(t.Context(), db.Pool, func(tx pgx.Tx) error {
		ready, err := db.Prepare(t.Context(), a)
		if err != nil {
			return err
		}
		if _, err := db.Save(t.Context(), tx, ready); err != nil {
			return err
		}
		return undone
	})
	if !errors.Is(err, undone) {
		t.Fatal(err)
	}
}

const (
	changeLines = `
select number, item, area, counter_area, to_char(window_from at time zone 'UTC', 'MM-DD HH24:MI'), to_char(window_to at time zone 'UTC', 'MM-DD HH24:MI'),
  inserted, changed, retracted, to_char(changed_at at time zone 'UTC', 'MM-DD HH24:MI')
from entsoe.changes_since($1)`
	pointLines = `
select what, to_char(at at time zone 'UTC', 'MM-DD HH24:MI'), to_char(until at time zone 'UTC', 'MM-DD HH24:MI'), old_value, new_value,
  area, resolution, attributes->>'sequence', unit_title
from entsoe.changed_points($1)`
)

// Every commit that changes values has a number, and what it wrote. One that changes
// none, and one that is rolled back, has neither.
func TestChangesOfValues(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	prices := dbtest.PriceSeries("PT60M", dbtest.Hour, timeseries.Sequence, "1")
	other := dbtest.PriceSeries("PT15M", dbtest.QuarterHour, timeseries.Sequence, "2")
	answer := func(known float64, series ...timeseries.Series) store.Answer {
		return store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 24), KnownAt: dbtest.After(known), Rows: timeseries.Curves(series)}
	}
	dbtest.MustSave(t, db, answer(0, dbtest.With(dbtest.With(prices, 2, 1, 2, 3), 8, 4), dbtest.With(other, 10, 7)))
	dbtest.MustSave(t, db, answer(1, dbtest.With(dbtest.With(prices, 2, 1, 2, 3), 8, 4), dbtest.With(other, 10, 7)))
	if got := dbtest.QueryText(t, db, changeLines, 0); len(got) > 0 {
		t.Errorf("before they have numbers there are %q", got)
	}
	number(t, db)
	shorter := dbtest.With(dbtest.With(prices, 1, 8, 1, 5), 5, 9)
	shorter.Spans[0].To = dbtest.After(5)
	dbtest.MustSave(t, db, answer(2, shorter))
	saveUndone(t, db, answer(3, dbtest.With(prices, 2, 99)))
	dbtest.MustSave(t, db, answer(4, dbtest.With(prices, 7, 6)))
	number(t, db)
	number(t, db)

	want := []string{
		"1 day_ahead_prices DE_LU 03-01 02:00 03-01 11:00 5 0 0 03-01 00:00",
		"2 day_ahead_prices DE_LU 03-01 01:00 03-01 06:00 2 1 1 03-01 02:00",
		"3 day_ahead_prices DE_LU 03-01 07:00 03-01 08:00 1 0 0 03-01 04:00",
	}
	if diff := cmp.Diff(want, dbtest.QueryText(t, db, changeLines, 0)); diff != "" {
		t.Errorf("changes (-want, +got)\n%s", diff)
	}
	if diff := cmp.Diff(want[1:2], dbtest.QueryText(t, db, changeLines[:len(changeLines)-1]+", 1)", 1)); diff != "" {
		t.Errorf("the one after 1 (-want, +got)\n%s", diff)
	}
	if n := dbtest.QueryOne[int64](t, db, `select entsoe.last_change()`); n != 3 {
		t.Errorf("the last number is %d", n)
	}
	for n, want := range map[int][]string{
		1: {
			"inserted 03-01 10:00 03-01 10:15 DE_LU PT15M 2 EUR/MWh",
			"inserted 03-01 02:00 03-01 09:00 DE_LU PT60M 1 EUR/MWh",
		},
		2: {
			"inserted 03-01 01:00 03-01 02:00 DE_LU PT60M 1 EUR/MWh",
			"changed 03-01 03:00 03-01 04:00 2 5 DE_LU PT60M 1 EUR/MWh",
			"retracted 03-01 04:00 03-01 05:00 3 DE_LU PT60M 1 EUR/MWh",
			"inserted 03-01 05:00 03-01 06:00 DE_LU PT60M 1 EUR/MWh",
		},
	} {
		if diff := cmp.Diff(want, dbtest.QueryText(t, db, pointLines, n)); diff != "" {
			t.Errorf("change %d (-want, +got)\n%s", n, diff)
		}
	}

	// As at a replica.
	err := pgx.BeginTxFunc(t.Context(), db.Pool, pgx.TxOptions{AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), `
select from entsoe.changes_since(entsoe.last_change() - 3) c cross join entsoe.changed_points(c.number) p left join entsoe.changed_documents(c.number) on true`)
		return err
	})
	if err != nil {
		t.Errorf("in a transaction that only reads: %v", err)
	}
}

// The end of a day of 23 hours is that of the day.
func TestChangesOfDays(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	days := dbtest.PriceSeries("P1D", timeseries.Step{Days: 1})
	const clockChange = 29*24 - 1 // hours after Day0: 2025-03-30 in Brussels
	at := func(hours float64, value float64) timeseries.Point {
		return timeseries.Point{At: dbtest.After(hours).Unix(), Value: value}
	}
	save := func(values ...timeseries.Point) {
		days.Points, days.Spans = values, dbtest.Hours(clockChange, clockChange+47)
		dbtest.MustSave(t, db, store.Answer{FeedID: feed.ID, Asked: dbtest.Window(clockChange, clockChange+47), Rows: timeseries.Curves{days}})
	}
	save(at(clockChange, 1), at(clockChange+23, 2))
	save(at(clockChange, 3), at(clockChange+23, 4))
	number(t, db)
	want := []string{
		"inserted 03-29 23:00 03-31 22:00 DE_LU P1D EUR/MWh",
		"changed 03-29 23:00 03-30 22:00 1 3 DE_LU P1D EUR/MWh",
		"changed 03-30 22:00 03-31 22:00 2 4 DE_LU P1D EUR/MWh",
	}
	if diff := cmp.Diff(want, append(dbtest.QueryText(t, db, pointLines, 1), dbtest.QueryText(t, db, pointLines, 2)...)); diff != "" {
		t.Errorf("changes (-want, +got)\n%s", diff)
	}
}

// Of lists the spans of the rows are told, and of documents which they are.
func TestChangesOfRowsAndDocuments(t *testing.T) {
	db := dbtest.Open(t, dbtest.BidCatalogue())
	bids := dbtest.MakeFeed(t, db, "bids", dbtest.Germany)
	save := func(known float64, rows ...timeseries.Entry) {
		dbtest.MustSaveEntries(t, db, store.Answer{FeedID: bids.ID, KnownAt: dbtest.After(known), Rows: timeseries.Entries{All: rows, Replaces: dbtest.Hours(0, 24)}})
	}
	save(0, dbtest.Bid(3, 4, 10, ""), dbtest.Bid(4, 5, 10, ""), dbtest.Bid(6, 7, 10, ""))
	save(1, dbtest.Bid(3, 4, 10, ""), dbtest.Bid(4, 5, 12, ""), dbtest.Bid(6, 7, 10, ""))
	number(t, db)
	for n, want := range map[int][]string{
		1: {"rows 03-01 03:00 03-01 05:00", "rows 03-01 06:00 03-01 07:00"},
		2: {"rows 03-01 04:00 03-01 05:00"},
	} {
		lines := dbtest.QueryText(t, db, pointLines, n)
		for i, line := range lines {
			lines[i], _, _ = strings.Cut(line, " DE_LU")
		}
		if diff := cmp.Diff(want, lines); diff != "" {
			t.Errorf("rows of change %d (-want, +got)\n%s", n, diff)
		}
	}

	db = dbtest.OpenOutages(t)
	feed := dbtest.MakeFeed(t, db, "unavailability_generation_units", dbtest.Germany)
	dbtest.SaveDocuments(t, db, feed.ID, 0, dbtest.Outage("A", 1, 0, dbtest.Run(30, 40, 100)), dbtest.Outage("B", 1, 0, dbtest.Run(30, 40, 100)))
	dbtest.SaveDocuments(t, db, feed.ID, 1, dbtest.Outage("A", 1, 0, dbtest.Run(30, 40, 100)), dbtest.Outage("B", 2, 1, dbtest.Run(30, 42, 100)))
	number(t, db)
	const documents = `select mrid, revision, item, to_char(ends at time zone 'UTC', 'MM-DD HH24:MI') from entsoe.changed_documents($1)`
	for n, want := range map[int][]string{
		1: {"A 1 unavailability_generation_units 03-02 16:00", "B 1 unavailability_generation_units 03-02 16:00"},
		2: {"B 2 unavailability_generation_units 03-02 18:00"},
	} {
		if diff := cmp.Diff(want, dbtest.QueryText(t, db, documents, n)); diff != "" {
			t.Errorf("documents of change %d (-want, +got)\n%s", n, diff)
		}
		if got := dbtest.QueryText(t, db, pointLines, n); len(got) > 0 {
			t.Errorf("points of change %d: %q", n, got)
		}
	}
}

// Changes are deleted in the order of their numbers, and numbers go on after those that
// are gone. Whoever asks for what is gone, or is yet to come, is told so.
func TestChangesAreDropped(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	save := func(known, value float64) {
		dbtest.MustSave(t, db, store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 24), KnownAt: dbtest.After(known),
			Rows: timeseries.Curves{dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour), 2, value)}})
	}
	drop := func(before float64, want int64) {
		t.Helper()
		if n, err := db.DropChanges(t.Context(), dbtest.After(before), time.Second); n != want || err != nil {
			t.Errorf("dropped %d changes, want %d (%v)", n, want, err)
		}
	}
	code := func(call string) string {
		_, err := db.Pool.Exec(t.Context(), "select * from entsoe."+call)
		return store.Code(err)
	}
	drop(100, 0)
	for n, known := range []float64{1, 2, 5, 3, 7} { // the fourth came late
		save(known, float64(n))
	}
	number(t, db)
	save(0, 99) // has no number yet
	drop(4, 2)
	want := map[string]string{
		"changes_since(null)": "22004", "changes_since(0)": "EN001", "changes_since(1)": "EN001", "changes_since(2)": "",
		"changes_since(5)": "", "changes_since(6)": "EN002", "changes_since(-1)": "EN001",
		"changed_points(2)": "EN001", "changed_points(3)": "", "changed_points(5)": "", "changed_points(6)": "EN002", "changed_documents(2)": "EN001",
	}
	got := map[string]string{}
	for call := range want {
		got[call] = code(call)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("SQLSTATE (-want, +got)\n%s", diff)
	}
	drop(100, 3)
	number(t, db)
	if diff := cmp.Diff([]string{"6"}, dbtest.QueryText(t, db, `select number from entsoe.changes_since(5)`)); diff != "" {
		t.Errorf("after all that had numbers were dropped (-want, +got)\n%s", diff)
	}
	if n := dbtest.QueryOne[int](t, db, `select count(*)::int from entsoe.change_details`); n != 1 {
		t.Errorf("%d rows of details are left", n)
	}
}
