package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// grip holds processes at work in the database: a session of the test's own
// with a lock for which they must wait.
type grip struct {
	s    *site
	conn *pgx.Conn
	pid  uint32
}

// newGrip opens the session.
func newGrip(s *site) *grip {
	s.Helper()
	conn, err := pgx.Connect(s.Context(), s.Config.URL)
	if err != nil {
		s.Fatal(err)
	}
	g := &grip{s: s, conn: conn, pid: conn.PgConn().PID()}
	s.Cleanup(g.release)
	return g
}

// release lets go; what waited goes on.
func (g *grip) release() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	g.conn.Close(ctx) //nolint:errcheck // the server notices in any case
}

func (g *grip) exec(sql string, args ...any) {
	g.s.Helper()
	if _, err := g.conn.Exec(g.s.Context(), sql, args...); err != nil {
		g.s.Fatalf("%s: %v", sql, err)
	}
}

// lock keeps rows locked that the query, which ends in "for update", returns.
func (g *grip) lock(query string, args ...any) {
	g.s.Helper()
	g.exec("begin")
	g.exec(query, args...)
}

// trap stops whoever comes by: trigger is what stands between "create trigger"
// and "execute function", with the name held.
func (g *grip) trap(kind, trigger string) {
	g.s.Helper()
	g.exec(`select pg_advisory_lock(1)`)
	g.exec(`
		create schema held;
		create function held.wait() returns trigger language plpgsql as $$
		begin
		  perform pg_advisory_xact_lock_shared(1);
		  return new;
		end $$`)
	g.exec(fmt.Sprintf("create %s held %s execute function held.wait()", kind, trigger))
}

// awaitHeld waits until a process waits for us.
func (g *grip) awaitHeld() {
	g.s.Helper()
	eventually(g.s.T, patience, "a process held in the database", func(ctx context.Context) error {
		held, err := one[bool](ctx, g.s, `
			select exists (select from pg_stat_activity
			  where datname = current_database() and $1::int = any(pg_blocking_pids(pid)))`, g.pid)
		if err != nil || !held {
			return orNotYet(err)
		}
		return nil
	})
}
