#!/usr/bin/env bash
# PL/pgSQL: a RAISE whose hint is null reports something else than its message.
#
# A hint is often computed, "did you mean DE_LU?", and null where nothing is near. The
# statement then fails with "RAISE statement option cannot be null" and another code, and
# what it had to say is gone. It shows only for input without a near name. Use
# coalesce(hint, '') in every option.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
npm install --silent --no-fund --no-audit @electric-sql/pglite@0.5.17
cat > finding.mjs <<'JS'
import { PGlite } from '@electric-sql/pglite'
const db = new PGlite()
console.log((await db.query(`select split_part(version(), ' ', 2) v`)).rows[0].v)
for (const hint of [`'did you mean DE_LU?'`, `''`, `null`]) {
  try {
    await db.exec(`do $$ begin raise exception 'there is no area DE_LUX' using errcode = 'P0002', hint = ${hint}; end $$`)
  } catch (e) {
    console.log(`hint ${hint}:`, e.code, e.message)
  }
}
JS
node finding.mjs | tee seen
diff <(tail -n +2 seen) - <<'OUT' && echo "as found"
hint 'did you mean DE_LU?': P0002 there is no area DE_LUX
hint '': P0002 there is no area DE_LUX
hint null: 22004 RAISE statement option cannot be null
OUT
