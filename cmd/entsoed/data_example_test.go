package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"entsoed/timeseries"
)

// exampleQuery is a query about what was fetched that shows what the item is for: of
// curves by hour, day, week, month or year, of the others the columns that matter.
func (site *itemsSite) exampleQuery(t *testing.T, s sample) string {
	t.Helper()
	if s.Item.Shape == timeseries.ShapeSeries {
		return site.stepExample(t, s)
	}
	return site.rowExample(t, s)
}

// exampleColumns is how many columns of a wide view an example shows.
const exampleColumns = 8

const day = 24 * time.Hour

// exampleStep returns a step as long as an interval, or that holds several, the days
// that the example asks for, and the column to read the time from.
func exampleStep(length time.Duration) (step string, days int, when string) {
	switch {
	case length < day:
		return "1 hour", 1, "local"
	case length < 7*day:
		return "1 day", 7, "local_day"
	case length < 28*day:
		return "7 days", 28, "local_day"
	case length < 45*day:
		return "1 month", 92, "local_day"
	case length < 200*day:
		return "3 months", 366, "local_day"
	}
	return "1 year", 366, "local_day"
}

// stepExample asks the function <item>_by.
func (site *itemsSite) stepExample(t *testing.T, s sample) string {
	step, days, when := exampleStep(s.Step)
	from := s.First.In(s.Feed.Zone())
	arguments := fmt.Sprintf("('%s', '%s', '%s')", step, from.Format(time.DateOnly), from.AddDate(0, 0, days).Format(time.DateOnly))
	e := example{
		from: "entsoe." + s.Item.Name + "_by" + arguments, where: where(s), order: "at", first: []string{when},
		attributes: slices.Concat(s.Item.View.Columns, []string{"flow", "measure"}),
		values:     []string{s.Item.View.Value, "net_" + s.Item.View.Value, "covered", "unit_title"},
	}
	sql := site.sql(t, e)
	if strings.Contains(s.Functions, "_wide(") {
		sql += fmt.Sprintf(";\n\nselect *\nfrom entsoe.%s_wide%s\nwhere area = '%s'\norder by at\nlimit 5", s.Item.Name, arguments, s.Feed.AreaName())
	}
	if net, ok := netFunctions[s.Item.Name]; ok {
		sql += fmt.Sprintf(";\n\nselect %s, counter_area, %s%s\nwhere %s\norder by at\nlimit 5", when, net, arguments, e.where[0])
	}
	return sql
}

// netFunctions are what there is to be asked of functions that net the directions of
// an item's borders.
var netFunctions = map[string]string{
	"cross_border_physical_flows": "export_mw, import_mw, net_mw\nfrom entsoe.net_flows",
	"commercial_schedules":        "contract, export_mw, import_mw, net_mw\nfrom entsoe.net_schedules",
}

// rowExample asks the view of an item that has no curves.
func (site *itemsSite) rowExample(t *testing.T, s sample) string {
	e := example{from: "entsoe." + s.Item.Name, where: where(s), order: "at", first: []string{"at", "until"}, attributes: s.Item.View.Columns}
	for _, c := range slices.Concat(s.Item.View.Values, s.Item.View.Details) {
		e.values = append(e.values, c.Name)
	}
	switch s.Item.Shape {
	case timeseries.ShapeList:
		e.where = append(e.where, fmt.Sprintf("at >= '%s'", s.First.Format("2006-01-02 15:04Z")))
	case timeseries.ShapeRegister:
		e.order, e.first = "resource", []string{"resource"}
	case timeseries.ShapeDocuments:
		e.order, e.first = "published_at desc", []string{"published_at", "status", "starts", "ends"}
		e.attributes = []string{"resource_name", "unit_name", "business_type"}
		e.values = []string{"available_mw", "unavailable_mw", "reason_text"}
	}
	e.values = append(e.values, "unit_title")
	return site.sql(t, e)
}

// where names the area, or the border, of a sample.
func where(s sample) []string {
	area, counter, border := strings.Cut(s.Feed.AreaName(), ">")
	where := []string{fmt.Sprintf("area = '%s'", area)}
	if border {
		where = append(where, fmt.Sprintf("counter_area = '%s'", counter))
	}
	return where
}

// example is a query in the making.
type example struct {
	from, order               string
	where                     []string
	first, attributes, values []string // columns
}

// sql puts an example together, of columns that are not null in all rows.
func (site *itemsSite) sql(t *testing.T, e example) string {
	t.Helper()
	there := query(t, site.database, fmt.Sprintf(`
		select c.key from (select * from %s where %s) r cross join lateral json_each_text(row_to_json(r)) c
		group by c.key having count(c.value) > 0`, e.from, strings.Join(e.where, " and ")))
	has := func(name string) bool {
		return slices.ContainsFunc(there, func(row []any) bool { return row[0] == name })
	}
	var columns []string
	add := func(names []string, most int) {
		for _, name := range names {
			if has(name + "_title") {
				name += "_title"
			}
			if has(name) && !slices.Contains(columns, name) && len(columns) < most {
				columns = append(columns, name)
			}
		}
	}
	add(e.values[:min(len(e.values), exampleColumns/2)], exampleColumns)
	values := columns
	columns = nil
	add(e.first, exampleColumns)
	order := e.order
	add(slices.DeleteFunc(slices.Clone(e.attributes), func(name string) bool {
		code := slices.Contains([]string{"resource", "generation_unit"}, name) && has("unit_name") || name == "side" && has("flow")
		return code || slices.Contains([]string{"unit", "currency", "resolution", "counter_area"}, name)
	}), exampleColumns-len(values))
	for _, c := range columns {
		if strings.HasSuffix(c, "_title") && e.order == "at" {
			order += ", " + c
		}
	}
	add(values, exampleColumns)
	return fmt.Sprintf("select %s\nfrom %s\nwhere %s\norder by %s\nlimit 5", strings.Join(columns, ", "), e.from, strings.Join(e.where, "\n  and "), order)
}
