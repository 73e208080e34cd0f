package store_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/store/dbtest"
)

// Who holds a lock of entsoed's, or one for which it waits, is told once, and so
// is that the lock is free again.
func TestWatchLocks(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	hold := func(application, statement string) *pgx.Conn {
		t.Helper()
		conn, err := pgx.Connect(t.Context(), db.Pool.Config().ConnString())
		if err == nil {
			_, err = conn.Exec(t.Context(), "set application_name = '"+application+"'; begin; "+statement)
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close(context.Background()) })
		return conn
	}
	ctx, cancel := context.WithCancel(t.Context())
	var log dbtest.Log
	var watching sync.WaitGroup
	watching.Go(func() { db.WatchLocks(ctx, slog.New(slog.NewTextHandler(&log, nil)), 200*time.Millisecond) })
	defer watching.Wait()
	defer cancel()
	hold("a colleague", `select pg_advisory_xact_lock(1)`) // is none of ours
	migrating := hold("a neighbour", `select pg_advisory_xact_lock(x'656e74736f6564'::bigint)`)
	table := hold("psql", `lock table entsoe.budget in access exclusive mode`)
	watching.Go(func() { _ = db.Ban(ctx, 0) }) // waits for the table
	for _, want := range []string{
		`lock=migration`, `application="a neighbour"`, `lock="table entsoe.budget"`, `application=psql`, `query="set application_name = 'psql'; begin; lock table`,
	} {
		dbtest.WaitFor(t, func() bool { return log.Count(want) == 1 })
	}
	for _, conn := range []*pgx.Conn{migrating, table} {
		if err := conn.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	dbtest.WaitFor(t, func() bool { return log.Count("the lock is free again") == 2 })
	if n := log.Count("level=WARN"); n != 2 {
		t.Errorf("%d warnings about two locks\n%s", n, log.String())
	}
}
