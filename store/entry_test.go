package store_test

import (
	"fmt"
	"math"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/timeseries"
)

// presentEntries are the hours, the megawatts and the details of what stands.
func presentEntries(t testing.TB, db *store.DB) []string {
	t.Helper()
	return dbtest.TrimZeros(dbtest.QueryText(t, db, `
select extract(epoch from at - $1)::bigint / 3600.0 as hour, case when until = 'infinity' then 'open' else (extract(epoch from until - $1)::bigint / 3600.0)::text end as until,
  values ->> 'quantity' as mw, nullif(details, '{}') as details
from entsoe.entries where known_until = 'infinity'
order by at, until, (values ->> 'quantity')::float8, details::text`, dbtest.Day0))
}

func TestSaveEntriesReplacesASet(t *testing.T) {
	before := []timeseries.Entry{
		dbtest.Bid(-800, 500, 1, ""), dbtest.Bid(-1, 1, 2, ""), dbtest.OpenEnded(dbtest.Bid(-2000, 0, 3, "")), dbtest.Bid(0, 1, 10, `{"bid": "a"}`), dbtest.Bid(0, 1, 10, `{"bid": "a"}`), dbtest.Bid(0, 1, 10, `{"bid": "b"}`), dbtest.Bid(1, 2, 20, ""), dbtest.Bid(4, 5, 30, ""),
	}
	unchanged := []string{"-2000 open 3", "-800 500 1", "-1 1 2", `0 1 10 {"bid": "a"}`, `0 1 10 {"bid": "a"}`, `0 1 10 {"bid": "b"}`, "1 2 20", "4 5 30"}
	tests := []struct {
		name    string
		entries []timeseries.Entry
		asked   []timeseries.Window
		want    store.Saved
		rows    []string
	}{
		{"equal ones in another order", []timeseries.Entry{before[7], before[3], before[5], before[6], before[1], before[4], before[2], before[0]},
			dbtest.Hours(0, 5), store.Saved{Unchanged: 8}, unchanged},
		{"one of two equal ones is gone", []timeseries.Entry{before[0], before[1], before[2], before[3], before[5]},
			dbtest.Hours(0, 1), store.Saved{Unchanged: 5, Retracted: 1},
			[]string{"-2000 open 3", "-800 500 1", "-1 1 2", `0 1 10 {"bid": "a"}`, `0 1 10 {"bid": "b"}`, "1 2 20", "4 5 30"}},
		{"a third equal one, and another value", []timeseries.Entry{before[0], before[1], before[2], before[3], before[3], before[3], dbtest.Bid(0, 1, 11, `{"bid": "b"}`)},
			dbtest.Hours(0, 1), store.Saved{Unchanged: 5, Changed: 1, Inserted: 1},
			[]string{"-2000 open 3", "-800 500 1", "-1 1 2", `0 1 10 {"bid": "a"}`, `0 1 10 {"bid": "a"}`, `0 1 10 {"bid": "a"}`, `0 1 11 {"bid": "b"}`, "1 2 20", "4 5 30"}},
		{"what reaches into the window", []timeseries.Entry{dbtest.Bid(4, 5, 30, "")},
			dbtest.Hours(4, 5), store.Saved{Unchanged: 1, Retracted: 2},
			[]string{"-1 1 2", `0 1 10 {"bid": "a"}`, `0 1 10 {"bid": "a"}`, `0 1 10 {"bid": "b"}`, "1 2 20", "4 5 30"}},
		{"nothing between two windows", []timeseries.Entry{before[0], before[2]},
			dbtest.Hours(-3, -2, 4, 5), store.Saved{Unchanged: 2, Retracted: 1},
			[]string{"-2000 open 3", "-800 500 1", "-1 1 2", `0 1 10 {"bid": "a"}`, `0 1 10 {"bid": "a"}`, `0 1 10 {"bid": "b"}`, "1 2 20"}},
		{"rows outside are added where there are none", []timeseries.Entry{before[0], before[2], before[7], dbtest.Bid(1, 2, 20, ""), dbtest.Bid(1, 2, 20, ""), dbtest.Bid(7, 8, 9, "")},
			dbtest.Hours(4, 5), store.Saved{Unchanged: 5, Inserted: 1}, append(append([]string{}, unchanged...), "7 8 9")},
		{"what is stored outside stays one set", []timeseries.Entry{before[0], before[2], before[7], dbtest.Bid(1, 2, 21, "")},
			dbtest.Hours(4, 5), store.Saved{Unchanged: 4}, unchanged},
		{"another series of the same interval", []timeseries.Entry{before[0], before[2], dbtest.Bid(4, 5, 30, "", timeseries.Direction, "A02")},
			dbtest.Hours(4, 5), store.Saved{Unchanged: 2, Inserted: 1, Retracted: 1}, unchanged},
		{"nothing by an acknowledgement", nil, nil, store.Saved{}, unchanged},
		{"all of a window without values", nil, dbtest.Hours(1, 2), store.Saved{Retracted: 3},
			[]string{"-1 1 2", `0 1 10 {"bid": "a"}`, `0 1 10 {"bid": "a"}`, `0 1 10 {"bid": "b"}`, "4 5 30"}},
	}
	db := dbtest.Open(t, dbtest.BidCatalogue())
	feed, other := dbtest.MakeFeed(t, db, "bids", dbtest.Germany), dbtest.MakeFeed(t, db, "bids", dbtest.France)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dbtest.ExecOwner(t, db, `truncate entsoe.entries`)
			dbtest.MustSaveEntries(t, db, store.Answer{FeedID: feed.ID, KnownAt: dbtest.After(10), Rows: timeseries.Entries{All: before, Replaces: dbtest.Hours(-3000, 24)}})
			answer := store.Answer{FeedID: feed.ID, KnownAt: dbtest.After(20), Rows: timeseries.Entries{All: test.entries, Replaces: test.asked}}
			dbtest.CheckSaved(t, dbtest.MustSaveEntries(t, db, answer), test.want)
			if diff := cmp.Diff(test.rows, presentEntries(t, db)); diff != "" {
				t.Errorf("entries (-want, +got):\n%s", diff)
			}
			gone := test.want.Changed + test.want.Retracted
			if n := dbtest.QueryOne[int64](t, db, `select count(*) from entsoe.entries where known_from = $1 and known_until = $2`, dbtest.After(10), dbtest.After(20)); n != gone {
				t.Errorf("%d rows of history, want %d", n, gone)
			}
			again := test.want
			again.Unchanged, again.Inserted, again.Changed, again.Retracted = int64(len(test.entries)), 0, 0, 0
			dbtest.CheckSaved(t, dbtest.MustSaveEntries(t, db, answer), again)
			// Another feed's answer about the same rows is no business of this one's.
			dbtest.MustSaveEntries(t, db, store.Answer{FeedID: other.ID, KnownAt: dbtest.After(30), Rows: timeseries.Entries{Replaces: dbtest.Hours(-3000, 24)}})
			if diff := cmp.Diff(test.rows, presentEntries(t, db)); diff != "" {
				t.Errorf("entries after another feed's answer (-want, +got):\n%s", diff)
			}
		})
	}
}

func TestSaveEntriesOfARegister(t *testing.T) {
	db := dbtest.Open(t, dbtest.BidCatalogue())
	feed := dbtest.MakeFeed(t, db, "units", dbtest.Germany)
	unit := func(name string, mw float64) timeseries.Entry {
		return dbtest.OpenEnded(dbtest.Bid(-5000, 0, mw, "", timeseries.Item, "units", timeseries.Resource, name, timeseries.Resolution, ""))
	}
	first := store.Answer{FeedID: feed.ID, KnownAt: dbtest.After(10), Rows: timeseries.Entries{All: []timeseries.Entry{unit("a", 1), unit("b", 2), dbtest.Bid(-9000, -8000, 4, "", timeseries.Item, "units")}, Whole: true}}
	dbtest.CheckSaved(t, dbtest.MustSaveEntries(t, db, first), store.Saved{Inserted: 3})
	dbtest.CheckSaved(t, dbtest.MustSaveEntries(t, db, first), store.Saved{Unchanged: 3})
	second := store.Answer{FeedID: feed.ID, KnownAt: dbtest.After(20), Rows: timeseries.Entries{All: []timeseries.Entry{unit("b", 3), unit("c", 2)}, Whole: true}}
	dbtest.CheckSaved(t, dbtest.MustSaveEntries(t, db, second), store.Saved{Inserted: 1, Changed: 1, Retracted: 2})
	if diff := cmp.Diff([]string{"-5000 open 2", "-5000 open 3"}, presentEntries(t, db)); diff != "" {
		t.Errorf("entries (-want, +got):\n%s", diff)
	}
	dbtest.CheckSaved(t, dbtest.MustSaveEntries(t, db, store.Answer{FeedID: feed.ID, KnownAt: dbtest.After(30), Rows: timeseries.Entries{Whole: true}}), store.Saved{})
	for hour, want := range map[float64]int{5: 0, 10: 3, 19: 3, 20: 2, 40: 2} {
		if n := dbtest.QueryOne[int](t, db, `select count(*) from entsoe.entries_as_of($1) where item = 'units'`, dbtest.After(hour)); n != want {
			t.Errorf("as of hour %v: %d rows, want %d", hour, n, want)
		}
	}
	if got := dbtest.QueryOne[string](t, db, `select longest::text || ' ' || fast from entsoe.series where resource = 'a'`); got != "00:01:00 false" {
		t.Errorf("a series without resolution is %s long", got)
	}
}

// TestSaveEntriesAgainWritesNothing looks for new row versions, dead rows and
// locks that a save of equal rows might leave.
func TestSaveEntriesAgainWritesNothing(t *testing.T) {
	db := dbtest.Open(t, dbtest.BidCatalogue())
	feed := dbtest.MakeFeed(t, db, "bids", dbtest.Germany)
	rows := timeseries.Entries{Replaces: dbtest.Hours(0, 24)}
	for i := range 100 {
		rows.All = append(rows.All, dbtest.Bid(float64(i%24), float64(i%24+1), float64(i/48), fmt.Sprintf(`{"bid": "%d"}`, i/30)))
	}
	answer := store.Answer{FeedID: feed.ID, KnownAt: dbtest.After(10), Data: dbtest.Hours(0, 24), Rows: rows}
	dbtest.MustSaveEntries(t, db, answer)
	const versions = `
select tableoid::regclass::text, ctid::text, xmin::text, xmax::text from entsoe.entries
union all select 'series', ctid::text, xmin::text, xmax::text from entsoe.series
union all select 'coverage', ctid::text, xmin::text, xmax::text from entsoe.coverage
order by 1, 2`
	before := dbtest.QueryText(t, db, versions)
	dbtest.CheckSaved(t, dbtest.MustSaveEntries(t, db, answer), store.Saved{Unchanged: 100})
	if diff := cmp.Diff(before, dbtest.QueryText(t, db, versions)); diff != "" {
		t.Errorf("saving again wrote rows (-before, +after):\n%s", diff)
	}
}

func TestSaveEntriesRefusesWhatItCannotKeep(t *testing.T) {
	db := dbtest.Open(t, dbtest.BidCatalogue())
	feed := dbtest.MakeFeed(t, db, "bids", dbtest.Germany)
	for name, e := range map[string]timeseries.Entry{
		"an unknown item":            dbtest.Bid(0, 1, 1, "", timeseries.Item, "no_such_item"),
		"no resolution that is one":  dbtest.Bid(0, 1, 1, "", timeseries.Resolution, "sometimes"),
		"an end before its start":    dbtest.Bid(1, 0, 1, ""),
		"no start":                   {Attributes: dbtest.Bid(0, 1, 1, "").Attributes, To: dbtest.After(1)},
		"not a number":               dbtest.Bid(0, 1, math.NaN(), ""),
		"details that are no object": dbtest.Bid(0, 1, 1, `[1]`),
		"details that are no JSON":   dbtest.Bid(0, 1, 1, `{`),
	} {
		if _, err := dbtest.Save(t.Context(), db, store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 1), Rows: timeseries.Entries{All: []timeseries.Entry{e}, Replaces: dbtest.Hours(0, 1)}}); err == nil {
			t.Errorf("an entry with %s was taken", name)
		}
	}
	err := pgx.BeginFunc(t.Context(), db.Pool, func(tx pgx.Tx) error {
		_, err := db.Save(t.Context(), tx, store.Prepared{Answer: store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 1), Rows: timeseries.Entries{All: []timeseries.Entry{dbtest.Bid(0, 1, 1, "")}, Replaces: dbtest.Hours(0, 1)}}})
		return err
	})
	if err == nil {
		t.Error("an entry was saved without its series")
	}
	if n := dbtest.QueryOne[int](t, db, `select count(*) from entsoe.entries`); n != 0 {
		t.Errorf("%d entries are left", n)
	}
}

// TestEntriesShareSeries: rows that differ in nothing but time and values belong
// to one series.
func TestEntriesShareSeries(t *testing.T) {
	db := dbtest.Open(t, dbtest.BidCatalogue())
	feed := dbtest.MakeFeed(t, db, "bids", dbtest.Germany)
	entries := []timeseries.Entry{dbtest.Bid(0, 1, 1, ""), dbtest.Bid(1, 2, 2, ""), dbtest.Bid(0, 1, 3, "", timeseries.Direction, "A02"), dbtest.Bid(2, 3, 4, "", "price_unit", "MWH"), dbtest.Bid(3, 4, 1, "")}
	for range 2 {
		dbtest.MustSaveEntries(t, db, store.Answer{FeedID: feed.ID, KnownAt: dbtest.After(5), Rows: timeseries.Entries{All: entries, Replaces: dbtest.Hours(0, 24)}})
		shared := dbtest.QueryText(t, db, `
select string_agg(concat(extract(epoch from e.at - $1)::integer / 3600, ':', e.values ->> 'quantity'), ' ' order by e.at) as rows
from entsoe.entries e where known_until = 'infinity' group by e.series_id order by 1`, dbtest.Day0)
		if diff := cmp.Diff([]string{"0:1 1:2 3:1", "0:3", "2:4"}, shared); diff != "" {
			t.Errorf("rows of each series (-want, +got):\n%s", diff)
		}
	}
	dbtest.MustSaveEntries(t, db, store.Answer{FeedID: feed.ID, KnownAt: dbtest.After(6), Rows: timeseries.Entries{}})
}

// TestSaveEntriesContradictingAtOnce saves answers of two opinions on the same
// window at the same moment: in the end one of them stands, never a mixture.
func TestSaveEntriesContradictingAtOnce(t *testing.T) {
	db := dbtest.Open(t, dbtest.BidCatalogue())
	feed := dbtest.MakeFeed(t, db, "bids", dbtest.Germany)
	opinion := func(mw float64) store.Answer {
		rows := timeseries.Entries{Replaces: dbtest.Hours(0, 24)}
		for i := range 50 {
			rows.All = append(rows.All, dbtest.Bid(float64(i%24), float64(i%24+1), mw, ""))
		}
		return store.Answer{FeedID: feed.ID, KnownAt: dbtest.After(10), Asked: dbtest.Window(0, 24), Rows: rows}
	}
	for range 5 {
		dbtest.ExecOwner(t, db, `truncate entsoe.entries`)
		start := make(chan struct{})
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				<-start
				if _, err := dbtest.Save(t.Context(), db, opinion(float64(i%2))); err != nil {
					t.Error(err)
				}
			})
		}
		close(start)
		wg.Wait()
		got := dbtest.QueryText(t, db, `select count(*), count(distinct values ->> 'quantity') from entsoe.entries where known_until = 'infinity'`)
		if diff := cmp.Diff([]string{"50 1"}, got); diff != "" {
			t.Fatalf("rows and opinions (-want, +got):\n%s", diff)
		}
	}
}
