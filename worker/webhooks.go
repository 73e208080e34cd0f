package worker

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"entsoed/jobs"
	"entsoed/store/queue"
	"entsoed/webhook"
)

// webhookForgotten is how long no process must have had a webhook in its settings for
// its job to be deleted: longer than a restart.
const webhookForgotten = time.Minute

// know finds out the numbers of the webhooks of the settings, and tells them.
func (p *process) know(ctx context.Context) error {
	p.hooks = map[int]webhook.Endpoint{}
	salt, err := p.data.Installation(ctx)
	if err != nil {
		return err
	}
	for _, endpoint := range p.Webhooks {
		identity, err := endpoint.Identity(salt)
		if err != nil {
			return err
		}
		known, fresh, err := p.data.EnsureWebhook(ctx, identity, endpoint.Place)
		if err != nil {
			return err
		}
		p.hooks[known.Number] = endpoint
		fields := []any{"webhook", known.Number, "setting", endpoint, "after", known.Cursor, "new", fresh}
		switch {
		case known.Parked:
			p.Log.Warn("a webhook wants no changes any more: nothing is posted to it", append(fields, "hint", "call entsoe.resume_webhook")...)
		case !endpoint.Signs():
			p.Log.Warn("changes are posted to a webhook, not signed: set CHANGES_WEBHOOK_SECRET", fields...)
		default:
			p.Log.Info("changes are posted to a webhook, signed", fields...)
		}
	}
	return nil
}

// keepWebhooks has a job for each webhook of the settings, and none for what is in the
// settings of no process.
func (w *watcher) keepWebhooks(ctx context.Context) error {
	numbers := slices.Sorted(maps.Keys(w.hooks))
	if err := w.control.SeeWebhooks(ctx, numbers); err != nil { // first: they may not have been seen while the database was away
		return err
	}
	if err := queue.DropWebhookJobs(ctx, w.control, webhookForgotten, w.Now()); err != nil {
		return err
	}
	without, err := queue.WebhooksWithoutJob(ctx, w.control, numbers)
	if err != nil {
		return err
	}
	for _, number := range without {
		if _, err := w.client.Insert(ctx, jobs.WebhookArgs{Webhook: number}, nil); err != nil {
			return fmt.Errorf("insert the job of webhook %d: %w", number, err)
		}
	}
	return nil
}
