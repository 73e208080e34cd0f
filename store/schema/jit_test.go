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

// TestJITIsOffUnlessChosen: compiling a plan of hundreds of chunks takes longer than
// running it, but what somebody has set stays.
func TestJITIsOffUnlessChosen(t *testing.T) {
	cfg := dbtest.Empty(t)
	migrate := func() string {
		report, err := schema.Migrate(t.Context(), cfg, schema.Options{})
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(report.Have, func(s string) bool { return strings.HasPrefix(s, "jit ") })
		if i < 0 {
			t.Fatalf("the report does not tell of jit: %q", report.Have)
		}
		return report.Have[i]
	}
	// A new session sees what the database has set meanwhile.
	session := func(do func(db *store.DB)) {
		db, err := store.Open(t.Context(), cfg, 1)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		do(db)
	}
	jit := func() (value string) {
		session(func(db *store.DB) { value = dbtest.QueryOne[string](t, db, `select current_setting('jit')`) })
		return value
	}
	for _, want := range []string{"jit is off in this database", "jit is off in this database"} {
		if got := migrate(); got != want {
			t.Errorf("the report says %q, want %q", got, want)
		}
	}
	if got := jit(); got != "off" {
		t.Errorf("jit is %s", got)
	}
	session(func(db *store.DB) {
		dbtest.Exec(t, db, `alter database `+pgx.Identifier{cfg.Name}.Sanitize()+` set jit = on`)
	})
	if got, want := migrate(), "jit is as somebody has set it (database)"; got != want {
		t.Errorf("the report says %q, want %q", got, want)
	}
	if got := jit(); got != "on" {
		t.Errorf("jit is %s, somebody had set it on", got)
	}
}
