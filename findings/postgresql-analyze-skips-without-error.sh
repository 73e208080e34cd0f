#!/usr/bin/env bash
# PostgreSQL: ANALYZE of somebody else's table does nothing, and is no error.
#
# After a bulk load one analyzes, and with roles of least privilege the one who loads
# is not the owner. The command succeeds with a warning, which most clients drop; the
# planner goes on without statistics, and queries are slow until autovacuum comes by.
# Grant MAINTAIN (from PostgreSQL 17 on), or run it as the owner.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
npm install --silent --no-fund --no-audit @electric-sql/pglite@0.5.17
cat > finding.mjs <<'JS'
import { PGlite } from '@electric-sql/pglite'
const db = new PGlite()
console.log((await db.query(`select split_part(version(), ' ', 2) v`)).rows[0].v)
await db.exec(`create table prices as select n from generate_series(1, 1000) n; create role loader; grant select, insert on prices to loader`)
const analyze = async (who) => {
  let failed = 'no error'
  try { await db.exec(`analyze prices`) } catch (e) { failed = e.message }
  const { rows } = await db.query(`select count(*)::int as n from pg_statistic where starelid = 'prices'::regclass`)
  console.log(`${who}: ${failed}, columns with statistics: ${rows[0].n}`)
}
await db.exec(`grant select on pg_statistic to loader; set role loader`)
await analyze('loader')
await db.exec(`reset role`)
await analyze('owner')
JS
node finding.mjs | tee seen
diff <(tail -n +2 seen) - <<'OUT' && echo "as found"
loader: no error, columns with statistics: 0
owner: no error, columns with statistics: 1
OUT
