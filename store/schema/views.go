package schema

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"entsoed/timeseries"
)

// ViewSpec says how an item is shown in SQL.
type ViewSpec struct {
	Item    string
	Value   string   // name of the value column, such as "price" or "mw"; of series
	Columns []string // attributes shown after the area, in order
	Border  bool     // show counter_area
	Balance bool     // exchange of the area with all others together; the side on which the area stands is the sign
	Best    bool     // several series compete: also make the view <item>_best

	Measures   []ViewColumn // names for the kinds of values, by their path below Point: the column "measure"
	Fast       bool         // some series are finer than a minute
	Combine    timeseries.Combination
	Wide       []ViewColumn // types of production, by their codes, that are columns of <item>_wide
	Shape      timeseries.Shape
	Values     []ViewColumn // of lists and registers: columns that are values
	Details    []ViewColumn // of lists and registers: columns that are details
	Adds       bool         // of lists: rows add up, so that there is <item>_by of the first value
	Each       string       // of registers: path of a detail that repeats; the view has a row for each
	Continuous bool         // also make the view <item>_continuous
}

// ViewColumn is a name for what is at a path of a document, or at the first of
// several paths, separated by "|", that exists. A value's path that ends in "/*"
// stands for all values below it; the last parts of their paths are EICs.
type ViewColumn struct{ Name, Path string }

// bestRule says how a view <item>_best chooses, as entsoe.series.rank computes it.
const bestRule = `Of the series that compete for one value, the one row per instant is taken that comes first by: ` +
	`final over intermediate; EUR over local currency; sequence 1 (SDAC) over 2 over none; finest resolution. ` +
	`A coarser series that is preferred hides the others during its whole intervals.`

// view is the definition of one view.
type view struct {
	name, query, comment string
	columns              []viewColumn
	// asOf is the query for what was known at the instant $1, with $2 else what was
	// known first: the body of the function <name>_as_of, which has the view's columns.
	// Empty: there is none.
	asOf       string
	orEarliest string // what its comment adds about $2
	// others are further functions that are made with the view.
	others []viewFunction
}

// asOfSuffix ends the name of the function that shows a view as it was.
const asOfSuffix = "_as_of"

type viewColumn struct{ name, expr, comment string }

// viewSuffixes are what the names of an item's views may end in.
var viewSuffixes = []string{"", "_best", "_continuous"}

// functionSuffixes are what the names of the functions of an item may end in.
var functionSuffixes = []string{asOfSuffix, "_best" + asOfSuffix, bySuffix, wideSuffix}

var identifier = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// itemViews returns the views of an item, the one of its name first. comments
// are those of the columns of entsoe.series.
func itemViews(spec ViewSpec, item ItemRow, itemNo int16, comments map[string]string) ([]view, error) {
	if err := spec.check(); err != nil {
		return nil, fmt.Errorf("view %s: %w", spec.Item, err)
	}
	switch spec.Shape {
	case timeseries.ShapeSeries:
		return seriesViews(spec, item, itemNo, comments), nil
	case timeseries.ShapeList, timeseries.ShapeRegister:
		return []view{entryView(spec, item, itemNo, comments)}, nil
	case timeseries.ShapeDocuments:
		v, err := documentView(spec, item, itemNo)
		if err != nil {
			return nil, err
		}
		return []view{v}, nil
	}
	return nil, fmt.Errorf("view %s: %d is no shape", spec.Item, spec.Shape)
}

// Names returns the names of the views of an item, the one of its own name first, and of
// the functions that are made with them, with their arguments.
func (spec ViewSpec) Names() (views, functions []string, err error) {
	all, err := itemViews(spec, ItemRow{}, 0, nil)
	for _, v := range all {
		views = append(views, "entsoe."+v.name)
		for _, f := range v.functions() {
			functions = append(functions, f.call())
		}
	}
	slices.Sort(functions)
	return views, functions, err
}

func (spec ViewSpec) check() error {
	names := append([]string{spec.Item}, spec.Columns...)
	if spec.Shape == timeseries.ShapeSeries {
		names = append(names, spec.Value)
	}
	for _, columns := range [][]ViewColumn{spec.Values, spec.Details} {
		for _, c := range columns {
			names = append(names, c.Name)
		}
	}
	for _, name := range names {
		if !identifier.MatchString(name) {
			return fmt.Errorf("%q is no column name", name)
		}
	}
	return nil
}

// viewTitle introduces the item in the comments of its views.
func viewTitle(item ItemRow) string {
	title := item.Title
	if item.Article != "-" {
		title += " (" + item.Article + ")"
	}
	if item.Unit != "none" {
		title += ", in " + item.Unit
	}
	return title + ". " + item.Meaning
}

// create returns the statements that create the view and its functions, or replace
// the view by one with the same columns. Functions of these names must not be there.
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
	for _, f := range v.functions() {
		b.WriteString(f.create())
	}
	return b.String()
}

// functions returns all functions of the view.
func (v view) functions() []viewFunction {
	if v.asOf == "" {
		return v.others
	}
	return append([]viewFunction{{
		name: v.name + asOfSuffix, arguments: "t timestamptz, or_earliest boolean default false", types: "timestamp with time zone,boolean",
		returns: "setof entsoe." + v.name, query: v.asOf,
		comment: fmt.Sprintf("What entsoe.%s would have shown at the instant t: all that this database knew then. "+
			"With or_earliest, what was first known after t stands with the value that was known first%s. "+
			"If t is before all that is known of the item, a notice says so. Columns as in the view.", v.name, v.orEarliest),
	}}, v.others...)
}

// warnUnknown is the condition, always true, that tells of an instant $1 at which
// nothing was known of the item. The select makes it one call, and one notice.
func warnUnknown(item string) string {
	return fmt.Sprintf("\nand (select entsoe.warn_unknown(%s, $1, $2))", literal(item))
}

// literal quotes a text for statements that take no parameters.
func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
