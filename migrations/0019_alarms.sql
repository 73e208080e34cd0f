-- +goose Up

create table entsoe.alarms (
  id bigint generated always as identity primary key,
  kind text not null,
  subject text not null default '',
  cause text not null,
  opened timestamptz not null,
  closed timestamptz,
  check (closed >= opened)
);
create unique index alarms_open on entsoe.alarms (kind, subject) where closed is null;

comment on table entsoe.alarms is 'What somebody should look at, one row per cause, from when it was noticed until it was over.';
comment on column entsoe.alarms.id is 'Number of the alarm, in the order in which they were opened.';
comment on column entsoe.alarms.kind is 'What is wrong: ban, fault, platform, set aside, stalled, token ...';
comment on column entsoe.alarms.subject is 'What it is about, such as a feed or a job; empty where there is only one.';
comment on column entsoe.alarms.cause is 'Why, in words; the newest cause, where it changed while the alarm was open.';
comment on column entsoe.alarms.opened is 'When it was first noticed, by the clock of the worker.';
comment on column entsoe.alarms.closed is 'When it was over; null as long as it lasts.';
comment on index entsoe.alarms_open is 'One open alarm per kind and subject: a cause that goes on is not reported again.';
