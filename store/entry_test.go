package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"sync"
	"testing"
	"time"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/timeseries"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
)

// bid is a row of German bids from one hour to another; other attributes
// follow as name, value ...
func bid(from, to, mw float64, details string, other ...string) store.Entry {
	a := timeseries.Attributes{timeseries.Item: "bids", timeseries.Area: germany, timeseries.Direction: "A01",
		timeseries.Unit: "MAW", timeseries.Resolution: "PT60M"}
	for i := 0; i+1 < len(other); i += 2 {
		a[other[i]] = other[i+1]
	}
	e := store.Entry{Attributes: a, From: after(from), To: after(to), Values: map[string]float64{"quantity": mw}}
	if details != "" {
		e.Details = json.RawMessage(details)
	}
	return e
}

// open takes the end of an entry away.
func open(e store.Entry) store.Entry {
	e.To = time.Time{}
	return e
}

// bidCatalogue is the small catalogue with a list and a register.
func bidCatalogue() store.MigrateOptions {
	opts := catalogue()
	opts.Items = append(opts.Items,
		store.ItemRow{Name: "bids", Title: "Bids", Article: "12.3.B", Unit: "MW", Meaning: "What is offered."},
		store.ItemRow{Name: "units", Title: "Units", Article: "-", Unit: "MW", Meaning: "What there is."})
	return opts
}

// saveEntries saves an answer of entries in a transaction of its own.
func saveEntries(ctx context.Context, db *store.DB, a store.Answer) (saved store.Saved, err error) {
	if err := db.SaveCurves(ctx, a.Entries); err != nil {
		return saved, err
	}
	err = pgx.BeginFunc(ctx, db.Pool, func(tx pgx.Tx) error {
		saved, err = db.Save(ctx, tx, a)
		return err
	})
	return saved, err
}

func mustSaveEntries(t testing.TB, db *store.DB, a store.Answer) store.Saved {
	t.Helper()
	if a.Asked.Empty() {
		a.Asked = window(0, 24)
	}
	saved, err := saveEntries(t.Context(), db, a)
	if err != nil {
		t.Fatal(err)
	}
	return saved
}

// presentEntries are the hours, the megawatts and the details of what stands.
func presentEntries(t testing.TB, db *store.DB) []string {
	t.Helper()
	return trimZeros(queryText(t, db, `
select extract(epoch from at - $1)::bigint / 3600.0 as hour, case when until = 'infinity' then 'open' else (extract(epoch from until - $1)::bigint / 3600.0)::text end as until,
  values ->> 'quantity' as mw, nullif(details, '{}') as details
from entsoe.entries where known_until = 'infinity'
order by at, until, (values ->> 'quantity')::float8, details::text`, day0))
}

func TestSaveEntriesReplacesASet(t *testing.T) {
	before := []store.Entry{
		bid(-800, 500, 1, ""), bid(-1, 1, 2, ""), open(bid(-2000, 0, 3, "")), bid(0, 1, 10, `{"bid": "a"}`), bid(0, 1, 10, `{"bid": "a"}`), bid(0, 1, 10, `{"bid": "b"}`), bid(1, 2, 20, ""), bid(4, 5, 30, ""),
	}
	unchanged := []string{"-2000 open 3", "-800 500 1", "-1 1 2", `0 1 10 {"bid": "a"}`, `0 1 10 {"bid": "a"}`, `0 1 10 {"bid": "b"}`, "1 2 20", "4 5 30"}
	tests := []struct {
		name    string
		entries []store.Entry
		asked   []timeseries.Window
		want    store.Saved
		rows    []string
	}{
		{"equal ones in another order", []store.Entry{before[7], before[3], before[5], before[6], before[1], before[4], before[2], before[0]},
			hours(0, 5), store.Saved{Unchanged: 8}, unchanged},
		{"one of two equal ones is gone", []store.Entry{before[0], before[1], before[2], before[3], before[5]},
			hours(0, 1), store.Saved{Unchanged: 5, Retracted: 1},
			[]string{"-2000 open 3", "-800 500 1", "-1 1 2", `0 1 10 {"bid": "a"}`, `0 1 10 {"bid": "b"}`, "1 2 20", "4 5 30"}},
		{"a third equal one, and another value", []store.Entry{before[0], before[1], before[2], before[3], before[3], before[3], bid(0, 1, 11, `{"bid": "b"}`)},
			hours(0, 1), store.Saved{Unchanged: 5, Changed: 1, Inserted: 1},
			[]string{"-2000 open 3", "-800 500 1", "-1 1 2", `0 1 10 {"bid": "a"}`, `0 1 10 {"bid": "a"}`, `0 1 10 {"bid": "a"}`, `0 1 11 {"bid": "b"}`, "1 2 20", "4 5 30"}},
		{"what reaches into the window", []store.Entry{bid(4, 5, 30, "")},
			hours(4, 5), store.Saved{Unchanged: 1, Retracted: 2},
			[]string{"-1 1 2", `0 1 10 {"bid": "a"}`, `0 1 10 {"bid": "a"}`, `0 1 10 {"bid": "b"}`, "1 2 20", "4 5 30"}},
		{"nothing between two windows", []store.Entry{before[0], before[2]},
			hours(-3, -2, 4, 5), store.Saved{Unchanged: 2, Retracted: 1},
			[]string{"-2000 open 3", "-800 500 1", "-1 1 2", `0 1 10 {"bid": "a"}`, `0 1 10 {"bid": "a"}`, `0 1 10 {"bid": "b"}`, "1 2 20"}},
		{"rows outside are added where there are none", []store.Entry{before[0], before[2], before[7], bid(1, 2, 20, ""), bid(1, 2, 20, ""), bid(7, 8, 9, "")},
			hours(4, 5), store.Saved{Unchanged: 5, Inserted: 1}, append(append([]string{}, unchanged...), "7 8 9")},
		{"what is stored outside stays one set", []store.Entry{before[0], before[2], before[7], bid(1, 2, 21, "")},
			hours(4, 5), store.Saved{Unchanged: 4}, unchanged},
		{"another series of the same interval", []store.Entry{before[0], before[2], bid(4, 5, 30, "", timeseries.Direction, "A02")},
			hours(4, 5), store.Saved{Unchanged: 2, Inserted: 1, Retracted: 1}, unchanged},
		{"nothing by an acknowledgement", nil, nil, store.Saved{}, unchanged},
		{"all of a window without values", nil, hours(1, 2), store.Saved{Retracted: 3},
			[]string{"-1 1 2", `0 1 10 {"bid": "a"}`, `0 1 10 {"bid": "a"}`, `0 1 10 {"bid": "b"}`, "4 5 30"}},
	}
	db := dbtest.Open(t, bidCatalogue())
	feed, other := makeFeed(t, db, "bids", germany), makeFeed(t, db, "bids", france)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			exec(t, db, `truncate entsoe.entries`)
			mustSaveEntries(t, db, store.Answer{FeedID: feed.ID, KnownAt: after(10), Entries: before, Replaces: hours(-3000, 24)})
			answer := store.Answer{FeedID: feed.ID, KnownAt: after(20), Entries: test.entries, Replaces: test.asked}
			checkSaved(t, mustSaveEntries(t, db, answer), test.want)
			if diff := cmp.Diff(test.rows, presentEntries(t, db)); diff != "" {
				t.Errorf("entries (-want, +got):\n%s", diff)
			}
			gone := test.want.Changed + test.want.Retracted
			if n := queryOne[int64](t, db, `select count(*) from entsoe.entries where known_from = $1 and known_until = $2`, after(10), after(20)); n != gone {
				t.Errorf("%d rows of history, want %d", n, gone)
			}
			again := test.want
			again.Unchanged, again.Inserted, again.Changed, again.Retracted = int64(len(test.entries)), 0, 0, 0
			checkSaved(t, mustSaveEntries(t, db, answer), again)
			// Another feed's answer about the same rows is no business of this one's.
			mustSaveEntries(t, db, store.Answer{FeedID: other.ID, KnownAt: after(30), Replaces: hours(-3000, 24)})
			if diff := cmp.Diff(test.rows, presentEntries(t, db)); diff != "" {
				t.Errorf("entries after another feed's answer (-want, +got):\n%s", diff)
			}
		})
	}
}

func TestSaveEntriesOfARegister(t *testing.T) {
	db := dbtest.Open(t, bidCatalogue())
	feed := makeFeed(t, db, "units", germany)
	unit := func(name string, mw float64) store.Entry {
		return open(bid(-5000, 0, mw, "", timeseries.Item, "units", timeseries.Resource, name, timeseries.Resolution, ""))
	}
	first := store.Answer{FeedID: feed.ID, KnownAt: after(10), Whole: true, Entries: []store.Entry{unit("a", 1), unit("b", 2), bid(-9000, -8000, 4, "", timeseries.Item, "units")}}
	checkSaved(t, mustSaveEntries(t, db, first), store.Saved{Inserted: 3})
	checkSaved(t, mustSaveEntries(t, db, first), store.Saved{Unchanged: 3})
	second := store.Answer{FeedID: feed.ID, KnownAt: after(20), Whole: true, Entries: []store.Entry{unit("b", 3), unit("c", 2)}}
	checkSaved(t, mustSaveEntries(t, db, second), store.Saved{Inserted: 1, Changed: 1, Retracted: 2})
	if diff := cmp.Diff([]string{"-5000 open 2", "-5000 open 3"}, presentEntries(t, db)); diff != "" {
		t.Errorf("entries (-want, +got):\n%s", diff)
	}
	checkSaved(t, mustSaveEntries(t, db, store.Answer{FeedID: feed.ID, KnownAt: after(30), Whole: true}), store.Saved{})
	for hour, want := range map[float64]int{5: 0, 10: 3, 19: 3, 20: 2, 40: 2} {
		if n := queryOne[int](t, db, `select count(*) from entsoe.entries_as_of($1) where item = 'units'`, after(hour)); n != want {
			t.Errorf("as of hour %v: %d rows, want %d", hour, n, want)
		}
	}
	if got := queryOne[string](t, db, `select longest::text || ' ' || fast from entsoe.series where resource = 'a'`); got != "00:01:00 false" {
		t.Errorf("a series without resolution is %s long", got)
	}
}

// TestSaveEntriesAgainWritesNothing looks for new row versions, dead rows and
// locks that a save of equal rows might leave.
func TestSaveEntriesAgainWritesNothing(t *testing.T) {
	db := dbtest.Open(t, bidCatalogue())
	feed := makeFeed(t, db, "bids", germany)
	answer := store.Answer{FeedID: feed.ID, KnownAt: after(10), Replaces: hours(0, 24), Data: hours(0, 24)}
	for i := range 100 {
		answer.Entries = append(answer.Entries, bid(float64(i%24), float64(i%24+1), float64(i/48), fmt.Sprintf(`{"bid": "%d"}`, i/30)))
	}
	mustSaveEntries(t, db, answer)
	const versions = `
select tableoid::regclass::text, ctid::text, xmin::text, xmax::text from entsoe.entries
union all select 'series', ctid::text, xmin::text, xmax::text from entsoe.series
union all select 'coverage', ctid::text, xmin::text, xmax::text from entsoe.coverage
order by 1, 2`
	before := queryText(t, db, versions)
	checkSaved(t, mustSaveEntries(t, db, answer), store.Saved{Unchanged: 100})
	if diff := cmp.Diff(before, queryText(t, db, versions)); diff != "" {
		t.Errorf("saving again wrote rows (-before, +after):\n%s", diff)
	}
}

func TestSaveEntriesRefusesWhatItCannotKeep(t *testing.T) {
	db := dbtest.Open(t, bidCatalogue())
	feed := makeFeed(t, db, "bids", germany)
	for name, e := range map[string]store.Entry{
		"an unknown item":            bid(0, 1, 1, "", timeseries.Item, "no_such_item"),
		"no resolution that is one":  bid(0, 1, 1, "", timeseries.Resolution, "sometimes"),
		"an end before its start":    bid(1, 0, 1, ""),
		"no start":                   {Attributes: bid(0, 1, 1, "").Attributes, To: after(1)},
		"not a number":               bid(0, 1, math.NaN(), ""),
		"details that are no object": bid(0, 1, 1, `[1]`),
		"details that are no JSON":   bid(0, 1, 1, `{`),
	} {
		if _, err := saveEntries(t.Context(), db, store.Answer{FeedID: feed.ID, Asked: window(0, 1), Replaces: hours(0, 1), Entries: []store.Entry{e}}); err == nil {
			t.Errorf("an entry with %s was taken", name)
		}
	}
	err := pgx.BeginFunc(t.Context(), db.Pool, func(tx pgx.Tx) error {
		_, err := db.Save(t.Context(), tx, store.Answer{FeedID: feed.ID, Asked: window(0, 1), Replaces: hours(0, 1), Entries: []store.Entry{bid(0, 1, 1, "")}})
		return err
	})
	if err == nil {
		t.Error("an entry was saved without its series")
	}
	if n := queryOne[int](t, db, `select count(*) from entsoe.entries`); n != 0 {
		t.Errorf("%d entries are left", n)
	}
}

func TestSaveCurvesSharesSeries(t *testing.T) {
	db := dbtest.Open(t, bidCatalogue())
	entries := []store.Entry{bid(0, 1, 1, ""), bid(1, 2, 2, ""), bid(0, 1, 3, "", timeseries.Direction, "A02"), bid(2, 3, 4, "", "price_unit", "MWH"), bid(3, 4, 1, "")}
	for range 2 {
		if err := db.SaveCurves(t.Context(), entries); err != nil {
			t.Fatal(err)
		}
		ids := map[int32][]int{}
		for i, e := range entries {
			ids[e.SeriesID] = append(ids[e.SeriesID], i)
		}
		if diff := cmp.Diff(map[int32][]int{entries[0].SeriesID: {0, 1, 4}, entries[2].SeriesID: {2}, entries[3].SeriesID: {3}}, ids); diff != "" {
			t.Errorf("series (-want, +got):\n%s", diff)
		}
	}
	if err := db.SaveCurves(t.Context(), nil); err != nil {
		t.Error(err)
	}
}

// TestSaveEntriesContradictingAtOnce saves answers of two opinions on the same
// window at the same moment: in the end one of them stands, never a mixture.
func TestSaveEntriesContradictingAtOnce(t *testing.T) {
	db := dbtest.Open(t, bidCatalogue())
	feed := makeFeed(t, db, "bids", germany)
	opinion := func(mw float64) store.Answer {
		a := store.Answer{FeedID: feed.ID, KnownAt: after(10), Asked: window(0, 24), Replaces: hours(0, 24)}
		for i := range 50 {
			a.Entries = append(a.Entries, bid(float64(i%24), float64(i%24+1), mw, ""))
		}
		return a
	}
	for range 5 {
		exec(t, db, `truncate entsoe.entries`)
		start := make(chan struct{})
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				<-start
				if _, err := saveEntries(t.Context(), db, opinion(float64(i%2))); err != nil {
					t.Error(err)
				}
			})
		}
		close(start)
		wg.Wait()
		got := queryText(t, db, `select count(*), count(distinct values ->> 'quantity') from entsoe.entries where known_until = 'infinity'`)
		if diff := cmp.Diff([]string{"50 1"}, got); diff != "" {
			t.Fatalf("rows and opinions (-want, +got):\n%s", diff)
		}
	}
}
