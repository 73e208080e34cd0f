#!/usr/bin/env bash
# TimescaleDB 2.19: a join of two selections of a hypertable finds no rows, without an error.
#
# Prices of one area joined by time to those of another, with the series of each looked up
# in a subquery: the plan hashes one side and lets several processes read both, and the
# processes leave out the very chunks that match. The answer is 0 rows, mostly, with every
# setting at its default and right statistics; now and then it is right. It is timescaledb#10503, mended after
# 2.29.2. What helps before that: set timescaledb.enable_parallel_chunk_append = off, for
# the session or the database; or write the numbers into the query.
# Needs Docker.
set -euo pipefail
docker run --rm -i --shm-size 256m debian:trixie-slim bash -euo pipefail <<'IN' | tee /dev/stderr | tail -n 2 | diff - <(cat <<'OUT'
least of 20 counts: 0
without parallel ChunkAppend: 432100
OUT
) && echo "as found"
apt-get -qq update
apt-get -qq install -y --no-install-recommends postgresql-17-timescaledb=2.19.3+dfsg-1+deb13u1 >/dev/null 2>&1
echo "shared_preload_libraries = timescaledb" >> /etc/postgresql/17/main/postgresql.conf
pg_ctlcluster 17 main start >/dev/null
cd /tmp
psql() { runuser -u postgres -- /usr/bin/psql -qAt -v ON_ERROR_STOP=1 "$@"; }
psql -c 'create extension timescaledb' 2>/dev/null
psql <<'SQL'
select 'timescaledb ' || extversion from pg_extension where extname = 'timescaledb';
create table series (id integer primary key, area text);
insert into series select i, 'area ' || i % 10 from generate_series(1, 100) i;
create table points (at timestamptz not null, value float8, series_id integer not null, primary key (series_id, at));
select from create_hypertable('points', by_range('at', interval '30 days'), create_default_indexes => false);
set timezone = 'UTC';
insert into points
select at, 1, i from generate_series(1, 100) i, generate_series('2025-01-01'::timestamptz, '2025-06-30', interval '1 hour') at;
analyze;
create view pairs as
select a.value, b.value as other from points a join points b using (at)
where a.series_id = any(array(select id from series where area = 'area 1'))
  and b.series_id = any(array(select id from series where area = 'area 2'));
SQL
for _ in {1..20}; do psql -c 'select count(*) from pairs'; done | sort -n | head -n 1 | sed 's/^/least of 20 counts: /'
psql <<'SQL'
set timescaledb.enable_parallel_chunk_append = off;
select 'without parallel ChunkAppend: ' || count(*) from pairs;
SQL
IN
