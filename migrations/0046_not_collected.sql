-- +goose Up

alter table entsoe.items add column collected boolean not null default false;
comment on column entsoe.items.collected is 'The worker collects it: ENTSOE_ITEMS and ENTSOE_AREAS name it and an area that publishes it. Noted when a worker starts; false before the first one.';
update entsoe.items i set collected = true
where exists (select from entsoe.feeds f where f.item = i.name and f.active);

-- The views of an item that is not collected are empty, or end where a backfill
-- ended, which looks like an item that nobody publishes. Comments can be changed by
-- the owner alone. Each takes a lock that conflicts with no reader and no writer,
-- only with a migration, which does the same at its end; so who does not get it at
-- once leaves the view alone.
-- +goose StatementBegin
create function entsoe.note_collected()
returns integer language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  wrong   record;
  changed integer := 0;
begin
  -- Another worker that starts in the same moment is waited for.
  update entsoe.items i
  set collected = not collected
  where collected <> exists (select from entsoe.feeds f where f.item = i.name and f.active);
  perform set_config('lock_timeout', '200ms', true);
  -- Until a worker has said what it collects, nothing is known to be left out.
  if not exists (select from entsoe.items i where i.collected) then
    return 0;
  end if;
  for wrong in
    select c.oid::regclass as view, n.comment
    from entsoe.items i
    join pg_class c on c.relnamespace = 'entsoe'::regnamespace and c.relkind = 'v'
      and c.relname in (i.name, i.name || '_best', i.name || '_continuous')
    cross join lateral (select coalesce(obj_description(c.oid, 'pg_class'), '') as comment) o
    cross join lateral (
      select case when i.collected then ''
        when i.retired <> '' then 'Not collected here: the platform refuses it since ' || i.retired || '. '
        when (select bool_and(v.on_demand) from entsoe.variants v where v.item = i.name)
          then 'Not collected here: people and backfills ask for it. '
        else 'Not collected here: ENTSOE_ITEMS and ENTSOE_AREAS leave it out, and only backfills bring any of it; see entsoe.availability. '
        end || regexp_replace(o.comment, '^Not collected here: [^.]*(entsoe\.availability)?\. ', '') as comment
    ) n
    where n.comment <> o.comment
    order by c.relname
  loop
    begin
      execute format('comment on view %s is %L', wrong.view, wrong.comment);
      changed := changed + 1;
    exception when lock_not_available then
      null; -- a migration has it
    end;
  end loop;
  return changed;
end $$;
-- +goose StatementEnd
comment on function entsoe.note_collected() is
  'Notes which items are collected (entsoe.items.collected) and begins the comments of the views of the others with "Not collected here". Workers call it when they start, migrations at their end. Returns how many comments it changed.';
revoke all on function entsoe.note_collected() from public;

create view entsoe.not_collected as
select p.item, p.name as area, p.area as area_eic, p.counter_area as counter_area_eic
from entsoe.places p
where not exists (
  select from entsoe.feeds f
  where f.item = p.item and f.area = p.area and f.counter_area = p.counter_area);
comment on view   entsoe.not_collected                  is 'Where data of an item can be expected that was never asked for here: ENTSOE_ITEMS or ENTSOE_AREAS leave it out, or it ended before. A backfill or entsoed fetch brings it.';
comment on column entsoe.not_collected.item             is 'Name of the data item.';
comment on column entsoe.not_collected.area             is 'The area: DE_LU, or DE_LU>FR for a border.';
comment on column entsoe.not_collected.area_eic         is 'EIC of the area; of a border the area that the energy leaves.';
comment on column entsoe.not_collected.counter_area_eic is 'EIC of the area that the energy enters; empty unless it is a border.';

-- What is not collected is listed with the rest, so that nobody takes an item that is
-- left out for one that is not published.
-- +goose StatementBegin
do $$
begin
  execute 'create or replace view entsoe.availability as ' || rtrim(pg_get_viewdef('entsoe.availability'::regclass), ';') || '
union all
select n.item, n.area, null, ''not collected'', null, null, null, null, null, null, null, false, n.area_eic, n.counter_area_eic, null
from entsoe.not_collected n';
end $$;
-- +goose StatementEnd
comment on column entsoe.availability.state is 'publishes; silent: it did, but had nothing for 8 days and more (90 days for what is published only when something happens); never answered: it was asked and never had data, and is asked ever more rarely; never asked: not yet; not collected: ENTSOE_ITEMS or ENTSOE_AREAS leave it out, or it ended before, so that only a backfill would ask for it.';
comment on column entsoe.availability.feed_id is 'The feed (entsoe.feeds.id); null: there is none, it is not collected.';
