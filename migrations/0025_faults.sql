-- +goose Up

create table entsoe.faults (
  id         bigint      generated always as identity primary key,
  first_seen timestamptz not null,
  asked_at   timestamptz not null,
  again_at   timestamptz,
  feed_id    bigint      not null references entsoe.feeds (id),
  fetch_id   bigint      not null,
  curve      text        check (curve <> ''),
  reason     text        not null check (reason <> ''),
  position   text        not null default '',
  during     tstzrange   not null,
  asked      tstzrange   not null,
  check (isempty(during) = (again_at is null))
);
create index faults_feed on entsoe.faults (feed_id);
create index faults_again on entsoe.faults (again_at);
comment on table  entsoe.faults            is 'What in the newest answers of a feed cannot be right and was left out; the good parts of the same answers are stored. A row goes when an answer over its time has no such fault. entsoe.faulty shows them by name.';
comment on column entsoe.faults.id         is 'Number of the row; a fault that is found again gets a new one.';
comment on column entsoe.faults.first_seen is 'When it was found first, in delivery time''s clock.';
comment on column entsoe.faults.asked_at   is 'When it was last asked for.';
comment on column entsoe.faults.again_at   is 'When it is asked for again, ever more rarely, as what is refused; null: it makes no time unreadable, and is not.';
comment on column entsoe.faults.feed_id    is 'The feed.';
comment on column entsoe.faults.fetch_id   is 'The request (entsoe.fetches.id) in whose answer it was last found; the record keeps the document for 90 days.';
comment on column entsoe.faults.curve      is 'Key of the curve (entsoe.series.key), or as much of it as could be read; null: nothing of it, it may be any curve of the feed.';
comment on column entsoe.faults.reason     is 'What is wrong.';
comment on column entsoe.faults.position   is 'Where it stands in the answer.';
comment on column entsoe.faults.during     is 'The delivery time (time of the last change for outages) that cannot be read because of it; empty: none, as of a Point too many.';
comment on column entsoe.faults.asked      is 'The window that was asked for when it was last found.';

create view entsoe.faulty as
select f.item, f.name as area, f.variant, t.curve, lower(t.during) as fault_from, upper(t.during) as fault_to, t.reason, t.position,
  t.first_seen, t.asked_at, t.again_at, t.fetch_id, t.feed_id
from entsoe.faults t
join entsoe.feeds f on f.id = t.feed_id;
comment on view   entsoe.faulty            is 'What in the newest answers cannot be right and was left out, one row each. The good parts of the same answers are stored.';
comment on column entsoe.faulty.item       is 'Name of the data item.';
comment on column entsoe.faulty.area       is 'The area: DE_LU, or DE_LU>FR for a border.';
comment on column entsoe.faulty.variant    is 'Which of the item''s fixed request parameters are used; empty where there is no choice.';
comment on column entsoe.faulty.curve      is 'Key of the curve (entsoe.series.key), or as much of it as could be read; null: nothing of it.';
comment on column entsoe.faulty.fault_from is 'Start of the time that cannot be read; null: none, as of a Point too many.';
comment on column entsoe.faulty.fault_to   is 'End of that time, exclusive.';
comment on column entsoe.faulty.reason     is 'What is wrong.';
comment on column entsoe.faulty.position   is 'Where it stands in the answer.';
comment on column entsoe.faulty.first_seen is 'When it was found first, in delivery time''s clock.';
comment on column entsoe.faulty.asked_at   is 'When it was last asked for.';
comment on column entsoe.faulty.again_at   is 'When it is asked for again, ever more rarely; null: it makes no time unreadable, and is not.';
comment on column entsoe.faulty.fetch_id   is 'The request (entsoe.fetches.id) in whose answer it was last found, and whose record keeps the document for 90 days.';
comment on column entsoe.faulty.feed_id    is 'The feed (entsoe.feeds.id).';

-- Faults are gaps as well, of a curve each: also where others of the feed have data.
drop function entsoe.gaps(text, text, timestamptz, timestamptz, timestamptz);

-- +goose StatementBegin
create function entsoe.gaps(
  item text, area text default 'all', from_time timestamptz default '2014-12-01 00:00Z', to_time timestamptz default entsoe.clock(), at timestamptz default entsoe.clock())
returns table (item text, area text, variant text, gap_from timestamptz, gap_to timestamptz, answer text,
  asked_at timestamptz, again_at timestamptz, reason text, feed_id bigint, curve text)
language sql stable
begin atomic
  with place as (
    select p.item, p.area, p.counter_area, p.name from entsoe.backfill_places(gaps.item, gaps.area) p
  ), feed as (
    select p.item, p.name, v.variant, f.id, c.data, c.empty, c.refused,
      case when s.live and f.collect_from is null then '{}'::tstzmultirange
      else tstzmultirange(entsoe.expected(p.item, p.area, p.counter_area, v.variant,
          greatest(gaps.from_time, case when s.live then f.collect_from end),
          greatest(gaps.from_time, least(gaps.to_time, case when v.on_demand then l.collect_from end)), gaps.at))
      end as expected
    from place p
    join entsoe.variants v on v.item = p.item
    left join entsoe.feeds f on (f.item, f.area, f.counter_area, f.variant) = (p.item, p.area, p.counter_area, v.variant)
    left join entsoe.coverage c on c.feed_id = f.id and c.stage = 0
    -- Some questions are asked of the present only; of the past others are.
    cross join lateral (select not v.backfilled as live) s
    left join lateral (
      select min(o.collect_from) as collect_from from entsoe.feeds o
      where (o.item, o.area, o.counter_area) = (p.item, p.area, p.counter_area)
    ) l on v.on_demand
  ), fault as (
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
    select r.at, r.reason from entsoe.fetches r
    where r.feed_id = g.id and r.window_from < upper(g.span) and r.window_to > lower(g.span)
      and case g.answer when 'failed' then entsoe.is_failure(r.outcome) else r.outcome not in ('too_long', 'too_many', 'too_large', 'unused') end
    order by r.at desc limit 1
  ) t on g.answer <> 'not fetched'
  left join lateral (
    select min(n.again_at) as again_at from entsoe.unanswered n where n.feed_id = g.id and n.during && g.span
  ) u on true
  union all
  select t.item, t.name, t.variant, lower(t.span), upper(t.span), 'failed', t.asked_at, t.again_at, t.reason, t.id, t.curve
  from fault t
  order by 1, 2, 3, 4, 11 nulls first;
end;
-- +goose StatementEnd
comment on function entsoe.gaps(text, text, timestamptz, timestamptz, timestamptz) is
  'What is missing of an item (or a list) of an area (or a list, or "all") in a span of delivery time, though its deadline had passed at the instant at: interior holes as well as the ends. answer tells three things apart: not published: the platform was asked and has no data; not fetched: it was not asked; failed: it refused, or its answer could not be read. asked_at: the last time; again_at: when it is asked again by itself; reason: the platform''s words, or what cannot be right in its answer; curve: which curve of the feed failed (entsoe.faults), where others may have data; null: all of them.';

-- +goose StatementBegin
create function entsoe.backfill_faults(id bigint)
returns bigint language sql stable
begin atomic
  select count(*)
  from entsoe.backfill_feeds b
  join entsoe.faults t on t.feed_id = b.feed_id and t.during && b.span
  where b.backfill_id = backfill_faults.id;
end;
-- +goose StatementEnd
comment on function entsoe.backfill_faults(bigint) is 'How many faults (entsoe.faults) stand in the time of a backfill: entsoe.gaps tells where and why.';
