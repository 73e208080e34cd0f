package schema_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/store/schema"
)

// What makes the planner slow or wrong is off in the database, but for what somebody
// has set.
func TestPlannerSettings(t *testing.T) {
	cfg := dbtest.Empty(t)
	settings := []string{"jit"}
	migrate := func(setting string) string {
		t.Helper()
		report, err := schema.Migrate(t.Context(), cfg, schema.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if report.TimescaleDB != "" && len(settings) == 1 {
			settings = append(settings, "timescaledb.enable_parallel_chunk_append")
		}
		i := slices.IndexFunc(report.Have, func(s string) bool { return strings.HasPrefix(s, setting+" ") })
		if i < 0 {
			t.Fatalf("the report does not tell of %s: %q", setting, report.Have)
		}
		return strings.TrimPrefix(report.Have[i], setting+" ")
	}
	// A new session sees what the database has set meanwhile.
	session := func(do func(db *store.DB)) {
		t.Helper()
		db, err := store.Open(t.Context(), cfg, 1)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		do(db)
	}
	current := func(setting string) (value string) {
		t.Helper()
		session(func(db *store.DB) { value = dbtest.QueryOne[string](t, db, `select current_setting($1)`, setting) })
		return value
	}
	for range 2 {
		if got, want := migrate("jit"), "is off in this database"; got != want {
			t.Errorf("the report says jit %s, want %s", got, want)
		}
	}
	for _, setting := range settings {
		if got := current(setting); got != "off" {
			t.Errorf("%s is %s", setting, got)
		}
		session(func(db *store.DB) {
			dbtest.Exec(t, db, `alter database `+pgx.Identifier{cfg.Name}.Sanitize()+` set `+setting+` = on`)
		})
		if got, want := migrate(setting), "is as somebody has set it (database)"; got != want {
			t.Errorf("the report says %s %s, want %s", setting, got, want)
		}
		if got := current(setting); got != "on" {
			t.Errorf("%s is %s, somebody had set it on", setting, got)
		}
	}
}
