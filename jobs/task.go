package jobs

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/riverqueue/river/rivertype"

	"entsoed/entsoe"
	"entsoed/jobs/answer"
	"entsoed/store"
	"entsoed/store/queue"
	"entsoed/timeseries"
)

// attempt is one attempt at a job.
type attempt struct {
	*rivertype.JobRow

	Args  CollectArgs
	MRID  string // of the document whose revisions the job asks for; else empty
	Began time.Time
}

// lane returns the job's lane in the budget.
func (a attempt) lane() string { return cmp.Or(a.Args.Lane, store.LaneBackfill) }

// task is what an attempt asks for. It does not change after the first request.
type task struct {
	attempt

	Row    store.FeedRow
	Feed   entsoe.Feed // the same in the platform's words
	Item   entsoe.Item // as the feed's variant sees it
	Zone   *time.Location
	Missed []timeseries.Window // what the newest day stands for, where its state holds for all days; else nil
	Due    []timeseries.Window // gaps of earlier answers that are due again
	Silent bool                // the feed never had data; only set where that matters
	suspicion
}

// newTask returns the task for a feed. What the feed lacks is not known yet.
func newTask(a attempt, row store.FeedRow) (task, error) {
	item, err := itemOf(row)
	if err != nil {
		return task{attempt: a}, err
	}
	feed := feedOf(row)
	return task{attempt: a, Row: row, Feed: feed, Item: item, Zone: feed.Zone()}, nil
}

// request returns the request for a window of the feed, or for the document
// whose revisions are asked for.
func (t task) request(w timeseries.Window) (entsoe.Request, error) {
	if t.MRID != "" {
		return entsoe.NewDocumentRequest(t.Feed, t.MRID, w)
	}
	return entsoe.NewRequest(t.Feed, w)
}

func (t task) question(w timeseries.Window) answer.Question {
	return answer.Question{Feed: t.Feed, Item: t.Item, Window: w, Zone: t.Zone, MRID: t.MRID}
}

// reading says what the task reads when it asks for a window.
func (t task) reading(w timeseries.Window) queue.Reading {
	return queue.Reading{Job: t.ID, Feed: t.Row.ID, MRID: t.MRID, Window: w}
}

// offTimetable reports whether asking for a window is no part of the timetable
// of the feed.
func (t task) offTimetable(w timeseries.Window) bool {
	return t.lane() == store.LaneBackfill || slices.ContainsFunc(t.Due, w.Overlaps)
}

// counts returns the windows that the answer to one window counts for. The
// revisions of a document count for no time.
func (t task) counts(w timeseries.Window) []timeseries.Window {
	switch {
	case t.MRID != "":
		return nil
	case t.Item.Shape.OneState():
		return t.Missed
	}
	return []timeseries.Window{w}
}

// feedOf translates a feed from the database's words into the platform's.
func feedOf(row store.FeedRow) entsoe.Feed {
	return entsoe.Feed{Item: row.Item, Area: row.Area, CounterArea: row.CounterArea, Variant: row.Variant}
}

// itemOf returns the item of a feed as its variant sees it. The catalogue may
// have lost one since the feed was made.
func itemOf(row store.FeedRow) (entsoe.Item, error) {
	item, ok := entsoe.ItemByName(row.Item)
	if ok {
		item, ok = item.For(row.Variant)
	}
	if !ok {
		return entsoe.Item{}, &argsError{fmt.Sprintf("this version of entsoed does not know %s %q", row.Item, row.Variant)}
	}
	return item, nil
}

// argsError says that the arguments of a job cannot be worked with.
type argsError struct{ Reason string }

func (e *argsError) Error() string { return e.Reason }
