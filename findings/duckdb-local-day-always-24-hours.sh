#!/usr/bin/env bash
# DuckDB: a local day is 24 hours long for epoch(b - a), also when the clock changes.
#
# The difference of two instants is an interval, and of two midnights in Brussels it is
# "1 day" rather than 23 or 25 hours; epoch() of it is then 86400. Weights of hours in a
# daily mean are wrong on two days of the year. The difference of the two epochs is right.
# PostgreSQL's difference of two timestamptz never has days of local time.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
npm install --silent --no-fund --no-audit @duckdb/node-api@1.5.6-r.1
cat > finding.mjs <<'JS'
import { DuckDBInstance } from '@duckdb/node-api'
const db = await (await DuckDBInstance.create(':memory:')).connect()
const ask = async (sql) => (await db.runAndReadAll(sql)).getRowsJson().flat().map(v => typeof v === 'object' ? JSON.stringify(v) : v).join(' ')
console.log(await ask('select version()'))
await db.run(`set TimeZone = 'Europe/Brussels'`)
for (const [from, to] of [['2026-03-29', '2026-03-30'], ['2026-10-25', '2026-10-26']]) {
  const a = `timestamptz '${from} 00:00'`, b = `timestamptz '${to} 00:00'`
  console.log(from, await ask(`select epoch(${b} - ${a}) / 3600, (epoch(${b}) - epoch(${a})) / 3600`))
}
JS
node finding.mjs | tee seen
diff <(tail -n +2 seen) - <<'OUT' && echo "as found"
2026-03-29 24 23
2026-10-25 24 25
OUT
