package schema

import (
	"fmt"
	"slices"
	"strings"
)

// longestEntry is longer than a row of a list that adds up lasts: reserves are bought
// for a year. So many days before a step the index is read for rows that reach into it.
const longestEntry = 400

// entryStepFunction shows a list by step whose rows add up: single bids, measures,
// contracts. Rows have no resolution that says how they would tile time, and where
// there is none there is nothing, so there is no share that is covered.
func entryStepFunction(spec ViewSpec, item ItemRow, itemNo int16, comments map[string]string) viewFunction {
	own := spec.Values[0]
	p := stepParts{&viewParts{spec: spec, comments: comments}, itemNo}
	p.column("at", "a.at", "timestamptz")
	p.column("until", "a.until", "timestamptz")
	p.column("local", "a.at at time zone z.zone", "timestamp")
	p.column("local_day", "(a.at at time zone z.zone)::date", "date")
	n := len(p.columns)
	p.areas()
	p.attributes()
	p.texts(n)
	first := len(p.columns)
	p.column(own.Name, "sum(a.total)", "float8")
	p.column("value", "sum(a.total)", "float8")
	p.column("entries", "sum(a.n)::bigint", "bigint")
	last := len(p.columns)
	p.attribute("unit")
	p.column("unit_title", "entsoe.unit_title(s.unit, null, null)", "")
	p.eics()
	p.texts(last)
	var group []string
	for i := range p.columns {
		if i < first || i >= last {
			group = append(group, fmt.Sprint(i+1))
		}
	}
	p.joins = slices.Insert(p.joins, 0, entrySteps(firstOf(own.Path, p.number)))
	return viewFunction{
		name: spec.Item + bySuffix, arguments: stepArguments, types: stepTypes, returns: p.returns(),
		query: p.selection("entsoe.series s") + fmt.Sprintf("\nwhere s.item_no = %d and entsoe.check_step($1)\ngroup by %s", itemNo, strings.Join(group, ", ")),
		comment: fmt.Sprintf("%s By step: all rows that have the same attributes together. %s: powers are added and averaged over the step, where nothing stands as 0; "+
			"energies (MWh) are summed, each whole in the step of its middle, and only in steps at least as long. entries is how many rows that are. No row: there is nothing. %s",
			viewTitle(item), own.Name, stepDays),
	}
}

// entrySteps joins to each series s the total of its rows by step, given a row's value.
func entrySteps(value string) string {
	return fmt.Sprintf(`cross join lateral (
  select coalesce($4, s.time_zone) as zone,
    entsoe.local_instant($2::timestamp, coalesce($4, s.time_zone)) as from_at, entsoe.local_instant($3::timestamp, coalesce($4, s.time_zone)) as to_at
  offset 0
) z
cross join lateral (
  select t.at, t.until, count(*) as n, sum(
    case when s.unit in ('MWH', 'KWH', 'GWH') then %[1]s
    else %[1]s * date_part('epoch', least(e.until, t.until) - greatest(e.at, t.at)) / date_part('epoch', t.until - t.at) end) as total
  from entsoe.entries e
  cross join lateral (
    select tick as at, tick + $1 as until
    from generate_series(
      date_bin($1, greatest(e.at, z.from_at), case when $4 is null then timestamptz '2001-01-01 00:00Z' else timestamp '2001-01-01' at time zone $4 end),
      least(e.until, z.to_at, entsoe.clock() + interval '5 years'), case when $1 <= interval '1 hour' then $1 else interval '1 hour' end) tick
    where $1 <= interval '1 hour'
    union all
    select entsoe.local_instant(local, z.zone), entsoe.local_instant(local + $1, z.zone)
    from generate_series(entsoe.step_local(greatest(e.at, z.from_at) at time zone z.zone, $1),
      least(e.until, z.to_at, entsoe.clock() + interval '5 years') at time zone z.zone, $1) local
    where $1 > interval '1 hour'
  ) t
  where e.series_id = s.id and e.known_until = 'infinity'
    and e.at >= entsoe.points_from($1, $2 - %[2]d) and e.at < entsoe.points_to($1, $3) and e.until > z.from_at
    and t.at >= z.from_at and t.at < z.to_at and t.at < e.until and t.until > e.at
    and (coalesce(s.unit, '') not in ('MWH', 'KWH', 'GWH') or e.until - e.at <= t.until - t.at + case when $1 > interval '12 hours' then interval '1 hour' else interval '0' end
      and e.at + (e.until - e.at) / 2 - interval '1 microsecond' >= t.at and e.at + (e.until - e.at) / 2 - interval '1 microsecond' < t.until)
  group by t.at, t.until
) a`, value, longestEntry)
}
