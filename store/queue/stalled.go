package queue

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/store"
)

// Stall is work that is due and that nobody does.
type Stall struct {
	Subject string // a queue, or "plan"
	Cause   string // in words
	Hint    string // what to do about it
	AtOnce  bool   // it needs no time to be sure of it
	Job     int64  // that has waited longest; 0: none is named
}

// idleFor is how long a job must be due, and nothing of its queue be worked, to
// call it stalled.
const idleFor = time.Minute

// stalls looks at the tables only. Jobs of the queues that are paused are no other
// stall.
const stalls = `
with living as materialized (
  select client_id from entsoe.workers where seen_at > clock_timestamp() - @silence::interval and not client_id like '%' || @private
), paused as (
  select q.name as subject, format('the queue is paused in river.river_queue since %s',
      to_char(q.paused_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"')) as cause,
    'resume it in the web page, or: update river.river_queue set paused_at = null' as hint, true as at_once, 0::bigint as job
  from river.river_queue q
  where q.paused_at is not null and q.name = any(@queues)
), due as (
  select j.queue, count(*) as jobs, min(j.scheduled_at) as since, (array_agg(j.id order by j.scheduled_at, j.id))[1] as job
  from river.river_job j
  where j.state in ('available', 'scheduled', 'retryable') and j.scheduled_at < clock_timestamp() - @idle::interval
  group by j.queue
), idle as (
  select d.queue as subject, format('%s of the queue are due, and no process works any', case d.jobs when 1 then '1 job' else d.jobs || ' jobs' end) as cause,
    case when d.queue = any(@queues) then 'start a worker, or look into the log of those that run'
      else 'entsoed works no queue of this name: set the queue of the jobs to live, or delete them' end as hint,
    false as at_once, d.job
  from due d
  where d.queue not in (select subject from paused)
    and not exists (select from river.river_job r where r.state = 'running' and r.queue = d.queue)
    and not exists (
      select from river.river_job e
      where e.state in ('completed', 'cancelled', 'discarded') and e.finalized_at > clock_timestamp() - @idle and e.queue = d.queue)
    and not exists (
      select from river.river_job w
      where w.state in ('available', 'scheduled', 'retryable') and w.queue = d.queue and w.attempted_at > clock_timestamp() - @idle)
), unled as (
  select 'plan' as subject, 'no process plans what is due, and makes jobs available that are tried again' as cause,
    'SCHEDULER_ENABLED must be true in one worker at least' as hint, false as at_once, 0::bigint as job
  where not exists (select from river.river_leader l join living w on w.client_id = l.leader_id)
)
select subject, cause, hint, at_once, job from paused
union all
select subject, cause, hint, at_once, job from idle
union all
select subject, cause, hint, at_once, job from unled
order by 1`

// Stalls returns the work that seems to be due and not to be worked, of the given
// queues and any others.
func Stalls(ctx context.Context, db *store.DB, queues []string) ([]Stall, error) {
	rows, err := db.Pool.Query(ctx, stalls, pgx.NamedArgs{
		"silence": store.Silence, "private": `\` + PrivateSuffix, "queues": queues, "idle": idleFor,
	})
	if err != nil {
		return nil, fmt.Errorf("look for work that nobody does: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Stall])
	if err != nil {
		return nil, fmt.Errorf("look for work that nobody does: %w", err)
	}
	return all, nil
}

// DropDeadLeader takes away the lead of a process that does not live and would keep
// it for long, because somebody wrote that into the table. River elects another.
func DropDeadLeader(ctx context.Context, db *store.DB) error {
	_, err := db.Pool.Exec(ctx, `
delete from river.river_leader
where expires_at > clock_timestamp() + interval '1 minute'
  and leader_id not in (select client_id from entsoe.workers where seen_at > clock_timestamp() - $1::interval)`, store.Silence)
	if err != nil {
		return fmt.Errorf("take the lead from a dead process: %w", err)
	}
	return nil
}
