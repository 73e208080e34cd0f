package worker

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"entsoed/jobs"
	"entsoed/store"
)

// await is a middleware of River: a job whose database is away costs no attempt.
// It waits here until the database is back, for River could not write down before
// what became of the job.
type await struct {
	river.MiddlewareDefaults
	gate     *store.Gate
	stopping <-chan struct{}
}

// Work works a job.
func (m *await) Work(ctx context.Context, _ *rivertype.JobRow, doInner func(context.Context) error) error {
	err := doInner(ctx)
	if err == nil || !jobs.AwaitsDatabase(err) {
		return err
	}
	m.gate.Report(err)
	// Not by the job's context: a job may not last as long as an outage.
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	go func() {
		select {
		case <-m.stopping:
			cancel()
		case <-ctx.Done():
		}
	}()
	wait := again
	if waited, _ := m.gate.Await(ctx); waited {
		wait = soon
	}
	return river.JobSnooze(wait + rand.N(wait))
}

const (
	soon  = time.Second     // after an outage
	again = 5 * time.Second // after the failure of a single connection
)
