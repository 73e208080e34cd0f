#!/usr/bin/env bash
# TimescaleDB 2.19: time_bucket with a time zone makes one hour of two in October.
#
# time_bucket('1 hour', at, 'Europe/Brussels') is how to get hours of the market's day.
# On the last Sunday of October 02:00 comes twice, and both hours fall into one bucket,
# as do their quarter-hours: a sum doubles, a mean hides one price, and the day has 24
# rows. PostgreSQL's date_trunc with the zone as its third argument keeps all 25.
# Needs Docker.
set -euo pipefail
docker run --rm -i debian:trixie-slim bash -euo pipefail <<'IN' | tee /dev/stderr | tail -n 3 | diff - <(cat <<'OUT'
hours of the day: 25
time_bucket: 24
date_trunc: 25
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
create table prices as
select at from generate_series('2026-10-24 22:00Z'::timestamptz, '2026-10-25 22:00Z', interval '1 hour') at;
select 'hours of the day: ' || count(*) from prices;
select 'time_bucket: ' || count(distinct time_bucket('1 hour', at, 'Europe/Brussels')) from prices;
select 'date_trunc: ' || count(distinct date_trunc('hour', at, 'Europe/Brussels')) from prices;
SQL
IN
