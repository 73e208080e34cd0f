package store

import (
	"context"
	"time"

	"entsoed/timeseries"
)

// Names of the queues of collect jobs; each is also the lane of its jobs.
const (
	LaneLive     = "live"
	LaneRevision = "revision"
	LaneBackfill = "backfill"
)

// Need is a window that a feed should have been read in.
type Need struct {
	FeedID int64
	Stage  int // 0: first read; n: the n-th re-read of the item's timetable
	Window timeseries.Window
	Delay  time.Duration // its job is to start this long after the planning
}

// DueParams steer InsertDue.
type DueParams struct {
	Now         time.Time
	Least       time.Duration // time between two asks of a feed
	MaxBackoff  time.Duration // longest time between two asks of a feed that answers without data
	MaxAttempts int           // of the inserted jobs
}

// InsertDue inserts, in one statement, a collect job for each feed that misses
// part of a need and was not asked lately, into lane live for stage 0 and lane
// revision for the others. It returns the number of inserted jobs.
func (db *DB) InsertDue(ctx context.Context, needs []Need, p DueParams) (int, error) {
	return 0, errTodo
}

// Missing returns the parts of need that no answer of this stage covers, in order.
func (db *DB) Missing(ctx context.Context, feedID int64, stage int, need timeseries.Window) ([]timeseries.Window, error) {
	return nil, errTodo
}

// Collect is a collect job for a fixed window.
type Collect struct {
	Feed        FeedRow
	Lane        string
	Window      timeseries.Window // zero: computed by the job when it runs
	Queue       string            // empty: the lane's own
	MaxAttempts int
}

// InsertCollect inserts a collect job unless one for the same feed, lane and
// window is alive; it returns the id of the one that is there now.
func (db *DB) InsertCollect(ctx context.Context, c Collect) (jobID int64, inserted bool, err error) {
	return 0, false, errTodo
}
