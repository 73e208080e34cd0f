-- +goose Up

create table entsoe.documents (
  id              bigint      generated always as identity primary key,
  feed_id         bigint      not null references entsoe.feeds (id),
  published_at    timestamptz not null,
  published_until timestamptz not null default 'infinity',
  known_from      timestamptz not null,
  known_until     timestamptz not null default 'infinity',
  starts          timestamptz,
  ends            timestamptz,
  revision        integer     not null check (revision >= 0),
  item_no         smallint    not null references entsoe.items (item_no),
  active          boolean     not null generated always as (status not in ('A09', 'A13')) stored,
  mrid            text        not null check (mrid <> ''),
  document_type   text,
  process_type    text,
  status          text        not null default 'A05',
  reasons         jsonb       not null default '[]' check (jsonb_typeof(reasons) = 'array'),
  details         jsonb       not null default '{}' check (jsonb_typeof(details) = 'object'),
  digest          bytea       not null,
  unique (mrid, item_no, revision, digest)
) with (fillfactor = 90);
create index documents_item_published on entsoe.documents (item_no, published_at);
create index documents_known on entsoe.documents (known_from);
comment on table  entsoe.documents                 is 'Outages, fall-backs and market messages: one row per revision, kept for ever. The views named after the items show the latest revisions, entsoe.unavailability all of them.';
comment on column entsoe.documents.id              is 'Number of the row.';
comment on column entsoe.documents.feed_id         is 'The feed that brought it first; others may have brought it, too.';
comment on column entsoe.documents.published_at    is 'When the platform published this revision (createdDateTime; the earliest, where the platform has rewritten it); when we saw it, if the document does not say.';
comment on column entsoe.documents.published_until is 'When the platform published a later revision; infinity: this is the latest. Not after published_at: a later one was published no later, so that this one never was the latest.';
comment on column entsoe.documents.known_from      is 'When we first saw it.';
comment on column entsoe.documents.known_until     is 'When we first saw a later revision; infinity: this is the latest. Not after known_from: we saw a later one before.';
comment on column entsoe.documents.starts          is 'Start of what it speaks of; null: not said.';
comment on column entsoe.documents.ends            is 'End of what it speaks of, exclusive; null: open.';
comment on column entsoe.documents.revision        is 'revisionNumber. The same revision may stand here twice: the platform has changed its content without a new number.';
comment on column entsoe.documents.item_no         is 'Number of the data item (entsoe.items.item_no).';
comment on column entsoe.documents.active          is 'Neither cancelled nor withdrawn.';
comment on column entsoe.documents.mrid            is 'mRID: what all revisions of a document have in common.';
comment on column entsoe.documents.document_type   is 'documentType: A80 generation unavailability ...';
comment on column entsoe.documents.process_type    is 'processType.';
comment on column entsoe.documents.status          is 'docStatus: A05 active (also if none was sent), A09 cancelled, A13 withdrawn.';
comment on column entsoe.documents.reasons         is 'Reasons of the whole document: an array of objects with code and text.';
comment on column entsoe.documents.details         is 'What else stands in the document beside its TimeSeries, as sent.';
comment on column entsoe.documents.digest          is 'Checksum of the content without createdDateTime.';

create table entsoe.document_parts (
  document_id     bigint  not null references entsoe.documents (id),
  starts          timestamptz,
  ends            timestamptz,
  nominal_mw      double precision,
  n               integer not null check (n > 0),
  unit            text    not null,
  business_type   text,
  area            text,
  counter_area    text,
  psr_type        text,
  resource        text,
  resource_name   text,
  generation_unit text,
  unit_name       text,
  location        text,
  resources       text[]  not null default '{}',
  other           jsonb   not null default '{}' check (jsonb_typeof(other) = 'object'),
  reasons         jsonb   not null default '[]' check (jsonb_typeof(reasons) = 'array'),
  details         jsonb   not null default '{}' check (jsonb_typeof(details) = 'object'),
  primary key (document_id, n)
);
create index document_parts_unit on entsoe.document_parts (unit);
create index document_parts_resource on entsoe.document_parts (resource);
create index document_parts_resources on entsoe.document_parts using gin (resources) where resources <> '{}';
comment on table  entsoe.document_parts                 is 'The TimeSeries of entsoe.documents: a unit, a line, a border.';
comment on column entsoe.document_parts.document_id     is 'The document (entsoe.documents.id).';
comment on column entsoe.document_parts.starts          is 'Start of the part; null: that of the document.';
comment on column entsoe.document_parts.ends            is 'End of the part, exclusive; null: that of the document.';
comment on column entsoe.document_parts.nominal_mw      is 'Nominal power of the unit, MW; null: not sent.';
comment on column entsoe.document_parts.n               is 'Counts the parts of a document.';
comment on column entsoe.document_parts.unit            is 'What is unavailable: EIC of the generation unit, else of the resource; else the mRID of the document, # and n.';
comment on column entsoe.document_parts.business_type   is 'businessType: A53 planned maintenance, A54 forced outage, C47 disconnection ...';
comment on column entsoe.document_parts.area            is 'EIC of the area, of a border the area that the energy leaves; null: not said, it is that of the feed.';
comment on column entsoe.document_parts.counter_area    is 'EIC of the area that the energy enters.';
comment on column entsoe.document_parts.psr_type        is 'Kind of production or network element, such as B14 nuclear or B21 AC link.';
comment on column entsoe.document_parts.resource        is 'EIC of the production unit or the first network element.';
comment on column entsoe.document_parts.resource_name   is 'Its name.';
comment on column entsoe.document_parts.generation_unit is 'EIC of the generation unit inside the production unit.';
comment on column entsoe.document_parts.unit_name       is 'Its name.';
comment on column entsoe.document_parts.location        is 'Where the unit or element is, as sent.';
comment on column entsoe.document_parts.resources       is 'EICs of all network elements, if there are several.';
comment on column entsoe.document_parts.other           is 'Attributes that have no column of their own.';
comment on column entsoe.document_parts.reasons         is 'Reasons of this part: an array of objects with code and text.';
comment on column entsoe.document_parts.details         is 'What else stands in the TimeSeries, as sent.';

create table entsoe.document_runs (
  document_id bigint      not null,
  at          timestamptz not null,
  until       timestamptz not null check (until > at),
  mw          double precision not null check (mw > '-infinity' and mw < 'infinity'),
  n           integer     not null,
  primary key (document_id, n, at),
  foreign key (document_id, n) references entsoe.document_parts (document_id, n)
);
create index document_runs_during on entsoe.document_runs using gist (tstzrange(at, until));
comment on table  entsoe.document_runs             is 'How much of a part of a document is available for how long.';
comment on column entsoe.document_runs.document_id is 'The document (entsoe.documents.id).';
comment on column entsoe.document_runs.at          is 'Start of the run.';
comment on column entsoe.document_runs.until       is 'End of the run, exclusive.';
comment on column entsoe.document_runs.mw          is 'Power that is still available, MW.';
comment on column entsoe.document_runs.n           is 'Number of the part in its document.';

create table entsoe.document_asks (
  revision integer  not null,
  item_no  smallint not null references entsoe.items (item_no),
  mrid     text     not null,
  primary key (mrid, item_no, revision)
);
comment on table  entsoe.document_asks          is 'For which documents the platform was asked for the revisions that were missing. Nothing is asked twice: what the platform did not answer then, it does not have.';
comment on column entsoe.document_asks.revision is 'The latest revision when it was asked: those before it are not missed again.';
comment on column entsoe.document_asks.item_no  is 'Number of the data item (entsoe.items.item_no).';
comment on column entsoe.document_asks.mrid     is 'mRID of the document.';

create table entsoe.unit_outages (
  at             timestamptz not null,
  until          timestamptz not null check (until > at),
  unavailable_mw double precision not null check (unavailable_mw > 0),
  nominal_mw     double precision not null check (nominal_mw >= unavailable_mw),
  item_no        smallint    not null references entsoe.items (item_no),
  unit           text        not null,
  area           text        not null,
  psr_type       text        not null,
  primary key (item_no, unit, at)
);
create index unit_outages_during on entsoe.unit_outages using gist (tstzrange(at, until));
create index unit_outages_at on entsoe.unit_outages (at);
create index unit_outages_until on entsoe.unit_outages (until);
comment on table  entsoe.unit_outages                is 'How much of each unit is unavailable when, as the latest revisions say. No instant of a unit is here twice: of several documents at once the one counts that makes most unavailable. Units whose nominal power is not sent (lines, borders) are not here. Every saved document renews it.';
comment on column entsoe.unit_outages.at             is 'Start.';
comment on column entsoe.unit_outages.until          is 'End, exclusive.';
comment on column entsoe.unit_outages.unavailable_mw is 'Nominal power less what is available, MW.';
comment on column entsoe.unit_outages.nominal_mw     is 'Nominal power of the unit, MW.';
comment on column entsoe.unit_outages.item_no        is 'Number of the data item (entsoe.items.item_no). Generation units and the production units that they belong to are different items.';
comment on column entsoe.unit_outages.unit           is 'The unit (entsoe.document_parts.unit).';
comment on column entsoe.unit_outages.area           is 'EIC of the area.';
comment on column entsoe.unit_outages.psr_type       is 'Kind of production; empty: not sent.';

create view entsoe.unavailability as
select i.name as item,
  coalesce(a.code, p.area, f.area) as area,
  coalesce(c.code, case when p.area is null then nullif(f.counter_area, '') else p.counter_area end) as counter_area,
  p.psr_type, t.title as psr_type_title, p.unit, p.resource, p.resource_name, p.generation_unit, p.unit_name, p.location, p.nominal_mw,
  r.at, r.until, tstzrange(r.at, r.until) as during,
  r.mw as available_mw, case when p.nominal_mw is not null then greatest(least(p.nominal_mw - r.mw, p.nominal_mw), 0) end as unavailable_mw,
  p.business_type, b.title as business_type_title,
  d.mrid, d.revision, d.published_at as published_from, d.published_until, d.known_from, d.known_until,
  case when d.reasons = '[]' then p.reasons else d.reasons end -> 0 ->> 'code' as reason_code,
  case when d.reasons = '[]' then p.reasons else d.reasons end -> 0 ->> 'text' as reason_text
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
  'Which capacity of which unit was unavailable at T, as known at K: where during @> T (or at <= T and until > T, which is slower) and published_from <= K and published_until > K. This goes by the platform''s publication; known_from and known_until in the place of the published ones tell what this database knew at K. The latest revisions are those with published_until = ''infinity''. All revisions are here except those that cancel or withdraw a document, which only end the ones before. One row per unit and run of each document: where a unit has several documents at once it is there several times; entsoe.unavailability_as_of(T, K) and entsoe.unavailable_capacity count it once.';
comment on column entsoe.unavailability.item                is 'Name of the data item. The same outage may be published for generation units and for the production unit that they belong to: sum over one item.';
comment on column entsoe.unavailability.area                is 'Name of the area; its EIC if it has no name. Of a border the area that the energy leaves.';
comment on column entsoe.unavailability.counter_area        is 'The area that the energy enters; null unless it is a border.';
comment on column entsoe.unavailability.psr_type            is 'Kind of production or network element.';
comment on column entsoe.unavailability.psr_type_title      is 'Its name.';
comment on column entsoe.unavailability.unit                is 'What is unavailable: EIC of the generation unit, else of the resource; else the mRID of the document, # and a number.';
comment on column entsoe.unavailability.resource            is 'EIC of the production unit or the first network element.';
comment on column entsoe.unavailability.resource_name       is 'Its name.';
comment on column entsoe.unavailability.generation_unit     is 'EIC of the generation unit inside the production unit.';
comment on column entsoe.unavailability.unit_name           is 'Its name.';
comment on column entsoe.unavailability.location            is 'Where it is, as sent.';
comment on column entsoe.unavailability.nominal_mw          is 'Nominal power, MW; null where it is not sent, as of lines and borders.';
comment on column entsoe.unavailability.at                  is 'Start of the run.';
comment on column entsoe.unavailability.until               is 'End of the run, exclusive.';
comment on column entsoe.unavailability.during              is 'at and until as a range: conditions on it (@> an instant, && a range) use an index.';
comment on column entsoe.unavailability.available_mw        is 'Power that is still available, MW; of grids offshore the wind power that is fed in, where only that is sent.';
comment on column entsoe.unavailability.unavailable_mw      is 'Nominal less available power, MW, between 0 and the nominal power; null where the nominal power is not sent.';
comment on column entsoe.unavailability.business_type       is 'A53 planned maintenance, A54 forced outage.';
comment on column entsoe.unavailability.business_type_title is 'Its name.';
comment on column entsoe.unavailability.mrid                is 'mRID of the document.';
comment on column entsoe.unavailability.revision            is 'Revision of the document.';
comment on column entsoe.unavailability.published_from      is 'When the platform published the revision.';
comment on column entsoe.unavailability.published_until     is 'When it published the next one; infinity: never yet.';
comment on column entsoe.unavailability.known_from          is 'When this database first saw the revision.';
comment on column entsoe.unavailability.known_until         is 'When it first saw a later one; infinity: never yet.';
comment on column entsoe.unavailability.reason_code         is 'First reason of the document.';
comment on column entsoe.unavailability.reason_text         is 'Its text.';

-- One select, so that the planner sees through it. Infinity as K is the latest
-- revision, which ends at infinity.
-- +goose StatementBegin
create function entsoe.unavailability_as_of(t timestamptz, known timestamptz default 'infinity', by_database boolean default false)
returns table (item text, area text, counter_area text, psr_type text, psr_type_title text, unit text, resource text, resource_name text,
               generation_unit text, unit_name text, location text, nominal_mw double precision, available_mw double precision,
               unavailable_mw double precision, at timestamptz, until timestamptz, business_type text, business_type_title text,
               mrid text, revision integer, published_from timestamptz, known_from timestamptz, reason_code text, reason_text text)
language sql stable parallel safe
begin atomic
  select distinct on (u.item, u.area, u.counter_area, u.unit)
    u.item, u.area, u.counter_area, u.psr_type, u.psr_type_title, u.unit, u.resource, u.resource_name,
    u.generation_unit, u.unit_name, u.location, u.nominal_mw, u.available_mw,
    u.unavailable_mw, u.at, u.until, u.business_type, u.business_type_title,
    u.mrid, u.revision, u.published_from, u.known_from, u.reason_code, u.reason_text
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
  'Which capacity of which unit is unavailable at the instant t, as the platform had published it at the instant known; without known, as the latest revisions say. With by_database, as this database had seen it at known. A document counts from its first revision until one that cancels or withdraws it. One row per item, area and unit: of several documents at once the one that makes most unavailable. Columns as in entsoe.unavailability. Sum unavailable_mw over one item only: an outage of a generation unit may be published for its production unit as well.';

create view entsoe.unavailable_capacity as
select h.hour, i.name as item, coalesce(a.code, o.area) as area, nullif(o.psr_type, '') as psr_type, t.title as psr_type_title, o.mw, o.units
from (
  select generate_series(
    date_bin('1 hour', (select min(u.at) from entsoe.unit_outages u), timestamptz '2000-01-01 00:00Z'),
    (select max(u.until) from entsoe.unit_outages u) - interval '1 microsecond', interval '1 hour') as hour
) h
cross join lateral (
  select u.item_no, u.area, u.psr_type, count(distinct u.unit) as units,
    sum(u.unavailable_mw * extract(epoch from least(u.until, h.hour + interval '1 hour') - greatest(u.at, h.hour))::double precision / 3600) as mw
  from entsoe.unit_outages u
  where tstzrange(u.at, u.until) && tstzrange(h.hour, h.hour + interval '1 hour')
  group by u.item_no, u.area, u.psr_type
) o
join entsoe.items i on i.item_no = o.item_no
left join entsoe.areas a on a.eic = o.area
left join entsoe.codes t on t.list = 'psrType' and t.code = o.psr_type;
comment on view entsoe.unavailable_capacity is
  'Unavailable power per hour, item, area and kind of production, as the latest revisions say: averaged over the hour, each unit counted once at any time, with at most its nominal power. No row: nothing is unavailable. Ask with where hour >= ... and hour < ...: the time it takes grows with the number of hours. Do not add items: an outage of a generation unit may be published for its production unit as well. Lines and borders, whose nominal power is not sent, are in entsoe.unavailability only. For a past state of knowledge see entsoe.unavailability_as_of.';
comment on column entsoe.unavailable_capacity.hour           is 'Start of the hour.';
comment on column entsoe.unavailable_capacity.item           is 'Name of the data item: unavailability_generation_units or unavailability_production_units.';
comment on column entsoe.unavailable_capacity.area           is 'Name of the area; its EIC if it has no name.';
comment on column entsoe.unavailable_capacity.psr_type       is 'Kind of production, such as B14.';
comment on column entsoe.unavailable_capacity.psr_type_title is 'Its name.';
comment on column entsoe.unavailable_capacity.mw             is 'Unavailable power, MW, weighted by time within the hour.';
comment on column entsoe.unavailable_capacity.units          is 'How many units have an outage in the hour.';

-- River's unique key of a revisions job, byte for byte as River computes it
-- from the fields item and mrid of its arguments.
-- +goose StatementBegin
create function entsoe.revisions_key(item text, mrid text)
returns bytea language sql stable parallel safe
return sha256(convert_to(
  '&kind=revisions&args={"item":' || to_json(item) || ',"mrid":' || to_json(mrid) || '}', 'UTF8'));
-- +goose StatementEnd
comment on function entsoe.revisions_key(text, text) is
  'The unique key of a revisions job in river.river_job: one per item and document.';
