package jobs

import (
	"container/heap"
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"entsoed/jobs/agenda"
	"entsoed/jobs/commit"
	"entsoed/store"
	"entsoed/store/queue"
	"entsoed/timeseries"
)

// QueueDrive is the queue of the job that drives backfills, and QueueDefault that
// of jobs which somebody wrote into the job table without naming one.
const (
	QueueDrive   = "drive"
	QueueDefault = river.QueueDefault
)

// DriveArgs are the arguments of the one job that hands the windows of all
// running backfills to the queue, a few hundred at a time. It is inserted by
// entsoe.wake_driver and runs as long as a backfill does.
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
	mostQueued  = 300 // jobs of all backfills in the queue
	refillBelow = 200 // of them; all workers of a process have something to do
	driveEvery  = 250 * time.Millisecond
	driveFor    = time.Minute // then the job begins anew, so that none is under way for days
)

// Work looks at the queue several times a second until no backfill runs.
func (d *Drive) Work(ctx context.Context, job *river.Job[DriveArgs]) error {
	began := time.Now()
	tick := time.NewTicker(driveEvery)
	defer tick.Stop()
	for time.Since(began) < driveFor {
		done, err := d.step(ctx, job)
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

// step plans what is new, fills the queue up and ends what is done. It reports
// whether the job is completed, because no backfill runs.
func (d *Drive) step(ctx context.Context, job *river.Job[DriveArgs]) (done bool, err error) {
	running, err := queue.RunningBackfills(ctx, d.DB)
	if err != nil {
		return false, err
	}
	if len(running) == 0 {
		return d.complete(ctx, job)
	}
	for _, b := range running {
		if !b.Planned {
			if err := d.plan(ctx, b); err != nil {
				return false, err
			}
		}
	}
	queued, err := queue.Queued(ctx, d.DB)
	if err != nil || queued >= refillBelow {
		return false, err
	}
	return false, d.refill(ctx, mostQueued-queued)
}

// complete ends the job unless a backfill was started meanwhile.
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
	return done, err
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

// refill hands up to n windows to the queue, and ends the backfills that have
// nothing left. Half of the places at most are for earlier revisions of what
// they have come upon.
func (d *Drive) refill(ctx context.Context, n int) error {
	if err := queue.CloseFeeds(ctx, d.DB); err != nil {
		return err
	}
	revisions, err := queue.HandRevisions(ctx, d.DB, n/2, MaxAttempts)
	if err != nil {
		return err
	}
	n -= revisions
	left, err := queue.BackfillsLeft(ctx, d.DB, n)
	if err != nil {
		return err
	}
	if len(left) > 0 {
		now := d.Now()
		_, err := queue.InsertWindows(ctx, d.DB, handOut(left, n, now), MaxAttempts, now)
		return err
	}
	ended, err := queue.FinishBackfills(ctx, d.DB)
	for _, id := range ended {
		d.Log.Info("a backfill is done", "backfill", id)
	}
	return err
}

// handOut chooses the next n windows: of each backfill in turn, and of one
// the newest, or the oldest, of all its feeds. What two backfills want of one feed
// is handed out for one of them; what the other still misses then is seen later.
func handOut(left []queue.FeedLeft, n int, now time.Time) []queue.BackfillWindow {
	var order []int64
	queues := map[int64]*windowQueue{}
	for _, l := range left {
		q, known := queues[l.Backfill]
		if !known {
			q = &windowQueue{oldestFirst: l.OldestFirst}
			queues[l.Backfill] = q
			order = append(order, l.Backfill)
		}
		if f := newFeedWindows(l, now); len(f.windows) > 0 {
			q.feeds = append(q.feeds, f)
		}
	}
	for _, q := range queues {
		heap.Init(q)
	}
	var chosen []queue.BackfillWindow
	taken := map[int64][]queue.BackfillWindow{} // by feed
	for len(chosen) < n && len(queues) > 0 {
		for _, id := range order {
			q, open := queues[id]
			switch {
			case !open || len(chosen) == n:
			case q.Len() == 0:
				delete(queues, id)
			default:
				w := q.take()
				if others := taken[w.Feed.ID]; !slices.ContainsFunc(others, w.Clashes) {
					chosen, taken[w.Feed.ID] = append(chosen, w), append(others, w)
				}
			}
		}
	}
	return chosen
}

// feedWindows are the windows of one feed that are left, the next one first.
type feedWindows struct {
	queue.FeedLeft
	windows []timeseries.Window
	trial   bool // the first of them
	silent  bool // the feed never had data
}

func newFeedWindows(l queue.FeedLeft, now time.Time) *feedWindows {
	f := &feedWindows{FeedLeft: l, silent: standing(l.FeedRow).Silent > 0}
	item, err := itemOf(l.FeedRow)
	if err != nil {
		return f
	}
	cut := agenda.Cut{Item: item, Zone: feedOf(l.FeedRow).Zone(), Limit: agenda.Limit(item, l.LearnedLimit)}
	f.windows = cut.Portions(l.Windows)
	if l.OldestFirst {
		slices.Reverse(f.windows)
	}
	if agenda.Doubted(l.LearnedLimit, l.LearnedAt, now) && len(f.windows) > 0 {
		f.try(cut)
	}
	return f
}

// try replaces the first windows by one as long as the catalogue allows, if
// there is one around the first.
func (f *feedWindows) try(cut agenda.Cut) {
	cut.Limit = agenda.Limit(cut.Item, "")
	first := f.windows[0]
	for _, long := range cut.Portions(f.FeedLeft.Windows) {
		if long.Intersect(first) != first || long == first {
			continue
		}
		rest := slices.DeleteFunc(slices.Clone(f.windows), func(w timeseries.Window) bool { return w.Overlaps(long) })
		f.windows, f.trial = slices.Concat([]timeseries.Window{long}, rest), true
		return
	}
}

// windowQueue is a heap of feeds by their next window.
type windowQueue struct {
	oldestFirst bool
	feeds       []*feedWindows
}

func (q *windowQueue) Len() int { return len(q.feeds) }

func (q *windowQueue) Less(i, j int) bool {
	a, b := q.feeds[i], q.feeds[j]
	switch {
	case a.silent != b.silent:
		return b.silent
	case q.oldestFirst:
		return a.windows[0].From.Before(b.windows[0].From)
	}
	return a.windows[0].To.After(b.windows[0].To)
}

func (q *windowQueue) Swap(i, j int) { q.feeds[i], q.feeds[j] = q.feeds[j], q.feeds[i] }

func (q *windowQueue) Push(x any) { q.feeds = append(q.feeds, x.(*feedWindows)) }

func (q *windowQueue) Pop() any {
	last := q.feeds[len(q.feeds)-1]
	q.feeds = q.feeds[:len(q.feeds)-1]
	return last
}

// take returns the next window.
func (q *windowQueue) take() queue.BackfillWindow {
	f := q.feeds[0]
	w := queue.BackfillWindow{Backfill: f.Backfill, Mode: f.Mode, Feed: f.FeedRow, Window: f.windows[0], Trial: f.trial}
	f.windows, f.trial = f.windows[1:], false
	if len(f.windows) == 0 {
		heap.Pop(q)
		return w
	}
	heap.Fix(q, 0)
	return w
}
