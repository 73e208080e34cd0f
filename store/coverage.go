package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/timeseries"
)

// cover adds what an answer says to the coverage of its feed. The coverage row is
// the last thing that a save locks, but for the feed, whose lock it holds already.
func (db *DB) cover(ctx context.Context, tx pgx.Tx, p Prepared) error {
	cover := StageCover{Stage: p.Stage, Data: p.Data, Empty: p.Empty, Refused: p.Refused}
	for _, u := range p.Unread {
		cover.Unread = append(cover.Unread, u.Window)
	}
	if err := db.CoverStages(ctx, tx, p.FeedID, []StageCover{cover}); err != nil {
		return err
	}
	return markAsked(ctx, tx, p)
}

// outdated is how long before its answer a window must have ended for the answer
// to say nothing about whether the feed publishes today, as in a backfill.
const outdated = 366 * 24 * time.Hour

// markAsked records when the feed was asked, whether it answered with data, and in
// which series. "No data" for times that were not due yet is no sign of an idle
// feed.
func markAsked(ctx context.Context, tx pgx.Tx, p Prepared) error {
	recent := p.Asked.To.After(p.KnownAt.Add(-outdated))
	data := p.content.data()
	_, err := tx.Exec(ctx, `
with linked as (
  insert into entsoe.feed_series (feed_id, series_id)
  select @feed, s from unnest(@series::integer[]) s
  where not exists (select from entsoe.feed_series k where k.feed_id = @feed and k.series_id = s)
  on conflict do nothing
)
update entsoe.feeds
set asked_at = case when @beside then coalesce(asked_at, @at) else @at end,
  empty_streak  = case when @publishes then 0 when @silent then empty_streak + 1 else empty_streak end,
  silent_since  = case when @publishes then null when @silent then coalesce(silent_since, @at) else silent_since end,
  first_data_at = case when @publishes then coalesce(first_data_at, @at) else first_data_at end,
  last_data_at  = case when @publishes then @at else last_data_at end,
  known_since   = case when @data then least(known_since, @known) else known_since end
where id = @feed
  and (asked_at is null or not @beside and asked_at <> @at or @silent or @publishes and (empty_streak > 0 or last_data_at is distinct from @at)
    or @data and (known_since is null or known_since > @known))`, pgx.NamedArgs{
		"feed": p.FeedID, "at": p.KnownAt, "known": p.KnownAt.Truncate(time.Second), "data": data, "series": p.content.series(), "beside": p.OffTimetable,
		"publishes": recent && data, "silent": recent && !data && !p.OffTimetable && len(toMultirange(p.Empty)) > 0,
	})
	if err != nil {
		return fmt.Errorf("feed: %w", err)
	}
	return nil
}

// Missing returns the parts of need that no answer of this stage covers, in order.
func (db *DB) Missing(ctx context.Context, feedID int64, stage int, need timeseries.Window) ([]timeseries.Window, error) {
	if need.Empty() {
		return nil, nil
	}
	var missing Multirange
	err := db.Pool.QueryRow(ctx, `
select tstzmultirange(tstzrange($3, $4)) - coalesce(
  (select data + empty + refused from entsoe.coverage where feed_id = $1 and stage = $2), '{}')`,
		feedID, stage, need.From, need.To).Scan(&missing)
	if err != nil {
		return nil, fmt.Errorf("missing parts of feed %d in %s: %w", feedID, need, err)
	}
	return FromMultirange(missing), nil
}
