-- +goose Up

-- An address may hold a secret in any of its parts, so none of it is here.
create table entsoe.webhooks (
  number        integer     generated always as identity primary key,
  endpoint      text        not null unique,
  place         integer     not null check (place > 0),
  seen_at       timestamptz not null,
  cursor        bigint      not null check (cursor >= 0),
  sent_at       timestamptz,
  failures      integer     not null default 0 check (failures >= 0),
  failing_since timestamptz,
  last_error    text        not null default '',
  next_at       timestamptz,
  trying_to     bigint,
  parked_at     timestamptz
) with (fillfactor = 50);
comment on table  entsoe.webhooks               is 'Whom the changes of data are posted to (CHANGES_WEBHOOK_URL), and how far that is. entsoe.resume_webhook has one go on.';
comment on column entsoe.webhooks.number        is 'Number of the webhook, in the log, in alarms and in its job.';
comment on column entsoe.webhooks.endpoint      is 'Tells its address from others, which are secret: derived from it as from a password.';
comment on column entsoe.webhooks.place         is 'Place of its address in CHANGES_WEBHOOK_URL, from 1, when a worker last had it there.';
comment on column entsoe.webhooks.seen_at       is 'When a worker last had it in its settings, by the server''s clock. A minute later its job is deleted; the row stays, for an address that comes back goes on where it was.';
comment on column entsoe.webhooks.cursor        is 'Number of the last change that it has taken (entsoe.changes.number).';
comment on column entsoe.webhooks.sent_at       is 'When it last took some, by the server''s clock.';
comment on column entsoe.webhooks.failures      is 'Posts that it did not take since then.';
comment on column entsoe.webhooks.failing_since is 'When the first of these was sent, by the server''s clock; null: there is none.';
comment on column entsoe.webhooks.last_error    is 'Why it did not take the last one; empty: it did.';
comment on column entsoe.webhooks.next_at       is 'When it is tried again, by the server''s clock; null: as soon as there are changes.';
comment on column entsoe.webhooks.trying_to     is 'Number of the last change in the post that failed, which is sent again as it was; null: none did.';
comment on column entsoe.webhooks.parked_at     is 'When it answered with status 410, by the server''s clock: nothing is posted until entsoe.resume_webhook; null: it is posted to.';

comment on column entsoe.alarms.kind is 'What is wrong: ban, fault, lost changes, platform, set aside, stalled, token, webhook ...';

-- +goose StatementBegin
create function entsoe.resume_webhook(number integer, cursor bigint default null)
returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  after bigint;
begin
  if resume_webhook.cursor is not null then
    perform entsoe.check_change(resume_webhook.cursor + 1, 1);
  end if;
  update entsoe.webhooks w
  set cursor = coalesce(resume_webhook.cursor, w.cursor), parked_at = null, next_at = null,
    trying_to = case when resume_webhook.cursor is null then w.trying_to end
  where w.number = resume_webhook.number
  returning w.cursor into after;
  if not found then
    raise exception 'there is no webhook %', resume_webhook.number using errcode = 'invalid_parameter_value', hint = 'entsoe.webhooks lists them';
  end if;
  update river.river_job j set state = 'available', scheduled_at = now()
  where j.kind = 'webhook' and j.state in ('scheduled', 'retryable') and j.args -> 'webhook' = to_jsonb(resume_webhook.number);
  return after;
end $$;
-- +goose StatementEnd
revoke all on function entsoe.resume_webhook(integer, bigint) from public;
comment on function entsoe.resume_webhook(integer, bigint) is
  'Has a webhook go on at once, also one that is parked: where it was, or after the change of a number, 0 for all (errors as of entsoe.changes_since). Returns the number after which it goes on. Open to the role entsoe_operator.';
