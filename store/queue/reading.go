package queue

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/store"
	"entsoed/timeseries"
)

// Reading is what a job reads and decodes just now.
type Reading struct {
	Job    int64
	Feed   int64
	MRID   string // of the document that is asked for; else empty
	Window timeseries.Window
	Alone  bool // nothing else is read in its process
}

// MarkReading notes what a job of a client is about to read, so that others know if
// the process dies of it. The commit does not wait for the disk: it is for deaths of
// the process, not of the server.
func MarkReading(ctx context.Context, db *store.DB, clientID string, r Reading) error {
	_, err := db.Pool.Exec(ctx, `
with lax as materialized (select set_config('synchronous_commit', 'off', true) as is)
insert into entsoe.reading (job_id, feed_id, since, during, alone, client_id, mrid)
select @job, @feed, clock_timestamp(), tstzrange(@from, @to), @alone, @client, @mrid from lax where lax.is = 'off'
on conflict (job_id) do update
set feed_id = excluded.feed_id, since = excluded.since, during = excluded.during, alone = excluded.alone,
  client_id = excluded.client_id, mrid = excluded.mrid`, pgx.NamedArgs{
		"job": r.Job, "feed": r.Feed, "from": r.Window.From, "to": r.Window.To, "alone": r.Alone, "client": clientID, "mrid": r.MRID,
	})
	if err != nil {
		return fmt.Errorf("note that job %d reads: %w", r.Job, err)
	}
	return nil
}

// UnmarkReading notes that jobs of a client have read and saved what they read; no
// job: all of them.
func UnmarkReading(ctx context.Context, db *store.DB, clientID string, jobs ...int64) error {
	_, err := db.Pool.Exec(ctx, `
with lax as materialized (select set_config('synchronous_commit', 'off', true) as is)
delete from entsoe.reading r using lax
where lax.is = 'off' and r.client_id = $1 and (cardinality($2::bigint[]) = 0 or r.job_id = any($2))`, clientID, append([]int64{}, jobs...))
	if err != nil {
		return fmt.Errorf("note that jobs %d have read: %w", jobs, err)
	}
	return nil
}

// SetAside is a window, or a document, that is not asked for because reading it kills
// the process.
type SetAside struct {
	Job     int64 // that died of it last
	Feed    int64
	MRID    string // of the document; empty: it is a window
	Window  timeseries.Window
	Since   time.Time // by the worker's clock
	AgainAt time.Time // likewise: asked again then, alone
	DiedAt  time.Time // the last death, by the server's clock
	Reason  string
	Name    string // of the feed: item, area and variant
}

// Alarm is what a person has to know of it.
func (a SetAside) Alarm() store.Alarm {
	subject := a.Name + " " + a.Window.String()
	if a.MRID != "" {
		subject = a.Name + " document " + a.MRID
	}
	return store.Alarm{Kind: store.AlarmSetAside, Subject: subject, Cause: fmt.Sprintf("job %d: %s", a.Job, a.Reason)}
}

const setAsideColumns = `
a.job_id, a.feed_id, a.mrid, lower(a.during), upper(a.during), a.since, a.again_at, a.died_at, a.reason,
concat_ws(' ', f.item, f.name, nullif(f.variant, ''))`

func scanSetAside(row pgx.CollectableRow) (a SetAside, err error) {
	err = row.Scan(&a.Job, &a.Feed, &a.MRID, &a.Window.From, &a.Window.To, &a.Since, &a.AgainAt, &a.DiedAt, &a.Reason, &a.Name)
	return a, err
}

// Suspicion returns whether a job was reading when its process died, and since has
// completed no step, and what is set aside of its feed, or of the document.
func Suspicion(ctx context.Context, db *store.DB, job, feed int64, mrid string) (suspect bool, aside []SetAside, err error) {
	var batch pgx.Batch
	batch.Queue(`select exists (select from entsoe.suspects where job_id = $1)`, job).QueryRow(func(row pgx.Row) error { return row.Scan(&suspect) })
	batch.Queue(`
select `+setAsideColumns+`
from entsoe.set_aside a join entsoe.feeds f on f.id = a.feed_id
where a.feed_id = $1 and a.mrid = $2`, feed, mrid).Query(func(rows pgx.Rows) error {
		aside, err = pgx.CollectRows(rows, scanSetAside)
		return err
	})
	if err := db.Pool.SendBatch(ctx, &batch).Close(); err != nil {
		return false, nil, fmt.Errorf("whether job %d killed its process: %w", job, err)
	}
	return suspect, aside, nil
}

// Survived clears a job of suspicion, because it has completed a step. If what it
// read is answered, and with that what was set aside of the feed, this is set aside
// no longer: it is returned.
func Survived(ctx context.Context, db *store.DB, r Reading, answered bool) ([]SetAside, error) {
	rows, err := db.Pool.Query(ctx, `
with cleared as (
  delete from entsoe.suspects where job_id = @job
)
delete from entsoe.set_aside a using entsoe.feeds f
where @answered and f.id = a.feed_id and a.feed_id = @feed and a.mrid = @mrid
  and (a.mrid <> '' or a.during <@ tstzrange(@from, @to) or exists (
    select from entsoe.coverage c where c.feed_id = a.feed_id and c.stage = 0 and c.data + c.empty @> a.during))
returning `+setAsideColumns, pgx.NamedArgs{
		"job": r.Job, "feed": r.Feed, "mrid": r.MRID, "from": r.Window.From, "to": r.Window.To, "answered": answered,
	})
	if err != nil {
		return nil, fmt.Errorf("clear job %d of suspicion: %w", r.Job, err)
	}
	all, err := pgx.CollectRows(rows, scanSetAside)
	if err != nil {
		return nil, fmt.Errorf("clear job %d of suspicion: %w", r.Job, err)
	}
	return all, nil
}

// OrderedAt returns when a backfill was ordered or last resumed, by the server's
// clock.
func OrderedAt(ctx context.Context, db *store.DB, backfill int64) (at time.Time, err error) {
	if err = db.Pool.QueryRow(ctx, `select started_at from entsoe.backfill_orders where id = $1`, backfill).Scan(&at); err != nil {
		return at, fmt.Errorf("when backfill %d was ordered: %w", backfill, err)
	}
	return at, nil
}
