#!/usr/bin/env bash
# Dumps a small database as the entsoed of a commit leaves it, for a later one
# to migrate and to go on with:
#
#     migrations/testdata/dump.sh [COMMIT]    (HEAD unless told otherwise)
#
# It builds the commit, lets its worker collect a few items of every shape from
# its simulator on two days, so that values were corrected, and kills it amid
# backfills. The dump is plain SQL without anything of TimescaleDB, so that it
# can be restored on every version of that and without it; which tables were
# hypertables stands in it as a comment, for the test makes them such again.
# Needs git, Go, Docker, curl and gzip.
set -euo pipefail

repository=$(git -C "$(dirname "$0")" rev-parse --show-toplevel)
commit=$(git -C "$repository" rev-parse --short=7 "${1:-HEAD}^{commit}")
target=$repository/migrations/testdata/dumps/$commit.sql.gz
mkdir -p "$(dirname "$target")"
work=$(mktemp -d)
container=entsoed_dump_$$
processes=()

finish() {
  for pid in "${processes[@]}"; do kill -9 "$pid" 2>/dev/null || true; done
  docker rm --force "$container" >/dev/null 2>&1 || true
  git -C "$repository" worktree remove --force "$work/source" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

say() { echo "dump of $commit: $*" >&2; }

# await WHAT COMMAND...: until the command succeeds.
await() {
  local what=$1
  shift
  for _ in $(seq 1500); do
    if "$@"; then return; fi
    sleep 0.2
  done
  say "waited in vain for $what"
  tail -n 20 "$work"/*.log >&2
  exit 1
}

sql() { docker exec --env PGPASSWORD=dump "$container" psql --username postgres --host 127.0.0.1 --dbname "$database" --no-align --tuples-only --set ON_ERROR_STOP=1 --command "$1"; }
holds() { [ "$(sql "select $1" 2>/dev/null)" = t ]; }

git -C "$repository" worktree add --quiet --detach "$work/source" "$commit"
(cd "$work/source" && go build -o "$work/entsoed" ./cmd/entsoed)

# A server, first with TimescaleDB, to see what the commit makes of it, then
# without.
image=$(sed -nE 's/^ +image: *(timescale[^ ]+).*/\1/p' "$work/source/docker-compose.yml" | head -n 1)
docker run --detach --name "$container" --publish 127.0.0.1::5432 --env POSTGRES_PASSWORD=dump --env TIMESCALEDB_TELEMETRY=off \
  --tmpfs /var/lib/postgresql/data "$image" postgres -c fsync=off >"$work/docker.log"
database=postgres
await "the server" holds true

connect() {
  local port
  port=$(docker port "$container" 5432/tcp | head -n 1)
  export DATABASE_URL=postgres://postgres:dump@127.0.0.1:${port##*:}/$database?sslmode=disable
}

database=hypertables
connect
"$work/entsoed" migrate >"$work/migrate.log" 2>&1
hypertables=$(sql "select format('-- hypertable %I.%I %I %s', hypertable_schema, hypertable_name, column_name, time_interval)
  from timescaledb_information.dimensions order by 1")
docker exec --user root "$container" sh -c 'rm "$(pg_config --sharedir)/extension/timescaledb.control"'
database=entsoed_dump
connect
export DATABASE_TIMESCALEDB=auto
"$work/entsoed" migrate >"$work/migrate.log" 2>&1

# What is collected: every shape, and values finer than a minute would be too
# many.
export ENTSOE_AREAS=BE,FR COLLECT_SINCE=2d HTTP_ADDR=127.0.0.1:0 LOG_LEVEL=debug
export ENTSOE_ITEMS=actual_total_load,day_ahead_prices,actual_generation_per_production_type,procured_balancing_capacity,production_and_generation_units,unavailability_generation_units

# simulate NAME TIME [FLAG...]: a simulator whose clock stands at TIME.
simulate() {
  local name=$1 now=$2
  shift 2
  "$work/entsoed" simulate --listen "127.0.0.1:${simulator_port:-0}" --seed 5 --now "$now" --speed 0 --unlimited "$@" >"$work/$name.log" 2>&1 &
  processes+=($!)
  simulator=$!
  await "the simulator" grep -q '^simulating at' "$work/$name.log"
  ENTSOE_API_URL=$(sed -nE 's/^simulating at ([^,]+),.*/\1/p' "$work/$name.log")
  export ENTSOE_API_URL
  simulator_port=$(sed -E 's,.*:([0-9]+)/.*,\1,' <<<"$ENTSOE_API_URL") # of all: it tells the source
}

# work NAME TIME: a worker whose clock stands at TIME.
work() {
  "$work/entsoed" worker --now "$2" --speed 0 >"$work/$1.log" 2>&1 &
  processes+=($!)
  worker=$!
}

end() {
  kill "$1"
  wait "$1" || true
}

at() { "$work/entsoed" "$@" --now "$now" --speed 0; }

now=2026-06-09T13:30:00Z
say "the first day"
simulate first "$now"
work worker1 "$now"
idle="not exists (select from river.river_job where kind <> 'drive' and state in ('available', 'running', 'retryable', 'scheduled'))
  and exists (select from river.river_job where state = 'completed' and kind = 'collect')"
await "all of the first day" holds "$idle and (select count(distinct args ->> 'item') = 6 from river.river_job where kind = 'plan' and state = 'completed')"
end $worker
end $simulator

now=2026-06-11T13:30:00Z
say "the third day"
simulate second "$now"
work worker2 "$now"
await "corrected values" holds "exists (select from entsoe.point_history)"
await "all of the third day" holds "$idle"

# What is learned: a platform that answers shorter windows, one that refuses,
# and one that has nothing.
say "what is learned"
api=${ENTSOE_API_URL%/api}
fault() { curl --silent --show-error --fail --request POST "$api/faults" --data "$1" >/dev/null; }
fault '{"faults":[{"kind":"limit","value":"P1M","item":"actual_total_load"}]}'
at fetch actual_total_load --area BE --from 2026-01-01 --to 2026-04-01 >"$work/fetch.log" 2>&1
await "a learned limit" holds "exists (select from entsoe.feeds where learned_limit <> '')"
at fetch day_ahead_prices --area BE --from 2010-01-01 --to 2010-01-03 >>"$work/fetch.log" 2>&1 || true
await "unanswered windows" holds "exists (select from entsoe.unanswered)"

# Backfills: one that is paused, one that has gone half its way when the worker
# is killed, with jobs that wait, fail and hang.
say "backfills"
at backfill start day_ahead_prices --areas BE --from 2024-01-01 --to 2025-01-01 >"$work/backfill.log" 2>&1
sql "select entsoe.pause_backfill(min(id)) from entsoe.backfill_orders" >/dev/null
end $worker
export ENTSOE_REQUESTS_PER_MINUTE=60 WORKER_CONCURRENCY=4
fault '{"faults":[{"kind":"unavailable","every":4,"item":"procured_balancing_capacity"}]}'
at backfill start actual_total_load unavailability_generation_units --areas BE --from 2026-04-01 --to 2026-06-05 >>"$work/backfill.log" 2>&1
at backfill start procured_balancing_capacity --areas FR --from 2026-05-29 --to 2026-06-05 >>"$work/backfill.log" 2>&1
work worker3 "$now"
await "half a backfill" holds "(select count(*) > 4 from river.river_job where queue = 'backfill' and state = 'completed' and args ? 'backfill')
  and exists (select from entsoe.documents)
  and exists (select from river.river_job where queue = 'backfill' and state in ('retryable', 'scheduled'))"
fault '{"holds":[{"point":"body","seconds":300},{"point":"body","seconds":300}]}'
await "jobs that hang" holds "(select count(*) >= 2 from river.river_job where queue = 'backfill' and state = 'running')"
kill -9 $worker
wait $worker 2>/dev/null || true
holds "exists (select from entsoe.backfill_orders where state = 'running') and exists (select from entsoe.backfill_orders where state = 'paused')
  and exists (select from river.river_job where queue = 'backfill' and state = 'available')" || {
  say "the worker was too fast: no job waits any more"
  exit 1
}
sql "insert into river.river_job (kind, args, queue, max_attempts) select kind, args, 'fetch', 8 from river.river_job
  where kind = 'collect' and args ->> 'lane' = 'fetch' order by id limit 1" >/dev/null # by hand

say "writing"
{
  echo "-- A database as entsoed of commit $commit leaves it. Made by migrations/testdata/dump.sh."
  echo "-- now $now"
  echo "-- items $ENTSOE_ITEMS"
  echo "-- areas $ENTSOE_AREAS"
  echo "-- source $ENTSOE_API_URL"
  echo "$hypertables"
  docker exec --env PGPASSWORD=dump "$container" pg_dump --username postgres --host 127.0.0.1 --dbname "$database" --no-owner --no-privileges --no-tablespaces \
    --inserts --rows-per-insert 1000 --schema entsoe --schema river | sed -E '/^\\(un)?restrict /d; /^SET transaction_timeout/d; /^-- Dumped /d; s/[a-z0-9]+_([0-9]+_[a-z0-9]{8})/host_\1/g' # and not the name of this machine
} | gzip --no-name --best >"$target"
say "$target, $(wc -c <"$target") bytes"
sql "select state, kind, queue, count(*) from river.river_job group by 1, 2, 3 order by 1, 2, 3;
select relname, n_live_tup from pg_stat_user_tables where n_live_tup > 0 order by 1" >&2
