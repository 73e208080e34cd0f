package queue

import "github.com/riverqueue/river/rivertype"

// Living are the states of a job that will still be worked, or is: those of
// entsoe.living_states.
func Living() []rivertype.JobState {
	return []rivertype.JobState{
		rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
		rivertype.JobStateRunning, rivertype.JobStateScheduled,
	}
}

// living is the condition that a job j is in one of them.
const living = `j.state = any(entsoe.living_states()::river.river_job_state[])`

// holdsKey is the condition, word by word that of River's unique index, that no
// other job may have the unique key of a job j.
const holdsKey = `j.unique_key is not null and j.unique_states is not null and river.river_job_state_in_bitmask(j.unique_states, j.state)`
