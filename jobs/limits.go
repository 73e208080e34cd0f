package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"entsoed/entsoe"
	"entsoed/entsoe/client"
	"entsoed/jobs/answer"
	"entsoed/store"
	"entsoed/timeseries"
)

// doubtedAfter is how long a learned limit holds before it is tried whether the
// platform accepts longer windows again.
const doubtedAfter = 7 * 24 * time.Hour

// longest returns the longest window of one request: what the platform was
// seen to accept, else what the catalogue says; or what is as much as a worker
// should have in hand.
func longest(item entsoe.Item, learned string) timeseries.Step {
	if step, err := timeseries.ParseStep(learned); err == nil {
		return shortest(step, handful(item))
	}
	return shortest(item.LimitStep(), handful(item))
}

// mostRows is how many rows an answer should hold: a worker has some hundred of
// them in flight, which all must come through the database before the platform
// gives up sending them.
const mostRows = 120_000

// handful is the longest of some calendar steps of which an answer of the item
// typically holds no more than mostRows; zero: any length.
func handful(item entsoe.Item) timeseries.Step {
	const year = 365
	for _, s := range []struct {
		days int
		step timeseries.Step
	}{{year, timeseries.Step{Months: 12}}, {184, timeseries.Step{Months: 6}}, {92, timeseries.Step{Months: 3}}, {31, timeseries.Step{Months: 1}}, {7, timeseries.Step{Days: 7}}} {
		if item.PerYear*s.days <= mostRows*year {
			if s.days == year {
				return timeseries.Step{}
			}
			return s.step
		}
	}
	return timeseries.Step{Days: 1}
}

// shortest returns the shorter of two limits; zero is none.
func shortest(a, b timeseries.Step) timeseries.Step {
	from := time.Unix(0, 0)
	switch {
	case a == (timeseries.Step{}):
		return b
	case b == (timeseries.Step{}) || a.Add(from, 1, time.UTC).Before(b.Add(from, 1, time.UTC)):
		return a
	}
	return b
}

// doubted reports whether it is time to try a window longer than the learned
// limit of a feed.
func doubted(row store.FeedRow, now time.Time) bool {
	return row.LearnedLimit != "" && (row.LearnedAt == nil || now.Sub(*row.LearnedAt) >= doubtedAfter)
}

// leastForMany is the shortest length that too many instances teach. How much
// there is in months is the way of a feed; below, it is what happened on some
// days, and would cut all others for nothing.
const leastForMany = 28 * 24 * time.Hour

// learn remembers a limit that the platform named, or the length that is left
// after it refused a window without naming one that helps, and cuts by it what
// is still to be asked.
func (c *collection) learn(ctx context.Context, cause error, limit timeseries.Step, parts []timeseries.Window) error {
	left := parts[0].To.Sub(parts[0].From)
	many := a[*client.TooManyError](cause) && left >= leastForMany && c.mrid == ""
	if limit == (timeseries.Step{}) && (many || a[*client.TooLongError](cause)) {
		const day = 24 * time.Hour
		if days := int((left + day - 1) / day); days >= 1 {
			limit = timeseries.Step{Days: days}
		}
	}
	if limit == (timeseries.Step{}) {
		return nil
	}
	c.limit = limit
	var cut []timeseries.Window
	for _, w := range c.windows {
		parts := entsoe.SplitWindow(w, limit)
		slices.Reverse(parts)
		cut = append(cut, parts...)
	}
	c.windows = cut
	return c.DB.LearnLimit(ctx, c.row.ID, limit.String(), c.Now())
}

// relearn forgets a learned limit when the platform has answered a window that
// is longer.
func (c *collection) relearn(ctx context.Context, answered timeseries.Window) error {
	learned, err := timeseries.ParseStep(c.row.LearnedLimit)
	if err != nil || len(entsoe.SplitWindow(answered, learned)) == 1 {
		return nil
	}
	c.row.LearnedLimit = ""
	return c.DB.LearnLimit(ctx, c.row.ID, "", c.Now())
}

// incompleteError says that the parts of a divided answer hold less than the
// platform says that there is.
type incompleteError struct {
	Param        string
	Found, Asked int
}

func (e *incompleteError) Error() string {
	return fmt.Sprintf("of %d instances only %d came when they were asked for by %s", e.Found, e.Asked, e.Param)
}

// finer asks for a window that cannot be cut by the values of a parameter, each
// for itself: generation units by type of production. All of it is one answer.
func (c *collection) finer(ctx context.Context, request entsoe.Request, found int, into *answer.Reader) error {
	by := c.item.Finer
	counted := 0
	for _, values := range [][]string{by.Usual, by.Others} {
		if len(values) > 0 && counted >= found && counted > 0 {
			break
		}
		for _, value := range values {
			n, err := c.page(ctx, request.With(entsoe.Param{Name: by.Param, Value: value}), into)
			if err != nil && !c.none(err) {
				return err
			}
			counted += n
		}
	}
	if counted < found {
		return &incompleteError{Param: by.Param, Found: found, Asked: counted}
	}
	return c.DB.LearnSplit(ctx, c.row.ID, by.Param)
}

// none reports whether an answer to a part says that the area has nothing of it:
// no data, or that the value is none of the area's.
func (c *collection) none(err error) bool {
	var refused *client.BadRequestError
	if errors.As(err, &refused) && refused.Fault == client.InvalidForArea {
		c.requests[len(c.requests)-1].Outcome = OutcomeEmpty
		return true
	}
	return a[*client.NoDataError](err)
}

// divides reports whether the window in hand can be divided by a parameter
// only: it is a day or less of an item whose curves run through all of it.
func (c *collection) divides(w timeseries.Window) bool {
	const longestDay = 25 * time.Hour
	return c.item.Finer.Divides() && c.mrid == "" && w.To.Sub(w.From) <= longestDay
}

// planned returns how many requests a window of a feed takes, as far as is known
// before it is asked.
func planned(item entsoe.Item, row store.FeedRow) int {
	if row.LearnedSplit != "" && strings.EqualFold(row.LearnedSplit, item.Finer.Param) {
		return 1 + len(item.Finer.Usual)
	}
	return 1
}
