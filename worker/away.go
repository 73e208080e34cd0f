package worker

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"entsoed/store"
)

// absence is what a process knows of a database that is away. While it is, the gate
// is shut: all who want a connection wait, the heartbeat alone asks, and the log
// has one line when it goes and one when it is back.
type absence struct {
	gate *store.Gate
	log  *slog.Logger // whose lines nobody folds

	state atomic.Pointer[away] // nil: the database is there
	cut   bool                 // its connections were broken
	told  time.Time            // when the failure of a single connection was last told
}

// away says since when the database is, and how that was noticed.
type away struct {
	Since time.Time
	Cause error
}

// tellAgain is how long the failure of single connections is told once only.
const tellAgain = 10 * time.Minute

// aftermath is how long connections may still fail that stem from before, and what
// waited meanwhile may still give up.
const aftermath = 15 * time.Second

// errSilent says that the database does not answer in time.
var errSilent = errors.New("it does not answer")

// note takes the result of a heartbeat, of which cause says whether the database
// is away.
func (o *absence) note(cause error, now time.Time, silence time.Duration) {
	known := o.state.Load()
	switch {
	case cause != nil && known == nil:
		o.cut = false
		o.state.Store(&away{Since: now, Cause: cause})
		o.gate.Shut()
		o.log.Warn("the database is away: everything waits until it is back", "error", cause)
	case cause != nil && !o.cut && now.Sub(known.Since) >= silence:
		// By now others have taken the jobs over. What still waits for an answer may
		// wait for ever, on a connection to a machine that is gone.
		o.cut = true
		o.gate.Cut()
	case cause == nil && known != nil:
		o.state.Store(nil)
		o.gate.Open()
		o.log.Info("the database is back", "after", now.Sub(known.Since).Round(time.Second))
	}
}

// single tells of a connection that failed although the database is there.
func (o *absence) single(cause error, now time.Time) {
	if o.gate.WasShut(aftermath) || now.Sub(o.told) < tellAgain {
		o.log.Debug("a connection to the database failed: another takes its place", "error", cause)
		return
	}
	o.told = now
	message := "a connection to the database failed: others take the place of all"
	switch {
	case strings.Contains(cause.Error(), saysReadOnly):
		message = "a connection to the database takes no writes, as after a failover: others take the place of all"
	case strings.Contains(cause.Error(), saysLate):
		message = "the database is slow: a statement of the job queue took too long"
	}
	o.log.Warn(message, "error", cause)
}

// asked is what came of a heartbeat.
type asked struct {
	Err    error // of the heartbeat
	Away   error // why the database counts as away
	Locked bool  // it answers, but takes no heartbeat
}

// ask sends a heartbeat, and finds out whether the database is away if it fails.
// last is when one last came through.
func (p *process) ask(ctx context.Context, last time.Time) (a asked) {
	a.Err = p.pulse(ctx)
	if a.Err == nil || ctx.Err() != nil {
		return a
	}
	if store.IsAway(a.Err) { // or only the connection that was at hand
		p.heart.Pool.Reset()
		if a.Err = p.pulse(ctx); store.IsAway(a.Err) {
			a.Away = a.Err
		}
		return a
	}
	ctx, cancel := context.WithTimeout(ctx, p.pace.Silence/3)
	defer cancel()
	err := p.heart.Pool.Ping(ctx)
	switch {
	case err == nil:
		a.Locked = true
	case store.IsAway(err):
		a.Away = err
	case time.Since(last) >= p.pace.Silence: // before, it may be slow, and may be frozen
		a.Away = errSilent
	}
	return a
}

// renew makes all connections anew.
func (p *process) renew() {
	for _, db := range p.pools() {
		db.Pool.Reset()
	}
}
