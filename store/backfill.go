package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Mode says which part of the wanted time a backfill asks for.
type Mode string

// The modes.
const (
	ModeMissing Mode = "missing" // what was never answered
	ModeFailed  Mode = "failed"  // that, and what was refused or could not be read
	ModeAll     Mode = "all"     // everything again
)

// Modes returns all modes, the one that asks least first.
func Modes() []Mode { return []Mode{ModeMissing, ModeFailed, ModeAll} }

// BackfillOrder holds the arguments of entsoe.enqueue_backfill as people write
// them. The database parses and checks them, whoever starts the backfill. Empty
// fields take the function's defaults.
type BackfillOrder struct {
	Item        Text  `json:"item"` // a name, a list, "core" or "all"
	Area        Text  `json:"area"` // a name, an EIC, a border "DE_LU>FR", a list, or "all"
	From        Text  `json:"from"`
	To          Text  `json:"to"`
	Mode        Text  `json:"mode"`
	OldestFirst bool  `json:"oldest_first"`
	Variant     *Text `json:"variant"` // nil: the variants that together hold everything
}

// Text is a string that may have been written as a number or as another JSON
// value.
type Text string

// UnmarshalJSON takes any value; null is empty.
func (t *Text) UnmarshalJSON(raw []byte) error {
	var s string
	switch {
	case string(raw) == "null":
	case json.Unmarshal(raw, &s) == nil:
		*t = Text(s)
	default:
		*t = Text(raw)
	}
	return nil
}

// Enqueued is the outcome of an order.
type Enqueued struct {
	Backfill *int64 `json:"backfill"` // its number; nil: nothing was ever missing
	Inserted bool   `json:"inserted"` // false: it is running already, or nothing is missing
	State    string `json:"state"`
	Feeds    int    `json:"feeds"`
	Message  string `json:"message"`
}

// OrderError says what is wrong with an order, in the words of the database.
type OrderError struct{ Message, Hint string }

func (e *OrderError) Error() string {
	if e.Hint == "" {
		return e.Message
	}
	return e.Message + "; " + e.Hint
}

// Querier is a pool or a transaction.
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// EnqueueBackfill starts a backfill, or returns an *OrderError. An order without
// an end ends at now.
func (db *DB) EnqueueBackfill(ctx context.Context, q Querier, o BackfillOrder, now time.Time) (Enqueued, error) {
	rows, err := q.Query(ctx, `
select backfill, inserted, state, feeds, message
from entsoe.enqueue_backfill(@item, @area, nullif(@from, '')::timestamptz, coalesce(nullif(@to, '')::timestamptz, @now),
  coalesce(nullif(@mode, ''), 'missing'), @oldest_first, @variant, @now)`, pgx.NamedArgs{
		"item": string(o.Item), "area": string(o.Area), "from": string(o.From), "to": string(o.To), "now": now,
		"mode": string(o.Mode), "oldest_first": o.OldestFirst, "variant": (*string)(o.Variant),
	})
	if err != nil {
		return Enqueued{}, orderError("start a backfill", err)
	}
	e, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Enqueued])
	return e, orderError("start a backfill", err)
}

// orderError turns what the database finds wrong with an order into an
// *OrderError, and says of any other error during what it happened.
func orderError(what string, err error) error {
	if err == nil {
		return nil
	}
	const dataException = "22" // class of the codes for invalid values
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code[:2] == dataException {
		return &OrderError{Message: pg.Message, Hint: pg.Hint}
	}
	return fmt.Errorf("%s: %w", what, err)
}

// The steps by which people control a backfill.
const (
	StepPause  = "pause"
	StepResume = "resume"
	StepCancel = "cancel"
)

// SteerBackfill pauses, resumes or cancels a backfill and returns its new state,
// or an *OrderError.
func (db *DB) SteerBackfill(ctx context.Context, id int64, step string) (state string, err error) {
	functions := map[string]string{
		StepPause:  `select entsoe.pause_backfill($1)`,
		StepResume: `select entsoe.resume_backfill($1)`,
		StepCancel: `select entsoe.cancel_backfill($1)`,
	}
	err = orderError(step+" a backfill", db.Pool.QueryRow(ctx, functions[step], id).Scan(&state))
	return state, err
}

// BackfillStatus is a row of entsoe.backfills.
type BackfillStatus struct {
	ID           int64         `json:"id"`
	State        string        `json:"state"`
	Items        string        `json:"items"`
	Areas        string        `json:"areas"`
	Variant      *string       `json:"variant,omitempty"`
	From         time.Time     `json:"from"`
	To           time.Time     `json:"to"`
	Mode         Mode          `json:"mode"`
	OldestFirst  bool          `json:"oldest_first"`
	Feeds        int64         `json:"feeds"`
	FeedsDone    int64         `json:"feeds_done"`
	Requests     *int64        `json:"requests,omitempty"` // planned; nil: not yet
	Sent         int64         `json:"sent"`
	RequestsLeft *int64        `json:"requests_left,omitempty"`
	Points       int64         `json:"points"`
	Progress     *float64      `json:"progress,omitempty"` // 0 to 1
	Failed       time.Duration `json:"failed_ns"`          // delivery time of all feeds
	Faults       int64         `json:"faults"`             // that stand in its time
	PerMinute    *float64      `json:"per_minute,omitempty"`
	ETA          *time.Time    `json:"eta,omitempty"`
	CreatedAt    time.Time     `json:"created_at"`
	FinishedAt   *time.Time    `json:"finished_at,omitempty"`
	RequestedBy  string        `json:"requested_by"`
	Waiting      *string       `json:"waiting,omitempty"` // why it sends nothing now
	WaitingUntil *time.Time    `json:"waiting_until,omitempty"`
	Stopped      int64         `json:"stopped,omitempty"` // windows that are not asked for because somebody cancelled their jobs
}

// Backfills returns the status of backfills, the newest first: of all, or of
// those with the given numbers.
func (db *DB) Backfills(ctx context.Context, ids ...int64) ([]BackfillStatus, error) {
	rows, err := db.Pool.Query(ctx, `
select id, state, items, areas, variant, from_time, to_time, mode, oldest_first, feeds, feeds_done, requests, sent, requests_left,
  points, progress::float8, failed, entsoe.backfill_faults(id), per_minute, eta, created_at, finished_at, requested_by, waiting, waiting_until, stopped
from entsoe.backfills
where cardinality($1::bigint[]) = 0 or id = any($1)
order by id desc`, append([]int64{}, ids...))
	if err != nil {
		return nil, fmt.Errorf("backfills: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[BackfillStatus])
	if err != nil {
		return nil, fmt.Errorf("backfills: %w", err)
	}
	return all, nil
}
