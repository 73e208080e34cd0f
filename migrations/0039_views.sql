-- +goose Up

-- Days and longer steps are counted by the local clock. Which clock that is an
-- interval tells by its start.
create function entsoe.calendar_zone(at timestamptz, time_zone text)
returns text language sql immutable parallel safe
return case time '00:00'
  when (at at time zone time_zone)::time then time_zone
  when (at at time zone 'Europe/Brussels')::time then 'Europe/Brussels'
  when (at at time zone 'UTC')::time then 'UTC'
  else time_zone end;
comment on function entsoe.calendar_zone(timestamptz, text) is
  'The time zone in which an interval of days, weeks, months or years is counted that begins at an instant: the first of the area''s, Europe/Brussels and UTC in which that is midnight; where it is in none, the area''s.';

-- Not immutable, although it is but for its declaration: what adds an interval to an
-- instant is not, and the planner could not see through it then.
create function entsoe.interval_end(at timestamptz, step interval, calendar boolean, time_zone text)
returns timestamptz language sql stable parallel safe
return case
  when calendar then (at at time zone entsoe.calendar_zone(at, time_zone) + step) at time zone entsoe.calendar_zone(at, time_zone)
  else at + step end;
comment on function entsoe.interval_end(timestamptz, interval, boolean, text) is
  'The end of the interval that begins at an instant, given step, calendar and time_zone of its series. Calendar steps are counted in the first of the area''s zone, Europe/Brussels and UTC in which the interval begins at midnight. Null if the series has no step.';

create or replace function entsoe.interval_end(at timestamptz, resolution text, longest interval, time_zone text)
returns timestamptz language sql stable parallel safe
return case
  when resolution ~ '^P[0-9]' then entsoe.interval_end(at, resolution::interval, true, coalesce(nullif(time_zone, ''), 'Europe/Brussels'))
  else at + longest end;
comment on function entsoe.interval_end(timestamptz, text, interval, text) is
  'The end of the interval that begins at an instant, given its resolution, the longest that this can be, and the time zone of its area: as entsoe.interval_end of a step says.';

-- The area whose exchange with all others a series is stands on either side of it.
alter table entsoe.series
  add column imported         boolean not null default false,
  add column balance_area     text,
  add column balance_area_eic text;
comment on column entsoe.series.imported         is 'Of the exchange of an area with all others together: energy enters the area, which is the counter area of the series; the other side is a region, or no area.';
comment on column entsoe.series.balance_area     is 'Of such an exchange: name of the area, on whichever side of the series it stands; of other series that of the area.';
comment on column entsoe.series.balance_area_eic is 'EIC of that area.';
comment on column entsoe.series.time_zone        is 'IANA time zone of the area (of an import that of the counter area); Europe/Brussels where none is known.';

-- +goose StatementBegin
create function entsoe.area_words(area text, counter_area text)
returns table (area_name text, counter_area_name text, time_zone text, imported boolean, balance_area text, balance_area_eic text)
language sql stable parallel safe
begin atomic
  select w.area_name, w.counter_area_name,
    coalesce(nullif(case when w.imported then w.counter_zone else w.zone end, ''), 'Europe/Brussels'), w.imported,
    case when w.imported then w.counter_area_name else w.area_name end,
    case when w.imported then area_words.counter_area else area_words.area end
  from (
    select coalesce(nullif(a.code, ''), area_words.area) as area_name, coalesce(nullif(c.code, ''), area_words.counter_area) as counter_area_name,
      a.time_zone as zone, c.time_zone as counter_zone,
      (a.eic is null or 'REG' = any(a.kinds)) and c.eic is not null and not 'REG' = any(c.kinds) as imported
    from (select) one
    left join entsoe.areas a on a.eic = area_words.area
    left join entsoe.areas c on c.eic = area_words.counter_area
  ) w;
end;
-- +goose StatementEnd
comment on function entsoe.area_words(text, text) is 'What entsoe.series holds of the areas of a series, given their EICs.';

-- A plan for any series: to make one for each takes twenty times as long as the rest.
-- +goose StatementBegin
create or replace function entsoe.word_series()
returns trigger language plpgsql set plan_cache_mode = force_generic_plan as $$
begin
  select w.*, entsoe.unit_title(new.unit, case when new.quantity is not null then new.currency end, i.unit)
  into new.area_name, new.counter_area_name, new.time_zone, new.imported, new.balance_area, new.balance_area_eic, new.unit_title
  from entsoe.area_words(new.area, new.counter_area) w left join entsoe.items i on i.item_no = new.item_no;
  new.step     := nullif(new.resolution, '')::interval;
  new.calendar := coalesce(new.resolution ~ '^P[0-9]', false);
  new.seconds  := case when not new.calendar then extract(epoch from new.step) end;
  return new;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
create or replace function entsoe.reword_series()
returns trigger language plpgsql as $$
begin
  -- Saves lock series in this order.
  update entsoe.series s set area = s.area
  from (
    select o.id from entsoe.series o cross join lateral entsoe.area_words(o.area, o.counter_area) w
    where (o.area_name, o.counter_area_name, o.time_zone, o.imported, o.balance_area, o.balance_area_eic)
      is distinct from (w.area_name, w.counter_area_name, w.time_zone, w.imported, w.balance_area, w.balance_area_eic)
    order by o.id for no key update of o
  ) o
  where o.id = s.id;
  return null;
end $$;
-- +goose StatementEnd

update entsoe.series set area = area;

-- Which series has the best value when. Asked of each value, whether a preferred series
-- has one, too, costs more than reading the value.
create table entsoe.best_spans (
  span_from timestamptz not null,
  span_to   timestamptz not null check (span_from < span_to),
  series_id integer     not null,
  primary key (series_id, span_from)
) with (fillfactor = 80);
comment on table  entsoe.best_spans           is 'Of items with a view <item>_best: the time in which no preferred series of the same rival_key has an interval, so that the values of this one are the best, wherever it has any. A series without rivals has one row. Saving keeps it with entsoe.series.extent.';
comment on column entsoe.best_spans.span_from is 'Start of the span; -infinity: always.';
comment on column entsoe.best_spans.span_to   is 'End of the span, exclusive; infinity: always.';
comment on column entsoe.best_spans.series_id is 'The series (entsoe.series.id).';

-- Writes only what differs: of two rivals that grow, one row of the one that yields.
-- +goose StatementBegin
create function entsoe.renew_best_spans(changed integer[])
returns void language sql
begin atomic
  with wanted as (
    select s.id as series_id, coalesce(lower(r.span), '-infinity') as span_from, coalesce(upper(r.span), 'infinity') as span_to
    from entsoe.series s
    cross join lateral (
      select range_agg(b.extent) as all_of from entsoe.series b
      where b.rival_key = s.rival_key and (b.rank, b.id) < (s.rank, s.id)
    ) hidden
    cross join lateral unnest(tstzmultirange(tstzrange(null, null)) - coalesce(hidden.all_of, '{}')) r(span)
    where s.rival_key in (select c.rival_key from entsoe.series c where c.id = any(renew_best_spans.changed))
  ), gone as (
    delete from entsoe.best_spans b
    using entsoe.series s
    where b.series_id = s.id
      and s.rival_key in (select c.rival_key from entsoe.series c where c.id = any(renew_best_spans.changed))
      and not exists (select from wanted w where w.series_id = b.series_id and w.span_from = b.span_from)
  )
  insert into entsoe.best_spans as b (span_from, span_to, series_id)
  select w.span_from, w.span_to, w.series_id from wanted w
  where not exists (select from entsoe.best_spans h where (h.series_id, h.span_from, h.span_to) = (w.series_id, w.span_from, w.span_to))
  on conflict (series_id, span_from) do update set span_to = excluded.span_to;
end;
-- +goose StatementEnd
comment on function entsoe.renew_best_spans(integer[]) is
  'Brings entsoe.best_spans into agreement with the extents of series, given those whose extents have changed: of them and of all their rivals. Who calls it holds the rows of all of these in entsoe.series locked.';

-- +goose StatementBegin
create function entsoe.new_best_span()
returns trigger language plpgsql as $$
begin
  insert into entsoe.best_spans (span_from, span_to, series_id)
  select '-infinity', 'infinity', new.id from entsoe.items i where i.item_no = new.item_no and i.best;
  return null;
end $$;
-- +goose StatementEnd
comment on function entsoe.new_best_span() is 'Gives a new series of an item with best values all of time, until it or a rival has values.';
create trigger new_best_span after insert on entsoe.series
  for each row execute function entsoe.new_best_span();
comment on trigger new_best_span on entsoe.series is 'Gives a new series its row in entsoe.best_spans.';

select entsoe.renew_best_spans(array(select s.id from entsoe.series s join entsoe.items i using (item_no) where i.best));
comment on column entsoe.items.best is 'Several series compete for one value: there is a view <name>_best, and entsoe.series.extent and entsoe.best_spans are kept.';

-- Since when there are answers with data. Where that was not kept it is the time to
-- which the database is bound to its source: nothing is older.
alter table entsoe.feeds add column known_since timestamptz;
comment on column entsoe.feeds.known_since is 'Since when this database has known data of the feed, or longer; null: it has none.';
update entsoe.feeds f
set known_since = coalesce(least(
  (select claimed_at from entsoe.source), f.first_data_at, (select min(r.at) from entsoe.fetches r where r.feed_id = f.id and r.outcome = 'data')), '-infinity')
where f.first_data_at is not null
   or exists (select from entsoe.feed_series k where k.feed_id = f.id)
   or exists (select from entsoe.documents d where d.feed_id = f.id);

-- +goose StatementBegin
create function entsoe.warn_unknown(item text, t timestamptz, or_earliest boolean)
returns boolean language plpgsql stable parallel safe as $$
declare
  since timestamptz;
begin
  if warn_unknown.or_earliest then
    return true;
  end if;
  select min(f.known_since) into since from entsoe.feeds f where f.item = warn_unknown.item or warn_unknown.item is null;
  if since is null then
    raise notice 'this database knows nothing of % yet', coalesce(warn_unknown.item, 'any item');
  elsif warn_unknown.t < since then
    raise notice 'this database has known of % since %, and nothing at %', coalesce(warn_unknown.item, 'any item'),
      to_char(since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), to_char(warn_unknown.t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
      using hint = 'or_earliest => true shows the values that were known first.';
  end if;
  return true;
end $$;
-- +goose StatementEnd
comment on function entsoe.warn_unknown(text, timestamptz, boolean) is
  'Tells by a notice that the database knew nothing of an item (null: of any) at the instant t, unless that is asked for. Always true.';

-- All versions that were known at the instant t. A value that became known
-- only later is not among them, or, with or_earliest, stands with its earliest
-- version. One select, so that the planner sees through it.
-- +goose StatementBegin
create function entsoe.as_of(t timestamptz, or_earliest boolean default false)
returns table (item text, area text, counter_area text, at timestamptz, until timestamptz, value double precision, unit text, unit_title text, currency text,
               resolution text, step interval, known_from timestamptz, area_eic text, counter_area_eic text, series_id integer)
language sql stable parallel safe
begin atomic
  with versions as (
    select p.series_id, p.at, p.value, p.at + p.known_after * interval '1 second' as known_from, timestamptz 'infinity' as known_until from entsoe.points p
    union all
    select p.series_id, p.at, p.value, p.at + p.known_after * interval '1 second', 'infinity' from entsoe.points_fast p
    union all
    select h.series_id, h.at, h.value, h.known_from, h.known_until from entsoe.point_history h
  )
  select s.item, s.area_name, s.counter_area_name, v.at, entsoe.interval_end(v.at, s.step, s.calendar, s.time_zone), v.value, s.unit, s.unit_title, s.currency,
    s.resolution, s.step, v.known_from, s.area, s.counter_area, s.id
  from versions v join entsoe.series s on s.id = v.series_id
  where (select entsoe.warn_unknown(null, as_of.t, as_of.or_earliest))
    and (v.known_from <= as_of.t and v.known_until > as_of.t
      or as_of.or_earliest and v.known_from > as_of.t and v.known_until > v.known_from and not exists (
           select from entsoe.point_history e
           where e.series_id = v.series_id and e.at = v.at and e.known_from < v.known_from and e.known_until > e.known_from));
end;
-- +goose StatementEnd
comment on function entsoe.as_of(timestamptz, boolean) is
  'The values of all curves as this database knew them at the instant t. With or_earliest, values first seen after t stand with the earliest value known. area and counter_area are names as in the views, area_eic and counter_area_eic their EICs; join entsoe.series on series_id for more. Of one item with its own columns: entsoe.<item>_as_of. Give item and a span of at.';

-- What others built on it is in entsoe.kept_views.
drop function entsoe.entries_as_of(timestamptz) cascade;
-- +goose StatementBegin
create function entsoe.entries_as_of(t timestamptz, or_earliest boolean default false)
returns table (item text, area text, counter_area text, at timestamptz, until timestamptz, entry_values jsonb,
               details jsonb, resolution text, known_from timestamptz, area_eic text, counter_area_eic text, series_id integer, feed_id bigint)
language sql stable parallel safe
begin atomic
  select s.item, s.area_name, s.counter_area_name, e.at, nullif(e.until, 'infinity'), e.values,
    e.details, s.resolution, e.known_from, s.area, s.counter_area, e.series_id, e.feed_id
  from entsoe.entries e join entsoe.series s on s.id = e.series_id
  where (select entsoe.warn_unknown(null, entries_as_of.t, entries_as_of.or_earliest))
    and (e.known_from <= entries_as_of.t and e.known_until > entries_as_of.t
      or entries_as_of.or_earliest and e.known_from > entries_as_of.t and e.known_until > e.known_from and not exists (
           select from entsoe.entries o
           where o.series_id = e.series_id and o.at = e.at and o.feed_id = e.feed_id and o.known_from < e.known_from and o.known_until > o.known_from));
end;
-- +goose StatementEnd
comment on function entsoe.entries_as_of(timestamptz, boolean) is
  'The rows of lists and registers as this database knew them at the instant t. With or_earliest, of what begins at an instant of which nothing was known at t, the rows that were known first. area and counter_area are names as in the views, area_eic and counter_area_eic their EICs; join entsoe.series on series_id for more. Give item and a span of at.';
