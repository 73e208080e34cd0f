package schema

import (
	"fmt"
	"strings"
)

// wideSuffix ends the name of the function that shows an item by step, with a column
// for each type of production.
const wideSuffix = "_wide"

// wideFunction shows what <item>_by has a row for each type of production of in one row.
func wideFunction(spec ViewSpec, item ItemRow, itemNo int16) viewFunction {
	sided := (&viewParts{spec: spec}).sided()
	var types, exprs []string
	column := func(name, expr string) {
		types, exprs = append(types, name+" float8"), append(exprs, expr)
	}
	flow, seen, further := "", "array_agg(coalesce(b.psr_type, ''))", "b.psr_type is null or b.psr_type not in ("+codes(spec.Wide)+")"
	if sided {
		flow = "b.flow = 'generation' and "
		seen += " filter (where b.flow = 'generation')"
	}
	sum := func(condition string) string {
		return fmt.Sprintf("sum(b.%s) filter (where %s)", spec.Value, condition)
	}
	for _, t := range spec.Wide {
		column(t.Name+"_"+spec.Value, sum(flow+"b.psr_type = "+literal(t.Path)))
	}
	column("further_"+spec.Value, sum(flow+"("+further+")"))
	value := fmt.Sprintf("sum(b.%s)", spec.Value)
	if sided {
		for _, t := range spec.Wide {
			column(t.Name+"_consumption_"+spec.Value, sum("b.flow = 'consumption' and b.psr_type = "+literal(t.Path)))
		}
		column("further_consumption_"+spec.Value, sum("b.flow = 'consumption' and ("+further+")"))
		column("generation_"+spec.Value, sum("b.flow = 'generation'"))
		column("consumption_"+spec.Value, sum("b.flow = 'consumption'"))
		value = fmt.Sprintf("sum(b.net_%s)", spec.Value)
		column("net_"+spec.Value, value)
	} else {
		column("total_"+spec.Value, value)
	}
	column("value", value)
	column("covered", fmt.Sprintf(`case when g.types <@ %[1]s then min(b.covered)
    when exists (
      select from unnest(g.types, g.firsts, g.lasts) t(psr_type, first_at, last_at)
      where t.first_at < b.until and t.last_at >= b.at - interval '31 days' and t.psr_type <> all(%[1]s)) then 0
    else min(b.covered) end`, "coalesce("+seen+", '{}')"))
	return viewFunction{
		name: spec.Item + wideSuffix, arguments: stepArguments, types: stepTypes,
		returns: fmt.Sprintf("table (at timestamptz, until timestamptz, local timestamp, local_day date, area text, %s, unit text, unit_title text, area_eic text)", strings.Join(types, ", ")),
		query: fmt.Sprintf(`select b.at, b.until, b.local, b.local_day, b.area, %s, b.unit, b.unit_title, b.area_eic
from entsoe.%s%s($1, $2, $3, $4) b
left join (
  select s.area, s.area_name, array_agg(coalesce(s.psr_type, '')) as types, array_agg(t.first_at) as firsts, array_agg(t.last_at) as lasts
  from entsoe.series s
  cross join lateral (
    select min(p.at) as first_at, max(p.at) as last_at
    from entsoe.points p
    where p.series_id = s.id and p.at >= entsoe.points_from($1, $2 - 31) and p.at < entsoe.points_to($1, $3)
  ) t
  where s.item_no = %d and s.side is distinct from 'out' and t.first_at is not null
  group by s.area, s.area_name
) g on g.area = b.area_eic and g.area_name = b.area
group by b.at, b.until, b.local, b.local_day, b.area, b.unit, b.unit_title, b.area_eic, g.types, g.firsts, g.lasts`, strings.Join(exprs, ",\n  "), spec.Item, bySuffix, itemNo),
		comment: fmt.Sprintf("%s By step, one row per step and area, as %s%s has it, with a column for each type of production; null: the area has nothing of the type. %s "+
			"covered is that of the type with the most missing: 0 where one of generation that has values in the month before has none here, or only longer ones than the step. %s", viewTitle(item), spec.Item, bySuffix, wideColumns(spec, sided), stepRule),
	}
}

// codes lists the codes of the types of production for a condition.
func codes(types []ViewColumn) string {
	list := make([]string, len(types))
	for i, t := range types {
		list[i] = literal(t.Path)
	}
	return strings.Join(list, ", ")
}

// wideColumns explains the columns of a wide function.
func wideColumns(spec ViewSpec, sided bool) string {
	list := make([]string, len(spec.Wide))
	for i, t := range spec.Wide {
		list[i] = fmt.Sprintf("%s_%s (%s)", t.Name, spec.Value, t.Path)
	}
	text := "Columns: " + strings.Join(list, ", ") + fmt.Sprintf("; further_%s is what has another type or none.", spec.Value)
	if !sided {
		return text + fmt.Sprintf(" total_%s, or value, is the sum.", spec.Value)
	}
	return text + fmt.Sprintf(" What a type consumes, such as pumping, stands in <type>_consumption_%[1]s and is positive. generation_%[1]s and consumption_%[1]s are the sums; "+
		"net_%[1]s, or value, is the one less the other.", spec.Value)
}
