package store

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgxpool"
)

// DB is an open database. It is safe for concurrent use.
type DB struct {
	Pool *pgxpool.Pool

	known knownSeries
}

var errTodo = errors.New("not built yet")

// Open connects to a database that Migrate has prepared, with at most size
// connections. It waits for a server that is still starting. Its errors name
// the setting to change.
func Open(ctx context.Context, cfg Config, size int32) (*DB, error) { return nil, errTodo }

// Close returns when all connections are closed.
func (db *DB) Close() { db.Pool.Close() }
