package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/timeseries"
)

// Unanswered is delivery time of a feed that was asked and not answered with
// data.
type Unanswered struct {
	Window     timeseries.Window
	Refused    bool // by the platform; else it had no data
	AskedFirst time.Time
	AskedAt    time.Time // the last time
	AgainAt    time.Time // when it is due again
}

// TakeUnanswered removes within tx, where the feed is locked, what overlaps the
// windows, and returns it.
func (db *DB) TakeUnanswered(ctx context.Context, tx pgx.Tx, feedID int64, windows []timeseries.Window) ([]Unanswered, error) {
	rows, err := tx.Query(ctx, `
delete from entsoe.unanswered where feed_id = $1 and during && $2::text::tstzmultirange
returning lower(during), upper(during), refused, asked_first, asked_at, again_at`, feedID, multirangeText(windows))
	if err != nil {
		return nil, fmt.Errorf("unanswered time of feed %d: %w", feedID, err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (u Unanswered, err error) {
		err = row.Scan(&u.Window.From, &u.Window.To, &u.Refused, &u.AskedFirst, &u.AskedAt, &u.AgainAt)
		u.Window = timeseries.Window{From: u.Window.From.UTC(), To: u.Window.To.UTC()}
		return u, err
	})
	if err != nil {
		return nil, fmt.Errorf("unanswered time of feed %d: %w", feedID, err)
	}
	return all, nil
}

// PutUnanswered records, within tx, what was not answered. It must not overlap what
// is recorded already.
func (db *DB) PutUnanswered(ctx context.Context, tx pgx.Tx, feedID int64, all []Unanswered) error {
	if len(all) == 0 {
		return nil
	}
	n := len(all)
	from, to, refused := make([]time.Time, n), make([]time.Time, n), make([]bool, n)
	first, asked, again := make([]time.Time, n), make([]time.Time, n), make([]time.Time, n)
	for i, u := range all {
		from[i], to[i], refused[i] = u.Window.From, u.Window.To, u.Refused
		first[i], asked[i], again[i] = u.AskedFirst, u.AskedAt, u.AgainAt
	}
	_, err := tx.Exec(ctx, `
insert into entsoe.unanswered (feed_id, during, refused, asked_first, asked_at, again_at)
select @feed, tstzrange(window_from, window_to), refused, asked_first, asked_at, again_at
from unnest(@from::timestamptz[], @to::timestamptz[], @refused::boolean[], @first::timestamptz[], @asked::timestamptz[], @again::timestamptz[])
  as g(window_from, window_to, refused, asked_first, asked_at, again_at)`, pgx.NamedArgs{
		"feed": feedID, "from": from, "to": to, "refused": refused, "first": first, "asked": asked, "again": again,
	})
	if err != nil {
		return fmt.Errorf("unanswered time of feed %d: %w", feedID, err)
	}
	return nil
}

// Lately is how long ago delivery may have ended for it to be asked again in the
// lane of revisions. What is older waits in the lane of backfills.
const Lately = 30 * 24 * time.Hour

// DueAgain returns the time of a feed that was not answered, or that faults make
// unreadable, and that is due again at now: that which is asked in the lane of
// revisions, or in that of backfills.
func (db *DB) DueAgain(ctx context.Context, feedID int64, lane string, now time.Time) ([]timeseries.Window, error) {
	var due Multirange
	err := db.Pool.QueryRow(ctx, `
select coalesce(range_agg(during), '{}')
from (
  select feed_id, during, again_at from entsoe.unanswered
  union all
  select feed_id, during, again_at from entsoe.faults
) u
where feed_id = $1 and again_at <= $2 and (upper(during) > $3) = $4`, feedID, now, now.Add(-Lately), lane == LaneRevision).Scan(&due)
	if err != nil {
		return nil, fmt.Errorf("unanswered time of feed %d that is due: %w", feedID, err)
	}
	return FromMultirange(due), nil
}

// Holes returns the parts of the time that backfills went through which are no
// longer in the feed's coverage.
func (db *DB) Holes(ctx context.Context, feedID int64) ([]timeseries.Window, error) {
	var holes Multirange
	err := db.Pool.QueryRow(ctx, `
select f.wanted - coalesce(c.data + c.empty + c.refused, '{}')
from entsoe.feeds f left join entsoe.coverage c on c.feed_id = f.id and c.stage = 0
where f.id = $1`, feedID).Scan(&holes)
	if err != nil {
		return nil, fmt.Errorf("holes of feed %d: %w", feedID, err)
	}
	return FromMultirange(holes), nil
}

// HasData reports whether a feed has ever answered with data.
func (db *DB) HasData(ctx context.Context, feedID int64) (has bool, err error) {
	err = db.Pool.QueryRow(ctx, `
select exists (select from entsoe.coverage where feed_id = $1 and stage = 0 and data <> '{}')`, feedID).Scan(&has)
	if err != nil {
		return false, fmt.Errorf("data of feed %d: %w", feedID, err)
	}
	return has, nil
}

// AskAllAgain makes all unanswered time of a feed due at now, within tx: it has
// data after all.
func (db *DB) AskAllAgain(ctx context.Context, tx pgx.Tx, feedID int64, now time.Time) error {
	_, err := tx.Exec(ctx, `update entsoe.unanswered set again_at = $2 where feed_id = $1 and again_at > $2`, feedID, now)
	if err != nil {
		return fmt.Errorf("unanswered time of feed %d: %w", feedID, err)
	}
	return nil
}
