-- +goose Up

-- As before; new is that what the database says counts, and not what a session says
-- of itself: whoever may start a backfill could raise the bound.
-- +goose StatementBegin
create or replace function entsoe.bound_unknown_areas()
returns trigger language plpgsql as $$
declare
  most   integer := coalesce((
    select split_part(s.setting, '=', 2)::integer
    from pg_db_role_setting r
    join pg_database d on d.oid = r.setdatabase
    cross join unnest(r.setconfig) s(setting)
    where d.datname = current_database() and r.setrole = 0 and split_part(s.setting, '=', 1) = 'entsoe.unknown_areas'), 100);
  known  integer;
begin
  if not exists (
    select from added f
    where f.area not in (select eic from entsoe.areas)
      or f.counter_area <> '' and f.counter_area not in (select eic from entsoe.areas)
  ) then
    return null;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('entsoe.unknown_areas', 0));
  select count(distinct u.eic) into known
  from (select area as eic from entsoe.feeds union select counter_area from entsoe.feeds) u
  where u.eic <> '' and u.eic not in (select a.eic from entsoe.areas a);
  if known > most then
    raise exception 'the database would have feeds of % areas that are not in entsoe.areas, and % are allowed', known, most
      using errcode = 'program_limit_exceeded',
      hint = format('alter database %I set entsoe.unknown_areas = %s allows more', current_database(), 2 * most);
  end if;
  return null;
end $$;
-- +goose StatementEnd
