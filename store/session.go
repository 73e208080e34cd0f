package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// codeReadOnly is the SQLSTATE of a session that may not write.
const codeReadOnly = "25006"

// sessionSettings are what holds in our sessions, by the server's names.
func (c Config) sessionSettings() map[string]string {
	settings := map[string]string{
		"application_name": cmp.Or(c.Application, "entsoed"),
		"timezone":         "UTC",
		// A plan made for the actual window skips the chunks outside it.
		"plan_cache_mode": "force_custom_plan",
		// Nothing waits inside a transaction. One that does belongs to a process or a
		// network that is gone, and must not keep its locks for longer than it takes to
		// count as dead: others need them to create a chunk of points.
		"idle_in_transaction_session_timeout": strconv.FormatInt(Silence.Milliseconds(), 10),
	}
	if c.StatementTimeout > 0 {
		settings["statement_timeout"] = strconv.FormatInt(c.StatementTimeout.Milliseconds(), 10)
	}
	return settings
}

// setUp makes connections that begin by setting what holds in their session. As
// parameters of the start-up, where those of the connection string stand, a
// connection pooler would refuse them.
func (c Config) setUp(cc *pgx.ConnConfig) {
	settings := map[string]string{}
	for name, value := range cc.RuntimeParams {
		if name != "options" { // is no setting: a string of some
			settings[name] = value
			delete(cc.RuntimeParams, name)
		}
	}
	maps.Copy(settings, c.sessionSettings())
	cc.DialFunc = c.gate.lines(cc.DialFunc)
	cc.AfterConnect = func(ctx context.Context, conn *pgconn.PgConn) error {
		return setSession(ctx, conn, settings)
	}
	before := cc.OnPgError
	cc.OnPgError = func(conn *pgconn.PgConn, err *pgconn.PgError) bool {
		// After a failover old sessions may be read-only for ever. Closed, such a
		// connection is not used again, and the next one finds the new primary.
		return err.Code != codeReadOnly && before(conn, err)
	}
}

// setSession sets the settings of one session, in one exchange with the server.
func setSession(ctx context.Context, conn *pgconn.PgConn, settings map[string]string) error {
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	var calls []string
	var values [][]byte
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		calls = append(calls, fmt.Sprintf("set_config($%d, $%d, false)", len(values)+1, len(values)+2))
		values = append(values, []byte(name), []byte(settings[name]))
	}
	_, err := conn.ExecParams(ctx, "select "+strings.Join(calls, ", "), values, nil, nil, nil).Close()
	if err != nil {
		return fmt.Errorf("settings of the session: %w", err)
	}
	return nil
}

// readingTimeout bounds a statement of a command that only reads.
const readingTimeout = 5 * time.Minute

// Reading returns the configuration for a command that only reads: no statement
// of it lasts for long.
func (c Config) Reading() Config {
	c.StatementTimeout = readingTimeout
	return c
}
