package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"entsoed/jobs/agenda"
	"entsoed/jobs/commit"
	"entsoed/store"
	"entsoed/store/queue"
	"entsoed/timeseries"
)

// run is the work on one collect job, window after window.
type run struct {
	*Collect
	task

	agenda  agenda.Agenda
	tally   Tally
	refusal *refusedError // why the first refused window was refused; in the end it cancels the job
	awake   bool          // data was saved
}

// longestWork is how long a job goes on before it makes room for others. River
// ends a job after 20 minutes, and one request may take five.
const longestWork = 10 * time.Minute

// errLongWork says that a job has windows left and will go on with them later.
var errLongWork = errors.New("the job has more windows than can be read at a time")

// all asks for window after window. What is saved stays saved when a later
// window fails.
func (r *run) all(ctx context.Context) (err error) {
	if r.task, r.agenda, err = r.open(ctx, r.attempt); err != nil {
		return err
	}
	for !r.agenda.Done() {
		if time.Since(r.Began) > longestWork {
			return errLongWork
		}
		if err := r.next(ctx); err != nil {
			return err
		}
	}
	if r.refusal != nil {
		return r.refusal
	}
	return nil
}

// next asks for the current window and saves the answer.
func (r *run) next(ctx context.Context) error {
	if aside, ok := r.setAside(r.agenda.Window(), r.Now()); ok {
		return r.refuseAside(ctx, aside)
	}
	asker := newAsker(r.Upstream, r.task, r.agenda.Window(), r.Now)
	defer asker.leave()
	got := asker.ask(ctx)
	r.tally.Requests += len(asker.requests)
	if isAway(got.Err) {
		r.tally.Away++
	}
	if got.Split != nil {
		if err := r.DB.LearnSplit(ctx, r.Row.ID, *got.Split); err != nil {
			return r.fail(ctx, got, err)
		}
	}
	if got.Err != nil {
		if err := r.fail(ctx, got, got.Err); err != nil {
			return err
		}
		return r.survived(ctx, got.Window, false)
	}
	if err := r.save(ctx, got); err != nil {
		return err
	}
	return r.survived(ctx, got.Window, true)
}

// save commits the answer to the current window and goes on to the next. If the
// answer to a later request was saved in the meantime, the window is asked
// again.
func (r *run) save(ctx context.Context, got reply) error {
	c := r.answered(got, r.agenda.Limit, r.Now())
	c.Completes = r.agenda.Last() && r.refusal == nil // a job of which a window was refused is cancelled in the end
	if c.Unanswered != nil {
		c.Unanswered.Awakens = r.Silent && !r.awake && len(c.Answer.Data) > 0
	}
	free, err := got.memory.save(ctx, got.points())
	if err != nil {
		return r.fail(ctx, got, err)
	}
	done, err := commit.Write(ctx, r.DB, c)
	free()
	switch {
	case errors.Is(err, store.ErrOvertaken):
		return r.discard(ctx, got.Requests)
	case err != nil:
		return r.fail(ctx, got, err)
	}
	r.awake = r.awake || len(c.Answer.Data) > 0
	r.count(got, done.Saved)
	r.wake(ctx, done.Saved)
	if len(done.News) > 0 {
		r.warn(got.Window, done.News)
	}
	next, forget := r.agenda.Answered(!got.Part)
	r.agenda = next
	if forget {
		return r.DB.LearnLimit(ctx, r.Row.ID, "", r.Now())
	}
	return nil
}

// wake sees to it that the driver asks for the revisions that are missing. If that
// fails the next job that heals wakes it; the driver of a backfill runs anyway.
func (r *run) wake(ctx context.Context, saved store.Saved) {
	if len(saved.Missing) == 0 || r.Args.Backfill != 0 {
		return
	}
	if err := queue.WakeDriver(ctx, r.DB); err != nil {
		r.log(slog.LevelWarn, "collecting: missing revisions are asked for later", Fate{}, err)
	}
}

// fail deals with a window that could not be read. It returns nil if the job
// goes on, with shorter windows or, after a refusal, with the others.
func (r *run) fail(ctx context.Context, got reply, err error) error {
	if ctx.Err() != nil {
		return err
	}
	err = lasting(err, r.Attempt)
	fate := fateOf(err)
	got.blame(fate, err)
	if fate.Action != Narrow && fate.Action != Cancel {
		if broken := r.discard(ctx, got.Requests); broken != nil {
			return broken
		}
		return err
	}
	next, step := r.agenda.After(outcomeOf(err, got.Part))
	switch step.Action {
	case agenda.SavePart:
		r.agenda = next
		if step.First {
			r.log(slog.LevelWarn, "collecting: not all pages of "+step.Window.String(), Fate{}, err)
		}
		return r.save(ctx, got)
	case agenda.Refuse:
		if step.CannotCut {
			err = fmt.Errorf("the window cannot be cut: %w", err)
		}
		news, broken := r.giveUp(ctx, step, err, got.Requests)
		if broken != nil {
			return broken
		}
		r.agenda = next
		r.refuse(step.Window, err, news)
		return nil
	}
	if err := r.discard(ctx, got.Requests); err != nil {
		return err
	}
	r.agenda = next
	if step.Learn == (timeseries.Step{}) {
		return nil
	}
	return r.DB.LearnLimit(ctx, r.Row.ID, step.Learn.String(), r.Now())
}

// discard records requests that led to nothing.
func (r *run) discard(ctx context.Context, requests []store.FetchRecord) error {
	_, err := commit.Write(ctx, r.DB, r.unused(requests))
	return err
}

// giveUp records that a window cannot be read, and likewise the others that are
// given up with it. It reports whether that is news.
func (r *run) giveUp(ctx context.Context, step agenda.Step, cause error, requests []store.FetchRecord) (news bool, err error) {
	news = !isUnreadable(cause)
	for _, w := range append([]timeseries.Window{step.Window}, step.Rest...) {
		c := r.refused(w, cause, requests, r.agenda.Limit, r.Now())
		c.Discourage = c.Discourage && !r.awake
		done, err := commit.Write(ctx, r.DB, c)
		if err != nil {
			return news, err
		}
		news, requests = news || len(done.News) > 0, nil
	}
	return news, nil
}

// refuse remembers why the first of the windows was refused, if possible of those
// of which that is news.
func (r *run) refuse(w timeseries.Window, cause error, news bool) {
	if r.refusal == nil || news && !r.refusal.News {
		r.refusal = &refusedError{Window: w, Cause: cause, News: news}
	}
}

// warn writes a line about faults that were not known before. The job goes on: the
// rest is stored, and these are asked for again in time.
func (r *run) warn(w timeseries.Window, news []store.Fault) {
	first := faultsError{Reason: news[0].Reason, Position: news[0].Position, More: len(news) - 1}
	r.log(slog.LevelWarn, "collecting: part of the answer to "+w.String()+" cannot be right and is left out", Fate{}, &first)
}

// count adds a saved answer to what the job did.
func (r *run) count(got reply, saved store.Saved) {
	r.tally.Inserted += saved.Inserted
	r.tally.Changed += saved.Changed
	r.tally.Retracted += saved.Retracted
	r.tally.Unchanged += saved.Unchanged
	if got.Answer.Empty {
		r.tally.NoData++
	}
	r.Rounds.Stored(r.Item.Name, saved.Inserted)
}

// points is how many values came.
func (r *reply) points() (n int64) {
	for _, request := range r.Requests {
		n += request.Points
	}
	return n
}

// blame writes into the record of the last request what it led to. So far the
// record only says that an answer came.
func (r *reply) blame(fate Fate, err error) {
	if len(r.Requests) == 0 || fate.Outcome == "" { // nothing was asked, or the last answer is not to blame
		return
	}
	last := &r.Requests[len(r.Requests)-1]
	last.Outcome = fate.Outcome
	if last.Reason == "" {
		last.Reason = err.Error()
	}
	if !fate.Keep {
		last.Document, last.Copy = nil, nil
	}
}

// refusedError says why the job does not ask for a window again.
type refusedError struct {
	Window timeseries.Window
	Cause  error
	News   bool // nobody was told before
}

func (e *refusedError) Error() string { return fmt.Sprintf("%s: %v", e.Window, e.Cause) }
func (e *refusedError) Unwrap() error { return e.Cause }
