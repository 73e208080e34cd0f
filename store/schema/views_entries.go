package schema

import (
	"fmt"
	"slices"
	"strings"

	"entsoed/timeseries"
)

// entryView returns the view of a list or a register. The alias of its rows is e,
// that of the elements of a repeated group g.
func entryView(spec ViewSpec, item ItemRow, itemNo int16, comments map[string]string) view {
	p := &viewParts{spec: spec, comments: comments}
	p.column("at", "e.at", "Start of the interval, or of the validity, UTC.")
	p.column("until", "nullif(e.until, 'infinity')", "End of it, exclusive; null: open.")
	p.local("e.at")
	p.areas()
	p.attributes()
	for _, c := range spec.Values {
		p.value(c)
	}
	p.first()
	for _, c := range spec.Details {
		p.column(c.Name, firstOf(c.Path, p.text), fmt.Sprintf("%s, as sent.", c.Path))
	}
	p.last("e.known_from")
	from := "entsoe.entries e\njoin entsoe.series s on s.id = e.series_id"
	rows := "one row per interval of a TimeSeries; several may be alike"
	if spec.Shape == timeseries.ShapeRegister {
		rows = "one row per TimeSeries"
	}
	if spec.Each != "" {
		from += fmt.Sprintf("\nleft join lateral jsonb_path_query(e.details, %s) as g(element) on true", jsonPath(spec.Each, "[*]"))
		rows = fmt.Sprintf("one row per %s, or per TimeSeries without any", spec.Each)
	}
	query := p.selection(from) + fmt.Sprintf("\nwhere e.item_no = %d and s.item_no = %[1]d and ", itemNo)
	var others []viewFunction
	byStep := "Rows do not add up, so there is no form of it by hours or days."
	if spec.Adds {
		others = append(others, entryStepFunction(spec, item, itemNo, comments))
		byStep = fmt.Sprintf("By hours, local days or other steps, added up: entsoe.%s%s().", spec.Item, bySuffix)
	}
	return view{
		name: spec.Item, others: others, query: query + "e.known_until = 'infinity'", columns: p.columns, asOf: query + entriesAsOf + warnUnknown(spec.Item),
		orEarliest: ": of what begins at an instant of which nothing was known at t, the rows that were known first",
		comment:    viewTitle(item) + fmt.Sprintf(" What stands at present; %s. What stood before is in entsoe.%s%s. %s", rows, spec.Item, asOfSuffix, byStep),
	}
}

// entriesAsOf is the condition that a row was known at $1, or with $2 that it became
// known later and of its start nothing was before.
const entriesAsOf = `(e.known_from <= $1 and e.known_until > $1
  or $2 and e.known_from > $1 and e.known_until > e.known_from and not exists (
    select from entsoe.entries o
    where o.series_id = e.series_id and o.at = e.at and o.feed_id = e.feed_id and o.known_from < e.known_from and o.known_until > o.known_from))`

// first adds the first of the numbers as the value, and its unit. The unit of the
// series is that of the quantity where it has quantities and prices.
func (p *viewParts) first() {
	i := slices.IndexFunc(p.spec.Values, func(c ViewColumn) bool { return !strings.HasSuffix(c.Path, "/*") })
	if i < 0 {
		return
	}
	first := p.spec.Values[i]
	if j := slices.IndexFunc(p.spec.Values, func(c ViewColumn) bool { return p.inEach(c.Path) }); j >= 0 && !p.inEach(first.Path) {
		each := p.spec.Values[j]
		p.column("value", fmt.Sprintf("case when g.element is null then %s else %s end", firstOf(first.Path, p.number), firstOf(each.Path, p.number)),
			fmt.Sprintf("%s, or %s of a TimeSeries without any %s: a number to be summed, under the name that it has in every view.", each.Name, first.Name, p.spec.Each))
	} else {
		p.common(firstOf(first.Path, p.number), first.Name)
	}
	if !strings.Contains(first.Name, "price") {
		p.unitTitle = "entsoe.unit_title(s.unit, null, null)"
	}
}

// value adds a number, or all numbers below a path.
func (p *viewParts) value(c ViewColumn) {
	comment := fmt.Sprintf("%s, a number.", c.Path)
	switch {
	case p.spec.Each != "" && !p.inEach(c.Path):
		comment += " It repeats with each row of the TimeSeries: sum value instead."
	case strings.HasSuffix(c.Path, "/*"):
		comment = fmt.Sprintf("By name of the area, or its EIC, the numbers at %s.", c.Path)
	}
	p.column(c.Name, firstOf(c.Path, p.number), comment)
}

// firstOf is the first of a path's alternatives that exists.
func firstOf(path string, expr func(path string) string) string {
	var all []string
	for alternative := range strings.SplitSeq(path, "|") {
		all = append(all, expr(alternative))
	}
	if len(all) == 1 {
		return all[0]
	}
	return "coalesce(" + strings.Join(all, ", ") + ")"
}

// number is the number at one path, or an object of the numbers below it.
func (p *viewParts) number(path string) string {
	if prefix, ok := strings.CutSuffix(path, "*"); ok {
		// One lookup per number, and only if the column is selected.
		eic := fmt.Sprintf("substr(v.key, %d)", len(prefix)+1)
		return fmt.Sprintf(`(
  select jsonb_object_agg(%s, v.value)
  from jsonb_each(e.values) v left join entsoe.areas n on n.eic = %s
  where starts_with(v.key, %s))`, areaName("n", eic), eic, literal(prefix))
	}
	if p.inEach(path) {
		text := p.text(path)
		return fmt.Sprintf(`case when %s ~ '^\s*[-+]?\d*\.?\d+\s*$' then (%[1]s)::float8 end`, text)
	}
	return fmt.Sprintf("(e.values ->> %s)::float8", literal(path))
}

func (p *viewParts) inEach(path string) bool {
	return p.spec.Each != "" && strings.HasPrefix(path, p.spec.Each+"/")
}

// text is the first text at a path in the details, or in the element of the repeated
// group to which the path belongs.
func (p *viewParts) text(path string) string {
	root := "e.details"
	if p.inEach(path) {
		root, path = "g.element", strings.TrimPrefix(path, p.spec.Each+"/")
	}
	return fmt.Sprintf("jsonb_path_query_first(%s, %s) #>> '{}'", root, jsonPath(path, "[0]"))
}

// jsonPath is a path of a document as a literal of type jsonpath, whose lax mode
// unwraps arrays.
func jsonPath(path, end string) string {
	var b strings.Builder
	b.WriteString("lax $")
	for name := range strings.SplitSeq(path, "/") {
		fmt.Fprintf(&b, ".%q", name)
	}
	return literal(b.String()+end) + "::jsonpath"
}
