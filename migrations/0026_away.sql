-- +goose Up

-- As before; new is that the platform is away.
-- +goose StatementBegin
create or replace function entsoe.backfill_waits(out reason text, out until timestamptz)
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
  if exists (select from entsoe.breakers b where b.channel = 'api' and b.opened is not null) then
    reason := 'the platform is away';
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
