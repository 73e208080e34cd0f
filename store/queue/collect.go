package queue

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/store"
	"entsoed/timeseries"
)

// Collect is a collect job that a person or a backfill wants.
type Collect struct {
	Feed        store.FeedRow
	Lane        string
	Window      timeseries.Window // zero: the job computes it when it runs
	Queue       string            // empty: the lane's own
	MaxAttempts int
}

// InsertCollect inserts a collect job unless one for the same feed, lane and
// window is alive. It returns the id of the one that is there now.
func InsertCollect(ctx context.Context, db *store.DB, c Collect) (jobID int64, inserted bool, err error) {
	if c.Queue == "" {
		c.Queue = c.Lane
	}
	var from, to *time.Time
	if !c.Window.Empty() {
		f, t := c.Window.From.UTC().Truncate(time.Second), c.Window.To.UTC().Truncate(time.Second)
		from, to = &f, &t
	}
	const tries = 3 // the job that was alive may have ended between the two statements
	for range tries {
		jobID, inserted, err = insertCollect(ctx, db, c, from, to)
		if err != pgx.ErrNoRows {
			break
		}
	}
	if err != nil {
		return 0, false, fmt.Errorf("insert job for feed %d %s %s: %w", c.Feed.ID, c.Lane, c.Window, err)
	}
	return jobID, inserted, nil
}

func insertCollect(ctx context.Context, db *store.DB, c Collect, from, to *time.Time) (jobID int64, inserted bool, err error) {
	err = db.Pool.QueryRow(ctx, `
with job as (
  select jsonb_strip_nulls(jsonb_build_object('feed', @feed::bigint, 'item', @item::text, 'area', @area::text,
      'variant', nullif(@variant::text, ''), 'lane', @lane::text,
      'from', to_char(@from::timestamptz at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
      'to', to_char(@to::timestamptz at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))) as args
), inserted as (
  select i.id
  from job cross join lateral entsoe.insert_jobs(array[row('collect', job.args, @queue, 1, @max_attempts, null)::entsoe.new_job]) i
)
select id, true from inserted
union all
select j.id, false
from river.river_job j join job on j.unique_key = entsoe.job_key('collect', job.args)
where `+holdsKey+` and not exists (select from inserted)`, pgx.NamedArgs{
		"feed": c.Feed.ID, "item": c.Feed.Item, "area": c.Feed.Name, "variant": c.Feed.Variant, "lane": c.Lane,
		"from": from, "to": to, "queue": c.Queue, "max_attempts": c.MaxAttempts,
	}).Scan(&jobID, &inserted)
	return jobID, inserted, err
}
