-- +goose Up

-- Which transaction commits first is not known before it does: a number given at the
-- insertion would let one that commits late appear behind readers that are past it.
-- So rows are written without, and numbered when they are committed, under one lock.
create table entsoe.change_log (
  id          bigint      generated always as identity primary key,
  number      bigint      unique check (number > 0),
  details     bigint      not null,
  feed_id     bigint      not null references entsoe.feeds (id),
  changed_at  timestamptz not null,
  window_from timestamptz not null,
  window_to   timestamptz not null,
  inserted    integer     not null check (inserted >= 0),
  changed     integer     not null check (changed >= 0),
  retracted   integer     not null check (retracted >= 0)
);
create index change_log_fresh on entsoe.change_log (id) where number is null;
comment on table  entsoe.change_log             is 'One row per commit that changed data, for KEEP_CHANGES. Read entsoe.changes, which shows it with its meaning, by entsoe.changes_since.';
comment on column entsoe.change_log.id          is 'Order in which the rows were written, which is not that of the commits.';
comment on column entsoe.change_log.number      is 'Number of the change, without gaps; null: it is given within a second after the commit.';
comment on column entsoe.change_log.details     is 'What it wrote (entsoe.change_details.details).';
comment on column entsoe.change_log.feed_id     is 'The feed whose answer it was (entsoe.feeds.id).';
comment on column entsoe.change_log.changed_at  is 'When the answer came, by the worker''s clock: known_from of its new values.';
comment on column entsoe.change_log.window_from is 'Start of the first interval that changed, or that changed documents cover.';
comment on column entsoe.change_log.window_to   is 'Not before the end of the last one; exclusive.';
comment on column entsoe.change_log.inserted    is 'Values, rows or documents that were new.';
comment on column entsoe.change_log.changed     is 'Those that became others; of documents, new revisions.';
comment on column entsoe.change_log.retracted   is 'Those that the platform no longer has.';

create sequence entsoe.change_details_seq;
comment on sequence entsoe.change_details_seq is 'Numbers of entsoe.change_details.';
create table entsoe.change_details (
  details       bigint  not null,
  part          integer not null check (part >= 0),
  span_series   integer[],
  span_from     timestamptz[],
  span_to       timestamptz[],
  value_series  integer[],
  value_at      timestamptz[],
  old_values    double precision[],
  new_values    double precision[],
  documents     bigint[],
  of_rows       boolean not null,
  primary key (details, part)
);
comment on table  entsoe.change_details              is 'What single commits wrote: one row for each of entsoe.change_log, and more for one that wrote very much. entsoe.changed_points and entsoe.changed_documents show it.';
comment on column entsoe.change_details.details      is 'The commit (entsoe.change_log.details).';
comment on column entsoe.change_details.part         is 'Counts the rows of a commit.';
comment on column entsoe.change_details.span_series  is 'Series that got first values, once per span; of lists and registers, series of which rows came, went or changed (entsoe.series.id).';
comment on column entsoe.change_details.span_from    is 'Start of each of these spans.';
comment on column entsoe.change_details.span_to      is 'End of each, exclusive; of values just after the start of the last interval.';
comment on column entsoe.change_details.value_series is 'The series of each value that changed, then of each that was retracted.';
comment on column entsoe.change_details.value_at     is 'Start of the interval of each of these values.';
comment on column entsoe.change_details.old_values   is 'What they were.';
comment on column entsoe.change_details.new_values   is 'What they became; of retracted ones there is none, so there are fewer of these.';
comment on column entsoe.change_details.documents    is 'Documents that were new, or new revisions (entsoe.documents.id).';
comment on column entsoe.change_details.of_rows      is 'The spans are of rows of a list or a register.';

create table entsoe.change_counter (
  one    boolean primary key default true check (one),
  last   bigint  not null check (last >= 0),
  oldest bigint  not null check (oldest between 1 and last + 1)
) with (fillfactor = 10);
comment on table  entsoe.change_counter        is 'The numbers of changes. Whoever gives some locks its one row, so that they appear in their order.';
comment on column entsoe.change_counter.one    is 'Always true: there is one row.';
comment on column entsoe.change_counter.last   is 'The last number that was given.';
comment on column entsoe.change_counter.oldest is 'The first number whose change is kept; after last: none is.';
-- What was there before stands for number 1, which nobody can read: who begins at 0 is
-- told to read it anew.
insert into entsoe.change_counter (last, oldest)
select n, n + 1 from (select (exists (select from entsoe.series) or exists (select from entsoe.documents))::int as n) before;

-- +goose StatementBegin
create function entsoe.number_changes()
returns bigint language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  given bigint;
begin
  if not exists (select from entsoe.change_log where number is null) then
    return 0;
  end if;
  perform from entsoe.change_counter for update;
  -- Only a statement that begins under the lock sees what others have numbered.
  with fresh as (
    select l.id, c.last + row_number() over (order by l.id) as number
    from entsoe.change_log l cross join entsoe.change_counter c
    where l.number is null
  )
  update entsoe.change_log l set number = f.number from fresh f where l.id = f.id;
  get diagnostics given = row_count;
  if given > 0 then
    update entsoe.change_counter set last = last + given;
    perform pg_notify('entsoe_changes', (select c.last::text from entsoe.change_counter c));
  end if;
  return given;
end $$;
-- +goose StatementEnd
comment on function entsoe.number_changes() is
  'Gives the committed changes that have no number theirs, in the order in which they were written, and tells LISTEN entsoe_changes the last one. Returns how many. For the worker, in a transaction of its own at read committed.';

create view entsoe.changes as
select l.number, f.item, coalesce(nullif(a.code, ''), f.area) as area,
  coalesce(nullif(c.code, ''), nullif(f.counter_area, '')) as counter_area, nullif(f.variant, '') as variant,
  l.window_from, l.window_to, l.inserted, l.changed, l.retracted, l.changed_at,
  f.area as area_eic, nullif(f.counter_area, '') as counter_area_eic, l.feed_id
from entsoe.change_log l
join entsoe.feeds f on f.id = l.feed_id
left join entsoe.areas a on a.eic = f.area
left join entsoe.areas c on c.eic = f.counter_area
where l.number >= (select k.oldest from entsoe.change_counter k);
comment on view   entsoe.changes                  is 'One row per commit that changed data, numbered from 1 without gaps in an order in which no row appears behind another: whoever has read a number has seen all before it. At most a second late, kept for KEEP_CHANGES. Read it by entsoe.changes_since.';
comment on column entsoe.changes.number           is 'Number of the change: the cursor of who has read up to it.';
comment on column entsoe.changes.item             is 'Name of the data item, and of its view.';
comment on column entsoe.changes.area             is 'Name of the area that was asked for; of a border the area that the energy leaves. Its EIC if it has no name.';
comment on column entsoe.changes.counter_area     is 'Name of the area that the energy enters; null unless it is a border.';
comment on column entsoe.changes.variant          is 'Which of the item''s fixed request parameters were used, such as a contract type; null where there is no choice.';
comment on column entsoe.changes.window_from      is 'Start of the first interval that changed, or that changed documents cover.';
comment on column entsoe.changes.window_to        is 'Not before the end of the last one; exclusive.';
comment on column entsoe.changes.inserted         is 'Values, rows or documents that were new.';
comment on column entsoe.changes.changed          is 'Those that became others; of documents, new revisions.';
comment on column entsoe.changes.retracted        is 'Those that the platform no longer has.';
comment on column entsoe.changes.changed_at       is 'When the answer came, by the worker''s clock: known_from of its new values. It may be earlier than that of a change with a lower number.';
comment on column entsoe.changes.area_eic         is 'EIC of the area.';
comment on column entsoe.changes.counter_area_eic is 'EIC of the area that the energy enters; null unless it is a border.';
comment on column entsoe.changes.feed_id          is 'The feed whose answer it was (entsoe.feeds.id).';

create function entsoe.last_change()
returns bigint language sql stable parallel safe
return (select k.last from entsoe.change_counter k);
comment on function entsoe.last_change() is
  'The number of the last change: the cursor from which a reader goes on who notes it first and then reads what there is.';

-- +goose StatementBegin
create function entsoe.check_change(first bigint, beyond bigint)
returns void language plpgsql stable parallel safe as $$
declare
  counter entsoe.change_counter;
begin
  select * into strict counter from entsoe.change_counter;
  if first is null then
    raise exception 'the number of a change must not be null' using errcode = 'null_value_not_allowed',
      hint = 'A new reader notes entsoe.last_change(), then reads what there is, and goes on from the number noted.';
  elsif first < counter.oldest then
    raise exception 'changes before number % are no longer kept, and number % was asked for', counter.oldest, first using errcode = 'EN001',
      hint = 'Note entsoe.last_change(), read anew what you need, and go on from the number noted. KEEP_CHANGES is for how long they are kept.';
  elsif first > counter.last + beyond then
    raise exception 'there is no change % yet, the last is %', first - beyond, counter.last using errcode = 'EN002',
      hint = 'Whoever has seen it had another database, or this one before it was restored to an earlier state: note entsoe.last_change(), read anew what you need, and go on from the number noted.';
  end if;
end $$;
-- +goose StatementEnd
comment on function entsoe.check_change(bigint, bigint) is
  'Raises an error unless the change of a number is kept (SQLSTATE EN001), and has been numbered, or will be as one of the next so many (EN002).';

-- +goose StatementBegin
create function entsoe.changes_since(cursor bigint, n integer default 1000)
returns setof entsoe.changes language plpgsql stable parallel safe as $$
begin
  perform entsoe.check_change(changes_since.cursor + 1, 1);
  return query
    select c.* from entsoe.changes c where c.number > changes_since.cursor order by c.number limit changes_since.n;
end $$;
-- +goose StatementEnd
comment on function entsoe.changes_since(bigint, integer) is
  'The changes after a cursor, which is the number of the last one read, in their order, at most n. None if there are none yet. Raises an error with SQLSTATE EN001 if some of them are no longer kept, and with EN002 if the cursor is ahead of the last number, as after a restore to an earlier state.';

-- +goose StatementBegin
create function entsoe.changed_points(cursor bigint)
returns table (what text, at timestamptz, until timestamptz, old_value double precision, new_value double precision,
  item text, area text, counter_area text, attributes jsonb, resolution text, unit_title text, currency text,
  area_eic text, counter_area_eic text, series_id integer)
language plpgsql stable parallel safe as $$
begin
  perform entsoe.check_change(changed_points.cursor, 0);
  return query
    with change as materialized (
      select d.* from entsoe.change_log l join entsoe.change_details d using (details) where l.number = changed_points.cursor
    ), parts as (
      select case when c.of_rows then 'rows' else 'inserted' end as what, u.series, u.first, u.past - interval '1 second' as last, u.past,
        null::float8 as old, null::float8 as new
      from change c cross join unnest(c.span_series, c.span_from, c.span_to) as u(series, first, past)
      union all
      select case when u.new is null then 'retracted' else 'changed' end, u.series, u.first, u.first, null, u.old, u.new
      from change c cross join unnest(c.value_series, c.value_at, c.old_values, c.new_values) as u(series, first, old, new)
    )
    select p.what, p.first, case when p.what = 'rows' then p.past else entsoe.interval_end(p.last, s.step, s.calendar, s.time_zone) end, p.old, p.new,
      s.item, s.area_name, s.counter_area_name,
      jsonb_strip_nulls(jsonb_build_object('side', s.side, 'direction', s.direction, 'psr_type', s.psr_type, 'resource', s.resource,
        'generation_unit', s.generation_unit, 'process_type', s.process_type, 'business_type', s.business_type, 'contract', s.contract,
        'agreement_type', s.agreement_type, 'auction_type', s.auction_type, 'auction_category', s.auction_category, 'sequence', s.sequence,
        'product', s.product, 'price_category', s.price_category, 'status', s.status, 'quantity', s.quantity, 'unit', s.unit) || s.other),
      s.resolution, s.unit_title, s.currency, s.area, s.counter_area, s.id
    from parts p
    join entsoe.series s on s.id = p.series
    order by s.id, p.first, p.what;
end $$;
-- +goose StatementEnd
comment on function entsoe.changed_points(bigint) is
  'What the change of a number wrote, by series, with what tells the series from others. Of a curve: each value that became another (changed: old_value, new_value) or that the platform no longer has (retracted: new_value is null), at its interval; first values (inserted) as the span from at to until, in which the present ones stand in the view of the item. Of a list or a register: the span in which rows came, went or changed (rows). Who keeps a copy sets what changed, deletes what was retracted, and reads spans anew; what is read there may be newer than the change, so the copy agrees with the table once all changes have been read. None for documents: see entsoe.changed_documents. Errors as of entsoe.changes_since.';

-- +goose StatementBegin
create function entsoe.changed_documents(cursor bigint)
returns table (mrid text, revision integer, item text, status text, published_at timestamptz, starts timestamptz, ends timestamptz, document_id bigint)
language plpgsql stable parallel safe as $$
begin
  perform entsoe.check_change(changed_documents.cursor, 0);
  return query
    select d.mrid, d.revision, i.name, d.status, d.published_at, d.starts, d.ends, d.id
    from entsoe.change_log l
    join entsoe.change_details c using (details)
    cross join unnest(c.documents) as u(id)
    join entsoe.documents d on d.id = u.id
    join entsoe.items i on i.item_no = d.item_no
    where l.number = changed_documents.cursor
    order by d.mrid, d.revision, d.id;
end $$;
-- +goose StatementEnd
comment on function entsoe.changed_documents(bigint) is
  'The documents that the change of a number brought: new ones, and new revisions. Their content is in the view of the item, and by document_id in entsoe.documents. Errors as of entsoe.changes_since.';
