-- +goose Up

-- By step: what the functions <item>_by and those built on them share. All are
-- single expressions, through which the planner sees: with a step and days that
-- are written out, nothing of them is left but the bounds of an index scan.

alter table entsoe.series
  add column middle interval generated always as (case when not calendar then step / 2 - interval '1 microsecond' end) stored;
comment on column entsoe.series.middle is
  'From the start of an interval to just before its middle; null for days and longer. An interval that lies across two steps counts in that of its middle, at a tie in the earlier.';

-- +goose StatementBegin
create function entsoe.check_step(step interval)
returns boolean language plpgsql immutable parallel safe as $$
declare
  months integer := extract(year from step) * 12 + extract(month from step);
  days   integer := extract(day from step);
  clock  interval := make_interval(hours => extract(hour from step)::integer, mins => extract(minute from step)::integer, secs => extract(second from step)::float8);
begin
  if months = 0 and days = 0 and clock = any ('{1 min,5 min,10 min,15 min,20 min,30 min,1 hour,2 hours,3 hours,4 hours,6 hours,8 hours,12 hours,24 hours,168 hours}'::interval[])
     or months = 0 and clock = '0' and days in (1, 7)
     or days = 0 and clock = '0' and months in (1, 3, 12) then
    return true;
  end if;
  raise exception 'a step of % is not possible', coalesce(quote_literal(step::text), 'null')
    using errcode = 'invalid_parameter_value', hint = 'Take 1, 5, 10, 15, 20 or 30 minutes, 1, 2, 3, 4, 6, 8 or 12 hours, 1 day, 7 days (weeks from Monday on), 1 month, 3 months or 1 year.';
end $$;
-- +goose StatementEnd
comment on function entsoe.check_step(interval) is 'True if the step is one by which values can be had; else an error that says which can.';

-- 2001-01-01 was a Monday.
create function entsoe.step_local(local timestamp, step interval)
returns timestamp language sql immutable parallel safe
return case
  when step <= interval '7 days' then date_bin(step, local, timestamp '2001-01-01')
  when step <= interval '1 month' then date_trunc('month', local)
  when step <= interval '3 months' then date_trunc('quarter', local)
  else date_trunc('year', local) end;
comment on function entsoe.step_local(timestamp, interval) is
  'Start of the step in which an instant lies, both by the local clock: hours are counted from midnight, weeks from Monday.';

-- PostgreSQL takes an hour that comes twice for the later one. A step begins with
-- the earlier.
create function entsoe.local_instant(local timestamp, zone text)
returns timestamptz language sql stable parallel safe
return case (local at time zone zone - interval '1 hour') at time zone zone
  when local then local at time zone zone - interval '1 hour'
  else local at time zone zone end;
comment on function entsoe.local_instant(timestamp, text) is
  'The first instant at which the clock of a zone shows a time; of a time that is left out in spring, when the clock goes on.';

create function entsoe.step_start(tick timestamptz, local timestamp, zone text)
returns timestamptz language sql stable parallel safe
return case when tick is not null then tick else entsoe.local_instant(local, zone) end;
comment on function entsoe.step_start(timestamptz, timestamp, text) is 'The instant at which a step begins, given as an instant (steps of an hour or less) or by the local clock.';

create function entsoe.step_end(tick timestamptz, local timestamp, step interval, zone text)
returns timestamptz language sql stable parallel safe
return case when tick is not null then tick + step else entsoe.local_instant(local + step, zone) end;
comment on function entsoe.step_end(timestamptz, timestamp, interval, text) is 'The instant at which a step ends.';

-- The bounds are of a kind that the planner computes, so that it knows what it has to
-- read. A day more than enough covers all zones.
create function entsoe.points_from(step interval, from_day date)
returns timestamptz language sql immutable parallel safe
return (from_day::timestamp - step / 2 - interval '1 day') at time zone 'UTC';
comment on function entsoe.points_from(interval, date) is 'No interval that counts in a step from this day on begins before.';

create function entsoe.points_to(step interval, to_day date)
returns timestamptz language sql immutable parallel safe
return (case when step <= interval '1 day' then to_day::timestamp
  else entsoe.step_local(to_day - interval '1 day', step) + step end + interval '1 day') at time zone 'UTC';
comment on function entsoe.points_to(interval, date) is 'No interval that counts in a step that begins before this day begins later.';

-- Where an interval begins at most half of its length before a step it counts there.
-- So the time that could have values begins and ends with intervals, not with the step.
create function entsoe.step_covered(seconds double precision, intervals bigint, first_at timestamptz, last_until timestamptz, step_at timestamptz, step_until timestamptz)
returns double precision language sql immutable parallel safe
return case when first_at = step_at and last_until = step_until then least(1, seconds / date_part('epoch', step_until - step_at))
  else least(1, seconds / date_part('epoch',
      case when step_until - last_until < make_interval(secs => seconds / intervals / 2) then last_until else step_until end
    - case when first_at - step_at <= make_interval(secs => seconds / intervals / 2) then first_at else step_at end)) end;
comment on function entsoe.step_covered(double precision, bigint, timestamptz, timestamptz, timestamptz, timestamptz) is
  'The share of a step that has values, given the seconds and the number of the intervals that count in it, the start of the first and the end of the last of them.';

-- The next interval of a curve that begins before one has ended is a finer one.
-- +goose StatementBegin
create function entsoe.mixed_step(curve_key text, step interval, step_at timestamptz, step_until timestamptz)
returns double precision[] language sql stable parallel safe
as $$
  select array[sum(w.value), sum(w.value * w.seconds), sum(w.seconds)]
  from (
    select i.value, i.seconds, i.at + (i.until - i.at) / 2 - interval '1 microsecond' as middle,
      lead(i.at, 1, 'infinity') over (order by i.at, i.seconds desc) < i.until as finer
    from (
      select p.at, p.value, e.until, date_part('epoch', e.until - p.at) as seconds
      from entsoe.series m
      cross join lateral (
        select q.at, q.value from entsoe.points q
        where q.series_id = m.id and q.at >= $3 - m.longest and q.at < $4 + m.longest
        union all
        select q.at, q.value from entsoe.points_fast q
        where m.fast and q.series_id = m.id and q.at >= $3 - m.longest and q.at < $4 + m.longest
      ) p
      cross join lateral entsoe.interval_end(p.at, m.step, m.calendar, m.time_zone) e(until)
      where m.curve_key = $1 and m.step <= $2
    ) i
  ) w
  where not w.finer and w.middle >= $3 and w.middle < $4
$$;
-- +goose StatementEnd
comment on function entsoe.mixed_step(text, interval, timestamptz, timestamptz) is
  'Of a step in which a curve has several resolutions: the sum of its values, the sum of value times seconds, and the seconds. An interval counts only if no finer one begins within it.';
