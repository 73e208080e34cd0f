package store

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// ViewSpec says how an item is shown in SQL.
type ViewSpec struct {
	Item    string
	Value   string   // name of the value column, such as "price" or "mw"
	Columns []string // attributes shown after the area, in order
	Border  bool     // show counter_area
	Best    bool     // several series compete: also make the view <item>_best

	Measures   []ViewColumn // names for the kinds of values, by path below Point: the column "measure"
	Fast       bool         // some series are finer than a minute
	Shape      string       // "series", "list", "register" or "documents"
	Values     []ViewColumn // of lists and registers: columns that are values
	Details    []ViewColumn // of lists and registers: columns that are details
	Each       string       // of registers: path of a detail that repeats; the view has a row for each
	Continuous bool         // also make the view <item>_continuous
}

// ViewColumn is a name for what stands at a path of a document.
type ViewColumn struct{ Name, Path string }

// seriesColumns are the attributes with a column of their own in
// entsoe.series; others are in its column "other".
var seriesColumns = []string{
	"item", "area", "counter_area", "side", "direction", "psr_type", "resource", "generation_unit",
	"process_type", "business_type", "contract", "agreement_type", "auction_type", "auction_category",
	"sequence", "product", "price_category", "status", "quantity", "unit", "currency", "resolution",
	"document_type", "unit_name",
}

// bestRule is how a view <item>_best chooses; it is what entsoe.series.rank computes.
const bestRule = `Of the series that compete for one value, the one row per instant is taken that comes first by: ` +
	`final over intermediate; EUR over local currency; sequence 1 (SDAC) over 2 over none; finest resolution. ` +
	`A coarser series that is preferred hides the others during its whole intervals.`

// view is one view's definition.
type view struct {
	name, query, comment string
	columns              []viewColumn
}

type viewColumn struct{ name, expr, comment string }

var identifier = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// itemViews returns the view of an item and, where series compete, the view of
// its best values. comments are those of the columns of entsoe.series.
func itemViews(spec ViewSpec, item ItemRow, itemNo int16, comments map[string]string) ([]view, error) {
	for _, name := range append([]string{spec.Item, spec.Value}, spec.Columns...) {
		if !identifier.MatchString(name) {
			return nil, fmt.Errorf("view %s: %q is no column name", spec.Item, name)
		}
	}
	columns := viewColumns(spec, comments)
	list := make([]string, len(columns))
	for i, c := range columns {
		list[i] = c.expr + " as " + c.name
	}
	query := fmt.Sprintf(`select %s
from entsoe.points p
join entsoe.series s on s.id = p.series_id
left join entsoe.areas a on a.eic = s.area`, strings.Join(list, ", "))
	if showsCounterArea(spec) {
		query += "\nleft join entsoe.areas c on c.eic = s.counter_area"
	}
	query += fmt.Sprintf("\nwhere p.item_no = %d and s.item_no = %[1]d", itemNo)
	title := fmt.Sprintf("%s (%s), in %s. %s", item.Title, item.Article, item.Unit, item.Meaning)
	views := []view{{spec.Item, query, title + " All series; one row per interval, at is its start.", columns}}
	if spec.Best {
		views = append(views, view{spec.Item + "_best", query + `
and not exists (
  select from entsoe.series b
  where b.rival_key = s.rival_key and (b.rank, b.id) < (s.rank, s.id) and b.extent @> p.at)`,
			title + " The best value of each area and instant. " + bestRule, columns})
	}
	return views, nil
}

func showsCounterArea(spec ViewSpec) bool {
	return spec.Border || slices.Contains(spec.Columns, "counter_area")
}

// viewColumns puts the columns in their order, each once.
func viewColumns(spec ViewSpec, comments map[string]string) []viewColumn {
	columns := []viewColumn{
		{"at", "p.at", "Start of the interval, UTC."},
		{"area", "coalesce(a.code, s.area)", "Name of the area; its EIC if it has no name. Of a border the area that the energy leaves."},
	}
	if showsCounterArea(spec) {
		columns = append(columns, viewColumn{"counter_area", "coalesce(c.code, s.counter_area)", "The area that the energy enters."})
	}
	add := func(names ...string) {
		for _, name := range names {
			if slices.ContainsFunc(columns, func(c viewColumn) bool { return c.name == name }) {
				continue
			}
			expr, comment := "s."+name, comments[name]
			if !slices.Contains(seriesColumns, name) {
				expr, comment = fmt.Sprintf("s.other ->> '%s'", name), "Attribute of the series, as sent."
			}
			columns = append(columns, viewColumn{name, expr, comment})
		}
	}
	late := []string{"unit", "currency", "resolution"}
	add(slices.DeleteFunc(slices.Clone(spec.Columns), func(name string) bool { return slices.Contains(late, name) })...)
	columns = append(columns, viewColumn{spec.Value, "p.value", "The value, in the unit of the row."})
	add("unit")
	if spec.Value == "price" || slices.Contains(spec.Columns, "currency") {
		add("currency")
	}
	add("resolution")
	return append(columns, viewColumn{"known_from", "p.known_from", "When we first saw this value."})
}

// create returns the statements that make the view where none is.
func (v view) create(replace bool) string {
	verb := "create view"
	if replace {
		verb = "create or replace view"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s entsoe.%s as\n%s;\n", verb, v.name, v.query)
	fmt.Fprintf(&b, "comment on view entsoe.%s is %s;\n", v.name, literal(v.comment))
	for _, c := range v.columns {
		fmt.Fprintf(&b, "comment on column entsoe.%s.%s is %s;\n", v.name, c.name, literal(c.comment))
	}
	return b.String()
}

// literal quotes a text for statements that take no parameters.
func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
