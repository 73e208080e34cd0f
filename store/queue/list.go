package queue

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/store"
)

// JobFilter says which jobs to list. Empty fields admit all.
type JobFilter struct {
	States []string // River's names: available, running, retryable ...
	Kind   string   // of job, such as collect
	Item   string   // name of the data item
	Area   string   // as it stands in the arguments: "DE_LU", or "DE_LU>FR"
	Limit  int      // how many at most, the newest first
}

// Job is a row of the queue together with what its arguments say. River deletes
// finished jobs after some days; their requests stay (store.DB.JobFetches).
type Job struct {
	ID          int64           `json:"id"`
	Kind        string          `json:"kind"`
	State       string          `json:"state"`
	Queue       string          `json:"queue"`
	Item        string          `json:"item,omitempty"`
	Area        string          `json:"area,omitempty"`
	Variant     string          `json:"variant,omitempty"`
	Lane        string          `json:"lane,omitempty"`
	Attempt     int             `json:"attempt"`
	MaxAttempts int             `json:"max_attempts"`
	CreatedAt   time.Time       `json:"created_at"`
	ScheduledAt time.Time       `json:"scheduled_at"` // not worked before
	AttemptedAt *time.Time      `json:"attempted_at,omitempty"`
	FinalizedAt *time.Time      `json:"finalized_at,omitempty"`
	AttemptedBy []string        `json:"attempted_by,omitempty"` // River clients, the latest last
	Args        json.RawMessage `json:"args"`
	Errors      []JobError      `json:"errors,omitempty"` // of failed attempts, the latest last
}

// JobError is what one failed attempt left behind.
type JobError struct {
	At      time.Time `json:"at"`
	Attempt int       `json:"attempt"`
	Error   string    `json:"error"`
}

// LastError is the error of the latest failed attempt, empty if there is none.
func (j Job) LastError() string {
	if len(j.Errors) == 0 {
		return ""
	}
	return strings.TrimPrefix(j.Errors[len(j.Errors)-1].Error, "JobCancelError: ") // River's word
}

// jobColumns are the columns of Job in the order of its fields.
const jobColumns = `
  id, kind, state::text, queue,
  coalesce(args->>'item', '') as item, coalesce(args->>'area', '') as area,
  coalesce(args->>'variant', '') as variant, coalesce(args->>'lane', '') as lane,
  attempt, max_attempts, created_at, scheduled_at, attempted_at, finalized_at,
  coalesce(attempted_by, '{}') as attempted_by, args,
  coalesce(array_to_json(errors), '[]') as errors`

// Jobs lists jobs, the newest first.
func Jobs(ctx context.Context, db *store.DB, filter JobFilter) ([]Job, error) {
	rows, err := db.Pool.Query(ctx, `
select `+jobColumns+`
from river.river_job
where (cardinality($1::text[]) = 0 or state::text = any($1))
  and ($2 = '' or kind = $2)
  and ($3 = '' or args->>'item' = $3)
  and ($4 = '' or args->>'area' = $4)
order by id desc
limit $5`,
		append([]string{}, filter.States...), filter.Kind, filter.Item, filter.Area, filter.Limit)
	if err != nil {
		return nil, fmt.Errorf("list jobs: %w", err)
	}
	jobs, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Job])
	if err != nil {
		return nil, fmt.Errorf("list jobs: %w", err)
	}
	return jobs, nil
}

// JobsByID returns the jobs that still exist among the given ones, in the order of
// their ids.
func JobsByID(ctx context.Context, db *store.DB, ids ...int64) ([]Job, error) {
	rows, err := db.Pool.Query(ctx, `
select `+jobColumns+`
from river.river_job
where id = any($1)
order by id`, ids)
	if err != nil {
		return nil, fmt.Errorf("jobs %d: %w", ids, err)
	}
	jobs, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Job])
	if err != nil {
		return nil, fmt.Errorf("jobs %d: %w", ids, err)
	}
	return jobs, nil
}

// Waiting reports whether a collect job of an item is running in a lane, in any
// process, or will be due within the given time.
func Waiting(ctx context.Context, db *store.DB, item, lane string, within time.Duration) (bool, error) {
	var waiting bool
	err := db.Pool.QueryRow(ctx, `
select exists (
  select from river.river_job
  where state in ('available', 'running', 'scheduled') and kind = 'collect' and args ->> 'item' = $1 and args ->> 'lane' = $2
    and (state = 'running' or scheduled_at < now() + $3::interval))`, item, lane, within).Scan(&waiting)
	if err != nil {
		return false, fmt.Errorf("jobs of %s in lane %s that wait: %w", item, lane, err)
	}
	return waiting, nil
}
