package schema

import (
	"fmt"
	"strings"
)

// documentView is the view of an item whose documents are kept whole: the latest
// revision of each. If the item has a value, the available power, it has a row for
// each part and run, else for each part.
func documentView(spec ViewSpec, item ItemRow, itemNo int16) (view, error) {
	if hasPower(spec) && !identifier.MatchString(spec.Value) {
		return view{}, fmt.Errorf("view %s: %q is no column name", spec.Item, spec.Value)
	}
	columns := documentColumns(spec)
	list := make([]string, len(columns))
	for i, c := range columns {
		list[i] = c.expr + " as " + c.name
	}
	var b strings.Builder
	fmt.Fprintf(&b, `select %s
from entsoe.documents d
join entsoe.feeds f on f.id = d.feed_id
left join entsoe.document_parts p on p.document_id = d.id
`, strings.Join(list, ", "))
	rows := "part (TimeSeries)"
	if hasPower(spec) {
		b.WriteString("left join entsoe.document_runs r on r.document_id = p.document_id and r.n = p.n\n")
		rows = "part (unit, line, border) and span of constant power"
	}
	fmt.Fprintf(&b, `left join entsoe.areas a on a.eic = coalesce(p.area, f.area)
left join entsoe.areas c on c.eic = %[1]s
left join entsoe.codes k on k.list = 'processType' and k.code = d.process_type
left join entsoe.codes s on s.list = 'docStatus' and s.code = d.status
left join entsoe.codes t on t.list = 'psrType' and t.code = p.psr_type
left join entsoe.codes b on b.list = 'businessType' and b.code = p.business_type
left join entsoe.codes w on w.list = 'reasonCode' and w.code = (%[2]s -> 0 ->> 'code')
where d.item_no = %[3]d and `, documentCounterArea, documentReasons, itemNo)
	comment := fmt.Sprintf("%s (%s). %s The latest revision of each document, also of those that were cancelled or withdrawn (active says so); one row per %s. "+
		"All revisions are in entsoe.documents.", item.Title, item.Article, item.Meaning, rows)
	if hasPower(spec) {
		comment += " A unit may have several documents at the same time, so do not sum this view: what is unavailable now is in entsoe.unavailability_now, " +
			"at T as known at K in entsoe.unavailability_as_of(T, K), by hour, day or other steps in entsoe.unavailable_capacity_by()."
	}
	return view{
		name: spec.Item, query: b.String() + "d.published_until = 'infinity'", comment: comment, columns: columns,
		asOf: b.String() + documentsAsOf + warnUnknown(spec.Item),
	}, nil
}

// documentsAsOf is the condition that a revision was the latest known at $1, or with
// $2 the first that became known, later.
const documentsAsOf = `(d.known_from <= $1 and d.known_until > $1
  or $2 and d.known_from > $1 and d.known_until > d.known_from and not exists (
    select from entsoe.documents o
    where o.mrid = d.mrid and o.item_no = d.item_no and o.known_from < d.known_from and o.known_until > o.known_from))`

// hasPower reports whether the documents say how much power is available.
func hasPower(spec ViewSpec) bool { return spec.Value != "" }

// documentReasons are the reasons of the document, or if it has none, of the part.
const documentReasons = `case when d.reasons = '[]' then p.reasons else d.reasons end`

func documentColumns(spec ViewSpec) []viewColumn {
	columns := []viewColumn{
		{"mrid", "d.mrid", "mRID: what all revisions of the document have in common."},
		{"revision", "d.revision", "Number of the revision."},
		{"status", "d.status", "docStatus: A05 active, A09 cancelled, A13 withdrawn."},
		{"status_title", "s.title", "Meaning of the status."},
		{"active", "d.active", "Neither cancelled nor withdrawn."},
		{"published_at", "d.published_at", "When the platform published this revision."},
		{"known_from", "d.known_from", "When we first saw this revision."},
		{"starts", "coalesce(p.starts, d.starts)", "Start of what the part, or the document, speaks of."},
		{"ends", "coalesce(p.ends, d.ends)", "Its end, exclusive; null: open."},
		{"area", "coalesce(a.code, p.area, f.area)", "Name of the area; its EIC if it has no name. Of a border the area that the energy leaves."},
	}
	if spec.Border {
		columns = append(columns, viewColumn{"counter_area", "coalesce(c.code, " + documentCounterArea + ")", "The area that the energy enters."})
	}
	columns = append(columns,
		viewColumn{"business_type", "p.business_type", "businessType: A53 planned maintenance, A54 forced outage, C47 disconnection ...; null: not said."},
		viewColumn{"business_type_title", "b.title", "Meaning of the business type."})
	if hasPower(spec) {
		columns = append(columns, powerColumns(spec)...)
	} else {
		columns = append(columns,
			viewColumn{"process_type", "d.process_type", "processType: A47 mFRR, A51 aFRR, A63 imbalance netting ...; null: not said."},
			viewColumn{"process_type_title", "k.title", "Meaning of the process type."})
	}
	columns = append(columns,
		viewColumn{"reason_code", documentReasons + " -> 0 ->> 'code'", "First reason of the document, else of the part."},
		viewColumn{"reason_title", "w.title", "Meaning of the reason's code."},
		viewColumn{"reason_text", documentReasons + " -> 0 ->> 'text'", "What the party says of it."},
		viewColumn{"area_eic", "coalesce(p.area, f.area)", "EIC of the area."},
	)
	if spec.Border {
		columns = append(columns, viewColumn{"counter_area_eic", documentCounterArea, "EIC of the counter area."})
	}
	return append(columns, viewColumn{"last_seen", "coalesce(d.seen_at, d.known_from)", "When an answer of the platform last listed this revision, to the hour."})
}

func powerColumns(spec ViewSpec) []viewColumn {
	return []viewColumn{
		{"psr_type", "p.psr_type", "Kind of production or network element."},
		{"psr_type_title", "t.title", "Meaning of the kind."},
		{"resource", "p.resource", "EIC of the production unit or the first network element."},
		{"resource_name", "p.resource_name", "Name of the production unit or the first network element."},
		{"resources", "p.resources", "EICs of all network elements, if there are several."},
		{"generation_unit", "p.generation_unit", "EIC of the generation unit inside the production unit."},
		{"unit_name", "p.unit_name", "Name of the generation unit."},
		{"location", "p.location", "Where the unit or element is, as sent."},
		{"nominal_mw", "p.nominal_mw", "Nominal power, MW; null where it is not sent, as of lines and borders."},
		{"at", "r.at", "Start of a span of constant power; null: the document says none."},
		{"until", "r.until", "End of the span, exclusive."},
		{"local", "r.at at time zone " + documentZone, "Start of the span by the clock of the area, for reading."},
		{"local_day", "(r.at at time zone " + documentZone + ")::date", "Day on which the span starts, by the clock of the area."},
		{spec.Value, "r.mw", "Power that is still available, MW."},
		{"value", "r.mw", "The same as " + spec.Value + ", under the name that it has in every view."},
		{"unit_title", "'MW'", "The unit of the values."},
		{"unavailable_mw", "case when d.active and p.nominal_mw is not null and r.mw is not null then greatest(least(p.nominal_mw - r.mw, p.nominal_mw), 0) end",
			"Nominal less available power, MW; null where the nominal power is not sent, and of documents that were cancelled or withdrawn."},
	}
}

// documentZone is the time zone of the area.
const documentZone = `coalesce(nullif(a.time_zone, ''), 'Europe/Brussels')`

// documentCounterArea is the feed's where the document names no area.
const documentCounterArea = `case when p.area is null then nullif(f.counter_area, '') else p.counter_area end`
