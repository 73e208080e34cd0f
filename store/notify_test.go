package store_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/timeseries"
)

// listener hears what commits tell of data.
type listener struct {
	*testing.T
	conn *pgx.Conn
	db   *store.DB
}

func listen(t *testing.T, db *store.DB) *listener {
	t.Helper()
	conn, err := pgx.ConnectConfig(t.Context(), db.Pool.Config().ConnConfig.Copy())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	if _, err := conn.Exec(t.Context(), "listen "+store.DataChannel); err != nil {
		t.Fatal(err)
	}
	return &listener{T: t, conn: conn, db: db}
}

// heard returns what was told since it was last asked: a mark ends it.
func (l *listener) heard() (all []store.Changed) {
	l.Helper()
	dbtest.Exec(l.T, l.db, `select pg_notify($1, 'mark')`, store.DataChannel)
	for {
		n, err := l.conn.WaitForNotification(l.Context())
		if err != nil {
			l.Fatal(err)
		}
		if n.Payload == "mark" {
			return all
		}
		var c store.Changed
		if err := json.Unmarshal([]byte(n.Payload), &c); err != nil {
			l.Fatalf("%s: %v", n.Payload, err)
		}
		all = append(all, c)
	}
}

func (l *listener) wantHeard(what string, want ...store.Changed) {
	l.Helper()
	if diff := cmp.Diff(want, l.heard()); diff != "" {
		l.Errorf("%s (-want, +heard)\n%s", what, diff)
	}
}

// Every commit that changes values tells once which item, area and window; one
// that changes none, and one that is rolled back, tells nothing.
func TestCommitsTellOfValues(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	l := listen(t, db)
	change := func(from, to float64, inserted, changed, retracted int64) store.Changed {
		w := dbtest.Window(from, to)
		return store.Changed{Item: feed.Item, Area: dbtest.Germany, Feed: feed.ID, From: w.From, To: w.To, Inserted: inserted, Changed: changed, Retracted: retracted}
	}
	prices := dbtest.PriceSeries("PT60M", timeseries.Step{Seconds: 3600})
	answer := func(series ...timeseries.Series) store.Answer {
		return store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 24), KnownAt: dbtest.After(0), Rows: timeseries.Curves(series)}
	}
	other := dbtest.PriceSeries("PT60M", timeseries.Step{Seconds: 3600}, timeseries.Sequence, "2")

	dbtest.MustSave(t, db, answer(dbtest.With(prices, 2, 1, 2, 3), dbtest.With(other, 10, 7)))
	l.wantHeard("new", change(2, 11, 4, 0, 0))
	dbtest.MustSave(t, db, answer(dbtest.With(prices, 2, 1, 2, 3), dbtest.With(other, 10, 7)))
	l.wantHeard("the same again")
	dbtest.MustSave(t, db, answer(dbtest.With(prices, 2, 1, 5, 3)))
	l.wantHeard("one value", change(3, 4, 0, 1, 0))
	shorter := dbtest.With(prices, 2, 1, 5)
	shorter.Spans[0].To = dbtest.After(5)
	dbtest.MustSave(t, db, answer(shorter))
	l.wantHeard("taken back", change(4, 5, 0, 0, 1))

	saveUndone(t, db, answer(dbtest.With(prices, 2, 9)))
	l.wantHeard("rolled back")
}

// Rows and documents tell when they hold.
func TestCommitsTellOfRowsAndDocuments(t *testing.T) {
	db := dbtest.Open(t, dbtest.BidCatalogue())
	bids := dbtest.MakeFeed(t, db, "bids", dbtest.Germany)
	l := listen(t, db)
	dbtest.MustSaveEntries(t, db, store.Answer{FeedID: bids.ID, KnownAt: dbtest.After(0), Rows: timeseries.Entries{All: []timeseries.Entry{dbtest.Bid(3, 4, 10, ""), dbtest.Bid(5, 6.5, 10, "")}, Replaces: dbtest.Hours(0, 24)}})
	l.wantHeard("two bids", store.Changed{Item: "bids", Area: dbtest.Germany, Feed: bids.ID, From: dbtest.After(3), To: dbtest.After(6.5), Inserted: 2})
	dbtest.MustSaveEntries(t, db, store.Answer{FeedID: bids.ID, KnownAt: dbtest.After(1), Rows: timeseries.Entries{All: []timeseries.Entry{dbtest.Bid(3, 4, 10, "")}, Replaces: dbtest.Hours(0, 24)}})
	l.wantHeard("one is gone", store.Changed{Item: "bids", Area: dbtest.Germany, Feed: bids.ID, From: dbtest.After(5), To: dbtest.After(6.5), Retracted: 1})

	db = dbtest.OpenOutages(t)
	feed := dbtest.MakeFeed(t, db, "unavailability_generation_units", dbtest.Germany)
	l = listen(t, db)
	dbtest.SaveDocuments(t, db, feed.ID, 0, dbtest.Outage("A", 1, 0, dbtest.Run(30, 40, 100)))
	heard := l.heard()
	if len(heard) != 1 || heard[0].Inserted != 1 || !heard[0].From.Equal(dbtest.After(30)) || !heard[0].To.Equal(dbtest.After(40)) {
		t.Errorf("a new outage from hour 30 to 40: %+v", heard)
	}
	dbtest.SaveDocuments(t, db, feed.ID, 1, dbtest.Outage("A", 1, 0, dbtest.Run(30, 40, 100)))
	l.wantHeard("the same outage again")
}
