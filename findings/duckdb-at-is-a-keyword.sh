#!/usr/bin/env bash
# DuckDB: a column named "at" can be stored, but not selected by its bare name.
#
# "at" is the obvious name for the start of an interval, and PostgreSQL is fine with
# it. A Parquet file with that column opens in DuckDB and shows it, and then
# "select at", "where at < ..." and "min(at)" are syntax errors. Quoted, or behind the
# table's name, it works. Exports that analysts open should name it otherwise.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
npm install --silent --no-fund --no-audit @duckdb/node-api@1.5.6-r.1
cat > finding.mjs <<'JS'
import { DuckDBInstance } from '@duckdb/node-api'
const db = await (await DuckDBInstance.create(':memory:')).connect()
const ask = async (sql) => {
  try { return String((await (await db.runAndReadAll(sql)).getRowsJson()).flat()[0]) } catch (e) { return e.message.split(':')[0] }
}
console.log(await ask('select version()'))
await db.run(`copy (select timestamp '2026-01-01' as "at", 41.5 as price) to 'prices.parquet'`)
for (const sql of ['select at from t', 'select price from t where at is not null', 'select min(at) from t', 'select t.at from t', 'select "at" from t']) {
  console.log(`${sql}:`, await ask(sql.replace('from t', "from 'prices.parquet' t")))
}
JS
node finding.mjs | tee seen
diff <(tail -n +2 seen) - <<'OUT' && echo "as found"
select at from t: Parser Error
select price from t where at is not null: Parser Error
select min(at) from t: Parser Error
select t.at from t: 2026-01-01 00:00:00
select "at" from t: 2026-01-01 00:00:00
OUT
