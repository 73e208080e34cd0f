package store_test

import (
	"net/url"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/timeseries"
)

// TestChangesSurviveRestore dumps a database and restores it under another name. The
// numbers go on there, what had none yet gets one, and who has seen more is told.
func TestChangesSurviveRestore(t *testing.T) {
	cfg, programs := dbtest.Installed(t, dbtest.Catalogue())
	open := func(cfg store.Config) *store.DB {
		db, err := store.Open(t.Context(), cfg, 4)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(db.Close)
		return db
	}
	save := func(db *store.DB, values ...float64) {
		feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
		dbtest.MustSave(t, db, store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 24),
			Rows: timeseries.Curves{dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour), 2, values...)}})
	}
	db := open(cfg)
	save(db, 1, 2)
	save(db, 1, 3)
	number(t, db)
	save(db, 1, 4) // has no number yet

	file := filepath.Join(t.TempDir(), "dump")
	run := func(program string, args ...string) {
		t.Helper()
		if out, err := exec.Command(filepath.Join(programs, program), args...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", program, err, out)
		}
	}
	run("pg_dump", "--format", "custom", "--file", file, cfg.URL)
	number(t, db)
	save(db, 1, 5)
	number(t, db)
	ahead := dbtest.QueryOne[int64](t, db, `select entsoe.last_change()`)

	restored := cfg
	restored.Name += "_restored"
	at, err := url.Parse(cfg.URL)
	if err != nil {
		t.Fatal(err)
	}
	at.Path = "/" + restored.Name
	restored.URL = at.String()
	dbtest.Exec(t, db, "create database "+restored.Name)
	run("pg_restore", "--dbname", restored.URL, file)
	db = open(restored)
	if _, err := db.Pool.Exec(t.Context(), `select * from entsoe.changes_since($1)`, ahead); store.Code(err) != "EN002" {
		t.Errorf("who has seen change %d is told %v", ahead, err)
	}
	reader := newFollower(db)
	number(t, db)
	save(db, 1, 6)
	number(t, db)
	if err := reader.follow(t.Context()); err != nil {
		t.Fatal(err)
	}
	reader.same(t)
	const lines = `select c.number, p.what, p.old_value, p.new_value from entsoe.changes_since(0) c cross join entsoe.changed_points(c.number) p`
	if diff := cmp.Diff([]string{"1 inserted", "2 changed 2 3", "3 changed 3 4", "4 changed 4 6"}, dbtest.QueryText(t, db, lines)); diff != "" {
		t.Errorf("changes after the restore (-want, +got)\n%s", diff)
	}
}
