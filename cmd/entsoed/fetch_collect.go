package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"entsoed/jobs"
	"entsoed/store"
	"entsoed/store/queue"
	"entsoed/worker"
)

const (
	lookEvery   = 200 * time.Millisecond // at the jobs that are waited for
	workerEvery = 2 * time.Second        // whether a worker lives
)

// errNoWorker says that nobody will work the jobs that are waited for.
var errNoWorker = errors.New("no worker is running")

// collecting is a running `entsoed fetch`: its jobs in the order of the feeds
// of its order.
type collecting struct {
	env   environment
	order fetchOrder
	wait  time.Duration
	now   func() time.Time // the clock of delivery and publication times
	db    *store.DB
	ids   []int64
	shown map[int64]string // what was last printed about a job
}

// collectNow enqueues a job for each feed of the order, waits for them, works
// them itself if nobody else does, and prints what came of them.
func collectNow(ctx context.Context, env environment, d worker.Deps, order fetchOrder, flags fetchFlags) error {
	db, err := store.Open(ctx, d.Store, 4)
	if err != nil {
		return databaseFailure(ctx, err)
	}
	defer db.Close()
	f := &collecting{env: env, order: order, wait: flags.Wait, now: clockOf(d), db: db, shown: map[int64]string{}}
	if err := f.enqueue(ctx); err != nil {
		return err
	}
	err = f.await(ctx, "")
	if errors.Is(err, errNoWorker) {
		fmt.Fprintln(env.Stderr, "no worker is running: fetch works the job itself")
		err = worker.Private(ctx, d, f.await)
	}
	if ctx.Err() != nil {
		return withHint(errors.New("interrupted; the job stays in the queue"), "`entsoed jobs cancel %d` takes it out", f.ids[0])
	}
	if err != nil {
		return err
	}
	outcomes, err := f.outcomes(ctx)
	if err != nil {
		return err
	}
	return printOutcomes(env, outcomes, flags.JSON)
}

// clockOf returns the clock of delivery and publication times.
func clockOf(d worker.Deps) func() time.Time {
	if d.Now == nil {
		return time.Now
	}
	return d.Now
}

// enqueue inserts the jobs. A job for the same window that is still alive is
// waited for instead. They go before all that the worker has to do by itself.
func (f *collecting) enqueue(ctx context.Context) error {
	feeds, err := f.db.EnsureFeeds(ctx, jobs.FeedRows(f.order.Feeds))
	if err != nil {
		return err
	}
	for _, feed := range feeds {
		id, _, err := queue.InsertCollect(ctx, f.db, queue.Collect{
			Feed: feed, Lane: store.LaneFetch, Window: f.order.Window, Queue: store.LaneLive, MaxAttempts: jobs.MaxAttempts,
		})
		if err != nil {
			return err
		}
		f.ids = append(f.ids, id)
	}
	return queue.PreferJobs(ctx, f.db, f.ids...)
}

// await returns when all jobs have ended or will not be tried for a while. It
// moves them to our own queue of that name; without one it returns errNoWorker
// when no worker lives.
func (f *collecting) await(ctx context.Context, own string) error {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	var looked time.Time
	for {
		found, err := queue.JobsByID(ctx, f.db, f.ids...)
		if err != nil {
			return err
		}
		f.show(found)
		if f.atRest(found) {
			return nil
		}
		if own != "" || time.Since(looked) >= workerEvery {
			looked = time.Now()
			if err := f.ensureWorker(ctx, own); err != nil {
				return err
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// ensureWorker sees to it that somebody works the jobs.
func (f *collecting) ensureWorker(ctx context.Context, own string) error {
	if own != "" {
		return queue.MoveJobs(ctx, f.db, own, f.ids...)
	}
	living, err := queue.LivingWorkers(ctx, f.db)
	if err == nil && living == 0 {
		err = errNoWorker
	}
	return err
}

// atRest reports whether nothing is to be expected of the jobs for a while.
func (f *collecting) atRest(found []queue.Job) bool {
	for _, job := range found {
		if job.FinalizedAt == nil && time.Until(job.ScheduledAt) <= f.wait {
			return false
		}
	}
	return true
}

// show prints what changed about the jobs.
func (f *collecting) show(found []queue.Job) {
	for _, job := range found {
		text := progress(job)
		if text == f.shown[job.ID] {
			continue
		}
		f.shown[job.ID] = text
		fmt.Fprintf(f.env.Stderr, "job %d, %s: %s\n", job.ID, feedName(job.Item, job.Area, job.Variant), text)
	}
}

// progress says in a few words how a job stands.
func progress(job queue.Job) string {
	switch {
	case job.FinalizedAt != nil:
		return job.State
	case job.State == "running":
		return "running"
	case job.State == "retryable" && job.LastError() != "":
		return fmt.Sprintf("attempt %d failed: %s; the next is due at %s", job.Errors[len(job.Errors)-1].Attempt,
			cut(job.LastError(), 200), instant(&job.ScheduledAt))
	case time.Until(job.ScheduledAt) > time.Second:
		return "put off until " + instant(&job.ScheduledAt)
	}
	return "waiting"
}

// feedName names what a job or an outcome is about.
func feedName(item, area, variant string) string {
	name := item + " " + area
	if variant != "" {
		name += " " + variant
	}
	return name
}
