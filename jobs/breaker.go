package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"entsoed/entsoe/client"
	"entsoed/store"
	"entsoed/store/queue"
)

// Breaker is the circuit breaker of the way to the platform, for all processes a
// row in the database. Ten failures in a row over three feeds open it. While it is
// open nothing is sent but a probe now and then, and the jobs sleep; an answer to
// a probe closes it and wakes them. It also opens and closes the alarms of what
// concerns all requests. It has one line in the log when it opens and one when it
// closes, from the process that saw it.
type Breaker struct {
	DB    *store.DB
	Now   func() time.Time
	Speed float64 // of that clock
	Log   *slog.Logger
}

// awayError says that the platform is away: a request was not sent, or was the
// one of which the breaker learnt it.
type awayError struct {
	Since time.Time // by the worker's clock
	Until time.Time // when to ask again, by the real one
	Last  string    // what opened the breaker
	Cause error     // what the request met; nil: it was not sent
}

func (e *awayError) Error() string {
	if e.Cause != nil {
		return e.Cause.Error()
	}
	return fmt.Sprintf("the platform is away since %s: %s", e.Since.UTC().Format(time.RFC3339), e.Last)
}

func (e *awayError) Unwrap() error { return e.Cause }

// isAway reports whether an error says that the platform as a whole may be away.
func isAway(err error) bool {
	unavailable, ok := errors.AsType[*client.UnavailableError](err)
	return ok && unavailable.Away()
}

// Passage is the way of one request through the breaker: Ask before it is sent,
// then Kept or Came. Its zero value has no breaker.
type Passage struct {
	*Breaker
	Feed int64  // for which it asks; 0: none that is stored
	Lane string // of the request; in the lane fetch a person waits for it

	pass store.Pass
	has  bool
}

// Ask asks for a pass, right before the request takes its slot and right before it
// is sent. Without one it returns why nothing is sent. A probe stays one.
func (p *Passage) Ask(ctx context.Context) error {
	if p.Breaker == nil || p.has && p.pass.Probe {
		return nil
	}
	now := p.Now()
	pass, away, until, err := p.DB.PassBreaker(ctx, store.ProbeRequest{
		Channel: store.ChannelAPI, Feed: p.Feed, Person: p.Lane == store.LaneFetch, Now: now,
	})
	if err != nil {
		return err
	}
	if away.Open() && !pass.Probe {
		p.has = false // it was closed when the request began to wait for its slot
		return p.away(away, until, nil)
	}
	p.pass, p.has = pass, true
	return nil
}

// away returns the error of a request while the breaker is open.
func (b *Breaker) away(row store.Breaker, until time.Time, cause error) *awayError {
	return &awayError{Since: row.Opened, Until: time.Now().Add(lasts(until.Sub(b.Now()), b.Speed)), Last: row.Cause, Cause: cause}
}

// Kept gives back a probe that was not sent.
func (p *Passage) Kept(ctx context.Context) {
	if !p.has || !p.pass.Probe {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tellTime)
	defer cancel()
	if err := p.DB.ReturnProbe(ctx, p.pass, p.Now()); err != nil {
		p.Log.Warn("a probe of the platform could not be given back; the next is sent in time", "error", err)
	}
}

// tellTime bounds how long a probe is given back for while the job is being stopped.
const tellTime = 2 * time.Second

// Came tells the breaker what a request that was sent at a time met. It returns
// that error; as an *awayError if the breaker is open now.
func (p *Passage) Came(ctx context.Context, sent time.Time, err error) error {
	if !p.has {
		return err
	}
	if isAway(err) {
		return p.failed(ctx, err)
	}
	if told := p.answered(ctx, sent, err); told != nil {
		p.Log.Warn("the circuit breaker could not be told of an answer", "error", told)
	}
	return err
}

func (p *Passage) failed(ctx context.Context, cause error) error {
	row, opened, err := p.DB.BreakerFailed(ctx, p.pass, cause.Error(), p.Now())
	if err != nil {
		return errors.Join(cause, err)
	}
	if opened {
		p.Log.Warn("the platform is away: from now on only a probe is sent now and then",
			"failures", row.Failures, "next_probe", row.NextProbe.UTC().Format(time.RFC3339), "error", cause)
	}
	if !row.Open() {
		return cause
	}
	return p.away(row, row.NextProbe, cause)
}

func (p *Passage) answered(ctx context.Context, sent time.Time, err error) error {
	now := p.Now()
	closed, told := p.DB.BreakerAnswered(ctx, p.pass, now)
	if told != nil {
		return told
	}
	if closed {
		p.closed(ctx)
	}
	return p.alarms(ctx, sent, now, err)
}

// closed wakes the jobs. They all want a slot of the budget at once, which gives
// them out one by one, to the first lanes first.
func (p *Passage) closed(ctx context.Context) {
	n, err := queue.ReleaseJobs(ctx, p.DB)
	if err != nil {
		p.Log.Warn("the jobs that waited for the platform go on later", "error", err)
	}
	p.Log.Info("the platform answers again", "jobs_waiting", n)
}

// alarms opens the alarm of a ban or a refused token, and closes both when an
// answer comes that says otherwise.
func (p *Passage) alarms(ctx context.Context, sent, now time.Time, err error) error {
	kind := store.AlarmKind("")
	switch {
	case ofType[*client.BannedError](err):
		kind = store.AlarmBan
	case ofType[*client.TokenError](err):
		kind = store.AlarmToken
	case ofType[*client.UnavailableError](err), ofType[*client.SlowError](err), ofType[*client.RedirectError](err):
		return nil // it says nothing of either
	default:
		return p.DB.CloseSendAlarms(ctx, sent, now)
	}
	_, opened := store.OpenAlarm(ctx, p.DB.Pool, store.Alarm{Kind: kind, Cause: err.Error()}, now)
	return opened
}
