-- +goose Up

alter table entsoe.items
  add column border   boolean not null default false,
  add column since    date    not null default '2014-12-01',
  add column keeps    integer check (keeps > 0),
  add column archives integer check (archives > 0),
  add column per_year integer not null default 0,
  add column retired  text    not null default '';
comment on column entsoe.items.border   is 'It is asked for borders, DE_LU>FR; else for areas.';
comment on column entsoe.items.since    is 'First day with data.';
comment on column entsoe.items.keeps    is 'Days for which the platform keeps it; null: for ever.';
comment on column entsoe.items.archives is 'Of an archive: days after which the platform moves values into it; null: it has all.';
comment on column entsoe.items.per_year is 'Values, rows or documents of one feed in a year, typically; for estimates before anything is known.';
comment on column entsoe.items.retired  is 'The month since when the platform refuses it; empty: it does not.';

create table entsoe.variants (
  latest_clock  interval not null,
  latest_months integer  not null,
  latest_days   integer  not null,
  on_demand     boolean  not null,
  backfilled    boolean  not null,
  item          text     not null references entsoe.items (name),
  variant       text     not null,
  title         text     not null,
  axis          text     not null check (axis in ('delivery', 'update', 'date')),
  unit          text     not null check (unit in ('instant', 'day', 'week', 'month', 'quarter', 'year')),
  primary key (item, variant)
);
comment on table  entsoe.variants               is 'The questions that are asked of each data item, and when its values are due: a copy of the catalogue, renewed by every migration.';
comment on column entsoe.variants.latest_clock  is 'Deadline of a unit of delivery: time of day in Brussels, or after the start of the interval where each is published by itself ...';
comment on column entsoe.variants.latest_months is '... on its first day moved by so many months ...';
comment on column entsoe.variants.latest_days   is '... and days.';
comment on column entsoe.variants.on_demand     is 'Asked by people and backfills only.';
comment on column entsoe.variants.backfilled    is 'Asked by a backfill that names no variant.';
comment on column entsoe.variants.item          is 'Name of the data item.';
comment on column entsoe.variants.variant       is 'Which of the item''s fixed request parameters are used; empty where there is no choice.';
comment on column entsoe.variants.title         is 'The variant for people; empty where there is no choice.';
comment on column entsoe.variants.axis          is 'The time in which its windows and its coverage are counted: delivery; update: when documents were last changed; date: the day whose state is told.';
comment on column entsoe.variants.unit          is 'What of delivery is published at once: an instant (each interval by itself), a day, week, month, quarter or year.';

create table entsoe.places (
  valid_from   date,
  valid_until  date,
  item         text not null references entsoe.items (name),
  area         text not null,
  counter_area text not null default '',
  name         text not null,
  time_zone    text not null,
  primary key (item, area, counter_area)
);
comment on table  entsoe.places              is 'Where data of each item can be expected, today or in the past: a copy of the catalogue, renewed by every migration. The areas and borders that "all" stands for.';
comment on column entsoe.places.valid_from   is 'First delivery day; null: always.';
comment on column entsoe.places.valid_until  is 'First day without data; null: still valid.';
comment on column entsoe.places.item         is 'Name of the data item.';
comment on column entsoe.places.area         is 'EIC of the area; of a border the area that the energy leaves.';
comment on column entsoe.places.counter_area is 'EIC of the area that the energy enters; empty unless it is a border.';
comment on column entsoe.places.name         is 'The area for people: DE_LU, or DE_LU>FR for a border.';
comment on column entsoe.places.time_zone    is 'IANA time zone in which the item''s days are counted there.';

create table entsoe.catalogue (
  single boolean primary key default true check (single),
  digest text    not null
);
comment on table  entsoe.catalogue        is 'Of which catalogue items, variants, places, areas, codes and lines are copies, so that a start need not compare them row by row.';
comment on column entsoe.catalogue.single is 'Always true: there is one row.';
comment on column entsoe.catalogue.digest is 'SHA-256 of the catalogue and the server''s version. delete from entsoe.catalogue lets the next start copy it again.';

-- Up to where the deadline of an item has passed: the end of the last unit of
-- delivery whose deadline is not after an instant.
-- +goose StatementBegin
create function entsoe.settled(unit text, months integer, days integer, clock interval, time_zone text, at timestamptz)
returns timestamptz language plpgsql immutable parallel safe as $$
declare
  step  interval;
  near  timestamp;
  found timestamp;
begin
  if settled.unit = 'instant' then
    return date_bin('15 minutes',
      (settled.at at time zone settled.time_zone - make_interval(months => settled.months, days => settled.days)) at time zone settled.time_zone - settled.clock,
      timestamptz '2000-01-01 00:00Z');
  end if;
  step := case settled.unit when 'quarter' then interval '3 months' else ('1 ' || settled.unit)::interval end;
  near := date_trunc(settled.unit, settled.at at time zone settled.time_zone - make_interval(months => settled.months, days => settled.days) - settled.clock);
  select max(u) into found
  from generate_series(near - 2 * step, near + 2 * step, step) u
  where (u + make_interval(months => settled.months, days => settled.days) + settled.clock) at time zone 'Europe/Brussels' <= settled.at;
  return (found + step) at time zone settled.time_zone;
end $$;
-- +goose StatementEnd
comment on function entsoe.settled(text, integer, integer, interval, text, timestamptz) is
  'Up to which delivery time the deadline had passed at an instant, given the unit of delivery and its deadline (entsoe.variants) and the time zone in which units are counted.';

-- +goose StatementBegin
create function entsoe.expected(item text, area text, counter_area text, variant text, from_time timestamptz, to_time timestamptz, at timestamptz)
returns tstzrange language sql stable parallel safe
begin atomic
  select tstzrange(b.lower, greatest(b.lower, b.upper))
  from (
    select
      greatest(expected.from_time, greatest(i.since, p.valid_from)::timestamp at time zone z.name,
        date_trunc('day', expected.at - make_interval(days => i.keeps), 'Europe/Brussels')) as lower,
      least(expected.to_time, p.valid_until::timestamp at time zone z.name,
        entsoe.settled(v.unit, v.latest_months, v.latest_days, v.latest_clock, z.name, expected.at),
        date_trunc('day', expected.at - make_interval(days => i.archives), 'Europe/Brussels')) as upper
    from entsoe.items i
    join entsoe.variants v on v.item = i.name and v.variant = expected.variant
    left join entsoe.places p on (p.item, p.area, p.counter_area) = (expected.item, expected.area, expected.counter_area)
    left join entsoe.areas a on a.eic = expected.area
    cross join lateral (select coalesce(p.time_zone, nullif(a.time_zone, ''), 'Europe/Brussels') as name) z
    where i.name = expected.item
  ) b;
end;
-- +goose StatementEnd
comment on function entsoe.expected(text, text, text, text, timestamptz, timestamptz, timestamptz) is
  'What of a span should have been published of an item, area (EIC) and variant by the instant at: from its first day on, as long as the area is there and the platform keeps it, up to where the deadline has passed. Empty: nothing.';
