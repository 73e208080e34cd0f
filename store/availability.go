package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Available is a row of entsoe.availability: what a feed publishes, as learned
// from its answers.
type Available struct {
	Item         string     `json:"item"`
	Area         string     `json:"area"` // "DE_LU" or "DE_LU>FR"
	Variant      string     `json:"variant,omitempty"`
	State        string     `json:"state"`
	Since        *time.Time `json:"since,omitempty"`
	Until        *time.Time `json:"until,omitempty"`
	Resolution   *string    `json:"resolution,omitempty"`
	RowsPerYear  *int64     `json:"rows_per_year,omitempty"`
	BytesPerYear *int64     `json:"bytes_per_year,omitempty"`
	LastDataAt   *time.Time `json:"last_data_at,omitempty"`
	AskedAt      *time.Time `json:"asked_at,omitempty"`
	Planned      bool       `json:"planned"`
}

// What entsoe.availability says of a feed.
const (
	StatePublishes     = "publishes"
	StateSilent        = "silent"         // it published once, and no longer does
	StateNeverAnswered = "never answered" // with data
	StateNeverAsked    = "never asked"
)

// Availability returns what the feeds of an area and of its borders publish,
// in the order of the catalogue.
func (db *DB) Availability(ctx context.Context, eic string) ([]Available, error) {
	var all []Available
	err := pgx.BeginFunc(ctx, db.Pool, func(tx pgx.Tx) error {
		// Compiling a plan of this many parts takes far longer than running it.
		if _, err := tx.Exec(ctx, `set local jit = off`); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `
select a.item, a.area, a.variant, a.state, a.since, a.until, a.resolution, a.rows_per_year, a.bytes_per_year,
  a.last_data_at, a.asked_at, a.planned
from entsoe.availability a join entsoe.items i on i.name = a.item
where (a.area_eic = $1 or a.counter_area_eic = $1) and a.feed_id is not null
order by i.item_no, a.area, a.variant, a.resolution`, eic)
		if err != nil {
			return err
		}
		all, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Available])
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("availability of %s: %w", eic, err)
	}
	return all, nil
}
