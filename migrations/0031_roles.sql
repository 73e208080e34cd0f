-- +goose Up

-- What needs the owner of the tables, for the worker, which is not. The extension may
-- stand in a schema in which others make functions: one of theirs that fits the
-- arguments better would run here as the owner.
-- +goose StatementBegin
create function entsoe.drop_fast(before timestamptz)
returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  chunked  boolean := false;
  home     name;
  strangers bigint;
begin
  if to_regclass('timescaledb_information.hypertables') is not null then
    select exists (
      select from timescaledb_information.hypertables h where h.hypertable_schema = 'entsoe' and h.hypertable_name = 'points_fast')
    into chunked;
  end if;
  if not chunked then
    delete from entsoe.points_fast p where p.at < drop_fast.before;
    return;
  end if;
  select n.nspname, (
    select count(*) from pg_proc p
    where p.pronamespace = n.oid and p.proname = 'drop_chunks'
      and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.refobjid = e.oid and d.deptype = 'e'))
  into home, strangers
  from pg_extension e join pg_namespace n on n.oid = e.extnamespace
  where e.extname = 'timescaledb';
  if strangers > 0 then
    raise exception 'schema % holds a function drop_chunks that is not TimescaleDB''s', home using errcode = 'insufficient_privilege';
  end if;
  execute format('select %I.drop_chunks(''entsoe.points_fast''::regclass, older_than => $1)', home) using before;
end $$;
-- +goose StatementEnd
revoke all on function entsoe.drop_fast(timestamptz) from public;
comment on function entsoe.drop_fast(timestamptz) is
  'Deletes the points of series finer than a minute before an instant, in whole chunks where TimescaleDB keeps them. Open to the role entsoe_worker.';

-- Views show it to the roles, each of which is granted it.
revoke all on function entsoe.queue_backfills(), entsoe.backfill_waits(), entsoe.stopped_windows(bigint) from public;
