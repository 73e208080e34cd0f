package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// cover adds what an answer says to the coverage of its feed. The coverage row
// is the last thing but the feed, which is ours already, that a save locks.
func (db *DB) cover(ctx context.Context, tx pgx.Tx, a Answer) error {
	told := StageCover{Stage: a.Stage, Data: a.Data, Empty: a.Empty, Refused: a.Refused}
	if err := db.CoverStages(ctx, tx, a.FeedID, []StageCover{told}); err != nil {
		return err
	}
	return markAsked(ctx, tx, a)
}

// markAsked notes when the feed was asked and whether it answers with data.
// An answer "no data" for times that were not due yet is no sign of an idle feed.
func markAsked(ctx context.Context, tx pgx.Tx, a Answer) error {
	points := 0
	for _, s := range a.Series {
		points += len(s.Points)
	}
	_, err := tx.Exec(ctx, `
update entsoe.feeds
set asked_at = $2, empty_streak = case when $3 then 0 when $4 then empty_streak + 1 else empty_streak end
where id = $1 and (asked_at is distinct from $2 or $4 or $3 and empty_streak > 0)`,
		a.FeedID, a.KnownAt, points > 0, points == 0 && len(toMultirange(a.Empty)) > 0)
	if err != nil {
		return fmt.Errorf("feed: %w", err)
	}
	return nil
}
