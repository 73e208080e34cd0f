package worker

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"entsoed/store"
	"entsoed/store/queue"
)

// watcher remembers since when this process has seen work that nobody does.
type watcher struct {
	*process
	queues []string
	since  map[queue.Stall]time.Time
}

// watch looks, until the context ends, for work that is due and that nobody does. It
// mends what can be mended, and opens an alarm for what cannot. All processes do,
// and each alarm is opened, and told in the log, by one of them.
func (p *process) watch(ctx context.Context) {
	w := &watcher{process: p, queues: slices.Sorted(maps.Keys(p.queues())), since: map[queue.Stall]time.Time{}}
	tick := time.NewTicker(p.pace.Watch)
	defer tick.Stop()
	failing := false
	for {
		err := w.look(ctx)
		if err != nil && ctx.Err() == nil && !failing {
			p.Log.Warn("nobody can tell whether work is left undone; it is tried again", "error", err)
		}
		failing = err != nil
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (w *watcher) look(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, w.pace.TakeOver)
	defer cancel()
	if err := w.mend(ctx); err != nil {
		return err
	}
	seen, err := queue.Stalls(ctx, w.control, w.queues)
	if err != nil {
		return err
	}
	if err := w.tell(ctx, w.sure(seen, time.Now())); err != nil {
		return err
	}
	return w.over(ctx, seen)
}

// mend does what needs no person: the driver of backfills may have been deleted, jobs
// of backfills cancelled or retried, the lead be held by a process that is dead.
func (w *watcher) mend(ctx context.Context) error {
	if err := queue.DropDeadLeader(ctx, w.control); err != nil {
		return err
	}
	if err := queue.NoteStops(ctx, w.control); err != nil {
		return err
	}
	if err := queue.WakeDriver(ctx, w.control); err != nil {
		return err
	}
	return w.keepWebhooks(ctx)
}

// sure returns what has been seen for long enough. That jobs are due and nothing is
// worked may be so for a moment; not with the same job as the oldest for a minute.
func (w *watcher) sure(seen []queue.Stall, now time.Time) (sure []queue.Stall) {
	since := map[queue.Stall]time.Time{}
	for _, s := range seen {
		key := queue.Stall{Subject: s.Subject, Job: s.Job}
		began, known := w.since[key]
		if !known {
			began = now
		}
		since[key] = began
		if s.AtOnce || now.Sub(began) >= w.pace.Stall {
			sure = append(sure, s)
		}
	}
	w.since = since
	return sure
}

// tell opens the alarms. What has one cause is one line in the log.
func (w *watcher) tell(ctx context.Context, sure []queue.Stall) error {
	fresh := map[[2]string][]string{}
	for _, s := range sure {
		opened, err := store.OpenAlarm(ctx, w.control.Pool, store.Alarm{Kind: store.AlarmStalled, Subject: s.Subject, Cause: s.Cause}, w.Now())
		if err != nil {
			return err
		}
		if opened {
			cause := [2]string{s.Cause, s.Hint}
			fresh[cause] = append(fresh[cause], s.Subject)
		}
	}
	for cause, subjects := range fresh {
		w.Log.Error("work is due and nobody does it", "what", strings.Join(subjects, ", "), "cause", cause[0], "hint", cause[1])
	}
	return nil
}

// over closes the alarms of what is not seen any more.
func (w *watcher) over(ctx context.Context, seen []queue.Stall) error {
	open, err := store.OpenSubjects(ctx, w.control, store.AlarmStalled)
	if err != nil {
		return err
	}
	var over []string
	for _, subject := range open {
		if slices.ContainsFunc(seen, func(s queue.Stall) bool { return s.Subject == subject }) {
			continue
		}
		closed, err := store.CloseAlarm(ctx, w.control.Pool, store.AlarmStalled, subject, w.Now())
		if err != nil {
			return err
		}
		if closed {
			over = append(over, subject)
		}
	}
	if len(over) > 0 {
		w.Log.Info("work is done again", "what", strings.Join(over, ", "))
	}
	return nil
}
