package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// lockFeed makes the saves of a feed take turns, so that what is read of its points
// stays true until the save is written.
func lockFeed(ctx context.Context, tx pgx.Tx, id int64) error {
	var (
		locked int64
		limit  string
	)
	// The limit is TimescaleDB's for changes to compressed chunks; a backfill is one.
	err := tx.QueryRow(ctx, `
select id, set_config('timescaledb.max_tuples_decompressed_per_dml_transaction', '0', true)
from entsoe.feeds where id = $1 for no key update`, id).Scan(&locked, &limit)
	if err == pgx.ErrNoRows {
		return fmt.Errorf("there is no such feed")
	}
	return err
}

// ErrOvertaken says that part of an answer's window was asked for later, and
// answered sooner. The answer may be out of date: ask again.
var ErrOvertaken = errors.New("a later request was answered sooner")

// overtaken looks for such requests. Documents need none of this: they have
// revisions.
func overtaken(ctx context.Context, tx pgx.Tx, p Prepared) error {
	if p.Sent.IsZero() || p.content.revised() {
		return nil
	}
	var later bool
	err := tx.QueryRow(ctx, `
select exists (
  select from entsoe.fetches
  where feed_id = $1 and at > $2 and window_from < $4 and window_to > $3 and outcome in ('data', 'empty'))`,
		p.FeedID, p.Sent, p.Asked.From, p.Asked.To).Scan(&later)
	if err == nil && later {
		return ErrOvertaken
	}
	return err
}
