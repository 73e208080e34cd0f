package schema_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/timeseries"
)

// rivalArea is the EIC of one of the areas of fillRivalPrices.
func rivalArea(n int) string { return fmt.Sprintf("10Y-%012d", n) }

// fillRivalPrices gives ten areas 400 days of the prices of two auctions.
func fillRivalPrices(t *testing.T, db *store.DB) {
	t.Helper()
	for i := range 10 {
		for sequence := range 2 {
			s := dbtest.PriceSeries("PT60M", dbtest.Hour, timeseries.Area, rivalArea(i), timeseries.Sequence, fmt.Sprint(sequence+1))
			if _, err := db.Prepare(t.Context(), store.Answer{Rows: timeseries.Curves{s}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	dbtest.Exec(t, db, `
insert into entsoe.points (at, value, series_id, known_after)
select at, 1, id, 0 from entsoe.series, generate_series($1::timestamptz, $1 + interval '400 days', interval '1 hour') at`, dbtest.Day0)
	dbtest.Exec(t, db, `update entsoe.series set extent = tstzmultirange(tstzrange($1::timestamptz, $1 + interval '400 days 1 hour'))`, dbtest.Day0)
	dbtest.Exec(t, db, `select entsoe.renew_best_spans(array(select id from entsoe.series))`)
}

// TestQuestionsReadWhatTheyAskFor: a question about an area and a span reads little
// more than the points of that, once the worker has had the rows counted.
func TestQuestionsReadWhatTheyAskFor(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	fillRivalPrices(t, db)

	const month = 31 * 24 // the length of a piece of the table
	// The counts of changes come to others a moment after the commit.
	dbtest.WaitFor(t, func() bool {
		if err := db.AnalyzeAll(t.Context(), 10*time.Second); err != nil {
			t.Fatal(err)
		}
		return dbtest.QueryOne[bool](t, db, `select count(*) > 13 from pg_class where oid in (select inhrelid from pg_inherits where inhparent = 'entsoe.points'::regclass) and reltuples > 0`)
	})
	for _, q := range []struct {
		name, sql string
		most      float64 // rows, of 192,020; a scan by bitmap counts them twice
	}{
		{"a month of an area", `select avg(price) from entsoe.day_ahead_prices where area = $1 and area <> $2 and at >= $3 and at < $3::timestamptz + interval '30 days'`, 4 * month},
		{"the best values of a year of an area", `select avg(price) from entsoe.day_ahead_prices_best where area = $1 and area <> $2 and at >= $3 and at < $3::timestamptz + interval '365 days'`, 2 * 13 * month},
		{"days of a month of an area", `select * from entsoe.day_ahead_prices_by('1 day', '2025-04-01', '2025-05-01') where area = $1 and area <> $2 and at > $3`, 4 * month},
		{"the spread of two areas", `
select avg(a.price - b.price) from entsoe.day_ahead_prices_best a join entsoe.day_ahead_prices_best b on b.at = a.at
where a.area = $1 and b.area = $2 and a.at >= $3 and a.at < $3::timestamptz + interval '30 days'`, 5 * month},
	} {
		plan := dbtest.QueryOne[json.RawMessage](t, db, `explain (analyze, format json) `+q.sql, rivalArea(3), rivalArea(4), dbtest.Day0.AddDate(0, 1, 0))
		if n := rowsRead(t, plan); n > q.most {
			t.Errorf("%s: %v rows read of 192,020, want at most %v", q.name, n, q.most)
		}
	}
}
