#!/usr/bin/env bash
# TimescaleDB 2.19: a condition on time_bucket with a time zone drops rows in October.
#
# TimescaleDB reads a hypertable by index where a query has a condition on time_bucket:
# it adds one on the time itself, the bound and the width of the bucket further. The
# width of a day is 24 hours then, also of the day that has 25. So a day that is the last
# one asked for loses its last hour, without a word: of 100 quarter-hours 97 come where
# the bound is the start of the day (<=), in a session of any time zone. With = they are
# all there. Ask for a span of the time column instead, or keep the condition away from
# the hypertable (a subquery with offset 0).
# Needs Docker.
set -euo pipefail
docker run --rm -i debian:trixie-slim bash -euo pipefail <<'IN' | tee /dev/stderr | tail -n 3 | diff - <(cat <<'OUT'
quarter-hours of the day: 100
with a bound: 97
with the bound outside: 100
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
create table prices (at timestamptz not null);
select from create_hypertable('prices', by_range('at', interval '30 days'));
insert into prices
select at from generate_series('2025-10-20 22:00Z'::timestamptz, '2025-10-30 22:45Z', interval '15 minutes') at;
create view days as select at, time_bucket('1 day', at, 'Europe/Brussels') as day from prices;
select 'quarter-hours of the day: ' || count(*) from days where day = '2025-10-25 22:00Z';
select 'with a bound: ' || count(*) from days where day >= '2025-10-25 22:00Z' and day <= '2025-10-25 22:00Z';
select 'with the bound outside: ' || count(*) from (select * from days offset 0) d where day >= '2025-10-25 22:00Z' and day <= '2025-10-25 22:00Z';
SQL
IN
