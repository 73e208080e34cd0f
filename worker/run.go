package worker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
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
	if err := p.know(ctx); err != nil {
		return err
	}
	if err := p.newClient(ctx, p.queues(), p.periodic(selected), p.Worker.SchedulerEnabled); err != nil {
		return err
	}
	server, err := p.serve()
	if err != nil {
		return err
	}
	defer server.stop()
	return p.work(ctx, p.untilNewer)
}

// untilNewer returns when the process is asked to stop, or when a newer one has
// changed the schema to what this one does not know.
func (p *process) untilNewer(ctx context.Context) error {
	tick := time.NewTicker(p.pace.Locks)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		have, err := queue.SchemaVersion(ctx, p.control.Pool)
		if err == nil && have.NewerThan(p.Schema) { // an error is reported by others
			return fmt.Errorf("the database was brought to %s, and this entsoed knows only %s: run the newer one", have, p.Schema)
		}
	}
}

// Private works the jobs of a queue of its own, for a process that wants a job
// done where no worker lives. It calls do with the queue's name once jobs in it
// are worked, and stops when do returns. It never leads the queue, for a worker
// that starts meanwhile could not plan: do must make its jobs available again
// when their next attempt is due (queue.MoveJobs).
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
	name := "fetch_" + p.id
	if err := p.newClient(ctx, map[string]river.QueueConfig{name: {MaxWorkers: 1}}, nil, false); err != nil {
		return err
	}
	return p.work(ctx, func(ctx context.Context) error { return do(ctx, name) })
}

// prepare binds the database to the source, notes its version and sets the budget.
func (p *process) prepare(ctx context.Context) error {
	if err := p.data.ClaimSource(ctx, p.Source); err != nil {
		return err
	}
	var err error
	if p.schema, err = queue.Ready(ctx, p.heart, p.id); err != nil {
		return err
	}
	return p.data.Budget(ctx, p.PerMinute)
}

// queues gives every lane its own, so that none fills the slots of another. What
// a person waits for, the lane fetch, is preferred in the queue of live jobs.
func (p *process) queues() map[string]river.QueueConfig {
	of := func(workers int) river.QueueConfig { return river.QueueConfig{MaxWorkers: workers} }
	return map[string]river.QueueConfig{
		jobs.QueueControl:  of(plans),
		store.LaneLive:     of(p.Worker.Concurrency),
		store.LaneRevision: of(p.Worker.Concurrency),
		store.LaneBackfill: of(p.Worker.Concurrency),
		jobs.QueueDrive:    of(1),
		jobs.QueueDefault:  of(plans),
		jobs.QueueWebhook:  of(max(len(p.hooks), plans)),
	}
}

// periodic returns a plan job per item with feeds, aligned to its timetable, and
// the job that heals the past. The schedule is in the leader's memory only, so
// RunOnStart makes up for lost ticks.
func (p *process) periodic(selected jobs.Selection) []*river.PeriodicJob {
	if !p.Worker.SchedulerEnabled {
		return nil
	}
	planned := map[string]bool{}
	for _, f := range selected.Feeds {
		planned[f.Item] = true
	}
	var all []*river.PeriodicJob
	for _, item := range inOrder(selected.Items) {
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

// inOrder sorts items by the order in which they are planned, and so asked:
// first those of the group core for which people wait, such as prices, then the
// others of that group.
func inOrder(items []entsoe.Item) []entsoe.Item {
	rank := func(i entsoe.Item) int {
		switch {
		case i.Core && len(i.Timetable.Bursts) > 0:
			return 0
		case i.Core:
			return 1
		}
		return 2
	}
	return slices.SortedStableFunc(slices.Values(items), func(a, b entsoe.Item) int { return cmp.Compare(rank(a), rank(b)) })
}

// work runs the River client, and what goes on beside it, until do returns or
// the client stops by itself.
func (p *process) work(ctx context.Context, do func(context.Context) error) error {
	if err := queue.Heartbeat(ctx, p.heart, p.id); err != nil { // before the first job, which would else look abandoned
		return err
	}
	defer p.beside(ctx)()
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	if err := p.start(ctx, running, stop); err != nil {
		return err
	}
	p.started.Store(true)
	err := p.await(ctx, do)
	return errors.Join(err, p.stop(stop))
}

// beside starts what goes on beside the jobs and returns what ends it.
func (p *process) beside(ctx context.Context) (end func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var others sync.WaitGroup
	look := make(chan struct{}, 1)
	others.Go(func() { p.beat(ctx, look) })
	others.Go(func() { p.takeOver(ctx, look) })
	others.Go(func() { p.tidy(ctx) })
	others.Go(func() { p.number(ctx) })
	others.Go(func() { p.count(ctx) })
	others.Go(func() { p.control.WatchLocks(ctx, p.Log, p.pace.Locks) })
	others.Go(func() { p.rounds.Run(ctx) })
	if !strings.HasSuffix(p.id, queue.PrivateSuffix) {
		others.Go(func() { p.watch(ctx) })
	}
	return func() {
		cancel()
		endsWithin(besideStop, others.Wait)
	}
}

// start starts the River client, whose context is running; a stop that comes
// meanwhile ends that, for a database that hangs may keep it for long.
func (p *process) start(ctx, running context.Context, stop func()) error {
	defer context.AfterFunc(ctx, stop)()
	err := p.client.Start(running)
	switch {
	case err != nil && ctx.Err() != nil:
		return ctx.Err() // whatever it broke off
	case err != nil:
		return fmt.Errorf("job queue: %w", err)
	}
	return nil
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
		if ctx.Err() != nil {
			return nil // the stop came while it started
		}
		return errors.New("the job queue stopped by itself")
	}
}
