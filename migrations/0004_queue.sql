-- +goose Up

create table entsoe.workers (
  started_at timestamptz not null,
  seen_at    timestamptz not null,
  client_id  text        primary key
) with (fillfactor = 50);
comment on table  entsoe.workers            is 'Heartbeats of the processes that work on jobs, by the server''s clock.';
comment on column entsoe.workers.started_at is 'First heartbeat.';
comment on column entsoe.workers.seen_at    is 'Last heartbeat. 15 seconds without one and its jobs are given to others.';
comment on column entsoe.workers.client_id  is 'The process as in river_job.attempted_by.';

create table entsoe.budget (
  next_free    timestamptz not null default '-infinity',
  banned_until timestamptz not null default '-infinity',
  booted_at    timestamptz not null default '-infinity',
  epoch        integer     not null default 0,
  per_minute   integer     not null default 390 check (per_minute > 0),
  one          boolean     primary key default true check (one)
) with (fillfactor = 50);
insert into entsoe.budget default values;
comment on table  entsoe.budget              is 'The request budget that all processes share, by the server''s clock. One row.';
comment on column entsoe.budget.next_free    is 'The next slot that is not taken.';
comment on column entsoe.budget.banned_until is 'The platform has banned us until then.';
comment on column entsoe.budget.booted_at    is 'Start of the server when the last slot was taken.';
comment on column entsoe.budget.epoch        is 'Counts restarts of the server and jumps of its clock: slots of an older epoch are void.';
comment on column entsoe.budget.per_minute   is 'Requests a minute (ENTSOE_REQUESTS_PER_MINUTE).';
comment on column entsoe.budget.one          is 'Always true: there is one row.';

-- GCRA with a burst of one: slots are one gap apart and unused time is lost,
-- never saved up.
-- After a restart the last fractions of a second may be forgotten (the commit
-- does not wait for the disk), and after the clock was set back next_free, or the
-- end of a ban, may be hours away. Both void the slots that were given: their holders look at the
-- epoch before they use one. The second's pause is for those that were about to.
-- +goose StatementBegin
create function entsoe.take_slot(
  max_ahead interval, out taken boolean, out wait double precision, out server_time timestamptz,
  out slot_epoch integer, out banned timestamptz)
language plpgsql as $$
declare
  horizon constant interval := '1 minute';  -- no slot is given that is farther away
  longest constant interval := '1 day';     -- no ban is longer
  boot    constant timestamptz := pg_postmaster_start_time();
  b       entsoe.budget;
  gap     interval;
  slot    timestamptz;
  void    boolean;
begin
  perform set_config('synchronous_commit', 'off', true);
  select * into strict b from entsoe.budget for update;
  server_time := clock_timestamp();  -- only now: the lock may have taken a while
  gap := interval '1 minute' / b.per_minute;
  void := b.booted_at <> boot or b.next_free > server_time + horizon + gap or b.banned_until > server_time + longest;
  slot := case when void then server_time + interval '1 second' else greatest(b.next_free, server_time) end;
  wait := extract(epoch from slot - server_time);
  banned := case when b.banned_until > server_time + longest then '-infinity' else b.banned_until end;
  slot_epoch := b.epoch + void::integer;
  taken := banned <= server_time and slot - server_time <= least(max_ahead, horizon);
  if taken or void then
    update entsoe.budget
    set next_free = case when taken then slot + gap else slot end,
      banned_until = banned, epoch = slot_epoch, booted_at = boot;
  end if;
end $$;
-- +goose StatementEnd
comment on function entsoe.take_slot(interval) is
  'Takes the next slot of the request budget unless it is more than max_ahead away: wait is the number of seconds to it. Nothing is taken during a ban. To be called in a transaction of its own.';

-- River's unique key of a collect job, byte for byte as River computes it from
-- the fields feed, from, lane and to of its arguments.
-- +goose StatementBegin
create function entsoe.collect_key(feed_id bigint, lane text, window_from timestamptz default null, window_to timestamptz default null)
returns bytea language sql stable parallel safe
return sha256(convert_to(
  '&kind=collect&args={"feed":' || feed_id
  || coalesce(',"from":"' || to_char(window_from at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || '"', '')
  || ',"lane":"' || lane || '"'
  || coalesce(',"to":"' || to_char(window_to at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || '"', '')
  || '}', 'UTF8'));
-- +goose StatementEnd
comment on function entsoe.collect_key(bigint, text, timestamptz, timestamptz) is
  'The unique key of a collect job in river.river_job: one per feed and lane, or per feed, lane and window where that is fixed.';
