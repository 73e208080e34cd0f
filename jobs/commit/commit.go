// Package commit writes down what an answer of a feed changes: rows, coverage,
// the records of the requests, progress and the completion of the job, all in
// one transaction. It is the only way of data into the database and does not
// know where an answer comes from: neither the platform nor a document.
package commit

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"entsoed/store"
	"entsoed/store/queue"
)

// Commit is what is to be written down. All that can be decided before the
// transaction begins is.
type Commit struct {
	Job         *rivertype.JobRow   // that the work is for: nothing is written unless this attempt still runs
	Feed        store.FeedRow       // that was asked
	Answer      *store.Answer       // nil: there is none, only requests that led to nothing
	Stages      []store.StageCover  // what the later stages of coverage learn of the answer
	Unanswered  *Unanswered         // what has to be asked again; nil: the answer tells nothing of any time
	Discourage  bool                // the feed was refused and is asked ever less often
	Requests    []store.FetchRecord // since the last commit; the last of them led to the answer
	Progress    store.BackfillRead  // of a backfill; without one it is zero
	Completes   bool                // the job ends with it
	MaxAttempts int                 // of the jobs that ask for missing revisions of documents
}

// Write commits within a transaction of its own. Series are made before, in a
// short transaction, so that two jobs that meet new series cannot block each
// other. Its errors are queue.ErrJobLost, store.ErrOvertaken and those of the
// database; then nothing of it is written.
func Write(ctx context.Context, db *store.DB, c Commit) (saved store.Saved, err error) {
	began := time.Now()
	var ready store.Prepared
	if c.Answer != nil {
		if ready, err = db.Prepare(ctx, *c.Answer); err != nil {
			return saved, err
		}
	}
	err = pgx.BeginFunc(ctx, db.Pool, func(tx pgx.Tx) error {
		if err := queue.Fence(ctx, tx, Ref(c.Job)); err != nil {
			return err
		}
		if c.Answer != nil {
			if saved, err = c.save(ctx, db, tx, ready); err != nil {
				return err
			}
		}
		if err := c.record(ctx, db, tx, saved, time.Since(began)); err != nil {
			return err
		}
		if !c.Completes {
			return nil
		}
		return Complete(ctx, tx, c.Job)
	})
	if err != nil {
		return store.Saved{}, err
	}
	return saved, nil
}

// save writes the rows, and then what follows from them for the feed.
func (c Commit) save(ctx context.Context, db *store.DB, tx pgx.Tx, ready store.Prepared) (store.Saved, error) {
	saved, err := db.Save(ctx, tx, ready)
	if err != nil {
		return saved, err
	}
	if c.Discourage {
		if err := db.Discourage(ctx, tx, c.Feed.ID); err != nil {
			return saved, err
		}
	}
	if err := db.CoverStages(ctx, tx, c.Feed.ID, c.Stages); err != nil {
		return saved, err
	}
	if c.Unanswered != nil {
		if err := c.Unanswered.save(ctx, db, tx, c.Feed.ID, c.Answer.KnownAt); err != nil {
			return saved, err
		}
	}
	return saved, queue.InsertRevisions(ctx, tx, c.Feed, c.Progress.Backfill, saved.Missing, c.MaxAttempts)
}

// record writes down the requests, and what of a backfill they have done.
func (c Commit) record(ctx context.Context, db *store.DB, tx pgx.Tx, saved store.Saved, took time.Duration) error {
	progress := c.Progress
	progress.Sent = len(c.Requests)
	for i, r := range c.Requests {
		if i == len(c.Requests)-1 && c.Answer != nil {
			r.Changed, r.Retracted, r.Save = saved.Changed, saved.Retracted, took
		}
		progress.Points += r.Points
		if err := db.RecordFetch(ctx, tx, r); err != nil {
			return err
		}
	}
	if progress.Backfill == 0 {
		return nil
	}
	return db.RecordBackfill(ctx, tx, progress)
}

// Ref names the attempt that a job's row stands for.
func Ref(job *rivertype.JobRow) queue.JobRef {
	ref := queue.JobRef{ID: job.ID, Attempt: job.Attempt}
	if job.AttemptedAt != nil {
		ref.AttemptedAt = *job.AttemptedAt
	}
	return ref
}

// Complete completes a job, of whatever kind, within tx. ctx is that of its
// worker.
func Complete(ctx context.Context, tx pgx.Tx, job *rivertype.JobRow) error {
	_, err := river.JobCompleteTx[*riverpgxv5.Driver](ctx, tx, &river.Job[anyArgs]{JobRow: job})
	return err
}

// anyArgs stands for the arguments of any job: completing it reads none.
type anyArgs struct{}

func (anyArgs) Kind() string { return "" }
