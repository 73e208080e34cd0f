package worker

import (
	"context"
	"time"

	"entsoed/store/queue"
)

// beat says every few seconds that the process lives. Nothing else stands in
// this loop, and the heartbeat has connections of its own: whatever is slow in
// the process or in the database's tables, a living process must not look dead.
// After each heartbeat it asks takeOver to look for processes that died.
func (p *process) beat(ctx context.Context, look chan<- struct{}) {
	tick := time.NewTicker(p.pace.Beat)
	defer tick.Stop()
	var gap gap
	failing := false
	for {
		err := p.pulse(ctx)
		if err != nil && ctx.Err() == nil && !failing {
			p.Log.Warn("no heartbeat: other processes take the jobs over if that lasts", "after", p.pace.Silence, "error", err)
		}
		failing = err != nil
		if gap.steady(err == nil, time.Now(), p.pace.Silence) {
			select {
			case look <- struct{}{}:
			default: // the last look is not over
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// pulse is one heartbeat.
func (p *process) pulse(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, p.pace.Silence/3)
	defer cancel()
	if err := queue.Heartbeat(ctx, p.heart, p.id); err != nil {
		return err
	}
	return p.tellClock(ctx)
}

// tellClock makes the clock of the database that of the process.
func (p *process) tellClock(ctx context.Context) error {
	if !p.shifted {
		return p.heart.KeepServerClock(ctx)
	}
	return p.heart.SetClock(ctx, p.Now(), p.Speed)
}

// gap remembers when the process' own heartbeat last failed to come in time.
type gap struct {
	last  time.Time // heartbeat
	ended time.Time // zero: there was no gap
}

// steady notes a heartbeat, or that it failed, and reports whether the process
// may judge who is dead. After a gap, because the database was away or the whole
// machine slept, it may not: all the others were as silent, and have the same
// time to say that they live.
func (g *gap) steady(came bool, now time.Time, silence time.Duration) bool {
	// Round(0) leaves the clock of the wall, which goes on while a machine sleeps.
	late := !g.last.IsZero() && now.Round(0).Sub(g.last.Round(0)) > silence/2
	if !came || late {
		g.ended = now
	}
	if came {
		g.last = now
	}
	return came && (g.ended.IsZero() || now.Sub(g.ended) >= silence)
}
