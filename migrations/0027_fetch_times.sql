-- +goose Up

-- The time that we take and the time that the platform takes are told apart.
alter table entsoe.fetches
  add column first_byte_time interval,
  add column room_time       interval,
  add column read_time       interval;
comment on column entsoe.fetches.wait_time       is 'Our time: waiting for a slot of the request budget.';
comment on column entsoe.fetches.request_time    is 'The platform''s time: connecting, until the head of the answer came, and the transfer of the body. What we did in between, as waiting for memory, is no part of it since room_time is recorded.';
comment on column entsoe.fetches.first_byte_time is 'Of request_time what passed until the head of the answer had come; null: not recorded.';
comment on column entsoe.fetches.room_time       is 'Our time: waiting for memory while the answer came; null: not recorded.';
comment on column entsoe.fetches.read_time       is 'Our time: decoding the answer; null: not recorded.';
comment on column entsoe.fetches.save_time       is 'Our time: saving the answer.';

-- As before; new is an answer that came too slowly and was given up.
-- +goose StatementBegin
create or replace function entsoe.is_failure(outcome text)
returns boolean language sql immutable parallel safe
return outcome in ('refused', 'token', 'banned', 'unavailable', 'slow', 'unknown', 'wrong', 'failed');
-- +goose StatementEnd
