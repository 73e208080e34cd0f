-- +goose Up

create table entsoe.zones (
  valid_from  timestamptz,
  valid_until timestamptz,
  valid       tstzrange not null generated always as (tstzrange(valid_from, valid_until)) stored,
  area        text      not null,
  area_eic    text      primary key,
  name        text      not null,
  countries   text[]    not null check (countries <> '{}'),
  time_zone   text      not null,
  check (valid_from < valid_until)
);
comment on table  entsoe.zones             is 'The bidding zones that tile Europe: at any instant those that are valid cover it, and none lies within another. Sum load, generation or net positions over them, because the views hold countries, zones and control areas side by side: join entsoe.zones z on z.area = v.area and z.valid @> v.at. Virtual zones, of cables and of market constraints, are not here. A copy of the catalogue, renewed by every migration.';
comment on column entsoe.zones.valid_from  is 'First instant at which the zone exists: a midnight of its time zone; null: always.';
comment on column entsoe.zones.valid_until is 'First instant at which it exists no longer; null: it still does. A zone may outlive what it publishes: that of Great Britain lasts, because its neighbours publish their borders with it.';
comment on column entsoe.zones.valid       is 'valid_from and valid_until as a range, for conditions such as valid @> at.';
comment on column entsoe.zones.area        is 'Name of the area, as the views show it; its EIC if it has no name.';
comment on column entsoe.zones.area_eic    is 'Energy Identification Code.';
comment on column entsoe.zones.name        is 'Name for people.';
comment on column entsoe.zones.countries   is 'ISO 3166-1 codes of the countries in which the zone lies, wholly or in part; XK is Kosovo. Germany and Luxembourg are one zone: {DE,LU}; that of Ireland includes Northern Ireland: {GB,IE}. For one country: where ''DE'' = any(countries).';
comment on column entsoe.zones.time_zone   is 'IANA time zone in which the zone''s days are counted; Europe/Brussels where none is known.';
