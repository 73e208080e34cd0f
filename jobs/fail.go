package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/entsoe"
	"entsoed/entsoe/client"
	"entsoed/store"
	"entsoed/store/queue"
	"entsoed/timeseries"
)

// mostRefusals is how many windows of a job may be refused one after another
// before the others are not asked any more.
const mostRefusals = 3

// fail deals with a window that could not be read. It returns nil when the job
// goes on: with shorter windows, or with the others after a refusal.
func (c *collection) fail(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return err
	}
	fate := fateOf(err)
	c.blame(fate, err)
	switch {
	case fate.Action == Narrow, c.sample.Answered && c.lengthy(err):
		return c.narrow(ctx, err)
	case fate.Action == Cancel && c.samples(err):
		return c.write(ctx, nil)
	case fate.Action == Cancel:
		return c.refuse(ctx, err)
	}
	if broken := c.write(ctx, nil); broken != nil {
		return broken
	}
	return err
}

// blame writes what a request led to into its record, which so far only says
// that an answer came.
func (c *collection) blame(fate Fate, err error) {
	if len(c.requests) == 0 || fate.Outcome == "" { // nothing was asked, or the last answer is not to blame
		return
	}
	r := &c.requests[len(c.requests)-1]
	r.Outcome = fate.Outcome
	if r.Reason == "" {
		r.Reason = err.Error()
	}
	if !fate.Keep {
		r.Document = nil
	}
}

// narrow replaces the window in hand by shorter ones. When the platform names
// a limit, it is remembered for the feed and the other windows are cut by it.
// Where shorter windows are no help, what the pages of one hold is taken.
func (c *collection) narrow(ctx context.Context, cause error) error {
	if c.partial != nil && c.settled >= mostRefusals {
		return c.settle(ctx, cause)
	}
	parts, limit := c.shorter(cause)
	switch {
	case parts == nil && c.partial != nil:
		return c.settle(ctx, cause)
	case parts == nil:
		return c.refuse(ctx, fmt.Errorf("the window cannot be cut: %w", cause))
	}
	if err := c.write(ctx, nil); err != nil {
		return err
	}
	c.windows = slices.Concat(parts, c.windows[1:])
	return c.learn(ctx, cause, limit, parts)
}

// shorter cuts the window in hand: by the limit that the platform names, or
// where that is no help in halves. Nil: it cannot be cut.
func (c *collection) shorter(cause error) ([]timeseries.Window, timeseries.Step) {
	w := c.windows[0]
	if limit, ok := named(cause); ok {
		if parts := entsoe.SplitWindow(w, limit); len(parts) > 1 && c.mrid != "" {
			return parts[:1], timeseries.Step{} // the document is asked for, not the time
		} else if len(parts) > 1 {
			slices.Reverse(parts)
			return parts, limit
		}
	}
	if parts := halves(w, c.zone); parts != nil {
		return parts, timeseries.Step{}
	}
	return c.withinDay(w, cause), timeseries.Step{}
}

// settle takes what the pages hold of a window that cannot be cut, though they
// are not all. A day whose parts were no better is asked once more as a whole.
func (c *collection) settle(ctx context.Context, cause error) error {
	if c.partial.Window != c.windows[0] {
		c.day.Whole = true
		return c.write(ctx, nil)
	}
	if !c.warned {
		c.log(slog.LevelWarn, "collecting: not all pages of "+c.partial.Window.String(), Fate{}, cause)
	}
	c.warned = true
	c.settled++
	return c.take(ctx, c.partial)
}

// cutDay is a window within a day that was cut, how much the platform found in
// it, 0 if it did not say, and whether cutting it was no help.
type cutDay struct {
	Window timeseries.Window
	Found  int
	Whole  bool
}

// withinDay cuts a window of less than a day of an item that is answered exactly
// as it is asked. That helps where the platform counts what happened, such as
// redispatches, and not where it counts curves, for they run through the day:
// if there is as much in a quarter of an hour as in all of it, the window is
// taken as a whole again, and cannot be cut.
func (c *collection) withinDay(w timeseries.Window, cause error) []timeseries.Window {
	if c.item.WholeDays || c.item.Grain != entsoe.Exact || c.day.Whole && w == c.day.Window {
		return nil
	}
	found := 0
	var many *client.TooManyError
	if errors.As(cause, &many) {
		found = many.Found
	}
	if w.Intersect(c.day.Window) != w {
		c.day = cutDay{Window: w, Found: found}
	}
	parts := shorterThanDay(w)
	if parts == nil && found > 0 && found >= c.day.Found {
		c.rejoin(c.day.Window)
	}
	return parts
}

// named returns the limit that the platform names in its refusal.
func named(cause error) (timeseries.Step, bool) {
	var long *client.TooLongError
	if !errors.As(cause, &long) {
		return timeseries.Step{}, false
	}
	limit, err := timeseries.ParseStep(long.Limit)
	return limit, err == nil
}

// refuse notes that the window in hand cannot be read and goes on with the
// others. Coverage calls it refused, so that it is not asked at every tick;
// the re-reads ask for it again.
func (c *collection) refuse(ctx context.Context, cause error) error {
	now := c.windows[0]
	if err := c.write(ctx, &now); err != nil {
		return err
	}
	if c.refusal == nil {
		c.refusal = &refusedError{Window: now, Cause: cause}
	}
	c.refusals++
	c.windows = c.windows[1:]
	if c.refusals >= mostRefusals {
		c.windows = nil
	}
	return nil
}

// refusedError says why a window will not be asked again.
type refusedError struct {
	Window timeseries.Window
	Cause  error
}

func (e *refusedError) Error() string { return fmt.Sprintf("%s: %v", e.Window, e.Cause) }

func (e *refusedError) Unwrap() error { return e.Cause }

// write writes down the requests that led to nothing, and which window was
// refused, in a transaction of its own and only while the job is ours. Pages
// that came before the one that failed are not saved.
func (c *collection) write(ctx context.Context, refused *timeseries.Window) error {
	for i := range c.requests {
		if r := &c.requests[i]; r.Outcome == OutcomeData || r.Outcome == OutcomeEmpty {
			r.Outcome, r.Document = OutcomeUnused, nil
		}
	}
	err := pgx.BeginFunc(ctx, c.DB.Pool, func(tx pgx.Tx) error {
		if err := queue.Fence(ctx, tx, c.ref()); err != nil {
			return err
		}
		if refused != nil && c.mrid == "" {
			if err := c.coverRefused(ctx, tx, *refused); err != nil {
				return err
			}
		}
		return c.record(ctx, tx, store.Saved{}, time.Duration(0), nil)
	})
	if err == nil {
		c.requests = nil
	}
	return err
}
