package schema

import (
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
}

// column adds a column unless there is one of its name.
func (p *viewParts) column(name, expr, comment string) {
	if !slices.ContainsFunc(p.columns, func(c viewColumn) bool { return c.name == name }) {
		p.columns = append(p.columns, viewColumn{name, expr, comment})
	}
}

// areas adds the name of the area and, for borders, of the counter area.
func (p *viewParts) areas() {
	p.join("left join entsoe.areas a on a.eic = s.area")
	if p.spec.Balance {
		p.join("left join entsoe.areas c on c.eic = s.counter_area")
		p.column("area", "case when "+imported+" then "+areaName("c", "s.counter_area")+" else "+areaName("a", "s.area")+" end",
			"Name of the area whose balance this is; its EIC if it has no name.")
		p.column("flow", "case when "+imported+" then 'import' else 'export' end", "export: energy leaves the area; import: it enters.")
		return
	}
	p.column("area", areaName("a", "s.area"), "Name of the area; its EIC if it has no name. Of a border the area that the energy leaves.")
	if p.spec.Border || slices.Contains(p.spec.Columns, "counter_area") {
		p.join("left join entsoe.areas c on c.eic = s.counter_area")
		p.column("counter_area", areaName("c", "s.counter_area"), "The area that the energy enters.")
	}
}

// imported is the condition that a series of a balance has its area on the side that
// energy enters: the other side is a region, or a literal that is no area.
const imported = `(coalesce(a.eic is null or 'REG' = any(a.kinds), true) and c.eic is not null and not 'REG' = any(c.kinds))`

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

// last adds what comes after the values. known is since when they
// were known.
func (p *viewParts) last(known string) {
	p.attribute("unit")
	if p.money() {
		p.attribute("currency")
	}
	p.attribute("resolution")
	p.column("known_from", known, "When we first saw this value.")
}

// selection returns the view's query without its conditions.
func (p *viewParts) selection(from string) string {
	list := make([]string, len(p.columns))
	for i, c := range p.columns {
		list[i] = c.expr + " as " + c.name
	}
	return "select " + strings.Join(list, ", ") + "\nfrom " + from + "\n" + strings.Join(p.joins, "\n")
}
