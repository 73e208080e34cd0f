package store_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/store/queue"
	"entsoed/timeseries"
)

// pointsQuery shows all points with their resolution, hours after day0 and value.
const pointsQuery = `
select s.resolution, extract(epoch from p.at - $1)::bigint / 3600.0 as hour, p.value
from (select * from entsoe.points union all select * from entsoe.points_fast) p join entsoe.series s on s.id = p.series_id
order by p.at, s.longest desc, p.value desc`

// historyQuery shows what was superseded, and for how many hours after day0 it was known.
const historyQuery = `
select s.resolution, round(extract(epoch from h.at - $1) / 3600, 2) as hour, h.value,
  round(extract(epoch from h.known_from - $1) / 3600) as known_from, round(extract(epoch from h.known_until - $1) / 3600) as known_until
from entsoe.point_history h join entsoe.series s on s.id = h.series_id
order by h.at, s.longest desc, h.known_from`

func checkPoints(t *testing.T, db *store.DB, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, dbtest.TrimZeros(dbtest.QueryText(t, db, pointsQuery, dbtest.Day0))); diff != "" {
		t.Errorf("points (-want, +got):\n%s", diff)
	}
}

func checkHistory(t *testing.T, db *store.DB, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, dbtest.TrimZeros(dbtest.QueryText(t, db, historyQuery, dbtest.Day0))); diff != "" {
		t.Errorf("history (-want, +got):\n%s", diff)
	}
}

func TestSaveKeepsWhatChanged(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	first := store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 4), KnownAt: dbtest.After(10),
		Rows: timeseries.Curves{dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour), 0, 10, 11, 12, 13)}}
	dbtest.CheckSaved(t, dbtest.MustSave(t, db, first), store.Saved{Inserted: 4})
	second := first
	second.KnownAt = dbtest.After(20)
	second.Rows = timeseries.Curves{dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour), 0, 10, 21, 12, 23)}
	dbtest.CheckSaved(t, dbtest.MustSave(t, db, second), store.Saved{Changed: 2, Unchanged: 2})
	checkPoints(t, db, "PT60M 0 10", "PT60M 1 21", "PT60M 2 12", "PT60M 3 23")
	checkHistory(t, db, "PT60M 1 11 10 20", "PT60M 3 13 10 20")
	if n := dbtest.QueryOne[int](t, db, `select count(*) from entsoe.points where at + known_after * interval '1 second' = $1`, dbtest.After(10)); n != 2 {
		t.Errorf("%d unchanged points kept their known_from, want 2", n)
	}
}

func TestSaveRetracts(t *testing.T) {
	twoHourly := func() []timeseries.Series {
		return []timeseries.Series{dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour), 0, 10, 11, 12, 13, 14, 15)}
	}
	quarters := func(from float64, values ...float64) timeseries.Series {
		return dbtest.With(dbtest.PriceSeries("PT15M", dbtest.QuarterHour), from, values...)
	}
	tests := []struct {
		name   string
		answer store.Answer // asked at hour 20, after twoHourly at hour 10
		want   store.Saved
		points []string
	}{
		{"a value that is missing inside a Period",
			store.Answer{Asked: dbtest.Window(0, 6), Rows: timeseries.Curves{dbtest.Without(dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour), 0, 10, 11, 12, 13, 14, 15), 2)}},
			store.Saved{Unchanged: 5, Retracted: 1},
			[]string{"PT60M 0 10", "PT60M 1 11", "PT60M 3 13", "PT60M 4 14", "PT60M 5 15"}},
		{"nothing in the gap between two Periods",
			store.Answer{Asked: dbtest.Window(0, 6), Rows: timeseries.Curves{dbtest.With(dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour), 0, 10, 11), 4, 14, 15)}},
			store.Saved{Unchanged: 4},
			[]string{"PT60M 0 10", "PT60M 1 11", "PT60M 2 12", "PT60M 3 13", "PT60M 4 14", "PT60M 5 15"}},
		{"nothing outside the asked window",
			store.Answer{Asked: dbtest.Window(1, 2), Rows: timeseries.Curves{dbtest.Without(dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour), 0, 10, 11, 12, 13, 14, 15), 1, 2)}},
			store.Saved{Unchanged: 4, Retracted: 1},
			[]string{"PT60M 0 10", "PT60M 2 12", "PT60M 3 13", "PT60M 4 14", "PT60M 5 15"}},
		{"but values outside it are saved",
			store.Answer{Asked: dbtest.Window(1, 2), Rows: timeseries.Curves{dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour), 0, 10, 11, 12, 13, 14, 25, 26)}},
			store.Saved{Unchanged: 5, Changed: 1, Inserted: 1},
			[]string{"PT60M 0 10", "PT60M 1 11", "PT60M 2 12", "PT60M 3 13", "PT60M 4 14", "PT60M 5 25", "PT60M 6 26"}},
		{"the same curve at another resolution, where the Period is",
			store.Answer{Asked: dbtest.Window(0, 6), Rows: timeseries.Curves{quarters(1, 1, 2, 3, 4), dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour), 2, 12, 13, 14)}},
			store.Saved{Unchanged: 3, Inserted: 4, Retracted: 1},
			[]string{"PT60M 0 10", "PT15M 1 1", "PT15M 1.25 2", "PT15M 1.5 3", "PT15M 1.75 4", "PT60M 2 12", "PT60M 3 13", "PT60M 4 14", "PT60M 5 15"}},
		{"not what comes at both resolutions",
			store.Answer{Asked: dbtest.Window(0, 6), Rows: timeseries.Curves{quarters(1, 1, 2, 3, 4), dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour), 0, 10, 11, 12, 13, 14, 15)}},
			store.Saved{Unchanged: 6, Inserted: 4},
			[]string{"PT60M 0 10", "PT60M 1 11", "PT15M 1 1", "PT15M 1.25 2", "PT15M 1.5 3", "PT15M 1.75 4", "PT60M 2 12", "PT60M 3 13", "PT60M 4 14", "PT60M 5 15"}},
		{"not another curve",
			store.Answer{Asked: dbtest.Window(0, 6), Rows: timeseries.Curves{dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour, timeseries.Sequence, "2"), 0, 5, 5, 5, 5, 5, 5)}},
			store.Saved{Inserted: 6},
			[]string{"PT60M 0 10", "PT60M 0 5", "PT60M 1 11", "PT60M 1 5", "PT60M 2 12", "PT60M 2 5", "PT60M 3 13", "PT60M 3 5", "PT60M 4 14", "PT60M 4 5", "PT60M 5 15", "PT60M 5 5"}},
		{"nothing by an acknowledgement",
			store.Answer{Asked: dbtest.Window(0, 6), Empty: []timeseries.Window{dbtest.Window(0, 6)}},
			store.Saved{},
			[]string{"PT60M 0 10", "PT60M 1 11", "PT60M 2 12", "PT60M 3 13", "PT60M 4 14", "PT60M 5 15"}},
		{"a whole Period without values",
			store.Answer{Asked: dbtest.Window(0, 6), Rows: timeseries.Curves{dbtest.Without(dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour), 0, 0, 0, 0), 0, 1, 2)}},
			store.Saved{Retracted: 3},
			[]string{"PT60M 3 13", "PT60M 4 14", "PT60M 5 15"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			db := dbtest.OpenCatalogue(t)
			feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
			dbtest.MustSave(t, db, store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 6), KnownAt: dbtest.After(10), Rows: timeseries.Curves(twoHourly())})
			test.answer.FeedID, test.answer.KnownAt = feed.ID, dbtest.After(20)
			dbtest.CheckSaved(t, dbtest.MustSave(t, db, test.answer), test.want)
			checkPoints(t, db, test.points...)
			if n := dbtest.QueryOne[int64](t, db, `select count(*) from entsoe.point_history where known_from = $1 and known_until = $2`, dbtest.After(10), dbtest.After(20)); n != test.want.Changed+test.want.Retracted {
				t.Errorf("%d rows of history, want %d", n, test.want.Changed+test.want.Retracted)
			}
		})
	}
}

// TestSaveA60ReplacedByQuarterHours is the day on which an area goes over from
// hourly to quarter-hourly values, as the load forecasts of business type A60.
func TestSaveA60ReplacedByQuarterHours(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "actual_total_load", dbtest.Germany)
	load := func(resolution string, step timeseries.Step, business string) timeseries.Series {
		return timeseries.Series{Step: step, Attributes: timeseries.Attributes{timeseries.Item: "actual_total_load", timeseries.Area: dbtest.Germany,
			timeseries.BusinessType: business, timeseries.Quantity: "quantity", timeseries.Unit: "MAW", timeseries.Resolution: resolution}}
	}
	dbtest.MustSave(t, db, store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 2), KnownAt: dbtest.After(10), Rows: timeseries.Curves{
		dbtest.With(load("PT60M", dbtest.Hour, "A60"), 0, 100, 200), dbtest.With(load("PT60M", dbtest.Hour, "A61"), 0, 300, 400)}})
	saved := dbtest.MustSave(t, db, store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 2), KnownAt: dbtest.After(20), Rows: timeseries.Curves{
		dbtest.With(load("PT15M", dbtest.QuarterHour, "A60"), 0, 100, 101, 102, 103), dbtest.With(load("PT60M", dbtest.Hour, "A61"), 0, 300, 400)}})
	dbtest.CheckSaved(t, saved, store.Saved{Inserted: 4, Retracted: 1, Unchanged: 2})
	checkPoints(t, db, "PT60M 0 300", "PT15M 0 100", "PT15M 0.25 101", "PT15M 0.5 102", "PT15M 0.75 103", "PT60M 1 400", "PT60M 1 200")
	checkHistory(t, db, "PT60M 0 100 10 20")
}

func TestSaveFinerThanAMinute(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	fast := dbtest.With(dbtest.PriceSeries("PT4S", timeseries.Step{Seconds: 4}), 0, 1, 2, 3)
	answer := store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 1), KnownAt: dbtest.After(10), Rows: timeseries.Curves{fast, dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour), 0, 9)}}
	dbtest.CheckSaved(t, dbtest.MustSave(t, db, answer), store.Saved{Inserted: 4})
	if n := dbtest.QueryOne[int](t, db, `select count(*) from entsoe.points_fast`); n != 3 {
		t.Errorf("%d points in points_fast, want 3", n)
	}
	answer.Rows = timeseries.Curves{dbtest.Without(dbtest.With(dbtest.PriceSeries("PT4S", timeseries.Step{Seconds: 4}), 0, 1, 5, 3), 2)}
	dbtest.CheckSaved(t, dbtest.MustSave(t, db, answer), store.Saved{Unchanged: 1, Changed: 1, Retracted: 2})
}

// TestDropFast deletes old fast points where they stand in chunks and where
// they do not.
func TestDropFast(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	for day := range 3 {
		from := float64(24 * day)
		dbtest.MustSave(t, db, store.Answer{FeedID: feed.ID, Asked: dbtest.Window(from, from+1), Rows: timeseries.Curves{
			dbtest.With(dbtest.PriceSeries("PT4S", timeseries.Step{Seconds: 4}), from, 1, 2), dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour), from, 9)}})
	}
	if err := db.DropFast(t.Context(), dbtest.After(24), time.Second); err != nil {
		t.Fatal(err)
	}
	if got := dbtest.QueryOne[string](t, db, `select format('%s fast from %s, %s others', count(*), min(at) at time zone 'UTC',
(select count(*) from entsoe.points)) from entsoe.points_fast`); got != "4 fast from 2025-03-02 00:00:00, 3 others" {
		t.Errorf("left are %s", got)
	}
}

func TestSaveInBatches(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	answer := func(first float64, without ...int) store.Answer {
		var all timeseries.Curves
		for _, sequence := range []string{"1", "2"} {
			values := make([]float64, 60_000)
			for i := range values {
				values[i] = first + float64(i%7)
			}
			series := dbtest.With(dbtest.PriceSeries("PT30M", timeseries.Step{Seconds: 1800}, timeseries.Sequence, sequence), 0, values...)
			all = append(all, dbtest.Without(series, without...))
		}
		return store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 30_000), Rows: all}
	}
	dbtest.CheckSaved(t, dbtest.MustSave(t, db, answer(0)), store.Saved{Inserted: 120_000})
	dbtest.CheckSaved(t, dbtest.MustSave(t, db, answer(0)), store.Saved{Unchanged: 120_000})
	changed := answer(1, 49_999, 50_000, 50_001)
	dbtest.CheckSaved(t, dbtest.MustSave(t, db, changed), store.Saved{Changed: 119_994, Retracted: 6})
	if n := dbtest.QueryOne[int](t, db, `select count(*) from entsoe.point_history`); n != 120_000 {
		t.Errorf("%d rows of history, want 120000", n)
	}
}

// TestSaveAgainWritesNothing looks for new row versions, dead rows and locks
// that a save of equal values might leave on the points.
func TestSaveAgainWritesNothing(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	answer := store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 3), KnownAt: dbtest.After(10), Data: []timeseries.Window{dbtest.Window(0, 3)},
		Rows: timeseries.Curves{dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour), 0, 1, 2, 3), dbtest.With(dbtest.PriceSeries("PT15M", dbtest.QuarterHour, timeseries.Sequence, "2"), 0, 1, 2, 3)}}
	dbtest.MustSave(t, db, answer)
	const versions = `
select tableoid::regclass::text, ctid::text, xmin::text, xmax::text from entsoe.points
union all select 'series', ctid::text, xmin::text, xmax::text from entsoe.series
union all select 'coverage', ctid::text, xmin::text, xmax::text from entsoe.coverage
union all select 'feeds', ctid::text, xmin::text, '' from entsoe.feeds
union all select 'history', ctid::text, xmin::text, xmax::text from entsoe.point_history
order by 1, 2`
	before := dbtest.QueryText(t, db, versions)
	saved := dbtest.MustSave(t, db, answer)
	dbtest.CheckSaved(t, saved, store.Saved{Unchanged: 6})
	if diff := cmp.Diff(before, dbtest.QueryText(t, db, versions)); diff != "" {
		t.Errorf("saving again wrote rows (-before, +after):\n%s", diff)
	}
}

func TestSaveCoverage(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	windows := func(pairs ...float64) (w []timeseries.Window) {
		for i := 0; i < len(pairs); i += 2 {
			w = append(w, dbtest.Window(pairs[i], pairs[i+1]))
		}
		return w
	}
	// In any order the outcome is the same: data, then empty, then refused.
	answers := []store.Answer{
		{Refused: windows(0, 10)},
		{Empty: windows(2, 8, 8, 8)},
		{Data: windows(4, 5, 5, 6)},
		{Data: windows(20, 21), Empty: windows(21, 22)},
	}
	for _, order := range [][]int{{0, 1, 2, 3}, {3, 2, 1, 0}, {1, 0, 3, 2, 1, 0}} {
		dbtest.Exec(t, db, `delete from entsoe.coverage`)
		for _, i := range order {
			a := answers[i]
			a.FeedID, a.Asked = feed.ID, dbtest.Window(0, 24)
			dbtest.MustSave(t, db, a)
		}
		want := map[string]string{
			"data":    "{04:00:00-06:00:00,20:00:00-21:00:00}",
			"empty":   "{02:00:00-04:00:00,06:00:00-08:00:00,21:00:00-22:00:00}",
			"refused": "{00:00:00-02:00:00,08:00:00-10:00:00}",
		}
		for column, ranges := range want {
			got := dbtest.QueryOne[string](t, db, `select array_agg((lower(r) - $1)::text || '-' || (upper(r) - $1)::text order by r)::text from entsoe.coverage, unnest(`+column+`) r`, dbtest.Day0)
			if got != ranges {
				t.Errorf("order %v: %s is %s, want %s", order, column, got, ranges)
			}
		}
	}
	missing, err := db.Missing(t.Context(), feed.ID, 0, dbtest.Window(5, 30))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(windows(10, 20, 22, 30), missing); diff != "" {
		t.Errorf("missing (-want, +got):\n%s", diff)
	}
	missing, err = db.Missing(t.Context(), feed.ID, 1, dbtest.Window(5, 30))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(windows(5, 30), missing); diff != "" {
		t.Errorf("missing of the next stage (-want, +got):\n%s", diff)
	}
}

func TestSaveRollsBackAsAWhole(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	answer := store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 1), KnownAt: dbtest.After(10), Data: []timeseries.Window{dbtest.Window(0, 1)},
		Rows: timeseries.Curves{dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour), 0, 1)}}
	ready, err := db.Prepare(t.Context(), answer)
	if err != nil {
		t.Fatal(err)
	}
	err = pgx.BeginFunc(t.Context(), db.Pool, func(tx pgx.Tx) error {
		if _, err := db.Save(t.Context(), tx, ready); err != nil {
			return err
		}
		return queue.ErrJobLost
	})
	if err != queue.ErrJobLost {
		t.Fatal(err)
	}
	if n := dbtest.QueryOne[int](t, db, `select (select count(*) from entsoe.points) + (select count(*) from entsoe.coverage)`); n != 0 {
		t.Errorf("%d rows are left of a save that was rolled back", n)
	}
}

func TestPrepareRenewsNames(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	for _, name := range []string{"Block A", "Block B", "Block B"} {
		series := dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour, timeseries.UnitName, name, "fb_constraint", "C1"), 0, 1)
		if _, err := db.Prepare(t.Context(), store.Answer{Rows: timeseries.Curves{series}}); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{`Block B {"fb_constraint": "C1"} 1`}
	if diff := cmp.Diff(want, dbtest.QueryText(t, db, `select unit_name, other::text, id from entsoe.series`)); diff != "" {
		t.Errorf("series (-want, +got):\n%s", diff)
	}
}

func TestSaveRefusesWhatItCannotKeep(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	if _, err := db.Prepare(t.Context(), store.Answer{Rows: timeseries.Curves{dbtest.PriceSeries("PT60M", dbtest.Hour, timeseries.Item, "no_such_item")}}); err == nil {
		t.Error("a series of an unknown item was saved")
	}
	if _, err := db.Prepare(t.Context(), store.Answer{Rows: timeseries.Curves{dbtest.PriceSeries("PT60M", dbtest.Hour), dbtest.PriceSeries("PT60M", dbtest.Hour)}}); err == nil {
		t.Error("an answer with the same series twice was taken")
	}
	hourly := func(values ...float64) timeseries.Series {
		return dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour), 0, values...)
	}
	dbtest.MustSave(t, db, store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 1), Rows: timeseries.Curves{hourly(1)}})
	reversed := hourly(1, 2)
	slices.Reverse(reversed.Points)
	for name, series := range map[string]timeseries.Curves{"a known series twice": {hourly(1), hourly(2)}, "points in reverse": {reversed}, "not a number": {hourly(math.NaN())}} {
		if _, err := dbtest.Save(t.Context(), db, store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 1), Rows: series}); err == nil {
			t.Errorf("an answer with %s was taken", name)
		}
	}
	answer := store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 1), Rows: timeseries.Curves{hourly(2)}}
	err := pgx.BeginFunc(t.Context(), db.Pool, func(tx pgx.Tx) error {
		_, err := db.Save(t.Context(), tx, store.Prepared{Answer: answer})
		return err
	})
	if err == nil {
		t.Error("an answer was saved without its series")
	}
	answer.FeedID++
	if _, err := dbtest.Save(t.Context(), db, answer); err == nil {
		t.Error("an answer of a feed that there is not was saved")
	}
}
