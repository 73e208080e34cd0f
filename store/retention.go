package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// documentsAtOnce is how many documents, of up to 1 MB, one transaction deletes.
const documentsAtOnce = 500

// DropDocuments deletes the documents, not the records, of fetches before t, and
// returns how many. It gives up waiting for a lock after wait; what it has done by
// then stays done.
func (db *DB) DropDocuments(ctx context.Context, t time.Time, wait time.Duration) (int64, error) {
	for dropped := int64(0); ; {
		tag, err := db.execWithin(ctx, wait, `
update entsoe.fetches set document = null
where id = any(array(
  select id from entsoe.fetches
  where at < $1 and document is not null
  order by at
  limit $2
  for update skip locked))`, t, documentsAtOnce)
		if err != nil {
			return dropped, fmt.Errorf("drop documents before %s: %w", t.UTC().Format(time.RFC3339), err)
		}
		dropped += tag.RowsAffected()
		if tag.RowsAffected() < documentsAtOnce {
			return dropped, nil
		}
	}
}

// DropFast deletes the points of series finer than a minute before t, in whole
// chunks where TimescaleDB keeps them. They stay covered, so that they are
// not asked for again. It gives up waiting for a lock after wait, since all who
// read or save fast points queue behind it.
func (db *DB) DropFast(ctx context.Context, t time.Time, wait time.Duration) error {
	if _, err := db.execWithin(ctx, wait, `select entsoe.drop_fast($1)`, t); err != nil {
		return fmt.Errorf("drop fast points before %s: %w", t.UTC().Format(time.RFC3339), err)
	}
	return nil
}

// Within runs a transaction whose statements wait at most that long for each lock
// that they need.
func (db *DB) Within(ctx context.Context, wait time.Duration, do func(tx pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, db.Pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `select set_config('lock_timeout', $1::bigint::text, true)`, wait.Milliseconds()); err != nil {
			return err
		}
		return do(tx)
	})
}

// execWithin runs one statement as Within does.
func (db *DB) execWithin(ctx context.Context, wait time.Duration, sql string, args ...any) (tag pgconn.CommandTag, err error) {
	err = db.Within(ctx, wait, func(tx pgx.Tx) error {
		tag, err = tx.Exec(ctx, sql, args...)
		return err
	})
	return tag, err
}
