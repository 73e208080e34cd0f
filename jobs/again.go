package jobs

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/entsoe"
	"entsoed/store"
	"entsoed/timeseries"
)

// What a feed was asked for and had no data of is asked again, for publications
// come late: hours, and sometimes weeks. So is what was refused. Each time the
// wait is as long as all the time since it was first asked, so that it doubles;
// it begins with an hour for what was due just now and with a day for the past.
const (
	firstAgain  = time.Hour
	pastAgain   = 24 * time.Hour
	rarestAgain = 90 * 24 * time.Hour
	// dearAgain is the number of requests for which the wait doubles once more: a
	// feed that begins ten years after the platform would else take thousands of
	// requests of a day, again and again.
	dearAgain = 16
)

// nextAgain returns when delivery time that was asked first at first is due
// again after it was not answered at now. requests is how many that takes.
func nextAgain(w timeseries.Window, refused bool, requests int, first, now time.Time) time.Time {
	wait := min(max(now.Sub(w.To)/8, firstAgain), pastAgain)
	if refused {
		wait = pastAgain
	}
	wait = min(max(wait, now.Sub(first)), rarestAgain)
	dear := 1 + float64(requests)/dearAgain
	return now.Add(time.Duration(min(float64(wait)*dear, float64(4*rarestAgain))))
}

// again writes down what of the window in hand was not answered with data, and
// when it is asked again. What was before is no longer true there. The first
// data of a feed makes all that it did not answer before due.
func (c *collection) again(ctx context.Context, tx pgx.Tx, asked timeseries.Window, told store.StageCover) error {
	covers := timeseries.Union(c.covers(asked))
	before, err := c.DB.TakeUnanswered(ctx, tx, c.row.ID, covers)
	if err != nil {
		return err
	}
	now := c.Now()
	var all []store.Unanswered
	for _, u := range before {
		for _, rest := range u.Window.Without(covers) {
			u.Window = rest
			all = append(all, u)
		}
	}
	add := func(windows []timeseries.Window, refused bool) {
		for _, w := range timeseries.Union(windows) {
			first := now
			for _, u := range before {
				if u.Window.Overlaps(w) && u.AskedFirst.Before(first) {
					first = u.AskedFirst
				}
			}
			all = append(all, store.Unanswered{Window: w, Refused: refused, AskedFirst: first, AskedAt: now,
				AgainAt: nextAgain(w, refused, len(entsoe.SplitWindow(w, c.limit)), first, now)})
		}
	}
	add(told.Empty, false)
	add(told.Refused, true)
	if c.silent && len(told.Data) > 0 {
		c.silent = false
		if err := c.DB.AskAllAgain(ctx, tx, c.row.ID, now); err != nil {
			return err
		}
	}
	return c.DB.PutUnanswered(ctx, tx, c.row.ID, all)
}
