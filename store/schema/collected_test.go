package schema_test

import (
	"context"
	"strings"
	"testing"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/store/schema"
)

// The views of an item that no worker collects say so first, and no longer when one
// does; a migration that makes a view anew does not lose it, and nobody waits for
// whoever holds a view.
func TestViewsSayThatTheyAreNotCollected(t *testing.T) {
	cfg := dbtest.New(t, dbtest.Catalogue())
	db := openAs(t, cfg)
	const note = "Not collected here: ENTSOE_ITEMS and ENTSOE_AREAS leave it out, and only backfills bring any of it; see entsoe.availability. "
	comment := func(view string) string {
		return dbtest.QueryOne[string](t, db, `select obj_description(to_regclass('entsoe.' || $1))`, view)
	}
	plain := map[string]string{}
	views := dbtest.QueryText(t, db, `
select i.name || suffix
from entsoe.items i cross join unnest(array['', '_best', '_continuous']) suffix
where to_regclass('entsoe.' || i.name || suffix) is not null
order by 1`)
	for _, view := range views {
		plain[view] = comment(view)
	}
	collect := func(item string) {
		t.Helper()
		if err := db.SetActive(t.Context(), []int64{dbtest.MakeFeed(t, db, item, dbtest.Germany).ID}); err != nil {
			t.Fatal(err)
		}
		if err := db.NoteCollected(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	check := func(when, collected string) {
		t.Helper()
		noted := 0
		for view, text := range plain {
			want := text
			if collected != "" && !strings.HasPrefix(view, collected) {
				want = note + text
				noted++
			}
			if got := comment(view); got != want {
				t.Errorf("%s, %s: %q, want %q", when, view, got, want)
			}
		}
		if collected != "" && (noted == 0 || noted == len(plain)) {
			t.Errorf("%s: %d of %d views are of items that are collected", when, len(plain)-noted, len(plain))
		}
		if got := strings.Join(dbtest.QueryText(t, db, `select name from entsoe.items where collected`), " "); got != collected {
			t.Errorf("%s: entsoe.items says that %q is collected", when, got)
		}
	}
	if err := db.NoteCollected(t.Context()); err != nil {
		t.Fatal(err)
	}
	check("before the first worker", "")
	collect("day_ahead_prices")
	check("prices", "day_ahead_prices")
	collect("physical_flows")
	check("flows", "physical_flows")

	opts := dbtest.Catalogue()
	for i := range opts.Items {
		if opts.Items[i].Name == "day_ahead_prices" {
			opts.Items[i].Meaning = "Another meaning."
		}
	}
	if _, err := schema.Migrate(t.Context(), cfg, opts); err != nil {
		t.Fatal(err)
	}
	if got := comment("day_ahead_prices"); !strings.HasPrefix(got, note) || !strings.Contains(got, "Another meaning.") {
		t.Errorf("after a migration: %q", got)
	}
	if _, err := schema.Migrate(t.Context(), cfg, dbtest.Catalogue()); err != nil {
		t.Fatal(err)
	}
	check("after migrations", "physical_flows")

	migration, err := openAs(t, cfg).Pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := migration.Exec(t.Context(), `set local idle_in_transaction_session_timeout = 0; comment on view entsoe.day_ahead_prices is 'Of another'`); err != nil {
		t.Fatal(err)
	}
	collect("day_ahead_prices") // returns
	if err := migration.Rollback(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	if err := db.NoteCollected(t.Context()); err != nil {
		t.Fatal(err)
	}
	check("after the lock", "day_ahead_prices")
}

// What was never asked for is listed with the item, by area.
func TestNotCollected(t *testing.T) {
	opts := dbtest.Catalogue()
	opts.Places = []schema.PlaceRow{
		{Item: "day_ahead_prices", Area: dbtest.Germany, Name: "DE_LU", TimeZone: "Europe/Berlin"},
		{Item: "day_ahead_prices", Area: dbtest.France, Name: "FR", TimeZone: "Europe/Paris"},
		{Item: "physical_flows", Area: dbtest.Germany, CounterArea: dbtest.France, Name: "DE_LU>FR", TimeZone: "Europe/Berlin"},
	}
	db, err := store.Open(t.Context(), dbtest.New(t, opts), 2)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	dbtest.WantLines(t, db, `select item, area, area_eic, counter_area_eic from entsoe.not_collected order by 1, 2`,
		"day_ahead_prices FR "+dbtest.France+" ", "physical_flows DE_LU>FR "+dbtest.Germany+" "+dbtest.France)
	dbtest.WantLines(t, db, `select item, area, state, planned from entsoe.availability order by 1, 2`,
		"day_ahead_prices "+dbtest.Germany+" never asked false", "day_ahead_prices FR not collected false", "physical_flows DE_LU>FR not collected false")
}
