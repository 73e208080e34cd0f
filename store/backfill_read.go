package store

import (
	"context"
	"fmt"

	"entsoed/timeseries"
)

// BackfillRead is what a job of a backfill has done for a feed since its last
// report.
type BackfillRead struct {
	Backfill, FeedID int64
	Done             []timeseries.Window // answered, with data or without
	Sent             int                 // requests
	Points           int64               // in their answers
}

// RecordBackfill notes the progress of a backfill. q is the saving transaction,
// where the feed is locked already, or one without an answer.
func (db *DB) RecordBackfill(ctx context.Context, q Execer, r BackfillRead) error {
	_, err := q.Exec(ctx, `
update entsoe.backfill_feeds set done = done + $3::text::tstzmultirange, sent = sent + $4, points = points + $5
where backfill_id = $1 and feed_id = $2`, r.Backfill, r.FeedID, multirangeText(r.Done), r.Sent, r.Points)
	if err != nil {
		return fmt.Errorf("progress of backfill %d: %w", r.Backfill, err)
	}
	return nil
}

// Covered returns the delivery time of a feed that a backfill of the given mode
// skips, as disjoint windows in order.
func (db *DB) Covered(ctx context.Context, feedID int64, mode Mode) ([]timeseries.Window, error) {
	if mode == ModeAll || mode == "" {
		return nil, nil
	}
	var covered Multirange
	err := db.Pool.QueryRow(ctx, `
select coalesce((
  select case when $2 = 'failed' then data + empty - (select coalesce(range_agg(during), '{}') from entsoe.faults where feed_id = $1)
    else data + empty + refused end
  from entsoe.coverage where feed_id = $1 and stage = 0), '{}')`,
		feedID, string(mode)).Scan(&covered)
	if err != nil {
		return nil, fmt.Errorf("coverage of feed %d: %w", feedID, err)
	}
	return FromMultirange(covered), nil
}
