-- +goose Up

-- The queue `backfill` holds 300 jobs at most, whatever is planned: windows of
-- backfills, earlier revisions of documents, what is healed, and probes. Each
-- class has places that no other takes, so that none starves; the others are for
-- whoever comes first. What does not fit is derived again from coverage or waits
-- in entsoe.revision_wants.
-- +goose StatementBegin
create function entsoe.queue_class(kind text, args jsonb)
returns text language sql immutable parallel safe
return case when kind = 'revisions' then 'revisions' when args ? 'backfill' then 'windows' when args ->> 'lane' = 'probe' then 'probes' else 'healing' end;
-- +goose StatementEnd
comment on function entsoe.queue_class(text, jsonb) is 'Class of a job in the queue backfill, by its kind and arguments: windows, revisions, healing or probes.';

-- +goose StatementBegin
create function entsoe.queue_party(kind text, args jsonb)
returns text language sql immutable parallel safe
return coalesce(args ->> 'backfill', entsoe.queue_class(kind, args));
-- +goose StatementEnd
comment on function entsoe.queue_party(text, jsonb) is 'Who takes turns with others in the queue backfill: the number of a backfill, or the class of a job that is of none.';

-- +goose StatementBegin
create function entsoe.queue_room(class text)
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
        and j.state in ('available', 'pending', 'retryable', 'running', 'scheduled')
      group by o.class, o.own
    ) c
  );
end $$;
-- +goose StatementEnd
comment on function entsoe.queue_room(text) is
  'How many jobs of a class (entsoe.queue_class) the queue backfill has room for. Until the end of the transaction nobody else is told of any room, so what inserts them must end soon.';

-- River works what was scheduled first. A job is put before those that would be
-- worked out of turn: the n-th that waits of one party before the n+1st of any
-- other. What heals, looks for new feeds or completes documents by itself has
-- one turn in eight, but waits no longer than a minute for those behind it.
-- +goose StatementBegin
create function entsoe.queue_turns(party text, jobs integer)
returns table (nth bigint, at timestamptz) language plpgsql as $$
#variable_conflict use_column
declare
  seldom constant integer := 8;
begin
  return query
  with waiting as (
    select w.party, w.scheduled_at, row_number() over (partition by w.party order by w.scheduled_at, w.id) as nth
    from (
      select entsoe.queue_party(j.kind, j.args) as party, j.scheduled_at, j.id
      from river.river_job j
      where j.queue = 'backfill' and j.state = 'available'
    ) w
  ), placed as (
    select w.party, w.scheduled_at, case
      when w.party ~ '^[0-9]' then w.nth
      when w.scheduled_at < clock_timestamp() - interval '1 minute' then 0
      else w.nth * seldom end as place
    from waiting w
  )
  select n.nth, coalesce(
    (select min(p.scheduled_at) - interval '1 microsecond' from placed p where p.party <> queue_turns.party and p.place > own.place),
    statement_timestamp() - interval '1 millisecond' + n.nth * interval '1 microsecond')
  from generate_series(1, queue_turns.jobs::bigint) n(nth)
  cross join lateral (
    select (n.nth + (select count(*) from waiting w where w.party = queue_turns.party))
      * case when queue_turns.party ~ '^[0-9]' then 1 else seldom end as place
  ) own;
end $$;
-- +goose StatementEnd
comment on function entsoe.queue_turns(text, integer) is 'When jobs of a party (entsoe.queue_party) are scheduled that are inserted into the queue backfill now, so that all parties take turns.';

-- +goose StatementBegin
create function entsoe.queue_backfills()
returns table (backfill_id bigint, windows bigint, revisions bigint, ready bigint, failed bigint, next_at timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query
  select (j.args ->> 'backfill')::bigint, count(*) filter (where j.kind = 'collect'), count(*) filter (where j.kind = 'revisions'),
    count(*) filter (where j.state in ('available', 'running', 'pending')), count(*) filter (where j.state = 'retryable'), min(j.scheduled_at)
  from river.river_job j
  where j.queue = 'backfill' and j.state in ('available', 'pending', 'retryable', 'running', 'scheduled') and j.args ? 'backfill'
  group by 1;
end $$;
-- +goose StatementEnd
comment on function entsoe.queue_backfills() is
  'What backfills have in the queue, or is being worked: windows, documents whose earlier revisions are asked for, how many of both can be worked now, how many failed and are tried again, and when the first of all is due.';

-- What older versions left behind the windows is worked in turn.
-- +goose StatementBegin
do $$
begin
  if to_regclass('river.river_job') is not null then
    update river.river_job set priority = 1
    where queue = 'backfill' and priority > 1 and state in ('available', 'pending', 'retryable', 'running', 'scheduled');
  end if;
end $$;
-- +goose StatementEnd

alter table entsoe.backfill_feeds add column found bigint not null default 0;
comment on column entsoe.backfill_feeds.found is 'Documents that it came upon and whose earlier revisions it asks for, by a request each.';
update entsoe.backfill_feeds b set found = w.documents
from (select backfill_id, feed_id, count(*) as documents from entsoe.revision_wants where backfill_id is not null group by 1, 2) w
where (b.backfill_id, b.feed_id) = (w.backfill_id, w.feed_id);

create table entsoe.backfill_samples (
  backfill_id bigint           not null references entsoe.backfill_orders (id),
  at          timestamptz      not null,
  sent        bigint           not null,
  progress    double precision not null,
  primary key (backfill_id, at)
);
comment on table  entsoe.backfill_samples             is 'How running backfills stood in the last minutes, from which their rate follows. While requests wait, only the latest is kept.';
comment on column entsoe.backfill_samples.backfill_id is 'The backfill.';
comment on column entsoe.backfill_samples.at          is 'When it was looked at, by the server''s clock.';
comment on column entsoe.backfill_samples.sent        is 'Requests that it had sent.';
comment on column entsoe.backfill_samples.progress    is 'What was done of what was planned, 0 to 1; never less than before, though documents were found.';

-- +goose StatementBegin
create function entsoe.backfill_waits(out reason text, out until timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  lane entsoe.lanes;
begin
  select b.banned_until into until from entsoe.budget b where b.banned_until > clock_timestamp();
  if found then
    reason := 'banned';
    return;
  end if;
  if not exists (select from entsoe.workers w where w.seen_at > clock_timestamp() - interval '15 seconds' and w.client_id not like '%\_fetch') then
    reason := 'no worker is running';
    return;
  end if;
  select * into strict lane from entsoe.lanes l where l.lane = 'backfill';
  if lane.share = 0 then
    reason := 'the lane of backfills has no share of the budget';
  elsif lane.wanted_at > clock_timestamp() - interval '5 seconds' and lane.next_free < clock_timestamp() - interval '10 seconds' then
    reason := 'other lanes go first';
  end if;
end $$;
-- +goose StatementEnd
comment on function entsoe.backfill_waits() is 'Why no backfill sends requests now, and until when as far as is known; nulls: nothing stops them.';

create or replace view entsoe.backfills as
select o.id, o.state, o.items, o.areas, o.variant, o.from_time, o.to_time, o.mode, o.oldest_first,
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
  s.until as waiting_until
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
comment on column entsoe.backfills.requests      is 'Requests that were planned, the least number where answers come in pages, and those for earlier revisions of outages that it came upon; null: not planned yet.';
comment on column entsoe.backfills.requests_left is 'How many of them are left.';
comment on column entsoe.backfills.progress      is 'What is done of what was planned, from 0 to 1. It never decreases: where outages are found faster than they are completed it stands still.';
comment on column entsoe.backfills.per_minute    is 'Requests that it sent a minute in the last three minutes, or since it was last stopped; null unless it runs.';
comment on column entsoe.backfills.eta           is 'When it will be done if it goes on like this; null: that is not known, or it waits.';
comment on column entsoe.backfills.waiting       is 'Why it sends no requests now, such as "banned"; null: it does, or does not run.';
comment on column entsoe.backfills.waiting_until is 'Until when it waits, as far as is known.';

-- +goose StatementBegin
create function entsoe.note_backfills()
returns void language plpgsql as $$
declare
  waits constant boolean := (select reason is not null from entsoe.backfill_waits());
begin
  insert into entsoe.backfill_samples (backfill_id, at, sent, progress)
  select b.id, clock_timestamp(), b.sent, greatest(
    least(1 - b.requests_left::double precision / nullif(b.requests, 0), case when b.requests_left > 0 then 0.9999 else 1 end),
    (select p.progress from entsoe.backfill_samples p where p.backfill_id = b.id order by p.at desc limit 1), 0)
  from entsoe.backfills b where b.state = 'running' and b.requests is not null;
  delete from entsoe.backfill_samples p
  where (waits or p.at < clock_timestamp() - interval '3 minutes')
    and exists (select from entsoe.backfill_samples l where l.backfill_id = p.backfill_id and l.at > p.at);
end $$;
-- +goose StatementEnd
comment on function entsoe.note_backfills() is 'Notes how running backfills stand, in entsoe.backfill_samples.';
