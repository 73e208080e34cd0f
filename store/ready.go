package store

import "context"

// Ready reports whether the tables of entsoed and of its job queue are there.
func (db *DB) Ready(ctx context.Context) error {
	_, err := db.Pool.Exec(ctx, `
		select from entsoe.feeds, entsoe.coverage, river.river_job limit 0`)
	return err
}
