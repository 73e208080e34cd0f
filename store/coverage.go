package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// cover adds what an answer says to the coverage of its feed. Data outranks
// empty, which outranks refused, so that the order of answers does not matter.
// The coverage row is the last thing but the feed, which is ours already, that
// a save locks.
func cover(ctx context.Context, tx pgx.Tx, a Answer) error {
	_, err := tx.Exec(ctx, `
with old as (
  select coalesce(c.data, '{}') as data, coalesce(c.empty, '{}') as empty, coalesce(c.refused, '{}') as refused
  from (select) one left join entsoe.coverage c on c.feed_id = $1 and c.stage = $2
), new as (
  select data + $3::tstzmultirange as data,
    empty + $4::tstzmultirange - data - $3 as empty,
    refused + $5::tstzmultirange - data - $3 - empty - $4 as refused
  from old
)
insert into entsoe.coverage (feed_id, stage, data, empty, refused)
select $1, $2, new.data, new.empty, new.refused from new, old
where (new.data, new.empty, new.refused) is distinct from (old.data, old.empty, old.refused)
on conflict (feed_id, stage) do update
set (data, empty, refused) = (excluded.data, excluded.empty, excluded.refused)`,
		a.FeedID, a.Stage, toMultirange(a.Data), toMultirange(a.Empty), toMultirange(a.Refused))
	if err != nil {
		return fmt.Errorf("coverage: %w", err)
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
