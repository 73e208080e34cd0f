-- +goose Up

-- A window whose job somebody cancelled is neither done nor failed. It is open, and
-- waits until somebody resumes the backfill.

alter table entsoe.backfill_orders drop constraint backfill_orders_state_check;
alter table entsoe.backfill_orders add constraint backfill_orders_state_check
  check (state in ('running', 'paused', 'stopped', 'done', 'cancelled'));
comment on column entsoe.backfill_orders.state is 'running, paused, stopped (all that is left are windows whose jobs somebody cancelled), done or cancelled.';
comment on column entsoe.backfill_feeds.failed is 'What a job of the backfill gave up; in done as well: another attempt was answered.';

create table entsoe.backfill_stops (
  job_id      bigint      primary key,
  backfill_id bigint      not null references entsoe.backfill_orders (id),
  feed_id     bigint      not null,
  stopped_at  timestamptz not null,
  resumed     boolean     not null default false,
  during      tstzrange   not null,
  kind        text        not null,
  args        jsonb       not null
);
create index backfill_stops_backfill on entsoe.backfill_stops (backfill_id);
comment on table  entsoe.backfill_stops             is 'Jobs of backfills that somebody cancelled. What they were to ask is not asked until somebody resumes the backfill, or retries the job.';
comment on column entsoe.backfill_stops.job_id      is 'The job in river.river_job, which may have been deleted since.';
comment on column entsoe.backfill_stops.backfill_id is 'The backfill.';
comment on column entsoe.backfill_stops.feed_id     is 'The feed.';
comment on column entsoe.backfill_stops.stopped_at  is 'When the job was cancelled.';
comment on column entsoe.backfill_stops.resumed     is 'The backfill was resumed since: the window is handed out again.';
comment on column entsoe.backfill_stops.during      is 'The window, or the period of the document whose revisions were to be asked for.';
comment on column entsoe.backfill_stops.kind        is 'Kind of the job: collect or revisions.';
comment on column entsoe.backfill_stops.args        is 'Its arguments.';

-- +goose StatementBegin
create function entsoe.gave_up(state text, attempt integer, max_attempts integer, errors jsonb[], metadata jsonb)
returns boolean language sql immutable parallel safe
return case state
  when 'discarded' then attempt >= max_attempts
  when 'cancelled' then not metadata ? 'cancel_attempted_at'
    and coalesce(errors[array_upper(errors, 1)] ->> 'error' like 'JobCancelError:%', false)
  else false end;
-- +goose StatementEnd
comment on function entsoe.gave_up(text, integer, integer, jsonb[], jsonb) is
  'Whether a job ended as cancelled or discarded by itself, because asking again would change nothing; false: somebody ended it.';

-- +goose StatementBegin
create function entsoe.ended_jobs()
returns table (job_id bigint, backfill_id bigint, feed_id bigint, ended_at timestamptz, gave_up boolean, during tstzrange, kind text, args jsonb)
language plpgsql stable as $$
begin
  return query
  select j.id, o.id, (j.args ->> 'feed')::bigint, j.finalized_at, entsoe.gave_up(j.state::text, j.attempt, j.max_attempts, j.errors, j.metadata),
    tstzrange((j.args ->> 'from')::timestamptz, (j.args ->> 'to')::timestamptz), j.kind, j.args
  from river.river_job j
  join entsoe.backfill_orders o on o.id::text = j.args ->> 'backfill' and o.state in ('running', 'paused', 'stopped')
  where j.kind in ('collect', 'revisions') and j.state in ('cancelled', 'discarded')
    and j.finalized_at > (select min(u.created_at) from entsoe.backfill_orders u where u.state in ('running', 'paused', 'stopped'))
    and j.unique_key is not null;
end $$;
-- +goose StatementEnd
comment on function entsoe.ended_jobs() is 'Jobs of backfills which are not over that gave up, or that somebody cancelled.';

-- +goose StatementBegin
create function entsoe.note_stops()
returns void language plpgsql as $$
begin
  insert into entsoe.backfill_stops (job_id, backfill_id, feed_id, stopped_at, during, kind, args)
  select e.job_id, e.backfill_id, e.feed_id, e.ended_at, e.during, e.kind, e.args
  from entsoe.ended_jobs() e
  where not e.gave_up
    and not exists (select from entsoe.backfill_stops s where s.job_id = e.job_id and s.stopped_at = e.ended_at)
  order by e.job_id
  on conflict (job_id) do update set stopped_at = excluded.stopped_at, resumed = false;
  if not exists (select from entsoe.backfill_stops) then
    return;
  end if;
  delete from entsoe.backfill_stops s
  using entsoe.backfill_orders o
  where o.id = s.backfill_id and (o.state in ('done', 'cancelled') or exists (
    select from river.river_job j where j.id = s.job_id and (j.state = 'completed' or j.state = any(entsoe.living_states()::river.river_job_state[]))));
  update entsoe.backfill_orders o set state = 'running', started_at = clock_timestamp()
  where o.state = 'stopped' and entsoe.stopped_windows(o.id) = 0;
end $$;
-- +goose StatementEnd
comment on function entsoe.note_stops() is
  'Notes which jobs of backfills somebody has cancelled, and which of them somebody retries. A backfill of which nothing is stopped any more goes on.';

-- +goose StatementBegin
create function entsoe.stopped_windows(backfill bigint)
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
      when 'failed' then coalesce(c.data + c.empty, '{}')
      else coalesce(c.data + c.empty + c.refused, '{}') end));
end;
-- +goose StatementEnd
comment on function entsoe.stopped_windows(bigint) is 'How many windows of a backfill, and documents, are open because somebody cancelled their jobs.';

-- What running backfills gave up because somebody cancelled a job is open again.
-- +goose StatementBegin
do $$
begin
  if to_regclass('river.river_job') is not null then
    update entsoe.backfill_feeds b set failed = b.failed - e.windows, finished = false
    from (
      select backfill_id, feed_id, range_agg(during) as windows
      from entsoe.ended_jobs() where kind = 'collect' and not gave_up
      group by 1, 2
    ) e
    where (b.backfill_id, b.feed_id) = (e.backfill_id, e.feed_id) and b.failed && e.windows;
  end if;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
create or replace function entsoe.steer_backfill(id bigint, from_states text[], to_state text)
returns text language plpgsql as $$
#variable_conflict use_column
declare
  found_state text;
  gone        record;
begin
  if steer_backfill.to_state = 'running' then
    perform entsoe.keep_driver();
    perform entsoe.note_stops();
  end if;
  select o.state into found_state from entsoe.backfill_orders o where o.id = steer_backfill.id for no key update;
  if found_state is null then
    raise exception 'there is no backfill %', steer_backfill.id using errcode = 'invalid_parameter_value', hint = 'entsoe.backfills lists them';
  elsif found_state = steer_backfill.to_state
      and (found_state <> 'running' or not exists (select from entsoe.backfill_stops s where s.backfill_id = steer_backfill.id and not s.resumed)) then
    return found_state;
  elsif found_state <> steer_backfill.to_state and found_state <> all(steer_backfill.from_states) then
    raise exception 'backfill % is %', steer_backfill.id, found_state using errcode = 'invalid_parameter_value',
      hint = 'what it did not do can be started as a new backfill';
  end if;
  update entsoe.backfill_orders o
  set state = steer_backfill.to_state,
    finished_at = case when steer_backfill.to_state = 'cancelled' then clock_timestamp() end,
    started_at = case when steer_backfill.to_state = 'running' then clock_timestamp() else o.started_at end,
    sent_before = case when steer_backfill.to_state = 'running'
      then (select coalesce(sum(b.sent), 0) from entsoe.backfill_feeds b where b.backfill_id = o.id) else o.sent_before end
  where o.id = steer_backfill.id;
  if steer_backfill.to_state = 'running' then
    for gone in
      update entsoe.backfill_stops s set resumed = true
      where s.backfill_id = steer_backfill.id and not s.resumed
      returning s.kind, s.args
    loop
      if gone.kind = 'revisions' then
        perform entsoe.want_revisions(gone.args);
      end if;
    end loop;
    perform entsoe.wake_driver();
  else
    -- What is not being worked is handed out anew when the backfill goes on.
    for gone in
      delete from river.river_job j
      where j.kind in ('collect', 'revisions') and j.state = any(entsoe.living_states()::river.river_job_state[]) and j.state <> 'running'
        and j.args @> jsonb_build_object('backfill', steer_backfill.id)
      returning j.kind, j.args
    loop
      if gone.kind = 'revisions' then
        perform entsoe.want_revisions(gone.args);
      end if;
    end loop;
    if steer_backfill.to_state = 'cancelled' then
      delete from entsoe.revision_wants w where w.backfill_id = steer_backfill.id;
      delete from entsoe.backfill_stops s where s.backfill_id = steer_backfill.id;
    end if;
  end if;
  return steer_backfill.to_state;
end $$;
-- +goose StatementEnd

create or replace function entsoe.pause_backfill(id bigint)
returns text language sql security definer set search_path = pg_catalog, pg_temp
return entsoe.steer_backfill(id, '{running,stopped}', 'paused');
create or replace function entsoe.resume_backfill(id bigint)
returns text language sql security definer set search_path = pg_catalog, pg_temp
return entsoe.steer_backfill(id, '{paused,stopped}', 'running');
create or replace function entsoe.cancel_backfill(id bigint)
returns text language sql security definer set search_path = pg_catalog, pg_temp
return entsoe.steer_backfill(id, '{running,paused,stopped}', 'cancelled');
comment on function entsoe.resume_backfill(bigint) is 'Lets a backfill go on that is paused, or of which somebody cancelled jobs: their windows are handed out again. Open to the role entsoe_operator.';

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
        when 'failed' then coalesce(c.data + c.empty, '{}')
        else coalesce(c.data + c.empty + c.refused, '{}') end))) / extract(epoch from entsoe.measure(b.todo))) end), 0)::double precision as windows_left,
    coalesce(sum(entsoe.measure(b.failed - b.done)), interval '0') as failed
  from entsoe.backfill_feeds b
  left join entsoe.coverage c on c.feed_id = b.feed_id and c.stage = 0 and not b.finished
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
comment on column entsoe.backfills.state   is 'running, paused, done or cancelled; "stopped: 12 windows cancelled" when all that is left are windows whose jobs somebody cancelled: entsoe.resume_backfill hands them out again.';
comment on column entsoe.backfills.stopped is 'Windows, and documents, that are not asked for because somebody cancelled their jobs.';
