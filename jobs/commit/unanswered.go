package commit

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/store"
	"entsoed/timeseries"
)

// What a feed was asked for and had no data of is asked again, for publications
// come late: hours, and sometimes weeks. So is what was refused. Each time the
// wait is as long as all the time since it was first asked, so that it doubles;
// it begins with an hour for what was due just now and with a day for the past.
const (
	firstWait = time.Hour
	pastWait  = 24 * time.Hour
	// LongestWait bounds the wait before it is prolonged by what it costs.
	LongestWait = 90 * 24 * time.Hour
	// dearRequests is the number of requests for which the wait doubles once more:
	// a feed that begins ten years after the platform would else take thousands of
	// requests of a day, again and again.
	dearRequests = 16
)

// Unanswered is what of an answer has to be asked again.
type Unanswered struct {
	Counts  []timeseries.Window // what the answer speaks for, disjoint: what stood there before is no longer true
	Gaps    []Gap               // disjoint, within Counts
	Awakens bool                // the answer has the feed's first data: all that it did not answer before is due
}

// Gap is delivery time that was asked and not answered with data.
type Gap struct {
	Window   timeseries.Window
	Refused  bool // by the platform; else it had no data
	Requests int  // that it takes to ask for it
}

// save writes down, within tx, where the feed is locked, when the gaps are asked
// again.
func (u *Unanswered) save(ctx context.Context, db *store.DB, tx pgx.Tx, feedID int64, now time.Time) error {
	before, err := db.TakeUnanswered(ctx, tx, feedID, u.Counts)
	if err != nil {
		return err
	}
	if u.Awakens {
		if err := db.AskAllAgain(ctx, tx, feedID, now); err != nil {
			return err
		}
	}
	return db.PutUnanswered(ctx, tx, feedID, u.schedule(before, now))
}

// schedule returns what is unanswered after an answer at now: what stood outside
// of it before, and the gaps in it, which remember since when they are asked.
func (u *Unanswered) schedule(before []store.Unanswered, now time.Time) []store.Unanswered {
	var all []store.Unanswered
	for _, b := range before {
		for _, rest := range b.Window.Without(u.Counts) {
			outside := b
			outside.Window = rest
			all = append(all, outside)
		}
	}
	for _, gap := range u.Gaps {
		first := now
		for _, b := range before {
			if b.Window.Overlaps(gap.Window) && b.AskedFirst.Before(first) {
				first = b.AskedFirst
			}
		}
		all = append(all, store.Unanswered{Window: gap.Window, Refused: gap.Refused, AskedFirst: first, AskedAt: now, AgainAt: gap.dueAt(first, now)})
	}
	return all
}

// dueAt returns when a gap that was first asked at first is due again after it
// was not answered at now.
func (g Gap) dueAt(first, now time.Time) time.Time {
	wait := min(max(now.Sub(g.Window.To)/8, firstWait), pastWait)
	if g.Refused {
		wait = pastWait
	}
	wait = min(max(wait, now.Sub(first)), LongestWait)
	dear := 1 + float64(g.Requests)/dearRequests
	return now.Add(time.Duration(min(float64(wait)*dear, float64(4*LongestWait))))
}
