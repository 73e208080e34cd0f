package jobs

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"entsoed/entsoe"
	"entsoed/entsoe/client"
	"entsoed/store"
)

// incompleteError says that the parts of a divided answer hold fewer instances
// than the platform says there are.
type incompleteError struct {
	Param        string
	Found, Asked int
}

func (e *incompleteError) Error() string {
	return fmt.Sprintf("of %d instances only %d came when they were asked for by %s", e.Found, e.Asked, e.Param)
}

// finer asks for a window that cannot be cut once for each value of a parameter:
// for generation units, by type of production. Together the parts are one
// answer.
func (a *asker) finer(ctx context.Context, request entsoe.Request, found int) error {
	by := a.Item.Finer
	counted := 0
	for _, values := range [][]string{by.Usual, by.Others} {
		if len(values) > 0 && counted >= found && counted > 0 {
			break
		}
		for _, value := range values {
			n, err := a.page(ctx, request.With(entsoe.Param{Name: by.Param, Value: value}))
			if err != nil && !a.none(err) {
				return err
			}
			counted += n
		}
	}
	if counted < found {
		return &incompleteError{Param: by.Param, Found: found, Asked: counted}
	}
	return nil
}

// none reports whether the area has nothing of a part: there is no data, or the
// area does not know the value.
func (a *asker) none(err error) bool {
	if refused, ok := errors.AsType[*client.BadRequestError](err); ok && refused.Fault == client.InvalidForArea {
		a.requests[len(a.requests)-1].Outcome = OutcomeEmpty
		return true
	}
	return ofType[*client.NoDataError](err)
}

// divides reports whether only a parameter can divide the window: it is no
// longer than a day, and the curves of the item run through all of it.
func (a *asker) divides() bool {
	const longestDay = 25 * time.Hour
	return a.Item.Finer.Divides() && a.MRID == "" && a.window.To.Sub(a.window.From) <= longestDay
}

// planned returns how many requests a window of a feed takes, as far as that is
// known beforehand.
func planned(item entsoe.Item, row store.FeedRow) int {
	if row.LearnedSplit != "" && strings.EqualFold(row.LearnedSplit, item.Finer.Param) {
		return 1 + len(item.Finer.Usual)
	}
	return 1
}
