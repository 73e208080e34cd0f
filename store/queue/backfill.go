package queue

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/store"
	"entsoed/timeseries"
)

// RunningBackfill is a backfill that is not paused, done or cancelled.
type RunningBackfill struct {
	ID      int64
	Planned bool
	From    time.Time
	To      time.Time
	Mode    store.Mode
}

// RunningBackfills returns them, the oldest first.
func RunningBackfills(ctx context.Context, db *store.DB) ([]RunningBackfill, error) {
	rows, err := db.Pool.Query(ctx, `select id, planned, from_time, to_time, mode from entsoe.backfill_orders where state = 'running' order by id`)
	if err != nil {
		return nil, fmt.Errorf("running backfills: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[RunningBackfill])
}

// River's priorities in the queue of backfills.
const (
	WindowPriority = 1                  // what running backfills handed to it
	behindWindows  = WindowPriority + 1 // what is asked by itself
)

// Queued counts what backfills have in the queue, or is worked.
func Queued(ctx context.Context, db *store.DB) (n int, err error) {
	err = db.Pool.QueryRow(ctx, `
select count(*) from river.river_job
where state in ('available', 'running', 'retryable', 'scheduled', 'pending') and queue = $1 and priority = $2 and args ? 'backfill'`, store.LaneBackfill, WindowPriority).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count what backfills have in the queue: %w", err)
	}
	return n, nil
}

// FeedLeft is what a running backfill has left to hand out of a feed.
type FeedLeft struct {
	Backfill    int64
	Mode        store.Mode
	OldestFirst bool
	store.FeedRow
	Windows []timeseries.Window
}

// left is the state of all running backfills: of each feed what nobody has read,
// given up, or is at.
const left = `
with alive as (
  select (j.args ->> 'feed')::bigint as feed_id, range_agg(tstzrange((j.args ->> 'from')::timestamptz, (j.args ->> 'to')::timestamptz)) as windows
  from river.river_job j
  where j.state in ('available', 'running', 'retryable', 'scheduled', 'pending') and j.queue = 'backfill' and j.priority = $1
    and j.kind = 'collect' and j.args ? 'backfill' and j.unique_key is not null
  group by 1
), feed as (
  select o.id, o.mode, o.oldest_first, b.feed_id, a.feed_id is not null as busy,
    b.todo - b.done - b.failed - coalesce(a.windows, '{}') - case o.mode
      when 'all' then '{}'
      when 'failed' then coalesce(c.data + c.empty, '{}')
      else coalesce(c.data + c.empty + c.refused, '{}') end as rest
  from entsoe.backfill_orders o
  join entsoe.backfill_feeds b on b.backfill_id = o.id and not b.finished
  left join entsoe.coverage c on c.feed_id = b.feed_id and c.stage = 0
  left join alive a on a.feed_id = b.feed_id
  where o.state = 'running' and o.planned
)`

// CloseFeeds notes what jobs of running backfills have given up, and which feeds
// have nothing left.
func CloseFeeds(ctx context.Context, db *store.DB) error {
	_, err := db.Pool.Exec(ctx, left+`, lost as (
  select (j.args ->> 'backfill')::bigint as backfill_id, (j.args ->> 'feed')::bigint as feed_id,
    range_agg(tstzrange((j.args ->> 'from')::timestamptz, (j.args ->> 'to')::timestamptz)) as windows
  from river.river_job j
  where j.kind = 'collect' and j.state in ('cancelled', 'discarded')
    and j.finalized_at > (select min(created_at) from entsoe.backfill_orders where state = 'running')
    and j.args ? 'backfill' and j.unique_key is not null
  group by 1, 2
), seen as (
  select f.id, f.feed_id, coalesce(l.windows, '{}') as given_up, not f.busy and f.rest - coalesce(l.windows, '{}') = '{}' as finished
  from feed f left join lost l on (l.backfill_id, l.feed_id) = (f.id, f.feed_id)
)
update entsoe.backfill_feeds b set failed = b.failed + s.given_up, finished = s.finished
from seen s
where (b.backfill_id, b.feed_id) = (s.id, s.feed_id) and (s.finished or not b.failed @> s.given_up)`, WindowPriority)
	if err != nil {
		return fmt.Errorf("what backfills have given up or finished: %w", err)
	}
	return nil
}

// FinishBackfills ends the backfills of which nothing is left, and remembers
// what they have gone through: what is found missing of it later is fetched by
// itself. It returns their numbers.
func FinishBackfills(ctx context.Context, db *store.DB) (ids []int64, err error) {
	err = db.Pool.QueryRow(ctx, `
with ended as (
  update entsoe.backfill_orders o set state = 'done', finished_at = clock_timestamp()
  where o.state = 'running' and o.planned
    and not exists (select from entsoe.backfill_feeds b where b.backfill_id = o.id and not b.finished)
    and not exists (select from entsoe.revision_wants w where w.backfill_id = o.id)
    and not exists (select from river.river_job j where j.kind = 'revisions' and j.args @> jsonb_build_object('backfill', o.id)
      and j.state in ('available', 'running', 'retryable', 'scheduled', 'pending'))
  returning o.id
), span as (
  select b.feed_id, range_agg(b.span) as spans
  from entsoe.backfill_feeds b join ended e on e.id = b.backfill_id
  group by b.feed_id
), locked as (
  select f.id, s.spans from entsoe.feeds f join span s on s.feed_id = f.id
  where not f.wanted @> s.spans order by f.id for no key update of f
), wanted as (
  update entsoe.feeds f set wanted = f.wanted + l.spans from locked l where f.id = l.id
)
select coalesce(array_agg(id order by id), '{}') from ended`).Scan(&ids)
	if err != nil {
		return nil, fmt.Errorf("finish backfills: %w", err)
	}
	return ids, nil
}

// BackfillsLeft returns what running backfills have left to hand out, at most so
// many feeds: of each backfill in turn, the newest windows first or the oldest,
// and feeds that never had data last.
func BackfillsLeft(ctx context.Context, db *store.DB, most int) ([]FeedLeft, error) {
	rows, err := db.Pool.Query(ctx, left+`
select r.id, r.mode, r.oldest_first, `+store.FeedColumns+`, r.rest
from (
  select t.*, row_number() over (partition by t.id order by s.silent_since is not null and s.last_data_at is null,
    case when t.oldest_first then lower(t.rest) end, upper(t.rest) desc, t.feed_id) as turn
  from feed t join entsoe.feeds s on s.id = t.feed_id
  where t.rest <> '{}'
) r
join entsoe.feeds f on f.id = r.feed_id
where r.turn <= $2
order by r.turn, r.id
limit $2`, WindowPriority, most)
	if err != nil {
		return nil, fmt.Errorf("what backfills have left: %w", err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (FeedLeft, error) {
		var l FeedLeft
		var rest store.Multirange
		err := row.Scan(append(append([]any{&l.Backfill, &l.Mode, &l.OldestFirst}, l.FeedRow.Fields()...), &rest)...)
		l.Windows = store.FromMultirange(rest)
		return l, err
	})
}

// BackfillWindow is a window of a backfill that is handed to the queue.
type BackfillWindow struct {
	Backfill int64
	Mode     store.Mode
	Feed     store.FeedRow
	Window   timeseries.Window
	Trial    bool // longer than the learned limit, to see whether that still holds
}

// Clashes reports whether another backfill wants part of the same.
func (w BackfillWindow) Clashes(o BackfillWindow) bool {
	return w.Backfill != o.Backfill && w.Feed.ID == o.Feed.ID && w.Window.Overlaps(o.Window)
}

// InsertWindows hands windows to the queue, in their order, unless a job for one
// is alive or its backfill was stopped meanwhile. It returns their number.
func InsertWindows(ctx context.Context, db *store.DB, windows []BackfillWindow, maxAttempts int, now time.Time) (inserted int, err error) {
	n := len(windows)
	backfills, feeds := make([]int64, n), make([]int64, n)
	items, areas, variants, modes := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	from, to, trials := make([]time.Time, n), make([]time.Time, n), make([]bool, n)
	for i, w := range windows {
		backfills[i], feeds[i], modes[i], trials[i] = w.Backfill, w.Feed.ID, string(w.Mode), w.Trial
		items[i], areas[i], variants[i] = w.Feed.Item, w.Feed.Name, w.Feed.Variant
		from[i], to[i] = wholeSeconds(w.Window)
	}
	err = db.Pool.QueryRow(ctx, `
with running as (  -- none can be stopped before these are in the queue, where it finds them
  select o.id from entsoe.backfill_orders o where o.id = any($1) and o.state = 'running' for share skip locked
), given as (
  select g.*, entsoe.collect_key(g.feed_id, 'backfill', g.window_from, g.window_to) as key
  from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[], $9::boolean[]) with ordinality
    as g(backfill, feed_id, item, area, variant, mode, window_from, window_to, trial, n)
  join running o on o.id = g.backfill
), inserted as (
  insert into river.river_job (kind, args, queue, priority, max_attempts, unique_key, unique_states)
  select 'collect', jsonb_strip_nulls(jsonb_build_object('feed', feed_id, 'item', item, 'area', area, 'variant', nullif(variant, ''), 'lane', 'backfill',
      'from', to_char(window_from at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'to', to_char(window_to at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
      'backfill', backfill, 'mode', mode, 'trial', nullif(trial, false))),
    'backfill', $10, $11, key, B'11110001'
  from given order by n
  on conflict (unique_key)
    where unique_key is not null and unique_states is not null and river.river_job_state_in_bitmask(unique_states, state)
    do nothing
  returning id
), tried as (
  update entsoe.feeds f set learned_at = $12 from given g where g.trial and f.id = g.feed_id
), told as (
  select pg_notify('river.river_insert', '{"queue":"backfill"}') where exists (select from inserted)
)
select count(*) + 0 * (select count(*) from told) from inserted`,
		backfills, feeds, items, areas, variants, modes, from, to, trials, WindowPriority, maxAttempts, now).Scan(&inserted)
	if err != nil {
		return 0, fmt.Errorf("hand %d windows of backfills to the queue: %w", n, err)
	}
	return inserted, nil
}

// DriverDone reports, within tx, whether no backfill runs nor is being started.
// Until the end of tx none is.
func DriverDone(ctx context.Context, tx pgx.Tx) (done bool, err error) {
	if err = tx.QueryRow(ctx, `select entsoe.may_end_driver()`).Scan(&done); err == nil && done {
		err = tx.QueryRow(ctx, `select not exists (select from entsoe.backfill_orders where state = 'running')`).Scan(&done)
	}
	if err != nil {
		return false, fmt.Errorf("look for running backfills: %w", err)
	}
	return done, nil
}

// WakeDriver sees to it that the driver runs if there is a running backfill.
func WakeDriver(ctx context.Context, db *store.DB) error {
	_, err := db.Pool.Exec(ctx, `select entsoe.wake_driver() where exists (select from entsoe.backfill_orders where state = 'running')`)
	if err != nil {
		return fmt.Errorf("wake the driver of backfills: %w", err)
	}
	return nil
}
