package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Silence is how long a worker may be without a heartbeat before it counts as dead.
const Silence = 15 * time.Second

// ErrJobLost says that a job is no longer ours to complete.
var ErrJobLost = errors.New("the job was taken over by another worker")

// JobRef names one attempt of a job.
type JobRef struct {
	ID          int64
	Attempt     int
	AttemptedAt time.Time
}

// Fence locks the job's row within tx and returns ErrJobLost unless it is
// still running under this very attempt. Attempt alone is not enough: a job
// that is snoozed or recovered gets its attempt back.
func (db *DB) Fence(ctx context.Context, tx pgx.Tx, job JobRef) error {
	var one int
	err := tx.QueryRow(ctx, `
select 1 from river.river_job
where id = $1 and state = 'running' and attempt = $2 and attempted_at = $3
for update`, job.ID, job.Attempt, job.AttemptedAt).Scan(&one)
	if err == pgx.ErrNoRows {
		return ErrJobLost
	}
	if err != nil {
		return fmt.Errorf("fence job %d: %w", job.ID, err)
	}
	return nil
}

// Heartbeat says that the River client is alive. It is due well within Silence.
func (db *DB) Heartbeat(ctx context.Context, clientID string) error {
	_, err := db.Pool.Exec(ctx, `
insert into entsoe.workers (client_id, started_at, seen_at) values ($1, clock_timestamp(), clock_timestamp())
on conflict (client_id) do update set seen_at = clock_timestamp()`, clientID)
	if err != nil {
		return fmt.Errorf("heartbeat of %s: %w", clientID, err)
	}
	return nil
}

// Retire takes a client that has stopped in order out of the living ones.
func (db *DB) Retire(ctx context.Context, clientID string) error {
	if _, err := db.Pool.Exec(ctx, `delete from entsoe.workers where client_id = $1`, clientID); err != nil {
		return fmt.Errorf("retire %s: %w", clientID, err)
	}
	return nil
}

// PrivateSuffix ends the id of a client that works only what it needs itself.
const PrivateSuffix = "_fetch"

// LivingWorkers counts the clients with a heartbeat within Silence that work
// the jobs of all.
func (db *DB) LivingWorkers(ctx context.Context) (int, error) {
	var n int
	err := db.Pool.QueryRow(ctx, `
select count(*) from entsoe.workers
where seen_at > clock_timestamp() - $1::interval and not client_id like '%' || $2`, Silence, `\`+PrivateSuffix).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count living workers: %w", err)
	}
	return n, nil
}

// RecoverJobs makes the running jobs of clients that have been silent that
// long available again, and moves the waiting jobs of their private queues
// (fetch_<client>) to the live queue. It returns the number of jobs.
// A recovered job gets its attempt back: it did nothing wrong.
func (db *DB) RecoverJobs(ctx context.Context, silence time.Duration) (int, error) {
	var n int
	err := db.Pool.QueryRow(ctx, `
with living as materialized (
  select client_id from entsoe.workers where seen_at > clock_timestamp() - $1::interval
), forgotten as (
  delete from entsoe.workers where seen_at < clock_timestamp() - greatest($1, interval '1 day')
), orphan as (  -- a job whose last transaction is under way is locked, and left alone
  select id from river.river_job
  where state = 'running' and attempted_at < clock_timestamp() - $1
    and not attempted_by[cardinality(attempted_by)] = any(array(select client_id from living))
  for update skip locked
), available as (
  update river.river_job j
  set state = 'available', scheduled_at = now(),
    attempt = greatest(attempt - 1, 0),
    queue = case when queue like 'fetch\_%' then 'live' else queue end
  from orphan where j.id = orphan.id
  returning queue
), stranded as (
  update river.river_job j set queue = 'live'
  where queue like 'fetch\_%' and state in ('available', 'scheduled', 'retryable', 'pending')
    and created_at < clock_timestamp() - $1
    and not substr(queue, 7) = any(array(select client_id from living))
  returning queue
), told as (
  select count(*) as n, pg_notify('river.river_insert', json_build_object('queue', queue)::text)
  from (select queue from available union all select queue from stranded) q group by queue
)
select coalesce(sum(n), 0)::bigint from told`, silence).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("recover jobs: %w", err)
	}
	return n, nil
}
