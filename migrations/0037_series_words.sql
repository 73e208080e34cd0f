-- +goose Up

-- What the views show of a series, and what they are asked by, stands with the
-- series: a filter on the name of an area then is one on a column that has
-- statistics, instead of an expression over a join that the planner takes for one row.
alter table entsoe.series
  add column step              interval,
  add column seconds           double precision,
  add column calendar          boolean not null default false,
  add column time_zone         text    not null default 'Europe/Brussels',
  add column area_name         text,
  add column counter_area_name text,
  add column unit_title        text;
create index series_item_area_name on entsoe.series (item_no, area_name);
comment on column entsoe.series.step              is 'The resolution as an interval; null: rows have lengths of their own. Days and longer are counted by the local clock.';
comment on column entsoe.series.seconds           is 'The resolution in seconds; null for days and longer, whose lengths differ.';
comment on column entsoe.series.calendar          is 'The resolution is one of days, weeks, months or years.';
comment on column entsoe.series.time_zone         is 'IANA time zone of the area; Europe/Brussels where none is known.';
comment on column entsoe.series.area_name         is 'Name of the area (entsoe.areas.code); its EIC if it has no name.';
comment on column entsoe.series.counter_area_name is 'Name of the counter area; its EIC if it has no name.';
comment on column entsoe.series.unit_title        is 'The unit as people write it: MW, MWh, EUR/MWh ... Of rows with quantities and prices that of the quantity.';

-- The unit of a price is what it is per, where the document tells it and it is a
-- unit of power or energy; else what the item's prices are per. Sums of money are
-- per nothing, whatever is sent.
create function entsoe.unit_title(unit text, currency text, item_unit text)
returns text language sql immutable parallel safe
return case
  when currency is null then coalesce(
    case unit
      when 'MAW' then 'MW' when 'MWH' then 'MWh' when 'KWT' then 'kW' when 'KWH' then 'kWh' when 'WTT' then 'W' when 'A90' then 'GW' when 'GWH' then 'GWh'
      when 'MAR' then 'Mvar' when 'KVR' then 'kvar' when 'MAH' then 'Mvarh' when 'MVA' then 'MVA' when 'E08' then 'MW/Hz'
      when 'HTZ' then 'Hz' when 'MTZ' then 'mHz' when 'AMP' then 'A' when 'KVT' then 'kV' when 'OHM' then 'ohm' when 'DD' then 'degree'
      when 'P1' then '%' when 'C62' then '1' when 'MIN' then 'min' when 'SEC' then 's' when 'GKH' then 'g/kWh'
      when 'MTR' then 'm' when 'KMT' then 'km' when 'MMT' then 'mm' when 'MTQ' then 'm3' when 'HMQ' then 'hm3' when 'MQS' then 'm3/s' when 'MTS' then 'm/s'
      when 'CEL' then 'degree Celsius' when 'KEL' then 'K' when 'A97' then 'hPa' when 'D54' then 'W/m2' when 'A59' then 'okta'
      else unit
    end,
    case when item_unit in ('MW', 'MWh') then item_unit end)
  when item_unit like 'currency (%' then currency
  else currency || coalesce(
    case unit
      when 'MWH' then '/MWh' when 'KWH' then '/kWh' when 'GWH' then '/GWh' when 'KWT' then '/kW'
      when 'MAW' then '/MW' || case when item_unit like '% per hour' then ' per hour' else '' end
    end,
    substring(item_unit from 'currency(/[A-Za-z]+(?: per hour)?)'), '')
  end;
comment on function entsoe.unit_title(text, text, text) is
  'A unit as people write it, from the code of the unit, the currency if the value is money, and entsoe.items.unit, which tells prices from sums of money and what is meant where no unit was sent.';

-- +goose StatementBegin
create function entsoe.word_series()
returns trigger language plpgsql as $$
declare
  place   entsoe.areas;
  counter entsoe.areas;
begin
  select a.* into place   from entsoe.areas a where a.eic = new.area;
  select a.* into counter from entsoe.areas a where a.eic = new.counter_area;
  new.area_name         := coalesce(nullif(place.code, ''), new.area);
  new.counter_area_name := coalesce(nullif(counter.code, ''), new.counter_area);
  new.time_zone         := coalesce(nullif(place.time_zone, ''), 'Europe/Brussels');
  new.step              := nullif(new.resolution, '')::interval;
  new.calendar          := coalesce(new.resolution ~ '^P[0-9]', false);
  new.seconds           := case when not new.calendar then extract(epoch from new.step) end;
  new.unit_title        := entsoe.unit_title(new.unit, case when new.quantity is not null then new.currency end, (select i.unit from entsoe.items i where i.item_no = new.item_no));
  return new;
end $$;
-- +goose StatementEnd
comment on function entsoe.word_series() is 'Sets what entsoe.series holds for people: names, the time zone, the step, the unit.';
create trigger word_series before insert or update of area, counter_area, item_no, resolution, unit, currency on entsoe.series
  for each row execute function entsoe.word_series();
comment on trigger word_series on entsoe.series is 'Sets names, the time zone, the step and the unit of a series.';

-- +goose StatementBegin
create function entsoe.reword_series()
returns trigger language plpgsql as $$
begin
  update entsoe.series s set area = s.area
  from entsoe.areas a
  where a.eic in (s.area, s.counter_area)
    and ( a.eic = s.area and (s.area_name, s.time_zone) is distinct from (coalesce(nullif(a.code, ''), a.eic), coalesce(nullif(a.time_zone, ''), 'Europe/Brussels'))
       or a.eic = s.counter_area and s.counter_area_name is distinct from coalesce(nullif(a.code, ''), a.eic));
  return null;
end $$;
-- +goose StatementEnd
comment on function entsoe.reword_series() is 'Renews the names in entsoe.series after a change of the areas.';
create trigger reword_series after insert or update on entsoe.areas
  for each statement execute function entsoe.reword_series();
comment on trigger reword_series on entsoe.areas is 'Renews the names in entsoe.series.';

update entsoe.series set area = area;
