package store

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/timeseries"
)

// keptCurves is what entsoe.feed_curves keeps of an answer's curves of one resolution.
type keptCurves struct {
	resolution  string
	longest     time.Duration
	first, last int64 // starts of intervals
	points      int   // of the newest part
	over        time.Duration
}

// kept sums up the curves of the answer by resolution. Like entsoe.recount_curves it
// counts the newest eight days, or the newest hundred intervals if they are longer.
func (c curves) kept() map[string]*keptCurves {
	all := map[string]*keptCurves{}
	for _, s := range c.all {
		n := len(s.Points)
		if n == 0 {
			continue
		}
		resolution := s.Attributes[timeseries.Resolution]
		k, ok := all[resolution]
		if !ok {
			k = &keptCurves{resolution: resolution, longest: longestInterval(s.Step), first: s.Points[0].At, last: s.Points[n-1].At}
			all[resolution] = k
		}
		k.first, k.last = min(k.first, s.Points[0].At), max(k.last, s.Points[n-1].At)
	}
	for _, k := range all {
		newest := max(k.last-int64(max(100*k.longest, 8*24*time.Hour)/time.Second), k.first-1)
		k.over = time.Duration(k.last-newest-1)*time.Second + k.longest
		for _, s := range c.all {
			if s.Attributes[timeseries.Resolution] == k.resolution {
				for i := len(s.Points) - 1; i >= 0 && s.Points[i].At > newest; i-- {
					k.points++
				}
			}
		}
	}
	return all
}

// keep brings entsoe.feed_curves into agreement with what was saved and what was taken
// back.
func (c curves) keep(ctx context.Context, tx pgx.Tx, feedID int64, gone pointArrays) error {
	if err := c.widen(ctx, tx, feedID); err != nil {
		return err
	}
	if len(gone.series) == 0 {
		return nil
	}
	// A feed that has lost its earliest or latest values is counted anew.
	_, err := tx.Exec(ctx, `
select entsoe.recount_curves(array_agg(k.feed_id))
from (
  select distinct k.feed_id
  from entsoe.feed_series s join entsoe.feed_curves k on k.feed_id = s.feed_id
  where s.series_id = any($1) and (k.since between $2 and $3 or k.last_at between $2 and $3)
) k
having count(*) > 0`, gone.each(), slices.MinFunc(gone.at, time.Time.Compare), slices.MaxFunc(gone.at, time.Time.Compare))
	return err
}

// widen writes only where the time that the feed has grows, or its rows become more or
// fewer; of answers that span less than a day, as of the last hour, the number of rows
// tells little.
func (c curves) widen(ctx context.Context, tx pgx.Tx, feedID int64) error {
	var (
		resolutions   []string
		first, last   []time.Time
		longest, over []time.Duration
		perYear       []float64
	)
	for _, k := range c.kept() {
		resolutions = append(resolutions, k.resolution)
		first, last = append(first, time.Unix(k.first, 0)), append(last, time.Unix(k.last, 0))
		longest, over = append(longest, k.longest), append(over, k.over)
		perYear = append(perYear, float64(k.points)/k.over.Hours()*24*365.25)
	}
	if len(resolutions) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `
insert into entsoe.feed_curves as k (since, last_at, longest, counted_over, rows_per_year, feed_id, resolution)
select g.since, g.last_at, g.longest, g.counted_over, g.rows_per_year, @feed, g.resolution
from unnest(@since::timestamptz[], @last_at::timestamptz[], @longest::interval[], @over::interval[], @per_year::float8[], @resolution::text[])
  as g(since, last_at, longest, counted_over, rows_per_year, resolution)
order by g.resolution
on conflict (feed_id, resolution) do update
set since = least(k.since, excluded.since), last_at = greatest(k.last_at, excluded.last_at),
  (counted_over, rows_per_year) = (
    select case when t.tells then excluded.counted_over else k.counted_over end, case when t.tells then excluded.rows_per_year else k.rows_per_year end
    from (select k.last_at is null or excluded.last_at >= k.last_at - interval '1 day'
      and excluded.counted_over >= least(k.counted_over, interval '1 day') as tells) t)
where k.since is null or excluded.since < k.since or excluded.last_at > k.last_at
  or excluded.last_at >= k.last_at - interval '1 day' and excluded.counted_over >= least(k.counted_over, interval '1 day')
    and excluded.rows_per_year not between 0.9 * k.rows_per_year and 1.1 * k.rows_per_year`, pgx.NamedArgs{
		"feed": feedID, "since": first, "last_at": last, "longest": longest, "over": over, "per_year": perYear, "resolution": resolutions,
	})
	return err
}
