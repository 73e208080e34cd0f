package schema_test

import (
	"testing"
	"time"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/store/schema"
	"entsoed/timeseries"
)

// TestViewsTellEnds: the end of an interval and the day to which it belongs, on days
// of 23 and 25 hours and in steps that are counted by other clocks than the area's.
func TestViewsTellEnds(t *testing.T) {
	const (
		finland = "10YFI-1--------U"
		britain = "10YGB----------A"
	)
	opts := dbtest.ShapesCatalogue()
	for eic, zone := range map[string]string{finland: "Europe/Helsinki", britain: "Europe/London"} {
		opts.Areas = append(opts.Areas, schema.AreaRow{EIC: eic, TimeZone: zone})
	}
	db := dbtest.Open(t, opts)
	save := func(area, resolution string, step timeseries.Step, from string) {
		start, err := time.Parse("2006-01-02 15:04Z", from)
		if err != nil {
			t.Fatal(err)
		}
		feed := dbtest.MakeFeed(t, db, "actual_total_load", area)
		s := dbtest.PriceSeries(resolution, step, timeseries.Item, "actual_total_load", timeseries.Area, area, timeseries.Currency, "", timeseries.Unit, "MAW")
		s.Points = []timeseries.Point{{At: start.Unix(), Value: 1}}
		s.Spans = []timeseries.Window{{From: start, To: start.Add(time.Hour)}}
		dbtest.MustSave(t, db, store.Answer{FeedID: feed.ID, Asked: s.Spans[0], Rows: timeseries.Curves{s}})
	}
	for _, test := range []struct {
		name, area, resolution string
		step                   timeseries.Step
		from, want             string
	}{
		{"a day of 23 hours", dbtest.Germany, "P1D", timeseries.Step{Days: 1}, "2025-03-29 23:00Z", "2025-03-30 22:00 2025-03-30 00:00 2025-03-30"},
		{"a day of 25 hours", dbtest.Germany, "P1D", timeseries.Step{Days: 1}, "2025-10-25 22:00Z", "2025-10-26 23:00 2025-10-26 00:00 2025-10-26"},
		{"the second hour of two", dbtest.Germany, "PT60M", dbtest.Hour, "2025-10-26 01:00Z", "2025-10-26 02:00 2025-10-26 02:00 2025-10-26"},
		{"a quarter-hour", dbtest.France, "PT15M", dbtest.QuarterHour, "2025-10-26 22:45Z", "2025-10-26 23:00 2025-10-26 23:45 2025-10-26"},
		{"a day of the area's clock", finland, "P1D", timeseries.Step{Days: 1}, "2025-03-29 22:00Z", "2025-03-30 21:00 2025-03-30 00:00 2025-03-30"},
		{"a day of Brussels in Finland", finland, "P1D", timeseries.Step{Days: 1}, "2025-03-29 23:00Z", "2025-03-30 22:00 2025-03-30 01:00 2025-03-30"},
		{"a day of Brussels in Britain", britain, "P1D", timeseries.Step{Days: 1}, "2025-10-25 22:00Z", "2025-10-26 23:00 2025-10-25 23:00 2025-10-25"},
		{"a day of UTC", britain, "P1D", timeseries.Step{Days: 1}, "2025-07-01 00:00Z", "2025-07-02 00:00 2025-07-01 01:00 2025-07-01"},
		{"a week with a change of the clock", dbtest.Germany, "P7D", timeseries.Step{Days: 7}, "2025-03-23 23:00Z", "2025-03-30 22:00 2025-03-24 00:00 2025-03-24"},
		{"a month with a change of the clock", dbtest.Germany, "P1M", timeseries.Step{Months: 1}, "2025-09-30 22:00Z", "2025-10-31 23:00 2025-10-01 00:00 2025-10-01"},
		{"a quarter", dbtest.Germany, "P3M", timeseries.Step{Months: 3}, "2024-12-31 23:00Z", "2025-03-31 22:00 2025-01-01 00:00 2025-01-01"},
		{"a leap year", dbtest.Germany, "P1Y", timeseries.Step{Months: 12}, "2023-12-31 23:00Z", "2024-12-31 23:00 2024-01-01 00:00 2024-01-01"},
	} {
		t.Run(test.name, func(t *testing.T) {
			save(test.area, test.resolution, test.step, test.from)
			got := dbtest.QueryOne[string](t, db, `
select to_char(until at time zone 'UTC', 'YYYY-MM-DD HH24:MI') || ' ' || to_char(local, 'YYYY-MM-DD HH24:MI') || ' ' || local_day
from entsoe.actual_total_load where area_eic = $1 and resolution = $2 and at = $3::timestamptz`, test.area, test.resolution, test.from)
			if got != test.want {
				t.Errorf("until, local and local_day are %s, want %s", got, test.want)
			}
		})
	}
}
