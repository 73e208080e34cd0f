-- +goose Up

create table entsoe.series (
  rank            bigint   not null generated always as (
    case when coalesce(status, 'A02') = 'A02' then 0 else 200000000000 end
    + case when coalesce(currency, 'EUR') = 'EUR' then 0 else 100000000000 end
    + case when sequence ~ '^[0-9]{1,2}$' then sequence::bigint else 99 end * 1000000000
    + extract(epoch from longest)::bigint) stored,
  longest         interval not null check (longest > interval '0'),
  id              integer  generated always as identity primary key,
  item_no         smallint not null references entsoe.items (item_no),
  fast            boolean  not null generated always as (longest < interval '1 minute') stored,
  key             text     not null unique,
  curve_key       text     not null,
  rival_key       text     not null,
  item            text     not null,
  area            text,
  counter_area    text,
  side            text,
  direction       text,
  psr_type        text,
  resource        text,
  generation_unit text,
  process_type    text,
  business_type   text,
  contract        text,
  agreement_type  text,
  auction_type    text,
  auction_category text,
  sequence        text,
  product         text,
  price_category  text,
  status          text,
  quantity        text,
  unit            text,
  currency        text,
  resolution      text,
  document_type   text,
  unit_name       text,
  other           jsonb    not null default '{}' check (jsonb_typeof(other) = 'object'),
  extent          tstzmultirange not null default '{}'
) with (fillfactor = 80);
create index series_curve_key on entsoe.series (curve_key);
create index series_rival_key on entsoe.series (rival_key);
create index series_item_area on entsoe.series (item_no, area);
comment on table  entsoe.series                  is 'One row per distinguishable curve. Two values belong to different series if anything but their time and revision tells them apart.';
comment on column entsoe.series.rank             is 'Which of the series of one rival_key is preferred at an instant, the lowest first: final (docStatus A02 or none) over intermediate, EUR over local currency, sequence 1 (SDAC) over 2 over none, then the finest resolution.';
comment on column entsoe.series.longest          is 'The resolution as an interval; of days, weeks, months and years the longest that can occur.';
comment on column entsoe.series.id               is 'Number of the series, as in the tables of points.';
comment on column entsoe.series.item_no          is 'Number of the data item.';
comment on column entsoe.series.fast             is 'Finer than one minute: its points are in entsoe.points_fast.';
comment on column entsoe.series.key              is 'The natural key: the sorted name=value pairs of everything that tells it from other series.';
comment on column entsoe.series.curve_key        is 'The key without the resolution: the same curve sent in other steps has the same.';
comment on column entsoe.series.rival_key        is 'The key without resolution, sequence, currency and status: series that compete for one value have the same.';
comment on column entsoe.series.item             is 'Name of the data item.';
comment on column entsoe.series.area             is 'EIC of the area; of a border the area that the energy leaves.';
comment on column entsoe.series.counter_area     is 'EIC of the area that the energy enters.';
comment on column entsoe.series.side             is 'in: inBiddingZone_Domain (generation); out: outBiddingZone_Domain (consumption).';
comment on column entsoe.series.direction        is 'flowDirection: A01 up, A02 down, A03 symmetric ...';
comment on column entsoe.series.psr_type         is 'Kind of production, consumption or network element, such as B16 solar.';
comment on column entsoe.series.resource         is 'EIC of the registered resource, such as a production unit.';
comment on column entsoe.series.generation_unit  is 'EIC of the generation unit inside the resource.';
comment on column entsoe.series.process_type     is 'processType: A01 day ahead, A16 realised ...';
comment on column entsoe.series.business_type    is 'businessType of the TimeSeries.';
comment on column entsoe.series.contract         is 'contract_MarketAgreement.type: A01 daily, A07 intraday ...';
comment on column entsoe.series.agreement_type   is 'type_MarketAgreement.type.';
comment on column entsoe.series.auction_type     is 'auction.type: A01 implicit, A02 explicit ...';
comment on column entsoe.series.auction_category is 'auction.category.';
comment on column entsoe.series.sequence         is 'classificationSequence position: of day-ahead prices 1 is SDAC, 2 another auction such as EXAA.';
comment on column entsoe.series.product          is 'Market product, standard or original.';
comment on column entsoe.series.price_category   is 'imbalance_Price.category.';
comment on column entsoe.series.status           is 'docStatus: A01 intermediate, A02 final.';
comment on column entsoe.series.quantity         is 'Which element of the Point the value is, as sent: quantity, price.amount ...';
comment on column entsoe.series.unit             is 'Unit of the value; of a price what it is per: MAW megawatt, MWH megawatt hour ...';
comment on column entsoe.series.currency         is 'ISO 4217 code; null unless the value is money.';
comment on column entsoe.series.resolution       is 'ISO 8601 duration between two values: PT15M, PT60M, P1D ...';
comment on column entsoe.series.document_type    is 'documentType of the latest answer; does not tell series apart.';
comment on column entsoe.series.unit_name        is 'Name of the unit in the latest answer; does not tell series apart.';
comment on column entsoe.series.other            is 'Attributes that tell series apart and have no column of their own.';
comment on column entsoe.series.extent           is 'Where the series has values: the union of their intervals. Kept only for items with a view <item>_best.';

create table entsoe.points (
  at         timestamptz      not null,
  known_from timestamptz      not null,
  value      double precision not null check (value > '-infinity' and value < 'infinity'),
  series_id  integer          not null,
  item_no    smallint         not null,
  primary key (series_id, at)
);
create index points_item_at on entsoe.points (item_no, at);
comment on table  entsoe.points            is 'The present values. The views show them with their meaning.';
comment on column entsoe.points.at         is 'Start of the interval, to which the value applies as a whole.';
comment on column entsoe.points.known_from is 'When we first saw this value.';
comment on column entsoe.points.value      is 'The value in the unit of its series. The platform sends at most 12 digits, so the decimal number is exact when printed. A missing value is no row, never 0.';
comment on column entsoe.points.series_id  is 'The series (entsoe.series.id).';
comment on column entsoe.points.item_no    is 'The data item (entsoe.items.item_no).';

create table entsoe.points_fast (
  at         timestamptz      not null,
  known_from timestamptz      not null,
  value      double precision not null check (value > '-infinity' and value < 'infinity'),
  series_id  integer          not null,
  item_no    smallint         not null,
  primary key (series_id, at)
);
create index points_fast_item_at on entsoe.points_fast (item_no, at);
comment on table  entsoe.points_fast            is 'The present values of series finer than one minute; otherwise like entsoe.points.';
comment on column entsoe.points_fast.at         is 'Start of the interval, to which the value applies as a whole.';
comment on column entsoe.points_fast.known_from is 'When we first saw this value.';
comment on column entsoe.points_fast.value      is 'The value in the unit of its series. A missing value is no row, never 0.';
comment on column entsoe.points_fast.series_id  is 'The series (entsoe.series.id).';
comment on column entsoe.points_fast.item_no    is 'The data item (entsoe.items.item_no).';

create table entsoe.point_history (
  at          timestamptz      not null,
  known_from  timestamptz      not null,
  known_until timestamptz      not null check (known_until >= known_from),
  value       double precision not null,
  series_id   integer          not null
);
create index point_history_series_at on entsoe.point_history (series_id, at, known_from);
comment on table  entsoe.point_history             is 'What values were before they changed or were taken back.';
comment on column entsoe.point_history.at          is 'Start of the interval.';
comment on column entsoe.point_history.known_from  is 'When we first saw this value.';
comment on column entsoe.point_history.known_until is 'When we first saw another value, or that the platform no longer had any.';
comment on column entsoe.point_history.value       is 'The value in the unit of its series.';
comment on column entsoe.point_history.series_id   is 'The series (entsoe.series.id).';

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
    select p.series_id, p.at, p.value, p.known_from, timestamptz 'infinity' as known_until from entsoe.points p
    union all
    select p.series_id, p.at, p.value, p.known_from, 'infinity' from entsoe.points_fast p
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
