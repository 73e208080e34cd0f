-- +goose Up

create table entsoe.clock_shift (
  written_at timestamptz      not null,
  ahead      interval         not null,
  speed      double precision not null check (speed >= 0),
  singular   boolean          primary key default true check (singular)
);
insert into entsoe.clock_shift (written_at, ahead, speed) values (now(), interval '0', 1);
comment on table  entsoe.clock_shift            is 'How the worker''s clock differs from the server''s: one row. A worker that collects from a simulator may have another time, that may pass faster.';
comment on column entsoe.clock_shift.written_at is 'When this was written, by the server''s clock.';
comment on column entsoe.clock_shift.ahead      is 'What the worker''s clock was ahead by then; 0 but in simulations.';
comment on column entsoe.clock_shift.speed      is 'Its seconds per second of the server''s clock; 1 but in simulations.';
comment on column entsoe.clock_shift.singular   is 'Keeps this to one row.';

-- +goose StatementBegin
create function entsoe.clock()
returns timestamptz language sql stable parallel safe
begin atomic
  select now() + c.ahead + (now() - c.written_at) * (c.speed - 1) from entsoe.clock_shift c;
end;
-- +goose StatementEnd
comment on function entsoe.clock() is 'What time it is for the data: the server''s time; in a simulated database that of the simulated worker. Use it instead of now() where delivery and publication times are compared with the present.';

-- What is due, missing or to be fetched until now is so by that clock. The
-- functions stay as they are but for these defaults.
-- +goose StatementBegin
do $$
declare
  f regprocedure;
begin
  for f in
    select p.oid from pg_proc p
    where p.pronamespace = 'entsoe'::regnamespace and pg_get_function_arguments(p.oid) like '%DEFAULT now()%'
  loop
    execute replace(pg_get_functiondef(f), 'DEFAULT now()', 'DEFAULT entsoe.clock()');
  end loop;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
create or replace function entsoe.insert_collect_request()
returns trigger language plpgsql as $$
begin
  new.to_time := coalesce(new.to_time, entsoe.clock());
  new.mode := coalesce(new.mode, 'missing');
  new.oldest_first := coalesce(new.oldest_first, false);
  select e.backfill, e.state into new.backfill, new.state
  from entsoe.enqueue_backfill(new.item, new.area, new.from_time, new.to_time, new.mode, new.oldest_first, new.variant) e;
  return new;
end $$;
-- +goose StatementEnd
