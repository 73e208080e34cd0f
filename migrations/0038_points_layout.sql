-- +goose Up

-- A value was known from some time on that seldom is the same as that of the value
-- before it: as an instant this takes more room, compressed, than the time and the
-- value together. As seconds behind the start of its interval it repeats itself.
-- The item stands with the series.
--
-- A filled database keeps its points in entsoe.points_before and points_fast_before.
-- The same run of migrate then moves them, chunk by chunk, before any later
-- migration; meanwhile nothing has the names by which people read points, so that
-- nobody reads half of them.

create table entsoe.kept_views (
  id         bigint generated always as identity primary key,
  object     text   not null,
  owner      text   not null,
  statements text[] not null,
  problem    text
);
comment on table  entsoe.kept_views            is 'Views, functions and indexes of other people that stood on views or tables of entsoed whose form had to change, and rights that were granted on those. `entsoed migrate` makes them anew at its end, and deletes what it could make.';
comment on column entsoe.kept_views.id         is 'Order in which they are made.';
comment on column entsoe.kept_views.object     is 'Which of them it was.';
comment on column entsoe.kept_views.owner      is 'The role that owned it, and that makes it anew.';
comment on column entsoe.kept_views.statements is 'What makes it: definition, rules, triggers, rights, comments.';
comment on column entsoe.kept_views.problem    is 'Why it could not be made the last time; null: it was not tried yet.';

-- +goose StatementBegin
do $$
declare
  me       constant text := current_user;
  stranger record;
  own      record;
begin
  create temporary table ours on commit drop as
  select 'pg_class'::regclass::oid as class, c.oid as object, format('view %I.%I', n.nspname, c.relname) as name, c.relkind = 'v' as leaves
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'entsoe' and (c.relkind = 'r' and c.relname in ('points', 'points_fast') or c.relkind = 'v' and (c.relname = 'availability'
    or c.relname in (select i.name || suffix from entsoe.items i, unnest(array['', '_best', '_continuous']) suffix)))
  union all
  select 'pg_proc'::regclass, p.oid, 'function ' || p.oid::regprocedure, true
  from pg_proc p
  where p.pronamespace = 'entsoe'::regnamespace and (p.proname = 'as_of'
    or p.proname in (select i.name || suffix || '_as_of' from entsoe.items i, unnest(array['', '_best', '_continuous']) suffix))
  union all
  -- Later migrations make these anew, and drop what then still stands on them.
  select 'pg_proc'::regclass, p.oid, 'function ' || p.oid::regprocedure, false
  from pg_proc p
  where p.pronamespace = 'entsoe'::regnamespace and p.proname in ('entries_as_of', 'unavailability_as_of');

  -- A definition names the columns of a function by their places, which change. Without
  -- these lists they are found by their names, as those of views are.
  create temporary table listed on commit drop as
  select distinct '(' || string_agg(quote_ident(c.name), ', ' order by c.n) || ')' as columns
  from ours o join pg_proc p on o.class = 'pg_proc'::regclass and p.oid = o.object
  cross join lateral (
    select a.name, a.n from unnest(p.proargnames, p.proargmodes::text[]) with ordinality a(name, kind, n) where a.kind in ('t', 'o')
    union all
    select a.attname, a.attnum from pg_type t join pg_attribute a on a.attrelid = t.typrelid
    where t.oid = p.prorettype and t.typtype = 'c' and a.attnum > 0 and not a.attisdropped
  ) c
  group by p.oid;

  create temporary table strangers on commit drop as
  with recursive found as (
    select class, object, 0 as depth from ours
    union
    select n.class, n.object, f.depth + 1
    from found f
    cross join lateral (
      select case d.classid when 'pg_rewrite'::regclass then 'pg_class'::regclass else d.classid end as class, coalesce(r.ev_class, d.objid) as object
      from pg_depend d left join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
      where d.deptype = 'n' and d.classid in ('pg_rewrite'::regclass, 'pg_proc'::regclass)
        and (d.refclassid = f.class and d.refobjid = f.object
          or f.class = 'pg_class'::regclass and d.refclassid = 'pg_type'::regclass and d.refobjid in (
            select unnest(array[t.oid, t.typarray]) from pg_type t where t.typrelid = f.object))
    ) n
    where (n.class, n.object) <> (f.class, f.object)
  )
  select class, object, max(depth) as depth from found f
  where not exists (select from ours o where (o.class, o.object) = (f.class, f.object))
  group by class, object;

  insert into entsoe.kept_views (object, owner, statements)
  select k.object, k.owner, array(
    select case n when 1 then d.text else k.statements[n] end
    from generate_subscripts(k.statements, 1) n order by n)
  from (
    select s.depth, 'view ' || v.name as object, pg_get_userbyid(c.relowner) as owner,
      array[format('create view %s%s as %s', v.name, ' with (' || array_to_string(c.reloptions, ', ') || ')', rtrim(pg_get_viewdef(c.oid), ';'))]
      || array(select pg_get_ruledef(r.oid) from pg_rewrite r where r.ev_class = c.oid and r.rulename <> '_RETURN' order by r.rulename)
      || array(select pg_get_triggerdef(t.oid) from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal order by t.tgname)
      || array(
        select case when d.objsubid = 0 then format('comment on view %s is %L', v.name, d.description)
          else format('comment on column %s.%I is %L', v.name, a.attname, d.description) end
        from pg_description d left join pg_attribute a on a.attrelid = d.objoid and a.attnum = d.objsubid
        where d.classoid = 'pg_class'::regclass and d.objoid = c.oid order by d.objsubid) as statements
    from strangers s join pg_class c on s.class = 'pg_class'::regclass and c.oid = s.object
    join pg_namespace n on n.oid = c.relnamespace
    cross join lateral (select format('%I.%I', n.nspname, c.relname) as name) v
    union all
    select s.depth, v.name, pg_get_userbyid(p.proowner),
      array[pg_get_functiondef(p.oid)]
      || case when p.proacl is not null then array[format('revoke all on %s from public', v.name)] end
      || array(
        select format('grant execute on %s to %s%s', v.name, case a.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end,
          case when a.is_grantable then ' with grant option' else '' end)
        from aclexplode(p.proacl) a where a.grantee <> p.proowner)
      || array(select format('comment on %s is %L', v.name, obj_description(p.oid, 'pg_proc')) where obj_description(p.oid, 'pg_proc') is not null)
    from strangers s join pg_proc p on s.class = 'pg_proc'::regclass and p.oid = s.object
    cross join lateral (select case p.prokind when 'p' then 'procedure ' else 'function ' end || p.oid::regprocedure as name) v
    union all
    -- Their indexes of points.
    select 0, 'index entsoe.' || quote_ident(c.relname), pg_get_userbyid(c.relowner), array[pg_get_indexdef(c.oid)]
    from ours o join pg_index i on o.class = 'pg_class'::regclass and i.indrelid = o.object join pg_class c on c.oid = i.indexrelid
    where not i.indisprimary and c.relname not in ('points_item_at', 'points_fast_item_at')
    union all
    -- What was granted on the views, theirs and ours, and on points.
    select coalesce(s.depth, 0) + 0.5, format('rights on %s %I.%I', case c.relkind when 'v' then 'view' else 'table' end, n.nspname, c.relname), pg_get_userbyid(c.relowner),
      array_agg(format('grant %s%s on %I.%I to %s%s', a.privilege_type, ' (' || quote_ident(g.attname) || ')', n.nspname, c.relname,
        case a.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end, case when a.is_grantable then ' with grant option' else '' end))
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    left join strangers s on s.class = 'pg_class'::regclass and s.object = c.oid
    cross join lateral (
      select null::name as attname, c.relacl as acl union all
      select attname, attacl from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped
    ) g
    cross join lateral aclexplode(g.acl) a
    where c.relkind in ('v', 'r') and a.grantee <> c.relowner and not pg_get_userbyid(a.grantee) in ('entsoe_reader', 'entsoe_operator', 'entsoe_worker')
      and (s.object is not null or exists (select from ours o where o.class = 'pg_class'::regclass and o.object = c.oid))
    group by s.depth, n.nspname, c.relname, c.relkind, c.relowner
  ) k
  cross join lateral (
    with recursive cut as (
      select 0 as n, k.statements[1] as text
      union all
      select c.n + 1, replace(c.text, l.columns, '')
      from cut c join (select row_number() over (order by columns) as n, columns from listed) l on l.n = c.n + 1
    )
    select text from cut order by n desc limit 1
  ) d
  order by k.depth, k.object;

  -- Each is dropped by its owner, as far as who migrates may act for that; else it
  -- goes with ours.
  for stranger in
    select case when s.class = 'pg_class'::regclass then format('view %I.%I', n.nspname, c.relname)
        else case p.prokind when 'p' then 'procedure ' else 'function ' end || p.oid::regprocedure end as name,
      pg_get_userbyid(coalesce(c.relowner, p.proowner)) as owner
    from strangers s
    left join pg_class c on s.class = 'pg_class'::regclass and c.oid = s.object
    left join pg_namespace n on n.oid = c.relnamespace
    left join pg_proc p on s.class = 'pg_proc'::regclass and p.oid = s.object
    order by s.depth desc
  loop
    begin
      execute format('set local role %I', stranger.owner);
      execute 'drop ' || stranger.name;
    exception when insufficient_privilege or dependent_objects_still_exist then
      null;
    end;
    execute format('set local role %I', me);
  end loop;
  for own in select class, object, name from ours where leaves
  loop
    if own.class = 'pg_class'::regclass and exists (select from pg_class c where c.oid = own.object)
      or own.class = 'pg_proc'::regclass and exists (select from pg_proc p where p.oid = own.object) then
      execute 'drop ' || own.name || ' cascade';
    end if;
  end loop;

  if not exists (select from entsoe.points) and not exists (select from entsoe.points_fast) and not exists (select from entsoe.point_history) then
    drop table entsoe.points cascade;
    drop table entsoe.points_fast cascade;
  else
    alter table entsoe.points rename to points_before;
    alter table entsoe.points_fast rename to points_fast_before;
    comment on table entsoe.points_before      is 'Points in the form that they had before, which `entsoed migrate` has not moved yet.';
    comment on table entsoe.points_fast_before is 'Points of series finer than one minute in the form that they had before, which `entsoed migrate` has not moved yet.';
  end if;
end $$;
-- +goose StatementEnd

create table entsoe.points (
  at          timestamptz      not null,
  value       double precision not null check (value > '-infinity' and value < 'infinity'),
  series_id   integer          not null,
  known_after integer          not null,
  constraint points_series_at primary key (series_id, at)
);
comment on table  entsoe.points             is 'The present values. The views show them with their meaning.';
comment on column entsoe.points.at          is 'Start of the interval, to which the value applies as a whole.';
comment on column entsoe.points.value       is 'The value in the unit of its series. The platform sends at most 12 digits, so the decimal number is exact when printed. A missing value is no row, never 0.';
comment on column entsoe.points.series_id   is 'The series (entsoe.series.id).';
comment on column entsoe.points.known_after is 'When we first saw this value, in seconds after at: at + known_after * interval ''1 second''. Negative for what was known before, such as a forecast.';

create table entsoe.points_fast (
  at          timestamptz      not null,
  value       double precision not null check (value > '-infinity' and value < 'infinity'),
  series_id   integer          not null,
  known_after integer          not null,
  constraint points_fast_series_at primary key (series_id, at)
);
comment on table  entsoe.points_fast             is 'The present values of series finer than one minute; otherwise like entsoe.points.';
comment on column entsoe.points_fast.at          is 'Start of the interval, to which the value applies as a whole.';
comment on column entsoe.points_fast.value       is 'The value in the unit of its series. A missing value is no row, never 0.';
comment on column entsoe.points_fast.series_id   is 'The series (entsoe.series.id).';
comment on column entsoe.points_fast.known_after is 'When we first saw this value, in seconds after at, as in entsoe.points.';

comment on column entsoe.items.item_no             is 'Number of the item in this database, repeated in entsoe.series.';
comment on column entsoe.point_history.known_from  is 'When we first saw this value, to the second.';
comment on column entsoe.point_history.known_until is 'When we first saw another value, or that the platform no longer had any, to the second.';

-- While points are being moved they have another name, so that nobody reads half of them.
-- +goose StatementBegin
do $$
begin
  if to_regclass('entsoe.points_before') is null then
    return;
  end if;
  alter table entsoe.points rename to points_moving;
  alter table entsoe.points_fast rename to points_fast_moving;
end $$;
-- +goose StatementEnd
