-- +goose Up

-- +goose StatementBegin
create function entsoe.unavailable_capacity_by(step interval default '1 hour', from_day date default '-infinity', to_day date default 'infinity', zone text default null)
returns table (at timestamptz, until timestamptz, local timestamp, local_day date, item text, area text, psr_type text, psr_type_title text,
               mw double precision, value double precision, units bigint, unit_title text, area_eic text)
language sql stable parallel safe as $$
  select o.at, o.until, o.at at time zone o.zone, (o.at at time zone o.zone)::date, o.item, o.area, o.psr_type, t.title, o.mw, o.mw, o.units, 'MW', o.eic
  from (
    select s.at, s.until, z.zone, i.name as item, coalesce(nullif(a.code, ''), u.area) as area, nullif(u.psr_type, '') as psr_type, u.area as eic,
      sum(c.mw * date_part('epoch', least(c.until, s.until) - greatest(c.at, s.at))) / date_part('epoch', s.until - s.at) as mw,
      count(distinct u.unit) as units
    from entsoe.unit_outages u
    cross join lateral entsoe.counted_outage(u.item_no, u.area, u.resource, u.at, u.until, u.unavailable_mw) c
    join entsoe.items i on i.item_no = u.item_no
    left join entsoe.areas a on a.eic = u.area
    cross join lateral (
      select n.zone, entsoe.local_instant($2::timestamp, n.zone) as from_at, entsoe.local_instant($3::timestamp, n.zone) as to_at
      from (select coalesce($4, nullif(a.time_zone, ''), 'Europe/Brussels') as zone) n
      offset 0
    ) z
    cross join lateral (
      select tick as at, tick + $1 as until
      from generate_series(
        date_bin($1, greatest(c.at, z.from_at), case when $4 is null then timestamptz '2001-01-01 00:00Z' else timestamp '2001-01-01' at time zone $4 end),
        least(c.until, z.to_at, entsoe.clock() + interval '5 years'), case when $1 <= interval '1 hour' then $1 else interval '1 hour' end) tick
      where $1 <= interval '1 hour'
      union all
      select entsoe.local_instant(local, z.zone), entsoe.local_instant(local + $1, z.zone)
      from generate_series(entsoe.step_local(greatest(c.at, z.from_at) at time zone z.zone, $1),
        least(c.until, z.to_at, entsoe.clock() + interval '5 years') at time zone z.zone, $1) local
      where $1 > interval '1 hour'
    ) s
    where entsoe.check_step($1)
      and tstzrange(u.at, u.until) && tstzrange(entsoe.points_from($1, $2), entsoe.points_to($1, $3))
      and s.at >= z.from_at and s.at < z.to_at and s.at < c.until and s.until > c.at
    group by s.at, s.until, z.zone, i.name, a.code, u.area, u.psr_type
  ) o
  left join entsoe.codes t on t.list = 'psrType' and t.code = o.psr_type
$$;
-- +goose StatementEnd
comment on function entsoe.unavailable_capacity_by(interval, date, date, text) is
  'Unavailable power by step, item, area and kind of production, as the latest revisions say: averaged over the step, each unit counted once at any time, with at most its nominal power. No row: nothing is unavailable. sum(mw) over items counts nothing twice: a production unit (plant) counts only with what goes beyond its generation units at the time. units is how many units have an outage in the step. step: 1, 5, 10, 15, 20 or 30 minutes, 1, 2, 3, 4, 6, 8 or 12 hours counted from local midnight, 1 day, 7 days (from Monday), 1 month, 3 months, 1 year. from_day (inclusive) and to_day (exclusive) are local days: whole steps that begin in them, of the next five years at most. Days are those of each area, with 23 and 25 hours in spring and autumn, or of the time zone given as zone.';
