package jobs

import (
	"context"
	"slices"
	"time"

	"github.com/riverqueue/river"

	"entsoed/entsoe"
	"entsoed/store"
	"entsoed/store/queue"
)

// RevisionsArgs are the arguments of a job that asks for a document by its mRID,
// because a revision of it came without all those before. The platform sends
// earlier revisions on no other question. Such jobs are inserted together with
// the document (queue.InsertRevisions).
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

// Revisions works such jobs as Collect works its own.
type Revisions struct {
	river.WorkerDefaults[RevisionsArgs]

	*Collect
}

// Work works one job. When its backfill was stopped meanwhile, the document
// waits for that to go on.
func (r *Revisions) Work(ctx context.Context, job *river.Job[RevisionsArgs]) error {
	args := CollectArgs{
		Feed: job.Args.Feed, Item: job.Args.Item, Area: job.Args.Area, Lane: store.LaneBackfill,
		From: job.Args.From, To: job.Args.To, Backfill: job.Args.Backfill,
	}
	work := &collection{
		Collect: r.Collect, job: &river.Job[CollectArgs]{JobRow: job.JobRow, Args: args},
		mrid: job.Args.MRID, began: time.Now(),
	}
	if err := r.work(ctx, work); err != nil || !work.stopped {
		return err
	}
	return queue.WantRevisions(ctx, r.DB, job.EncodedArgs)
}

// AddWorkers registers the workers of all jobs that ask the platform.
func AddWorkers(workers *river.Workers, collect *Collect) {
	river.AddWorker(workers, collect)
	river.AddWorker(workers, &Revisions{Collect: collect})
}

// byDelivery returns the feed of the same item and area that asks by delivery
// time. It stands for requests by mRID: those of the planned feed tell when it
// was last asked.
func (c *collection) byDelivery(ctx context.Context, row store.FeedRow) (store.FeedRow, error) {
	item, _ := entsoe.ItemByName(row.Item)
	i := slices.IndexFunc(item.Variants, func(v entsoe.Variant) bool { return v.OnDemand && v.Axis == entsoe.Delivery })
	if i < 0 || item.Variants[i].Name == row.Variant {
		return row, nil
	}
	row.Variant = item.Variants[i].Name
	rows, err := c.DB.EnsureFeeds(ctx, []store.FeedRow{row})
	if err != nil {
		return row, err
	}
	return rows[0], nil
}
