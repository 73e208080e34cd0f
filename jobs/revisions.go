package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river"

	"entsoed/store"
	"entsoed/store/queue"
)

// RevisionsArgs are the arguments of a job that asks for a document by its mRID,
// because a revision came without all the earlier ones. The platform sends
// earlier revisions only if it is asked in this way. The commit of the document
// notes that they are wanted (queue.WantRevisions); the driver inserts the job.
type RevisionsArgs struct {
	Feed int64     `json:"feed"` // through which the document came
	Item string    `json:"item" river:"unique"`
	Area string    `json:"area"`
	MRID string    `json:"mrid" river:"unique"`
	From time.Time `json:"from"` // the document's own period
	To   time.Time `json:"to"`

	Revision int   `json:"revision,omitempty"` // those before it are missing
	Backfill int64 `json:"backfill,omitempty"` // which came upon it
}

// Kind names the job in River's table.
func (RevisionsArgs) Kind() string { return "revisions" }

// Revisions works such jobs, in the same way as Collect works its own.
type Revisions struct {
	river.WorkerDefaults[RevisionsArgs]

	*Collect
}

// Work works one job. If its backfill was stopped meanwhile, the document waits
// until that goes on.
func (r *Revisions) Work(ctx context.Context, job *river.Job[RevisionsArgs]) error {
	args := CollectArgs{
		Feed: job.Args.Feed, Item: job.Args.Item, Area: job.Args.Area, Lane: store.LaneBackfill,
		From: job.Args.From, To: job.Args.To, Portion: Portion{Backfill: job.Args.Backfill},
	}
	cause, err := r.work(ctx, attempt{JobRow: job.JobRow, Args: args, MRID: job.Args.MRID, Began: time.Now()})
	if err != nil || !errors.Is(cause, store.ErrBackfillStopped) {
		return err
	}
	return queue.TakeBackRevisions(ctx, r.DB, job.EncodedArgs)
}

// AddWorkers registers the workers of all jobs that ask the platform.
func AddWorkers(workers *river.Workers, collect *Collect) {
	river.AddWorker(workers, collect)
	river.AddWorker(workers, &Revisions{Collect: collect})
}
