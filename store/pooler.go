package store

import (
	"context"
	"crypto/rand"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// PoolerError says that a connection pooler stands before the database, and that
// it gives a session to others between two transactions. There settings leak, and
// two processes get the same lock.
type PoolerError struct {
	Setting  string // that names the pooler, DATABASE_HOST or DATABASE_URL
	Server   string // host:port
	Database string
	Seen     string // what told
}

func (e *PoolerError) Error() string {
	return fmt.Sprintf("%s: a connection pooler answers at %s and shares sessions between its clients (%s); entsoed needs sessions of its own",
		e.Setting, e.Server, e.Seen)
}

// Hint says what to do about it.
func (e *PoolerError) Hint() string {
	return fmt.Sprintf("let the pooler serve database %q in session mode (PgBouncer: pool_mode=session) with 25 connections or more for each worker, or connect to the server itself", e.Database)
}

// refusePooler returns a *PoolerError if a connection goes through a pooler that
// does not keep sessions apart. A pooler at all is known by the number of the
// server's process, which it does not pass on; only then is more asked, on a
// second connection.
func refusePooler(ctx context.Context, cfg Config, cc *pgx.ConnConfig, first *pgx.Conn) error {
	pid, err := say(ctx, first.PgConn(), "select pg_backend_pid()")
	if err != nil {
		return fmt.Errorf("ask which process of the server answers: %w", err)
	}
	if pid == strconv.FormatUint(uint64(first.PgConn().PID()), 10) {
		return nil
	}
	second, err := connectOnce(ctx, cc)
	if err != nil {
		return fmt.Errorf("connect to the pooler once more: %w", err)
	}
	defer second.Close(context.WithoutCancel(ctx))
	seen, err := sharing(ctx, first.PgConn(), second.PgConn())
	if err != nil {
		return fmt.Errorf("find out how the pooler works: %w", err)
	}
	if seen == "" {
		return nil
	}
	return &PoolerError{
		Setting: cfg.Setting("DATABASE_HOST, DATABASE_PORT"), Server: fmt.Sprintf("%s:%d", cc.Host, cc.Port), Database: cc.Database, Seen: seen,
	}
}

// sharing says how two connections give away that they share sessions of the
// server, or nothing. The first leaves a mark in its session. If the pooler gives
// that to the second one, which keeps it by a transaction, the first one must find
// itself in another.
func sharing(ctx context.Context, first, second *pgconn.PgConn) (string, error) {
	const (
		shared  = "two connections answer from one session"
		changed = "a session forgets what was set in it"
	)
	mark := rand.Text()
	pid, err := say(ctx, first, "select pg_backend_pid() from set_config('entsoed.probe', '"+mark+"', false)")
	if err != nil {
		return "", err
	}
	other, err := say(ctx, second, "begin; select pg_backend_pid()")
	if Code(err) == codeProtocolViolation {
		return "it allows no transactions", nil
	}
	if err != nil {
		return "", err
	}
	if other == pid {
		return shared, nil
	}
	found, err := say(ctx, first, "select current_setting('entsoed.probe', true)")
	if err != nil {
		return "", err
	}
	if found != mark {
		return changed, nil
	}
	return "", nil
}

// codeProtocolViolation is the SQLSTATE by which poolers refuse what they cannot do.
const codeProtocolViolation = "08P01"

// say sends statements as plain text, which any pooler passes on, and returns the
// value of the last one.
func say(ctx context.Context, conn *pgconn.PgConn, sql string) (string, error) {
	results, err := conn.Exec(ctx, sql).ReadAll()
	if err != nil {
		return "", err
	}
	last := results[len(results)-1]
	if len(last.Rows) != 1 || len(last.Rows[0]) != 1 {
		return "", fmt.Errorf("%s: %d rows", sql, len(last.Rows))
	}
	return string(last.Rows[0][0]), nil
}
