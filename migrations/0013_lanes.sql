-- +goose Up

create table entsoe.lanes (
  next_free timestamptz not null default '-infinity',
  wanted_at timestamptz not null default '-infinity',
  share     numeric     not null default 1 check (share between 0 and 1),
  rank      smallint    not null unique,
  lane      text        primary key
) with (fillfactor = 50);
insert into entsoe.lanes (rank, lane) values (0, 'fetch'), (1, 'live'), (2, 'revision'), (3, 'backfill'), (4, 'probe');
comment on table  entsoe.lanes           is 'The lanes of requests. Those of a lower rank go first; each has at most its share of the budget. update entsoe.lanes set share = 0.5 where lane = ''backfill'' holds at once, in all processes.';
comment on column entsoe.lanes.next_free is 'Before then the lane has used up its share, by the server''s clock.';
comment on column entsoe.lanes.wanted_at is 'The slot that the lane wants since it was last refused one. From then on none of a higher rank takes any, until this one has taken one or has let two pass.';
comment on column entsoe.lanes.share     is 'The most that the lane may use of the budget: 1 all that the lanes before it leave, 0.5 half of the requests a minute, 0 nothing.';
comment on column entsoe.lanes.rank      is 'The lanes'' order.';
comment on column entsoe.lanes.lane      is 'fetch: what a person waits for; live: what was never read; revision: what is read again; backfill: the past; probe: whether a feed publishes.';

-- +goose StatementBegin
create function entsoe.set_share(lane text, share numeric)
returns numeric language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  if set_share.share is null or set_share.share not between 0 and 1 then
    raise exception 'share % is not between 0 and 1', set_share.share using errcode = 'invalid_parameter_value';
  end if;
  update entsoe.lanes l set share = set_share.share, next_free = '-infinity' where l.lane = set_share.lane;
  if not found then
    raise exception 'unknown lane "%"', set_share.lane using errcode = 'invalid_parameter_value',
      hint = (select 'there are: ' || string_agg(l.lane, ', ' order by l.rank) from entsoe.lanes l);
  end if;
  return set_share.share;
end $$;
-- +goose StatementEnd
revoke all on function entsoe.set_share(text, numeric) from public;
comment on function entsoe.set_share(text, numeric) is 'Sets the share of the budget that a lane may use, from 0 to 1. It holds at once. Open to the role entsoe_operator.';

-- As before; new are the lane's share, the lanes' order, and that a request of a
-- backfill gives up when that was stopped. wait now also tells how far away a slot
-- is that was not taken.
--
-- A share is kept on the average: what a lane could not use because its next slot
-- lay between two is added to the one after, up to a slot.
--
-- Who is refused leaves word of the slot that he wants in wanted_at, and the lanes
-- after his stand back from then on. A lane that has used up its share wants a
-- later slot, and stops nobody until then. Word is good for two slots, for who
-- left it may have died. While a lane before his takes slots nobody reserves one
-- ahead, which its next request may want; he asks again when the slot is due.
-- A lane's row that somebody has locked to set its share is left as it is: all
-- requests of all processes would wait for the end of his transaction.
drop function entsoe.take_slot(interval);
-- +goose StatementBegin
create function entsoe.take_slot(
  lane text, max_ahead interval, backfill bigint default null,
  out taken boolean, out wait double precision, out server_time timestamptz,
  out slot_epoch integer, out banned timestamptz, out stopped boolean)
language plpgsql as $$
#variable_conflict use_column
declare
  horizon constant interval := '1 minute';  -- no slot is given that is farther away
  longest constant interval := '1 day';     -- no ban is longer
  boot    constant timestamptz := pg_postmaster_start_time();
  b       entsoe.budget;
  l       entsoe.lanes;
  gap     interval;
  slot    timestamptz;
  own     timestamptz;  -- the first slot that the lane's share allows
  may     boolean;      -- have a slot, sooner or later
  wanted  boolean;      -- a lane before this one wants the slot
  follows boolean;      -- a lane before this one has just taken one
  void    boolean;
begin
  perform set_config('synchronous_commit', 'off', true);
  select * into strict b from entsoe.budget for update;
  select * into strict l from entsoe.lanes r where r.lane = take_slot.lane;
  server_time := clock_timestamp();  -- only now: the lock may have taken a while
  stopped := take_slot.backfill is not null
    and exists (select from entsoe.backfill_orders o where o.id = take_slot.backfill and o.state in ('paused', 'cancelled'));
  gap := interval '1 minute' / b.per_minute;
  void := b.booted_at <> boot or b.next_free > server_time + horizon + gap or b.banned_until > server_time + longest;
  slot := case when void then server_time + interval '1 second' else greatest(b.next_free, server_time) end;
  own := case
    when l.share >= 1 then slot
    when l.share = 0 then slot + horizon
    when l.next_free > server_time + horizon + gap / l.share then slot  -- the clock was set back
    else greatest(l.next_free, slot) end;
  select coalesce(bool_or(r.wanted_at > slot - 2 * gap and r.wanted_at <= slot), false),
    coalesce(bool_or(r.next_free > server_time - gap), false)
  into wanted, follows
  from entsoe.lanes r where r.rank < l.rank;
  wait := extract(epoch from case when wanted then greatest(own, slot + gap) else own end - server_time);
  banned := case when b.banned_until > server_time + longest then '-infinity' else b.banned_until end;
  slot_epoch := b.epoch + void::integer;
  may := banned <= server_time and not stopped and l.share > 0;
  taken := may and own = slot and not wanted
    and slot - server_time <= case when follows then interval '0' else least(max_ahead, horizon) end;
  if taken or void then
    update entsoe.budget
    set next_free = case when taken then slot + gap else slot end,
      banned_until = banned, epoch = slot_epoch, booted_at = boot;
  end if;
  if taken or may and l.wanted_at <> own then
    update entsoe.lanes r
    set wanted_at = case when taken then '-infinity' else own end,
      next_free = case when taken then greatest(r.next_free, slot - gap) + gap / l.share else r.next_free end
    where r.lane = (select q.lane from entsoe.lanes q where q.lane = l.lane for no key update skip locked);
  end if;
end $$;
-- +goose StatementEnd
comment on function entsoe.take_slot(text, interval, bigint) is
  'Takes the next slot of the request budget for a lane unless it is more than max_ahead away, the lane has used up its share or one of a lower rank wants it: wait is the number of seconds to it, or to the next that may be free. Nothing is taken during a ban, nor for a backfill that is paused or cancelled (stopped). To be called in a transaction of its own.';
