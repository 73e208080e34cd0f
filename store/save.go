package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/timeseries"
)

// Answer is one decoded answer of the platform, ready to be saved.
type Answer struct {
	FeedID  int64
	Stage   int                 // of the coverage that learns of it
	Asked   timeseries.Window   // where the answer is authoritative
	Sent    time.Time           // when it was asked for; zero: nobody asks for the same meanwhile
	KnownAt time.Time           // when it was received: known_from of its new values
	Series  []timeseries.Series // none for an acknowledgement

	// Entries of a list replace the stored entries of the feed that overlap the
	// windows of Replaces; those of a register, Whole, all of its feed.
	Entries  []timeseries.Entry
	Replaces []timeseries.Window
	Whole    bool

	Documents []timeseries.Document

	Data, Empty, Refused []timeseries.Window // what coverage learns

	// Aside says that the answer is to a question beside the feed's timetable, such
	// as a backfill's: it tells when there is data, but not when the feed was last
	// asked, and "no data" does not make it rarer.
	Aside bool
}

// Saved counts what Save did: points, rows of lists and registers, documents.
type Saved struct {
	Inserted, Changed, Retracted, Unchanged int64

	Missing []MissingRevisions // of the answer's documents

	touched span // around all intervals that changed; of nothing it is empty
}

// Save writes an answer within tx: points, entries and documents, their
// history, retractions and coverage. The series must have been through
// SaveSeries, the entries through SaveCurves. What has not changed is not
// written.
//
// Stored values of a curve of the answer are retracted, at whatever resolution,
// where they lie in the asked window and in the spans of one of the curve's
// series, and the answer does not have them. Elsewhere nothing is retracted.
// Of entries see saveEntries.
//
// Saves of one feed take turns from here to the end of tx. An answer to an earlier
// request than that of one which is saved already is not: ErrOvertaken.
func (db *DB) Save(ctx context.Context, tx pgx.Tx, a Answer) (Saved, error) {
	saved, err := db.save(ctx, tx, a)
	if err != nil {
		return Saved{}, fmt.Errorf("save answer of feed %d %s: %w", a.FeedID, a.Asked, err)
	}
	return saved, nil
}

func (db *DB) save(ctx context.Context, tx pgx.Tx, a Answer) (Saved, error) {
	var saved Saved
	if err := lockFeed(ctx, tx, a.FeedID); err != nil {
		return saved, err
	}
	if err := overtaken(ctx, tx, a); err != nil {
		return saved, err
	}
	for _, shape := range []func(context.Context, pgx.Tx, Answer) (Saved, error){savePoints, saveEntries, saveDocuments} {
		s, err := shape(ctx, tx, a)
		if err != nil {
			return saved, err
		}
		saved.add(s)
	}
	if err := tell(ctx, tx, a, saved); err != nil {
		return saved, err
	}
	return saved, db.cover(ctx, tx, a)
}

func savePoints(ctx context.Context, tx pgx.Tx, a Answer) (Saved, error) {
	var saved Saved
	targets, err := findTargets(ctx, tx, a)
	if err != nil {
		return saved, err
	}
	grown := map[int32]span{}
	for _, table := range pointTables {
		for _, batch := range batches(targets, table.fast, batchPoints) {
			c, err := saveBatch(ctx, tx, table.name, batch, a.KnownAt)
			if err != nil {
				return saved, err
			}
			saved.add(c.saved)
			c.growth(grown)
		}
	}
	if !saved.touched.empty() {
		saved.touched.to += int64(a.longestStep()/time.Second) - 1 // it was the last start, exclusive
	}
	return saved, extend(ctx, tx, grown)
}

// longestStep is the longest interval that a value of the answer can have.
func (a Answer) longestStep() time.Duration {
	step := time.Duration(0)
	for _, s := range a.Series {
		step = max(step, longest(s.Step))
	}
	return step
}

func (s *Saved) add(o Saved) {
	s.Inserted += o.Inserted
	s.Changed += o.Changed
	s.Retracted += o.Retracted
	s.Unchanged += o.Unchanged
	s.Missing = append(s.Missing, o.Missing...)
	s.touched = s.touched.hull(o.touched)
}

// target is a series of which the answer says something.
type target struct {
	series int32
	item   int16
	fast   bool
	best   bool
	points []timeseries.Point // none if the answer has its curve at other resolutions only
	region []span             // sorted, where stored points that are not in points are retracted
}

// span is a half-open window in seconds since 1970.
type span struct{ from, to int64 }

func (s span) empty() bool { return s.from >= s.to }

// hull is the shortest span around both.
func (s span) hull(o span) span {
	switch {
	case o.empty():
		return s
	case s.empty():
		return o
	}
	return span{min(s.from, o.from), max(s.to, o.to)}
}

// hull is the shortest span around all points and regions of t.
func (t target) hull() span {
	var h span
	if n := len(t.points); n > 0 {
		h = span{t.points[0].At, t.points[n-1].At + 1}
	}
	if n := len(t.region); n > 0 {
		r := span{t.region[0].from, t.region[n-1].to}
		if len(t.points) == 0 {
			return r
		}
		h = span{min(h.from, r.from), max(h.to, r.to)}
	}
	return h
}

// findTargets returns all series of the answer's curves, also those that the
// answer no longer has, ordered by id.
func findTargets(ctx context.Context, tx pgx.Tx, a Answer) ([]target, error) {
	if len(a.Series) == 0 {
		return nil, nil
	}
	points := make(map[int32][]timeseries.Point, len(a.Series))
	spoken := map[string][]timeseries.Window{} // by curve
	for _, s := range a.Series {
		if err := checkSeries(s, points); err != nil {
			return nil, fmt.Errorf("series %s: %w", s.Attributes.Key(), err)
		}
		points[s.ID] = s.Points
		curve := s.Attributes.CurveKey()
		spoken[curve] = append(spoken[curve], s.Spans...)
	}
	curves := make([]string, 0, len(spoken))
	regions := make(map[string][]span, len(spoken))
	for curve, windows := range spoken {
		curves = append(curves, curve)
		regions[curve] = region(a.Asked, windows)
	}
	rows, err := tx.Query(ctx, `
select s.id, s.curve_key, s.item_no, s.fast, i.best
from entsoe.series s join entsoe.items i using (item_no)
where s.curve_key = any($1)`, curves)
	if err != nil {
		return nil, err
	}
	var (
		targets []target
		curve   string
		t       target
	)
	_, err = pgx.ForEachRow(rows, []any{&t.series, &curve, &t.item, &t.fast, &t.best}, func() error {
		t.points, t.region = points[t.series], regions[curve]
		targets = append(targets, t)
		return nil
	})
	slices.SortFunc(targets, func(a, b target) int { return cmp.Compare(a.series, b.series) })
	return targets, err
}

// checkSeries refuses what would be saved wrongly, given the series before it.
func checkSeries(s timeseries.Series, before map[int32][]timeseries.Point) error {
	if s.ID == 0 {
		return fmt.Errorf("it has no id: SaveSeries comes first")
	}
	if _, twice := before[s.ID]; twice {
		return fmt.Errorf("it occurs twice in an answer")
	}
	for i := 1; i < len(s.Points); i++ {
		if s.Points[i-1].At >= s.Points[i].At {
			return fmt.Errorf("its points are not in order at %s", s.Points[i].Time())
		}
	}
	return nil
}

// region is where an answer is authoritative for a curve: inside the asked
// window, where one of its Periods speaks of it.
func region(asked timeseries.Window, spoken []timeseries.Window) []span {
	var r []span
	for _, w := range timeseries.Union(spoken) {
		if w = w.Intersect(asked); !w.Empty() {
			r = append(r, span{w.From.Unix(), w.To.Unix()})
		}
	}
	return r
}
