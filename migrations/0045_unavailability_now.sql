-- +goose Up

create or replace view entsoe.unavailability as
select i.name as item,
  coalesce(a.code, p.area, f.area) as area,
  coalesce(c.code, case when p.area is null then nullif(f.counter_area, '') else p.counter_area end) as counter_area,
  p.psr_type, t.title as psr_type_title, p.unit, p.resource, p.resource_name, p.generation_unit, p.unit_name, p.location, p.nominal_mw,
  r.at, r.until, tstzrange(r.at, r.until) as during,
  r.mw as available_mw, case when p.nominal_mw is not null then greatest(least(p.nominal_mw - r.mw, p.nominal_mw), 0) end as unavailable_mw,
  p.business_type, b.title as business_type_title,
  d.mrid, d.revision, d.published_at as published_from, d.published_until, d.known_from, d.known_until,
  case when d.reasons = '[]' then p.reasons else d.reasons end -> 0 ->> 'code' as reason_code,
  case when d.reasons = '[]' then p.reasons else d.reasons end -> 0 ->> 'text' as reason_text,
  coalesce(d.seen_at, d.known_from) as last_seen,
  coalesce(p.area, f.area) as area_eic, case when p.area is null then nullif(f.counter_area, '') else p.counter_area end as counter_area_eic
from entsoe.document_runs r
join entsoe.document_parts p on p.document_id = r.document_id and p.n = r.n
join entsoe.documents d on d.id = r.document_id
join entsoe.feeds f on f.id = d.feed_id
join entsoe.items i on i.item_no = d.item_no
left join entsoe.areas a on a.eic = coalesce(p.area, f.area)
left join entsoe.areas c on c.eic = case when p.area is null then nullif(f.counter_area, '') else p.counter_area end
left join entsoe.codes t on t.list = 'psrType' and t.code = p.psr_type
left join entsoe.codes b on b.list = 'businessType' and b.code = p.business_type
where d.active;
comment on view entsoe.unavailability is
  'All revisions of all outages, the superseded ones as well: for what is unavailable now take entsoe.unavailability_now, at another instant entsoe.unavailability_as_of(T, K), by hour entsoe.unavailable_capacity. A sum over this view counts an outage once for each revision, unless it names both clocks: which capacity of which unit was unavailable at T, as known at K, is where during @> T (or at <= T and until > T, which is slower) and published_from <= K and published_until > K. This goes by the platform''s publication; known_from and known_until in the place of the published ones tell what this database knew at K. The latest revisions are those with published_until = ''infinity''. Those that cancel or withdraw a document are not here; they only end the ones before. One row per unit and run of each document: where a unit has several documents at once it is there several times.';
comment on column entsoe.unavailability.area_eic         is 'EIC of the area.';
comment on column entsoe.unavailability.counter_area_eic is 'EIC of the counter area; null unless it is a border.';

-- What others built on it is in entsoe.kept_views.
drop function entsoe.unavailability_as_of(timestamptz, timestamptz, boolean) cascade;
-- One select, so that the planner sees through it. Infinity as K is the latest
-- revision, which ends at infinity.
-- +goose StatementBegin
create function entsoe.unavailability_as_of(t timestamptz, known timestamptz default 'infinity', by_database boolean default false)
returns table (item text, area text, counter_area text, psr_type text, psr_type_title text, unit text, resource text, resource_name text,
               generation_unit text, unit_name text, location text, nominal_mw double precision, available_mw double precision,
               unavailable_mw double precision, at timestamptz, until timestamptz, business_type text, business_type_title text,
               mrid text, revision integer, published_from timestamptz, known_from timestamptz, reason_code text, reason_text text,
               last_seen timestamptz, area_eic text, counter_area_eic text)
language sql stable parallel safe
begin atomic
  select distinct on (u.item, u.area, u.counter_area, u.unit)
    u.item, u.area, u.counter_area, u.psr_type, u.psr_type_title, u.unit, u.resource, u.resource_name,
    u.generation_unit, u.unit_name, u.location, u.nominal_mw, u.available_mw,
    u.unavailable_mw, u.at, u.until, u.business_type, u.business_type_title,
    u.mrid, u.revision, u.published_from, u.known_from, u.reason_code, u.reason_text,
    u.last_seen, u.area_eic, u.counter_area_eic
  from entsoe.unavailability u
  where u.during @> unavailability_as_of.t
    and case when unavailability_as_of.by_database
        then u.known_from <= unavailability_as_of.known
          and (u.known_until > unavailability_as_of.known or u.known_until = 'infinity')
        else u.published_from <= unavailability_as_of.known
          and (u.published_until > unavailability_as_of.known or u.published_until = 'infinity') end
    and (u.unavailable_mw > 0 or u.unavailable_mw is null)
  order by u.item, u.area, u.counter_area, u.unit, u.unavailable_mw desc nulls last, u.available_mw, u.mrid, u.at;
end;
-- +goose StatementEnd
comment on function entsoe.unavailability_as_of(timestamptz, timestamptz, boolean) is
  'Which capacity of which unit is unavailable at the instant t, as the platform had published it at the instant known; without known, as the latest revisions say. With by_database, as this database had seen it at known. A document counts from its first revision until one that cancels or withdraws it. One row per item, area and unit: of several documents at once the one that makes most unavailable. Columns as in entsoe.unavailability. Sum unavailable_mw over one item only: an outage of a generation unit may be published for its production unit as well; entsoe.unavailability_now sees to that for the present.';

-- Which units belong together.
alter table entsoe.unit_outages add column resource text;
update entsoe.unit_outages o
set resource = (select max(p.resource) from entsoe.document_parts p where p.unit = o.unit);
create index unit_outages_resource_at on entsoe.unit_outages (resource, at);
comment on column entsoe.unit_outages.resource is 'EIC of the production unit that the unit is, or belongs to; null: not sent.';

-- Of a production unit counts, piece by piece, what goes beyond the sum of its
-- generation units: over steps longer than an hour their means must not be compared,
-- since they may have been out at different times.
-- +goose StatementBegin
create function entsoe.counted_outage(item_no smallint, area text, resource text, at timestamptz, until timestamptz, unavailable_mw double precision)
returns table (at timestamptz, until timestamptz, mw double precision)
language sql stable parallel safe as $$
  select $4, $5, $6
  where $1 = (select i.item_no from entsoe.items i where i.name = 'unavailability_generation_units')
    or $1 = (select i.item_no from entsoe.items i where i.name = 'unavailability_production_units') and $3 is null
  union all
  select p.at, p.until, p.mw
  from (
    select b.at, lead(b.at) over (order by b.at) as until,
      $6 - coalesce((
        select sum(g.unavailable_mw)
        from entsoe.unit_outages g
        where g.resource = $3 and g.area = $2 and g.at < $5 and g.until > $4 and g.at <= b.at and g.until > b.at
          and g.item_no = (select i.item_no from entsoe.items i where i.name = 'unavailability_generation_units')), 0) as mw
    from (
      select $4 as at
      union select $5
      union
      select x.at
      from entsoe.unit_outages g cross join lateral (values (g.at), (g.until)) x(at)
      where g.resource = $3 and g.area = $2 and g.at < $5 and g.until > $4 and x.at > $4 and x.at < $5
        and g.item_no = (select i.item_no from entsoe.items i where i.name = 'unavailability_generation_units')
    ) b
    where $1 = (select i.item_no from entsoe.items i where i.name = 'unavailability_production_units') and $3 is not null
  ) p
  where p.until is not null and p.mw > 0
$$;
-- +goose StatementEnd
comment on function entsoe.counted_outage(smallint, text, text, timestamptz, timestamptz, double precision) is
  'What of a row of entsoe.unit_outages counts in sums, in spans of constant power: all of a generation unit; of a production unit what goes beyond its generation units at the time; nothing of lines, borders and grids.';

create or replace view entsoe.unavailable_capacity as
select h.hour, i.name as item, coalesce(a.code, o.area) as area, nullif(o.psr_type, '') as psr_type, t.title as psr_type_title,
  sum(o.counted) as mw, sum(o.units)::bigint as units, o.area as area_eic
from (
  select generate_series(
    date_bin('1 hour', (select min(u.at) from entsoe.unit_outages u), timestamptz '2000-01-01 00:00Z'),
    (select max(u.until) from entsoe.unit_outages u) - interval '1 microsecond', interval '1 hour') as hour
) h
cross join lateral (
  select p.item_no, p.area, p.psr_type, p.units,
    case when p.whole then p.mw - coalesce(sum(p.mw) filter (where not p.whole) over (partition by p.area, p.resource), 0) else p.mw end as counted
  from (
    select u.item_no, u.area, u.psr_type, u.resource, w.whole, count(distinct u.unit) as units,
      sum(u.unavailable_mw * extract(epoch from least(u.until, h.hour + interval '1 hour') - greatest(u.at, h.hour))::double precision / 3600) as mw
    from entsoe.unit_outages u
    cross join lateral (select u.item_no = (select n.item_no from entsoe.items n where n.name = 'unavailability_production_units') as whole) w
    where tstzrange(u.at, u.until) && tstzrange(h.hour, h.hour + interval '1 hour')
    group by u.item_no, u.area, u.psr_type, u.resource, w.whole
  ) p
) o
join entsoe.items i on i.item_no = o.item_no
left join entsoe.areas a on a.eic = o.area
left join entsoe.codes t on t.list = 'psrType' and t.code = o.psr_type
where o.counted > 0 and i.name in ('unavailability_generation_units', 'unavailability_production_units')
group by h.hour, i.name, a.code, o.area, o.psr_type, t.title;
comment on view entsoe.unavailable_capacity is
  'Unavailable power per hour, item, area and kind of production, as the latest revisions say: averaged over the hour, each unit counted once at any time, with at most its nominal power. sum(mw) over items counts nothing twice: a production unit (plant) counts only with what goes beyond its generation units in the hour. No row: nothing is unavailable. Ask with where hour >= ... and hour < ...: the time it takes grows with the number of hours. Lines, borders and grids are in entsoe.unavailability_now and entsoe.unavailability only. For a past state of knowledge see entsoe.unavailability_as_of.';
comment on column entsoe.unavailable_capacity.units    is 'How many units have an outage in the hour; of production units those that count.';
comment on column entsoe.unavailable_capacity.area_eic is 'EIC of the area.';

-- An outage may be published for a generation unit, for the production unit that
-- it belongs to, or for both. Of both, the production unit says more where its
-- small generation units, of which nothing is published, are out as well; that
-- is what is left of it here, so that the sum is the greater of the two.
create view entsoe.unavailability_now as
with units as materialized (
  select * from entsoe.unavailability_as_of(entsoe.clock())
), parts as (
  select u.area, u.resource, sum(u.unavailable_mw) as mw
  from units u
  where u.item = 'unavailability_generation_units'
  group by u.area, u.resource
)
select u.item, u.area, u.counter_area, u.psr_type, u.psr_type_title, u.unit, u.resource, u.resource_name, u.generation_unit, u.unit_name, u.location,
  u.nominal_mw, u.available_mw,
  case u.item
    when 'unavailability_generation_units' then u.unavailable_mw
    when 'unavailability_production_units' then u.unavailable_mw - coalesce(p.mw, 0)
  end as unavailable_mw,
  u.at, u.until, u.business_type, u.business_type_title, u.mrid, u.revision, u.published_from, u.known_from, u.reason_code, u.reason_text,
  u.last_seen, u.area_eic, u.counter_area_eic
from units u
left join parts p on u.item = 'unavailability_production_units' and p.area = u.area and p.resource = u.resource
where p.mw is null or u.unavailable_mw > p.mw;
comment on view entsoe.unavailability_now is
  'What is unavailable now (entsoe.clock()), as the latest revisions say: one row per item, area and unit, of several documents at once the one that makes most unavailable. sum(unavailable_mw) is right over any rows: a production unit (plant) whose generation units are listed themselves is left out, or, if more of it is unavailable than of them together, counts with the difference. Lines, borders and grids are here without unavailable_mw. At another instant: entsoe.unavailability_as_of(T, K); by hour: entsoe.unavailable_capacity. Outages are collected with ENTSOE_ITEMS=all: see entsoe.availability.';
comment on column entsoe.unavailability_now.item                is 'Name of the data item. The sum over both items of units counts nothing twice.';
comment on column entsoe.unavailability_now.area                is 'Name of the area; its EIC if it has no name. Of a border the area that the energy leaves.';
comment on column entsoe.unavailability_now.counter_area        is 'The area that the energy enters; null unless it is a border.';
comment on column entsoe.unavailability_now.psr_type            is 'Kind of production or network element.';
comment on column entsoe.unavailability_now.psr_type_title      is 'Its name.';
comment on column entsoe.unavailability_now.unit                is 'What is unavailable: EIC of the generation unit, else of the resource; else the mRID of the document, # and a number.';
comment on column entsoe.unavailability_now.resource            is 'EIC of the production unit or the first network element.';
comment on column entsoe.unavailability_now.resource_name       is 'Its name.';
comment on column entsoe.unavailability_now.generation_unit     is 'EIC of the generation unit inside the production unit.';
comment on column entsoe.unavailability_now.unit_name           is 'Its name.';
comment on column entsoe.unavailability_now.location            is 'Where it is, as sent.';
comment on column entsoe.unavailability_now.nominal_mw          is 'Nominal power, MW; null where it is not sent, as of lines and borders.';
comment on column entsoe.unavailability_now.available_mw        is 'Power that is still available, MW; of grids offshore the wind power that is fed in, where only that is sent.';
comment on column entsoe.unavailability_now.unavailable_mw      is 'Nominal less available power, MW, of a unit; to be summed. Of a production unit whose generation units are in the view as well, what exceeds theirs. Null of lines, borders and grids: what they cannot carry is no lack of generation.';
comment on column entsoe.unavailability_now.at                  is 'Start of the run.';
comment on column entsoe.unavailability_now.until               is 'End of the run, exclusive: when the unit is back, or another part of it.';
comment on column entsoe.unavailability_now.business_type       is 'A53 planned maintenance, A54 forced outage.';
comment on column entsoe.unavailability_now.business_type_title is 'Its name.';
comment on column entsoe.unavailability_now.mrid                is 'mRID of the document.';
comment on column entsoe.unavailability_now.revision            is 'Revision of the document: the latest.';
comment on column entsoe.unavailability_now.published_from      is 'When the platform published this revision, the latest.';
comment on column entsoe.unavailability_now.known_from          is 'When this database first saw it.';
comment on column entsoe.unavailability_now.reason_code         is 'First reason of the document.';
comment on column entsoe.unavailability_now.reason_text         is 'Its text.';
comment on column entsoe.unavailability_now.last_seen           is 'When an answer of the platform last listed the revision, to the hour. Days ago: the platform has stopped listing it, without a word.';
comment on column entsoe.unavailability_now.area_eic            is 'EIC of the area.';
comment on column entsoe.unavailability_now.counter_area_eic    is 'EIC of the counter area; null unless it is a border.';
