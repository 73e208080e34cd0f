package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"

	"entsoed/jobs/commit"
	"entsoed/store"
	"entsoed/store/queue"
	"entsoed/webhook"
)

// QueueWebhook is the queue of the jobs that post changes, which ask the platform
// nothing and are in nobody's way.
const QueueWebhook = "webhook"

// WebhookArgs are the arguments of the job that posts changes to one webhook, as long
// as that is in the settings. They hold its number, for its address is secret.
type WebhookArgs struct {
	Webhook int `json:"webhook"` // entsoe.webhooks.number
}

// Kind names the job in River's table.
func (WebhookArgs) Kind() string { return "webhook" }

// InsertOpts keeps one of them alive, so that one process posts to a webhook.
func (WebhookArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: QueueWebhook, MaxAttempts: MaxAttempts, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: queue.Living()}}
}

// Webhooks works such jobs.
type Webhooks struct {
	river.WorkerDefaults[WebhookArgs]

	DB        *store.DB
	Endpoints map[int]webhook.Endpoint // by number; those of the settings
	Client    *webhook.Client
	Origin    Origin
	Now       func() time.Time // the clock of alarms
	Stopping  <-chan struct{}  // closed when the process is asked to stop
	Log       *slog.Logger
	Pace      WebhookPace // zero: that of all processes but those of tests
}

// WebhookPace is how often and how long things are done.
type WebhookPace struct {
	Look    time.Duration // between two looks for changes
	For     time.Duration // that a job looks, before it begins anew
	First   time.Duration // wait after a failure; it doubles each time
	Longest time.Duration // of these waits
	Alarm   time.Duration // of failures, after which somebody is told
}

// Work posts changes, as soon as there are any, until its time is over. What is posted
// begins after the cursor of the webhook, which moves when it has been taken: so
// every change arrives once or more, in the order of their numbers.
func (w *Webhooks) Work(ctx context.Context, job *river.Job[WebhookArgs]) error {
	endpoint, known := w.Endpoints[job.Args.Webhook]
	if !known {
		// Another process may have it in its settings. If none has, the job is deleted
		// (queue.DropWebhookJobs).
		return river.JobSnooze(jitter(elsewhere))
	}
	p := &poster{Webhooks: w, endpoint: endpoint, job: commit.Ref(job.JobRow), number: job.Args.Webhook, limit: mostChanges, pace: w.pace()}
	err := p.all(ctx)
	switch {
	case ctx.Err() != nil:
		return ctx.Err() // River hands the job back
	case errors.Is(err, errParked):
		return nil
	case errors.Is(err, queue.ErrJobLost):
		return &lostJob{err}
	}
	return err
}

// NextRetry follows soon: what fails here is a statement, not a post.
func (w *Webhooks) NextRetry(*river.Job[WebhookArgs]) time.Time {
	return time.Now().Add(jitter(firstRetry))
}

// errParked says that a webhook wants no changes any more.
var errParked = errors.New("the webhook is parked")

// elsewhere is how long a job waits for a process that knows its webhook.
const elsewhere = 2 * time.Second

func (w *Webhooks) pace() WebhookPace {
	if w.Pace != (WebhookPace{}) {
		return w.Pace
	}
	return WebhookPace{
		Look: 500 * time.Millisecond, For: time.Minute,
		First: time.Second, Longest: 15 * time.Minute, Alarm: 10 * time.Minute,
	}
}

// alarmSubject is what alarms are about.
func alarmSubject(number int) string { return fmt.Sprintf("webhook %d", number) }
