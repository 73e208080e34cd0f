-- +goose Up

create table entsoe.unanswered (
  asked_first timestamptz not null,
  asked_at    timestamptz not null,
  again_at    timestamptz not null,
  feed_id     bigint      not null references entsoe.feeds (id),
  refused     boolean     not null,
  during      tstzrange   not null check (not isempty(during)),
  primary key (feed_id, during)
) with (fillfactor = 70);
create index unanswered_again on entsoe.unanswered (again_at);
comment on table  entsoe.unanswered             is 'What of the coverage is empty or refused, and when it is asked again: ever more rarely, so that late publications arrive.';
comment on column entsoe.unanswered.asked_first is 'When it was first asked, in delivery time''s clock.';
comment on column entsoe.unanswered.asked_at    is 'When it was last asked.';
comment on column entsoe.unanswered.again_at    is 'When it is due again.';
comment on column entsoe.unanswered.feed_id     is 'The feed.';
comment on column entsoe.unanswered.refused     is 'The platform refused to answer; else it had no data.';
comment on column entsoe.unanswered.during      is 'The delivery time. Rows of a feed do not overlap.';

-- What is empty or refused already is asked again within a week, in turns.
insert into entsoe.unanswered (asked_first, asked_at, again_at, feed_id, refused, during)
select coalesce(f.asked_at, now()), coalesce(f.asked_at, now()), coalesce(f.asked_at, now()) + (f.id % 168 + 1) * interval '1 hour',
  c.feed_id, r.refused, r.during
from entsoe.coverage c
join entsoe.feeds f on f.id = c.feed_id
cross join lateral (
  select false as refused, e as during from unnest(c.empty) e
  union all
  select true, e from unnest(c.refused) e
) r
where c.stage = 0;

-- +goose StatementBegin
create function entsoe.is_failure(outcome text)
returns boolean language sql immutable parallel safe
return outcome in ('refused', 'token', 'banned', 'unavailable', 'unknown', 'wrong', 'failed');
-- +goose StatementEnd
comment on function entsoe.is_failure(text) is 'Whether a request of that outcome (entsoe.fetches) brought no answer.';

-- +goose StatementBegin
create function entsoe.gaps(
  item text, area text default 'all', from_time timestamptz default '2014-12-01 00:00Z', to_time timestamptz default now(), at timestamptz default now())
returns table (item text, area text, variant text, gap_from timestamptz, gap_to timestamptz, answer text,
  asked_at timestamptz, again_at timestamptz, reason text, feed_id bigint)
language sql stable
begin atomic
  with place as (
    select p.item, p.area, p.counter_area, p.name from entsoe.backfill_places(gaps.item, gaps.area) p
  ), feed as (
    select p.item, p.name, v.variant, f.id, c.empty, c.refused,
      case when s.live and f.collect_from is null then '{}'::tstzmultirange
      else tstzmultirange(entsoe.expected(p.item, p.area, p.counter_area, v.variant,
          greatest(gaps.from_time, case when s.live then f.collect_from end),
          greatest(gaps.from_time, least(gaps.to_time, case when v.on_demand then l.collect_from end)), gaps.at))
      end - coalesce(c.data, '{}') as missing
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
  ), gap as (
    select f.item, f.name, f.variant, f.id, g.answer, g.span
    from feed f
    cross join lateral (select f.missing - coalesce(f.empty, '{}') - coalesce(f.refused, '{}') as windows) open
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
      select 'failed', r from unnest(f.missing * coalesce(f.refused, '{}')) r
      union all
      select 'failed', r from unnest(open.windows * coalesce(tried.windows, '{}')) r
      union all
      select 'not fetched', r from unnest(open.windows - coalesce(tried.windows, '{}')) r
    ) g
  )
  select g.item, g.name, g.variant, lower(g.span), upper(g.span), g.answer, t.at, u.again_at, t.reason, g.id
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
  order by g.item, g.name, g.variant, lower(g.span);
end;
-- +goose StatementEnd
comment on function entsoe.gaps(text, text, timestamptz, timestamptz, timestamptz) is
  'What is missing of an item (or a list) of an area (or a list, or "all") in a span of delivery time, though its deadline had passed at the instant at: interior holes as well as the ends. answer tells three things apart: not published: the platform was asked and has no data; not fetched: it was not asked; failed: it refused, or its answer could not be read. asked_at: the last time; again_at: when it is asked again by itself; reason: the platform''s words.';
