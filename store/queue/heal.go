package queue

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/store"
)

// insertHealing is one statement, as insertDue is. A feed that never had data is
// asked again only for time that somebody wanted; whether it publishes is for
// probes to find out.
const insertHealing = `
with due as (
  select u.feed_id, case when upper(u.during) > @lately then 'revision' else 'backfill' end as lane, min(u.again_at) as since
  from (
    select feed_id, during, again_at from entsoe.unanswered
    union all
    select feed_id, during, again_at from entsoe.faults
  ) u
  join entsoe.feeds f on f.id = u.feed_id
  left join entsoe.coverage c on c.feed_id = u.feed_id and c.stage = 0
  where u.again_at <= @now and (c.data <> '{}' or tstzmultirange(u.during) && f.wanted)
  group by 1, 2
  union all
  select f.id, 'backfill', null
  from entsoe.feeds f
  left join entsoe.coverage c on c.feed_id = f.id and c.stage = 0
  where f.wanted <> '{}' and f.wanted - coalesce(c.data + c.empty + c.refused, '{}') <> '{}'
), keyed as materialized (
  select d.lane, d.since, f.id, f.item, f.name, f.variant, entsoe.collect_key(f.id, d.lane) as key
  from (select feed_id, lane, min(since) as since from due group by 1, 2) d join entsoe.feeds f on f.id = d.feed_id
), fresh as (
  select k.*, row_number() over (partition by k.lane order by k.since nulls first, k.id) as nth
  from keyed k
  where not exists (
    select from river.river_job j
    where j.unique_key = k.key and ` + holdsKey + `)
), room as materialized (
  select entsoe.queue_room('healing') as jobs where exists (select from fresh where lane = 'backfill')
), chosen as (
  select * from fresh where lane <> 'backfill' or nth <= (select jobs from room)
), turn as (
  select t.nth, t.at
  from (select count(*)::integer as jobs from chosen where lane = 'backfill') c cross join lateral entsoe.queue_turns('healing', c.jobs) t
  where c.jobs > 0
), inserted as (
  select i.id
  from (
    select array_agg(row('collect',
        jsonb_strip_nulls(jsonb_build_object('feed', c.id, 'item', c.item, 'area', c.name, 'variant', nullif(c.variant, ''), 'lane', c.lane)),
        c.lane, case c.lane when 'backfill' then 1 else 2 end, @max_attempts, t.at)::entsoe.new_job order by c.nth) as jobs
    from chosen c left join turn t on c.lane = 'backfill' and t.nth = c.nth
  ) g
  cross join lateral entsoe.insert_jobs(g.jobs) i
)
select count(*), (select count(*) from fresh) - (select count(*) from chosen) from inserted`

// InsertHealing inserts, in one statement, a collect job for each feed that has
// unanswered time or faults which are due again at now, or a hole in the time that
// backfills went through; those that have waited longest come first. It returns the number
// of jobs, and the number for which the queue of backfills had no room.
func InsertHealing(ctx context.Context, db *store.DB, now time.Time, maxAttempts int) (inserted, left int, err error) {
	err = db.Pool.QueryRow(ctx, insertHealing, pgx.NamedArgs{
		"now": now, "lately": now.Add(-store.Lately), "max_attempts": maxAttempts,
	}).Scan(&inserted, &left)
	if err != nil {
		return 0, 0, fmt.Errorf("insert jobs for unanswered time: %w", err)
	}
	return inserted, left, nil
}
