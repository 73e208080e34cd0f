package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"entsoed/timeseries"
)

// StageCover is what an answer adds to one stage of its feed's coverage.
type StageCover struct {
	Stage                int
	Data, Empty, Refused []timeseries.Window
	Unread               []timeseries.Window // where something could not be read: never empty, whatever earlier answers said
}

// CoverStages adds what an answer says to stages of its feed's coverage. Data
// outranks empty, which outranks refused, so that the order of answers does not
// matter. Save covers one stage itself; for the others this is called after Save in
// the same transaction, where the feed is locked.
func (db *DB) CoverStages(ctx context.Context, tx pgx.Tx, feedID int64, given []StageCover) error {
	var stages []int16
	var data, empty, refused, unread []string
	for _, t := range given {
		stages = append(stages, int16(t.Stage))
		data = append(data, multirangeText(t.Data))
		empty = append(empty, multirangeText(t.Empty))
		refused = append(refused, multirangeText(t.Refused))
		unread = append(unread, multirangeText(t.Unread))
	}
	_, err := tx.Exec(ctx, `
with given as (
  select stage, data::tstzmultirange, empty::tstzmultirange, refused::tstzmultirange, unread::tstzmultirange
  from unnest($2::smallint[], $3::text[], $4::text[], $5::text[], $6::text[]) as t (stage, data, empty, refused, unread)
), known as (
  select t.stage, t.data as t_data, t.empty as t_empty, t.refused as t_refused, t.unread as t_unread,
    coalesce(c.data, '{}') as data, coalesce(c.empty, '{}') as empty, coalesce(c.refused, '{}') as refused
  from given t left join entsoe.coverage c on c.feed_id = $1 and c.stage = t.stage
), merged as (
  select stage, data as old_data, empty as old_empty, refused as old_refused,
    data + t_data as data,
    empty + t_empty - data - t_data - t_unread as empty,
    refused + t_refused + (empty + t_empty) * t_unread - data - t_data - (empty + t_empty - t_unread) as refused
  from known
)
insert into entsoe.coverage (feed_id, stage, data, empty, refused)
select $1, stage, data, empty, refused from merged
where (data, empty, refused) is distinct from (old_data, old_empty, old_refused)
order by stage
on conflict (feed_id, stage) do update
set (data, empty, refused) = (excluded.data, excluded.empty, excluded.refused)`,
		feedID, stages, data, empty, refused, unread)
	if err != nil {
		return fmt.Errorf("coverage of feed %d: %w", feedID, err)
	}
	return nil
}

// Discourage makes a feed whose requests are refused be asked less often, as one
// without data is, until it answers with data.
func (db *DB) Discourage(ctx context.Context, tx pgx.Tx, feedID int64) error {
	_, err := tx.Exec(ctx, `
update entsoe.feeds set empty_streak = empty_streak + 1, silent_since = coalesce(silent_since, asked_at) where id = $1`, feedID)
	if err != nil {
		return fmt.Errorf("feed %d: %w", feedID, err)
	}
	return nil
}
