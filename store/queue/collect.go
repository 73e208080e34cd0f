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
	const tries = 3 // the job that was alive may have ended between the two looks
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
  select entsoe.collect_key($1, $5, $6, $7) as key,
    jsonb_strip_nulls(jsonb_build_object('feed', $1::bigint, 'item', $2::text, 'area', $3::text, 'variant', nullif($4::text, ''), 'lane', $5::text,
      'from', to_char($6::timestamptz at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
      'to', to_char($7::timestamptz at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))) as args
), alive as (
  select j.id from river.river_job j join job on j.unique_key = job.key
  where j.unique_states is not null and river.river_job_state_in_bitmask(j.unique_states, j.state)
), inserted as (
  insert into river.river_job (kind, args, queue, max_attempts, unique_key, unique_states)
  select 'collect', args, $8, $9, key, B'11110001' from job where not exists (select from alive)
  on conflict (unique_key)
    where unique_key is not null and unique_states is not null and river.river_job_state_in_bitmask(unique_states, state)
    do nothing
  returning id, pg_notify('river.river_insert', json_build_object('queue', queue)::text)
)
select id, true from inserted
union all
select id, false from alive`,
		c.Feed.ID, c.Feed.Item, c.Feed.Name, c.Feed.Variant, c.Lane, from, to, c.Queue, c.MaxAttempts).Scan(&jobID, &inserted)
	return jobID, inserted, err
}
