-- +goose Up

-- Which feeds really publish is learned from their answers.
alter table entsoe.feeds
  add column first_data_at timestamptz,
  add column last_data_at  timestamptz,
  add column silent_since  timestamptz,
  add constraint feeds_data_at check ((first_data_at is null) = (last_data_at is null));
comment on column entsoe.feeds.first_data_at is 'When it first answered with data of the year before; null: it never did, and is asked ever more rarely.';
comment on column entsoe.feeds.last_data_at  is 'When it last answered with data of the year before; null: never.';
comment on column entsoe.feeds.silent_since  is 'The first answer without data, though some was due, or the first refusal, since the last answer with data; null: there was none.';

update entsoe.feeds f
set (first_data_at, last_data_at) = (t.first, t.last)
from (select feed_id, min(at) as first, max(at) as last from entsoe.fetches where outcome = 'data' group by feed_id) t
where t.feed_id = f.id;
update entsoe.feeds set silent_since = asked_at where empty_streak > 0;

create table entsoe.feed_series (
  feed_id   bigint  not null references entsoe.feeds (id),
  series_id integer not null,
  primary key (feed_id, series_id)
);
create index feed_series_series on entsoe.feed_series (series_id);
comment on table  entsoe.feed_series           is 'Which series the answers of a feed hold.';
comment on column entsoe.feed_series.feed_id   is 'The feed.';
comment on column entsoe.feed_series.series_id is 'The series (entsoe.series.id).';

-- What is stored already; of items with variants the next answers tell.
insert into entsoe.feed_series (feed_id, series_id)
select f.id, s.id
from entsoe.feeds f
join entsoe.series s on s.item = f.item and s.area = f.area and coalesce(s.counter_area, '') = f.counter_area
where f.variant = '' and f.first_data_at is not null;
