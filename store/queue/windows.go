package queue

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/store"
	"entsoed/timeseries"
)

// BackfillWindow is a window of a backfill that is handed to the queue.
type BackfillWindow struct {
	Backfill int64
	Mode     store.Mode
	Feed     store.FeedRow
	Window   timeseries.Window
	Trial    bool // longer than the learned limit, to see whether that still applies
}

// Clashes reports whether another backfill wants part of the same time.
func (w BackfillWindow) Clashes(o BackfillWindow) bool {
	return w.Backfill != o.Backfill && w.Feed.ID == o.Feed.ID && w.Window.Overlaps(o.Window)
}

// InsertWindows hands windows to the queue, those of each backfill in order, as far
// as there is room. It skips a window for which a job is alive, or whose backfill
// has been stopped in the meantime, and returns how many it has handed over.
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
with room as materialized (
  select entsoe.queue_room('windows') as jobs
), running as (  -- none can be stopped before these are in the queue, where it finds them
  select o.id from entsoe.backfill_orders o where o.id = any(@backfills) and o.state = 'running' for share skip locked
), given as (
  select g.*
  from unnest(@backfills::bigint[], @feeds::bigint[], @items::text[], @areas::text[], @variants::text[], @modes::text[],
      @from::timestamptz[], @to::timestamptz[], @trials::boolean[]) with ordinality
    as g(backfill, feed_id, item, area, variant, mode, window_from, window_to, trial, n)
  join running o on o.id = g.backfill
  order by g.n
  limit (select jobs from room)
), turn as (
  select p.backfill, t.nth, t.at
  from (select backfill, count(*)::integer as jobs from given group by backfill) p
  cross join lateral entsoe.queue_turns(p.backfill::text, p.jobs) t
), inserted as (
  select i.id
  from (
    select array_agg(row('collect', jsonb_strip_nulls(jsonb_build_object('feed', g.feed_id, 'item', g.item, 'area', g.area,
        'variant', nullif(g.variant, ''), 'lane', 'backfill',
        'from', to_char(g.window_from at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'to', to_char(g.window_to at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        'backfill', g.backfill, 'mode', g.mode, 'trial', nullif(g.trial, false))),
      'backfill', 1, @max_attempts, t.at)::entsoe.new_job order by g.nth, g.n) as jobs
    from (select *, row_number() over (partition by backfill order by n) as nth from given) g
    join turn t on (t.backfill, t.nth) = (g.backfill, g.nth)
  ) w
  cross join lateral entsoe.insert_jobs(w.jobs) i
), tried as (
  update entsoe.feeds f set learned_at = @now from given g where g.trial and f.id = g.feed_id
)
select count(*) from inserted`, pgx.NamedArgs{
		"backfills": backfills, "feeds": feeds, "items": items, "areas": areas, "variants": variants, "modes": modes,
		"from": from, "to": to, "trials": trials, "max_attempts": maxAttempts, "now": now,
	}).Scan(&inserted)
	if err != nil {
		return 0, fmt.Errorf("hand %d windows of backfills to the queue: %w", n, err)
	}
	return inserted, nil
}
