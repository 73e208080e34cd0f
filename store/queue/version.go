package queue

import (
	"context"
	"fmt"

	"entsoed/store"
)

// SchemaVersion returns the version of a database's schema, that of the queue
// included.
func SchemaVersion(ctx context.Context, db store.RowQuerier) (v store.SchemaVersion, err error) {
	if v.Schema, err = store.LastMigration(ctx, db); err != nil {
		return v, err
	}
	var there bool
	err = db.QueryRow(ctx, `select to_regclass('river.river_migration') is not null`).Scan(&there)
	if err == nil && there {
		err = db.QueryRow(ctx, `select coalesce(max(version), 0) from river.river_migration where line = 'main'`).Scan(&v.River)
	}
	if err != nil {
		return v, fmt.Errorf("read the version of the queue's schema: %w", err)
	}
	return v, nil
}
