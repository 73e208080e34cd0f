package jobs

import (
	"slices"
	"time"

	"entsoed/entsoe"
	"entsoed/jobs/commit"
	"entsoed/store"
	"entsoed/timeseries"
)

// answered returns what an answer changes. limit is the longest window of one
// request; it tells how many requests a gap takes.
func (t task) answered(got reply, limit timeseries.Step, now time.Time) commit.Commit {
	stages := t.learned(got)
	c := t.unsaved(got.Requests)
	c.Progress.Done = t.counts(got.Window)
	c.Stages = stages[1:]
	c.Unanswered = t.unanswered(got.Window, stages[0], limit)
	c.Faults = t.faults(got, stages[0], limit)
	c.Answer = &store.Answer{
		FeedID: t.Row.ID, Asked: got.Window, Sent: got.Sent, KnownAt: now, Rows: got.Answer.Rows,
		Data: stages[0].Data, Empty: stages[0].Empty, Refused: stages[0].Refused, OffTimetable: t.offTimetable(got.Window),
		Unread: t.unreadSpans(got),
	}
	return c
}

// refused returns what changes when a window cannot be read, and why: coverage
// calls it refused, in every stage whose time had come by now. Nothing but the
// records changes when a document was asked for by its mRID.
func (t task) refused(w timeseries.Window, cause error, requests []store.FetchRecord, limit timeseries.Step, now time.Time) commit.Commit {
	c := t.unused(requests)
	if t.MRID != "" {
		return c
	}
	var stages []store.StageCover
	for stage := range t.Item.Timetable.Stages() {
		stages = append(stages, t.refusedStage(stage, w, now))
	}
	off := t.offTimetable(w)
	c.Answer = &store.Answer{FeedID: t.Row.ID, Asked: w, KnownAt: now, Refused: stages[0].Refused, OffTimetable: off}
	c.Discourage = !off
	c.Stages = stages[1:]
	c.Unanswered = t.unanswered(w, stages[0], limit)
	c.Faults = t.unreadable(w, cause, c.Requests, limit)
	for _, f := range c.Faults.Found {
		c.Answer.Unread = append(c.Answer.Unread, store.Unread{Window: f.Window})
	}
	for i := range c.Stages {
		c.Stages[i].Unread = windowsOf(c.Answer.Unread)
	}
	return c
}

// unused returns what changes when requests led to nothing: they are recorded.
// The pages that came before one that failed are not saved.
func (t task) unused(requests []store.FetchRecord) commit.Commit {
	c := t.unsaved(slices.Clone(requests))
	for i := range c.Requests {
		if r := &c.Requests[i]; r.Outcome == OutcomeData || r.Outcome == OutcomeEmpty {
			r.Outcome, r.Document = OutcomeUnused, nil
		}
	}
	return c
}

func (t task) unsaved(requests []store.FetchRecord) commit.Commit {
	return commit.Commit{
		Job: t.JobRow, Feed: t.Row, Requests: requests,
		Progress: store.BackfillRead{Backfill: t.Args.Backfill, FeedID: t.Args.Feed},
	}
}

// learned returns what each stage of coverage learns. An answer counts for every
// stage whose time had come when it was asked for. So what is read late, by a
// backfill or after a week of downtime, need not be read again for each of them.
func (t task) learned(got reply) []store.StageCover {
	stages := make([]store.StageCover, t.Item.Timetable.Stages())
	unread := windowsOf(t.unreadSpans(got))
	for stage := range stages {
		if got.Answer.Lacking {
			stages[stage] = t.refusedStage(stage, got.Window, got.Sent)
			stages[stage].Unread = unread
			continue
		}
		learned := store.StageCover{Stage: stage, Unread: unread}
		possible, settled := t.Item.Timetable.Due(stage, got.Sent, t.Zone)
		for _, w := range t.counts(got.Window) {
			data, empty := covered(w, got.Answer.PeriodsOf(stage, w), possible, settled)
			learned.Data = append(learned.Data, data...)
			for _, e := range empty {
				learned.Empty = append(learned.Empty, e.Without(unread)...)
			}
			published := timeseries.Window{From: w.From, To: timeseries.Earlier(w.To, possible)}
			for _, u := range published.Within(unread) {
				learned.Refused = append(learned.Refused, u.Without(data)...)
			}
		}
		stages[stage] = learned
	}
	return stages
}

// windowsOf returns where something could not be read, whatever it was.
func windowsOf(all []store.Unread) []timeseries.Window {
	var windows []timeseries.Window
	for _, u := range all {
		windows = append(windows, u.Window)
	}
	return timeseries.Union(windows)
}

// refusedStage returns what a stage of coverage learns of a window that was
// asked for at a time and not answered, or not in full.
func (t task) refusedStage(stage int, w timeseries.Window, at time.Time) store.StageCover {
	possible, _ := t.Item.Timetable.Due(stage, at, t.Zone)
	return store.StageCover{Stage: stage, Refused: timeseries.Window{To: possible}.Within(t.counts(w))}
}

// covered returns what a stage of coverage learns of an answer: data where its
// Periods are, and empty where it has none although the deadline has passed.
// What cannot have been published yet is never covered.
func covered(asked timeseries.Window, periods []timeseries.Window, possible, settled time.Time) (data, empty []timeseries.Window) {
	published := timeseries.Window{From: asked.From, To: timeseries.Earlier(asked.To, possible)}
	data = published.Within(timeseries.Union(periods))
	due := timeseries.Window{From: asked.From, To: timeseries.Earlier(asked.To, settled)}
	if due.Empty() {
		return data, nil
	}
	return data, due.Without(data)
}

// unanswered returns what a window leaves to be asked again, from what the first
// stage of coverage learns. It returns nil if the question was not about any
// time.
func (t task) unanswered(w timeseries.Window, first store.StageCover, limit timeseries.Step) *commit.Unanswered {
	if t.MRID != "" {
		return nil
	}
	u := &commit.Unanswered{Counts: timeseries.Union(t.counts(w)), Data: first.Data}
	for _, gap := range timeseries.Union(first.Empty) {
		u.Gaps = append(u.Gaps, commit.Gap{Window: gap, Requests: len(entsoe.SplitWindow(gap, limit))})
	}
	for _, gap := range timeseries.Union(first.Refused) {
		u.Gaps = append(u.Gaps, commit.Gap{Window: gap, Refused: true, Requests: len(entsoe.SplitWindow(gap, limit))})
	}
	return u
}
