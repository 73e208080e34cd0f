-- +goose Up

comment on schema entsoe is
  'What entsoed has collected from the ENTSO-E Transparency Platform. Start with the views: one per data item, named after it. All times are UTC instants.';

create table entsoe.source (
  claimed_at timestamptz not null default now(),
  one        boolean     primary key default true check (one),
  kind       text        not null check (kind in ('simulated', 'platform')),
  url        text        not null
);
comment on table  entsoe.source            is 'Where all values of this database come from. One row, written once: simulated and real values never mix.';
comment on column entsoe.source.claimed_at is 'When the database was bound to this source, by the server''s clock.';
comment on column entsoe.source.one        is 'Always true: there is one row.';
comment on column entsoe.source.kind       is 'simulated: made up by the bundled simulator, not real. platform: the Transparency Platform.';
comment on column entsoe.source.url        is 'Address of the API when the database was bound.';

create table entsoe.items (
  item_no   smallint generated always as identity primary key,
  core      boolean  not null,
  best      boolean  not null default false,
  name      text     not null unique check (name ~ '^[a-z][a-z0-9_]*$'),
  title     text     not null,
  article   text     not null,
  unit      text     not null,
  meaning   text     not null,
  views_md5 text     not null default ''
);
comment on table  entsoe.items           is 'The data items that entsoed knows: a copy of its catalogue, renewed by every migration. Each has a view of its name.';
comment on column entsoe.items.item_no   is 'Number of the item in this database, repeated in entsoe.points.';
comment on column entsoe.items.core      is 'Belongs to the group core, the default of ENTSOE_ITEMS.';
comment on column entsoe.items.best      is 'Several series compete for one value: there is a view <name>_best, and entsoe.series.extent is kept.';
comment on column entsoe.items.name      is 'Name of the item and of its view.';
comment on column entsoe.items.title     is 'The platform''s own title.';
comment on column entsoe.items.article   is 'Article of Regulation (EU) 543/2013 or of the guideline that demands the data.';
comment on column entsoe.items.unit      is 'Unit of the values, for people.';
comment on column entsoe.items.meaning   is 'What a value says and how its sign is to be read.';
comment on column entsoe.items.views_md5 is 'Checksum of the definition of the item''s views, so that a migration leaves unchanged ones alone.';

create table entsoe.areas (
  valid_from  date,
  valid_until date,
  eic         text   primary key check (length(eic) = 16),
  code        text   not null,
  name        text   not null,
  time_zone   text   not null,
  kinds       text[] not null,
  check (valid_from < valid_until)
);
create index areas_code on entsoe.areas (code);
comment on table  entsoe.areas             is 'The areas that entsoed knows: a copy of its catalogue, renewed by every migration.';
comment on column entsoe.areas.valid_from  is 'First delivery day; null: always.';
comment on column entsoe.areas.valid_until is 'First day without data; null: still valid.';
comment on column entsoe.areas.eic         is 'Energy Identification Code.';
comment on column entsoe.areas.code        is 'Short name as in entsoe-py, such as DE_LU; the views show it.';
comment on column entsoe.areas.name        is 'Name for people.';
comment on column entsoe.areas.time_zone   is 'IANA time zone in which the area''s market days are counted.';
comment on column entsoe.areas.kinds       is 'Roles of the area: BZN bidding zone, CTA control area, CTY country ...';
