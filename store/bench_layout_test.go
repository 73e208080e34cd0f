package store_test

import (
	"testing"

	"entsoed/store/dbtest"
)

// BenchmarkLayout measures what a point takes on disk, index included, as long as it
// is not compressed: a million of 200 curves as they come live, interval by interval or
// day by day, and as a backfill brings them, and the same in the form that points had
// before.
func BenchmarkLayout(b *testing.B) {
	db := dbtest.OpenCatalogue(b)
	const former = `
create table public.former (at timestamptz not null, known_from timestamptz not null, value double precision not null,
  series_id integer not null, item_no smallint not null, primary key (series_id, at));
create index on public.former (item_no, at)`
	const points = 1_000_000
	for b.Loop() {
		for _, order := range []struct{ name, by string }{{"live", "at, series_id"}, {"daily", "date_trunc('day', at), series_id, at"}, {"bulk", "series_id, at"}} {
			dbtest.ExecOwner(b, db, `truncate entsoe.points`)
			dbtest.ExecOwner(b, db, `drop table if exists public.former`)
			dbtest.ExecOwner(b, db, former)
			dbtest.ExecOwner(b, db, `
insert into entsoe.points (at, value, series_id, known_after)
select at, round(random() * 10000) / 100, series_id, 3600 * (1 + mod(series_id, 3))
from generate_series($1::timestamptz, $1 + 4999 * interval '15 minutes', '15 minutes') at, generate_series(1, 200) series_id
order by `+order.by, dbtest.Day0)
			dbtest.ExecOwner(b, db, `
insert into public.former (at, known_from, value, series_id, item_no)
select at, at + known_after * interval '1 second', value, series_id, mod(series_id, 10) from entsoe.points order by `+order.by)
			b.ReportMetric(float64(dbtest.QueryOne[int64](b, db, `
select pg_total_relation_size('entsoe.points') + coalesce(sum(pg_total_relation_size(inhrelid)), 0)::bigint from pg_inherits where inhparent = 'entsoe.points'::regclass`))/points,
				order.name+"_bytes/point")
			b.ReportMetric(float64(dbtest.QueryOne[int64](b, db, `select pg_total_relation_size('public.former')`))/points, order.name+"_former_bytes/point")
		}
	}
	b.ReportMetric(0, "ns/op")
}
