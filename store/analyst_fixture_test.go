package store_test

import (
	"fmt"
	"maps"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/timeseries"
)

// The end of the data; prices have quarter hours from the day on which the market got
// them.
var (
	analystTo       = time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	analystQuarters = time.Date(2025, 9, 30, 22, 0, 0, 0, time.UTC)
)

// analystCurves are the curves of an item of one area, in the words of its series.
type analystCurves struct {
	item, area, counter string
	curves              []analystCurve
}

type analystCurve struct {
	attributes timeseries.Attributes
	step       timeseries.Step
	from, to   time.Time
	level      float64
}

// analystSince is where the data begins: five years before its end, or as many as
// ENTSOED_BENCH_YEARS says, at least the two that the questions are about.
func analystSince(b *testing.B) time.Time {
	b.Helper()
	years := 5
	if given := os.Getenv("ENTSOED_BENCH_YEARS"); given != "" {
		var err error
		if years, err = strconv.Atoi(given); err != nil || years < 2 {
			b.Fatalf("ENTSOED_BENCH_YEARS=%s: want a number of years, at least 2", given)
		}
	}
	return analystTo.AddDate(-years, 0, 0)
}

// analystData lists what the database holds: in five years thirteen million points.
func analystData(since time.Time) (all []analystCurves) {
	for n, z := range dbtest.AnalystZones {
		scale := float64(10 - n)
		step := dbtest.Hour
		if z.Quarters {
			step = dbtest.QuarterHour
		}
		add := func(item string, curves ...analystCurve) {
			all = append(all, analystCurves{item: item, area: z.EIC, curves: curves})
		}
		curve := func(step timeseries.Step, from, to time.Time, level float64, names ...string) analystCurve {
			a := timeseries.Attributes{timeseries.Unit: "MAW", timeseries.Quantity: "quantity"}
			for i := 0; i+1 < len(names); i += 2 {
				a[names[i]] = names[i+1]
			}
			return analystCurve{a, step, from, to, level}
		}
		whole := func(level float64, names ...string) analystCurve {
			return curve(step, since, analystTo, level, names...)
		}
		price := func(names ...string) []string {
			return append([]string{timeseries.Currency, "EUR", timeseries.Unit, "MWH", timeseries.Quantity, "price.amount"}, names...)
		}
		add("actual_total_load", whole(5000*scale))
		add("day_ahead_total_load_forecast", whole(5100*scale))
		var types, expected []analystCurve
		for i, code := range dbtest.AnalystTypes {
			types = append(types, whole(600*scale+float64(i), timeseries.PSRType, code, timeseries.Side, "in"))
		}
		types = append(types, whole(100*scale, timeseries.PSRType, "B10", timeseries.Side, "out"))
		for _, code := range []string{"B16", "B19"} {
			expected = append(expected, curve(dbtest.Hour, since, analystTo, 620*scale, timeseries.PSRType, code))
		}
		add("actual_generation_per_production_type", types...)
		add("wind_solar_forecast_day_ahead", expected...)
		var prices []analystCurve
		for sequence := range 2 {
			if sequence == 0 || z.Rival {
				names := price(timeseries.Sequence, fmt.Sprint(sequence+1))
				prices = append(prices, curve(dbtest.Hour, since, analystQuarters, 80+scale, names...),
					curve(dbtest.QuarterHour, analystQuarters, analystTo, 80+scale, names...))
			}
		}
		add("day_ahead_prices", prices...)
		add("imbalance_prices", whole(90+scale, price(timeseries.PriceCategory, "A04")...), whole(70+scale, price(timeseries.PriceCategory, "A05")...))
		for _, to := range []int{(n + 1) % len(dbtest.AnalystZones), (n + len(dbtest.AnalystZones) - 1) % len(dbtest.AnalystZones)} {
			all = append(all, analystCurves{"cross_border_physical_flows", z.EIC, dbtest.AnalystZones[to].EIC,
				[]analystCurve{curve(dbtest.Hour, since, analystTo, 200*scale, timeseries.CounterArea, dbtest.AnalystZones[to].EIC)}})
		}
	}
	return all
}

// openAnalyst opens a database with all that. Nothing has counted its rows: autovacuum
// passes over the tables, so that what is known of them is what entsoed sees to.
func openAnalyst(b *testing.B) *store.DB {
	b.Helper()
	db := dbtest.Open(b, dbtest.AnalystCatalogue())
	dbtest.ExecOwner(b, db, `
do $$
declare t regclass;
begin
  for t in select c.oid from pg_class c where c.relnamespace = 'entsoe'::regnamespace and c.relkind = 'r' loop
    execute format('alter table %s set (autovacuum_enabled = off)', t);
  end loop;
end $$`)
	began := time.Now()
	work := make(chan analystCurves)
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() {
			for c := range work {
				if err := fillCurves(b, db, c); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for _, c := range analystData(analystSince(b)) {
		work <- c
	}
	close(work)
	all.Wait()
	if b.Failed() {
		b.FailNow()
	}
	dbtest.Exec(b, db, `select entsoe.renew_best_spans(array(select id from entsoe.series where item = 'day_ahead_prices'))`)
	dbtest.Exec(b, db, `select entsoe.recount_curves(array(select id from entsoe.feeds))`)
	fillSparse(b, db)
	b.Logf("%d points written in %s", dbtest.QueryOne[int64](b, db, `select count(*) from entsoe.points`), time.Since(began).Round(time.Second))
	return db
}

// fillCurves writes what saves would have written. The values are made by the server:
// a wave of days and years with some noise, so that prices are low now and then.
func fillCurves(b *testing.B, db *store.DB, c analystCurves) error {
	feeds, err := db.EnsureFeeds(b.Context(), []store.FeedRow{{Item: c.item, Area: c.area, CounterArea: c.counter, Name: c.area + c.counter}})
	if err != nil {
		return err
	}
	for n, k := range c.curves {
		s := k.series(c)
		if _, err := db.Prepare(b.Context(), store.Answer{Rows: timeseries.Curves{s}}); err != nil {
			return err
		}
		_, err := db.Pool.Exec(b.Context(), `
with this as (
  update entsoe.series set extent = case when item = 'day_ahead_prices' then tstzmultirange(tstzrange(@from, @to)) else '{}' end where key = @key returning id
), linked as (
  insert into entsoe.feed_series (feed_id, series_id) select @feed, id from this
), asked as (
  update entsoe.feeds set asked_at = @to, first_data_at = @to, last_data_at = @to where id = @feed
), covered as (
  insert into entsoe.coverage (feed_id, stage, data) values (@feed, 0, tstzmultirange(tstzrange(@from, @to))) on conflict do nothing
)
insert into entsoe.points (at, value, series_id, known_after)
select to_timestamp(at), floor(100 * @level::float8 * (1 + 0.6::float8 * sin(2 * pi() * (at % 86400)::float8 / 86400 + @n::integer)
  + 0.3::float8 * sin(2 * pi() * (at % 31557600)::float8 / 31557600) + ((at / 900 * 7919 + @n::integer * 104729) % 1000)::float8 / 2000 - 0.25::float8)) / 100, this.id, 3600
from this, generate_series(extract(epoch from @from::timestamptz)::bigint, extract(epoch from @to::timestamptz)::bigint - 1, @step::bigint) at`, pgx.NamedArgs{
			"from": k.from, "to": k.to, "key": s.Attributes.Key(), "feed": feeds[0].ID, "level": k.level, "n": n, "step": k.step.Seconds,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// series is the curve without its points.
func (k analystCurve) series(c analystCurves) timeseries.Series {
	a := timeseries.Attributes{timeseries.Item: c.item, timeseries.Area: c.area, timeseries.Resolution: "PT60M"}
	if k.step == dbtest.QuarterHour {
		a[timeseries.Resolution] = "PT15M"
	}
	maps.Copy(a, k.attributes)
	return timeseries.Series{Attributes: a, Step: k.step}
}
