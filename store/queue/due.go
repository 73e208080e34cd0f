package queue

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/store"
	"entsoed/timeseries"
)

// Need is a window in which a feed should have been read.
type Need struct {
	FeedID int64
	Stage  int // 0: first read; n: the n-th re-read of the item's timetable
	Window timeseries.Window
	Delay  time.Duration // the job starts this long after the planning; 0: at once

	Lane     string        // of the job; empty: live for stage 0, else revision
	Gap      time.Duration // between two requests for the feed, instead of Least and its doubling; 0: those
	Priority int           // of the job, instead of that in DueParams; 0: that
}

// DueParams are the parameters of InsertDue.
type DueParams struct {
	Now         time.Time
	Least       time.Duration // between two requests for a feed; doubled for each "no data" in a row
	MaxBackoff  time.Duration // where the doubling ends; Least if it is smaller
	MaxAttempts int           // of the inserted jobs
	Priority    int           // of the inserted jobs within their lane, 1 (first, also for 0) to 4
}

// insertDue is one statement. The parts that exclude most feeds come first. It looks
// for a conflict with a living job before the insert, so that nothing is written,
// not even a dead row, when nothing is due.
const insertDue = `
with need as (
  select feed_id, stage, tstzrange(window_from, window_to) as asked, delay, gap, priority,
    case when lane <> '' then lane when stage = 0 then 'live' else 'revision' end as lane
  from unnest(@feeds::bigint[], @stages::smallint[], @from::timestamptz[], @to::timestamptz[], @delays::float8[], @lanes::text[],
      @gaps::float8[], @priorities::smallint[])
    as n(feed_id, stage, window_from, window_to, delay, lane, gap, priority)
  where window_from < window_to
), due as (
  select f.id, f.item, f.name, f.variant, n.lane, min(n.delay) as delay, min(n.priority) as priority
  from need n
  join entsoe.feeds f on f.id = n.feed_id
  left join entsoe.coverage c on c.feed_id = n.feed_id and c.stage = n.stage
  where f.active
    and (c.feed_id is null or not c.data @> n.asked and not (c.data + c.empty + c.refused) @> n.asked)
    and (f.asked_at is null
      or f.asked_at > @now::timestamptz  -- by a clock that has been set back since
      or f.asked_at + make_interval(secs => case when n.gap > 0 then n.gap
           else least(@least * 2 ^ least(f.empty_streak, 40), greatest(@least, @max_backoff::float8)) end) <= @now)
  group by f.id, n.lane
), keyed as materialized (
  select *, entsoe.collect_key(id, lane) as key from due
), fresh as (
  select k.*, row_number() over (partition by k.lane order by k.priority, k.delay, k.id) as nth
  from keyed k
  where not exists (
    select from river.river_job j
    where j.unique_key = k.key and ` + holdsKey + `)
  and (k.lane <> 'probe' or not exists (  -- the first ask of a feed may be a live one
    select from river.river_job j
    where j.unique_key = entsoe.collect_key(k.id, 'live') and ` + holdsKey + `))
), room as materialized (
  select entsoe.queue_room('probes') as jobs where exists (select from fresh where lane = 'probe')
), chosen as (
  select * from fresh where lane <> 'probe' or nth <= (select jobs from room)
), turn as (
  select t.nth, t.at
  from (select count(*)::integer as jobs from chosen where lane = 'probe') c cross join lateral entsoe.queue_turns('probes', c.jobs) t
  where c.jobs > 0
), inserted as (
  select i.id
  from (
    select array_agg(row('collect',
        jsonb_strip_nulls(jsonb_build_object('feed', c.id, 'item', c.item, 'area', c.name, 'variant', nullif(c.variant, ''), 'lane', c.lane)),
        case c.lane when 'probe' then 'backfill' else c.lane end,
        case when c.lane = 'probe' then 1 when c.priority > 0 then c.priority else @priority end, @max_attempts,
        case when c.delay > 0 then now() + make_interval(secs => c.delay) else t.at end)::entsoe.new_job order by c.delay, c.id) as jobs
    from chosen c left join turn t on c.lane = 'probe' and t.nth = c.nth
  ) g
  cross join lateral entsoe.insert_jobs(g.jobs) i
)
select count(*), (select count(*) from fresh) - (select count(*) from chosen) from inserted`

// InsertDue inserts, in one statement, a collect job for each active feed that
// lacks part of a need and was not asked lately: into the lane live for stage 0,
// into the lane revision for the others, unless the need names another. It returns
// the number of inserted jobs, and the number of probes for which the queue of
// backfills had no room.
func InsertDue(ctx context.Context, db *store.DB, needs []Need, p DueParams) (inserted, left int, err error) {
	n := len(needs)
	feeds, stages := make([]int64, n), make([]int16, n)
	from, to, delays := make([]time.Time, n), make([]time.Time, n), make([]float64, n)
	lanes, gaps, priorities := make([]string, n), make([]float64, n), make([]int16, n)
	for i, need := range needs {
		feeds[i], stages[i], delays[i] = need.FeedID, int16(need.Stage), need.Delay.Seconds()
		from[i], to[i] = need.Window.From, need.Window.To
		lanes[i], gaps[i], priorities[i] = need.Lane, need.Gap.Seconds(), int16(need.Priority)
	}
	err = db.Pool.QueryRow(ctx, insertDue, pgx.NamedArgs{
		"feeds": feeds, "stages": stages, "from": from, "to": to, "delays": delays, "lanes": lanes, "gaps": gaps, "priorities": priorities,
		"now": p.Now, "least": p.Least.Seconds(), "max_backoff": p.MaxBackoff.Seconds(), "max_attempts": p.MaxAttempts, "priority": max(p.Priority, 1),
	}).Scan(&inserted, &left)
	if err != nil {
		return 0, 0, fmt.Errorf("insert due jobs of %d needs: %w", n, err)
	}
	return inserted, left, nil
}
