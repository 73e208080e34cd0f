-- +goose Up

-- Mode failed asks for what faults make unreadable as well, also where coverage says
-- data, for that is of other curves.
-- +goose StatementBegin
create or replace function entsoe.enqueue_backfill(
  item text, area text, from_time timestamptz, to_time timestamptz default entsoe.clock(),
  mode text default 'missing', oldest_first boolean default false, variant text default null, at timestamptz default entsoe.clock())
returns table (backfill bigint, inserted boolean, state text, feeds integer, message text)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  ids    bigint[];
  number bigint;
  known  text;
begin
  perform entsoe.check_span(enqueue_backfill.from_time, enqueue_backfill.to_time, enqueue_backfill.mode);
  perform entsoe.keep_driver();
  -- Who asks for the same at the same time waits.
  perform pg_advisory_xact_lock(hashtextextended(
    concat_ws('/', 'entsoe.backfill', enqueue_backfill.item, enqueue_backfill.area, enqueue_backfill.mode, enqueue_backfill.variant), 0));
  insert into entsoe.feeds (item, area, counter_area, variant, name)
  select c.item, c.area, c.counter_area, c.variant_name, c.name
  from entsoe.backfill_selection(enqueue_backfill.item, enqueue_backfill.area, enqueue_backfill.variant) c
  where not exists (select from entsoe.feeds f
    where (f.item, f.area, f.counter_area, f.variant) = (c.item, c.area, c.counter_area, c.variant_name))
  order by c.item, c.area, c.counter_area, c.variant_name
  on conflict do nothing;
  select array_agg(f.id) into ids
  from entsoe.backfill_selection(enqueue_backfill.item, enqueue_backfill.area, enqueue_backfill.variant) c
  join entsoe.feeds f on (f.item, f.area, f.counter_area, f.variant) = (c.item, c.area, c.counter_area, c.variant_name);

  -- The end is told by the hour: who says now() twice means the same.
  select o.id, o.state into number, known
  from entsoe.backfill_orders o
  where o.state in ('running', 'paused') and o.mode = enqueue_backfill.mode
    and o.from_time <= enqueue_backfill.from_time and o.to_time >= enqueue_backfill.to_time - interval '1 hour'
    and not exists (select from unnest(ids) id
      where not exists (select from entsoe.backfill_feeds b where b.backfill_id = o.id and b.feed_id = id))
  order by o.id limit 1;
  if number is not null then
    return query select number, false, known, cardinality(ids),
      format(case known when 'paused' then 'backfill %1$s is paused; once it is resumed it does this: select entsoe.resume_backfill(%1$s)' else 'backfill %s is at it' end, number);
    return;
  end if;
  if enqueue_backfill.mode <> 'all' and not exists (
    select from entsoe.feeds f
    left join entsoe.coverage c on c.feed_id = f.id and c.stage = 0
    cross join lateral (
      select entsoe.expected(f.item, f.area, f.counter_area, f.variant, enqueue_backfill.from_time,
        least(enqueue_backfill.to_time, date_trunc('hour', enqueue_backfill.at)), enqueue_backfill.at) as span
    ) e
    where f.id = any(ids) and not isempty(e.span)
      and (c.feed_id is null or not case enqueue_backfill.mode
        when 'missing' then c.data + c.empty + c.refused
        else c.data + c.empty - (select coalesce(range_agg(u.during), '{}') from entsoe.faults u where u.feed_id = f.id) end @> e.span)
  ) then
    return query select max(b.backfill_id), false, 'done', cardinality(ids), 'nothing is missing'
    from entsoe.backfill_feeds b where b.feed_id = any(ids);
    return;
  end if;

  insert into entsoe.backfill_orders (from_time, to_time, oldest_first, items, areas, variant, mode)
  values (enqueue_backfill.from_time, enqueue_backfill.to_time, enqueue_backfill.oldest_first,
    enqueue_backfill.item, enqueue_backfill.area, enqueue_backfill.variant, enqueue_backfill.mode)
  returning id into number;
  insert into entsoe.backfill_feeds (backfill_id, feed_id) select number, unnest(ids);
  perform entsoe.wake_driver();
  return query select number, true, 'running', cardinality(ids), format('backfill %s is started', number);
end $$;
-- +goose StatementEnd
comment on function entsoe.enqueue_backfill(text, text, timestamptz, timestamptz, text, boolean, text, timestamptz) is
  'Starts a backfill: fetches what is missing of an item (or a list, "core", "all") of an area (DE_LU, an EIC, a border DE_LU>FR, a list, "all") from from_time to to_time. Modes: missing; failed: also what was refused, or could not be read (entsoe.faults); all: everything again. Newest first, unless oldest_first. The same again adds nothing (inserted tells). at: the present, for a simulated clock. Open to the role entsoe_operator.';

-- +goose StatementBegin
create or replace function entsoe.stopped_windows(backfill bigint)
returns bigint language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
  select count(*)
  from entsoe.backfill_stops s
  join entsoe.backfill_orders o on o.id = s.backfill_id
  left join entsoe.backfill_feeds b on (b.backfill_id, b.feed_id) = (s.backfill_id, s.feed_id)
  left join entsoe.coverage c on c.feed_id = s.feed_id and c.stage = 0
  where s.backfill_id = stopped_windows.backfill and not s.resumed
    and (s.kind = 'revisions' or s.during && (b.todo - b.done - b.failed - case o.mode
      when 'all' then '{}'
      when 'failed' then coalesce(c.data + c.empty, '{}') - (select coalesce(range_agg(u.during), '{}') from entsoe.faults u where u.feed_id = s.feed_id)
      else coalesce(c.data + c.empty + c.refused, '{}') end));
end;
-- +goose StatementEnd

create or replace view entsoe.backfills as
select o.id,
  case o.state when 'stopped' then format('stopped: %s %s cancelled', t.windows, case t.windows when 1 then 'window' else 'windows' end) else o.state end as state,
  o.items, o.areas, o.variant, o.from_time, o.to_time, o.mode, o.oldest_first,
  f.feeds, f.feeds_done,
  case when o.planned then f.requests end as requests,
  f.sent,
  case when o.planned then d.requests_left end as requests_left,
  f.points,
  case when o.state = 'done' then 1 when o.planned then trunc(coalesce(last.progress, 0)::numeric, 4) end as progress,
  f.failed,
  r.per_minute,
  case when r.per_minute > 0 and s.waiting is null then now() + make_interval(mins => 1) * (d.requests_left / r.per_minute) end as eta,
  o.created_at, o.finished_at, o.requested_by,
  s.waiting,
  s.until as waiting_until,
  t.windows as stopped
from entsoe.backfill_orders o
cross join lateral (
  select count(*) as feeds, count(*) filter (where b.finished) as feeds_done,
    coalesce(sum(b.requests + b.found), 0)::bigint as requests, coalesce(sum(b.sent), 0)::bigint as sent, coalesce(sum(b.points), 0)::bigint as points,
    coalesce(sum(case when b.finished or b.todo = '{}' then 0
      else b.requests * (1 - extract(epoch from entsoe.measure(b.todo * (b.done + b.failed + case o.mode
        when 'all' then '{}'
        when 'failed' then coalesce(c.data + c.empty, '{}') - coalesce(u.windows, '{}')
        else coalesce(c.data + c.empty + c.refused, '{}') end))) / extract(epoch from entsoe.measure(b.todo))) end), 0)::double precision as windows_left,
    coalesce(sum(entsoe.measure(b.failed - b.done)), interval '0') as failed
  from entsoe.backfill_feeds b
  left join entsoe.coverage c on c.feed_id = b.feed_id and c.stage = 0 and not b.finished
  left join (select t.feed_id, range_agg(t.during) as windows from entsoe.faults t group by 1) u on u.feed_id = b.feed_id and o.mode = 'failed'
  where b.backfill_id = o.id
) f
left join (select w.backfill_id, count(*) as documents from entsoe.revision_wants w group by 1) n on n.backfill_id = o.id
left join entsoe.queue_backfills() q on q.backfill_id = o.id
cross join lateral (
  select least(ceil(f.windows_left)::bigint + coalesce(n.documents, 0) + coalesce(q.revisions, 0), f.requests) as requests_left
) d
left join lateral (
  select p.progress from entsoe.backfill_samples p where p.backfill_id = o.id order by p.at desc limit 1
) last on true
left join lateral (
  select p.at, p.sent from entsoe.backfill_samples p
  where p.backfill_id = o.id and o.state = 'running' and p.at > greatest(o.started_at, clock_timestamp() - interval '3 minutes')
  order by p.at limit 1
) base on true
cross join lateral (
  select case when base.at < clock_timestamp() - interval '5 seconds'
    then ((f.sent - base.sent) * 60 / extract(epoch from clock_timestamp() - base.at))::double precision end as per_minute
) r
cross join lateral (select entsoe.stopped_windows(o.id) as windows) t
cross join entsoe.backfill_waits() e
cross join lateral (
  select case
      when o.state <> 'running' then null
      when e.reason is not null then e.reason
      when q.ready = 0 and q.failed > 0 then 'requests failed and are sent again'
      when q.ready = 0 then 'requests were put off' end as waiting,
    case
      when o.state <> 'running' then null
      when e.reason is not null then e.until
      when q.ready = 0 then q.next_at end as until
) s;

-- A hint must not be null, as it was where an item has no variants at all.
-- +goose StatementBegin
create or replace function entsoe.backfill_selection(items text, areas text, variant text default null)
returns table (item text, area text, counter_area text, variant_name text, name text) language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select p.item, p.area, p.counter_area, v.variant, p.name
  from entsoe.backfill_places(backfill_selection.items, backfill_selection.areas) p
  join entsoe.variants v on v.item = p.item
    and case when backfill_selection.variant is null then v.backfilled else v.variant = backfill_selection.variant end;
  if not found and backfill_selection.variant is null then
    raise exception 'nothing of "%" is asked of the past', backfill_selection.items using errcode = 'invalid_parameter_value',
      hint = 'entsoe.variants tells what is (backfilled)';
  elsif not found then
    raise exception '"%" has no variant "%"', backfill_selection.items, backfill_selection.variant using errcode = 'invalid_parameter_value',
      hint = coalesce((select 'there are: ' || string_agg(distinct format('"%s"', v.variant), ', ')
                       from entsoe.variants v where v.item = any(entsoe.backfill_items(backfill_selection.items))), 'entsoe.variants lists them');
  end if;
end $$;
-- +goose StatementEnd
