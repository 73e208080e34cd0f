package jobs

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"entsoed/store"
	"entsoed/store/queue"
	"entsoed/timeseries"
)

// save stores an answer in one transaction: the fence, the rows, what coverage
// learns, the records of the requests, and with the last window the completion
// of the job. Series are made before, in a short transaction of their own, so
// that two jobs that meet new series cannot block each other.
func (c *collection) save(ctx context.Context, got *reply) error {
	began := time.Now()
	told := c.learned(got)
	ready, err := c.DB.Prepare(ctx, store.Answer{
		FeedID: c.row.ID, Asked: got.Window, Sent: got.Sent, KnownAt: c.Now(), Rows: got.Rows,
		Data: told[0].Data, Empty: told[0].Empty, Refused: told[0].Refused, Aside: c.aside(got.Window),
	})
	if err != nil {
		return err
	}
	var saved store.Saved
	err = pgx.BeginFunc(ctx, c.DB.Pool, func(tx pgx.Tx) error {
		if err := queue.Fence(ctx, tx, c.ref()); err != nil {
			return err
		}
		var err error
		if saved, err = c.store(ctx, tx, ready, told); err != nil {
			return err
		}
		if err := c.record(ctx, tx, saved, time.Since(began), c.covers(got.Window)); err != nil {
			return err
		}
		return c.finish(ctx, tx)
	})
	if err != nil {
		return err
	}
	c.count(got, saved)
	return nil
}

// store writes what the answer holds, what each stage of coverage learns, and
// the jobs that ask for the revisions of documents that were passed over.
func (c *collection) store(ctx context.Context, tx pgx.Tx, ready store.Prepared, told []store.StageCover) (store.Saved, error) {
	saved, err := c.DB.Save(ctx, tx, ready)
	if err != nil {
		return saved, err
	}
	if err := c.DB.CoverStages(ctx, tx, c.row.ID, told[1:]); err != nil {
		return saved, err
	}
	if c.mrid == "" {
		if err := c.again(ctx, tx, ready.Asked, told[0]); err != nil {
			return saved, err
		}
	}
	return saved, queue.InsertRevisions(ctx, tx, c.row, c.job.Args.Backfill, saved.Missing, MaxAttempts)
}

// coverRefused notes a refused window in every stage whose time has come.
func (c *collection) coverRefused(ctx context.Context, tx pgx.Tx, w timeseries.Window) error {
	now := c.Now()
	var told []store.StageCover
	for stage := range c.item.Timetable.Stages() {
		told = append(told, c.refused(stage, w, now))
	}
	ready, err := c.DB.Prepare(ctx, store.Answer{FeedID: c.row.ID, Asked: w, KnownAt: now, Refused: told[0].Refused, Aside: c.aside(w)})
	if err != nil {
		return err
	}
	if _, err := c.DB.Save(ctx, tx, ready); err != nil {
		return err
	}
	if !c.aside(w) {
		if err := c.DB.Discourage(ctx, tx, c.row.ID); err != nil {
			return err
		}
	}
	if err := c.DB.CoverStages(ctx, tx, c.row.ID, told[1:]); err != nil {
		return err
	}
	return c.again(ctx, tx, w, told[0])
}

// refused is what a stage of coverage learns of a window that was asked at a
// time and not answered, or not in full.
func (c *collection) refused(stage int, w timeseries.Window, at time.Time) store.StageCover {
	possible, _ := c.item.Timetable.Due(stage, at, c.zone)
	return store.StageCover{Stage: stage, Refused: timeseries.Window{To: possible}.Within(c.covers(w))}
}

// finish completes the job with its last window, unless a window was refused:
// then River is to cancel it.
func (c *collection) finish(ctx context.Context, tx pgx.Tx) error {
	if len(c.windows) > 1 || c.refusal != nil {
		return nil
	}
	_, err := river.JobCompleteTx[*riverpgxv5.Driver](ctx, tx, c.job)
	return err
}

func (c *collection) count(got *reply, saved store.Saved) {
	c.requests = nil
	c.did.Inserted += saved.Inserted
	c.did.Changed += saved.Changed
	c.did.Retracted += saved.Retracted
	c.did.Unchanged += saved.Unchanged
	if got.Read.Empty() {
		c.did.NoData++
	}
	c.Rounds.Stored(c.item.Name, saved.Inserted)
}

// ref names this attempt of the job.
func (c *collection) ref() queue.JobRef { return refOf(c.job.JobRow) }

func refOf(job *rivertype.JobRow) queue.JobRef {
	ref := queue.JobRef{ID: job.ID, Attempt: job.Attempt}
	if job.AttemptedAt != nil {
		ref.AttemptedAt = *job.AttemptedAt
	}
	return ref
}

// learned is what every stage of coverage learns: an answer counts for each
// stage whose time had come when it was asked for, so that what is read late,
// after a week of downtime or as a backfill, need not be read once more for
// each of them.
func (c *collection) learned(got *reply) []store.StageCover {
	told := make([]store.StageCover, c.item.Timetable.Stages())
	for stage := range told {
		told[stage].Stage = stage
		if got.Read.Lacking {
			told[stage] = c.refused(stage, got.Window, got.Sent)
			continue
		}
		possible, settled := c.item.Timetable.Due(stage, got.Sent, c.zone)
		for _, w := range c.covers(got.Window) {
			data, empty := covered(w, got.Read.PeriodsOf(stage, w), possible, settled)
			told[stage].Data = append(told[stage].Data, data...)
			told[stage].Empty = append(told[stage].Empty, empty...)
		}
	}
	return told
}

// covers returns the windows that the answer to one counts for: of a register,
// which tells the latest state, all that were missing. The revisions of one
// document tell nothing of any time.
func (c *collection) covers(w timeseries.Window) []timeseries.Window {
	switch {
	case c.mrid != "":
		return nil
	case c.item.Shape == timeseries.ShapeRegister:
		return c.missed
	}
	return []timeseries.Window{w}
}

// record writes down the requests that were sent since the last save, and what
// of a backfill they have done.
func (c *collection) record(ctx context.Context, q store.Execer, saved store.Saved, took time.Duration, done []timeseries.Window) error {
	progress := store.BackfillRead{Backfill: c.job.Args.Backfill, FeedID: c.job.Args.Feed, Sent: len(c.requests), Done: done}
	for i, r := range c.requests {
		if i == len(c.requests)-1 {
			r.Changed, r.Retracted, r.Save = saved.Changed, saved.Retracted, took
		}
		progress.Points += r.Points
		if err := c.DB.RecordFetch(ctx, q, r); err != nil {
			return err
		}
	}
	if progress.Backfill == 0 {
		return nil
	}
	return c.DB.RecordBackfill(ctx, q, progress)
}

// covered says what a stage of coverage learns from an answer: data where its
// Periods are, empty where it has none and the deadline has passed. What
// cannot have been published yet is never covered.
func covered(asked timeseries.Window, periods []timeseries.Window, possible, settled time.Time) (data, empty []timeseries.Window) {
	published := timeseries.Window{From: asked.From, To: earlier(asked.To, possible)}
	data = published.Within(timeseries.Union(periods))
	due := timeseries.Window{From: asked.From, To: earlier(asked.To, settled)}
	if due.Empty() {
		return data, nil
	}
	return data, due.Without(data)
}
