package jobs

import (
	"math/rand/v2"
	"time"

	"github.com/riverqueue/river/rivertype"
)

const (
	firstRetry   = 15 * time.Second
	longestRetry = 30 * time.Minute
	// patience is the number of failed attempts that River counts. Afterwards a
	// job is put off instead: an outage of days (2026-08-30 to 09-09) must
	// neither use up its attempts nor append hundreds of errors to its row.
	patience = 8
	// MaxAttempts of a collect job is more than patience, so that only panics
	// and foreign errors can discard one.
	MaxAttempts = 25
)

// RetryPolicy is the client's: 15 s, 30 s, 1 min ... up to 30 min, each a
// fifth more or less so that jobs that failed together do not come together.
type RetryPolicy struct{}

// NextRetry returns when a failed job is tried again.
func (RetryPolicy) NextRetry(job *rivertype.JobRow) time.Time {
	return time.Now().Add(jitter(backoff(job.Attempt)))
}

// backoff returns the wait after the given attempt, counted from 1.
func backoff(attempt int) time.Duration {
	wait := firstRetry
	for ; attempt > 1 && wait < longestRetry; attempt-- {
		wait *= 2
	}
	return min(wait, longestRetry)
}

// jitter returns a time up to a fifth shorter or longer.
func jitter(d time.Duration) time.Duration {
	return d + time.Duration((rand.Float64()-0.5)*0.4*float64(d))
}
