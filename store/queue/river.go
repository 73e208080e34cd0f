package queue

import (
	"context"
	"fmt"

	"github.com/riverqueue/river/rivertype"

	"entsoed/store"
)

// Ready returns an error unless the tables of entsoed and of its job queue are
// there.
func Ready(ctx context.Context, db *store.DB) error {
	if _, err := db.Pool.Exec(ctx, `select from entsoe.feeds, entsoe.coverage, river.river_job limit 0`); err != nil {
		return fmt.Errorf("the tables of entsoed and of its job queue: %w", err)
	}
	return nil
}

// Living are the states of a job that is being worked, or still will be: those of
// entsoe.living_states.
func Living() []rivertype.JobState {
	return []rivertype.JobState{
		rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
		rivertype.JobStateRunning, rivertype.JobStateScheduled,
	}
}

// living is the condition that a job j is in one of them.
const living = `j.state = any(entsoe.living_states()::river.river_job_state[])`

// holdsKey is the condition, word for word that of River's unique index, under
// which no other job may have the unique key of a job j.
const holdsKey = `j.unique_key is not null and j.unique_states is not null and river.river_job_state_in_bitmask(j.unique_states, j.state)`
