package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"entsoed/jobs/commit"
	"entsoed/store"
	"entsoed/store/queue"
)

// QueueDrive is the queue of the job that drives backfills, and QueueDefault that
// of jobs which somebody wrote into the job table without naming one.
const (
	QueueDrive   = "drive"
	QueueDefault = river.QueueDefault
)

// DriveArgs are the arguments of the one job that hands the windows of all
// running backfills to the queue, a few hundred at a time, and the documents whose
// earlier revisions are to be asked for. It is inserted by entsoe.wake_driver and
// runs as long as there are any.
type DriveArgs struct{}

// Kind names the job in River's table.
func (DriveArgs) Kind() string { return "drive" }

// Drive works that job. It never asks the platform.
type Drive struct {
	river.WorkerDefaults[DriveArgs]

	DB       *store.DB
	Now      func() time.Time
	Stopping <-chan struct{} // closed when the process is asked to stop
	Log      *slog.Logger
}

const (
	refillBelow = 120 // windows of all backfills in the queue
	driveEvery  = 250 * time.Millisecond
	noteEvery   = 8           // of these steps; the rate and the progress follow from the notes
	driveFor    = time.Minute // then the job begins anew, so that none is under way for days
	analyzeLock = 2 * time.Second
)

// Work looks at the queue several times a second until there is nothing to do.
func (d *Drive) Work(ctx context.Context, job *river.Job[DriveArgs]) error {
	began := time.Now()
	tick := time.NewTicker(driveEvery)
	defer tick.Stop()
	for n := 0; time.Since(began) < driveFor; n++ {
		done, err := d.step(ctx, job)
		if err == nil && !done && n%noteEvery == 0 {
			err = queue.NoteBackfills(ctx, d.DB)
		}
		if err != nil || done {
			return err
		}
		select {
		case <-tick.C:
		case <-d.Stopping:
			return river.JobSnooze(0)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return river.JobSnooze(0)
}

// NextRetry follows soon: what is in the queue lasts for half a minute.
func (d *Drive) NextRetry(*river.Job[DriveArgs]) time.Time { return time.Now().Add(time.Second) }

// step plans what is new, ends what is done and fills the queue up. It reports
// whether the job is completed, because nothing is left to do.
func (d *Drive) step(ctx context.Context, job *river.Job[DriveArgs]) (done bool, err error) {
	running, err := queue.RunningBackfills(ctx, d.DB)
	if err != nil {
		return false, err
	}
	for _, b := range running {
		if !b.Planned {
			if err := d.plan(ctx, b); err != nil {
				return false, err
			}
		}
	}
	handed, err := queue.HandRevisions(ctx, d.DB, MaxAttempts)
	if err != nil {
		return false, err
	}
	if len(running) == 0 && handed == 0 {
		return d.complete(ctx, job)
	}
	return false, d.windows(ctx, running)
}

// windows ends the backfills that have nothing left, and hands out windows when
// few are in the queue, or none of one backfill. A backfill ends whatever others
// have left.
func (d *Drive) windows(ctx context.Context, running []queue.RunningBackfill) error {
	queued, err := queue.QueuedWindows(ctx, d.DB)
	if err != nil {
		return err
	}
	all := 0
	for _, n := range queued {
		all += n
	}
	none := slices.ContainsFunc(running, func(b queue.RunningBackfill) bool { return queued[b.ID] == 0 })
	if len(running) == 0 || all >= refillBelow && !none {
		return nil
	}
	if err := d.end(ctx); err != nil {
		return err
	}
	return d.refill(ctx, queued)
}

// end ends the backfills that have nothing left, and stops those of which only is
// left what somebody cancelled.
func (d *Drive) end(ctx context.Context) error {
	if err := queue.NoteStops(ctx, d.DB); err != nil {
		return err
	}
	if err := queue.CloseFeeds(ctx, d.DB); err != nil {
		return err
	}
	ended, err := queue.FinishBackfills(ctx, d.DB)
	for _, id := range ended {
		d.Log.Info("a backfill is done", "backfill", id)
	}
	if err != nil {
		return err
	}
	if len(ended) > 0 {
		if err := d.DB.AnalyzeAll(ctx, analyzeLock); err != nil && ctx.Err() == nil {
			d.Log.Warn("the planner knows little of what a backfill brought until autovacuum has counted it", "error", err)
		}
	}
	stopped, err := queue.StopBackfills(ctx, d.DB)
	for _, b := range stopped {
		d.Log.Warn("a backfill is stopped: somebody cancelled what is left of it", "backfill", b.ID, "windows", b.Windows,
			"hint", fmt.Sprintf("entsoed backfill resume %d hands it out again", b.ID))
	}
	return err
}

// refill hands windows to the queue. queued is how many of each backfill are
// there.
func (d *Drive) refill(ctx context.Context, queued map[int64]int) error {
	room, err := queue.Room(ctx, d.DB, queue.Windows)
	if err != nil || room == 0 {
		return err
	}
	left, err := queue.BackfillsLeft(ctx, d.DB, room)
	if err != nil || len(left) == 0 {
		return err
	}
	now := d.Now()
	_, err = queue.InsertWindows(ctx, d.DB, handOut(left, room, queued, now), MaxAttempts, now)
	return err
}

// complete ends the job unless a backfill was started meanwhile, or a document was
// found. One that is found in the same moment wakes the next driver.
func (d *Drive) complete(ctx context.Context, job *river.Job[DriveArgs]) (done bool, err error) {
	err = pgx.BeginFunc(ctx, d.DB.Pool, func(tx pgx.Tx) error {
		if err := queue.Fence(ctx, tx, commit.Ref(job.JobRow)); err != nil {
			return err
		}
		if done, err = queue.DriverDone(ctx, tx); err != nil || !done {
			return err
		}
		return commit.Complete(ctx, tx, job.JobRow)
	})
	if err != nil || !done {
		return done, err
	}
	return true, queue.WakeDriver(ctx, d.DB)
}

// plan writes down what each feed of a backfill has to do.
func (d *Drive) plan(ctx context.Context, b queue.RunningBackfill) error {
	now := d.Now()
	feeds, err := d.DB.BackfillFeeds(ctx, b.ID, now)
	if err != nil {
		return err
	}
	plans := make([]store.FeedPlan, 0, len(feeds))
	requests := 0
	for _, f := range feeds {
		item, err := itemOf(f.FeedRow)
		if err != nil {
			plans = append(plans, store.FeedPlan{FeedID: f.ID}) // the catalogue has lost it: nothing to do
			continue
		}
		plan := feedPlan(item, f, b.To, now)
		plans = append(plans, plan)
		requests += plan.Requests
	}
	d.Log.Info("a backfill begins", "backfill", b.ID, "feeds", len(feeds), "requests", requests, "from", b.From, "to", b.To, "mode", b.Mode)
	return d.DB.SavePlan(ctx, b.ID, plans)
}
