package queue

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// ErrJobLost says that a job is no longer ours to complete.
var ErrJobLost = errors.New("the job was taken over by another worker")

// JobRef names one attempt of a job.
type JobRef struct {
	ID          int64
	Attempt     int
	AttemptedAt time.Time
}

// Fence locks the job's row within tx and returns ErrJobLost unless the job is
// still running under this very attempt. The attempt's number is not enough: a job
// that is snoozed or recovered gets its attempt back.
func Fence(ctx context.Context, tx pgx.Tx, job JobRef) error {
	var one int
	err := tx.QueryRow(ctx, `
select 1 from river.river_job
where id = $1 and state = 'running' and attempt = $2 and attempted_at = $3
for update`, job.ID, job.Attempt, job.AttemptedAt).Scan(&one)
	if err == pgx.ErrNoRows {
		return ErrJobLost
	}
	if err != nil {
		return fmt.Errorf("fence job %d: %w", job.ID, err)
	}
	return nil
}
