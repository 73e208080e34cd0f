#!/usr/bin/env bash
# PostgreSQL, ranges of time: one that ends at 'infinity' is shorter than one without an end.
#
# Coverage of time is natural as a tstzmultirange, and "until further notice" has
# two spellings: 'infinity' and no upper bound. They print alike in most reports,
# but are different ranges: taking the one from the other leaves a piece that lies
# after every moment there is, so "what is still missing" never becomes empty.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
npm install --silent --no-fund --no-audit @electric-sql/pglite@0.5.17
cat > finding.mjs <<'JS'
import { PGlite } from '@electric-sql/pglite'
const db = new PGlite()
const one = async (sql) => Object.values((await db.query(sql)).rows[0]).join(' ')
console.log(await one(`select split_part(version(), ' ', 2)`))
console.log('equal', await one(`select tstzrange('2026-01-01', null) = tstzrange('2026-01-01', 'infinity')`))
console.log('rest', await one(`select (tstzmultirange(tstzrange('2026-01-01', null)) - tstzmultirange(tstzrange('2026-01-01', 'infinity')))::text`))
console.log('bounds', await one(`select upper_inf(tstzrange('2026-01-01', null)) || ' ' || upper_inf(tstzrange('2026-01-01', 'infinity'))`))
JS
node finding.mjs | tee seen
diff <(tail -n +2 seen) - <<'OUT' && echo "as found"
equal false
rest {[infinity,)}
bounds true false
OUT
