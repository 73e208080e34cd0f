package queue

import (
	"context"
	"fmt"

	"github.com/riverqueue/river/rivertype"

	"entsoed/store"
)

// Ready reads and writes as a client of the queue does, and returns the version of
// entsoed's schema. What it writes is the client's heartbeat.
func Ready(ctx context.Context, db *store.DB, clientID string) (version int64, err error) {
	err = db.Pool.QueryRow(ctx, `
with beat as (
  update entsoe.workers set seen_at = clock_timestamp() where client_id = $1
)
select (select max(version_id) from entsoe.migrations)
where not exists (select from entsoe.feeds, entsoe.coverage, river.river_job limit 0)`, clientID).Scan(&version)
	if err != nil {
		return 0, fmt.Errorf("the tables of entsoed and of its job queue: %w", err)
	}
	return version, nil
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
