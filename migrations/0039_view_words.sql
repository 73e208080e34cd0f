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

-- +goose StatementBegin
create or replace function entsoe.word_series()
returns trigger language plpgsql as $$
begin
  select w.* into new.area_name, new.counter_area_name, new.time_zone, new.imported, new.balance_area, new.balance_area_eic
  from entsoe.area_words(new.area, new.counter_area) w;
  new.step       := nullif(new.resolution, '')::interval;
  new.calendar   := coalesce(new.resolution ~ '^P[0-9]', false);
  new.seconds    := case when not new.calendar then extract(epoch from new.step) end;
  new.unit_title := entsoe.unit_title(new.unit, new.currency, (select i.unit from entsoe.items i where i.item_no = new.item_no));
  return new;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
create or replace function entsoe.reword_series()
returns trigger language plpgsql as $$
begin
  update entsoe.series s set area = s.area
  from entsoe.series o cross join lateral entsoe.area_words(o.area, o.counter_area) w
  where o.id = s.id
    and (o.area_name, o.counter_area_name, o.time_zone, o.imported, o.balance_area, o.balance_area_eic)
      is distinct from (w.area_name, w.counter_area_name, w.time_zone, w.imported, w.balance_area, w.balance_area_eic);
  return null;
end $$;
-- +goose StatementEnd

update entsoe.series set area = area;
