package jobs

import (
	"context"
	"log/slog"
	"time"

	"github.com/riverqueue/river"

	"entsoed/store"
)

// Collect brings one feed up to date, or reads one window of it. What happens on
// the way are values that follow one another: the task says what is asked, the
// agenda which window comes next, the asker returns the reply to it, and a
// commit stores that. The network is never touched within a transaction, and the
// last answer commits together with the job's completion.
type Collect struct {
	river.WorkerDefaults[CollectArgs]
	Upstream

	DB     *store.DB
	Rounds *Rounds
	Since  time.Duration    // COLLECT_SINCE
	Now    func() time.Time // the clock of delivery and publication times
	Speed  float64          // its seconds per real one; 0: 1
	Log    *slog.Logger
}

// Work works one job.
func (c *Collect) Work(ctx context.Context, job *river.Job[CollectArgs]) error {
	if job.Args.byHand.Order != nil {
		return c.start(ctx, job)
	}
	_, err := c.work(ctx, attempt{JobRow: job.JobRow, Args: job.Args, Began: time.Now()})
	return err
}

// work does what a job says and tells the round of its item. It returns what
// ended the job, nil when all is done, and what River makes of that.
func (c *Collect) work(ctx context.Context, a attempt) (cause, outcome error) {
	item, lane := a.Args.Item, a.lane()
	c.Rounds.Begin(item, lane, a.Args.Feed)
	r := &run{Collect: c, task: task{attempt: a}}
	cause = r.all(ctx)
	outcome = r.conclude(ctx, cause)
	c.Rounds.End(item, lane, r.tally)
	return cause, outcome
}
