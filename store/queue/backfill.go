package queue

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/store"
	"entsoed/timeseries"
)

// RunningBackfill is a backfill that is not paused, stopped, done or cancelled.
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
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[RunningBackfill])
	if err != nil {
		return nil, fmt.Errorf("running backfills: %w", err)
	}
	return all, nil
}

// QueuedWindows counts the windows of each backfill that are in the queue, or at work.
func QueuedWindows(ctx context.Context, db *store.DB) (map[int64]int, error) {
	rows, err := db.Pool.Query(ctx, `select backfill_id, windows from entsoe.queue_backfills()`)
	if err != nil {
		return nil, fmt.Errorf("count what backfills have in the queue: %w", err)
	}
	var (
		all = map[int64]int{}
		id  int64
		n   int
	)
	_, err = pgx.ForEachRow(rows, []any{&id, &n}, func() error {
		all[id] = n
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count what backfills have in the queue: %w", err)
	}
	return all, nil
}

// FeedLeft is what a running backfill has left to hand out of a feed.
type FeedLeft struct {
	Backfill    int64
	Mode        store.Mode
	OldestFirst bool
	store.FeedRow
	Windows []timeseries.Window
}

// left is the state of all running backfills: for each feed the time that nobody
// has read or given up (open), the part of it that is in the queue for any
// backfill, and the part whose jobs somebody cancelled, noted already or not.
const left = `
with alive as (
  select (j.args ->> 'feed')::bigint as feed_id, range_agg(tstzrange((j.args ->> 'from')::timestamptz, (j.args ->> 'to')::timestamptz)) as windows,
    array_agg((j.args ->> 'backfill')::bigint) as backfills
  from river.river_job j
  where ` + living + ` and j.queue = 'backfill'
    and j.kind = 'collect' and j.args ? 'backfill' and j.unique_key is not null
  group by 1
), stop as (
  select s.backfill_id, s.feed_id, range_agg(s.during) as windows
  from (
    select n.backfill_id, n.feed_id, n.during from entsoe.backfill_stops n where n.kind = 'collect' and not n.resumed
    union all
    select e.backfill_id, e.feed_id, e.during
    from entsoe.ended_jobs() e
    where e.kind = 'collect' and not e.gave_up
      and not exists (select from entsoe.backfill_stops n where n.job_id = e.job_id and n.stopped_at = e.ended_at)
  ) s
  group by 1, 2
), unread as (
  select u.feed_id, range_agg(u.during) as windows from entsoe.faults u group by 1
), feed as (
  select o.id, o.mode, o.oldest_first, b.feed_id, coalesce(a.windows, '{}') as queued, coalesce(o.id = any(a.backfills), false) as busy,
    coalesce(t.windows, '{}') as stopped,
    b.todo - b.done - b.failed - case o.mode
      when 'all' then '{}'
      when 'failed' then coalesce(c.data + c.empty, '{}') - coalesce(u.windows, '{}')
      else coalesce(c.data + c.empty + c.refused, '{}') end as open
  from entsoe.backfill_orders o
  join entsoe.backfill_feeds b on b.backfill_id = o.id and not b.finished
  left join entsoe.coverage c on c.feed_id = b.feed_id and c.stage = 0
  left join alive a on a.feed_id = b.feed_id
  left join stop t on (t.backfill_id, t.feed_id) = (b.backfill_id, b.feed_id)
  left join unread u on u.feed_id = b.feed_id
  where o.state = 'running' and o.planned
)`

// CloseFeeds records what jobs of running backfills have given up, and which feeds
// have nothing left.
func CloseFeeds(ctx context.Context, db *store.DB) error {
	_, err := db.Pool.Exec(ctx, left+`, lost as (
  select e.backfill_id, e.feed_id, range_agg(e.during) as windows
  from entsoe.ended_jobs() e where e.kind = 'collect' and e.gave_up
  group by 1, 2
), seen as (
  select f.id, f.feed_id, coalesce(l.windows, '{}') as given_up, not f.busy and f.open - coalesce(l.windows, '{}') = '{}' as finished
  from feed f left join lost l on (l.backfill_id, l.feed_id) = (f.id, f.feed_id)
)
update entsoe.backfill_feeds b set failed = b.failed + s.given_up, finished = s.finished
from seen s
where (b.backfill_id, b.feed_id) = (s.id, s.feed_id) and (s.finished or not b.failed @> s.given_up)`)
	if err != nil {
		return fmt.Errorf("what backfills have given up or finished: %w", err)
	}
	return nil
}

// FinishBackfills ends the backfills that have nothing left, and records the time
// they have gone through: what is found missing of it later is fetched without
// being asked for. It returns their numbers.
func FinishBackfills(ctx context.Context, db *store.DB) (ids []int64, err error) {
	err = db.Pool.QueryRow(ctx, `
with ended as (
  update entsoe.backfill_orders o set state = 'done', finished_at = clock_timestamp()
  where o.state = 'running' and o.planned
    and not exists (select from entsoe.backfill_feeds b where b.backfill_id = o.id and not b.finished)
    and not exists (select from entsoe.revision_wants w where w.backfill_id = o.id)
    and not exists (select from entsoe.backfill_stops s where s.backfill_id = o.id and s.kind = 'revisions' and not s.resumed)
    and not exists (select from river.river_job j where j.kind = 'revisions' and j.args @> jsonb_build_object('backfill', o.id)
      and `+living+`)
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

// NoteStops notes what somebody has cancelled of backfills, and what of that
// somebody retries. It is not asked until the backfill is resumed.
func NoteStops(ctx context.Context, db *store.DB) error {
	if _, err := db.Pool.Exec(ctx, `select entsoe.note_stops()`); err != nil {
		return fmt.Errorf("what somebody has cancelled of backfills: %w", err)
	}
	return nil
}

// StoppedBackfill is a backfill of which only windows are left whose jobs somebody
// cancelled.
type StoppedBackfill struct {
	ID      int64
	Windows int // or documents
}

// StopBackfills stops the backfills of which only that is left, and returns them.
func StopBackfills(ctx context.Context, db *store.DB) ([]StoppedBackfill, error) {
	rows, err := db.Pool.Query(ctx, left+`
update entsoe.backfill_orders o set state = 'stopped'
from (select b.id, entsoe.stopped_windows(b.id) as windows from entsoe.backfill_orders b where b.state = 'running' and b.planned) s
where s.id = o.id and o.state = 'running' and s.windows > 0
  and not exists (select from feed f where f.id = o.id and (f.busy or f.open - f.stopped <> '{}'))
  and not exists (select from entsoe.revision_wants w where w.backfill_id = o.id)
  and not exists (select from river.river_job j where j.kind = 'revisions' and j.args @> jsonb_build_object('backfill', o.id)
    and `+living+`)
returning o.id, s.windows`)
	if err != nil {
		return nil, fmt.Errorf("stop backfills: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[StoppedBackfill])
	if err != nil {
		return nil, fmt.Errorf("stop backfills: %w", err)
	}
	return all, nil
}

// BackfillsLeft returns what running backfills have left to hand out, for that many
// feeds at most: from each backfill in turn, beginning with those that have least in
// the queue. Within a backfill the newest windows come first, or the oldest; feeds
// that never had data come last.
func BackfillsLeft(ctx context.Context, db *store.DB, most int) ([]FeedLeft, error) {
	rows, err := db.Pool.Query(ctx, left+`
select r.id, r.mode, r.oldest_first, `+store.FeedColumns+`, r.rest
from (
  select t.*, t.open - t.queued - t.stopped as rest, row_number() over (partition by t.id order by s.silent_since is not null and s.last_data_at is null,
    case when t.oldest_first then lower(t.open - t.queued - t.stopped) end, upper(t.open - t.queued - t.stopped) desc, t.feed_id) as turn
  from feed t join entsoe.feeds s on s.id = t.feed_id
  where t.open - t.queued - t.stopped <> '{}'
) r
join entsoe.feeds f on f.id = r.feed_id
left join entsoe.queue_backfills() q on q.backfill_id = r.id
where r.turn <= $1
order by r.turn + coalesce(q.windows, 0), random()
limit $1`, most)
	if err != nil {
		return nil, fmt.Errorf("what backfills have left: %w", err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (FeedLeft, error) {
		var l FeedLeft
		var rest store.Multirange
		err := row.Scan(append(append([]any{&l.Backfill, &l.Mode, &l.OldestFirst}, l.FeedRow.Fields()...), &rest)...)
		l.Windows = store.FromMultirange(rest)
		return l, err
	})
	if err != nil {
		return nil, fmt.Errorf("what backfills have left: %w", err)
	}
	return all, nil
}

// NoteBackfills records how far running backfills are; their rate and progress are
// computed from that.
func NoteBackfills(ctx context.Context, db *store.DB) error {
	if _, err := db.Pool.Exec(ctx, `select entsoe.note_backfills()`); err != nil {
		return fmt.Errorf("note how backfills stand: %w", err)
	}
	return nil
}

// DriverDone reports, within tx, whether no backfill is running or being started
// and no document waits for its earlier revisions to be asked for. Until the end
// of tx no backfill can be started.
func DriverDone(ctx context.Context, tx pgx.Tx) (done bool, err error) {
	if err = tx.QueryRow(ctx, `select entsoe.may_end_driver()`).Scan(&done); err == nil && done {
		err = tx.QueryRow(ctx, `select not (`+driven+`)`).Scan(&done)
	}
	if err != nil {
		return false, fmt.Errorf("look for running backfills: %w", err)
	}
	return done, nil
}

// driven is the condition that the driver has something to do.
const driven = `
exists (select from entsoe.backfill_orders where state = 'running')
or exists (select from entsoe.revision_wants where backfill_id is null)`

// WakeDriver makes sure that the driver runs if a backfill is running or a document
// waits for its earlier revisions to be asked for.
func WakeDriver(ctx context.Context, db *store.DB) error {
	if _, err := db.Pool.Exec(ctx, `select entsoe.wake_driver() where `+driven); err != nil {
		return fmt.Errorf("wake the driver of backfills: %w", err)
	}
	return nil
}
