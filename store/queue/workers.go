package queue

import (
	"context"
	"fmt"
	"time"

	"entsoed/store"
)

// Heartbeat records that the River client is alive. It is due well within
// store.Silence.
func Heartbeat(ctx context.Context, db *store.DB, clientID string) error {
	_, err := db.Pool.Exec(ctx, `
insert into entsoe.workers (client_id, started_at, seen_at) values ($1, clock_timestamp(), clock_timestamp())
on conflict (client_id) do update set seen_at = clock_timestamp()`, clientID)
	if err != nil {
		return fmt.Errorf("heartbeat of %s: %w", clientID, err)
	}
	return nil
}

// Retire removes a client that has stopped properly from the living ones.
func Retire(ctx context.Context, db *store.DB, clientID string) error {
	if _, err := db.Pool.Exec(ctx, `delete from entsoe.workers where client_id = $1`, clientID); err != nil {
		return fmt.Errorf("retire %s: %w", clientID, err)
	}
	return nil
}

// PrivateSuffix ends the id of a client that works only the jobs it needs itself.
const PrivateSuffix = "_fetch"

// LivingWorkers counts the clients with a heartbeat within store.Silence that work
// everybody's jobs.
func LivingWorkers(ctx context.Context, db *store.DB) (int, error) {
	var n int
	err := db.Pool.QueryRow(ctx, `
select count(*) from entsoe.workers
where seen_at > clock_timestamp() - $1::interval and not client_id like '%' || $2`, store.Silence, `\`+PrivateSuffix).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count living workers: %w", err)
	}
	return n, nil
}

// RecoverJobs makes the running jobs of clients that have been silent for that long
// available again, and moves the waiting jobs of their private queues
// (fetch_<client>) to the live queue; likewise those of the queue fetch, which
// only older versions worked. It returns the number of jobs.
// A recovered job gets its attempt back: it did nothing wrong.
func RecoverJobs(ctx context.Context, db *store.DB, silence time.Duration) (int, error) {
	var n int
	err := db.Pool.QueryRow(ctx, `
with heard as materialized (
  select client_id from entsoe.workers where seen_at > clock_timestamp() - $1::interval
), forgotten as (
  delete from entsoe.workers where seen_at < clock_timestamp() - greatest($1, interval '1 day')
), orphan as (  -- a job whose last transaction is under way is locked, and left alone
  select id from river.river_job
  where state = 'running' and attempted_at < clock_timestamp() - $1
    and not attempted_by[cardinality(attempted_by)] = any(array(select client_id from heard))
  for update skip locked
), available as (
  update river.river_job j
  set state = 'available', scheduled_at = now(),
    attempt = greatest(attempt - 1, 0),
    queue = case when queue = 'fetch' or queue like 'fetch\_%' then 'live' else queue end
  from orphan where j.id = orphan.id
  returning j.id
), stranded as (
  update river.river_job j set queue = 'live'
  where `+living+` and state <> 'running'
    and (queue = 'fetch'
      or queue like 'fetch\_%' and created_at < clock_timestamp() - $1
      and not substr(queue, 7) = any(array(select client_id from heard)))
  returning j.id
)
select (select count(*) from available) + (select count(*) from stranded)`, silence).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("recover jobs: %w", err)
	}
	return n, nil
}
