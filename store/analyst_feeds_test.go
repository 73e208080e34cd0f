package store_test

import (
	"testing"

	"entsoed/store"
	"entsoed/store/dbtest"
)

// fillSparse gives each of those places a feed that was asked thirty times in ten days,
// and mostly had two curves of hours. Every fifth answer was "no data", and
// one failed.
func fillSparse(b *testing.B, db *store.DB) {
	b.Helper()
	for _, sql := range []string{`
insert into entsoe.feeds (item, area, counter_area, name, asked_at, active, first_data_at, last_data_at)
select item, area, '', name, $1::timestamptz + interval '10 days', true, $1, $1::timestamptz + interval '10 days' from entsoe.places where item like 'sparse%'`, `
insert into entsoe.series (longest, item_no, key, curve_key, rival_key, item, area, quantity, unit, resolution, psr_type)
select interval '1 hour', i.item_no, k.key, k.key, k.key, f.item, f.area, 'quantity', 'MAW', 'PT60M', n
from entsoe.feeds f join entsoe.items i on i.name = f.item, unnest(array['B01', 'B02']) n, concat_ws(' ', f.item, f.area, n) k(key)
where f.item like 'sparse%' and $1::timestamptz is not null`, `
insert into entsoe.feed_series (feed_id, series_id)
select f.id, s.id from entsoe.feeds f join entsoe.series s using (item, area) where f.item like 'sparse%' and $1::timestamptz is not null`, `
insert into entsoe.coverage (feed_id, stage, data, empty, refused)
select f.id, 0, range_agg(r) filter (where n % 5 <> 4 and n <> 10), range_agg(r) filter (where n % 5 = 4), '{}'
from entsoe.feeds f, generate_series(0, 29) n, tstzrange($1::timestamptz + n * interval '8 hours', $1::timestamptz + (n + 1) * interval '8 hours') r
where f.item like 'sparse%'
group by f.id`, `
insert into entsoe.fetches (at, window_from, window_to, feed_id, bytes, points, changed, retracted, wait_time, request_time, save_time, outcome, reason)
select upper(r), lower(r), upper(r), f.id, 0, 0, 0, 0, '0', '0', '0', case when n = 10 then 'unavailable' when n % 5 = 4 then 'empty' else 'data' end, 'for a reason'
from entsoe.feeds f, generate_series(0, 29) n, tstzrange($1::timestamptz + n * interval '8 hours', $1::timestamptz + (n + 1) * interval '8 hours') r
where f.item like 'sparse%'`,
		`
insert into entsoe.points (at, value, series_id, known_after)
select at, 1, s.id, 3600 from entsoe.series s, generate_series($1::timestamptz, $1 + interval '10 days', interval '1 hour') at
where s.item like 'sparse%'`, `
select entsoe.recount_curves(array_agg(id)) from entsoe.feeds where item like 'sparse%' and $1::timestamptz is not null`,
	} {
		dbtest.Exec(b, db, sql, dbtest.Day0)
	}
}
