#!/usr/bin/env bash
# PostgreSQL, an interval as a resolution: P1M and P30D are equal, so are P1D and PT24H.
#
# A column of type interval looks made for the resolutions of market data. But
# PostgreSQL compares intervals by their length, a month counted as 30 days and a
# day as 24 hours: "group by", "distinct", a unique index and a join take monthly
# and 30-day curves for the same. Eleven months have an epoch of 330 days and twelve one of
# 365.25. Keep the ISO text of a resolution beside its interval, and group by the text.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
npm install --silent --no-fund --no-audit @electric-sql/pglite@0.5.17
cat > finding.mjs <<'JS'
import { PGlite } from '@electric-sql/pglite'
const db = new PGlite()
const one = async (sql) => Object.values((await db.query(sql)).rows[0]).join(' ')
console.log(await one(`select split_part(version(), ' ', 2)`))
console.log('resolutions', await one(`select count(distinct r::interval) || ' of ' || count(*) from unnest(array['P1M', 'P30D', 'PT720H']) r`))
console.log('days', await one(`select count(distinct r::interval) || ' of ' || count(*) from unnest(array['P1D', 'PT24H']) r`))
console.log('year', await one(`select ('P1Y'::interval = 'P12M'::interval) || ' ' || (extract(epoch from 'P1Y'::interval) / 86400)::float || ' ' || (extract(epoch from 'P11M'::interval) / 86400)::float`))
JS
node finding.mjs | tee seen
diff <(tail -n +2 seen) - <<'OUT' && echo "as found"
resolutions 1 of 3
days 1 of 2
year true 365.25 330
OUT
