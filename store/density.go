package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Density is how many points and requests the feeds of the database took a day
// of delivery time lately.
type Density struct {
	feeds map[int64]perDay
	items map[string]perDay // of the feeds that had data
}

type perDay struct {
	points, requests float64
	known            bool
}

// Density counts over the latest requests.
func (db *DB) Density(ctx context.Context) (Density, error) {
	const latest = 100_000
	rows, err := db.Pool.Query(ctx, `
with latest as (
  select feed_id, job_id, window_from, window_to, points, outcome from entsoe.fetches order by id desc limit $1
), asked as (  -- a window, with all of its pages
  select feed_id, window_from, window_to, sum(points) as points, count(*) as requests
  from latest
  where window_to > window_from
  group by feed_id, window_from, window_to, job_id
  having bool_or(outcome = 'data')
), once as (  -- though it was asked several times
  select feed_id, window_from, window_to, max(points) as points, max(requests) as requests
  from asked group by 1, 2, 3
), feed as (
  select feed_id, sum(points) as points, sum(requests) as requests, sum(extract(epoch from window_to - window_from)) / 86400 as days
  from once group by 1
)
select f.id, f.item, (d.points / d.days)::float8, (d.requests / d.days)::float8
from feed d join entsoe.feeds f on f.id = d.feed_id`, latest)
	if err != nil {
		return Density{}, fmt.Errorf("points a day: %w", err)
	}
	all := Density{feeds: map[int64]perDay{}, items: map[string]perDay{}}
	counts := map[string]float64{}
	var (
		id   int64
		item string
		d    = perDay{known: true}
	)
	_, err = pgx.ForEachRow(rows, []any{&id, &item, &d.points, &d.requests}, func() error {
		all.feeds[id] = d
		sum := all.items[item]
		all.items[item] = perDay{sum.points + d.points, sum.requests + d.requests, true}
		counts[item]++
		return nil
	})
	for item, sum := range all.items {
		all.items[item] = perDay{sum.points / counts[item], sum.requests / counts[item], true}
	}
	return all, err
}

// Points returns how many points a feed has a day of delivery time; of one that
// was not asked lately the mean of the others of its item. False: nothing is
// known.
func (d Density) Points(f FeedRow) (perDay float64, known bool) {
	if own, ok := d.feeds[f.ID]; ok {
		return own.points, true
	}
	others := d.items[f.Item]
	return others.points, others.known && f.SilentSince == nil
}

// Requests returns how many requests a day of delivery time took of a feed, pages
// included; 0 if nothing is known.
func (d Density) Requests(f FeedRow) float64 {
	if own, ok := d.feeds[f.ID]; ok {
		return own.requests
	}
	return d.items[f.Item].requests
}
