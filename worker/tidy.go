package worker

import (
	"context"
	"time"

	"entsoed/store/queue"
)

// documentsAge is for how long the documents of failed and unknown answers are
// kept.
const documentsAge = 90 * 24 * time.Hour

// chore is something to be tidied up now and then.
type chore struct {
	Failed string // what to say when it cannot be done
	Do     func(ctx context.Context) error
}

// chores lists what this process tidies up.
func (p *process) chores() []chore {
	all := []chore{{"old documents could not be deleted; it is tried again", func(ctx context.Context) error {
		_, err := p.control.DropDocuments(ctx, p.Now().Add(-documentsAge), p.pace.TidyLock)
		return err
	}}}
	if keep := time.Duration(p.Worker.KeepFetches); keep > 0 {
		all = append(all, chore{"old records of requests could not be deleted; it is tried again", func(ctx context.Context) error {
			_, err := queue.DropFetches(ctx, p.control, p.Now().Add(-keep), p.pace.TidyLock)
			return err
		}})
	}
	if keep := time.Duration(p.Worker.KeepChanges); keep > 0 {
		all = append(all, chore{"old changes could not be deleted; it is tried again", func(ctx context.Context) error {
			_, err := p.control.DropChanges(ctx, p.Now().Add(-keep), p.pace.TidyLock)
			return err
		}})
	}
	if keep := time.Duration(p.Worker.KeepFast); keep > 0 {
		all = append(all, chore{"old values finer than a minute could not be deleted; it is tried again", func(ctx context.Context) error {
			return p.control.DropFast(ctx, p.Now().Add(-keep), p.pace.TidyLock)
		}})
	}
	return all
}

// tidy does the chores every hour until the context ends. It may take its time,
// within bounds: nothing waits for it, and it gives up on a lock before those
// who queue behind it notice. A failure is logged once, until it works again.
func (p *process) tidy(ctx context.Context) {
	tick := time.NewTicker(p.pace.Tidy)
	defer tick.Stop()
	failing := map[string]bool{}
	for {
		for _, c := range p.chores() {
			err := p.do(ctx, c)
			if err != nil && ctx.Err() == nil && !failing[c.Failed] {
				p.Log.Warn(c.Failed, "error", err)
			}
			failing[c.Failed] = err != nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (p *process) do(ctx context.Context, c chore) error {
	ctx, cancel := context.WithTimeout(ctx, p.pace.TidyLong)
	defer cancel()
	return c.Do(ctx)
}
