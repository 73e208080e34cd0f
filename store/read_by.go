package store

import (
	"context"
	"fmt"

	"entsoed/timeseries"

	"github.com/jackc/pgx/v5"
)

// ReadBy returns the windows of a feed that earlier attempts of a job have
// read and saved.
func (db *DB) ReadBy(ctx context.Context, jobID, feedID int64) ([]timeseries.Window, error) {
	rows, err := db.Pool.Query(ctx, `
		select lower(r), upper(r)
		from unnest((
			select range_agg(tstzrange(window_from, window_to)) from entsoe.fetches
			where feed_id = $2 and job_id = $1 and outcome in ('data', 'empty'))) r
		order by 1`, jobID, feedID)
	if err != nil {
		return nil, fmt.Errorf("what job %d has read: %w", jobID, err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (timeseries.Window, error) {
		var w timeseries.Window
		err := row.Scan(&w.From, &w.To)
		return timeseries.Window{From: w.From.UTC(), To: w.To.UTC()}, err
	})
}
