package store

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"entsoed/timeseries"
)

// Execer is a pool, a connection or a transaction.
type Execer interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// FetchRecord is the record of one request to the platform.
type FetchRecord struct {
	JobID        int64 // 0: none
	FeedID       int64
	Lane         string
	OffTimetable bool // the feed does not count as asked (see Answer)
	Window       timeseries.Window
	At           time.Time // when it was sent
	Outcome      string    // one word: "data", "empty", "refused", "failed" ...
	HTTPStatus   int       // 0: no answer
	Reason       string    // the platform's text, or ours for transport errors

	Bytes, Points, Changed, Retracted int64

	Wait      time.Duration // ours, for a slot of the budget
	Request   time.Duration // the platform's, to the end of the answer
	FirstByte time.Duration // of Request, to the end of the answer's head
	Room      time.Duration // ours, for memory while the answer came
	Read      time.Duration // ours, to decode it
	Save      time.Duration // ours, to save it

	// Document is the answer, kept only if it failed, is unknown or holds something
	// that cannot be right. It is stored compressed with gzip; what then exceeds 1 MB
	// is cut off. Copy is the same of an answer that was read as it came; it counts
	// if there is no Document.
	Document []byte
	Copy     *DocumentCopy
}

// RecordFetch writes the record of a request, remembers that the feed was asked,
// and returns the number of the record. q is the saving transaction, or the pool
// when there is none.
func (db *DB) RecordFetch(ctx context.Context, q Querier, r FetchRecord) (id int64, err error) {
	kept := r.Copy
	if len(r.Document) > 0 {
		kept = &DocumentCopy{}
		kept.Write(r.Document) //nolint:errcheck // it does not fail
	}
	rows, err := q.Query(ctx, `
with asked as (
  update entsoe.feeds set asked_at = @at where id = @feed and asked_at is distinct from @at and (not @off_timetable or asked_at is null)
)
insert into entsoe.fetches (job_id, feed_id, window_from, window_to, at, outcome, http_status, reason,
  bytes, points, changed, retracted, wait_time, request_time, save_time, document, lane,
  first_byte_time, room_time, read_time)
values (nullif(@job::bigint, 0), @feed, @from, @to, @at, @outcome, nullif(@status::smallint, 0), @reason,
  @bytes, @points, @changed, @retracted, @wait, @request, @save, @document, @lane,
  @first_byte, @room, @read)
returning id`, pgx.NamedArgs{
		"job": r.JobID, "feed": r.FeedID, "from": r.Window.From, "to": r.Window.To, "at": r.At, "off_timetable": r.OffTimetable,
		"outcome": r.Outcome, "status": r.HTTPStatus, "reason": clean(r.Reason), "bytes": r.Bytes, "points": r.Points,
		"changed": r.Changed, "retracted": r.Retracted, "wait": r.Wait, "request": r.Request, "save": r.Save,
		"document": kept.Bytes(), "lane": r.Lane, "first_byte": r.FirstByte, "room": r.Room, "read": r.Read,
	})
	if err == nil {
		id, err = pgx.CollectExactlyOneRow(rows, pgx.RowTo[int64])
	}
	if err != nil {
		return 0, fmt.Errorf("record fetch of feed %d %s: %w", r.FeedID, r.Window, err)
	}
	return id, nil
}

// clean makes an upstream's text acceptable to PostgreSQL: valid UTF-8 without NUL.
func clean(s string) string {
	return string(bytes.ReplaceAll(bytes.ToValidUTF8([]byte(s), []byte("?")), []byte{0}, []byte("?")))
}

// JobFetch is one request that a job sent, as entsoe.fetches keeps it.
type JobFetch struct {
	At         time.Time     `json:"at"`
	From       time.Time     `json:"from"` // the window that was asked
	To         time.Time     `json:"to"`
	Outcome    string        `json:"outcome"`
	HTTPStatus *int          `json:"http_status,omitempty"` // nil: there was no answer
	Reason     string        `json:"reason,omitempty"`
	Bytes      int64         `json:"bytes"`
	Points     int64         `json:"points"`
	Changed    int64         `json:"changed"`
	Retracted  int64         `json:"retracted"`
	Wait       time.Duration `json:"wait_ns"` // as in FetchRecord
	Request    time.Duration `json:"request_ns"`
	Save       time.Duration `json:"save_ns"`
	FirstByte  time.Duration `json:"first_byte_ns"`
	Room       time.Duration `json:"room_ns"`
	Read       time.Duration `json:"read_ns"`
}

// JobFetches returns the requests that a job sent, the first one first. They
// outlive the job.
func (db *DB) JobFetches(ctx context.Context, job int64) ([]JobFetch, error) {
	rows, err := db.Pool.Query(ctx, `
select at, window_from, window_to, outcome, http_status, reason, bytes, points, changed, retracted, wait_time, request_time, save_time,
  coalesce(first_byte_time, '0'), coalesce(room_time, '0'), coalesce(read_time, '0')
from entsoe.fetches
where job_id = $1
order by id`, job)
	if err != nil {
		return nil, fmt.Errorf("requests of job %d: %w", job, err)
	}
	fetches, err := pgx.CollectRows(rows, pgx.RowToStructByPos[JobFetch])
	if err != nil {
		return nil, fmt.Errorf("requests of job %d: %w", job, err)
	}
	return fetches, nil
}

// ReadBy returns the windows of a feed that earlier attempts of a job have read and
// saved.
func (db *DB) ReadBy(ctx context.Context, jobID, feedID int64) ([]timeseries.Window, error) {
	rows, err := db.Pool.Query(ctx, `
select lower(r), upper(r)
from unnest((
  select range_agg(tstzrange(window_from, window_to)) from entsoe.fetches
  where feed_id = $2 and job_id = $1 and outcome in ('data', 'empty'))) r
order by 1`, jobID, feedID)
	if err != nil {
		return nil, fmt.Errorf("what job %d has read: %w", jobID, err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (timeseries.Window, error) {
		var w timeseries.Window
		err := row.Scan(&w.From, &w.To)
		return timeseries.Window{From: w.From.UTC(), To: w.To.UTC()}, err
	})
	if err != nil {
		return nil, fmt.Errorf("what job %d has read: %w", jobID, err)
	}
	return all, nil
}
