-- +goose Up

-- All that River's table demands of those who insert by SQL stands here: the
-- states, the unique key byte for byte, the states in which it counts, the
-- clause for conflicts and the channel of its notifications. A test compares
-- with what River's own client inserts.

-- +goose StatementBegin
create function entsoe.living_states()
returns text[] language sql immutable parallel safe
return array['available', 'pending', 'retryable', 'running', 'scheduled'];
-- +goose StatementEnd
comment on function entsoe.living_states() is 'The states of a job in river.river_job that will still be worked, or is.';

create type entsoe.new_job as (
  kind         text,
  args         jsonb,
  queue        text,
  priority     smallint,
  max_attempts smallint,
  scheduled_at timestamptz
);
comment on type   entsoe.new_job              is 'A job that entsoe.insert_jobs is to insert.';
comment on column entsoe.new_job.kind         is 'collect, revisions or drive.';
comment on column entsoe.new_job.args         is 'Its arguments, an object.';
comment on column entsoe.new_job.queue        is 'The queue of River in which it waits.';
comment on column entsoe.new_job.priority     is '1 (first) to 4; null: 1.';
comment on column entsoe.new_job.max_attempts is 'How often it is tried.';
comment on column entsoe.new_job.scheduled_at is 'When it is due; null: now.';

-- River hashes the kind and, sorted by name, the unique fields that the arguments
-- have. Go's encoding/json escapes some characters that PostgreSQL does not.
-- +goose StatementBegin
create function entsoe.job_key(kind text, args jsonb)
returns bytea language sql stable parallel safe
return sha256(convert_to('&kind=' || kind || coalesce('&args={' || (
  select string_agg(to_json(f.name)::text || ':'
      || replace(replace(replace(replace(replace((args -> f.name)::text,
        '&', '\u0026'), '<', '\u003c'), '>', '\u003e'), chr(8232), '\u2028'), chr(8233), '\u2029'), ',' order by f.n)
  from unnest(case kind
    when 'collect' then array['feed', 'from', 'lane', 'to']
    when 'revisions' then array['item', 'mrid'] end) with ordinality f(name, n)
  where args ? f.name
) || '}', ''), 'UTF8'));
-- +goose StatementEnd
comment on function entsoe.job_key(text, jsonb) is 'The unique key of a job in river.river_job, by its kind and arguments.';

-- +goose StatementBegin
create or replace function entsoe.collect_key(feed_id bigint, lane text, window_from timestamptz default null, window_to timestamptz default null)
returns bytea language sql stable parallel safe
return entsoe.job_key('collect', jsonb_strip_nulls(jsonb_build_object('feed', feed_id, 'lane', lane,
  'from', to_char(window_from at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'to', to_char(window_to at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))));
-- +goose StatementEnd

-- +goose StatementBegin
create or replace function entsoe.revisions_key(item text, mrid text)
returns bytea language sql stable parallel safe
return entsoe.job_key('revisions', jsonb_build_object('item', item, 'mrid', mrid));
-- +goose StatementEnd

-- +goose StatementBegin
create function entsoe.notify_queue(queue text)
returns void language sql
return pg_notify('river.river_insert', json_build_object('queue', queue)::text);
-- +goose StatementEnd
comment on function entsoe.notify_queue(text) is 'Wakes the workers of a queue when the transaction commits.';

-- A job of the same key that is alive is looked for first: a conflict would leave
-- a dead row.
-- +goose StatementBegin
create function entsoe.insert_jobs(jobs entsoe.new_job[])
returns table (id bigint, args jsonb) language plpgsql as $$
#variable_conflict use_column
begin
  return query
  with given as (
    select g.*, entsoe.job_key(g.kind, g.args) as key
    from unnest(jobs) with ordinality g(kind, args, queue, priority, max_attempts, scheduled_at, n)
  ), inserted as (
    insert into river.river_job (kind, args, queue, priority, max_attempts, state, scheduled_at, unique_key, unique_states)
    select g.kind, g.args, g.queue, coalesce(g.priority, 1), g.max_attempts,
      case when g.scheduled_at > clock_timestamp() then 'scheduled' else 'available' end::river.river_job_state, coalesce(g.scheduled_at, now()), g.key, B'11110001'
    from given g
    where not exists (
      select from river.river_job j
      where j.unique_key = g.key and j.unique_states is not null and river.river_job_state_in_bitmask(j.unique_states, j.state))
    order by g.n
    on conflict (unique_key)
      where unique_key is not null and unique_states is not null and river.river_job_state_in_bitmask(unique_states, state)
      do nothing
    returning river_job.id, river_job.args, river_job.queue
  ), notified as (
    select entsoe.notify_queue(i.queue) from inserted i group by i.queue
  )
  select i.id, i.args from inserted i where (select count(*) from notified) > 0;
end $$;
-- +goose StatementEnd
comment on function entsoe.insert_jobs(entsoe.new_job[]) is
  'Inserts jobs into river.river_job, in their order, unless one of the same key is alive, and wakes the workers of their queues. Returns those that were inserted.';

-- +goose StatementBegin
create or replace function entsoe.wake_driver()
returns void language plpgsql as $$
begin
  update river.river_job set state = 'available', scheduled_at = now()
  where unique_key = entsoe.job_key('drive', '{}') and state in ('scheduled', 'retryable');
  perform entsoe.insert_jobs(array[row('drive', '{}', 'drive', 1, 25, null)::entsoe.new_job]);
  perform entsoe.notify_queue('drive');
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
  end if;
  select o.state into found_state from entsoe.backfill_orders o where o.id = steer_backfill.id for no key update;
  if found_state is null then
    raise exception 'there is no backfill %', steer_backfill.id using errcode = 'invalid_parameter_value', hint = 'entsoe.backfills lists them';
  elsif found_state = steer_backfill.to_state then
    return found_state;
  elsif found_state <> all(steer_backfill.from_states) then
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
    end if;
  end if;
  return steer_backfill.to_state;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
create or replace function entsoe.queue_room(class text)
returns integer language plpgsql as $$
#variable_conflict use_column
declare
  bound constant integer := 300;
begin
  perform pg_advisory_xact_lock(hashtextextended('entsoe.queue_room', 0));
  return (
    select greatest(0, bound - sum(case when c.class = queue_room.class then c.jobs else greatest(c.jobs, c.own) end))
    from (
      select o.class, o.own, count(j.id) as jobs
      from (values ('windows', 150), ('revisions', 40), ('healing', 20), ('probes', 20)) o(class, own)
      left join river.river_job j on j.queue = 'backfill' and entsoe.queue_class(j.kind, j.args) = o.class
        and j.state = any(entsoe.living_states()::river.river_job_state[])
      group by o.class, o.own
    ) c
  );
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
create or replace function entsoe.queue_backfills()
returns table (backfill_id bigint, windows bigint, revisions bigint, ready bigint, failed bigint, next_at timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query
  select (j.args ->> 'backfill')::bigint, count(*) filter (where j.kind = 'collect'), count(*) filter (where j.kind = 'revisions'),
    count(*) filter (where j.state in ('available', 'running', 'pending')), count(*) filter (where j.state = 'retryable'), min(j.scheduled_at)
  from river.river_job j
  where j.queue = 'backfill' and j.state = any(entsoe.living_states()::river.river_job_state[]) and j.args ? 'backfill'
  group by 1;
end $$;
-- +goose StatementEnd
