package schema_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/store/schema"
	"entsoed/timeseries"
)

func TestMigrateManyAtOnce(t *testing.T) {
	cfg := dbtest.Empty(t)
	const processes = 8
	reports := make([]schema.Report, processes)
	var wg sync.WaitGroup
	for i := range processes {
		wg.Go(func() {
			var err error
			if reports[i], err = schema.Migrate(t.Context(), cfg, dbtest.Catalogue()); err != nil {
				t.Errorf("process %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	created, applied := 0, 0
	for _, r := range reports {
		if r.Created {
			created++
		}
		if len(r.Applied) > 0 {
			applied++
		}
	}
	if created != 1 || applied != 1 {
		t.Errorf("%d processes made the database and %d applied migrations, want one each", created, applied)
	}
}

func TestMigrateAgainChangesNothing(t *testing.T) {
	cfg := dbtest.New(t, dbtest.Catalogue())
	db, err := store.Open(t.Context(), cfg, 2)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	const state = `
select r.ev_class::regclass::text as name, r.xmin::text as version from pg_rewrite r where r.ev_class::regclass::text like 'entsoe.%'
union all select 'item ' || name, item_no || ' ' || xmin from entsoe.items
union all select 'area ' || eic, xmin::text from entsoe.areas
union all select 'role ' || rolname, oid::text from pg_roles where rolname like 'entsoe\_%'
order by 1`
	before := dbtest.QueryText(t, db, state)
	report, err := schema.Migrate(t.Context(), cfg, dbtest.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	if report.Created || len(report.Applied) > 0 {
		t.Errorf("the second migration did something: %+v", report)
	}
	if diff := cmp.Diff(before, dbtest.QueryText(t, db, state)); diff != "" {
		t.Errorf("the second migration rewrote something (-before, +after):\n%s", diff)
	}
}

func TestEverythingHasAComment(t *testing.T) {
	db := dbtest.Open(t, dbtest.ShapesCatalogue())
	bare := dbtest.QueryText(t, db, `
select 'column ' || c.oid::regclass || '.' || a.attname as what
from pg_class c join pg_attribute a on a.attrelid = c.oid
where c.relnamespace = 'entsoe'::regnamespace and c.relkind in ('r', 'v', 'p', 'm') and a.attnum > 0 and not a.attisdropped
  and col_description(c.oid, a.attnum) is null
union all
select 'relation ' || oid::regclass from pg_class
where relnamespace = 'entsoe'::regnamespace and relkind in ('r', 'v', 'p', 'm') and obj_description(oid, 'pg_class') is null
union all
select 'function ' || oid::regprocedure from pg_proc
where pronamespace = 'entsoe'::regnamespace and obj_description(oid, 'pg_proc') is null
union all
select 'schema ' || nspname from pg_namespace
where nspname in ('entsoe', 'river') and obj_description(oid, 'pg_namespace') is null`)
	if len(bare) > 0 {
		t.Errorf("these have no COMMENT:\n%s", strings.Join(bare, "\n"))
	}
}

func TestMigrateConvertsPlainTablesLater(t *testing.T) {
	dbtest.NeedTimescaleDB(t)
	cfg := dbtest.New(t, dbtest.Catalogue())
	db, err := store.Open(t.Context(), cfg, 2)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	// Without the extension the tables are plain again, as after a first run without it.
	dbtest.Exec(t, db, `drop extension timescaledb cascade`)
	db.Pool.Reset()
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	dbtest.MustSave(t, db, store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 3), Rows: timeseries.Curves{dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour), 0, 1, 2, 3)}})

	report, err := schema.Migrate(t.Context(), cfg, dbtest.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	db.Pool.Reset()
	if report.TimescaleDB == "" {
		t.Errorf("the extension was not made: %+v", report)
	}
	if n := dbtest.QueryOne[int](t, db, `select count(*) from timescaledb_information.hypertables where hypertable_schema = 'entsoe'`); n != 3 {
		t.Errorf("%d hypertables, want 3", n)
	}
	if n := dbtest.QueryOne[int](t, db, `select count(*) from timescaledb_information.chunks where hypertable_schema = 'entsoe'`); n == 0 {
		t.Error("the rows were not moved to chunks")
	}
	if n := dbtest.QueryOne[int](t, db, `select count(*) from entsoe.points`); n != 3 {
		t.Errorf("%d points after the conversion, want 3", n)
	}
}

func TestMigrateSetsChunkIntervals(t *testing.T) {
	dbtest.NeedTimescaleDB(t)
	cfg := dbtest.New(t)
	db, err := store.Open(t.Context(), cfg, 2)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	dbtest.Exec(t, db, `select set_chunk_time_interval('entsoe.points', interval '3 days')`)
	if _, err := schema.Migrate(t.Context(), cfg, schema.Options{}); err != nil {
		t.Fatal(err)
	}
	want := []string{"entries 30 days", "points 30 days", "points_fast 1 day"}
	got := dbtest.QueryText(t, db, `select hypertable_name, time_interval::text from timescaledb_information.dimensions order by 1`)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("chunk intervals (-want, +got):\n%s", diff)
	}
}

// TestMigrateWithoutTimescaleDB takes the extension away from a user who may
// not make it; where the server has none, that is so anyway.
func TestMigrateWithoutTimescaleDB(t *testing.T) {
	cfg := dbtest.Restricted(t)
	cfg.TimescaleDB = "required"
	_, err := schema.Migrate(t.Context(), cfg, schema.Options{})
	if err == nil || !strings.Contains(err.Error(), "DATABASE_TIMESCALEDB") {
		t.Errorf("got %v, want an error that names DATABASE_TIMESCALEDB", err)
	}
}

func TestMigrateAsOrdinaryUser(t *testing.T) {
	cfg := dbtest.Ordinary(t)
	report, err := schema.Migrate(t.Context(), cfg, dbtest.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	if !report.Created {
		t.Errorf("the database was not made: %+v", report)
	}
	db, err := store.Open(t.Context(), cfg, 2)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	dbtest.CheckSaved(t, dbtest.MustSave(t, db, store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 1), Rows: timeseries.Curves{dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour), 0, 1)}}), store.Saved{Inserted: 1})
	if _, err := db.TakeSlot(t.Context(), store.SlotRequest{Lane: store.LaneLive, Ahead: time.Minute, Life: time.Second}); err != nil {
		t.Error(err)
	}
	if _, err := schema.Migrate(t.Context(), cfg, dbtest.Catalogue()); err != nil {
		t.Error(err)
	}
}

func TestReportNamesWhatIsMissing(t *testing.T) {
	cfg := dbtest.Empty(t)
	cfg.TimescaleDB = "auto"
	report, err := schema.Migrate(t.Context(), cfg, dbtest.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	if report.Server == "" || report.Database != cfg.Name || !report.Created {
		t.Errorf("the report does not say what it is about: %+v", report)
	}
	if report.TimescaleDB == "" != slices.ContainsFunc(report.Missing, func(s string) bool { return strings.HasPrefix(s, "TimescaleDB") }) {
		t.Errorf("TimescaleDB %q, but missing is %q", report.TimescaleDB, report.Missing)
	}
	if report.License == "apache" != slices.ContainsFunc(report.Missing, func(s string) bool { return strings.HasPrefix(s, "compression") }) {
		t.Errorf("edition %q, but missing is %q", report.License, report.Missing)
	}
}

func TestMirrorFollowsTheCatalogue(t *testing.T) {
	cfg := dbtest.New(t, dbtest.Catalogue())
	db, err := store.Open(t.Context(), cfg, 2)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	opts := dbtest.Catalogue()
	opts.Items[1].Title = "Prices"
	opts.Items = append([]schema.ItemRow{{Name: "new_item", Title: "New"}}, opts.Items...)
	opts.Areas[1].ValidUntil = "2030-01-01"
	if _, err := schema.Migrate(t.Context(), cfg, opts); err != nil {
		t.Fatal(err)
	}
	want := []string{"1 actual_total_load Actual Total Load", "2 day_ahead_prices Prices", "3 physical_flows Physical Flows", "4 new_item New"}
	if diff := cmp.Diff(want, dbtest.QueryText(t, db, `select item_no, name, title from entsoe.items order by 1`)); diff != "" {
		t.Errorf("items (-want, +got):\n%s", diff)
	}
	want = []string{"DE_LU 2018-10-01", "FR 2030-01-01"}
	if diff := cmp.Diff(want, dbtest.QueryText(t, db, `select code, valid_from, valid_until from entsoe.areas order by 1`)); diff != "" {
		t.Errorf("areas (-want, +got):\n%s", diff)
	}
}
