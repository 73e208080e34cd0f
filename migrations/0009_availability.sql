-- +goose Up

create index documents_feed_published on entsoe.documents (feed_id, published_at);

-- TimescaleDB is asked through its name, for the database may do without it.
-- +goose StatementBegin
create function entsoe.bytes_per_row(relation regclass, otherwise double precision, variadic beside regclass[] default '{}')
returns double precision language plpgsql stable as $$
declare
  enough constant integer := 10000;
  extension text := (select quote_ident(n.nspname) from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'timescaledb');
  bytes bigint;
  n     bigint;
begin
  if extension is not null then
    execute format('select sum(total_bytes) from %s.hypertable_detailed_size($1)', extension) into bytes using relation;
    execute format('select %s.approximate_row_count($1)', extension) into n using relation;
  end if;
  if bytes is null then
    select pg_total_relation_size(oid), reltuples into bytes, n from pg_class where oid = relation;
  end if;
  if n < enough then
    return otherwise;
  end if;
  return (bytes + coalesce((select sum(pg_total_relation_size(b)) from unnest(beside) b), 0))::double precision / n;
end $$;
-- +goose StatementEnd
comment on function entsoe.bytes_per_row(regclass, double precision, regclass[]) is
  'What a row of a table takes on disk, indexes and compression included; the second argument as long as the server counts fewer than 10,000 rows. The size of the other tables is added.';

-- Steps of days and longer are counted by the local clock.
create function entsoe.interval_end(at timestamptz, resolution text, longest interval, time_zone text)
returns timestamptz language sql immutable parallel safe
return case
  when resolution ~ '^P[0-9]+[DMY]$' then (at at time zone coalesce(nullif(time_zone, ''), 'Europe/Brussels') + resolution::interval)
    at time zone coalesce(nullif(time_zone, ''), 'Europe/Brussels')
  else at + longest end;
comment on function entsoe.interval_end(timestamptz, text, interval, text) is
  'The end of the interval that begins at an instant, given its resolution, the longest that this can be, and the time zone in which days and longer steps are counted.';

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
    min((select at from entsoe.points where item_no = s.item_no and series_id = s.id order by at limit 1)) as since,
    max(entsoe.interval_end(
      coalesce(n.at, (select at from entsoe.points where item_no = s.item_no and series_id = s.id order by at desc limit 1)),
      s.resolution, s.longest, a.time_zone)) as until,
    coalesce(sum(31557600 * case when n.points > 1 then (n.points - 1) / n.seconds else n.points / extract(epoch from s.longest) end), 0) as rows_per_year,
    (select entsoe.bytes_per_row('entsoe.points', 120)) as row_bytes
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
    (select entsoe.bytes_per_row('entsoe.points_fast', 120))
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
