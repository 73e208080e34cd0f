package commit

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/store"
	"entsoed/timeseries"
)

// What a feed had no data for is asked again, because publications come late, by
// hours and sometimes by weeks. So is what was refused. Each wait is as long as
// all the time since the first request, so it doubles every time. The first is an
// hour for what was due just now, and a day for the past.
const (
	firstWait = time.Hour
	pastWait  = 24 * time.Hour
	// LongestWait bounds the wait, before the cost of asking prolongs it.
	LongestWait = 90 * 24 * time.Hour
	// dearRequests is how many requests double the wait once more. Otherwise a feed
	// that begins ten years after the platform would take thousands of requests of
	// a day, again and again.
	dearRequests = 16
)

// Unanswered is what an answer leaves to be asked again.
type Unanswered struct {
	Counts  []timeseries.Window // what the answer was for; disjoint
	Data    []timeseries.Window // within Counts, where it has some: earlier gaps are over
	Gaps    []Gap               // disjoint, within Counts
	Awakens bool                // this is the first data of the feed, so all its earlier gaps are due
}

// Gap is delivery time that was asked for and not answered with data.
type Gap struct {
	Window   timeseries.Window
	Refused  bool // by the platform; else it had no data
	Requests int  // it takes to ask for all of it
}

// save writes, within tx, in which the feed is locked, when to ask for the gaps
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

// schedule returns the gaps of a feed after an answer at now: what is left of the
// earlier ones, and its own, each of which remembers when it was first asked for.
func (u *Unanswered) schedule(before []store.Unanswered, now time.Time) []store.Unanswered {
	var all []store.Unanswered
	for _, b := range before {
		all = append(all, u.rest(b, now)...)
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

// rest returns what is left of an earlier gap. Before the deadline an answer without
// data tells nothing, also of what was refused before: coverage goes on calling that
// refused, so that nothing but this would ask for it again.
func (u *Unanswered) rest(b store.Unanswered, now time.Time) (left []store.Unanswered) {
	for _, outside := range b.Window.Without(u.Counts) {
		kept := b
		kept.Window = outside
		left = append(left, kept)
	}
	told := slices.Clone(u.Data)
	for _, gap := range u.Gaps {
		told = append(told, gap.Window)
	}
	told = timeseries.Union(told)
	for _, within := range b.Window.Within(u.Counts) {
		for _, untold := range within.Without(told) {
			kept := b
			kept.Window, kept.AskedAt = untold, now
			kept.AgainAt = Gap{Window: untold}.dueAt(b.AskedFirst, now)
			left = append(left, kept)
		}
	}
	return left
}

// dueAt returns when to ask for a gap again that was first asked for at first
// and not answered at now.
func (g Gap) dueAt(first, now time.Time) time.Time {
	wait := min(max(now.Sub(g.Window.To)/8, firstWait), pastWait)
	if g.Refused {
		wait = pastWait
	}
	wait = min(max(wait, now.Sub(first)), LongestWait)
	dear := 1 + float64(g.Requests)/dearRequests
	return now.Add(time.Duration(min(float64(wait)*dear, float64(4*LongestWait))))
}
