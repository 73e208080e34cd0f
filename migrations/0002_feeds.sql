-- +goose Up

create table entsoe.feeds (
  id            bigint      generated always as identity primary key,
  asked_at      timestamptz,
  empty_streak  integer     not null default 0 check (empty_streak >= 0),
  active        boolean     not null default false,
  item          text        not null references entsoe.items (name),
  area          text        not null check (area <> ''),
  counter_area  text        not null default '',
  variant       text        not null default '',
  name          text        not null check (name <> ''),
  learned_limit text        not null default '' check (learned_limit = '' or learned_limit ~ '^P[0-9T]'),
  unique (item, area, counter_area, variant)
) with (fillfactor = 70);
comment on table  entsoe.feeds               is 'Everything that is asked for: one row per item, area (or border) and variant.';
comment on column entsoe.feeds.id            is 'Number of the feed.';
comment on column entsoe.feeds.asked_at      is 'When the platform was last asked; null: never.';
comment on column entsoe.feeds.empty_streak  is 'Answers "no data" for settled times since the last answer with data. The more, the rarer it is asked.';
comment on column entsoe.feeds.active        is 'Planning covers this feed: it is in ENTSOE_ITEMS and ENTSOE_AREAS.';
comment on column entsoe.feeds.item          is 'Name of the data item.';
comment on column entsoe.feeds.area          is 'EIC of the area; of a border the area that the energy leaves.';
comment on column entsoe.feeds.counter_area  is 'EIC of the area that the energy enters; empty unless the feed is a border.';
comment on column entsoe.feeds.variant       is 'Which of the item''s fixed request parameters are used, such as a contract type; empty where there is no choice.';
comment on column entsoe.feeds.name          is 'The area for people: DE_LU, or DE_LU>FR for a border.';
comment on column entsoe.feeds.learned_limit is 'Longest window that the platform accepts, learned from its refusals (ISO 8601); empty: as the catalogue says.';

create table entsoe.coverage (
  feed_id bigint         not null references entsoe.feeds (id),
  stage   smallint       not null check (stage >= 0),
  data    tstzmultirange not null default '{}',
  empty   tstzmultirange not null default '{}',
  refused tstzmultirange not null default '{}',
  primary key (feed_id, stage),
  check (not data && empty),
  check (not data && refused),
  check (not empty && refused)
) with (fillfactor = 50);
comment on table  entsoe.coverage         is 'What has been asked and how it was answered, on the axis of delivery time. Due windows, gaps and progress derive from here alone. What is in no range was not fetched, or failed.';
comment on column entsoe.coverage.feed_id is 'The feed.';
comment on column entsoe.coverage.stage   is '0: first read; n: the n-th re-read of the item''s timetable.';
comment on column entsoe.coverage.data    is 'Answered with data.';
comment on column entsoe.coverage.empty   is 'Answered "no data" when it should have been published: not published.';
comment on column entsoe.coverage.refused is 'The platform refuses to answer.';

create table entsoe.fetches (
  id           bigint      generated always as identity primary key,
  at           timestamptz not null,
  window_from  timestamptz not null,
  window_to    timestamptz not null,
  feed_id      bigint      not null references entsoe.feeds (id),
  job_id       bigint,
  bytes        bigint      not null check (bytes >= 0),
  points       bigint      not null check (points >= 0),
  changed      bigint      not null check (changed >= 0),
  retracted    bigint      not null check (retracted >= 0),
  wait_time    interval    not null,
  request_time interval    not null,
  save_time    interval    not null,
  http_status  smallint,
  outcome      text        not null check (outcome <> ''),
  reason       text        not null default '',
  document     bytea       check (octet_length(document) <= 1048576),
  check (window_from <= window_to)
);
create index fetches_feed_at on entsoe.fetches (feed_id, at desc);
create index fetches_document_at on entsoe.fetches (at) where document is not null;
comment on table  entsoe.fetches              is 'One row per request to the platform. The queue forgets finished jobs, this table does not.';
comment on column entsoe.fetches.id           is 'Number of the request.';
comment on column entsoe.fetches.at           is 'When it was sent.';
comment on column entsoe.fetches.window_from  is 'Start of the window that was asked.';
comment on column entsoe.fetches.window_to    is 'End of the window that was asked, exclusive.';
comment on column entsoe.fetches.feed_id      is 'The feed.';
comment on column entsoe.fetches.job_id       is 'The job in river.river_job, which deletes finished jobs after a while; null: none.';
comment on column entsoe.fetches.bytes        is 'Size of the answer as received.';
comment on column entsoe.fetches.points       is 'Points in the answer.';
comment on column entsoe.fetches.changed      is 'Points that had another value before.';
comment on column entsoe.fetches.retracted    is 'Stored points that the answer no longer has.';
comment on column entsoe.fetches.wait_time    is 'Time spent waiting for the request budget.';
comment on column entsoe.fetches.request_time is 'From sending to the end of the answer.';
comment on column entsoe.fetches.save_time    is 'Time to save the answer.';
comment on column entsoe.fetches.http_status  is 'HTTP status; null: there was no answer.';
comment on column entsoe.fetches.outcome      is 'What came of it, in a word.';
comment on column entsoe.fetches.reason       is 'The platform''s reason, or what went wrong.';
comment on column entsoe.fetches.document     is 'The answer (gzip, at most 1 MB), kept for 90 days if it failed or was not understood.';
