package schema

import (
	"fmt"
	"slices"
	"strings"

	"entsoed/timeseries"
)

// seriesViews returns the view of an item that consists of curves, where series
// compete the view of its best values, and where areas went on under another
// code the view of those lines.
func seriesViews(spec ViewSpec, item ItemRow, itemNo int16, comments map[string]string) []view {
	parts := seriesParts(spec, comments)
	where := fmt.Sprintf("\nwhere s.item_no = %d", itemNo)
	title := viewTitle(item)
	if spec.Fast {
		title += " Some of it comes every few seconds: name a span of at."
	}
	views := []view{{
		name: spec.Item, query: parts.ofPoints(allPoints, "", where), columns: parts.columns, asOf: parts.asOf(where, false),
		comment: title + " All series; one row per interval, at is its start and until its end. " + helpers(spec, spec.Item),
		others:  []viewFunction{stepFunction(spec, item, itemNo, comments)},
	}}
	if len(spec.Wide) > 0 {
		views[0].others = append(views[0].others, wideFunction(spec, item, itemNo))
	}
	points := allPoints
	if spec.Best {
		points = bestPoints
		name := spec.Item + "_best"
		views = append(views, view{
			name: name, query: parts.ofPoints(points, "", where), columns: parts.columns, asOf: parts.asOf(where, true),
			orEarliest: "; of series that compete one that was known at t comes first, then the rule of the view",
			comment:    title + " The best value of each area and instant. " + bestRule + " " + helpers(spec, name),
		})
	}
	if spec.Continuous {
		views = append(views, continuousView(spec, title, parts, points, where))
	}
	return views
}

// Where views of points find them; %s is the table.
const (
	allPoints = "entsoe.%s p\njoin entsoe.series s on s.id = p.series_id"
	// The sum keeps the planner from finding the points first and asking for each
	// whether it is within a span, as it does where it has no statistics yet.
	// The offset has it expect as many spans of a series as there are; by a plain join
	// it expects none, for few of all series have any, and then looks each instant of
	// one area up in every piece of the table for the other.
	bestPoints = "entsoe.series s\ncross join lateral (select w.series_id, w.span_from, w.span_to from entsoe.best_spans w where w.series_id = s.id offset 0) b\njoin entsoe.%s p on p.series_id = b.series_id + 0 and p.at >= b.span_from and p.at < b.span_to"
)

// helpers tells what there is beside a view of points, and what it is wrong to do with
// its rows.
func helpers(spec ViewSpec, name string) string {
	var b strings.Builder
	if spec.Best && name == spec.Item {
		fmt.Fprintf(&b, "Several series may have a value for one instant: entsoe.%s_best has one. ", spec.Item)
	}
	fmt.Fprintf(&b, "Rows may differ in length, even of one area (resolution, step): avg() over them weighs a quarter-hour like an hour. "+
		"By hours, local days or other steps, weighted by time: entsoe.%s_by(). As it was known at an instant: entsoe.%s%s().", spec.Item, name, asOfSuffix)
	if len(spec.Wide) > 0 {
		fmt.Fprintf(&b, " With a column for each type of production: entsoe.%s%s().", spec.Item, wideSuffix)
	}
	switch border := spec.Border || slices.Contains(spec.Columns, timeseries.CounterArea); {
	case border:
		b.WriteString(" Each direction has rows of its own: A to B and B to A.")
	case spec.Value != "price":
		b.WriteString(" Countries, bidding zones and control areas stand side by side: for a sum over areas join entsoe.zones.")
	}
	return b.String()
}

// asOf is the query for what was known of points at $1. What became known later is
// left out, or had another value then, which is in the history; with $2 it stands with
// the value that was known first. Each table is joined separately, so that an area
// leads to its points by their index: a union with conditions of its own is read
// whole.
func (p *viewParts) asOf(where string, best bool) string {
	tables := []string{"points", "point_history"}
	if p.spec.Fast {
		tables = append(tables, "points_fast")
	}
	var all []string
	for _, table := range tables {
		known, condition := knownFrom("p"), presentAsOf("p")
		if table == "point_history" {
			known, condition = "p.known_from", pastAsOf("p")
		}
		then := *p
		then.columns = slices.Clone(p.columns)
		for i, c := range then.columns {
			if c.name == "known_from" {
				then.columns[i].expr = known
			}
		}
		query := then.selection(fmt.Sprintf(allPoints, table)) + where + "\nand (" + condition + ")"
		if best {
			query += bestAsOf(known)
		}
		all = append(all, query)
	}
	all[0] += warnUnknown(p.spec.Item)
	return strings.Join(all, "\nunion all\n")
}

// bestAsOf is the condition that a value, known since so long, is the best of those
// shown for $1: no preferred series has an interval there that is shown, as extent says
// it for the present. With $2 a value that was known at $1 comes before those known
// later, so that what is best at $1 stays so.
func bestAsOf(known string) string {
	covers := func(alias string) string {
		return fmt.Sprintf("%[1]s.series_id = b.id and %[1]s.at <= p.at and %[1]s.at > p.at - b.longest", alias)
	}
	points := func(table, where string) string {
		return fmt.Sprintf(`
    select %[2]s > $1 as later from entsoe.%[1]s q
    where %[3]s%[4]s
      and (%[5]s)`, table, knownFrom("q"), where, covers("q"), presentAsOf("q"))
	}
	return `
and not exists (
  select from entsoe.series b
  cross join lateral (` + points("points", "") + `
    union all` + points("points_fast", "b.fast and ") + `
    union all
    select h.known_from > $1 from entsoe.point_history h
    where ` + covers("h") + `
      and (` + pastAsOf("h") + `)
  ) r
  where b.rival_key = s.rival_key and b.id <> s.id and ($2 or (b.rank, b.id) < (s.rank, s.id))
    and (r.later, b.rank, b.id) < (` + known + ` > $1, s.rank, s.id))`
}

// presentAsOf is the condition that a present value was known at $1, or with $2 that
// it became known later and was the first.
func presentAsOf(alias string) string {
	return fmt.Sprintf("%s <= $1 or $2 and not exists (%s)", knownFrom(alias), earlierAsOf(alias, knownFrom(alias)))
}

// pastAsOf is the same for a value of the history. One that was known for no time
// never was.
func pastAsOf(alias string) string {
	return fmt.Sprintf("%[1]s.known_from <= $1 and %[1]s.known_until > $1 or $2 and %[1]s.known_from > $1 and %[1]s.known_until > %[1]s.known_from and not exists (%[2]s)",
		alias, earlierAsOf(alias, alias+".known_from"))
}

// earlierAsOf selects what was known before a version of a value.
func earlierAsOf(alias, known string) string {
	return fmt.Sprintf("select from entsoe.point_history o where o.series_id = %[1]s.series_id and o.at = %[1]s.at and o.known_from < %[2]s and o.known_until > o.known_from",
		alias, known)
}

// knownFrom is when the value of a point was first seen, which it keeps in seconds
// after its start.
func knownFrom(alias string) string {
	return alias + ".at + " + alias + ".known_after * interval '1 second'"
}

// ofPoints is the query of a view of points, with the alias p, and their series. If
// there are two tables of points each is joined separately: TimescaleDB's planner
// cannot estimate how many rows a union of hypertables has.
func (p *viewParts) ofPoints(points, join, where string) string {
	query := p.selection(fmt.Sprintf(points, "points")+join) + where
	if p.spec.Fast {
		query += "\nunion all\n" + p.selection(fmt.Sprintf(points, "points_fast")+join) + where
	}
	return query
}

// seriesParts puts the columns in their order, each once.
func seriesParts(spec ViewSpec, comments map[string]string) *viewParts {
	p := &viewParts{spec: spec, comments: comments}
	p.column("at", "p.at", "Start of the interval, UTC.")
	p.column("until", "entsoe.interval_end(p.at, s.step, s.calendar, s.time_zone)",
		"End of the interval, exclusive. Days and longer are counted in the first of the area's time zone, Brussels and UTC in which they start at midnight.")
	p.local("p.at")
	p.areas()
	p.attributes()
	if p.sided() {
		p.column("flow", "case when s.side = 'out' then 'consumption' else 'generation' end", "generation (side in) or consumption (side out), such as pumping.")
	}
	if len(spec.Measures) > 0 {
		expr, comment := measure(spec.Measures)
		p.column("measure", expr, comment)
	}
	p.column(spec.Value, "p.value", "The value, in the unit of the row.")
	switch {
	case spec.Balance:
		p.column("net_"+spec.Value, "case when s.imported then -p.value else p.value end", "The value with its sign: exports are positive.")
	case p.sided():
		p.column("net_"+spec.Value, "case when s.side = 'out' then -p.value else p.value end",
			"The value with its sign: generation is positive, consumption negative. Sum this for what is fed in; never sum "+spec.Value+" over both flows.")
	}
	p.common("p.value", spec.Value)
	p.last(knownFrom("p"))
	return p
}

// sided reports whether the item has generation and consumption as values without a
// sign.
func (p *viewParts) sided() bool { return slices.Contains(p.spec.Columns, timeseries.Side) }

// measure names the kind of a value by its path below Point; a path without a
// name stands for itself.
func measure(measures []ViewColumn) (expr, comment string) {
	names := make([]string, len(measures))
	var b strings.Builder
	b.WriteString("case s.quantity")
	for i, m := range measures {
		for path := range strings.SplitSeq(m.Path, "|") {
			fmt.Fprintf(&b, " when %s then %s", literal(path), literal(m.Name))
		}
		names[i] = fmt.Sprintf("%s (%s)", m.Name, m.Path)
	}
	return b.String() + " else s.quantity end", "What the value is: " + strings.Join(names, ", ") + "."
}

// continuousView shows the lines of areas that followed each other, each with the
// rows of the area that was valid on that day.
func continuousView(spec ViewSpec, title string, parts *viewParts, points, where string) view {
	line := *parts
	line.columns = append([]viewColumn(nil), parts.columns...)
	for i, c := range line.columns {
		if c.name == "area" {
			line.columns[i] = viewColumn{"area", "l.name", "Name of the line (entsoe.area_lines): that of the area as it is today."}
		}
	}
	where += `
and (l.valid_from is null or p.at >= l.valid_from::timestamp at time zone s.time_zone)
and (l.valid_until is null or p.at < l.valid_until::timestamp at time zone s.time_zone)`
	rows := "all series"
	if spec.Best {
		rows = "the best values, as in " + spec.Item + "_best"
	}
	return view{
		name: spec.Item + "_continuous", query: line.ofPoints(points, "\njoin entsoe.area_lines l on l.eic = s.area", where), columns: line.columns,
		comment: fmt.Sprintf("%s Areas that went on under another code as one line, each day with the rows of the area of that day (entsoe.area_lines); %s. Areas that never changed are not in it.", title, rows),
	}
}
