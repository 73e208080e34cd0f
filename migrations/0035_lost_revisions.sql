-- +goose Up

-- A job may be deleted before it asked. Until it has ended, its document remembers it.
alter table entsoe.document_asks add column job_id bigint, add column args jsonb;
create index document_asks_job on entsoe.document_asks (job_id) where job_id is not null;
comment on column entsoe.document_asks.job_id is 'The job (river.river_job.id) that is to ask, until it has ended; null: it has. If the job is deleted before, another asks.';
comment on column entsoe.document_asks.args   is 'Its arguments, for as long.';
