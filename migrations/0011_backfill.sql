-- +goose Up

alter table entsoe.feeds add column wanted tstzmultirange not null default '{}';
comment on column entsoe.feeds.wanted is 'Delivery time that backfills have gone through: what is missing of it later is fetched by itself.';

alter table entsoe.fetches add column lane text not null default '';
comment on column entsoe.fetches.lane is 'Lane of the request in the budget: fetch, live, revision, backfill or probe; empty: sent by an older version.';

create table entsoe.backfill_orders (
  id           bigint      generated always as identity primary key,
  created_at   timestamptz not null default now(),
  started_at   timestamptz not null default now(),
  finished_at  timestamptz,
  from_time    timestamptz not null,
  to_time      timestamptz not null check (from_time < to_time),
  sent_before  bigint      not null default 0,
  planned      boolean     not null default false,
  oldest_first boolean     not null,
  items        text        not null,
  areas        text        not null,
  variant      text,
  mode         text        not null check (mode in ('missing', 'failed', 'all')),
  state        text        not null default 'running' check (state in ('running', 'paused', 'done', 'cancelled')),
  requested_by text        not null default session_user
);
comment on table  entsoe.backfill_orders              is 'The backfills that were started; entsoe.backfills shows how they stand.';
comment on column entsoe.backfill_orders.id           is 'Number of the backfill.';
comment on column entsoe.backfill_orders.created_at   is 'When it was asked for, by the server''s clock.';
comment on column entsoe.backfill_orders.started_at   is 'When it was started or last resumed, likewise.';
comment on column entsoe.backfill_orders.finished_at  is 'When it was done or cancelled, likewise.';
comment on column entsoe.backfill_orders.from_time    is 'Start of the delivery time that is wanted.';
comment on column entsoe.backfill_orders.to_time      is 'Its end, exclusive.';
comment on column entsoe.backfill_orders.sent_before  is 'Requests that it had sent when it was started or last resumed.';
comment on column entsoe.backfill_orders.planned      is 'It is known what each feed has to do (entsoe.backfill_feeds.todo).';
comment on column entsoe.backfill_orders.oldest_first is 'The oldest windows come first, not the newest.';
comment on column entsoe.backfill_orders.items        is 'The data items, as asked for.';
comment on column entsoe.backfill_orders.areas        is 'The areas, as asked for.';
comment on column entsoe.backfill_orders.variant      is 'The only variant of the items that is wanted; null: those that together hold all.';
comment on column entsoe.backfill_orders.mode         is 'missing: what was not answered; failed: that and what was refused; all: everything again.';
comment on column entsoe.backfill_orders.state        is 'running, paused, done or cancelled.';
comment on column entsoe.backfill_orders.requested_by is 'The database user who asked for it.';

create table entsoe.backfill_feeds (
  backfill_id bigint         not null references entsoe.backfill_orders (id),
  feed_id     bigint         not null references entsoe.feeds (id),
  requests    bigint         not null default 0,
  sent        bigint         not null default 0,
  points      bigint         not null default 0,
  finished    boolean        not null default false,
  span        tstzrange      not null default 'empty',
  todo        tstzmultirange not null default '{}',
  done        tstzmultirange not null default '{}',
  failed      tstzmultirange not null default '{}',
  primary key (backfill_id, feed_id)
) with (fillfactor = 70);
create index backfill_feeds_feed on entsoe.backfill_feeds (feed_id);
create index backfill_feeds_open on entsoe.backfill_feeds (backfill_id) where not finished;
comment on table  entsoe.backfill_feeds             is 'What each backfill has to do for each feed. What is left is todo without done and failed, and unless its mode is all without what others have covered since.';
comment on column entsoe.backfill_feeds.backfill_id is 'The backfill.';
comment on column entsoe.backfill_feeds.feed_id     is 'The feed.';
comment on column entsoe.backfill_feeds.requests    is 'Requests that were planned; the least number where answers come in pages.';
comment on column entsoe.backfill_feeds.sent        is 'Requests that were sent.';
comment on column entsoe.backfill_feeds.points      is 'Points, rows and documents in their answers.';
comment on column entsoe.backfill_feeds.finished    is 'Nothing is left.';
comment on column entsoe.backfill_feeds.span        is 'Delivery time that should have been published of what is wanted, when the backfill was planned.';
comment on column entsoe.backfill_feeds.todo        is 'What of it was to be asked.';
comment on column entsoe.backfill_feeds.done        is 'What was asked and answered, with data or without.';
comment on column entsoe.backfill_feeds.failed      is 'What a job of the backfill gave up, or somebody cancelled; in done as well: another attempt was answered.';

-- +goose StatementBegin
create function entsoe.measure(spans tstzmultirange)
returns interval language sql immutable parallel safe
return (select coalesce(sum(upper(r) - lower(r)), interval '0') from unnest(spans) r);
-- +goose StatementEnd
comment on function entsoe.measure(tstzmultirange) is 'How long spans of time are together.';

-- Names that are like a name, for hints: those in which it occurs, or that
-- differ in few letters (Levenshtein).
-- +goose StatementBegin
create function entsoe.nearest(name text, known text[])
returns text language plpgsql immutable parallel safe as $$
declare
  word   text;
  before integer[];
  row    integer[];
  near   text[] := '{}';
  best   integer[] := '{}';
begin
  foreach word in array known loop
    before := array(select generate_series(0, length(word)));
    for i in 1 .. length(nearest.name) loop
      row := array[i];
      for j in 1 .. length(word) loop
        row := row || least(row[j] + 1, before[j + 1] + 1,
          before[j] + (lower(substr(word, j, 1)) <> lower(substr(nearest.name, i, 1)))::integer);
      end loop;
      before := row;
    end loop;
    if before[length(word) + 1] <= 1 + length(word) / 4 or length(nearest.name) > 2 and strpos(lower(word), lower(nearest.name)) > 0 then
      near := near || word;
      best := best || before[length(word) + 1];
    end if;
  end loop;
  return (select string_agg(n, ', ' order by d, n) from (
    select n, d from unnest(near, best) as u(n, d) order by d, n limit 3) s);
end $$;
-- +goose StatementEnd
comment on function entsoe.nearest(text, text[]) is 'Up to three of the known names that are like a name; null: none is.';

-- +goose StatementBegin
create function entsoe.backfill_items(items text)
returns text[] language plpgsql stable as $$
declare
  word   text;
  chosen text[] := '{}';
  gone   text;
begin
  foreach word in array string_to_array(coalesce(backfill_items.items, ''), ',') loop
    word := lower(trim(word));
    continue when word = '';
    if word in ('all', 'core') then
      chosen := chosen || array(select i.name from entsoe.items i where i.retired = '' and (i.core or word = 'all'));
      continue;
    end if;
    select i.retired into gone from entsoe.items i where i.name = word;
    if not found then
      raise exception 'unknown data item "%"', word using errcode = 'invalid_parameter_value',
        hint = coalesce('did you mean ' || entsoe.nearest(word, array(select i.name from entsoe.items i)) || '? ', '')
          || 'core, all and the names in entsoe.items are allowed';
    elsif gone <> '' then
      raise exception '% was retired in %: the platform refuses all requests for it', word, gone using errcode = 'invalid_parameter_value';
    end if;
    chosen := chosen || word;
  end loop;
  if chosen = '{}' then
    raise exception 'no data item is named' using errcode = 'invalid_parameter_value', hint = 'core, all and the names in entsoe.items are allowed';
  end if;
  return array(select distinct unnest(chosen));
end $$;
-- +goose StatementEnd
comment on function entsoe.backfill_items(text) is 'The data items that are named by a list such as "day_ahead_prices, actual_total_load", "core" or "all". Other words are errors.';

-- +goose StatementBegin
create function entsoe.area_eic(name text)
returns text language plpgsql stable as $$
declare
  found_eic text;
begin
  select a.eic into found_eic from entsoe.areas a where lower(a.code) = lower(trim(area_eic.name)) or a.eic = upper(trim(area_eic.name));
  if found_eic is not null then
    return found_eic;
  elsif upper(trim(area_eic.name)) ~ '^[A-Z0-9-]{16}$' then
    return upper(trim(area_eic.name)); -- the platform has more areas than any list
  end if;
  raise exception 'unknown area "%"', trim(area_eic.name) using errcode = 'invalid_parameter_value',
    hint = coalesce('did you mean ' || entsoe.nearest(trim(area_eic.name), array(select a.code from entsoe.areas a)) || '? ', '')
      || 'all, names such as DE_LU (entsoe.areas lists them), borders such as DE_LU>FR and EICs of 16 characters are allowed';
end $$;
-- +goose StatementEnd
comment on function entsoe.area_eic(text) is 'The EIC of an area, by its name or EIC. A text that is neither is an error.';

-- +goose StatementBegin
create function entsoe.backfill_places(items text, areas text)
returns table (item text, area text, counter_area text, name text) language plpgsql stable as $$
#variable_conflict use_column
declare
  word    text;
  chosen  text[] := entsoe.backfill_items(backfill_places.items);
  single  text := case when cardinality(chosen) = 1 then chosen[1] end;
  borders boolean := single is not null and (select i.border from entsoe.items i where i.name = single);
  every   boolean := false;
  plain   text[] := '{}';
  leaves  text[] := '{}';
  enters  text[] := '{}';
begin
  foreach word in array string_to_array(coalesce(backfill_places.areas, ''), ',') loop
    word := trim(word);
    if lower(word) = 'all' then
      every := true;
    elsif strpos(word, '>') > 0 then
      if single is not null and not borders then
        raise exception '% is published per area: "%" names a border', single, word
          using errcode = 'invalid_parameter_value', hint = 'give an area, such as DE_LU';
      end if;
      leaves := leaves || entsoe.area_eic(split_part(word, '>', 1));
      enters := enters || entsoe.area_eic(substr(word, strpos(word, '>') + 1));
      if leaves[cardinality(leaves)] = enters[cardinality(enters)] then
        raise exception '"%" names a border of an area with itself', word using errcode = 'invalid_parameter_value';
      end if;
    elsif word <> '' then
      plain := plain || entsoe.area_eic(word);
    end if;
  end loop;
  if not every and plain = '{}' and leaves = '{}' then
    raise exception 'no area is named' using errcode = 'invalid_parameter_value',
      hint = 'all, names such as DE_LU, borders such as DE_LU>FR and EICs are allowed';
  elsif borders and not every and leaves = '{}' and cardinality(plain) = 1 then
    raise exception '% is published per border: "%" names one area', single, trim(backfill_places.areas)
      using errcode = 'invalid_parameter_value', hint = 'give two, such as DE_LU>FR for what leaves DE_LU and enters FR';
  end if;
  return query
  select p.item, p.area, p.counter_area, p.name
  from entsoe.places p
  where p.item = any(chosen)
    and (every or p.area = any(plain) and (p.counter_area = '' or p.counter_area = any(plain)))
  union
  -- A border that is named, and a single item's area, are asked for even if
  -- nobody expects data there; so are areas that nobody knows.
  select i.name, n.area, n.counter_area, coalesce(a.code, n.area) || coalesce('>' || nullif(coalesce(c.code, n.counter_area), ''), '')
  from entsoe.items i
  join (
    select area, '' as counter_area, false as border from unnest(plain) area
    union all
    select area, counter_area, true from unnest(leaves, enters) as b(area, counter_area)
  ) n on n.border = i.border
  left join entsoe.areas a on a.eic = n.area
  left join entsoe.areas c on c.eic = n.counter_area
  where i.name = any(chosen) and (n.border or single is not null or a.eic is null);
  if not found then
    raise exception 'no area of "%" publishes "%"', backfill_places.areas, backfill_places.items
      using errcode = 'invalid_parameter_value', hint = 'of a border name both areas, or the border itself, such as DE_LU>FR; entsoe.places lists what is expected where';
  end if;
end $$;
-- +goose StatementEnd
comment on function entsoe.backfill_places(text, text) is
  'Where lists of items and areas are asked for: names, "core" and "all"; names of areas, EICs, borders such as DE_LU>FR, and "all". Areas that are listed stand for the borders between them, too. What makes no sense is an error.';

-- +goose StatementBegin
create function entsoe.backfill_selection(items text, areas text, variant text default null)
returns table (item text, area text, counter_area text, variant_name text, name text) language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select p.item, p.area, p.counter_area, v.variant, p.name
  from entsoe.backfill_places(backfill_selection.items, backfill_selection.areas) p
  join entsoe.variants v on v.item = p.item
    and case when backfill_selection.variant is null then v.backfilled else v.variant = backfill_selection.variant end;
  if not found then
    raise exception '% has no variant "%"', backfill_selection.items, backfill_selection.variant using errcode = 'invalid_parameter_value',
      hint = (select 'there are: ' || string_agg(distinct format('"%s"', v.variant), ', ')
              from entsoe.variants v where v.item = any(entsoe.backfill_items(backfill_selection.items)));
  end if;
end $$;
-- +goose StatementEnd
comment on function entsoe.backfill_selection(text, text, text) is
  'The feeds that a backfill asks: those of entsoe.backfill_places, each in the variants that together hold all of the past, or in one that is named.';

-- +goose StatementBegin
create function entsoe.check_span(from_time timestamptz, to_time timestamptz, mode text)
returns void language plpgsql immutable as $$
begin
  if check_span.from_time is null or check_span.to_time is null then
    raise exception 'the span of time is incomplete: from_time and to_time must be given' using errcode = 'invalid_parameter_value';
  elsif not isfinite(check_span.from_time) or not isfinite(check_span.to_time) then
    raise exception 'from_time and to_time must be finite' using errcode = 'invalid_parameter_value', hint = 'the platform has data from December 2014 on';
  elsif check_span.from_time >= check_span.to_time then
    raise exception 'from_time % is not before to_time %',
      to_char(check_span.from_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"'), to_char(check_span.to_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"')
      using errcode = 'invalid_parameter_value', hint = 'to_time is exclusive: the day 2026-11-01 is from 2026-11-01 to 2026-11-02';
  elsif check_span.to_time <= '2014-12-01' then
    raise exception 'to_time % lies before all data', to_char(check_span.to_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"')
      using errcode = 'invalid_parameter_value', hint = 'the platform has data from December 2014 on';
  elsif check_span.mode is null or check_span.mode not in ('missing', 'failed', 'all') then
    raise exception 'unknown mode "%"', check_span.mode using errcode = 'invalid_parameter_value',
      hint = 'missing: what was not answered; failed: that and what was refused; all: everything again';
  end if;
end $$;
-- +goose StatementEnd
comment on function entsoe.check_span(timestamptz, timestamptz, text) is 'Fails if a backfill of that span and mode makes no sense.';

-- The one job that hands the windows of all running backfills to the queue. Its
-- key is our own: no other statement inserts one.
-- +goose StatementBegin
create function entsoe.wake_driver()
returns void language plpgsql as $$
declare
  key constant bytea := sha256(convert_to('&kind=drive', 'UTF8'));
begin
  update river.river_job set state = 'available', scheduled_at = now()
  where unique_key = key and state in ('scheduled', 'retryable');
  insert into river.river_job (kind, args, queue, max_attempts, unique_key, unique_states)
  select 'drive', '{}', 'drive', 25, key, B'11110001'
  where not exists (select from river.river_job j
    where j.unique_key = key and j.unique_states is not null and river.river_job_state_in_bitmask(j.unique_states, j.state))
  on conflict (unique_key)
    where unique_key is not null and unique_states is not null and river.river_job_state_in_bitmask(unique_states, state)
    do nothing;
  perform pg_notify('river.river_insert', '{"queue":"drive"}');
end $$;
-- +goose StatementEnd
comment on function entsoe.wake_driver() is 'Sees to it that the job runs which hands the windows of backfills to the queue.';

-- The driver does not end while a transaction is open that starts or resumes a
-- backfill, so that none is left without a driver. Nobody waits for another.
-- +goose StatementBegin
create function entsoe.keep_driver()
returns void language sql
return pg_advisory_xact_lock_shared(x'656e746266'::bigint);
create function entsoe.may_end_driver()
returns boolean language sql
return pg_try_advisory_xact_lock(x'656e746266'::bigint);
-- +goose StatementEnd
comment on function entsoe.keep_driver()    is 'Keeps the driver of backfills from ending until the end of the transaction.';
comment on function entsoe.may_end_driver() is 'Whether no transaction is open that has called entsoe.keep_driver.';

create table entsoe.revision_wants (
  starts      timestamptz not null,
  ends        timestamptz not null,
  backfill_id bigint      references entsoe.backfill_orders (id),
  feed_id     bigint      not null references entsoe.feeds (id),
  revision    integer     not null,
  item_no     smallint    not null,
  mrid        text        not null,
  primary key (item_no, mrid)
);
create index revision_wants_backfill on entsoe.revision_wants (backfill_id, ends);
comment on table  entsoe.revision_wants             is 'Documents whose earlier revisions are still to be asked for: those that backfills came upon, a few at a time.';
comment on column entsoe.revision_wants.starts      is 'Start of the document''s period.';
comment on column entsoe.revision_wants.ends        is 'Its end.';
comment on column entsoe.revision_wants.backfill_id is 'The backfill that came upon it; null: none, and it is handed to the queue at once.';
comment on column entsoe.revision_wants.feed_id     is 'The feed through which it came.';
comment on column entsoe.revision_wants.revision    is 'The latest revision: those before it are wanted.';
comment on column entsoe.revision_wants.item_no     is 'Number of the data item (entsoe.items.item_no).';
comment on column entsoe.revision_wants.mrid        is 'mRID of the document.';

-- +goose StatementBegin
create function entsoe.want_revisions(args jsonb)
returns void language sql
begin atomic
  delete from entsoe.document_asks a using entsoe.items i
  where i.name = args ->> 'item' and (a.mrid, a.item_no, a.revision) = (args ->> 'mrid', i.item_no, (args ->> 'revision')::integer);
  insert into entsoe.revision_wants (starts, ends, backfill_id, feed_id, revision, item_no, mrid)
  select (args ->> 'from')::timestamptz, (args ->> 'to')::timestamptz, o.id, (args ->> 'feed')::bigint, (args ->> 'revision')::integer, i.item_no, args ->> 'mrid'
  from entsoe.items i
  join entsoe.backfill_orders o on o.id = (args ->> 'backfill')::bigint and o.state in ('running', 'paused')
  where i.name = args ->> 'item'
  on conflict do nothing;
end;
-- +goose StatementEnd
comment on function entsoe.want_revisions(jsonb) is 'Takes back that a document was asked for, by the arguments of the job that was to do it: it is asked for when its backfill goes on.';

-- +goose StatementBegin
create function entsoe.enqueue_backfill(
  item text, area text, from_time timestamptz, to_time timestamptz default now(),
  mode text default 'missing', oldest_first boolean default false, variant text default null, at timestamptz default now())
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
      and (c.feed_id is null or not c.data + c.empty + case enqueue_backfill.mode when 'missing' then c.refused else '{}' end @> e.span)
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
revoke all on function entsoe.enqueue_backfill(text, text, timestamptz, timestamptz, text, boolean, text, timestamptz) from public;
comment on function entsoe.enqueue_backfill(text, text, timestamptz, timestamptz, text, boolean, text, timestamptz) is
  'Starts a backfill: fetches what is missing of an item (or a list, "core", "all") of an area (DE_LU, an EIC, a border DE_LU>FR, a list, "all") from from_time to to_time. Modes: missing; failed: also what was refused; all: everything again. Newest first, unless oldest_first. The same again adds nothing (inserted tells). at: the present, for a simulated clock. Open to the role entsoe_operator.';

-- +goose StatementBegin
create function entsoe.steer_backfill(id bigint, from_states text[], to_state text)
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
      where j.kind in ('collect', 'revisions') and j.state in ('available', 'scheduled', 'retryable', 'pending')
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
comment on function entsoe.steer_backfill(bigint, text[], text) is 'Brings a backfill from one of some states into another one.';
revoke all on function entsoe.steer_backfill(bigint, text[], text) from public;

create function entsoe.pause_backfill(id bigint)
returns text language sql security definer set search_path = pg_catalog, pg_temp
return entsoe.steer_backfill(id, '{running}', 'paused');
create function entsoe.resume_backfill(id bigint)
returns text language sql security definer set search_path = pg_catalog, pg_temp
return entsoe.steer_backfill(id, '{paused}', 'running');
create function entsoe.cancel_backfill(id bigint)
returns text language sql security definer set search_path = pg_catalog, pg_temp
return entsoe.steer_backfill(id, '{running,paused}', 'cancelled');
revoke all on function entsoe.pause_backfill(bigint), entsoe.resume_backfill(bigint), entsoe.cancel_backfill(bigint) from public;
comment on function entsoe.pause_backfill(bigint)  is 'Pauses a backfill: requests that are under way end, no other is sent. Open to the role entsoe_operator.';
comment on function entsoe.resume_backfill(bigint) is 'Lets a paused backfill go on. Open to the role entsoe_operator.';
comment on function entsoe.cancel_backfill(bigint) is 'Ends a backfill; what it has fetched stays. Open to the role entsoe_operator.';

create view entsoe.collect_requests as
select o.items as item, o.areas as area, o.from_time, o.to_time, o.mode, o.oldest_first, o.variant, o.id as backfill, o.state
from entsoe.backfill_orders o;
comment on view   entsoe.collect_requests              is 'insert into entsoe.collect_requests (item, area, from_time, to_time) values (...) starts a backfill, as entsoe.enqueue_backfill does. Shows all that were started. Open to the role entsoe_operator.';
comment on column entsoe.collect_requests.item         is 'Data item, or a list, "core", "all".';
comment on column entsoe.collect_requests.area         is 'Area: a name, an EIC, a border DE_LU>FR, a list, or "all".';
comment on column entsoe.collect_requests.from_time    is 'Start of the delivery time.';
comment on column entsoe.collect_requests.to_time      is 'Its end, exclusive; now, if it is left out.';
comment on column entsoe.collect_requests.mode         is 'missing, failed or all; missing, if it is left out.';
comment on column entsoe.collect_requests.oldest_first is 'The oldest first; the newest first, if it is left out.';
comment on column entsoe.collect_requests.variant      is 'Only this variant of the item.';
comment on column entsoe.collect_requests.backfill     is 'Number of the backfill; null: nothing was missing.';
comment on column entsoe.collect_requests.state        is 'How it stands.';

-- +goose StatementBegin
create function entsoe.insert_collect_request()
returns trigger language plpgsql as $$
begin
  new.to_time := coalesce(new.to_time, now());
  new.mode := coalesce(new.mode, 'missing');
  new.oldest_first := coalesce(new.oldest_first, false);
  select e.backfill, e.state into new.backfill, new.state
  from entsoe.enqueue_backfill(new.item, new.area, new.from_time, new.to_time, new.mode, new.oldest_first, new.variant) e;
  return new;
end $$;
-- +goose StatementEnd
comment on function entsoe.insert_collect_request() is 'Starts a backfill for a row that is inserted into entsoe.collect_requests.';
create trigger insert_collect_request instead of insert on entsoe.collect_requests
  for each row execute function entsoe.insert_collect_request();

create view entsoe.backfills as
select o.id, o.state, o.items, o.areas, o.variant, o.from_time, o.to_time, o.mode, o.oldest_first,
  f.feeds, f.feeds_done,
  case when o.planned then f.requests end as requests,
  f.sent,
  case when o.planned then ceil(f.requests_left)::bigint + w.documents end as requests_left,
  f.points,
  case when o.state = 'done' then 1 when o.planned and f.requests + w.documents > 0
    then round((1 - (f.requests_left + w.documents) / (f.requests + w.documents))::numeric, 4) end as progress,
  f.failed,
  r.per_minute,
  case when r.per_minute > 0 then now() + make_interval(mins => 1) * ((f.requests_left + w.documents) / r.per_minute) end as eta,
  o.created_at, o.finished_at, o.requested_by
from entsoe.backfill_orders o
cross join lateral (
  select count(*) as feeds, count(*) filter (where b.finished) as feeds_done,
    coalesce(sum(b.requests), 0)::bigint as requests, coalesce(sum(b.sent), 0)::bigint as sent, coalesce(sum(b.points), 0)::bigint as points,
    coalesce(sum(case when b.finished or b.todo = '{}' then 0
      else b.requests * (1 - extract(epoch from entsoe.measure(b.todo * (b.done + b.failed + case o.mode
        when 'all' then '{}'
        when 'failed' then coalesce(c.data + c.empty, '{}')
        else coalesce(c.data + c.empty + c.refused, '{}') end))) / extract(epoch from entsoe.measure(b.todo))) end), 0)::double precision as requests_left,
    coalesce(sum(entsoe.measure(b.failed - b.done)), interval '0') as failed
  from entsoe.backfill_feeds b
  left join entsoe.coverage c on c.feed_id = b.feed_id and c.stage = 0 and not b.finished
  where b.backfill_id = o.id
) f
cross join lateral (select count(*) as documents from entsoe.revision_wants n where n.backfill_id = o.id) w
cross join lateral (
  select case when o.state = 'running' and f.sent > o.sent_before
    then ((f.sent - o.sent_before) * 60 / greatest(extract(epoch from clock_timestamp() - o.started_at), 1))::double precision end as per_minute
) r;
comment on view   entsoe.backfills               is 'How each backfill stands. entsoe.pause_backfill, resume_backfill and cancel_backfill steer it.';
comment on column entsoe.backfills.id            is 'Number of the backfill.';
comment on column entsoe.backfills.state         is 'running, paused, done or cancelled.';
comment on column entsoe.backfills.items         is 'The data items, as asked for.';
comment on column entsoe.backfills.areas         is 'The areas, as asked for.';
comment on column entsoe.backfills.variant       is 'The only variant that is wanted; null: those that together hold all.';
comment on column entsoe.backfills.from_time     is 'Start of the delivery time.';
comment on column entsoe.backfills.to_time       is 'Its end, exclusive.';
comment on column entsoe.backfills.mode          is 'missing: what was not answered; failed: that and what was refused; all: everything again.';
comment on column entsoe.backfills.oldest_first  is 'The oldest windows come first, not the newest.';
comment on column entsoe.backfills.feeds         is 'Feeds, that is items, areas and variants, that it asks.';
comment on column entsoe.backfills.feeds_done    is 'Those of which nothing is left.';
comment on column entsoe.backfills.requests      is 'Requests that were planned, the least number where answers come in pages; null: not planned yet.';
comment on column entsoe.backfills.sent          is 'Requests that were sent.';
comment on column entsoe.backfills.requests_left is 'How many of the planned requests are left, and of those for earlier revisions of outages that it came upon.';
comment on column entsoe.backfills.points        is 'Points, rows and documents in the answers.';
comment on column entsoe.backfills.progress      is 'What is done of what was planned, from 0 to 1.';
comment on column entsoe.backfills.failed        is 'Delivery time of all feeds together that could not be read: entsoe.gaps tells where and why. A backfill of mode failed tries it again.';
comment on column entsoe.backfills.per_minute    is 'Requests a minute since it was started or resumed; null unless it runs.';
comment on column entsoe.backfills.eta           is 'When it will be done if it goes on like this.';
comment on column entsoe.backfills.created_at    is 'When it was asked for.';
comment on column entsoe.backfills.finished_at   is 'When it was done or cancelled.';
comment on column entsoe.backfills.requested_by  is 'The database user who asked for it.';
