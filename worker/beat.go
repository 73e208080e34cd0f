package worker

import (
	"context"
	"time"

	"entsoed/store"
	"entsoed/store/queue"
)

const (
	beatEvery    = 3 * time.Second
	tidyEvery    = time.Hour
	documentsAge = 90 * 24 * time.Hour // of failed and unknown answers that are kept
)

// beat says every few seconds that the process lives, and makes the jobs of
// those that do not available again. It says so before it looks for the dead:
// after the database was away, a process must not take its own jobs for
// abandoned.
func (p *process) beat(ctx context.Context) {
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	var tidied time.Time
	silent := false
	for {
		err := p.pulse(ctx)
		if err != nil && ctx.Err() == nil && !silent {
			p.Log.Warn("no heartbeat: after 15 s other processes take the jobs over", "error", err)
		}
		silent = err != nil
		if time.Since(tidied) >= tidyEvery {
			tidied = time.Now()
			p.tidy(ctx)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// pulse is one heartbeat and one look for the dead.
func (p *process) pulse(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, store.Silence/3)
	defer cancel()
	if err := queue.Heartbeat(ctx, p.control, p.id); err != nil {
		return err
	}
	n, err := queue.RecoverJobs(ctx, p.control, store.Silence)
	if n > 0 {
		p.Log.Info("took over the jobs of a process that died", "jobs", n)
	}
	return err
}

// tidy deletes old documents, and fast values that are not to be kept.
func (p *process) tidy(ctx context.Context) {
	if _, err := p.control.DropDocuments(ctx, p.Now().Add(-documentsAge)); err != nil && ctx.Err() == nil {
		p.Log.Warn("old documents could not be deleted", "error", err)
	}
	if keep := time.Duration(p.Worker.KeepFast); keep > 0 {
		if err := p.control.DropFast(ctx, p.Now().Add(-keep)); err != nil && ctx.Err() == nil {
			p.Log.Warn("old values finer than a minute could not be deleted", "error", err)
		}
	}
}
