package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// Reach returns from when on the live lane collects each of the feeds. The
// first call fixes it at from; later ones only move it back, when from is
// earlier, so that a week of downtime is read up however long ago it began.
func (db *DB) Reach(ctx context.Context, feedIDs []int64, from time.Time) (map[int64]time.Time, error) {
	rows, err := db.Pool.Query(ctx, `
		with moved as (
			update entsoe.feeds set collect_from = $2
			where id = any ($1) and (collect_from is null or collect_from > $2)
			returning id, collect_from
		)
		select f.id, coalesce(m.collect_from, f.collect_from)
		from entsoe.feeds f left join moved m using (id)
		where f.id = any ($1)`, feedIDs, from)
	if err != nil {
		return nil, err
	}
	reach := make(map[int64]time.Time, len(feedIDs))
	var id int64
	var since time.Time
	_, err = pgx.ForEachRow(rows, []any{&id, &since}, func() error {
		reach[id] = since.UTC()
		return nil
	})
	return reach, err
}
