package store_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"entsoed/store"
	"entsoed/store/dbtest"
)

func TestFeeds(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	given := []store.FeedRow{
		{Item: "day_ahead_prices", Area: dbtest.Germany, Name: "DE_LU"},
		{Item: "day_ahead_prices", Area: dbtest.Germany, Variant: "week", Name: "DE_LU"},
		{Item: "physical_flows", Area: dbtest.Germany, CounterArea: dbtest.France, Name: "DE_LU>FR"},
	}
	first, err := db.EnsureFeeds(t.Context(), given)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range first {
		given[i].ID = f.ID
	}
	if diff := cmp.Diff(given, first); diff != "" || first[0].ID == first[1].ID {
		t.Errorf("feeds (-want, +got):\n%s", diff)
	}
	if err := db.LearnLimit(t.Context(), first[1].ID, "P1M", dbtest.Day0); err != nil {
		t.Fatal(err)
	}
	reversed, err := db.EnsureFeeds(t.Context(), []store.FeedRow{given[2], given[1], given[0]})
	if err != nil {
		t.Fatal(err)
	}
	learned := dbtest.Day0
	given[1].LearnedLimit, given[1].LearnedAt = "P1M", &learned
	if diff := cmp.Diff([]store.FeedRow{given[2], given[1], given[0]}, reversed); diff != "" {
		t.Errorf("feeds asked for again (-want, +got):\n%s", diff)
	}
	if n := dbtest.QueryOne[int64](t, db, `select last_value from pg_sequences where schemaname = 'entsoe' and sequencename = 'feeds_id_seq'`); n != 3 {
		t.Errorf("three feeds burnt %d ids", n)
	}
	for _, active := range [][]store.FeedRow{{given[0], given[1]}, {given[1]}, {}} {
		dbtest.Activate(t, db, active...)
		got, err := db.ActiveFeeds(t.Context(), "day_ahead_prices")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(active, append([]store.FeedRow{}, got...)); diff != "" {
			t.Errorf("active feeds (-want, +got):\n%s", diff)
		}
	}
	if _, err := db.Feed(t.Context(), 99); !errors.Is(err, pgx.ErrNoRows) {
		t.Errorf("got %v, want pgx.ErrNoRows", err)
	}
}
