package worker

import (
	"context"

	"entsoed/store/queue"
)

// takeOver makes the jobs of processes that died available again, whenever it
// is asked to look, until the context ends. A look that takes long holds up no
// heartbeat.
func (p *process) takeOver(ctx context.Context, look <-chan struct{}) {
	failing := false
	for {
		select {
		case <-look:
		case <-ctx.Done():
			return
		}
		err := p.recoverJobs(ctx)
		if err != nil && ctx.Err() == nil && !failing {
			p.Log.Warn("the jobs of processes that died cannot be taken over; it is tried again", "error", err)
		}
		failing = err != nil
	}
}

func (p *process) recoverJobs(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, p.pace.TakeOver)
	defer cancel()
	n, err := queue.RecoverJobs(ctx, p.control, p.pace.Silence)
	if n > 0 {
		p.Log.Info("took over the jobs of a process that died", "jobs", n)
	}
	return err
}
