package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/timeseries"
)

// BackfillFeed is a feed of a backfill and what can be fetched for it.
type BackfillFeed struct {
	FeedRow                     // ID 0: it was never asked for
	Span    timeseries.Window   // the part of the wanted time that should be published by now; may be empty
	Todo    []timeseries.Window // the part of it that the backfill's mode asks for
}

// backfillFeeds is the end of a statement that begins with the feeds to choose
// from: "chosen", with the wanted span of time and the mode.
const backfillFeeds = `
select coalesce(f.id, 0), c.item, c.area, c.counter_area, c.variant, c.name, coalesce(f.learned_limit, ''), f.asked_at, coalesce(f.empty_streak, 0),
  f.last_data_at, f.silent_since, f.learned_at, coalesce(f.learned_split, ''),
  case when isempty(e.span) then null else lower(e.span) end, case when isempty(e.span) then null else upper(e.span) end,
  tstzmultirange(e.span) - case c.mode
    when 'all' then '{}'
    when 'failed' then coalesce(v.data + v.empty, '{}') - (select coalesce(range_agg(u.during), '{}') from entsoe.faults u where u.feed_id = f.id)
    else coalesce(v.data + v.empty + v.refused, '{}') end
from chosen c
left join entsoe.feeds f on (f.item, f.area, f.counter_area, f.variant) = (c.item, c.area, c.counter_area, c.variant)
left join entsoe.coverage v on v.feed_id = f.id and v.stage = 0
join entsoe.items i on i.name = c.item
cross join lateral (select entsoe.expected(c.item, c.area, c.counter_area, c.variant, c.from_time, c.to_time, @now) as span) e
order by i.item_no, c.name, c.variant`

// BackfillFeeds returns the feeds of a started backfill and what is to be asked
// for at now, in the order of the catalogue.
func (db *DB) BackfillFeeds(ctx context.Context, backfill int64, now time.Time) ([]BackfillFeed, error) {
	all, err := db.backfillFeeds(ctx, `
with chosen as (
  select f.item, f.area, f.counter_area, f.variant, f.name, o.from_time, o.to_time, o.mode
  from entsoe.backfill_orders o join entsoe.backfill_feeds b on b.backfill_id = o.id join entsoe.feeds f on f.id = b.feed_id
  where o.id = @backfill
)`+backfillFeeds, pgx.NamedArgs{"now": now, "backfill": backfill})
	if err != nil {
		return nil, fmt.Errorf("feeds of backfill %d: %w", backfill, err)
	}
	return all, nil
}

// OrderedFeeds returns the feeds that a backfill would ask for if it were started,
// and the order's span of time, or an *OrderError. It writes nothing.
func (db *DB) OrderedFeeds(ctx context.Context, o BackfillOrder, now time.Time) ([]BackfillFeed, timeseries.Window, error) {
	var w timeseries.Window
	mode := string(o.Mode)
	if mode == "" {
		mode = string(ModeMissing)
	}
	err := db.Pool.QueryRow(ctx, `
select s.from_time, s.to_time
from (select nullif($1, '')::timestamptz as from_time, coalesce(nullif($2, '')::timestamptz, $3) as to_time) s
cross join lateral entsoe.check_span(s.from_time, s.to_time, $4)`, string(o.From), string(o.To), now, mode).Scan(&w.From, &w.To)
	if err != nil {
		return nil, w, orderError("plan a backfill", err)
	}
	all, err := db.backfillFeeds(ctx, `
with chosen as (
  select s.item, s.area, s.counter_area, s.variant_name as variant, s.name, @from::timestamptz as from_time, @to::timestamptz as to_time, @mode as mode
  from entsoe.backfill_selection(@item, @area, @variant) s
)`+backfillFeeds, pgx.NamedArgs{
		"now": now, "item": string(o.Item), "area": string(o.Area), "variant": (*string)(o.Variant), "from": w.From, "to": w.To, "mode": mode,
	})
	return all, timeseries.Window{From: w.From.UTC(), To: w.To.UTC()}, orderError("plan a backfill", err)
}

func (db *DB) backfillFeeds(ctx context.Context, sql string, args pgx.NamedArgs) ([]BackfillFeed, error) {
	rows, err := db.Pool.Query(ctx, sql, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (BackfillFeed, error) {
		var (
			f        BackfillFeed
			from, to *time.Time
			todo     Multirange
		)
		err := row.Scan(append(f.FeedRow.Fields(), &from, &to, &todo)...)
		if from != nil && to != nil {
			f.Span = timeseries.Window{From: from.UTC(), To: to.UTC()}
		}
		f.Todo = FromMultirange(todo)
		return f, err
	})
}

// FeedPlan is what a backfill has to do for a feed.
type FeedPlan struct {
	FeedID   int64
	Span     timeseries.Window
	Todo     []timeseries.Window
	Requests int
}

// SavePlan records what a backfill has to do.
func (db *DB) SavePlan(ctx context.Context, backfill int64, plans []FeedPlan) error {
	ids, requests := make([]int64, len(plans)), make([]int64, len(plans))
	spans, todo := make([]string, len(plans)), make([]string, len(plans))
	for i, p := range plans {
		ids[i], requests[i] = p.FeedID, int64(p.Requests)
		spans[i], todo[i] = multirangeText([]timeseries.Window{p.Span}), multirangeText(p.Todo)
	}
	err := pgx.BeginFunc(ctx, db.Pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
update entsoe.backfill_feeds b
set span = range_merge(g.span::tstzmultirange), todo = g.todo::tstzmultirange, requests = g.requests, finished = g.todo = '{}'
from unnest($2::bigint[], $3::text[], $4::text[], $5::bigint[]) as g(feed_id, span, todo, requests)
where b.backfill_id = $1 and b.feed_id = g.feed_id`, backfill, ids, spans, todo, requests)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `update entsoe.backfill_orders set planned = true where id = $1`, backfill)
		return err
	})
	if err != nil {
		return fmt.Errorf("plan of backfill %d: %w", backfill, err)
	}
	return nil
}
