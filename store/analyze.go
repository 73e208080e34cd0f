package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Analyze has the planner's statistics renewed of what has changed by a tenth, as after
// a backfill: autovacuum comes a minute later or more, and until then queries are planned
// for a table that is nearly empty. Each transaction does a few pieces of tables and waits
// at most that long for a lock: who compresses or vacuums one holds it.
func (db *DB) Analyze(ctx context.Context, wait time.Duration) error {
	const atOnce = 5
	for {
		analyzed := 0
		err := db.Within(ctx, wait, func(tx pgx.Tx) error {
			return tx.QueryRow(ctx, `select entsoe.analyze_changed($1)`, atOnce).Scan(&analyzed)
		})
		if err != nil {
			return fmt.Errorf("renew the statistics of the planner: %w", err)
		}
		if analyzed < atOnce {
			return nil
		}
	}
}
