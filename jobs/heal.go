package jobs

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/riverqueue/river"

	"entsoed/store"
	"entsoed/store/queue"
	"entsoed/timeseries"
)

// HealArgs are the arguments of the job that enqueues, for all feeds, what was
// not answered and is due again, and holes in what backfills went through.
type HealArgs struct{}

// Kind names the job in River's table.
func (HealArgs) Kind() string { return "heal" }

// InsertOpts keeps one of them alive.
func (HealArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: QueueControl, MaxAttempts: 5, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: alive()}}
}

// Heal works such jobs. It never asks the platform.
type Heal struct {
	river.WorkerDefaults[HealArgs]

	DB  *store.DB
	Now func() time.Time
	Log *slog.Logger
}

// HealEvery is the time between two such jobs, by the clock of delivery times.
const HealEvery = 15 * time.Minute

// Work enqueues what is due, and wakes the driver of backfills should it have
// been lost.
func (h *Heal) Work(ctx context.Context, _ *river.Job[HealArgs]) error {
	if err := queue.WakeDriver(ctx, h.DB); err != nil {
		return err
	}
	n, err := queue.InsertHealing(ctx, h.DB, h.Now(), MaxAttempts)
	if err == nil && n > 0 {
		h.Log.Debug("healing", "jobs", n)
	}
	return err
}

// NextRetry follows soon, as that of a plan.
func (h *Heal) NextRetry(*river.Job[HealArgs]) time.Time { return time.Now().Add(jitter(firstRetry)) }

// mostHealed is how many windows one job asks: the others are due at the next
// tick, behind what is more urgent by then.
const mostHealed = 60

// openHealing finds the holes in what backfills went through, and what of the
// past is due again. Of a feed that never had data one request is enough to
// learn whether it has now; then all of it is due.
func (c *collection) openHealing(ctx context.Context) error {
	holes, err := c.DB.Holes(ctx, c.row.ID)
	if err != nil {
		return err
	}
	if c.reasked, err = c.DB.DueAgain(ctx, c.row.ID, store.LaneBackfill, c.Now()); err != nil {
		return err
	}
	if c.silent, err = c.neverHadData(ctx); err != nil {
		return err
	}
	again := c.reasked
	if c.silent && len(again) > 0 {
		again = c.newestRequest(again)
	}
	c.missed = slices.Concat(holes, again)
	c.windows = requests(c.item, c.missed, c.limit, c.zone)
	c.windows = c.windows[:min(len(c.windows), mostHealed)]
	return nil
}

// newestRequest returns what one request holds of windows, at their end.
func (c *collection) newestRequest(windows []timeseries.Window) []timeseries.Window {
	if c.item.Shape == timeseries.ShapeRegister {
		return windows
	}
	return questions(c.item, windows, c.limit, c.zone)[:1]
}

func (c *collection) neverHadData(ctx context.Context) (bool, error) {
	has, err := c.DB.HasData(ctx, c.row.ID)
	return !has, err
}
