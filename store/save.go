package store

import (
	"context"
	"time"

	"entsoed/timeseries"

	"github.com/jackc/pgx/v5"
)

// Answer is one decoded answer of the platform, ready to be saved.
type Answer struct {
	FeedID  int64
	Stage   int
	Asked   timeseries.Window
	KnownAt time.Time // when the answer was received: known_from of its new values
	Series  []SeriesPoints

	Data, Empty, Refused []timeseries.Window // what coverage learns
}

// SeriesPoints are the points of one series in an answer. One series occurs
// once in an answer.
type SeriesPoints struct {
	ID         int32 // set by SaveSeries
	Attributes timeseries.Attributes
	Step       timeseries.Step
	Spans      []timeseries.Window // its Periods: where the answer speaks of the series
	Points     []timeseries.Point  // sorted by At, unique
}

// Saved counts what Save did, in points.
type Saved struct {
	Inserted, Changed, Retracted, Unchanged int64
}

// SaveSeries finds or makes the series and sets their ids. It is a short
// transaction of its own; call it before the transaction that saves the points.
func (db *DB) SaveSeries(ctx context.Context, series []SeriesPoints) error { return errTodo }

// Save writes an answer within tx: points, their history, retractions and
// coverage. The series must have been through SaveSeries.
func (db *DB) Save(ctx context.Context, tx pgx.Tx, a Answer) (Saved, error) {
	return Saved{}, errTodo
}
