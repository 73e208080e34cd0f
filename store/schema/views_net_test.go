package schema_test

import (
	"testing"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/store/schema"
	"entsoed/timeseries"
)

// netCatalogue has the items of flows and three zones, of two clocks.
func netCatalogue() schema.Options {
	opts := dbtest.Catalogue()
	for _, name := range []string{"cross_border_physical_flows", "commercial_schedules"} {
		view := schema.ViewSpec{Item: name, Value: "mw", Border: true, Columns: []string{"counter_area", "resolution"}}
		if name == "commercial_schedules" {
			view.Columns = append(view.Columns, "contract")
		}
		opts.Items = append(opts.Items, schema.ItemRow{Name: name, Title: name, Unit: "MW", Border: true})
		opts.Views = append(opts.Views, view)
	}
	opts.Areas = append(opts.Areas, schema.AreaRow{EIC: portugal, Code: "PT", TimeZone: "Europe/Lisbon"})
	return opts
}

func saveFlow(t *testing.T, db *store.DB, item, from, to, contract string, start float64, values ...float64) {
	t.Helper()
	a := timeseries.Attributes{timeseries.Item: item, timeseries.Area: from, timeseries.CounterArea: to, timeseries.Unit: "MAW", timeseries.Resolution: "PT60M"}
	if contract != "" {
		a[timeseries.Contract] = contract
	}
	s := dbtest.With(timeseries.Series{Step: dbtest.Hour, Attributes: a}, start, values...)
	feed := dbtest.MakeFeed(t, db, item, from)
	dbtest.MustSave(t, db, store.Answer{FeedID: feed.ID, Asked: s.Spans[0], Rows: timeseries.Curves{s}})
}

func TestNetFlows(t *testing.T) {
	db := dbtest.Open(t, netCatalogue())
	const item = "cross_border_physical_flows"
	saveFlow(t, db, item, dbtest.Germany, dbtest.France, "", 0, 10, 0, 7)
	saveFlow(t, db, item, dbtest.France, dbtest.Germany, "", 0, 4, 6)
	saveFlow(t, db, item, portugal, dbtest.France, "", 0, 5) // the other direction is never published
	const rows = `select extract(hour from at at time zone 'UTC') as hour, area, counter_area, export_mw as out, import_mw as in, net_mw as net, value, covered from entsoe.net_flows('1 hour', zone => 'UTC')`
	dbtest.WantLines(t, db, rows+` where area = 'DE_LU' order by at`, "0 DE_LU FR 10 4 6 6 1", "1 DE_LU FR 0 6 -6 -6 1", "2 DE_LU FR 7 0")
	dbtest.WantLines(t, db, rows+` where area = 'FR' order by at, counter_area`, "0 FR DE_LU 4 10 -6 -6 1", "0 FR PT 5 -5 -5 1", "1 FR DE_LU 6 0 6 6 1", "2 FR DE_LU 7 0")
	// The day of the area whose net flow it is: the first hour of 1 March UTC is the first in Lisbon, and the second in Paris.
	dbtest.WantLines(t, db, `select area, local, net_mw from entsoe.net_flows('1 day') where 'PT' in (area, counter_area) order by area`, "FR 2025-03-01T00:00:00 -5", "PT 2025-03-01T00:00:00 5")
	dbtest.WantLines(t, db, `select extract(hour from at at time zone 'UTC') as hour from entsoe.net_flows('1 day') where area = 'FR' and counter_area = 'PT'`, "23")
	saveFlow(t, db, "commercial_schedules", dbtest.Germany, dbtest.France, "A01", 0, 10)
	saveFlow(t, db, "commercial_schedules", dbtest.France, dbtest.Germany, "A01", 0, 4)
	saveFlow(t, db, "commercial_schedules", dbtest.Germany, dbtest.France, "A05", 0, 11)
	dbtest.WantLines(t, db, `select contract, area, net_mw, covered from entsoe.net_schedules() order by 1, 2`, "A01 DE_LU 6 1", "A01 FR -6 1", "A05 DE_LU 0", "A05 FR 0")
}

// TestNetPositionsAddUpToNothing: only borders of zones count, each once on each side.
func TestNetPositionsAddUpToNothing(t *testing.T) {
	db := dbtest.Open(t, netCatalogue())
	const item = "cross_border_physical_flows"
	dbtest.ExecOwner(t, db, `
insert into entsoe.zones (area, area_eic, name, countries, time_zone, valid_from)
select code, eic, name, '{XX}', time_zone, '2018-09-30 22:00Z' from entsoe.areas where eic = any($1)`, []string{dbtest.Germany, dbtest.France, portugal})
	for _, border := range [][2]string{{dbtest.Germany, dbtest.France}, {dbtest.France, dbtest.Germany}, {portugal, dbtest.France}, {dbtest.France, portugal}, {dbtest.Germany, dbtest.Poland}, {dbtest.Poland, dbtest.Germany}} {
		saveFlow(t, db, item, border[0], border[1], "", 0, float64(border[0][3])*7, float64(border[1][3]))
	}
	dbtest.WantLines(t, db, `select sum(net_mw), count(*), sum(borders) from entsoe.net_positions() group by at`, "0 3 4", "0 3 4")
	dbtest.WantLines(t, db, `select area, net_mw, borders, covered from entsoe.net_positions() where area = 'DE_LU' order by at limit 1`,
		dbtest.QueryText(t, db, `select area, net_mw, 1, 1 from entsoe.net_flows() where area = 'DE_LU' and counter_area = 'FR' order by at limit 1`)...)
}

// TestNetPositionsMissABorder: a border that had values and has none, or longer ones
// than the step, leaves no sum of the others that looks whole.
func TestNetPositionsMissABorder(t *testing.T) {
	db := dbtest.Open(t, netCatalogue())
	const item = "cross_border_physical_flows"
	dbtest.ExecOwner(t, db, `
insert into entsoe.zones (area, area_eic, name, countries, time_zone, valid_from)
select code, eic, name, '{XX}', time_zone, '2018-09-30 22:00Z' from entsoe.areas where eic = any($1)`, []string{dbtest.Germany, dbtest.France, portugal})
	saveFlow(t, db, item, dbtest.Germany, dbtest.France, "", 0, 10, 20)
	saveFlow(t, db, item, portugal, dbtest.France, "", 0, 5)
	const rows = `select extract(hour from at at time zone 'UTC') as hour, area, coalesce(net_mw::text, 'null') as net, covered, borders from entsoe.net_positions`
	dbtest.WantLines(t, db, rows+`('1 hour', zone => 'UTC') order by at, area`, "0 DE_LU 10 1 1", "0 FR -15 1 2", "0 PT 5 1 1", "1 DE_LU 20 1 1", "1 FR null 0 1")
	s := dbtest.With(timeseries.Series{Step: dbtest.QuarterHour, Attributes: timeseries.Attributes{
		timeseries.Item: item, timeseries.Area: dbtest.France, timeseries.CounterArea: dbtest.Germany, timeseries.Unit: "MAW", timeseries.Resolution: "PT15M"}}, 0, 1, 2)
	dbtest.MustSave(t, db, store.Answer{FeedID: dbtest.MakeFeed(t, db, item, dbtest.France).ID, Asked: s.Spans[0], Rows: timeseries.Curves{s}})
	dbtest.WantLines(t, db, `select distinct area, coalesce(net_mw::text, 'null') as net, covered from entsoe.net_positions('15 minutes', zone => 'UTC') where area = 'FR'`, "FR null 0")
}
