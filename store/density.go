package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Density is how much the feeds have lately held per day of delivery time.
type Density struct {
	feeds map[int64]perDay
	items map[string]perDay // of the feeds that had data
}

type perDay struct {
	points float64
	pages  float64 // after the first page of a window
	known  bool
}

// Density counts the latest requests.
func (db *DB) Density(ctx context.Context) (Density, error) {
	const latest = 100_000
	rows, err := db.Pool.Query(ctx, `
with latest as (
  select feed_id, job_id, window_from, window_to, points, outcome from entsoe.fetches order by id desc limit $1
), asked as (  -- a window, with all of its pages
  select feed_id, window_from, window_to, sum(points) as points, count(*) filter (where outcome in ('data', 'empty')) - 1 as pages
  from latest
  where window_to > window_from
  group by feed_id, window_from, window_to, job_id
  having bool_or(outcome = 'data')
), once as (  -- though it was asked several times
  select feed_id, window_from, window_to, max(points) as points, max(pages) as pages
  from asked group by 1, 2, 3
), feed as (
  select feed_id, sum(points) as points, sum(pages) as pages, sum(extract(epoch from window_to - window_from)) / 86400 as days
  from once group by 1
)
select f.id, f.item, (d.points / d.days)::float8, (d.pages / d.days)::float8
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
	_, err = pgx.ForEachRow(rows, []any{&id, &item, &d.points, &d.pages}, func() error {
		all.feeds[id] = d
		sum := all.items[item]
		all.items[item] = perDay{sum.points + d.points, sum.pages + d.pages, true}
		counts[item]++
		return nil
	})
	if err != nil {
		return Density{}, fmt.Errorf("points a day: %w", err)
	}
	for item, sum := range all.items {
		all.items[item] = perDay{sum.points / counts[item], sum.pages / counts[item], true}
	}
	return all, nil
}

// Points returns how many points a feed has per day of delivery time; for one that
// was not asked lately, the mean of the item's other feeds. False: nothing is
// known.
func (d Density) Points(f FeedRow) (perDay float64, known bool) {
	if own, ok := d.feeds[f.ID]; ok {
		return own.points, true
	}
	others := d.items[f.Item]
	return others.points, others.known && f.SilentSince == nil
}

// Pages returns how many pages a feed has per day of delivery time beyond the first
// page of each window; for one that was not asked lately, the mean of the item's
// other feeds. False: nothing is known.
func (d Density) Pages(f FeedRow) (perDay float64, known bool) {
	if own, ok := d.feeds[f.ID]; ok {
		return own.pages, true
	}
	others := d.items[f.Item]
	return others.pages, others.known
}

// Revised returns for each item the share of documents that have earlier revisions,
// 0 to 1. Items without documents are left out.
func (db *DB) Revised(ctx context.Context) (map[string]float64, error) {
	rows, err := db.Pool.Query(ctx, `
select i.name, avg((d.revision > 1)::integer)::float8
from entsoe.documents d join entsoe.items i using (item_no)
where d.published_until = 'infinity'
group by i.name`)
	if err != nil {
		return nil, fmt.Errorf("revised documents: %w", err)
	}
	var (
		all  = map[string]float64{}
		item string
		part float64
	)
	_, err = pgx.ForEachRow(rows, []any{&item, &part}, func() error {
		all[item] = part
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("revised documents: %w", err)
	}
	return all, nil
}
