package worker

import (
	"context"
	"time"

	"entsoed/store"
	"entsoed/store/queue"
)

// beat says every few seconds that the process lives. Nothing else stands in
// this loop, and the heartbeat has connections of its own: whatever is slow in
// the process or in the database's tables, a living process must not look dead.
// After each heartbeat it asks takeOver to look for processes that died.
//
// It is also the one that asks whether a database that is away is back, and at
// once when somebody reports trouble.
func (p *process) beat(ctx context.Context, look chan<- struct{}) {
	var gap gap
	failing, last := false, time.Now()
	var reported error
	for {
		a := p.ask(ctx, last)
		if ctx.Err() != nil {
			return
		}
		p.notice(a, reported)
		if a.Locked && !failing && !p.absence.gate.WasShut(aftermath) {
			p.Log.Warn("no heartbeat: other processes take the jobs over if that lasts", "after", p.pace.Silence, "error", a.Err)
		}
		failing = a.Locked
		if a.Err == nil {
			last = time.Now()
		}
		if gap.steady(a.Err == nil, time.Now(), p.pace.Silence) {
			select {
			case look <- struct{}{}:
			default: // the last look is not over
			}
		}
		if reported = p.untilNext(ctx); ctx.Err() != nil {
			return
		}
	}
}

// notice opens or shuts the gate. What was reported although the database is there
// was the fault of single connections.
func (p *process) notice(a asked, reported error) {
	known := p.absence.state.Load()
	was := known != nil
	if was && a.Err != nil && !a.Locked {
		a.Away = a.Err // it is not back before it takes a heartbeat
	}
	if was && a.Away == nil && store.IsAway(known.Cause) {
		p.renew() // before anybody takes an old connection
	}
	p.absence.note(a.Away, time.Now(), p.pace.Silence)
	if reported != nil && a.Err == nil && !was {
		p.absence.single(reported, time.Now())
		p.renew()
	}
}

// untilNext waits for the time of the next heartbeat, or until trouble is
// reported, which it returns.
func (p *process) untilNext(ctx context.Context) (reported error) {
	wait := p.pace.Beat
	if p.absence.gate.IsShut() {
		wait = min(wait, time.Second)
	}
	next, calm := time.NewTimer(wait), time.NewTimer(min(wait, calm))
	defer next.Stop()
	defer calm.Stop()
	var trouble <-chan error
	for {
		select {
		case <-calm.C:
			if !p.absence.gate.IsShut() { // else there is trouble, of course
				trouble = p.absence.gate.Trouble()
			}
		case reported = <-trouble:
			return reported
		case <-next.C:
			return nil
		case <-ctx.Done():
			return nil
		}
	}
}

// calm is how soon trouble is looked into again.
const calm = time.Second

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
