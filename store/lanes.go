package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// LaneOrder returns the lanes by priority, as in the column rank of entsoe.lanes.
func LaneOrder() [5]string {
	return [...]string{LaneFetch, LaneLive, LaneRevision, LaneBackfill, LaneProbe}
}

// LaneUse is a lane of requests, its share of the budget and how much it has used.
type LaneUse struct {
	Lane     string  `json:"lane"`
	Share    float64 `json:"share"`     // of the budget that it may use at most, 0 to 1
	LastHour int     `json:"last_hour"` // requests, by the clock of delivery times
}

// Lanes returns the lanes in their order, and the requests a minute of all of
// them together.
func (db *DB) Lanes(ctx context.Context, now time.Time) (lanes []LaneUse, perMinute int, err error) {
	if err = db.Pool.QueryRow(ctx, `select per_minute from entsoe.budget`).Scan(&perMinute); err != nil {
		return nil, 0, fmt.Errorf("request budget: %w", err)
	}
	// No hour has more requests than the platform allows.
	rows, err := db.Pool.Query(ctx, `
select l.lane, l.share::float8, count(f.lane)
from entsoe.lanes l
left join (select lane, at from entsoe.fetches order by id desc limit 24000) f on f.lane = l.lane and f.at > $1 and f.at <= $2
group by l.lane, l.share, l.rank
order by l.rank`, now.Add(-time.Hour), now)
	if err == nil {
		lanes, err = pgx.CollectRows(rows, pgx.RowToStructByPos[LaneUse])
	}
	if err != nil {
		return nil, 0, fmt.Errorf("lanes: %w", err)
	}
	return lanes, perMinute, nil
}

// SetShare sets the share of the budget that a lane may use, 0 to 1, or returns
// an *OrderError.
func (db *DB) SetShare(ctx context.Context, lane string, share float64) error {
	_, err := db.Pool.Exec(ctx, `select entsoe.set_share($1, $2::float8::numeric)`, lane, share)
	return orderError("share of a lane", err)
}

// Lanes of collect jobs. Each is also the name of their queue, except that probes
// are in the queue of backfills.
const (
	LaneFetch    = "fetch"    // fixed windows that a person waits for; they go before all others
	LaneLive     = "live"     // unique per feed while alive
	LaneRevision = "revision" // likewise
	LaneProbe    = "probe"    // likewise: does a feed publish that never did?
	LaneBackfill = "backfill" // unique per feed and window while alive
)
