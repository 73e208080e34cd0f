-- +goose Up

create table entsoe.fetch_counts (
  feed_id   bigint not null references entsoe.feeds (id),
  month     date   not null,
  requests  bigint not null,
  bytes     bigint not null,
  points    bigint not null,
  changed   bigint not null,
  retracted bigint not null,
  outcome   text   not null,
  primary key (feed_id, month, outcome)
) with (fillfactor = 80);
comment on table  entsoe.fetch_counts           is 'What is left of the requests whose rows in entsoe.fetches were deleted after KEEP_FETCHES. entsoe.requests counts both.';
comment on column entsoe.fetch_counts.feed_id   is 'The feed.';
comment on column entsoe.fetch_counts.month     is 'First day of the month in which they were sent, UTC.';
comment on column entsoe.fetch_counts.requests  is 'Number of requests.';
comment on column entsoe.fetch_counts.bytes     is 'Size of the answers.';
comment on column entsoe.fetch_counts.points    is 'Points in the answers.';
comment on column entsoe.fetch_counts.changed   is 'Points that had another value before.';
comment on column entsoe.fetch_counts.retracted is 'Stored points that the answers no longer had.';
comment on column entsoe.fetch_counts.outcome   is 'What came of them, in a word.';

create view entsoe.requests as
select f.item, f.name as area, f.variant, n.month, n.outcome,
  sum(n.requests)::bigint as requests, sum(n.bytes)::bigint as bytes, sum(n.points)::bigint as points,
  sum(n.changed)::bigint as changed, sum(n.retracted)::bigint as retracted, f.id as feed_id
from entsoe.feeds f
join (
  select feed_id, month, outcome, requests, bytes, points, changed, retracted from entsoe.fetch_counts
  union all
  select r.feed_id, date_trunc('month', r.at at time zone 'UTC')::date, r.outcome, 1, r.bytes, r.points, r.changed, r.retracted
  from entsoe.fetches r
) n on n.feed_id = f.id
group by f.id, n.month, n.outcome;
comment on view   entsoe.requests           is 'How many requests were sent, by feed, month and outcome, from the beginning: single ones are in entsoe.fetches, and are deleted after a while.';
comment on column entsoe.requests.item      is 'Name of the data item.';
comment on column entsoe.requests.area      is 'The area: DE_LU, or DE_LU>FR for a border.';
comment on column entsoe.requests.variant   is 'Which of the item''s fixed request parameters are used; empty where there is no choice.';
comment on column entsoe.requests.month     is 'First day of the month in which they were sent, UTC.';
comment on column entsoe.requests.outcome   is 'What came of them, in a word.';
comment on column entsoe.requests.requests  is 'Number of requests.';
comment on column entsoe.requests.bytes     is 'Size of the answers.';
comment on column entsoe.requests.points    is 'Points in the answers.';
comment on column entsoe.requests.changed   is 'Points that had another value before.';
comment on column entsoe.requests.retracted is 'Stored points that the answers no longer had.';
comment on column entsoe.requests.feed_id   is 'The feed (entsoe.feeds.id).';

comment on table entsoe.fetches is 'One row per request to the platform, for KEEP_FETCHES; the last answer of each feed, the last failure over what is still missing, and what living jobs asked for stay. The queue forgets finished jobs sooner.';
