package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/timeseries"
)

// What could not be read of a curve retracts nothing of it, at whatever
// resolution, and nothing of any curve if it is not known which one it was.
func TestSaveUnreadRetractsNothing(t *testing.T) {
	hourly := func(other ...string) timeseries.Series { return dbtest.PriceSeries("PT60M", dbtest.Hour, other...) }
	key := func(s timeseries.Series) string { return s.Attributes.Key() }
	const left = "PT60M 0 1"
	kept := []string{"PT60M 1 2", "PT60M 2 3"}
	tests := []struct {
		name   string
		unread []store.Unread
		want   []string
	}{
		{"all was read", nil, []string{left}},
		{"of the curve", []store.Unread{{Curve: key(hourly()), Window: dbtest.Window(1, 3)}}, append([]string{left}, kept...)},
		{"of a part of it", []store.Unread{{Curve: key(hourly()), Window: dbtest.Window(2, 3)}}, []string{left, kept[1]}},
		{"at another resolution", []store.Unread{{Curve: key(dbtest.PriceSeries("PT15M", dbtest.QuarterHour)), Window: dbtest.Window(1, 3)}}, append([]string{left}, kept...)},
		{"of a curve whose resolution and quantity cannot be read", []store.Unread{{Curve: "area=" + dbtest.Germany + ";item=day_ahead_prices", Window: dbtest.Window(1, 3)}}, append([]string{left}, kept...)},
		{"of some curve", []store.Unread{{Window: dbtest.Window(1, 3)}}, append([]string{left}, kept...)},
		{"of another curve", []store.Unread{{Curve: key(hourly(timeseries.Sequence, "2")), Window: dbtest.Window(1, 3)}}, []string{left}},
	}
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	for _, test := range tests {
		full := store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 3), KnownAt: dbtest.After(10),
			Rows: timeseries.Curves{dbtest.With(hourly(), 0, 1, 2, 3)}}
		dbtest.MustSave(t, db, full)
		short := full
		s := dbtest.With(hourly(), 0, 1)
		s.Spans = []timeseries.Window{dbtest.Window(0, 3)}
		short.Rows, short.Unread, short.KnownAt = timeseries.Curves{s}, test.unread, dbtest.After(20)
		dbtest.MustSave(t, db, short)
		if diff := cmp.Diff(test.want, dbtest.TrimZeros(dbtest.QueryText(t, db, pointsQuery, dbtest.Day0))); diff != "" {
			t.Errorf("%s: points (-want, +got):\n%s", test.name, diff)
		}
	}
}

// A list of which a row cannot be read only adds.
func TestSaveUnreadEntries(t *testing.T) {
	db := dbtest.Open(t, dbtest.BidCatalogue())
	for _, item := range []string{"bids", "units"} {
		feed := dbtest.MakeFeed(t, db, item, dbtest.Germany)
		save := func(whole bool, unread []store.Unread, all ...timeseries.Entry) store.Saved {
			t.Helper()
			rows := timeseries.Entries{All: all, Whole: whole}
			if !whole {
				rows.Replaces = dbtest.Hours(0, 5)
			}
			return dbtest.MustSaveEntries(t, db, store.Answer{FeedID: feed.ID, KnownAt: dbtest.After(10), Rows: rows, Unread: unread})
		}
		unread := []store.Unread{{Window: dbtest.Window(0, 24)}}
		for _, whole := range []bool{false, true} {
			dbtest.Exec(t, db, `delete from entsoe.entries`)
			save(whole, nil, dbtest.Bid(0, 1, 10, ""), dbtest.Bid(0, 1, 10, ""), dbtest.Bid(1, 2, 20, ""))
			got := save(whole, unread, dbtest.Bid(0, 1, 10, ""), dbtest.Bid(0, 1, 11, ""))
			dbtest.CheckSaved(t, got, store.Saved{Inserted: 1, Unchanged: 1})
			got = save(whole, unread)
			dbtest.CheckSaved(t, got, store.Saved{})
			got = save(whole, nil, dbtest.Bid(0, 1, 10, ""), dbtest.Bid(0, 1, 11, ""))
			dbtest.CheckSaved(t, got, store.Saved{Unchanged: 2, Retracted: 2})
		}
	}
}

// Coverage never calls empty what cannot be read, whatever earlier answers said,
// and remembers where other curves were read.
func TestSaveUnreadCoverage(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	answers := []store.Answer{
		{Data: dbtest.Hours(0, 2), Empty: dbtest.Hours(2, 10)},
		{Data: dbtest.Hours(4, 5), Refused: dbtest.Hours(5, 6), Unread: []store.Unread{{Window: dbtest.Window(1, 6)}}},
	}
	for _, a := range answers {
		a.FeedID, a.Asked = feed.ID, dbtest.Window(0, 10)
		dbtest.MustSave(t, db, a)
	}
	got := dbtest.QueryOne[string](t, db, `
select string_agg(kind || ' ' || extract(epoch from lower(r) - $1)::int / 3600 || '-' || extract(epoch from upper(r) - $1)::int / 3600, ', ' order by lower(r))
from (
  select 'data' as kind, unnest(data) as r from entsoe.coverage
  union all select 'empty', unnest(empty) from entsoe.coverage
  union all select 'refused', unnest(refused) from entsoe.coverage
) k`, dbtest.Day0)
	if want := "data 0-2, refused 2-4, data 4-5, refused 5-6, empty 6-10"; got != want {
		t.Errorf("coverage is %s, want %s", got, want)
	}
}

// Faults are taken by where they are, and those of no time by where they were
// asked for.
func TestFaults(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed, other := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany), dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.France)
	fault := func(w timeseries.Window, curve string) store.Fault {
		f := store.Fault{Curve: curve, Window: w, Asked: dbtest.Window(0, 24), Reason: "no \x00 number", Position: "line 3", FetchID: 7,
			FirstSeen: dbtest.After(30), AskedAt: dbtest.After(31)}
		if !w.Empty() {
			f.AgainAt = dbtest.After(60)
		}
		return f
	}
	given := []store.Fault{fault(dbtest.Window(1, 2), "a"), fault(dbtest.Window(5, 7), ""), fault(timeseries.Window{}, "b")}
	var taken []store.Fault
	err := pgx.BeginFunc(t.Context(), db.Pool, func(tx pgx.Tx) (err error) {
		if err = db.PutFaults(t.Context(), tx, feed.ID, given); err != nil {
			return err
		}
		if err = db.PutFaults(t.Context(), tx, other.ID, given); err != nil {
			return err
		}
		if reason, err := db.StandingFault(t.Context(), tx, feed.ID); reason != "no ? number" || err != nil {
			t.Errorf("standing: %q, %v", reason, err)
		}
		taken, err = db.TakeFaults(t.Context(), tx, feed.ID, dbtest.Hours(6, 8))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []store.Fault{given[1], given[2]}
	for i := range want {
		want[i].Reason = "no ? number"
	}
	if diff := cmp.Diff(want, taken); diff != "" {
		t.Errorf("taken (-want, +got)\n%s", diff)
	}
	left := dbtest.QueryText(t, db, `
select item, area, curve, extract(epoch from fault_from - $1)::int / 3600 as hour, position, fetch_id from entsoe.faulty where feed_id = $2`, dbtest.Day0, feed.ID)
	if diff := cmp.Diff([]string{"day_ahead_prices " + dbtest.Germany + " a 1 line 3 7"}, left); diff != "" {
		t.Errorf("left (-want, +got)\n%s", diff)
	}
	if due, err := db.DueAgain(t.Context(), feed.ID, store.LaneRevision, dbtest.After(60)); err != nil || len(due) != 1 || due[0] != dbtest.Window(1, 2) {
		t.Errorf("due again: %v, %v", due, err)
	}
	if due, err := db.DueAgain(t.Context(), feed.ID, store.LaneRevision, dbtest.After(60).Add(-time.Second)); err != nil || len(due) != 0 {
		t.Errorf("due too early: %v, %v", due, err)
	}
}
