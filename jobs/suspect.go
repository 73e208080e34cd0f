package jobs

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/riverqueue/river/rivertype"

	"entsoed/store"
	"entsoed/store/queue"
	"entsoed/timeseries"
)

// suspicion says whether what a task asks for may kill the process.
type suspicion struct {
	Suspect bool             // the job reads alone
	Aside   []queue.SetAside // of the feed, or the document
	Anyway  bool             // asked all the same, because a person wants it
}

// suspect finds out whether the job has to read alone: because it was reading when
// its process died, or because reading the feed has killed processes before.
func (o *opening) suspect(ctx context.Context) (s suspicion, err error) {
	s.Suspect, s.Aside, err = queue.Suspicion(ctx, o.DB, o.ID, o.Row.ID, o.MRID)
	if err != nil || len(s.Aside) == 0 {
		return s, err
	}
	s.Suspect = true
	var died time.Time
	for _, a := range s.Aside {
		died = timeseries.Later(died, a.DiedAt)
	}
	s.Anyway = o.byPerson(died)
	if !s.Anyway && o.Args.Backfill != 0 && (o.Args.Mode == store.ModeFailed || o.Args.Mode == store.ModeAll) {
		ordered, err := queue.OrderedAt(ctx, o.DB, o.Args.Backfill)
		s.Anyway = ordered.After(died)
		return s, err
	}
	return s, nil
}

// byPerson reports whether a person has asked since a time, by a fetch, or by the
// retry of a job that was cancelled.
func (a attempt) byPerson(since time.Time) bool {
	return a.lane() == store.LaneFetch && a.CreatedAt.After(since) || slices.ContainsFunc(a.Errors, func(e rivertype.AttemptError) bool {
		return strings.HasPrefix(e.Error, "JobCancelError:") && e.At.After(since)
	})
}

// setAside returns why a window is not asked for at now.
func (s suspicion) setAside(w timeseries.Window, now time.Time) (queue.SetAside, bool) {
	i := slices.IndexFunc(s.Aside, func(a queue.SetAside) bool {
		return (a.MRID != "" || a.Window.Overlaps(w)) && now.Before(a.AgainAt)
	})
	if s.Anyway || i < 0 {
		return queue.SetAside{}, false
	}
	return s.Aside[i], true
}

// asideError says that a window is not asked for.
type asideError struct{ queue.SetAside }

func (e *asideError) Error() string {
	return fmt.Sprintf("set aside until %s, because an answer %s", e.AgainAt.UTC().Format(time.DateOnly), e.Reason)
}

// refuseAside goes on without the current window. The request that killed the
// process left no record; the job that sent it makes up for that.
func (r *run) refuseAside(ctx context.Context, a queue.SetAside) error {
	got := reply{Window: r.agenda.Window()}
	err := &asideError{a}
	if a.Job == r.ID {
		got.Requests = []store.FetchRecord{{
			JobID: r.ID, FeedID: r.Row.ID, Lane: r.lane(), OffTimetable: r.offTimetable(got.Window), Window: got.Window, At: a.Since,
			Outcome: OutcomeFailed, Reason: err.Error(),
		}}
	}
	return r.fail(ctx, got, err)
}

// survived clears the job of suspicion after a step, and what was set aside if it is
// answered now.
func (r *run) survived(ctx context.Context, w timeseries.Window, answered bool) error {
	if !r.Suspect || ctx.Err() != nil {
		return nil
	}
	cleared, err := queue.Survived(ctx, r.DB, r.reading(w), answered)
	if err != nil {
		return err
	}
	for _, a := range cleared {
		alarm := a.Alarm()
		if _, err := store.CloseAlarm(ctx, r.DB.Pool, alarm.Kind, alarm.Subject, r.Now()); err != nil {
			return err
		}
		r.Log.Info("no longer set aside: it was read", "what", alarm.Subject, "job_id", r.ID)
	}
	return nil
}
