-- +goose Up

create table entsoe.breakers (
  opened     timestamptz,
  next_probe timestamptz,
  probed     timestamptz,
  wait       interval not null default '1 minute',
  failures   integer  not null default 0,
  epoch      integer  not null default 0,
  channel    text     primary key,
  cause      text,
  feeds      bigint[] not null default '{}',
  check ((opened is null) = (next_probe is null)),
  check ((opened is null) = (cause is null))
) with (fillfactor = 50);
insert into entsoe.breakers (channel) values ('api');
comment on table  entsoe.breakers            is 'The circuit breakers, one per channel for all processes: while one is open nothing is sent there but a probe now and then. All times are by the workers'' clock.';
comment on column entsoe.breakers.opened     is 'Since when the channel counts as away and the breaker is open; null: it is closed.';
comment on column entsoe.breakers.next_probe is 'When the next probe may be sent; null while the breaker is closed.';
comment on column entsoe.breakers.probed     is 'When a probe was last sent; null: none since the breaker opened.';
comment on column entsoe.breakers.wait       is 'Between the last probe and the next: 1, 2, 4, 8, then 15 minutes.';
comment on column entsoe.breakers.failures   is 'Failures in a row: no connection, 5xx, a plain 404, a page of HTML. An answer of any other kind makes it 0.';
comment on column entsoe.breakers.epoch      is 'Counts how often the breaker opened or closed. What was sent in an earlier epoch tells nothing about this one.';
comment on column entsoe.breakers.channel    is 'What is asked: api, the platform''s interface.';
comment on column entsoe.breakers.cause      is 'The failure that opened the breaker; null while it is closed.';
comment on column entsoe.breakers.feeds      is 'The first three feeds of the failures in a row: one feed alone opens nothing.';

create view entsoe.channels as
select b.channel,
  case when b.opened is null then 'answers' else 'away' end as state,
  b.opened as since, b.cause, b.failures, b.next_probe, b.probed as last_probe
from entsoe.breakers b;
comment on view   entsoe.channels            is 'Whether what entsoed asks can be reached, one row per channel. While one is away only a probe is sent now and then.';
comment on column entsoe.channels.channel    is 'What is asked: api, the platform''s interface.';
comment on column entsoe.channels.state      is 'answers, or away: ten requests in a row over three feeds found no connection, 5xx, a plain 404 or a page of HTML.';
comment on column entsoe.channels.since      is 'Since when it is away; null while it answers.';
comment on column entsoe.channels.cause      is 'The failure by which that was noticed; null while it answers.';
comment on column entsoe.channels.failures   is 'Failures in a row so far.';
comment on column entsoe.channels.next_probe is 'When the next probe may be sent; null while it answers.';
comment on column entsoe.channels.last_probe is 'When a probe was last sent; null: none since it is away.';
