package store

import (
	"context"
	"time"
)

// FeedRow is one thing that is asked for. Item, Area, CounterArea and Variant
// identify it.
type FeedRow struct {
	ID           int64
	Item         string
	Area         string     // EIC
	CounterArea  string     // EIC, empty unless the item belongs to borders
	Variant      string     // name of the fixed request parameters, often empty
	Name         string     // of the area for people: "DE_LU" or "DE_LU>FR"
	LearnedLimit string     // longest window the platform accepts, "P1M"; empty: as the catalogue says
	AskedAt      *time.Time // of the last request, nil: never
	EmptyStreak  int        // answers without data since the last one with data
}

// EnsureFeeds inserts the feeds that are missing and returns all of them, in
// the given order, as they stand in the database.
func (db *DB) EnsureFeeds(ctx context.Context, feeds []FeedRow) ([]FeedRow, error) {
	return nil, errTodo
}

// SetActive makes the given feeds, and no others, those that planning covers.
func (db *DB) SetActive(ctx context.Context, ids []int64) error { return errTodo }

// ActiveFeeds returns the active feeds of an item, ordered by id.
func (db *DB) ActiveFeeds(ctx context.Context, item string) ([]FeedRow, error) { return nil, errTodo }

// Feed returns one feed; pgx.ErrNoRows if there is none.
func (db *DB) Feed(ctx context.Context, id int64) (FeedRow, error) { return FeedRow{}, errTodo }

// LearnLimit remembers the longest window that the platform accepts for a feed.
func (db *DB) LearnLimit(ctx context.Context, feedID int64, limit string) error { return errTodo }
