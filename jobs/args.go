package jobs

import (
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"entsoed/timeseries"
)

// QueueControl is the queue of River for plan jobs. Every lane of collect jobs
// has a queue of its own, so that a long backfill never stands before live data:
// store.LaneLive (what was never read), store.LaneRevision (what is read again
// for corrections) and store.LaneBackfill (fixed windows, behind the others).
const QueueControl = "control"

// LaneFetch is the lane of fixed windows that a person waits for, and the queue
// of its jobs unless one process works them in a queue of its own. They go
// before all others.
const LaneFetch = "fetch"

// PlanArgs are the arguments of a job that enqueues what is due of one item.
type PlanArgs struct {
	Item string `json:"item"`
}

// Kind names the job in River's table.
func (PlanArgs) Kind() string { return "plan" }

// InsertOpts keeps one plan per item alive. A plan that fails is soon followed
// by the next tick, so few attempts are enough.
func (PlanArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{
		Queue:       QueueControl,
		MaxAttempts: 5,
		UniqueOpts:  river.UniqueOpts{ByArgs: true, ByState: alive()},
	}
}

// CollectArgs are the arguments of a job that brings one feed up to date, or
// reads one window of it.
type CollectArgs struct {
	Feed    int64  `json:"feed" river:"unique"` // id in entsoe.feeds; item, area and variant repeat it for people
	Item    string `json:"item"`
	Area    string `json:"area"` // "DE_LU" or "DE_LU>FR"
	Variant string `json:"variant,omitempty"`
	Lane    string `json:"lane" river:"unique"`
	// From and To fix the window. Live and revision jobs leave them out and
	// compute what is missing when they run.
	From time.Time `json:"from,omitzero" river:"unique"`
	To   time.Time `json:"to,omitzero" river:"unique"`
}

// Kind names the job in River's table.
func (CollectArgs) Kind() string { return "collect" }

// window returns the fixed window, if the job has one.
func (a CollectArgs) window() (timeseries.Window, bool) {
	return timeseries.Window{From: a.From, To: a.To}, !a.From.IsZero() || !a.To.IsZero()
}

// alive lists the states of a job that will still be worked, or is.
func alive() []rivertype.JobState {
	return []rivertype.JobState{
		rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
		rivertype.JobStateRunning, rivertype.JobStateScheduled,
	}
}
