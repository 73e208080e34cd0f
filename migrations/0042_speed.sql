-- +goose Up

-- What entsoe.availability says of curves stands with the feed: to look for the ends
-- of thousands of series takes longer than to count all points.
create table entsoe.feed_curves (
  since         timestamptz,
  last_at       timestamptz,
  longest       interval         not null,
  counted_over  interval         not null,
  rows_per_year double precision not null,
  feed_id       bigint           not null references entsoe.feeds (id),
  resolution    text             not null,
  primary key (feed_id, resolution)
) with (fillfactor = 70);
comment on table  entsoe.feed_curves               is 'What a feed has of curves, by resolution: kept by every save, for entsoe.availability.';
comment on column entsoe.feed_curves.since         is 'Start of the earliest interval; null: all were taken back.';
comment on column entsoe.feed_curves.last_at       is 'Start of the latest interval.';
comment on column entsoe.feed_curves.longest       is 'The longest that an interval can be.';
comment on column entsoe.feed_curves.counted_over  is 'Over how much delivery time the rows were counted.';
comment on column entsoe.feed_curves.rows_per_year is 'Rows a year of all series together, as in the newest answer that tells.';
comment on column entsoe.feed_curves.feed_id       is 'The feed.';
comment on column entsoe.feed_curves.resolution    is 'ISO 8601 duration between two values; empty: intervals have lengths of their own.';

-- +goose StatementBegin
create function entsoe.recount_curves(feeds bigint[])
returns void language sql
begin atomic
  insert into entsoe.feed_curves (since, last_at, longest, counted_over, rows_per_year, feed_id, resolution)
  select min(e.since), max(e.last_at), max(s.longest), interval '8 days',
    coalesce(sum(31557600 * case when n.points > 1 then (n.points - 1) / n.seconds else n.points / extract(epoch from s.longest) end), 0),
    k.feed_id, coalesce(s.resolution, '')
  from entsoe.feed_series k
  join entsoe.series s on s.id = k.series_id and s.quantity is not null
  cross join lateral (
    select (select p.at from entsoe.points p where p.series_id = s.id order by p.at limit 1) as since,
      (select p.at from entsoe.points p where p.series_id = s.id order by p.at desc limit 1) as last_at
    where not s.fast
    union all
    select (select p.at from entsoe.points_fast p where p.series_id = s.id order by p.at limit 1),
      (select p.at from entsoe.points_fast p where p.series_id = s.id order by p.at desc limit 1)
    where s.fast
  ) e
  cross join lateral (
    select count(*) as points, extract(epoch from max(r.at) - min(r.at)) as seconds
    from (
      (select p.at from entsoe.points p
       where not s.fast and p.series_id = s.id and p.at >= e.last_at - greatest(s.longest * 100, interval '8 days')
       order by p.at desc limit 97)
      union all
      (select p.at from entsoe.points_fast p
       where s.fast and p.series_id = s.id and p.at >= e.last_at - interval '1 day'
       order by p.at desc limit 901)
    ) r
  ) n
  where k.feed_id = any(recount_curves.feeds)
  group by k.feed_id, coalesce(s.resolution, '')
  on conflict (feed_id, resolution) do update
  set since = excluded.since, last_at = excluded.last_at, counted_over = excluded.counted_over, rows_per_year = excluded.rows_per_year;
end;
-- +goose StatementEnd
comment on function entsoe.recount_curves(bigint[]) is 'Renews entsoe.feed_curves of some feeds from the points, by the newest of each series.';
select entsoe.recount_curves(array(select distinct k.feed_id from entsoe.feed_series k));

-- What failed is looked for by every question for gaps, and is rare.
create index fetches_failed on entsoe.fetches (feed_id, at desc) where entsoe.is_failure(outcome);

-- As before, but what depends on a deadline alone is computed once, not once a feed.
-- +goose StatementBegin
create or replace function entsoe.gaps(
  item text, area text default 'all', from_time timestamptz default '2014-12-01 00:00Z', to_time timestamptz default entsoe.clock(), at timestamptz default entsoe.clock())
returns table (item text, area text, variant text, gap_from timestamptz, gap_to timestamptz, answer text,
  asked_at timestamptz, again_at timestamptz, reason text, feed_id bigint, curve text)
language sql stable set jit = off
begin atomic
  with place as materialized (
    select p.item, p.area, p.counter_area, p.name, v.variant, not v.backfilled as live, v.on_demand,
      i.since, i.keeps, i.archives, q.valid_from, q.valid_until,
      v.unit, v.latest_months, v.latest_days, v.latest_clock, coalesce(q.time_zone, nullif(a.time_zone, ''), 'Europe/Brussels') as time_zone
    from entsoe.backfill_places(gaps.item, gaps.area) p
    join entsoe.variants v on v.item = p.item
    join entsoe.items i on i.name = p.item
    left join entsoe.places q on (q.item, q.area, q.counter_area) = (p.item, p.area, p.counter_area)
    left join entsoe.areas a on a.eic = p.area
  ), deadline as materialized (
    select d.*, entsoe.settled(d.unit, d.latest_months, d.latest_days, d.latest_clock, d.time_zone, gaps.at) as settled
    from (select distinct p.unit, p.latest_months, p.latest_days, p.latest_clock, p.time_zone from place p) d
  ), feed as materialized (
    select p.item, p.name, p.variant, f.id, c.data, c.empty, c.refused,
      case when p.live and f.collect_from is null then '{}'::tstzmultirange
        else tstzmultirange(tstzrange(b.lower, greatest(b.lower, b.upper))) end as expected
    from place p
    join deadline d using (unit, latest_months, latest_days, latest_clock, time_zone)
    left join entsoe.feeds f on (f.item, f.area, f.counter_area, f.variant) = (p.item, p.area, p.counter_area, p.variant)
    left join entsoe.coverage c on c.feed_id = f.id and c.stage = 0
    -- Some questions are asked of the present only; of the past others are.
    left join lateral (
      select min(o.collect_from) as collect_from from entsoe.feeds o
      where (o.item, o.area, o.counter_area) = (p.item, p.area, p.counter_area)
    ) l on p.on_demand
    -- As entsoe.expected says it of one feed.
    cross join lateral (
      select
        greatest(gaps.from_time, case when p.live then f.collect_from end,
          greatest(p.since, p.valid_from)::timestamp at time zone p.time_zone,
          date_trunc('day', gaps.at - make_interval(days => p.keeps), 'Europe/Brussels')) as lower,
        least(greatest(gaps.from_time, least(gaps.to_time, case when p.on_demand then l.collect_from end)),
          p.valid_until::timestamp at time zone p.time_zone, d.settled,
          date_trunc('day', gaps.at - make_interval(days => p.archives), 'Europe/Brussels')) as upper
    ) b
  ), fault as materialized (
    select f.item, f.name, f.variant, f.id, t.curve, t.reason, t.asked_at, t.again_at, r as span
    from feed f
    join entsoe.faults t on t.feed_id = f.id and f.expected && t.during
    cross join lateral unnest(f.expected * tstzmultirange(t.during)) r
  ), lacking as (
    select f.item, f.name, f.variant, f.id, f.empty,
      f.expected - coalesce(f.data, '{}') - coalesce(n.faulty, '{}') as missing, coalesce(f.refused, '{}') - coalesce(n.faulty, '{}') as refused
    from feed f
    left join (select t.id, range_agg(t.span) as faulty from fault t group by t.id) n on n.id = f.id
  ), gap as (
    select f.item, f.name, f.variant, f.id, g.answer, g.span
    from lacking f
    cross join lateral (select f.missing - coalesce(f.empty, '{}') - f.refused as windows) open
    left join lateral (  -- what was tried and not answered since, and will be tried again
      select coalesce(range_agg(tstzrange(r.window_from, r.window_to)), '{}') as windows
      from entsoe.fetches r
      where r.feed_id = f.id and entsoe.is_failure(r.outcome) and r.window_from < r.window_to and open.windows && tstzrange(r.window_from, r.window_to)
        and not exists (select from entsoe.fetches l
          where l.feed_id = r.feed_id and l.at > r.at and l.outcome in ('data', 'empty') and l.window_from <= r.window_from and l.window_to >= r.window_to)
    ) tried on open.windows <> '{}'
    cross join lateral (
      select 'not published' as answer, r as span from unnest(f.missing * coalesce(f.empty, '{}')) r
      union all
      select 'failed', r from unnest(f.missing * f.refused) r
      union all
      select 'failed', r from unnest(open.windows * coalesce(tried.windows, '{}')) r
      union all
      select 'not fetched', r from unnest(open.windows - coalesce(tried.windows, '{}')) r
    ) g
  )
  select g.item, g.name, g.variant, lower(g.span), upper(g.span), g.answer, t.at, u.again_at, t.reason, g.id, null
  from gap g
  left join lateral (
    (select r.at, r.reason from entsoe.fetches r
     where g.answer = 'failed' and r.feed_id = g.id and r.window_from < upper(g.span) and r.window_to > lower(g.span) and entsoe.is_failure(r.outcome)
     order by r.at desc limit 1)
    union all
    (select r.at, r.reason from entsoe.fetches r
     where g.answer = 'not published' and r.feed_id = g.id and r.window_from < upper(g.span) and r.window_to > lower(g.span)
       and r.outcome not in ('too_long', 'too_many', 'too_large', 'unused')
     order by r.at desc limit 1)
  ) t on true
  left join lateral (
    select min(n.again_at) as again_at from entsoe.unanswered n where n.feed_id = g.id and n.during && g.span
  ) u on true
  union all
  select t.item, t.name, t.variant, lower(t.span), upper(t.span), 'failed', t.asked_at, t.again_at, t.reason, t.id, t.curve
  from fault t
  order by 1, 2, 3, 4, 11 nulls first;
end;
-- +goose StatementEnd

-- What a question is about, an item of an area and mostly more, are columns that depend
-- on each other: taken one by one the planner expects a row where there are twenty.
alter table entsoe.series alter column item_no set statistics 1000, alter column area_name set statistics 1000;
create statistics entsoe.series_words (ndistinct, dependencies, mcv) on item_no, area_name, psr_type, side from entsoe.series;
alter statistics entsoe.series_words set statistics 1000;
comment on statistics entsoe.series_words is 'Which items, areas and types of production occur together.';

-- +goose StatementBegin
create function entsoe.analyze_changed(most integer, share double precision)
returns integer language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  changed  regclass;
  analyzed integer := 0;
begin
  for changed in
    with roots as (
      select c.oid, c.relname in ('points', 'points_fast', 'entries') as large
      from pg_class c where c.relnamespace = 'entsoe'::regnamespace and c.relkind = 'r'
    ), tables as (
      select r.oid from roots r where not exists (select from pg_inherits i where i.inhparent = r.oid)
      union all
      select i.inhrelid from roots r join pg_inherits i on i.inhparent = r.oid where r.large
    )
    select c.oid
    from tables t join pg_class c on c.oid = t.oid
    where c.relkind = 'r' and pg_stat_get_mod_since_analyze(c.oid) > 50 + greatest(c.reltuples, 0) * analyze_changed.share
    order by pg_stat_get_mod_since_analyze(c.oid) desc
    limit analyze_changed.most
  loop
    execute format('analyze %s', changed);
    analyzed := analyzed + 1;
  end loop;
  return analyzed;
end $$;
-- +goose StatementEnd
revoke all on function entsoe.analyze_changed(integer, double precision) from public;
comment on function entsoe.analyze_changed(integer, double precision) is
  'Counts anew, for the planner, the tables and pieces of tables of which so large a share has changed since that was last done, and fifty rows, the most changed first and at most so many; returns how many there were. Autovacuum does the same a minute or more later. Open to the role entsoe_worker.';
