-- +goose Up

alter table entsoe.feeds add column collect_from timestamptz;
comment on column entsoe.feeds.collect_from is 'The live lane collects delivery times from here on: COLLECT_SINCE before the first plan. Older data is a backfill. Null: never planned.';

create table entsoe.answers (
  simulated boolean not null,
  one       boolean primary key default true check (one)
);
comment on table  entsoe.answers           is 'What sort of answers this database holds. One row, written with the first of them: answers of the other sort are refused, whatever the settings say.';
comment on column entsoe.answers.simulated is 'True: they come from a simulator. False: they do not.';
comment on column entsoe.answers.one       is 'Always true: there is one row.';
