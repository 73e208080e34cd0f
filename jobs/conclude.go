package jobs

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"entsoed/entsoe/client"
	"entsoed/store/queue"
)

// conclude turns what ended a job into what River understands, logs it, and
// keeps other requests from failing in the same way.
func (r *run) conclude(ctx context.Context, err error) error {
	if err == nil {
		r.log(slog.LevelDebug, "collected", Fate{}, nil)
		return nil
	}
	if errors.Is(ctx.Err(), context.Canceled) && !errors.Is(err, queue.ErrJobLost) {
		r.log(slog.LevelDebug, "collecting was interrupted", Fate{}, nil)
		return ctx.Err() // River hands the job back, or cancels it where somebody asked for that
	}
	fate := fateOf(err)
	ban, banned := errors.AsType[*client.BannedError](err)
	if banned {
		fate.Hold = ban.Until.Sub(r.Now()) // both by the client's clock
	}
	fate.Hold = lasts(fate.Hold, r.Speed)
	refused, isRefused := errors.AsType[*refusedError](err)
	if known := r.spread(ctx, fate, err, banned); known || isRefused && !refused.News {
		fate.Level = slog.LevelDebug
	}
	if fate.Action == Retry && isAway(err) && r.Attempt != lonely {
		fate.Level = slog.LevelDebug // the breaker tells it if it is the platform, and the job once if not
	}
	if fate.Action == Retry || fate.Action == Cancel {
		r.tally.Failed++
	}
	r.log(fate.Level, "collecting: "+string(fate.Action), fate, err)
	return outcome(r.Attempt, r.Speed, fate, err)
}

// spread holds back the requests that would fail in the same way: those of this
// process and, during a ban, of all processes. It reports whether they were held
// back already.
func (r *run) spread(ctx context.Context, fate Fate, cause error, everywhere bool) (known bool) {
	if fate.Hold <= 0 {
		return false
	}
	if !r.Budget.Hold(fate.Hold, cause) {
		return true
	}
	if !everywhere {
		return false
	}
	if err := r.DB.Ban(ctx, fate.Hold); err != nil {
		r.log(slog.LevelError, "other processes do not know of the ban", Fate{}, err)
	}
	return false
}

// outcome is what Work returns to River for the fate of an attempt, by a clock of
// that speed.
func outcome(attempt int, speed float64, fate Fate, err error) error {
	switch fate.Action {
	case Done:
		return nil
	case Leave:
		return &lostJob{err}
	case HandBack:
		return river.JobSnooze(0)
	case Snooze:
		return river.JobSnooze(rest(fate, speed))
	case Cancel:
		return river.JobCancel(err)
	case Await:
		return err
	}
	if attempt > patience {
		return river.JobSnooze(lasts(jitter(longestRetry), speed))
	}
	return err
}

// rest returns how long a snoozed job sleeps: until the end of the ban or hold
// if there is one, else about half a minute; and a little longer, so that jobs
// do not all wake at once. All times of a fate are by the real clock.
func rest(fate Fate, speed float64) time.Duration {
	const spread = 5 * time.Second
	end := fate.Until
	if fate.Hold > 0 {
		end = time.Now().Add(fate.Hold)
	}
	wait := time.Until(end)
	if end.IsZero() || wait < 0 {
		wait = lasts(jitter(30*time.Second), speed)
	}
	return wait + lasts(time.Duration(rand.Int64N(int64(spread))), speed)
}

// log writes a line about the job.
func (r *run) log(level slog.Level, message string, fate Fate, err error) {
	args := r.Args
	fields := []any{"item", args.Item, "area", args.Area, "lane", args.Lane, "job_id", r.ID,
		"attempt", r.Attempt, "took", time.Since(r.Began).Round(time.Millisecond)}
	if args.Variant != "" {
		fields = append(fields, "variant", args.Variant)
	}
	if r.MRID != "" {
		fields = append(fields, "mrid", r.MRID)
	}
	if err != nil {
		fields = append(fields, "error", err)
	}
	if fate.Action == Retry {
		fields = append(fields, "again_in", backoff(r.Attempt))
	}
	if fate.Hint != "" {
		fields = append(fields, "hint", fate.Hint)
	}
	r.Log.Log(context.Background(), level, message, fields...)
}

// lostJob ends the work on a job that belongs to another process now. For every
// job that such an error names, River's executor records the outcome by id
// alone, which would end the attempt of the other process. So this one names
// none.
type lostJob struct{ cause error }

func (e *lostJob) Error() string { return e.cause.Error() }

func (e *lostJob) Unwrap() error { return e.cause }

func (e *lostJob) Jobs() []*rivertype.JobRow { return nil }

func (e *lostJob) ErrorsByID() map[int64]error { return nil }
