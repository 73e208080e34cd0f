package schema

import (
	"fmt"
	"slices"
	"strings"

	"entsoed/timeseries"
)

// bySuffix ends the name of the function that shows an item by hours, days or other
// steps.
const bySuffix = "_by"

// Arguments of all functions by step.
const (
	stepArguments = "step interval default '1 hour', from_day date default '-infinity', to_day date default 'infinity', zone text default null"
	stepTypes     = "interval,date,date,text"
)

// stepDays is what the comments of all functions by step say, stepRule what those of
// curves say.
const stepDays = `step: 1, 5, 10, 15, 20 or 30 minutes, 1, 2, 3, 4, 6, 8 or 12 hours counted from local midnight, 1 day, 7 days (from Monday), 1 month, 3 months, 1 year. ` +
	`from_day (inclusive) and to_day (exclusive) are local days: whole steps that begin in them. Days are those of each area, with 23 and 25 hours in spring and autumn, ` +
	`or of the time zone given as zone.`

const stepRule = stepDays + ` An interval longer than the step is never cut: it is in steps at least as long; one that lies across two steps counts whole in that of its middle, at a tie in the earlier.`

// rivalColumns are what series that compete for one value differ in.
var rivalColumns = []string{timeseries.Sequence, timeseries.Status}

// stepParts is the function <item>_by as it is put together: s is the first series of
// the group that makes a row, z its time zone and bounds, and a what the points say.
type stepParts struct {
	*viewParts
	itemNo int16
}

// stepFunction shows an item of curves by step.
func stepFunction(spec ViewSpec, item ItemRow, itemNo int16, comments map[string]string) viewFunction {
	p := stepParts{&viewParts{spec: spec, comments: comments}, itemNo}
	p.spec.Columns = slices.DeleteFunc(slices.Clone(spec.Columns), func(c string) bool {
		return c == timeseries.Resolution || spec.Best && slices.Contains(rivalColumns, c)
	})
	p.stepColumns()
	rows := "one row per step and curve"
	if spec.Best {
		rows = "one row per step and area, or what else the best values are chosen for, and per currency, of the best values (" + spec.Item + "_best)"
	}
	if spec.Balance {
		rows = "one row per step and area; exports less imports"
	}
	return viewFunction{
		name: spec.Item + bySuffix, arguments: stepArguments, types: stepTypes, returns: p.returns(), query: p.query(),
		comment: fmt.Sprintf("%s By step, %s. %s: %s. covered is the share of the step that has values: less than 1 where some are missing. %s",
			viewTitle(item), rows, p.valueName(), spec.Combine, stepRule),
	}
}

// valueName is the name of the value column: of balances that of the signed value.
func (p stepParts) valueName() string {
	if p.spec.Balance {
		return "net_" + p.spec.Value
	}
	return p.spec.Value
}

// stepColumns puts the columns in their order. The comments are not shown.
func (p stepParts) stepColumns() {
	p.column("at", "a.at", "timestamptz")
	p.column("until", "a.until", "timestamptz")
	p.column("local", "a.at at time zone z.zone", "timestamp")
	p.column("local_day", "(a.at at time zone z.zone)::date", "date")
	n := len(p.columns)
	p.areas()
	if p.spec.Balance {
		p.columns = slices.DeleteFunc(p.columns, func(c viewColumn) bool { return c.name == "flow" })
	}
	p.attributes()
	if p.sided() {
		p.column("flow", "case when s.side = 'out' then 'consumption' else 'generation' end", "")
	}
	if len(p.spec.Measures) > 0 {
		expr, _ := measure(p.spec.Measures)
		p.column("measure", expr, "")
	}
	p.texts(n)
	p.column(p.valueName(), p.value(), "float8")
	if p.sided() {
		p.column("net_"+p.spec.Value, "case when s.side = 'out' then -1 else 1 end * "+p.value(), "float8")
	}
	p.column("value", p.value(), "float8")
	p.column("covered", "entsoe.step_covered("+p.seconds()+", a.n, a.first_at, a.last_until, a.at, a.until)", "float8")
	n = len(p.columns)
	p.attribute("unit")
	p.column("unit_title", "s.unit_title", "")
	if p.money() || p.spec.Best {
		p.attribute("currency")
	}
	p.eics()
	p.texts(n)
}

// texts gives the columns from the nth on the type of texts, in the place of the
// comment.
func (p stepParts) texts(n int) {
	for i := range p.columns[n:] {
		p.columns[n+i].comment = "text"
	}
}

func (p stepParts) returns() string {
	list := make([]string, len(p.columns))
	for i, c := range p.columns {
		list[i] = c.name + " " + c.comment
	}
	return "table (" + strings.Join(list, ", ") + ")"
}
