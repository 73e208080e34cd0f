package jobs

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"github.com/riverqueue/river"

	"entsoed/store"
	"entsoed/store/queue"
	"entsoed/timeseries"
)

// QueueControl is the queue of plan jobs. Every lane of collect jobs has a queue
// of its own, so that a long backfill never stands before live data:
// store.LaneLive for what was never read, store.LaneRevision for what is read
// again, store.LaneBackfill for fixed windows.
const QueueControl = "control"

// PlanArgs are the arguments of a job that enqueues what is due of one item.
type PlanArgs struct {
	Item string `json:"item"`
}

// Kind names the job in River's table.
func (PlanArgs) Kind() string { return "plan" }

// InsertOpts keeps one plan per item alive. Few attempts are enough, because the
// next tick soon follows a plan that fails.
func (PlanArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{
		Queue:       QueueControl,
		MaxAttempts: 5,
		UniqueOpts:  river.UniqueOpts{ByArgs: true, ByState: queue.Living()},
	}
}

// CollectArgs are the arguments of a job that brings one feed up to date, or
// reads one window of it. Without a feed they order a backfill: a person who
// writes into the job table names item, area, from and to.
type CollectArgs struct {
	Feed    int64  `json:"feed,omitempty" river:"unique"` // id in entsoe.feeds; item, area and variant repeat it for people
	Item    string `json:"item"`
	Area    string `json:"area"` // "DE_LU" or "DE_LU>FR"
	Variant string `json:"variant,omitempty"`
	Lane    string `json:"lane" river:"unique"` // empty: backfill
	// From and To are the window. Live and revision jobs leave them out, and
	// compute what is missing when they run.
	From time.Time `json:"from,omitzero" river:"unique"`
	To   time.Time `json:"to,omitzero" river:"unique"`

	Portion

	byHand byHand
}

// Portion says which part of a backfill a job is.
type Portion struct {
	Backfill int64      `json:"backfill,omitempty"` // the backfill to which the window belongs
	Mode     store.Mode `json:"mode,omitempty"`     // what to ask of the window; empty: all
	Trial    bool       `json:"trial,omitempty"`    // the window is longer than the learned limit, to see whether the limit still holds
}

// byHand is what only arguments written by hand have.
type byHand struct {
	Order *store.BackfillOrder // instead of everything else
	Wrong error                // why they cannot be read
}

// Kind names the job in River's table.
func (CollectArgs) Kind() string { return "collect" }

// UnmarshalJSON never fails. Arguments written by hand are for the job to judge:
// it says what is wrong with them, and is cancelled.
func (a *CollectArgs) UnmarshalJSON(text []byte) error {
	type plain CollectArgs
	var read plain
	err := json.Unmarshal(text, &read)
	*a = CollectArgs(read)
	if a.Feed != 0 || hasFeed(text) {
		a.byHand.Wrong = err
		return nil
	}
	var order struct {
		store.BackfillOrder
		FromTime store.Text `json:"from_time"` // as entsoe.enqueue_backfill names them
		ToTime   store.Text `json:"to_time"`
	}
	a.byHand.Wrong = json.Unmarshal(text, &order)
	order.From, order.To = cmp.Or(order.From, order.FromTime), cmp.Or(order.To, order.ToTime)
	a.byHand.Order = &order.BackfillOrder
	return nil
}

func hasFeed(text []byte) bool {
	var some struct{ Feed any }
	return json.Unmarshal(text, &some) == nil && some.Feed != nil
}

// window returns the fixed window, if the job has one.
func (a CollectArgs) window() (timeseries.Window, bool) {
	return timeseries.Window{From: a.From, To: a.To}, !a.From.IsZero() || !a.To.IsZero()
}

// Lanes returns the lanes of requests, in the order in which they go.
func Lanes() []string { return slices.Clone(ranks[:]) }

// Kinds returns the kinds of jobs, in the order in which data passes through
// them, followed by those that look after the queue, and by those that tell others.
func Kinds() []string {
	return []string{PlanArgs{}.Kind(), CollectArgs{}.Kind(), RevisionsArgs{}.Kind(), DriveArgs{}.Kind(), HealArgs{}.Kind(), WebhookArgs{}.Kind()}
}
