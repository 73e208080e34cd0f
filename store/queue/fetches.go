package queue

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/store"
)

// fetchesAtOnce is how many rows of entsoe.fetches one transaction looks through.
const fetchesAtOnce = 5000

// dropFetches looks through the rows that follow one, and deletes those before a
// time that nobody needs any more. What it deletes it counts. Kept are
//   - the last answer of a feed, by which a later look knows when there was one;
//   - the last failure over what is neither covered with data nor as empty:
//     entsoe.gaps tells why. That another of the next 200 failures covers it
//     bounds what is looked through;
//   - what a job asked for that will still be worked, in what entsoe.faults stand,
//     and documents.
const dropFetches = `
with batch as materialized (
  select id, feed_id, job_id, at, window_from, window_to, outcome, document is null as bare
  from entsoe.fetches
  where id > @after
  order by id
  limit @rows
), spent as (
  select b.id
  from batch b
  left join entsoe.coverage c on c.feed_id = b.feed_id and c.stage = 0
  where b.at < @before and b.bare
    and case
      when b.outcome in ('data', 'empty') then exists (
        select from entsoe.fetches l
        where l.feed_id = b.feed_id and (l.at > b.at or l.at = b.at and l.id > b.id) and l.outcome in ('data', 'empty'))
      when entsoe.is_failure(b.outcome) then coalesce(
        tstzmultirange(tstzrange(b.window_from, b.window_to)) - coalesce(c.data + c.empty, '{}') <@ (
          select coalesce(range_agg(tstzrange(l.window_from, l.window_to)), '{}')
          from (
            select r.window_from, r.window_to from entsoe.fetches r
            where r.feed_id = b.feed_id and (r.at > b.at or r.at = b.at and r.id > b.id) and entsoe.is_failure(r.outcome)
            order by r.at
            limit 200
          ) l), true)
      else true
    end
    and not exists (select from river.river_job j where j.id = b.job_id and ` + living + `)
    and b.id not in (select fetch_id from entsoe.faults)
), deleted as (
  delete from entsoe.fetches f using spent where f.id = spent.id
  returning f.feed_id, f.at, f.outcome, f.bytes, f.points, f.changed, f.retracted
), counted as (
  insert into entsoe.fetch_counts as n (feed_id, month, outcome, requests, bytes, points, changed, retracted)
  select feed_id, date_trunc('month', at at time zone 'UTC')::date, outcome, count(*), sum(bytes), sum(points), sum(changed), sum(retracted)
  from deleted
  group by 1, 2, 3
  order by 1, 2, 3
  on conflict (feed_id, month, outcome) do update set
    requests = n.requests + excluded.requests, bytes = n.bytes + excluded.bytes, points = n.points + excluded.points,
    changed = n.changed + excluded.changed, retracted = n.retracted + excluded.retracted
)
select (select count(*) from deleted), coalesce(max(id), 0), coalesce(bool_or(at < @before), false) from batch`

// DropFetches deletes the records of requests before t that nobody needs any more,
// keeps count of them, and returns how many they were. It gives up waiting for a
// lock after wait; what it has done by then stays done.
func DropFetches(ctx context.Context, db *store.DB, t time.Time, wait time.Duration) (dropped int64, err error) {
	for after, more := int64(0), true; more; {
		err := db.Within(ctx, wait, func(tx pgx.Tx) error {
			var n int64
			err := tx.QueryRow(ctx, dropFetches, pgx.NamedArgs{"after": after, "rows": fetchesAtOnce, "before": t}).Scan(&n, &after, &more)
			dropped += n
			return err
		})
		if err != nil {
			return dropped, fmt.Errorf("drop records of requests before %s: %w", t.UTC().Format(time.RFC3339), err)
		}
	}
	return dropped, nil
}
