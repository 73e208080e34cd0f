-- +goose Up

-- The functions by step are made with the views, after all migrations.
set local check_function_bodies = off;

-- A border is two curves, one for each direction, whose days are those of the area
-- that the energy leaves. Here both have the days of the area whose net flow it is.
-- +goose StatementBegin
create function entsoe.net_flows(step interval default '1 hour', from_day date default '-infinity', to_day date default 'infinity', zone text default null)
returns table (at timestamptz, until timestamptz, local timestamp, local_day date, area text, counter_area text,
               export_mw double precision, import_mw double precision, net_mw double precision, value double precision, covered double precision,
               unit_title text, area_eic text, counter_area_eic text)
language sql stable parallel safe as $$
  select n.at, n.until, n.local, n.local_day, n.area, n.counter_area, n.export_mw, n.import_mw, n.net_mw, n.net_mw, n.covered, 'MW', n.area_eic, n.counter_area_eic
  from (
    select f.at, f.until, f.local, f.local_day, f.area, f.counter_area, sum(f.export_mw) as export_mw, sum(f.import_mw) as import_mw,
      case when count(*) = 2 or not entsoe.both_directions('cross_border_physical_flows', f.area_eic, f.counter_area_eic)
        then coalesce(sum(f.export_mw), 0) - coalesce(sum(f.import_mw), 0) end as net_mw,
      case when count(*) = 2 or not entsoe.both_directions('cross_border_physical_flows', f.area_eic, f.counter_area_eic) then min(f.covered) else 0 end as covered,
      f.area_eic, f.counter_area_eic
    from (
      select b.at, b.until, b.local, b.local_day, b.area, b.counter_area, b.mw as export_mw, null::double precision as import_mw, b.covered, b.area_eic, b.counter_area_eic
      from entsoe.cross_border_physical_flows_by($1, $2, $3, $4) b
      union all
      select b.at, b.until, b.local, b.local_day, b.counter_area, b.area, null, b.mw, b.covered, b.counter_area_eic, b.area_eic
      from entsoe.entered_areas('cross_border_physical_flows') c
      cross join lateral entsoe.cross_border_physical_flows_by($1, $2, $3, coalesce($4, c.zone)) b
      where b.counter_area_eic = c.eic
    ) f
    group by f.at, f.until, f.local, f.local_day, f.area, f.counter_area, f.area_eic, f.counter_area_eic
  ) n
$$;

create function entsoe.net_schedules(step interval default '1 hour', from_day date default '-infinity', to_day date default 'infinity', zone text default null)
returns table (at timestamptz, until timestamptz, local timestamp, local_day date, area text, counter_area text, contract text,
               export_mw double precision, import_mw double precision, net_mw double precision, value double precision, covered double precision,
               unit_title text, area_eic text, counter_area_eic text)
language sql stable parallel safe as $$
  select n.at, n.until, n.local, n.local_day, n.area, n.counter_area, n.contract,
    n.export_mw, n.import_mw, n.net_mw, n.net_mw, n.covered, 'MW', n.area_eic, n.counter_area_eic
  from (
    select f.at, f.until, f.local, f.local_day, f.area, f.counter_area, f.contract, sum(f.export_mw) as export_mw, sum(f.import_mw) as import_mw,
      case when count(*) = 2 or not entsoe.both_directions('commercial_schedules', f.area_eic, f.counter_area_eic)
        then coalesce(sum(f.export_mw), 0) - coalesce(sum(f.import_mw), 0) end as net_mw,
      case when count(*) = 2 or not entsoe.both_directions('commercial_schedules', f.area_eic, f.counter_area_eic) then min(f.covered) else 0 end as covered,
      f.area_eic, f.counter_area_eic
    from (
      select b.at, b.until, b.local, b.local_day, b.area, b.counter_area, b.contract,
        b.mw as export_mw, null::double precision as import_mw, b.covered, b.area_eic, b.counter_area_eic
      from entsoe.commercial_schedules_by($1, $2, $3, $4) b
      union all
      select b.at, b.until, b.local, b.local_day, b.counter_area, b.area, b.contract, null, b.mw, b.covered, b.counter_area_eic, b.area_eic
      from entsoe.entered_areas('commercial_schedules') c
      cross join lateral entsoe.commercial_schedules_by($1, $2, $3, coalesce($4, c.zone)) b
      where b.counter_area_eic = c.eic
    ) f
    group by f.at, f.until, f.local, f.local_day, f.area, f.counter_area, f.contract, f.area_eic, f.counter_area_eic
  ) n
$$;

-- A border of which nothing is there would be left out of a sum without a word: where
-- its values are not there yet, or are longer than the step.
create function entsoe.net_positions(step interval default '1 hour', from_day date default '-infinity', to_day date default 'infinity', zone text default null)
returns table (at timestamptz, until timestamptz, local timestamp, local_day date, area text,
               export_mw double precision, import_mw double precision, net_mw double precision, value double precision, covered double precision, borders bigint,
               unit_title text, area_eic text)
language sql stable parallel safe as $$
  select n.at, n.until, n.local, n.local_day, n.area, n.export_mw, n.import_mw,
    case when w.whole then n.net_mw end, case when w.whole then n.net_mw end, case when w.whole then n.covered else 0 end, n.borders, 'MW', n.area_eic
  from (
    select f.at, f.until, f.local, f.local_day, f.area, f.area_eic, sum(f.export_mw) as export_mw, sum(f.import_mw) as import_mw,
      case when count(f.net_mw) = count(*) then sum(f.net_mw) end as net_mw, min(f.covered) as covered, count(*) as borders, array_agg(f.counter_area_eic) as seen
    from entsoe.net_flows($1, $2, $3, $4) f
    join entsoe.zones a on a.area_eic = f.area_eic and a.valid @> f.at
    join entsoe.zones c on c.area_eic = f.counter_area_eic and c.valid @> f.at
    group by f.at, f.until, f.local, f.local_day, f.area, f.area_eic
  ) n
  left join (
    select s.eic, s.name, array_agg(s.other) as others, array_agg(t.first_at) as firsts, array_agg(t.last_at) as lasts
    from (
      select s.id, s.area as eic, s.area_name as name, s.counter_area as other
      from entsoe.series s
      where s.item_no = (select i.item_no from entsoe.items i where i.name = 'cross_border_physical_flows')
      union all
      select s.id, s.counter_area, s.counter_area_name, s.area
      from entsoe.series s
      where s.item_no = (select i.item_no from entsoe.items i where i.name = 'cross_border_physical_flows')
    ) s
    join entsoe.zones z on z.area_eic = s.other
    cross join lateral (
      select min(p.at) as first_at, max(p.at) as last_at
      from entsoe.points p
      where p.series_id = s.id and p.at >= entsoe.points_from($1, $2 - 31) and p.at < entsoe.points_to($1, $3)
    ) t
    where t.first_at is not null
    group by s.eic, s.name
  ) b on b.eic = n.area_eic and b.name = n.area
  cross join lateral (
    select case when b.others <@ n.seen then true
      else not exists (
        select from unnest(b.others, b.firsts, b.lasts) o(eic, first_at, last_at)
        join entsoe.zones z on z.area_eic = o.eic and z.valid @> n.at
        where o.first_at < n.until and o.last_at >= n.at - interval '31 days' and o.eic <> all(n.seen)) end as whole
  ) w
$$;
-- +goose StatementEnd

create function entsoe.entered_areas(item text)
returns table (eic text, zone text)
language sql stable parallel safe as $$
  select distinct s.counter_area, coalesce(nullif(a.time_zone, ''), 'Europe/Brussels')
  from entsoe.series s left join entsoe.areas a on a.eic = s.counter_area
  where s.item_no = (select i.item_no from entsoe.items i where i.name = $1)
$$;
comment on function entsoe.entered_areas(text) is 'EICs and time zones of the areas that energy enters by an item of borders.';

create function entsoe.both_directions(item text, area text, counter_area text)
returns boolean
language sql stable parallel safe as $$
  select count(distinct s.area) = 2 from entsoe.series s
  where s.item_no = (select i.item_no from entsoe.items i where i.name = $1) and ((s.area, s.counter_area) = ($2, $3) or (s.area, s.counter_area) = ($3, $2))
$$;
comment on function entsoe.both_directions(text, text, text) is 'Whether an item has ever had values of both directions of a border, given by EICs.';

comment on function entsoe.net_flows(interval, date, date, text) is
  'Physical flows over each border by step, exports and imports of area together: net_mw, or value, is positive where energy leaves area. Each border is here twice, once as seen from each side: name one area, or sum over entsoe.net_positions. Means weighted by time, MW. Zones, control areas and countries stand side by side, as the platform publishes them. net_mw is null and covered 0 where the values of one direction are missing; a border of which only one direction was ever published counts nothing for the other. Arguments as in entsoe.cross_border_physical_flows_by: step, from_day (inclusive), to_day (exclusive), zone; days are those of area.';
comment on function entsoe.net_schedules(interval, date, date, text) is
  'Commercial schedules of each border by step, exports and imports of area together: as entsoe.net_flows. Name the contract: A01 is day-ahead, A05 the total with all intraday trades, which contains it.';
comment on function entsoe.net_positions(interval, date, date, text) is
  'Net position of each bidding zone by physical flows, by step: the sum of entsoe.net_flows over its borders with other zones that are valid then (entsoe.zones), so that no flow counts twice. net_mw, or value, is positive where the zone exports; over all zones it adds up to nothing. borders is how many borders have values in the step, covered the share of the step that the one with the most missing has; net_mw is null and covered 0 where the values of one direction of a border are missing, or of both: where a border has values in the month before and none here, or only longer ones than the step. The position by trades is in entsoe.commercial_schedules_net_positions_by and entsoe.implicit_auction_net_positions_by. Arguments as in entsoe.net_flows.';
