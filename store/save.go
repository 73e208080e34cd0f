package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/timeseries"
)

// Answer is one answer of the platform, ready to be saved.
type Answer struct {
	FeedID  int64
	Stage   int               // of the coverage to which it is added
	Asked   timeseries.Window // where the answer is authoritative
	Sent    time.Time         // when it was asked for; zero: nobody else asks for the same
	KnownAt time.Time         // when it was received: known_from of its new values, which counts in whole seconds
	Rows    timeseries.Rows   // nil: none, as in an acknowledgement

	Data, Empty, Refused []timeseries.Window // what coverage learns

	// Unread is what the answer should tell and does not, because it cannot be
	// right there: nothing is retracted, and coverage never calls it empty. A list
	// of which something is unread only adds.
	Unread []Unread

	// OffTimetable says that the question was no part of the feed's timetable, such
	// as a backfill's: the answer tells when there is data, but not when the feed
	// was last asked, and "no data" does not make it rarer.
	OffTimetable bool
}

// Unread is a time in which a curve could not be read.
type Unread struct {
	Curve  string // its key, or as much of it as could be read; empty: any curve
	Window timeseries.Window
}

// Prepared is an answer whose series are in the database.
type Prepared struct {
	Answer
	content content
}

// content is what an answer holds; its types are the shapes in which it is kept.
type content interface {
	// save brings what is stored into agreement with the answer.
	save(ctx context.Context, tx pgx.Tx, a Answer) (Saved, error)
	// series are the ids of the series of which the answer has values.
	series() []int32
	// data reports whether it has any values, or documents.
	data() bool
	// revised reports whether what it holds has revisions, so that it does not
	// matter which of two answers is saved first.
	revised() bool
}

// Prepare finds or makes the series of an answer, in a short transaction of its
// own, so that two jobs that meet new series cannot block each other.
func (db *DB) Prepare(ctx context.Context, a Answer) (Prepared, error) {
	p := Prepared{Answer: a}
	var err error
	switch rows := a.Rows.(type) {
	case nil:
		p.content = curves{}
	case timeseries.Curves:
		p.content, err = db.prepareCurves(ctx, rows)
	case timeseries.Entries:
		p.content, err = db.prepareEntries(ctx, rows)
	case timeseries.Documents:
		p.content = documents(rows)
	}
	if err != nil {
		return p, fmt.Errorf("prepare answer of feed %d %s: %w", a.FeedID, a.Asked, err)
	}
	return p, nil
}

// Saved counts what Save did: points, rows of lists and registers, documents.
type Saved struct {
	Inserted, Changed, Retracted, Unchanged int64

	Missing []MissingRevisions // of the answer's documents

	touched unixWindow // around all intervals that changed; empty if none did
	wrote   wrote
}

// Save writes an answer within tx: what it holds, its history, retractions and
// coverage. What has not changed is not written.
//
// Saves of one feed take turns from here to the end of tx. It returns
// ErrOvertaken, and saves nothing, if the answer to a later request is saved
// already.
func (db *DB) Save(ctx context.Context, tx pgx.Tx, p Prepared) (Saved, error) {
	if p.content == nil {
		return Saved{}, fmt.Errorf("save answer of feed %d %s: it was not prepared", p.FeedID, p.Asked)
	}
	saved, err := db.save(ctx, tx, p)
	if err != nil {
		return Saved{}, fmt.Errorf("save answer of feed %d %s: %w", p.FeedID, p.Asked, err)
	}
	return saved, nil
}

func (db *DB) save(ctx context.Context, tx pgx.Tx, p Prepared) (Saved, error) {
	if err := lockFeed(ctx, tx, p.FeedID); err != nil {
		return Saved{}, err
	}
	if err := overtaken(ctx, tx, p); err != nil {
		return Saved{}, err
	}
	// Whatever is known is known from a whole second on: else a value and what it was
	// before would change at two moments, as points keep seconds.
	whole := p.Answer
	whole.KnownAt = p.KnownAt.Truncate(time.Second)
	saved, err := p.content.save(ctx, tx, whole)
	if err != nil {
		return saved, err
	}
	if err := tell(ctx, tx, p.Answer, saved); err != nil {
		return saved, err
	}
	if err := saved.note(ctx, tx, p.Answer); err != nil {
		return saved, err
	}
	saved.wrote = wrote{}
	return saved, db.cover(ctx, tx, p)
}

func (s *Saved) add(o Saved) {
	s.Inserted += o.Inserted
	s.Changed += o.Changed
	s.Retracted += o.Retracted
	s.Unchanged += o.Unchanged
	s.Missing = append(s.Missing, o.Missing...)
	s.touched = s.touched.hull(o.touched)
	s.wrote.add(o.wrote)
}

// window is around all that the save of an answer has changed: what was asked if it
// is not said when that is.
func (s Saved) window(a Answer) timeseries.Window {
	if s.touched.empty() {
		return a.Asked
	}
	return timeseries.Window{From: time.Unix(s.touched.from, 0).UTC(), To: time.Unix(s.touched.to, 0).UTC()}
}

// unixWindow is a half-open window of time, in seconds since 1970.
type unixWindow struct{ from, to int64 }

func (s unixWindow) empty() bool { return s.from >= s.to }

// hull is the shortest window around both.
func (s unixWindow) hull(o unixWindow) unixWindow {
	switch {
	case o.empty():
		return s
	case s.empty():
		return o
	}
	return unixWindow{min(s.from, o.from), max(s.to, o.to)}
}
