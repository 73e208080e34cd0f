-- +goose Up

-- A process that dies while it reads an answer may have died of that answer. What
-- was being read is written down before, so that the others know whom to suspect.

create table entsoe.reading (
  job_id    bigint      primary key,
  feed_id   bigint      not null,
  since     timestamptz not null,
  during    tstzrange   not null,
  alone     boolean     not null,
  client_id text        not null,
  mrid      text        not null
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
comment on table  entsoe.reading           is 'What jobs read, decode and save just now.';
comment on column entsoe.reading.job_id    is 'The job in river.river_job.';
comment on column entsoe.reading.feed_id   is 'The feed that was asked.';
comment on column entsoe.reading.since     is 'Since when, by the server''s clock.';
comment on column entsoe.reading.during    is 'The window that was asked for, or the period of the document.';
comment on column entsoe.reading.alone     is 'Nothing else is read in the process, because the job is a suspect.';
comment on column entsoe.reading.client_id is 'The process, as in entsoe.workers.';
comment on column entsoe.reading.mrid      is 'mRID of the document that was asked for; empty: a window was.';

create table entsoe.suspects (
  job_id  bigint      primary key,
  died_at timestamptz not null,
  deaths  integer     not null,
  alone   integer     not null
);
comment on table  entsoe.suspects         is 'Jobs that were reading when their process died, and have completed no step since. They read one at a time, alone in their process.';
comment on column entsoe.suspects.job_id  is 'The job in river.river_job.';
comment on column entsoe.suspects.died_at is 'When the last death was noticed, by the server''s clock.';
comment on column entsoe.suspects.deaths  is 'How often its process died while it was reading.';
comment on column entsoe.suspects.alone   is 'How often while it read alone. After three times what it reads is set aside.';

create table entsoe.set_aside (
  since    timestamptz not null,
  again_at timestamptz not null,
  died_at  timestamptz not null,
  job_id   bigint      not null,
  feed_id  bigint      not null references entsoe.feeds (id),
  deaths   integer     not null,
  during   tstzrange   not null,
  mrid     text        not null,
  reason   text        not null,
  primary key (feed_id, mrid, during)
);
comment on table  entsoe.set_aside          is 'Windows and documents that are not asked for because reading them kills the process. A person''s fetch, or a backfill of mode failed, asks again, alone, and so does the worker once a month; one more death sets them aside again.';
comment on column entsoe.set_aside.since    is 'Since when, by the worker''s clock.';
comment on column entsoe.set_aside.again_at is 'Not asked by itself before then, by the worker''s clock.';
comment on column entsoe.set_aside.died_at  is 'When the last death was noticed, by the server''s clock.';
comment on column entsoe.set_aside.job_id   is 'The job that was reading it.';
comment on column entsoe.set_aside.feed_id  is 'The feed.';
comment on column entsoe.set_aside.deaths   is 'How often a process died while the job was reading.';
comment on column entsoe.set_aside.during   is 'The window, or the period of the document.';
comment on column entsoe.set_aside.mrid     is 'mRID of the document; empty: it is a window.';
comment on column entsoe.set_aside.reason   is 'Why.';
