package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/timeseries"
)

// Fault is something in an answer that cannot be right, and that was left out.
type Fault struct {
	Curve     string            // its key, or as much of it as could be read; empty: any curve of the feed
	Window    timeseries.Window // what it makes unreadable; empty: nothing, as a Point too many
	Asked     timeseries.Window // the window in whose answer it was found
	Reason    string
	Position  string // in the answer
	FetchID   int64  // of the record of the request
	FirstSeen time.Time
	AskedAt   time.Time // the last time
	AgainAt   time.Time // when it is due again; zero: it is not asked again
}

// SameCurve reports whether two faults may be of one curve.
func (f Fault) SameCurve(o Fault) bool {
	return timeseries.KeyIncludes(f.Curve, o.Curve) || timeseries.KeyIncludes(o.Curve, f.Curve)
}

const faultColumns = `coalesce(curve, ''), lower(during), upper(during), lower(asked), upper(asked), reason, position, fetch_id, first_seen, asked_at, again_at`

func scanFault(row pgx.CollectableRow) (f Fault, err error) {
	var from, to, again *time.Time
	err = row.Scan(&f.Curve, &from, &to, &f.Asked.From, &f.Asked.To, &f.Reason, &f.Position, &f.FetchID, &f.FirstSeen, &f.AskedAt, &again)
	if from != nil && to != nil {
		f.Window = timeseries.Window{From: from.UTC(), To: to.UTC()}
	}
	if again != nil {
		f.AgainAt = again.UTC()
	}
	f.Asked = timeseries.Window{From: f.Asked.From.UTC(), To: f.Asked.To.UTC()}
	f.FirstSeen, f.AskedAt = f.FirstSeen.UTC(), f.AskedAt.UTC()
	return f, err
}

// TakeFaults removes within tx, where the feed is locked, the faults that overlap
// the windows, and returns them. Those that make nothing unreadable are where they
// were asked for.
func (db *DB) TakeFaults(ctx context.Context, tx pgx.Tx, feedID int64, windows []timeseries.Window) ([]Fault, error) {
	rows, err := tx.Query(ctx, `
delete from entsoe.faults
where feed_id = $1 and case when isempty(during) then asked else during end && $2::text::tstzmultirange
returning `+faultColumns, feedID, multirangeText(windows))
	if err != nil {
		return nil, fmt.Errorf("faults of feed %d: %w", feedID, err)
	}
	all, err := pgx.CollectRows(rows, scanFault)
	if err != nil {
		return nil, fmt.Errorf("faults of feed %d: %w", feedID, err)
	}
	return all, nil
}

// PutFaults records faults within tx.
func (db *DB) PutFaults(ctx context.Context, tx pgx.Tx, feedID int64, all []Fault) error {
	if len(all) == 0 {
		return nil
	}
	n := len(all)
	curve, reason, position, fetch := make([]string, n), make([]string, n), make([]string, n), make([]int64, n)
	during, asked := make([]string, n), make([]string, n)
	first, askedAt, again := make([]time.Time, n), make([]time.Time, n), make([]*time.Time, n)
	for i, f := range all {
		curve[i], reason[i], position[i], fetch[i] = clean(f.Curve), clean(f.Reason), clean(f.Position), f.FetchID
		during[i], asked[i] = rangeText(f.Window), rangeText(f.Asked)
		first[i], askedAt[i] = f.FirstSeen, f.AskedAt
		if !f.AgainAt.IsZero() {
			again[i] = &f.AgainAt
		}
	}
	_, err := tx.Exec(ctx, `
insert into entsoe.faults (feed_id, curve, during, asked, reason, position, fetch_id, first_seen, asked_at, again_at)
select @feed, nullif(curve, ''), during::tstzrange, asked::tstzrange, reason, position, fetch_id, first_seen, asked_at, again_at
from unnest(@curve::text[], @during::text[], @asked::text[], @reason::text[], @position::text[], @fetch::bigint[],
    @first::timestamptz[], @asked_at::timestamptz[], @again::timestamptz[])
  as g(curve, during, asked, reason, position, fetch_id, first_seen, asked_at, again_at)`, pgx.NamedArgs{
		"feed": feedID, "curve": curve, "during": during, "asked": asked, "reason": reason, "position": position, "fetch": fetch,
		"first": first, "asked_at": askedAt, "again": again,
	})
	if err != nil {
		return fmt.Errorf("faults of feed %d: %w", feedID, err)
	}
	return nil
}

// StandingFault returns why part of a feed's time cannot be read, by the newest of
// its faults; empty if all of it can be.
func (db *DB) StandingFault(ctx context.Context, tx pgx.Tx, feedID int64) (reason string, err error) {
	err = tx.QueryRow(ctx, `
select reason from entsoe.faults
where feed_id = $1 and not isempty(during)
order by first_seen desc, id desc
limit 1`, feedID).Scan(&reason)
	if err != nil && err != pgx.ErrNoRows {
		return "", fmt.Errorf("faults of feed %d: %w", feedID, err)
	}
	return reason, nil
}

// JobFaults returns the faults that were last found in answers to a job, in the
// order in which they were found.
func (db *DB) JobFaults(ctx context.Context, job int64) ([]Fault, error) {
	rows, err := db.Pool.Query(ctx, `
select `+faultColumns+`
from (select t.* from entsoe.faults t join entsoe.fetches f on f.id = t.fetch_id where f.job_id = $1) t
order by id`, job)
	if err != nil {
		return nil, fmt.Errorf("faults of job %d: %w", job, err)
	}
	all, err := pgx.CollectRows(rows, scanFault)
	if err != nil {
		return nil, fmt.Errorf("faults of job %d: %w", job, err)
	}
	return all, nil
}

// BackfillFaults returns how many faults stand in the time of a backfill.
func (db *DB) BackfillFaults(ctx context.Context, id int64) (n int64, err error) {
	if err = db.Pool.QueryRow(ctx, `select entsoe.backfill_faults($1)`, id).Scan(&n); err != nil {
		return 0, fmt.Errorf("faults of backfill %d: %w", id, err)
	}
	return n, nil
}
