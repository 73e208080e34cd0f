package store

import (
	"context"
	"fmt"
	"time"
)

// Waiting reports whether a collect job of an item is running in a lane or due
// within a time, in any process.
func (db *DB) Waiting(ctx context.Context, item, lane string, within time.Duration) (bool, error) {
	var waiting bool
	err := db.Pool.QueryRow(ctx, `
select exists (
  select from river.river_job
  where state in ('available', 'running', 'scheduled') and kind = 'collect' and args ->> 'item' = $1 and args ->> 'lane' = $2
    and (state = 'running' or scheduled_at < now() + $3::interval))`, item, lane, within).Scan(&waiting)
	if err != nil {
		return false, fmt.Errorf("jobs of %s in lane %s that wait: %w", item, lane, err)
	}
	return waiting, nil
}
