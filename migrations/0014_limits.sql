-- +goose Up

alter table entsoe.feeds
  add column learned_at    timestamptz,
  add column learned_split text not null default '';
comment on column entsoe.feeds.learned_at    is 'When the limit was learned, or last tried whether a longer window is accepted again; null: before that was kept.';
comment on column entsoe.feeds.learned_split is 'Request parameter, such as psrType, by whose values an answer is asked for in parts, because all of it is more than the platform sends at once; empty: none.';
