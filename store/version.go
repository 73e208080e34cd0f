package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// SchemaVersion is the version of a schema: the number of the last migration of
// entsoed, and that of River's tables of the queue. Zero: there is none.
type SchemaVersion struct{ Schema, River int64 }

func (v SchemaVersion) String() string {
	return fmt.Sprintf("schema %d and queue %d", v.Schema, v.River)
}

// NewerThan reports whether v has a migration that the other lacks.
func (v SchemaVersion) NewerThan(other SchemaVersion) bool {
	return v.Schema > other.Schema || v.River > other.River
}

// RowQuerier is a connection, a pool or a transaction.
type RowQuerier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// LayoutVersion is the migration that gives points the form in which they are kept,
// and leaves those of a filled database to be moved.
const LayoutVersion = 38

// LastMigration returns the number of the last of our own migrations that the
// database has. As long as the points are being moved to the form of one it counts as
// not applied.
func LastMigration(ctx context.Context, db RowQuerier) (number int64, err error) {
	var there bool
	err = db.QueryRow(ctx, `select to_regclass('entsoe.migrations') is not null`).Scan(&there)
	if err == nil && there {
		err = db.QueryRow(ctx, `
select coalesce(max(version_id), 0) from entsoe.migrations where version_id < $1 or to_regclass('entsoe.points_before') is null`, LayoutVersion).Scan(&number)
	}
	if err != nil {
		return 0, fmt.Errorf("read the version of the schema: %w", err)
	}
	return number, nil
}
