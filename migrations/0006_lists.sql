-- +goose Up

create table entsoe.codes (
  list  text not null,
  code  text not null,
  title text not null,
  primary key (list, code)
);
comment on table  entsoe.codes       is 'What the codes of the platform mean: a copy of the catalogue, renewed by every migration. The views show the titles beside the codes.';
comment on column entsoe.codes.list  is 'Kind of code: psrType, businessType, docStatus, reasonCode ...';
comment on column entsoe.codes.code  is 'The code as sent, such as B16.';
comment on column entsoe.codes.title is 'Its meaning in English, such as Solar.';

create table entsoe.area_lines (
  valid_from  date,
  valid_until date,
  name        text not null,
  eic         text not null,
  unique nulls not distinct (name, eic, valid_from),
  check (valid_from < valid_until)
);
comment on table  entsoe.area_lines             is 'Areas that went on under another code, such as DE_LU: which EIC has the data of which days. The views <item>_continuous follow it. A copy of the catalogue, renewed by every migration.';
comment on column entsoe.area_lines.valid_from  is 'First delivery day of this EIC, counted in its time zone; null: from the beginning.';
comment on column entsoe.area_lines.valid_until is 'First day after it; null: until now.';
comment on column entsoe.area_lines.name        is 'Name of the line, as the views show it: that of the area as it is today.';
comment on column entsoe.area_lines.eic         is 'Energy Identification Code of the area in that time.';

-- What is seldom read stands last; fixed widths stand first.
create table entsoe.entries (
  at          timestamptz not null,
  until       timestamptz not null check (until >= at),
  known_from  timestamptz not null,
  known_until timestamptz not null default 'infinity' check (known_until >= known_from),
  feed_id     bigint      not null,
  content     bigint      not null,
  series_id   integer     not null,
  nth         integer     not null check (nth >= 0),
  item_no     smallint    not null,
  values      jsonb       not null check (jsonb_typeof(values) = 'object'),
  details     jsonb       not null check (jsonb_typeof(details) = 'object')
);
-- Of a save: the stored rows of a feed within a window, and each of them again.
create index entries_feed_at on entsoe.entries (feed_id, at, content) where known_until = 'infinity';
-- Rows that reach into a window from long before it. There are few of them.
create index entries_long on entsoe.entries (feed_id, until)
  where known_until = 'infinity' and case when until = 'infinity' then true else until - at > interval '25 hours' end;
create index entries_item_at on entsoe.entries (item_no, at) where known_until = 'infinity';
create index entries_series_at on entsoe.entries (series_id, at);
comment on table  entsoe.entries             is 'Rows of lists and registers: bids, reserves, limits, units ... Several may share everything but their number. An answer replaces, as a set, what is stored of its feed for the same time. The views of the items show the present ones with their meaning.';
comment on column entsoe.entries.at          is 'Start of the interval of delivery, or of the validity.';
comment on column entsoe.entries.until       is 'End of the interval, exclusive; infinity: open.';
comment on column entsoe.entries.known_from  is 'When we first saw this row.';
comment on column entsoe.entries.known_until is 'When we first saw that the platform no longer had it, or had it with other values; infinity: it stands.';
comment on column entsoe.entries.feed_id     is 'The feed whose answer it was (entsoe.feeds.id).';
comment on column entsoe.entries.content     is 'Checksum of values and details, by which equal rows are found.';
comment on column entsoe.entries.series_id   is 'What rows have in common: area, direction, product, unit ... (entsoe.series.id).';
comment on column entsoe.entries.nth         is 'Counts rows that are equal in everything, from 0.';
comment on column entsoe.entries.item_no     is 'The data item (entsoe.items.item_no).';
comment on column entsoe.entries.values      is 'The numbers of the row by their path below Point, such as "quantity" or "energy_Price.amount".';
comment on column entsoe.entries.details     is 'What else the TimeSeries says, as sent: texts, and groups as arrays of objects.';

comment on column entsoe.series.longest is
  'The resolution as an interval; of days, weeks, months and years the longest that can occur. One minute for rows of lists and registers that have none.';

-- One select, so that the planner sees through it.
-- +goose StatementBegin
create function entsoe.entries_as_of(t timestamptz)
returns table (item text, area text, counter_area text, at timestamptz, until timestamptz, entry_values jsonb,
               details jsonb, resolution text, known_from timestamptz, series_id integer, feed_id bigint)
language sql stable parallel safe
begin atomic
  select s.item, s.area, s.counter_area, e.at, nullif(e.until, 'infinity'), e.values,
    e.details, s.resolution, e.known_from, e.series_id, e.feed_id
  from entsoe.entries e join entsoe.series s on s.id = e.series_id
  where e.known_from <= entries_as_of.t and e.known_until > entries_as_of.t;
end;
-- +goose StatementEnd
comment on function entsoe.entries_as_of(timestamptz) is
  'The rows of lists and registers as this database knew them at the instant t. Areas are EICs; join entsoe.series on series_id for more. Give item and a span of at.';
