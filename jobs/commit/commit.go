// Package commit writes what an answer of a feed changes: rows, coverage, the
// records of the requests, the progress of a backfill, and the completion of the
// job, all in one transaction. It is the only way for data into the database. It
// does not know where an answer comes from, neither the platform nor a document.
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

// Commit is what to write. Everything that can be decided before the transaction
// begins has been.
type Commit struct {
	Job        *rivertype.JobRow   // the attempt: nothing is written unless it is still running
	Feed       store.FeedRow       // the feed that was asked
	Answer     *store.Answer       // nil: there is none, the requests led to nothing
	Stages     []store.StageCover  // what coverage learns in the later stages
	Unanswered *Unanswered         // what to ask again; nil: the question was not about any time
	Faults     *Faults             // what was left out, and what no longer is; nil: likewise
	Discourage bool                // the feed was refused, and is to be asked less often
	Requests   []store.FetchRecord // since the last commit; the last one led to the answer
	Progress   store.BackfillRead  // of a backfill; zero: there is none
	Completes  bool                // the job is done
}

// Written says what a commit did.
type Written struct {
	store.Saved
	News []store.Fault // faults that were not known before
}

// Write writes a commit in a transaction of its own. New series are made before,
// in a short transaction, so that two jobs that meet the same new series cannot
// block each other. Its errors are queue.ErrJobLost, store.ErrOvertaken and
// those of the database. After an error nothing has been written.
func Write(ctx context.Context, db *store.DB, c Commit) (done Written, err error) {
	began := time.Now()
	var ready store.Prepared
	if c.Answer != nil {
		if ready, err = db.Prepare(ctx, *c.Answer); err != nil {
			return done, err
		}
	}
	err = pgx.BeginFunc(ctx, db.Pool, func(tx pgx.Tx) error {
		if err := queue.Fence(ctx, tx, Ref(c.Job)); err != nil {
			return err
		}
		if c.Answer != nil {
			if done.Saved, err = c.save(ctx, db, tx, ready); err != nil {
				return err
			}
		}
		records, err := c.record(ctx, db, tx, done.Saved, time.Since(began))
		if err != nil {
			return err
		}
		if c.Answer != nil && c.Faults != nil {
			if done.News, err = c.Faults.save(ctx, db, tx, c, records); err != nil {
				return err
			}
		}
		if !c.Completes {
			return nil
		}
		return Complete(ctx, tx, c.Job)
	})
	if err != nil {
		return Written{}, err
	}
	return done, nil
}

// save writes the rows, and what follows from them for the feed.
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
	return saved, queue.WantRevisions(ctx, tx, c.Feed, c.Progress.Backfill, saved.Missing)
}

// record writes the requests, and what they contributed to a backfill. It returns
// the numbers of their records.
func (c Commit) record(ctx context.Context, db *store.DB, tx pgx.Tx, saved store.Saved, took time.Duration) (records []int64, err error) {
	progress := c.Progress
	progress.Sent = len(c.Requests)
	for i, r := range c.Requests {
		if i == len(c.Requests)-1 && c.Answer != nil {
			r.Changed, r.Retracted, r.Save = saved.Changed, saved.Retracted, took
		}
		progress.Points += r.Points
		id, err := db.RecordFetch(ctx, tx, r)
		if err != nil {
			return nil, err
		}
		records = append(records, id)
	}
	if progress.Backfill == 0 {
		return records, nil
	}
	return records, db.RecordBackfill(ctx, tx, progress)
}

// Ref returns the name of the attempt that the row of a job stands for.
func Ref(job *rivertype.JobRow) queue.JobRef {
	ref := queue.JobRef{ID: job.ID, Attempt: job.Attempt}
	if job.AttemptedAt != nil {
		ref.AttemptedAt = *job.AttemptedAt
	}
	return ref
}

// Complete completes a job of any kind within tx. ctx must be the one that River
// gave to its worker.
func Complete(ctx context.Context, tx pgx.Tx, job *rivertype.JobRow) error {
	_, err := river.JobCompleteTx[*riverpgxv5.Driver](ctx, tx, &river.Job[anyArgs]{JobRow: job})
	return err
}

// anyArgs stands for the arguments of any job, because completing one reads
// none.
type anyArgs struct{}

func (anyArgs) Kind() string { return "" }
