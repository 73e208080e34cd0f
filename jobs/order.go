package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"entsoed/jobs/commit"
	"entsoed/store"
	"entsoed/store/queue"
)

// start works a job that somebody wrote into the job table by hand. It names no
// feed, but an item, an area and a window, and becomes a backfill as if
// entsoe.enqueue_backfill had been called. If something is wrong with it, the
// job is cancelled with the same words.
func (c *Collect) start(ctx context.Context, job *river.Job[CollectArgs]) error {
	if err := job.Args.byHand.Wrong; err != nil {
		return c.reject(job, fmt.Errorf("the arguments cannot be read: %w", err))
	}
	var started store.Enqueued
	err := pgx.BeginFunc(ctx, c.DB.Pool, func(tx pgx.Tx) (err error) {
		if err := queue.Fence(ctx, tx, commit.Ref(job.JobRow)); err != nil {
			return err
		}
		if started, err = c.DB.EnqueueBackfill(ctx, tx, *job.Args.byHand.Order, c.Now()); err != nil {
			return err
		}
		return commit.Complete(ctx, tx, job.JobRow)
	})
	_, wrong := errors.AsType[*store.OrderError](err)
	switch {
	case wrong:
		return c.reject(job, err)
	case errors.Is(err, queue.ErrJobLost):
		return &lostJob{err}
	case err != nil:
		return err
	}
	c.Log.Info("a job inserted by hand starts a backfill", "job_id", job.ID, "inserted", started.Inserted, "feeds", started.Feeds,
		"message", started.Message)
	return nil
}

func (c *Collect) reject(job *river.Job[CollectArgs], err error) error {
	c.Log.Error("a job inserted by hand is wrong", "job_id", job.ID, "error", err)
	return river.JobCancel(err)
}

// fit checks that the arguments of a job do not contradict its feed.
func (a CollectArgs) fit(row store.FeedRow) error {
	if a.Item != "" && a.Item != row.Item || a.Area != "" && a.Area != row.Name || a.Variant != "" && a.Variant != row.Variant {
		return &argsError{fmt.Sprintf("feed %d is %s of %s %s, not %s of %s %s: leave out the feed, or name the right one",
			row.ID, row.Item, row.Name, row.Variant, a.Item, a.Area, a.Variant)}
	}
	if a.Lane != "" && ranks[rankOf(a.Lane)] != a.Lane {
		return &argsError{fmt.Sprintf("there is no lane %q", a.Lane)}
	}
	if a.Mode != "" && !slices.Contains(store.Modes(), a.Mode) {
		return &argsError{fmt.Sprintf("unknown mode %q", a.Mode)}
	}
	return nil
}
