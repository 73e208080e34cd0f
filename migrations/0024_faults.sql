-- +goose Up

create table entsoe.faults (
  id         bigint      generated always as identity primary key,
  first_seen timestamptz not null,
  asked_at   timestamptz not null,
  again_at   timestamptz,
  feed_id    bigint      not null references entsoe.feeds (id),
  fetch_id   bigint      not null,
  curve      text        check (curve <> ''),
  reason     text        not null check (reason <> ''),
  position   text        not null default '',
  during     tstzrange   not null,
  asked      tstzrange   not null,
  check (isempty(during) = (again_at is null))
);
create index faults_feed on entsoe.faults (feed_id);
create index faults_again on entsoe.faults (again_at);
comment on table  entsoe.faults            is 'What in the newest answers of a feed cannot be right and was left out; the good parts of the same answers are stored. A row goes when an answer over its time has no such fault. entsoe.faulty shows them by name.';
comment on column entsoe.faults.id         is 'Number of the row; a fault that is found again gets a new one.';
comment on column entsoe.faults.first_seen is 'When it was found first, in delivery time''s clock.';
comment on column entsoe.faults.asked_at   is 'When it was last asked for.';
comment on column entsoe.faults.again_at   is 'When it is asked for again, ever more rarely, as what is refused; null: it makes no time unreadable, and is not.';
comment on column entsoe.faults.feed_id    is 'The feed.';
comment on column entsoe.faults.fetch_id   is 'The request (entsoe.fetches.id) in whose answer it was last found; the record keeps the document for 90 days.';
comment on column entsoe.faults.curve      is 'Key of the curve (entsoe.series.key), or as much of it as could be read; null: nothing of it, it may be any curve of the feed.';
comment on column entsoe.faults.reason     is 'What is wrong.';
comment on column entsoe.faults.position   is 'Where it stands in the answer.';
comment on column entsoe.faults.during     is 'The delivery time (time of the last change for outages) that cannot be read because of it; empty: none, as of a Point too many.';
comment on column entsoe.faults.asked      is 'The window that was asked for when it was last found.';

create view entsoe.faulty as
select f.item, f.name as area, f.variant, t.curve, lower(t.during) as fault_from, upper(t.during) as fault_to, t.reason, t.position,
  t.first_seen, t.asked_at, t.again_at, t.fetch_id, t.feed_id
from entsoe.faults t
join entsoe.feeds f on f.id = t.feed_id;
comment on view   entsoe.faulty            is 'What in the newest answers cannot be right and was left out, one row each. The good parts of the same answers are stored.';
comment on column entsoe.faulty.item       is 'Name of the data item.';
comment on column entsoe.faulty.area       is 'The area: DE_LU, or DE_LU>FR for a border.';
comment on column entsoe.faulty.variant    is 'Which of the item''s fixed request parameters are used; empty where there is no choice.';
comment on column entsoe.faulty.curve      is 'Key of the curve (entsoe.series.key), or as much of it as could be read; null: nothing of it.';
comment on column entsoe.faulty.fault_from is 'Start of the time that cannot be read; null: none, as of a Point too many.';
comment on column entsoe.faulty.fault_to   is 'End of that time, exclusive.';
comment on column entsoe.faulty.reason     is 'What is wrong.';
comment on column entsoe.faulty.position   is 'Where it stands in the answer.';
comment on column entsoe.faulty.first_seen is 'When it was found first, in delivery time''s clock.';
comment on column entsoe.faulty.asked_at   is 'When it was last asked for.';
comment on column entsoe.faulty.again_at   is 'When it is asked for again, ever more rarely; null: it makes no time unreadable, and is not.';
comment on column entsoe.faulty.fetch_id   is 'The request (entsoe.fetches.id) in whose answer it was last found, and whose record keeps the document for 90 days.';
comment on column entsoe.faulty.feed_id    is 'The feed (entsoe.feeds.id).';
