package schema_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"entsoed/store"
	"entsoed/store/dbtest"
)

// TestPlansOfViews: the planner sees an area as a column with an index, joins two
// views by what they have in common and not row by row, and leaves out what nobody
// asked for.
func TestPlansOfViews(t *testing.T) {
	db := dbtest.Open(t, dbtest.ShapesCatalogue())
	dbtest.Exec(t, db, `
insert into entsoe.series (item_no, longest, key, curve_key, rival_key, item, area, psr_type, quantity, unit, resolution)
select i.item_no, interval '1 hour', k, k, k, i.name, '10Y-' || lpad((n % 50)::text, 12, '0'), 'B' || n % 7, 'quantity', 'MAW', 'PT60M'
from entsoe.items i, generate_series(1, 1500) n, lateral (select i.name || n as k) key
where i.name in ('day_ahead_prices', 'balancing')`)
	dbtest.Exec(t, db, `
insert into entsoe.points (at, value, series_id, known_after)
select at, 1, s.id, 0 from entsoe.series s, generate_series($1::timestamptz, $1 + interval '2 days', interval '1 hour') at order by s.id, at`, dbtest.Day0)
	dbtest.ExecOwner(t, db, `analyze`)
	const area = "10Y-000000000007"
	for _, test := range []struct {
		name, query string
		want, never []string
	}{
		{"an area", `select avg(price) from entsoe.day_ahead_prices where area = '` + area + `'`,
			[]string{"series_item_area_name", "points_series_at"}, []string{"Seq Scan on series", "entsoe.areas"}},
		{"the best values of an area", `select avg(price) from entsoe.day_ahead_prices_best where area = '` + area + `'`,
			[]string{"series_item_area_name", "points_series_at"}, []string{"Seq Scan on series", "SubPlan"}},
		{"two views", `select avg(p.price * b.value) from entsoe.day_ahead_prices_best p join entsoe.balancing b using (area, at) where area = '` + area + `'`,
			[]string{"series_item_area_name", ".at = "}, []string{"Seq Scan on series", "Materialize"}},
		{"no titles", `select sum(value) from entsoe.balancing where area = '` + area + `' and psr_type = 'B1'`, nil, []string{"codes", "areas"}},
		{"titles", `select psr_type_title, sum(value) from entsoe.balancing where area = '` + area + `' group by 1`, []string{"codes"}, nil},
		{"a past state", `select avg(price) from entsoe.day_ahead_prices_as_of('2025-04-01') where area = '` + area + `'`,
			[]string{"series_item_area_name", "points_series_at"}, []string{"Function Scan", "SubPlan"}},
		{"a past state of all items", `select avg(value) from entsoe.as_of('2025-04-01') where item = 'day_ahead_prices' and area = '` + area + `'`,
			[]string{"points_series_at"}, []string{"Function Scan", "SubPlan"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			plan := explain(t, db, test.query)
			for _, want := range test.want {
				if !strings.Contains(plan, want) {
					t.Errorf("the plan lacks %q:\n%s", want, plan)
				}
			}
			for _, never := range test.never {
				if strings.Contains(plan, never) {
					t.Errorf("the plan has %q:\n%s", never, plan)
				}
			}
		})
	}
}

// explain is the plan of a query as text.
func explain(t *testing.T, db *store.DB, query string) string {
	t.Helper()
	rows, err := db.Pool.Query(t.Context(), "explain "+query)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}
