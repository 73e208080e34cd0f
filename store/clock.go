package store

import (
	"context"
	"fmt"
	"time"
)

// Clock returns what time it is for the data: the server's time, or that of the
// worker's simulated clock.
func (db *DB) Clock(ctx context.Context) (now time.Time, err error) {
	if err = db.Pool.QueryRow(ctx, `select entsoe.clock()`).Scan(&now); err != nil {
		return now, fmt.Errorf("clock of the database: %w", err)
	}
	return now.UTC(), nil
}

// KeepServerClock makes entsoe.clock the server's.
func (db *DB) KeepServerClock(ctx context.Context) error {
	_, err := db.Pool.Exec(ctx, `
update entsoe.clock_shift set written_at = now(), ahead = '0', speed = 1
where ahead <> '0' or speed <> 1`)
	if err != nil {
		return fmt.Errorf("clock of the database: %w", err)
	}
	return nil
}

// SetClock makes entsoe.clock show a time, and pass so many seconds per second. It
// writes only if that is not so already.
func (db *DB) SetClock(ctx context.Context, now time.Time, speed float64) error {
	_, err := db.Pool.Exec(ctx, `
update entsoe.clock_shift set written_at = now(), ahead = $1::timestamptz - now(), speed = $2
where speed <> $2 or abs(extract(epoch from entsoe.clock() - $1)) > greatest(1, $2::float8 / 4)`, now, speed)
	if err != nil {
		return fmt.Errorf("clock of the database: %w", err)
	}
	return nil
}
