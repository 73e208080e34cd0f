-- +goose Up

-- A value was known from some time on that seldom is the same as that of the value
-- before it: as an instant this takes more room, compressed, than the time and the
-- value together. As seconds behind the start of its interval it repeats itself.
-- The item stands with the series.
alter table entsoe.points rename to points_before;
alter table entsoe.points_fast rename to points_fast_before;

create table entsoe.points (
  at          timestamptz      not null,
  value       double precision not null check (value > '-infinity' and value < 'infinity'),
  series_id   integer          not null,
  known_after integer          not null,
  constraint points_series_at primary key (series_id, at)
);
comment on table  entsoe.points             is 'The present values. The views show them with their meaning.';
comment on column entsoe.points.at          is 'Start of the interval, to which the value applies as a whole.';
comment on column entsoe.points.value       is 'The value in the unit of its series. The platform sends at most 12 digits, so the decimal number is exact when printed. A missing value is no row, never 0.';
comment on column entsoe.points.series_id   is 'The series (entsoe.series.id).';
comment on column entsoe.points.known_after is 'When we first saw this value, in seconds after at: at + known_after * interval ''1 second''. Negative for what was known before, such as a forecast.';

create table entsoe.points_fast (
  at          timestamptz      not null,
  value       double precision not null check (value > '-infinity' and value < 'infinity'),
  series_id   integer          not null,
  known_after integer          not null,
  constraint points_fast_series_at primary key (series_id, at)
);
comment on table  entsoe.points_fast             is 'The present values of series finer than one minute; otherwise like entsoe.points.';
comment on column entsoe.points_fast.at          is 'Start of the interval, to which the value applies as a whole.';
comment on column entsoe.points_fast.value       is 'The value in the unit of its series. A missing value is no row, never 0.';
comment on column entsoe.points_fast.series_id   is 'The series (entsoe.series.id).';
comment on column entsoe.points_fast.known_after is 'When we first saw this value, in seconds after at, as in entsoe.points.';

insert into entsoe.points (at, value, series_id, known_after)
select at, value, series_id, extract(epoch from date_trunc('second', known_from) - at)::integer from entsoe.points_before order by series_id, at;
insert into entsoe.points_fast (at, value, series_id, known_after)
select at, value, series_id, extract(epoch from date_trunc('second', known_from) - at)::integer from entsoe.points_fast_before order by series_id, at;
update entsoe.point_history
set known_from = date_trunc('second', known_from), known_until = date_trunc('second', known_until)
where (known_from, known_until) is distinct from (date_trunc('second', known_from), date_trunc('second', known_until));
drop table entsoe.points_before cascade;
drop table entsoe.points_fast_before cascade;

comment on column entsoe.items.item_no             is 'Number of the item in this database, repeated in entsoe.series.';
comment on column entsoe.point_history.known_from  is 'When we first saw this value, to the second.';
comment on column entsoe.point_history.known_until is 'When we first saw another value, or that the platform no longer had any, to the second.';

-- All versions that were known at the instant t. A value that became known
-- only later is not among them, or, with or_earliest, stands with its earliest
-- version. One select, so that the planner sees through it.
-- +goose StatementBegin
create function entsoe.as_of(t timestamptz, or_earliest boolean default false)
returns table (item text, area text, counter_area text, at timestamptz, value double precision,
               resolution text, known_from timestamptz, series_id integer)
language sql stable parallel safe
begin atomic
  with versions as (
    select p.series_id, p.at, p.value, p.at + p.known_after * interval '1 second' as known_from, timestamptz 'infinity' as known_until from entsoe.points p
    union all
    select p.series_id, p.at, p.value, p.at + p.known_after * interval '1 second', 'infinity' from entsoe.points_fast p
    union all
    select h.series_id, h.at, h.value, h.known_from, h.known_until from entsoe.point_history h
  )
  select s.item, s.area, s.counter_area, v.at, v.value, s.resolution, v.known_from, s.id
  from versions v join entsoe.series s on s.id = v.series_id
  where v.known_from <= as_of.t and v.known_until > as_of.t
     or as_of.or_earliest and v.known_from > as_of.t and not exists (
          select from entsoe.point_history e
          where e.series_id = v.series_id and e.at = v.at and e.known_from < v.known_from);
end;
-- +goose StatementEnd
comment on function entsoe.as_of(timestamptz, boolean) is
  'The values as this database knew them at the instant t. With or_earliest, values first seen after t stand with the earliest value known. Areas are EICs; join entsoe.series on series_id for more.';

-- Nothing is counted over years: indexes find the first point of a series and
-- its newest ones. Of one area or item, only the feeds of that are looked at.
create view entsoe.availability as
select f.item, f.name as area, f.variant,
  case
    when f.asked_at is null then 'never asked'
    when f.last_data_at is null then 'never answered'
    when f.empty_streak > 0 and f.asked_at - f.last_data_at > case when m.regular then interval '8 days' else interval '90 days' end then 'silent'
    else 'publishes'
  end as state,
  coalesce(m.since, c.since) as since, coalesce(m.until, c.until) as until, m.resolution,
  m.rows_per_year::bigint as rows_per_year,
  (m.rows_per_year * m.row_bytes)::bigint as bytes_per_year,
  f.last_data_at, f.asked_at, f.active as planned,
  f.area as area_eic, f.counter_area as counter_area_eic, f.id as feed_id
from entsoe.feeds f
left join entsoe.areas a on a.eic = f.area
left join lateral (
  select min(lower(data)) as since, max(upper(data)) as until
  from entsoe.coverage where feed_id = f.id and data <> '{}'
) c on true
left join lateral (
  -- Curves, by resolution: at the rate of their newest points. Where there are
  -- none of late the resolution has gone out of use.
  select s.resolution, true as regular,
    min((select at from entsoe.points where series_id = s.id order by at limit 1)) as since,
    max(entsoe.interval_end(
      coalesce(n.at, (select at from entsoe.points where series_id = s.id order by at desc limit 1)),
      s.resolution, s.longest, a.time_zone)) as until,
    coalesce(sum(31557600 * case when n.points > 1 then (n.points - 1) / n.seconds else n.points / extract(epoch from s.longest) end), 0) as rows_per_year,
    (select entsoe.bytes_per_row('entsoe.points', 85)) as row_bytes
  from entsoe.feed_series k
  join entsoe.series s on s.id = k.series_id and s.quantity is not null and not s.fast
  cross join lateral (
    select max(at) as at, count(*) as points, extract(epoch from max(at) - min(at)) as seconds
    from (
      select at from entsoe.points
      where series_id = s.id and at >= c.until - greatest(s.longest * 100, interval '8 days')
      order by at desc limit 97
    ) newest
  ) n
  where k.feed_id = f.id and c.until is not null
  group by s.resolution
  union all
  select s.resolution, true, c.since, c.until,
    sum(31557600 * (n.points - 1) / n.seconds),
    (select entsoe.bytes_per_row('entsoe.points_fast', 85))
  from entsoe.feed_series k
  join entsoe.series s on s.id = k.series_id and s.fast
  cross join lateral (
    select count(*) as points, extract(epoch from max(at) - min(at)) as seconds
    from (
      select at from entsoe.points_fast
      where series_id = s.id and at >= c.until - interval '1 day'
      order by at desc limit 901
    ) newest
    having count(*) > 1
  ) n
  where k.feed_id = f.id and c.until is not null
  group by s.resolution
  union all
  -- Lists: over all of the covered time, or that of the newest 10,000 rows.
  -- What stands open, as in registers, counts once a year.
  select null, false, null, null,
    e.n * 31557600 / extract(epoch from case
      when e.n = 10000 then greatest(e.until - e.at, interval '1 minute')
      when e.open then greatest(c.until - c.since, interval '1 year')
      else greatest(c.until - c.since, interval '1 day') end),
    (select entsoe.bytes_per_row('entsoe.entries', 500))
  from (
    select count(*) as n, min(at) as at, max(until) filter (where until < 'infinity') as until, bool_and(until = 'infinity') as open
    from (select at, until from entsoe.entries where feed_id = f.id and c.until is not null and known_until = 'infinity' order by at desc limit 10000) newest
    having count(*) > 0
  ) e
  union all
  -- Documents: those of the newest quarter of a year.
  select null, false, null, null,
    d.n * 31557600 / extract(epoch from least(greatest(c.until - c.since, interval '1 day'), interval '91 days')),
    (select entsoe.bytes_per_row('entsoe.documents', 3000, 'entsoe.document_parts', 'entsoe.document_runs'))
  from (
    select count(*) as n from entsoe.documents
    where feed_id = f.id and c.until is not null and published_at > (select max(published_at) from entsoe.documents where feed_id = f.id) - interval '91 days'
    having count(*) > 0
  ) d
) m on true;
comment on view   entsoe.availability                  is 'What each feed publishes, as learned from its answers: one row per item, area or border, variant, and resolution where it has several. It tells of this database, not of all that the platform has. Ask it for an area or an item; of all it takes seconds, and fewer after: set jit = off.';
comment on column entsoe.availability.item             is 'Name of the data item.';
comment on column entsoe.availability.area             is 'The area: DE_LU, or DE_LU>FR for a border.';
comment on column entsoe.availability.variant          is 'Which of the item''s fixed request parameters are used; empty where there is no choice.';
comment on column entsoe.availability.state            is 'publishes; silent: it did, but had nothing for 8 days and more (90 days for what is published only when something happens); never answered: it was asked and never had data, and is asked ever more rarely; never asked.';
comment on column entsoe.availability.since            is 'The earliest that is stored, in delivery time; of documents when the earliest was updated.';
comment on column entsoe.availability.until            is 'The end of the latest that is stored.';
comment on column entsoe.availability.resolution       is 'ISO 8601 duration between two values: PT15M, PT60M, P1D ...; null for lists, registers and documents.';
comment on column entsoe.availability.rows_per_year    is 'Rows a year of all series together, by the newest ones.';
comment on column entsoe.availability.bytes_per_year   is 'The same on disk, by the present size of the tables: indexes and compression included.';
comment on column entsoe.availability.last_data_at     is 'When it last answered with data; null: never.';
comment on column entsoe.availability.asked_at         is 'When it was last asked; null: never.';
comment on column entsoe.availability.planned          is 'It is in ENTSOE_ITEMS and ENTSOE_AREAS.';
comment on column entsoe.availability.area_eic         is 'EIC of the area; of a border the area that the energy leaves.';
comment on column entsoe.availability.counter_area_eic is 'EIC of the area that the energy enters; empty unless it is a border.';
comment on column entsoe.availability.feed_id          is 'The feed (entsoe.feeds.id).';
