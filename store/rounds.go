package store

import (
	"context"
	"fmt"
	"time"
)

// Waiting reports whether a collect job of an item is running or due within a
// time, in any process.
func (db *DB) Waiting(ctx context.Context, item string, within time.Duration) (bool, error) {
	var waiting bool
	err := db.Pool.QueryRow(ctx, `
		select exists (
			select from river.river_job
			where state in ('available', 'running', 'scheduled') and kind = 'collect' and args->>'item' = $1
				and (state = 'running' or scheduled_at < now() + $2::interval))`, item, within).Scan(&waiting)
	if err != nil {
		return false, fmt.Errorf("jobs of %s that wait: %w", item, err)
	}
	return waiting, nil
}
