package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
)

// Silence is how long a worker may be without a heartbeat before it counts as dead.
const Silence = 15 * time.Second

// ErrJobLost says that a job is no longer ours to complete.
var ErrJobLost = errors.New("the job was taken over by another worker")

// JobRef names one attempt of a job.
type JobRef struct {
	ID          int64
	Attempt     int
	AttemptedAt time.Time
}

// Fence locks the job's row within tx and returns ErrJobLost unless it is
// still running under this very attempt.
func (db *DB) Fence(ctx context.Context, tx pgx.Tx, job JobRef) error { return errTodo }

// Heartbeat says that the River client is alive.
func (db *DB) Heartbeat(ctx context.Context, clientID string) error { return errTodo }

// Retire takes a client that stops in order out of the living ones.
func (db *DB) Retire(ctx context.Context, clientID string) error { return errTodo }

// LivingWorkers counts the clients with a heartbeat within Silence.
func (db *DB) LivingWorkers(ctx context.Context) (int, error) { return 0, errTodo }

// RecoverJobs makes the running jobs of clients that have been silent that
// long available again, and moves the waiting jobs of their private queues
// (fetch_<client>) to the live queue. It returns the number of jobs.
func (db *DB) RecoverJobs(ctx context.Context, silence time.Duration) (int, error) {
	return 0, errTodo
}
