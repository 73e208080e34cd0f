package queue

import (
	"context"
	"fmt"
	"time"

	"entsoed/store"
)

// insertHealing is one statement, as insertDue is. A feed that never had data is
// asked again only where somebody wanted it; whether it publishes is for probes
// to find out.
const insertHealing = `
with due as (
  select u.feed_id, case when upper(u.during) > $2 then 'revision' else 'backfill' end as lane
  from entsoe.unanswered u
  join entsoe.feeds f on f.id = u.feed_id
  left join entsoe.coverage c on c.feed_id = u.feed_id and c.stage = 0
  where u.again_at <= $1 and (c.data <> '{}' or tstzmultirange(u.during) && f.wanted)
  union
  select f.id, 'backfill'
  from entsoe.feeds f
  left join entsoe.coverage c on c.feed_id = f.id and c.stage = 0
  where f.wanted <> '{}' and f.wanted - coalesce(c.data + c.empty + c.refused, '{}') <> '{}'
), keyed as materialized (
  select d.lane, f.id, f.item, f.name, f.variant, entsoe.collect_key(f.id, d.lane) as key
  from due d join entsoe.feeds f on f.id = d.feed_id
), inserted as (
  insert into river.river_job (kind, args, queue, max_attempts, priority, unique_key, unique_states)
  select 'collect',
    jsonb_strip_nulls(jsonb_build_object('feed', id, 'item', item, 'area', name, 'variant', nullif(variant, ''), 'lane', lane)),
    lane, $3, $4, key, B'11110001'
  from keyed k
  where not exists (
    select from river.river_job j
    where j.unique_key = k.key and j.unique_states is not null and river.river_job_state_in_bitmask(j.unique_states, j.state))
  order by id
  on conflict (unique_key)
    where unique_key is not null and unique_states is not null and river.river_job_state_in_bitmask(unique_states, state)
    do nothing
  returning queue
), told as (
  select count(*) as n, pg_notify('river.river_insert', json_build_object('queue', queue)::text) from inserted group by queue
)
select coalesce(sum(n), 0)::bigint from told`

// InsertHealing inserts, in one statement, a collect job for each feed that has
// unanswered time which is due again at now, or a hole in what backfills went
// through. It returns the number of jobs.
func InsertHealing(ctx context.Context, db *store.DB, now time.Time, maxAttempts int) (n int, err error) {
	err = db.Pool.QueryRow(ctx, insertHealing, now, now.Add(-store.Lately), maxAttempts, behindWindows).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("insert jobs for unanswered time: %w", err)
	}
	return n, nil
}
