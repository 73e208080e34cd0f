package worker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/riverqueue/river"

	"entsoed/entsoe"
	"entsoed/jobs"
	"entsoed/store"
	"entsoed/store/queue"
)

// Run collects until the context ends, then finishes or hands back what is
// running, within 20 s. Its errors name the setting to change.
func Run(ctx context.Context, d Deps) error {
	if err := d.Worker.Check(); err != nil {
		return err
	}
	selected, err := jobs.Select(d.Collect)
	if err != nil {
		return err
	}
	p, err := open(ctx, d)
	if err != nil {
		return err
	}
	defer p.close()
	return p.collect(ctx, selected)
}

// collect announces, serves and works what is selected.
func (p *process) collect(ctx context.Context, selected jobs.Selection) error {
	if err := p.prepare(ctx); err != nil {
		return err
	}
	selected, err := jobs.Setup(ctx, p.data, selected, p.Collect, p.PerMinute)
	if err != nil {
		return fmt.Errorf("feeds of ENTSOE_ITEMS and ENTSOE_AREAS: %w", err)
	}
	p.announce(selected)
	if err := p.newClient(ctx, p.queues(), p.periodic(selected), p.Worker.SchedulerEnabled); err != nil {
		return err
	}
	server, err := p.serve()
	if err != nil {
		return err
	}
	defer server.stop()
	return p.work(ctx, func(ctx context.Context) error {
		<-ctx.Done()
		return nil
	})
}

// Private works the jobs of a queue of its own, for a process that wants a job
// done where no worker lives. It calls do with the queue's name once jobs in it
// are worked, and stops when do returns. It never leads the queue, for a worker
// that starts meanwhile could not plan: do must make its jobs available again
// when their next attempt is due (store.MoveJobs).
func Private(ctx context.Context, d Deps, do func(ctx context.Context, queue string) error) error {
	p, err := open(ctx, d)
	if err != nil {
		return err
	}
	defer p.close()
	p.id += queue.PrivateSuffix
	if err := p.prepare(ctx); err != nil {
		return err
	}
	queue := "fetch_" + p.id
	if err := p.newClient(ctx, map[string]river.QueueConfig{queue: {MaxWorkers: 1}}, nil, false); err != nil {
		return err
	}
	return p.work(ctx, func(ctx context.Context) error { return do(ctx, queue) })
}

// prepare binds the database to the source and sets the budget.
func (p *process) prepare(ctx context.Context) error {
	if err := p.data.ClaimSource(ctx, p.Source); err != nil {
		return err
	}
	return p.data.Budget(ctx, p.PerMinute)
}

// queues gives every lane its own, so that none fills the slots of another and
// nobody who waits for a fetch stands behind a round.
func (p *process) queues() map[string]river.QueueConfig {
	of := func(workers int) river.QueueConfig {
		return river.QueueConfig{MaxWorkers: workers, FetchPollInterval: pollEvery}
	}
	return map[string]river.QueueConfig{
		jobs.QueueControl:  of(plans),
		store.LaneFetch:    of(min(fetches, p.Worker.Concurrency)),
		store.LaneLive:     of(p.Worker.Concurrency),
		store.LaneRevision: of(p.Worker.Concurrency),
		store.LaneBackfill: of(p.Worker.Concurrency),
		jobs.QueueDrive:    of(1),
		jobs.QueueDefault:  of(plans),
	}
}

// periodic returns a plan job per item with feeds, aligned to its timetable, and
// the job that heals the past. The schedule is in the leader's memory only; RunOnStart makes up for lost
// ticks.
func (p *process) periodic(selected jobs.Selection) []*river.PeriodicJob {
	if !p.Worker.SchedulerEnabled {
		return nil
	}
	planned := map[string]bool{}
	for _, f := range selected.Feeds {
		planned[f.Item] = true
	}
	var all []*river.PeriodicJob
	for _, item := range coreFirst(selected.Items) {
		if !planned[item.Name] {
			continue // asked by people only, or retired
		}
		args := func() (river.JobArgs, *river.InsertOpts) { return jobs.PlanArgs{Item: item.Name}, nil }
		all = append(all, river.NewPeriodicJob(schedule{Tick: ticksOf(item), Now: p.Now, Speed: p.Speed}, args,
			&river.PeriodicJobOpts{ID: "plan:" + item.Name, RunOnStart: true}))
	}
	heal := func() (river.JobArgs, *river.InsertOpts) { return jobs.HealArgs{}, nil }
	return append(all, river.NewPeriodicJob(schedule{Tick: every(jobs.HealEvery), Now: p.Now, Speed: p.Speed}, heal,
		&river.PeriodicJobOpts{ID: "heal", RunOnStart: true}))
}

// coreFirst puts the items of the group core before the others: they are
// planned, and so asked, in this order.
func coreFirst(items []entsoe.Item) []entsoe.Item {
	sorted := slices.Clone(items)
	slices.SortStableFunc(sorted, func(a, b entsoe.Item) int {
		switch {
		case a.Core && !b.Core:
			return -1
		case b.Core && !a.Core:
			return 1
		}
		return 0
	})
	return sorted
}

// work runs the River client, and what goes on beside it, until do returns or
// the client stops by itself.
func (p *process) work(ctx context.Context, do func(context.Context) error) error {
	beside, end := context.WithCancel(context.WithoutCancel(ctx))
	var others sync.WaitGroup
	defer others.Wait()
	defer end()
	if err := queue.Heartbeat(ctx, p.control, p.id); err != nil { // before the first job, which would else look abandoned
		return fmt.Errorf("heartbeat: %w", err)
	}
	others.Go(func() { p.beat(beside) })
	others.Go(func() { p.rounds.Run(beside) })

	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	if err := p.client.Start(running); err != nil {
		return fmt.Errorf("job queue: %w", err)
	}
	p.started.Store(true)
	err := p.await(ctx, do)
	p.stop(stop)
	return err
}

// await returns when do does, or when the client stops by itself.
func (p *process) await(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- do(ctx) }()
	select {
	case err := <-done:
		return err
	case <-p.client.Stopped():
		return errors.New("the job queue stopped by itself")
	}
}

// stop asks the running jobs to end, hands back those that do not, and takes
// the process out of the living ones. What hangs beyond all bounds is left to
// the other processes, which notice the missing heartbeat.
func (p *process) stop(stopClient func()) {
	began := time.Now()
	p.Log.Info("stopping: running jobs are finished or handed back")
	p.started.Store(false)
	close(p.stopping)
	stopClient()
	select {
	case <-p.client.Stopped():
	case <-time.After(longestStop):
		p.Log.Warn("some jobs did not end; other processes will take them over", "after", longestStop)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := queue.Retire(ctx, p.control, p.id); err != nil {
		p.Log.Warn("this process could not be taken out of the living ones", "error", err)
	}
	p.Log.Info("stopped", "took", time.Since(began).Round(time.Millisecond))
}
