package store

import (
	"context"
	"time"

	"entsoed/timeseries"

	"github.com/jackc/pgx/v5/pgconn"
)

// Execer is a pool, a connection or a transaction.
type Execer interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// FetchRecord is the record of one request to the platform.
type FetchRecord struct {
	JobID      int64
	FeedID     int64
	Window     timeseries.Window
	At         time.Time // when it was sent
	Outcome    string    // one word: "data", "empty", "refused", "failed" ...
	HTTPStatus int       // 0: no answer
	Reason     string    // the platform's text, or ours for transport errors

	Bytes, Points, Changed, Retracted int64

	Wait, Request, Save time.Duration // for the budget, for the answer, for the database

	// Document is the raw answer, kept only for failed or unknown ones. It is
	// stored gzip-compressed; what exceeds 1 MB compressed is cut off.
	Document []byte
}

// RecordFetch writes the record of a request and remembers that the feed was
// asked. q is the saving transaction, or the pool when there is none.
func (db *DB) RecordFetch(ctx context.Context, q Execer, r FetchRecord) error { return errTodo }

// DropDocuments deletes the documents, not the records, of fetches before t.
func (db *DB) DropDocuments(ctx context.Context, t time.Time) (int64, error) { return 0, errTodo }
