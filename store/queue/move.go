package queue

import (
	"context"
	"fmt"

	"entsoed/store"
)

// MoveJobs moves those of the jobs that nobody is working on to another queue, and
// makes those available whose next attempt is due, as River's leader would.
func MoveJobs(ctx context.Context, db *store.DB, queue string, ids ...int64) error {
	_, err := db.Pool.Exec(ctx, `
with waiting as (
  select id, case when scheduled_at <= now() then 'available' else state end as state
  from river.river_job
  where id = any($2) and state in ('available', 'scheduled', 'retryable')
  for update skip locked
)
update river.river_job j set queue = $1, state = waiting.state
from waiting
where j.id = waiting.id and (j.queue, j.state) is distinct from ($1, waiting.state)`, queue, ids)
	if err != nil {
		return fmt.Errorf("move jobs %d to queue %s: %w", ids, queue, err)
	}
	return nil
}

// PreferJobs makes those of the jobs that nobody is working on due at once, before
// all others of the queue: a person waits, and River takes jobs of one priority in
// the order in which they became due.
func PreferJobs(ctx context.Context, db *store.DB, ids ...int64) error {
	_, err := db.Pool.Exec(ctx, `
update river.river_job set state = 'available', scheduled_at = now() - interval '1 hour'
where id = any($1) and state in ('available', 'scheduled', 'retryable')`, ids)
	if err != nil {
		return fmt.Errorf("prefer jobs %d: %w", ids, err)
	}
	return nil
}

// ReleaseJobs makes due at once the jobs that ask the platform, were tried, and
// sleep until they are tried again, because what they waited for is over. It
// returns their number. What was scheduled for a time and never tried stays.
func ReleaseJobs(ctx context.Context, db *store.DB) (int, error) {
	tag, err := db.Pool.Exec(ctx, `
with sleeping as (
  select id from river.river_job
  where state in ('available', 'scheduled', 'retryable') and kind in ('collect', 'revisions')
    and attempted_at is not null and scheduled_at > now()
  for update skip locked
)
update river.river_job j set state = 'available', scheduled_at = now()
from sleeping
where j.id = sleeping.id`)
	if err != nil {
		return 0, fmt.Errorf("release the jobs that sleep: %w", err)
	}
	return int(tag.RowsAffected()), nil
}
