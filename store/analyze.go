package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Analyze has the planner's statistics renewed of the tables and pieces of tables of
// which that share has changed, at most a few of them, the most changed first. It
// returns how many there were, and waits at most that long for a lock: who compresses
// or vacuums one holds it.
func (db *DB) Analyze(ctx context.Context, share float64, wait time.Duration) (analyzed int, err error) {
	const atOnce = 5
	err = db.Within(ctx, wait, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `select entsoe.analyze_changed($1, $2)`, atOnce, share).Scan(&analyzed)
	})
	if err != nil {
		return 0, fmt.Errorf("renew the statistics of the planner: %w", err)
	}
	return analyzed, nil
}

// AnalyzeAll is Analyze until nothing is left of which a tenth has changed.
func (db *DB) AnalyzeAll(ctx context.Context, wait time.Duration) error {
	const tenth = 0.1
	for {
		if analyzed, err := db.Analyze(ctx, tenth, wait); err != nil || analyzed == 0 {
			return err
		}
	}
}
