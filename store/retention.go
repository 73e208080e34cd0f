package store

import (
	"context"
	"fmt"
	"time"
)

// DropDocuments deletes the documents, not the records, of fetches before t.
func (db *DB) DropDocuments(ctx context.Context, t time.Time) (int64, error) {
	tag, err := db.Pool.Exec(ctx, `update entsoe.fetches set document = null where at < $1 and document is not null`, t)
	if err != nil {
		return 0, fmt.Errorf("drop documents before %s: %w", t.UTC().Format(time.RFC3339), err)
	}
	return tag.RowsAffected(), nil
}

// DropFast deletes the points of series finer than a minute before t, in whole
// chunks where TimescaleDB keeps them. Coverage goes on to call them read, so
// that they are not asked for again.
func (db *DB) DropFast(ctx context.Context, t time.Time) error {
	chunked, err := db.chunked(ctx, "points_fast")
	if err != nil {
		return fmt.Errorf("drop fast points before %s: %w", t.UTC().Format(time.RFC3339), err)
	}
	drop := `delete from entsoe.points_fast where at < $1`
	if chunked {
		drop = `select drop_chunks('entsoe.points_fast', older_than => $1::timestamptz)`
	}
	if _, err := db.Pool.Exec(ctx, drop, t); err != nil {
		return fmt.Errorf("drop fast points before %s: %w", t.UTC().Format(time.RFC3339), err)
	}
	return nil
}

// chunked reports whether TimescaleDB keeps a table of the schema in chunks.
func (db *DB) chunked(ctx context.Context, table string) (yes bool, err error) {
	err = db.Pool.QueryRow(ctx, `select to_regclass('timescaledb_information.hypertables') is not null`).Scan(&yes)
	if err != nil || !yes {
		return false, err
	}
	err = db.Pool.QueryRow(ctx, `
select exists (select from timescaledb_information.hypertables where hypertable_schema = 'entsoe' and hypertable_name = $1)`,
		table).Scan(&yes)
	return yes, err
}
