package jobs

import (
	"context"
	"log/slog"
	"time"

	"github.com/riverqueue/river"

	"entsoed/store"
	"entsoed/store/queue"
)

// HealArgs are the arguments of the job that enqueues, for all feeds, what was
// not answered and is due again, and holes in what backfills went through.
type HealArgs struct{}

// Kind names the job in River's table.
func (HealArgs) Kind() string { return "heal" }

// InsertOpts keeps one of them alive.
func (HealArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: QueueControl, MaxAttempts: 5, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: queue.Living()}}
}

// Heal works such jobs. It never asks the platform.
type Heal struct {
	river.WorkerDefaults[HealArgs]

	DB    *store.DB
	Now   func() time.Time
	Speed float64 // of that clock; 0: 1
	Log   *slog.Logger
}

// HealEvery is the time between two such jobs, by the clock of delivery times.
const HealEvery = 15 * time.Minute

// Work enqueues what is due, finds the documents whose jobs were deleted, and wakes
// the driver of backfills should it have been lost, or those be to ask for. What the queue has no room for it enqueues when there is some.
func (h *Heal) Work(ctx context.Context, _ *river.Job[HealArgs]) error {
	if _, err := queue.FindLostRevisions(ctx, h.DB); err != nil {
		return err
	}
	if err := queue.WakeDriver(ctx, h.DB); err != nil {
		return err
	}
	n, left, err := queue.InsertHealing(ctx, h.DB, h.Now(), MaxAttempts)
	if err != nil {
		return err
	}
	if n > 0 || left > 0 {
		h.Log.Debug("healing", "jobs", n, "left", left)
	}
	return whenRoom(left)
}

// whenRoom ends a job that enqueues others. If the queue had no room for some, it
// goes on soon and finds them then.
func whenRoom(left int) error {
	if left == 0 {
		return nil
	}
	return river.JobSnooze(roomEvery)
}

const roomEvery = 10 * time.Second

// NextRetry follows soon, as that of a plan.
func (h *Heal) NextRetry(*river.Job[HealArgs]) time.Time {
	return time.Now().Add(lasts(jitter(firstRetry), h.Speed))
}
