-- +goose Up

-- As before; new is that years have four digits: JSON, and so the command line, can
-- show no others.
-- +goose StatementBegin
create or replace function entsoe.check_span(from_time timestamptz, to_time timestamptz, mode text)
returns void language plpgsql immutable as $$
begin
  if check_span.from_time is null or check_span.to_time is null then
    raise exception 'the span of time is incomplete: from_time and to_time must be given' using errcode = 'invalid_parameter_value';
  elsif not isfinite(check_span.from_time) or not isfinite(check_span.to_time) then
    raise exception 'from_time and to_time must be finite' using errcode = 'invalid_parameter_value', hint = 'the platform has data from December 2014 on';
  elsif check_span.from_time < '0001-01-02 00:00Z' or check_span.to_time > '9999-12-31 00:00Z' then
    raise exception 'from_time and to_time must be in the years from 1 to 9999' using errcode = 'invalid_parameter_value', hint = 'the platform has data from December 2014 on';
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

-- What was ordered before is shown as far as it can be.
update entsoe.backfill_orders set from_time = '0001-01-02 00:00Z' where from_time < '0001-01-02 00:00Z';
update entsoe.backfill_orders set to_time = '9999-12-31 00:00Z' where to_time > '9999-12-31 00:00Z';
