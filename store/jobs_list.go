package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// JobFilter says which jobs to list. Fields that are empty admit all.
type JobFilter struct {
	States []string // River's words: available, running, retryable ...
	Kind   string   // plan, collect or revisions
	Item   string   // name of the data item
	Area   string   // as it stands in the arguments: "DE_LU", or "DE_LU>FR"
	Limit  int      // at most so many, the newest first
}

// Job is a row of the queue in the words of its arguments. River deletes
// finished jobs after some days; their requests stay (JobFetches).
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
	AttemptedBy []string        `json:"attempted_by,omitempty"` // River clients, the last one last
	Args        json.RawMessage `json:"args"`
	Errors      []JobError      `json:"errors,omitempty"` // of failed attempts, the last one last
}

// JobError is what one failed attempt left behind.
type JobError struct {
	At      time.Time `json:"at"`
	Attempt int       `json:"attempt"`
	Error   string    `json:"error"`
}

// LastError is the error of the last failed attempt, empty without one.
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
func (db *DB) Jobs(ctx context.Context, filter JobFilter) ([]Job, error) {
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
func (db *DB) JobsByID(ctx context.Context, ids ...int64) ([]Job, error) {
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
	Wait       time.Duration `json:"wait_ns"` // for the budget, the answer and the database
	Request    time.Duration `json:"request_ns"`
	Save       time.Duration `json:"save_ns"`
}

// JobFetches returns the requests that a job sent, the first one first. They
// outlive the job.
func (db *DB) JobFetches(ctx context.Context, job int64) ([]JobFetch, error) {
	rows, err := db.Pool.Query(ctx, `
		select at, window_from, window_to, outcome, http_status, reason,
		       bytes, points, changed, retracted, wait_time, request_time, save_time
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

// MoveJobs moves those of the jobs that nobody works to another queue, makes
// those available whose next attempt is due, as River's leader would, and wakes
// the workers of the queue.
func (db *DB) MoveJobs(ctx context.Context, queue string, ids ...int64) error {
	_, err := db.Pool.Exec(ctx, `
		with waiting as (
			select id, case when scheduled_at <= now() then 'available' else state end as state
			from river.river_job
			where id = any($2) and state in ('available', 'scheduled', 'retryable')
			for update skip locked
		), moved as (
			update river.river_job j set queue = $1, state = waiting.state
			from waiting
			where j.id = waiting.id and (j.queue, j.state) is distinct from ($1, waiting.state)
			returning j.id
		)
		select pg_notify('river.river_insert', json_build_object('queue', $1::text)::text)
		from moved limit 1`, queue, ids)
	if err != nil {
		return fmt.Errorf("move jobs %d to queue %s: %w", ids, queue, err)
	}
	return nil
}

// PreferJobs makes the next attempt of those of the jobs that nobody works due
// now, and puts it before all others of the queue: a person waits, and River
// takes the jobs of one priority in the order in which they were due.
func (db *DB) PreferJobs(ctx context.Context, ids ...int64) error {
	_, err := db.Pool.Exec(ctx, `
		with preferred as (
			update river.river_job set state = 'available', scheduled_at = now() - interval '1 hour'
			where id = any($1) and state in ('available', 'scheduled', 'retryable')
			returning queue
		)
		select pg_notify('river.river_insert', json_build_object('queue', queue)::text)
		from preferred group by queue`, ids)
	if err != nil {
		return fmt.Errorf("prefer jobs %d: %w", ids, err)
	}
	return nil
}
