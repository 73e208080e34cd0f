package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"entsoed/store"
	"entsoed/store/queue"
	"entsoed/webhook"
)

// poster is one attempt of a job that posts to a webhook.
type poster struct {
	*Webhooks
	endpoint webhook.Endpoint
	job      queue.JobRef
	number   int
	limit    int // changes in a post
	pace     WebhookPace
}

// longestAsked is how long a webhook may ask to be left alone.
const longestAsked = 24 * time.Hour

// all posts what there is, then looks for more now and then.
func (p *poster) all(ctx context.Context) error {
	over := time.NewTimer(p.pace.For)
	defer over.Stop()
	tick := time.NewTicker(p.pace.Look)
	defer tick.Stop()
	for {
		more, err := p.step(ctx)
		if err != nil {
			return err
		}
		next := tick.C
		if more {
			next = now()
		}
		select {
		case <-p.Stopping:
			return river.JobSnooze(0)
		case <-over.C:
			return river.JobSnooze(0)
		case <-ctx.Done():
			return ctx.Err()
		case <-next:
		}
	}
}

// now returns a channel that holds something.
func now() <-chan time.Time {
	c := make(chan time.Time, 1)
	c <- time.Time{}
	return c
}

// step makes one post, if there is something to tell, and reports whether it was taken
// or is to be made smaller. A post that fails ends the work for a while.
func (p *poster) step(ctx context.Context) (more bool, err error) {
	known, err := p.DB.Webhook(ctx, p.number)
	if err != nil {
		return false, err
	}
	switch {
	case known.Parked:
		return false, errParked
	case known.Rest > 0:
		return false, p.rest(known.Rest)
	}
	b, err := p.read(ctx, known)
	if err != nil || b.Empty() {
		return false, err
	}
	if err := p.fenced(ctx, func(pgx.Tx) error { return nil }); err != nil {
		return false, err
	}
	err = p.Client.Post(ctx, p.endpoint, b.message(known))
	failure, refused := errors.AsType[*webhook.Error](err)
	switch {
	case err == nil:
		return true, p.took(ctx, known, b)
	case !refused:
		return false, err
	case failure.TooLarge() && b.Count > 1:
		p.limit = b.Count / 2
		return true, nil
	}
	return false, p.failed(ctx, known, b, failure)
}

// read returns what is to be posted: the changes after the cursor, or that they are
// lost.
func (p *poster) read(ctx context.Context, known store.Webhook) (batch, error) {
	changes, err := p.DB.ChangesSince(ctx, known.Cursor, p.limit)
	if lost, ok := errors.AsType[*store.LostChangesError](err); ok {
		return p.Origin.lost(lost), p.tellLost(ctx, lost)
	}
	if err != nil {
		return batch{}, err
	}
	return p.Origin.batch(changes, known.TryingTo), nil
}

// fenced runs a transaction if the job is still ours.
func (p *poster) fenced(ctx context.Context, do func(tx pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, p.DB.Pool, func(tx pgx.Tx) error {
		if err := queue.Fence(ctx, tx, p.job); err != nil {
			return err
		}
		return do(tx)
	})
}

// took notes that a post was taken, and tells it where that had failed for long.
func (p *poster) took(ctx context.Context, known store.Webhook, b batch) error {
	closed := false
	err := p.fenced(ctx, func(tx pgx.Tx) (err error) {
		if err = store.WebhookTook(ctx, tx, known, b.Last); err != nil {
			return err
		}
		if closed, err = store.CloseAlarm(ctx, tx, store.AlarmWebhook, alarmSubject(p.number), p.Now()); err != nil || b.Type == typeLost {
			return err
		}
		_, err = store.CloseAlarm(ctx, tx, store.AlarmLostChanges, alarmSubject(p.number), p.Now())
		return err
	})
	if err == nil && closed {
		p.Log.Info("a webhook takes changes again", "webhook", p.number, "after", known.Cursor, "failures", known.Failures)
	}
	return err
}

// failed notes that a post was not taken, and returns when it is tried again.
func (p *poster) failed(ctx context.Context, known store.Webhook, b batch, failure *webhook.Error) error {
	f := store.WebhookFailure{TryingTo: b.Last, Reason: failure.Reason, Park: failure.Gone()}
	f.Wait = p.pace.wait(known.Failures, failure.RetryAfter)
	opened := false
	err := p.fenced(ctx, func(tx pgx.Tx) error {
		lasts, err := store.WebhookFailed(ctx, tx, known, f)
		if err != nil || !f.Park && lasts+f.Wait < p.pace.Alarm { // by the next attempt it has failed for so long
			return err
		}
		opened, err = store.OpenAlarm(ctx, tx, store.Alarm{Kind: store.AlarmWebhook, Subject: alarmSubject(p.number), Cause: f.Cause()}, p.Now())
		return err
	})
	if err != nil {
		return err
	}
	p.tellFailure(known, f, opened)
	if f.Park {
		return errParked
	}
	return p.rest(f.Wait)
}

// rest puts the job off, for no longer than it works: the table says when the webhook is
// tried again, and somebody may change that.
func (p *poster) rest(d time.Duration) error { return river.JobSnooze(min(d, p.pace.For)) }

// wait returns how long a webhook is left alone that has failed so often before: as
// long as it asks for, else ever longer.
func (p WebhookPace) wait(failures int, asked time.Duration) time.Duration {
	if asked > 0 {
		return min(max(asked, p.First), longestAsked)
	}
	wait := p.First
	for ; failures > 0 && wait < p.Longest; failures-- {
		wait *= 2
	}
	return jitter(min(wait, p.Longest))
}

// tellFailure writes a line about a failure: for everybody, if an alarm was opened.
func (p *poster) tellFailure(known store.Webhook, f store.WebhookFailure, opened bool) {
	fields := []any{"webhook", p.number, "setting", p.endpoint, "after", known.Cursor, "attempt", known.Failures + 1, "error", f.Reason}
	switch {
	case opened && f.Park:
		p.Log.Error("a webhook wants no changes any more: nothing is posted to it", append(fields,
			"hint", "take it out of CHANGES_WEBHOOK_URL, or call entsoe.resume_webhook")...)
	case opened:
		p.Log.Error("a webhook takes no changes: it is tried again", append(fields, "hint", "entsoe.webhooks tells since when, and when it is tried next")...)
	default:
		p.Log.Debug("a webhook did not take changes", append(fields, "again_in", f.Wait)...)
	}
}

// tellLost opens an alarm about changes that a webhook can never be told of.
func (p *poster) tellLost(ctx context.Context, lost *store.LostChangesError) error {
	opened, err := store.OpenAlarm(ctx, p.DB.Pool, store.Alarm{Kind: store.AlarmLostChanges, Subject: alarmSubject(p.number), Cause: lost.Error()}, p.Now())
	if opened {
		p.Log.Error("changes are lost to a webhook", "webhook", p.number, "setting", p.endpoint, "error", lost,
			"hint", "it is told so, and goes on with those that are kept; KEEP_CHANGES is for how long they are")
	}
	return err
}
