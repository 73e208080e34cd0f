package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/timeseries"
)

// Why something is missing, as entsoe.gaps says it.
const (
	NotPublished = "not published" // the platform was asked and has no data
	NotFetched   = "not fetched"   // it was not asked
	Failed       = "failed"        // it refused, or its answer could not be read
)

// Gap is delivery time of a feed that is missing though it was due.
type Gap struct {
	Item    string     `json:"item"`
	Area    string     `json:"area"` // "DE_LU", or "DE_LU>FR"
	Variant string     `json:"variant,omitempty"`
	From    time.Time  `json:"from"`
	To      time.Time  `json:"to"`
	Answer  string     `json:"answer"`
	AskedAt *time.Time `json:"asked_at,omitempty"` // the last time; nil: never
	AgainAt *time.Time `json:"again_at,omitempty"` // when it is asked again without anybody's doing; nil: unknown
	Reason  *string    `json:"reason,omitempty"`   // the platform's words, or what cannot be right in its answer
	Curve   *string    `json:"curve,omitempty"`    // the curve that cannot be read, while others may be; nil: all, or any
}

// Gaps returns what is missing of items and areas, named as for a backfill, in a
// span of time at now, or an *OrderError.
func (db *DB) Gaps(ctx context.Context, items, areas string, w timeseries.Window, now time.Time) ([]Gap, error) {
	rows, err := db.Pool.Query(ctx, `
select item, area, variant, gap_from, gap_to, answer, asked_at, again_at, nullif(reason, ''), curve
from entsoe.gaps($1, $2, $3, $4, $5)`, items, areas, w.From, w.To, now)
	if err != nil {
		return nil, orderError("gaps", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Gap])
	return all, orderError("gaps", err)
}
