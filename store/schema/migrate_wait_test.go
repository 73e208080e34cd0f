package schema_test

import (
	"context"
	"testing"
	"time"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/store/schema"
)

// A worker that starts does not wait for the saves of those that run, nor for
// a transaction that a suspended machine has left open.
func TestMigrateDoesNotWaitForSaves(t *testing.T) {
	cfg := dbtest.New(t, dbtest.Catalogue())
	db, err := store.Open(t.Context(), cfg, 2)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	save, err := db.Pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer save.Rollback(context.WithoutCancel(t.Context())) //nolint:errcheck // nothing was to be kept
	_, err = save.Exec(t.Context(), `
insert into entsoe.points (at, value, series_id, known_after) values ('2026-01-01Z', 1, 1, 0)`)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if _, err := schema.Migrate(ctx, cfg, dbtest.Catalogue()); err != nil {
		t.Errorf("while a chunk is being made: %v", err)
	}
}
