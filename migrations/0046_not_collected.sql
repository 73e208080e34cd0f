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

-- Nothing is counted over years. Of one area or item, only the feeds of that are
-- looked at. What is not collected is listed with the rest, so that nobody takes an
-- item that is left out for one that is not published.
create view entsoe.availability as
select f.item, f.name as area, f.variant,
  case
    when f.asked_at is null then 'never asked'
    when f.last_data_at is null then 'never answered'
    when f.empty_streak > 0 and f.asked_at - f.last_data_at > case when m.regular then interval '8 days' else interval '90 days' end then 'silent'
    else 'publishes'
  end as state,
  coalesce(m.since, c.since) as since, coalesce(m.until, c.until) as until, m.resolution,
  m.rows_per_year::bigint as rows_per_year,
  (m.rows_per_year * m.row_bytes)::bigint as bytes_per_year,
  f.last_data_at, f.asked_at, f.active as planned,
  f.area as area_eic, f.counter_area as counter_area_eic, f.id as feed_id
from entsoe.feeds f
left join entsoe.areas a on a.eic = f.area
left join lateral (
  select min(lower(data)) as since, max(upper(data)) as until
  from entsoe.coverage where feed_id = f.id and data <> '{}'
) c on true
left join lateral (
  -- Curves, by resolution. One that had no rows of late has gone out of use. Values
  -- finer than a minute are not kept for ever, and what they cover is.
  select nullif(k.resolution, '') as resolution, true as regular,
    case when k.longest >= interval '1 minute' then k.since end as since,
    case when k.longest >= interval '1 minute' then entsoe.interval_end(k.last_at, k.resolution, k.longest, a.time_zone) end as until,
    case when k.last_at >= c.until - greatest(k.longest * 100, interval '8 days') then k.rows_per_year else 0 end as rows_per_year,
    case when k.longest >= interval '1 minute' then (select entsoe.bytes_per_row('entsoe.points', 85))
      else (select entsoe.bytes_per_row('entsoe.points_fast', 85)) end as row_bytes
  from entsoe.feed_curves k
  where k.feed_id = f.id and c.until is not null
  union all
  -- Lists: over all of the covered time, or that of the newest 1,000 rows.
  -- What stands open, as in registers, counts once a year.
  select null, false, null, null,
    e.n * 31557600 / extract(epoch from case
      when e.n = 1000 then greatest(e.until - e.at, interval '1 minute')
      when e.open then greatest(c.until - c.since, interval '1 year')
      else greatest(c.until - c.since, interval '1 day') end),
    (select entsoe.bytes_per_row('entsoe.entries', 500))
  from (
    select count(*) as n, min(at) as at, max(until) filter (where until < 'infinity') as until, bool_and(until = 'infinity') as open
    from (
      select at, until from entsoe.entries
      where feed_id = f.id and c.until is not null and known_until = 'infinity'
      order by at desc limit 1000
    ) newest
    where not exists (select from entsoe.feed_curves k where k.feed_id = f.id)
    having count(*) > 0
  ) e
  union all
  -- Documents: those of the newest quarter of a year.
  select null, false, null, null,
    d.n * 31557600 / extract(epoch from least(greatest(c.until - c.since, interval '1 day'), interval '91 days')),
    (select entsoe.bytes_per_row('entsoe.documents', 3000, 'entsoe.document_parts', 'entsoe.document_runs'))
  from (
    select count(*) as n from entsoe.documents
    where feed_id = f.id and c.until is not null and published_at > (select max(published_at) from entsoe.documents where feed_id = f.id) - interval '91 days'
      and not exists (select from entsoe.feed_curves k where k.feed_id = f.id)
    having count(*) > 0
  ) d
) m on true
union all
select n.item, n.area, null, 'not collected', null, null, null, null, null, null, null, false, n.area_eic, n.counter_area_eic, null
from entsoe.not_collected n;
comment on view   entsoe.availability                  is 'What each feed publishes, as learned from its answers: one row per item, area or border, variant, and resolution where it has several. It tells of this database, not of all that the platform has.';
comment on column entsoe.availability.item             is 'Name of the data item.';
comment on column entsoe.availability.area             is 'The area: DE_LU, or DE_LU>FR for a border.';
comment on column entsoe.availability.variant          is 'Which of the item''s fixed request parameters are used; empty where there is no choice.';
comment on column entsoe.availability.state            is 'publishes; silent: it did, but had nothing for 8 days and more (90 days for what is published only when something happens); never answered: it was asked and never had data, and is asked ever more rarely; never asked: not yet; not collected: ENTSOE_ITEMS or ENTSOE_AREAS leave it out, or it ended before, so that only a backfill would ask for it.';
comment on column entsoe.availability.since            is 'The earliest that is stored, in delivery time; of documents when the earliest was updated.';
comment on column entsoe.availability.until            is 'The end of the latest that is stored.';
comment on column entsoe.availability.resolution       is 'ISO 8601 duration between two values: PT15M, PT60M, P1D ...; null for lists, registers and documents.';
comment on column entsoe.availability.rows_per_year    is 'Rows a year of all series together, by the newest ones.';
comment on column entsoe.availability.bytes_per_year   is 'The same on disk, by the present size of the tables: indexes and compression included.';
comment on column entsoe.availability.last_data_at     is 'When it last answered with data; null: never.';
comment on column entsoe.availability.asked_at         is 'When it was last asked; null: never.';
comment on column entsoe.availability.planned          is 'It is in ENTSOE_ITEMS and ENTSOE_AREAS.';
comment on column entsoe.availability.area_eic         is 'EIC of the area; of a border the area that the energy leaves.';
comment on column entsoe.availability.counter_area_eic is 'EIC of the area that the energy enters; empty unless it is a border.';
comment on column entsoe.availability.feed_id          is 'The feed (entsoe.feeds.id); null: there is none, it is not collected.';
