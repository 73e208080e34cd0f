package schema

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"entsoed/store"
)

// titleLists are the lists of entsoe.codes in which the titles of attributes
// are found: the views show them beside the codes.
var titleLists = map[string]string{
	"psr_type":        "psrType",
	"business_type":   "businessType",
	"process_type":    "processType",
	"price_category":  "priceCategory",
	"price_direction": "priceDirection",
	"price_component": "priceComponent",
	"direction":       "direction",
	"status":          "docStatus",
}

// viewParts are what a view is put together from: columns, and the joins that they
// need. The alias of entsoe.series is s.
type viewParts struct {
	spec     ViewSpec
	comments map[string]string // of the columns of entsoe.series
	columns  []viewColumn
	joins    []string

	unitTitle string // of the column value, where it is not that of the series
}

// column adds a column unless there is one of its name.
func (p *viewParts) column(name, expr, comment string) {
	if !slices.ContainsFunc(p.columns, func(c viewColumn) bool { return c.name == name }) {
		p.columns = append(p.columns, viewColumn{name, expr, comment})
	}
}

// areas adds the name of the area and, for borders, of the counter area. Names stand
// with the series: as columns they have statistics, as expressions over a join the
// planner takes them for one row.
func (p *viewParts) areas() {
	if p.spec.Balance {
		p.column("area", "s.balance_area", "Name of the area whose balance this is; its EIC if it has no name.")
		p.column("flow", "case when s.imported then 'import' else 'export' end", "export: energy leaves the area; import: it enters.")
		return
	}
	p.column("area", "s.area_name", "Name of the area; its EIC if it has no name. Of a border the area that the energy leaves.")
	if p.border() {
		p.column("counter_area", "s.counter_area_name", "The area that the energy enters.")
	}
}

// eics adds the EICs of what areas adds.
func (p *viewParts) eics() {
	if p.spec.Balance {
		p.column("area_eic", "s.balance_area_eic", "EIC of the area.")
		return
	}
	p.column("area_eic", "s.area", "EIC of the area.")
	if p.border() {
		p.column("counter_area_eic", "s.counter_area", "EIC of the counter area.")
	}
}

// border reports whether the view has a column for the counter area.
func (p *viewParts) border() bool {
	return p.spec.Border || slices.Contains(p.spec.Columns, "counter_area")
}

// local adds the start of an interval by the clock of the area.
func (p *viewParts) local(at string) {
	p.column("local", at+" at time zone s.time_zone", "Start by the clock of the area, for reading: in October an hour comes twice.")
	p.column("local_day", "("+at+" at time zone s.time_zone)::date",
		"Day of delivery by the clock of the area, in which at lies. Group by it; join views by at. A condition on it reads all of time: add a span of at. "+
			"Of days and longer that Brussels counts it is the day before in areas west of it, such as GB and PT: <item>_by has them where most of them lies.")
}

// areaName is the short name of the area in the row of entsoe.areas called
// alias, or the EIC where there is none.
func areaName(alias, eic string) string {
	return fmt.Sprintf("coalesce(nullif(%s.code, ''), %s)", alias, eic)
}

func (p *viewParts) join(join string) { p.joins = append(p.joins, join) }

// lateColumns come after the values, wherever an item names them.
var lateColumns = []string{"unit", "currency", "resolution"}

// attributes adds the columns of the item in their order.
func (p *viewParts) attributes() {
	for _, name := range p.spec.Columns {
		if !slices.Contains(lateColumns, name) && name != "counter_area" {
			p.attribute(name)
		}
	}
}

// attribute adds an attribute of the series, with its title where it is a code.
func (p *viewParts) attribute(name string) {
	if slices.ContainsFunc(p.columns, func(c viewColumn) bool { return c.name == name }) {
		return
	}
	expr, comment := "s."+name, p.comments[name]
	if !slices.Contains(store.SeriesColumns, name) {
		expr, comment = fmt.Sprintf("s.other ->> '%s'", name), "Attribute of the series, as sent."
	}
	shown := name
	if name == "constraint" {
		shown = "constraint_id" // the other is a reserved word of SQL
	}
	p.column(shown, expr, comment)
	if list, ok := titleLists[name]; ok {
		p.join(fmt.Sprintf("left join entsoe.codes %[1]s_t on %[1]s_t.list = '%[2]s' and %[1]s_t.code = %[3]s", name, list, expr))
		p.column(name+"_title", name+"_t.title", "Meaning of "+name+".")
	}
}

// money reports whether the view has a column for the currency.
func (p *viewParts) money() bool {
	return p.spec.Value == "price" || slices.Contains(p.spec.Columns, "currency") ||
		slices.ContainsFunc(p.spec.Values, func(c ViewColumn) bool { return strings.Contains(c.Name, "price") })
}

// common adds the column that the views of all items have for their value.
func (p *viewParts) common(expr, own string) {
	p.column("value", expr, "The same as "+own+", under the name that it has in every view.")
}

// last adds what comes after the values. known is the instant since which a row is
// known.
func (p *viewParts) last(known string) {
	p.attribute("unit")
	p.column("unit_title", cmp.Or(p.unitTitle, "s.unit_title"), "The unit of value as people write it: MW, MWh, EUR/MWh ...")
	if p.money() {
		p.attribute("currency")
	}
	p.attribute("resolution")
	p.column("step", "s.step", "The resolution as an interval. Days and longer are counted by the local clock: until is the end.")
	p.column("known_from", known, "When we first saw this value.")
	p.eics()
}

// selection returns the view's query without its conditions.
func (p *viewParts) selection(from string) string {
	list := make([]string, len(p.columns))
	for i, c := range p.columns {
		list[i] = c.expr + " as " + c.name
	}
	return "select " + strings.Join(list, ", ") + "\nfrom " + from + "\n" + strings.Join(p.joins, "\n")
}
