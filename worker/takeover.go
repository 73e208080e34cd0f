package worker

import (
	"context"
	"errors"

	"entsoed/store"
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
	done, err := queue.RecoverJobs(ctx, p.control, p.pace.Silence, p.Now())
	if done.Jobs > 0 {
		p.Log.Info("took over the jobs of a process that died", "jobs", done.Jobs, "were_reading", done.Suspects)
	}
	for _, a := range done.Aside {
		err = errors.Join(err, p.setAside(ctx, a))
	}
	return err
}

// setAside tells people of what kills the process.
func (p *process) setAside(ctx context.Context, a queue.SetAside) error {
	alarm := a.Alarm()
	p.Log.Error("set aside: an answer kills the process", "what", alarm.Subject, "job_id", a.Job, "cause", a.Reason, "again_at", a.AgainAt,
		"hint", "entsoed fetch asks again")
	_, err := store.OpenAlarm(ctx, p.control.Pool, alarm, p.Now())
	return err
}
