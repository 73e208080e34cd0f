package commit

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/store"
	"entsoed/timeseries"
)

// Faults are what an answer says about what cannot be right in the answers of its
// feed: what it has of that itself, and what is over.
type Faults struct {
	Counts []timeseries.Window // what the answer was for; disjoint
	Told   []timeseries.Window // where it tells what there is, or that there is nothing: earlier faults are over
	Found  []Fault
}

// Fault is something that was left out of an answer.
type Fault struct {
	Curve    string            // its key, or as much of it as could be read; empty: any curve of the feed
	Window   timeseries.Window // what it makes unreadable, within Counts; empty: nothing, as a Point too many
	Reason   string
	Position string // in the answer
	Requests int    // it takes to ask for all of the window
	Request  int    // in whose answer it was found, an index of Commit.Requests
}

// save writes, within tx, in which the feed is locked, the faults of the feed, and
// opens or closes its alarm. It returns those that were not known before.
func (f *Faults) save(ctx context.Context, db *store.DB, tx pgx.Tx, c Commit, records []int64) (news []store.Fault, err error) {
	before, err := db.TakeFaults(ctx, tx, c.Feed.ID, f.Counts)
	if err != nil || len(before)+len(f.Found) == 0 {
		return nil, err
	}
	all, news := f.schedule(before, c.Answer.Asked, c.Answer.KnownAt)
	for i := range all {
		if n := all[i].FetchID; n < 0 {
			all[i].FetchID = records[-n-1]
		}
	}
	if err := db.PutFaults(ctx, tx, c.Feed.ID, all); err != nil {
		return nil, err
	}
	return news, alarm(ctx, db, tx, c, news)
}

// alarm opens the alarm of a feed of which something cannot be read, and closes it
// when all can be. Points too many make nothing unreadable: the alarm that tells
// of them is over at once.
func alarm(ctx context.Context, db *store.DB, tx pgx.Tx, c Commit, news []store.Fault) error {
	standing, err := db.StandingFault(ctx, tx, c.Feed.ID)
	if err != nil {
		return err
	}
	cause := standing
	if cause == "" && len(news) > 0 {
		cause = news[0].Reason
	}
	if cause != "" {
		open := store.Alarm{Kind: store.AlarmFault, Subject: c.Feed.Title(), Cause: cause}
		if _, err := store.OpenAlarm(ctx, tx, open, c.Answer.KnownAt); err != nil {
			return err
		}
	}
	if standing != "" {
		return nil
	}
	_, err = store.CloseAlarm(ctx, tx, store.AlarmFault, c.Feed.Title(), c.Answer.KnownAt)
	return err
}

// schedule returns the faults of a feed, as far as the answer was for them, after
// an answer at now to a question for asked: those of the answer, of which each
// remembers when it was first seen, and earlier ones where it does not tell. The
// number of a record that does not exist yet is its negative place, from -1.
func (f *Faults) schedule(before []store.Fault, asked timeseries.Window, now time.Time) (all, news []store.Fault) {
	for _, b := range before {
		all = append(all, f.rest(b, now)...)
	}
	for _, found := range f.Found {
		fault := store.Fault{
			Curve: found.Curve, Window: found.Window, Asked: asked, Reason: found.Reason, Position: found.Position,
			FetchID: -int64(found.Request) - 1, FirstSeen: now, AskedAt: now,
		}
		known := false
		for _, b := range before {
			if b.SameCurve(fault) && (b.Window.Overlaps(fault.Window) || b.Window.Empty() && fault.Window.Empty()) {
				known, fault.FirstSeen = true, timeseries.Earlier(fault.FirstSeen, b.FirstSeen)
			}
		}
		if !fault.Window.Empty() {
			fault.AgainAt = Gap{Window: fault.Window, Refused: true, Requests: found.Requests}.dueAt(fault.FirstSeen, now)
		}
		all = append(all, fault)
		if !known {
			news = append(news, fault)
		}
	}
	return all, news
}

// rest returns what is left of an earlier fault. What the answer was for but does
// not tell is asked again later.
func (f *Faults) rest(b store.Fault, now time.Time) (left []store.Fault) {
	if b.Window.Empty() {
		told := slices.ContainsFunc(f.Told, b.Asked.Overlaps)
		found := slices.ContainsFunc(f.Found, func(o Fault) bool { return o.Window.Empty() && b.SameCurve(store.Fault{Curve: o.Curve}) })
		if told || found {
			return nil
		}
		return []store.Fault{b}
	}
	for _, outside := range b.Window.Without(f.Counts) {
		kept := b
		kept.Window = outside
		left = append(left, kept)
	}
	over := slices.Clone(f.Told)
	for _, o := range f.Found {
		if b.SameCurve(store.Fault{Curve: o.Curve}) {
			over = append(over, o.Window)
		}
	}
	over = timeseries.Union(over)
	for _, within := range b.Window.Within(f.Counts) {
		for _, untold := range within.Without(over) {
			kept := b
			kept.Window, kept.AskedAt = untold, now
			kept.AgainAt = Gap{Window: untold, Refused: true}.dueAt(b.FirstSeen, now)
			left = append(left, kept)
		}
	}
	return left
}
