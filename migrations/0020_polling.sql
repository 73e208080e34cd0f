-- +goose Up

-- Any role may send a notification on any channel, so none is listened to any
-- more, and none is sent: workers look at the table of jobs twice a second.

-- +goose StatementBegin
create or replace function entsoe.insert_jobs(jobs entsoe.new_job[])
returns table (id bigint, args jsonb) language plpgsql as $$
#variable_conflict use_column
begin
  return query
  with given as (
    select g.*, entsoe.job_key(g.kind, g.args) as key
    from unnest(jobs) with ordinality g(kind, args, queue, priority, max_attempts, scheduled_at, n)
  )
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
  returning river_job.id, river_job.args;
end $$;
-- +goose StatementEnd
comment on function entsoe.insert_jobs(entsoe.new_job[]) is
  'Inserts jobs into river.river_job, in their order, unless one of the same key is alive. Returns those that were inserted.';

-- +goose StatementBegin
create or replace function entsoe.wake_driver()
returns void language plpgsql as $$
begin
  update river.river_job set state = 'available', scheduled_at = now()
  where unique_key = entsoe.job_key('drive', '{}') and state in ('scheduled', 'retryable', 'pending');
  perform entsoe.insert_jobs(array[row('drive', '{}', 'drive', 1, 25, null)::entsoe.new_job]);
end $$;
-- +goose StatementEnd

drop function entsoe.notify_queue(text);
