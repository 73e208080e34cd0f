package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"entsoed/entsoe"
	"entsoed/jobs"
	"entsoed/store"
	"entsoed/store/queue"
	"entsoed/timeseries"
)

// Outcomes of a fetch.
const (
	fetchedData   = "data"
	fetchedNoData = store.NotPublished
	fetchedNotYet = "not published yet"
	fetchFailed   = "failed"
)

// fetchOutcome is what came of one feed of a fetch.
type fetchOutcome struct {
	Item      string `json:"item"`
	Area      string `json:"area"`
	Variant   string `json:"variant,omitempty"`
	Window    string `json:"window"` // as ordered
	Job       int64  `json:"job"`
	Outcome   string `json:"outcome"`          // data, not published, not published yet or failed
	Reason    string `json:"reason,omitempty"` // why not data
	Requests  int    `json:"requests"`
	Rows      int64  `json:"rows"`                // of the answers that were stored, those outside the window included
	Documents int64  `json:"documents,omitempty"` // likewise, of items that consist of documents
	Changed   int64  `json:"changed"`             // rows that had another value before
	Retracted int64  `json:"retracted"`

	Faults []shownFault `json:"faults,omitempty"` // what was left out, beside what was stored
}

// outcomes reads from the records of their requests what came of the jobs.
func (f *collecting) outcomes(ctx context.Context) ([]fetchOutcome, error) {
	found, err := queue.JobsByID(ctx, f.db, f.ids...)
	if err != nil {
		return nil, err
	}
	banned, err := f.db.BannedUntil(ctx)
	if err != nil {
		return nil, err
	}
	channels, err := f.db.Breakers(ctx)
	if err != nil {
		return nil, err
	}
	byID := map[int64]queue.Job{}
	for _, job := range found {
		byID[job.ID] = job
	}
	var all []fetchOutcome
	for i, id := range f.ids {
		fetches, err := f.db.JobFetches(ctx, id)
		if err != nil {
			return nil, err
		}
		feed := f.order.Feeds[i]
		o := fetchOutcome{Item: feed.Item, Area: feed.AreaName(), Variant: feed.Variant, Window: f.order.Window.String(), Job: id}
		o.sum(byID[id], fetches)
		if o.Faults, err = faultsOf(ctx, f.db, id); err != nil {
			return nil, err
		}
		if shown(f.order.Item.Shape).Documents {
			o.Rows, o.Documents = 0, o.Rows
		}
		if o.Outcome == fetchedNoData && notYet(feed, f.order.Window, f.now()) {
			o.Outcome = fetchedNotYet
		}
		if o.Outcome == fetchFailed && !banned.IsZero() {
			o.Reason = "banned by the platform until " + instant(&banned)
		}
		for _, c := range channels {
			if o.Outcome == fetchFailed && c.Open() {
				o.Reason = away(c)
			}
		}
		all = append(all, o)
	}
	return all, nil
}

// notYet reports whether nothing of a window is overdue, so that no data says
// nothing about it.
func notYet(feed entsoe.Feed, w timeseries.Window, now time.Time) bool {
	item, _ := entsoe.ItemByName(feed.Item)
	item, ok := item.For(feed.Variant)
	if !ok {
		return false
	}
	_, settled := item.Timetable.Published(now, feed.Zone())
	return !w.From.Before(settled)
}

// sum adds up the requests of a job. A job that is not completed has failed,
// whatever it has stored.
func (o *fetchOutcome) sum(job queue.Job, fetches []store.JobFetch) {
	o.Outcome = fetchedNoData
	for _, f := range fetches {
		o.Requests++
		o.Reason = cmp.Or(f.Reason, o.Reason)
		if f.Outcome == jobs.OutcomeData {
			o.Outcome = fetchedData
			o.Rows += f.Points
			o.Changed += f.Changed
			o.Retracted += f.Retracted
		}
	}
	switch {
	case job.State == "scheduled": // put off, which leaves no error: the last request says why
		o.Outcome = fetchFailed
		o.Reason = cmp.Or(o.Reason, job.LastError(), "the job is put off")
	case job.State != "completed":
		o.Outcome = fetchFailed
		o.Reason = cmp.Or(job.LastError(), o.Reason, "the job is "+cmp.Or(job.State, "no longer in the queue"))
	case o.Outcome == fetchedData:
		o.Reason = ""
	}
}

// printOutcomes prints a line for each feed. The exit status is that of the
// worst failure, else that of data if there was any.
func printOutcomes(env environment, outcomes []fetchOutcome, asJSON bool) error {
	tally := map[string]int{}
	for _, o := range outcomes {
		tally[o.Outcome]++
		if asJSON {
			continue
		}
		line := fmt.Sprintf("%s %s: %s, %s, %d changed, %d retracted, %s",
			feedName(o.Item, o.Area, o.Variant), o.Window, o.Outcome, o.stored(), o.Changed, o.Retracted, count(o.Requests, "request"))
		if o.Reason != "" {
			line += ": " + oneLine(o.Reason)
		}
		fmt.Fprintln(env.Stdout, line)
		printFaults(env.Stdout, o.Faults)
	}
	if asJSON {
		if err := printJSON(env.Stdout, outcomes); err != nil {
			return err
		}
	}
	switch {
	case tally[fetchFailed] > 0:
		return failure(outcomes)
	case lostSome(outcomes):
		return withHint(errors.New("part of the answers cannot be right and was left out; the rest is stored"),
			"a worker asks for it again in time; `entsoed coverage` lists it until then")
	case tally[fetchedData] == 0:
		return &exitError{Status: exitNoData}
	}
	return nil
}

// lostSome reports whether some time could not be read because of a fault.
func lostSome(outcomes []fetchOutcome) bool {
	return slices.ContainsFunc(outcomes, func(o fetchOutcome) bool { return slices.ContainsFunc(o.Faults, shownFault.lost) })
}

// stored says how much was stored.
func (o fetchOutcome) stored() string {
	item, _ := entsoe.ItemByName(o.Item)
	if shown(item.Shape).Documents {
		return count(int(o.Documents), "document")
	}
	return fmt.Sprintf("%d rows", o.Rows)
}

// failure says what to do about a fetch of which something failed.
func failure(outcomes []fetchOutcome) error {
	failed := errors.New("the fetch failed")
	for _, o := range outcomes {
		if o.Outcome != fetchFailed {
			continue
		}
		if item, _ := entsoe.ItemByName(o.Item); item.Retired != "" {
			return withHint(failed, "the platform retired %s (%s): it refuses all requests for it", item.Name, item.Retired)
		}
		return withHint(failed, "`entsoed jobs show %d` tells more; a worker tries again what can be tried again", o.Job)
	}
	return failed
}
