package schema

import (
	"fmt"
	"strings"

	"entsoed/timeseries"
)

// exact reports whether the resolutions of a row may overlap, so that a step in which
// there are several must be looked at closely.
func (p stepParts) exact() bool {
	return !p.spec.Best && !p.spec.Balance && p.spec.Combine != timeseries.CombineLast
}

// orMixed is an expression, or the nth number of entsoe.mixed_step where that has it.
func (p stepParts) orMixed(n int, expr string) string {
	if !p.exact() {
		return expr
	}
	return fmt.Sprintf("coalesce(a.mixed[%d], %s)", n, expr)
}

func (p stepParts) seconds() string { return p.orMixed(3, "a.seconds") }

// value is the value of a step. Where all intervals are of one length, the mean is
// that of the values, without the rounding of a weighted one.
func (p stepParts) value() string {
	mean := "when a.shortest * a.n = a.seconds then a.total / a.n else a.weighted / a.seconds"
	if p.exact() {
		mean = "when a.mixed is not null then a.mixed[2] / a.mixed[3] " + mean
	}
	sum := p.orMixed(1, "a.total")
	switch p.spec.Combine {
	case timeseries.CombineSum:
		return sum
	case timeseries.CombineLast:
		return "a.latest"
	case timeseries.CombineExtremes:
		return "case when s.business_type in ('A60', 'C77') then a.least when s.business_type in ('A61', 'C79') then a.greatest " + mean + " end"
	default:
		return "case when s.unit in ('MWH', 'KWH', 'GWH') and s.currency is null then " + sum + " " + mean + " end"
	}
}

// group is the condition that the series called other makes rows together with s.
func (p stepParts) group(other string) string {
	switch {
	case p.spec.Best:
		return fmt.Sprintf("%[1]s.rival_key = s.rival_key and %[1]s.currency is not distinct from s.currency", other)
	case p.spec.Balance:
		const rest = `regexp_replace(%s.curve_key, '(^|;)(counter_)?area=[^;]*', '', 'g')`
		return fmt.Sprintf("%[1]s.item_no = %[2]d and %[1]s.balance_area_eic = s.balance_area_eic and %[3]s = %[4]s",
			other, p.itemNo, fmt.Sprintf(rest, other), fmt.Sprintf(rest, "s"))
	}
	return other + ".curve_key = s.curve_key"
}

// points are the points, called p, of the series m.
func (p stepParts) points() string {
	series := "m.id"
	if p.spec.Best {
		series = "t.series_id + 0" // as in the view: the planner would else find the points first
	}
	condition := "p.series_id = " + series + " and p.at >= entsoe.points_from($1, $2) and p.at < entsoe.points_to($1, $3) and p.at >= z.from_at - m.longest"
	if p.spec.Best {
		condition += " and p.at >= t.span_from and p.at < t.span_to"
	}
	points := "entsoe.points p where " + condition
	if p.spec.Fast {
		points = fmt.Sprintf(`(
          select p.at, p.value from entsoe.points p where %[1]s
          union all
          select p.at, p.value from entsoe.points_fast p where m.fast and %[1]s
        ) p`, condition)
	}
	if !p.spec.Best {
		return points
	}
	// The offset keeps the planner from reading the spans of all series for each.
	return fmt.Sprintf(`(select w.series_id, w.span_from, w.span_to from entsoe.best_spans w where w.series_id = m.id offset 0) t
        cross join lateral (select p.at, p.value from %s) p`, points)
}

// lengths are the series m that a row is made of; of balances, where an export and an
// import of one interval are one value, the lengths that intervals have.
func (p stepParts) lengths() string {
	columns := "m.*"
	if p.spec.Balance {
		columns = "distinct m.step, m.seconds, m.calendar, m.time_zone, m.middle"
	}
	return fmt.Sprintf("(select %s from entsoe.series m where %s and m.step <= $1) m", columns, p.group("m"))
}

// intervals are the values of m, called p.
func (p stepParts) intervals() string {
	if !p.spec.Balance {
		return p.points()
	}
	return fmt.Sprintf(`(
          select p.at, sum(case when m.imported then -p.value else p.value end) as value
          from entsoe.series m cross join lateral (select p.at, p.value from %s) p
          where %s and (m.step, m.calendar, m.time_zone) = (l.step, l.calendar, l.time_zone)
          group by p.at
        ) p`, p.points(), p.group("m"))
}

// query puts the function together. What is computed once, for a series or a step, is
// behind an offset, for the planner would otherwise compute it for each row or use.
// Each series is added up for itself first: its intervals are of one length, unless
// days are counted by a clock, so that a row costs little.
//
// The planner must not take the steps of a series for one, as it does where nothing has
// been counted yet, for then it computes all steps of one area again for each step of
// another: minutes instead of a second. So a function that returns no row and is taken
// for a thousand stands beside them, which costs nothing, and they are bounded by a case,
// of which it takes half to hold.
func (p stepParts) query() string {
	several, mixed := "", ""
	inner, extra, none := "", "", ""
	switch p.spec.Combine {
	case timeseries.CombineExtremes:
		none = ", null, null"
		inner, extra = ", min(p.value) as least, max(p.value) as greatest", ", min(i.least) as least, max(i.greatest) as greatest"
	case timeseries.CombineLast:
		none = ", null"
		inner, extra = ", (array_agg(p.value order by p.at desc))[1] as latest", ", (array_agg(i.latest order by i.last_at desc, m.seconds))[1] as latest"
	}
	if p.exact() {
		several = ", min(m.id) as one, max(m.id) as other"
		mixed = ", case when g.one <> g.other then entsoe.mixed_step(s.curve_key, $1, g.at, g.until) end as mixed"
	}
	from := fmt.Sprintf(`entsoe.series s
cross join lateral (
  select coalesce($4, s.time_zone) as zone,
    entsoe.local_instant($2::timestamp, coalesce($4, s.time_zone)) as from_at, entsoe.local_instant($3::timestamp, coalesce($4, s.time_zone)) as to_at
  offset 0
) z
cross join lateral (
  select g.*%[1]s
  from (
    select entsoe.step_start(w.tick, w.local, z.zone) as at, entsoe.step_end(w.tick, w.local, $1, z.zone) as until, w.*
    from (
      select i.tick, i.local,
        sum(i.n) as n, min(m.seconds) as shortest, sum(i.total) as total,
        sum(case when m.calendar then i.seconds else m.seconds * i.n end) as seconds, sum(case when m.calendar then i.weighted else m.seconds * i.total end) as weighted,
        min(i.first_at) as first_at, max(entsoe.interval_end(i.last_at, m.step, m.calendar, m.time_zone)) as last_until%[2]s
      from %[7]s
      cross join lateral (select m.step, m.calendar, m.time_zone) l
      cross join lateral (
        select %[3]s,
          count(*)::integer as n, sum(p.value) as total, sum(%[4]s) as seconds, sum(p.value * %[4]s) as weighted, min(p.at) as first_at, max(p.at) as last_at%[5]s
        from %[6]s
        group by 1, 2
        union all
        select null, null, null, null, null, null, null, null%[8]s from string_to_table('', ',')
        offset 0
      ) i
      group by 1, 2
    ) w
    offset 0
  ) g
  where case when g.at < z.from_at then false else g.at < z.to_at end
  offset 0
) a`, mixed, extra+several, steps, calendarSeconds, inner, p.intervals(), p.lengths(), none)
	return p.selection(from) + fmt.Sprintf(`
where s.item_no = %d and entsoe.check_step($1)
  and s.id = (select min(f.id) from entsoe.series f where %s)`, p.itemNo, p.group("f"))
}

// steps are the step in which an interval counts: tick if it is one of an hour or less,
// else local, by the clock of the zone. All clocks differ by whole hours, but for some
// far from here, which the zone that is asked for may be; so a tick needs no conversion
// of each row, and the hour that comes twice in October stays two. Written out, as a
// function with such an argument would be called for each row; of the cases one is
// left when the step is known.
var steps = strings.NewReplacer("MIDDLE", "case when m.calendar then p.at + ("+intervalEnd+" - p.at) / 2 - interval '1 microsecond' else p.at + m.middle end").Replace(
	`case when $1 <= interval '1 hour'
          then date_bin($1, MIDDLE, case when $4 is null then timestamptz '2001-01-01 00:00Z' else timestamp '2001-01-01' at time zone $4 end) end as tick,
        case when $1 > interval '1 hour' then
          case when $1 < interval '28 days' then date_bin($1, (MIDDLE) at time zone z.zone, timestamp '2001-01-01')
          else date_trunc(case $1 when interval '1 month' then 'month' when interval '3 months' then 'quarter' else 'year' end, (MIDDLE) at time zone z.zone) end end as local`)

// The end of the interval of a point p of the series m, and its length where that is not
// the same for all.
const (
	intervalEnd     = "entsoe.interval_end(p.at, m.step, m.calendar, m.time_zone)"
	calendarSeconds = "case when m.calendar then date_part('epoch', " + intervalEnd + " - p.at) end"
)
