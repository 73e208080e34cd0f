package queue

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"entsoed/store"
)

// Class is a class of jobs in the queue of backfills, which holds at most 300 jobs
// of all classes (entsoe.queue_room), whatever is planned. What does not fit is
// derived from coverage again, or waits in entsoe.revision_wants.
type Class string

// The classes.
const (
	Windows   Class = "windows"   // of backfills
	Revisions Class = "revisions" // earlier ones of documents
	Healing   Class = "healing"   // of what was not answered
	Probes    Class = "probes"    // of feeds that never had data
)

// Room returns how many jobs of a class the queue of backfills has room for now.
// The statements that insert them check again.
func Room(ctx context.Context, db *store.DB, class Class) (n int, err error) {
	if err = db.Pool.QueryRow(ctx, `select entsoe.queue_room($1)`, class).Scan(&n); err != nil {
		return 0, fmt.Errorf("room for %s in the queue: %w", class, err)
	}
	return n, nil
}

// Before returns how many requests are left to each party with which a new backfill
// takes turns: running backfills, and what heals, probes or completes documents.
func Before(ctx context.Context, db *store.DB) ([]int, error) {
	rows, err := db.Pool.Query(ctx, `
select b.requests_left from entsoe.backfills b where b.state = 'running' and b.requests_left > 0
union all
select count(*) from river.river_job j
where j.queue = 'backfill' and `+living+` and not j.args ? 'backfill'
group by entsoe.queue_class(j.kind, j.args)`)
	if err != nil {
		return nil, fmt.Errorf("what the queue of backfills has left: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[int])
	if err != nil {
		return nil, fmt.Errorf("what the queue of backfills has left: %w", err)
	}
	return all, nil
}

// Ahead counts the jobs of the lanes before that of backfills that wait or are
// being worked: no backfill is sent before them.
func Ahead(ctx context.Context, db *store.DB) (n int, err error) {
	err = db.Pool.QueryRow(ctx, `
select count(*) from river.river_job j
where j.queue = any($1) and j.kind = 'collect' and j.state in ('available', 'running')`,
		[]string{store.LaneLive, store.LaneRevision}).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("what goes before backfills: %w", err)
	}
	return n, nil
}
