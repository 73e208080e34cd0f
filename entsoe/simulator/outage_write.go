package simulator

import (
	"strconv"
	"time"

	"entsoed/entsoe/simulator/world"
)

// reasons are what outages give as their causes: code and text. A text may be
// missing or empty.
var reasons = [...][2]string{
	{"B18", "Failure of a component"},
	{"B19", "Foreseen maintenance"},
	{"B20", ""},
	{"A95", "https://messages.example.org/notice/\"4711\"?part=a&b"},
	{"A95", "Complementary information follows"},
	{"B19", "<Revision> of the generator & its transformer"},
}

// writeOutage writes an Unavailability_MarketDocument, indented as recorded.
func writeOutage(r *revision, w *writer) {
	const a, b = "  ", "    "
	w.text(`<?xml version="1.0" encoding="UTF-8"?>`, "\n<Unavailability_MarketDocument xmlns=\"", r.q.namespace, "\">\n")
	w.element(a, "mRID", "", r.id)
	w.element(a, "revisionNumber", "", strconv.Itoa(r.number))
	w.element(a, "type", "", r.q.document)
	w.element(a, "process.processType", "", r.process())
	w.element(a, "createdDateTime", "", secondOf(time.Unix(r.created, 0)))
	w.parties(a, "A33")
	w.interval(a, b, "unavailability_Time_Period.timeInterval", r.extent())
	if status := r.docStatus(); status != "" {
		w.text(a, "<docStatus>\n")
		w.element(b, "value", "", status)
		w.text(a, "</docStatus>\n")
	}
	for i, one := range r.subject.affected(&r.story) {
		r.series(w, i, one)
	}
	for _, reason := range r.reasons() {
		w.reason(a, b, reason)
	}
	w.text("</Unavailability_MarketDocument>")
	w.flush()
}

// process is the processType of the document: that of the request, or where
// outages are asked for without one A26.
func (r *revision) process() string {
	if asked := r.q.params[paramProcess]; asked != "" {
		return asked
	}
	return "A26"
}

func (r *revision) docStatus() string {
	if r.status != "" {
		return r.status
	}
	return r.subject.active
}

// reasons are one or two, which change when the document is revised.
func (r *revision) reasons() [][2]string {
	h := world.Mix(r.story.own ^ r.profile)
	list := [][2]string{reasons[h%uint64(len(reasons))]}
	if h>>8%6 == 0 {
		list = append(list, reasons[(h+1)%uint64(len(reasons))])
	}
	return list
}

func (w *writer) reason(a, b string, reason [2]string) {
	w.text(a, "<Reason>\n")
	w.element(b, "code", "", reason[0])
	if reason[1] != "" {
		w.element(b, "text", "", reason[1])
	}
	w.text(a, "</Reason>\n")
}

// series writes a TimeSeries of an outage.
func (r *revision) series(w *writer, i int, one affected) {
	const a, b, c = "  ", "    ", "      "
	begin, end := time.Unix(r.from, 0).UTC(), time.Unix(r.to, 0).UTC()
	w.text(a, "<TimeSeries>\n")
	w.element(b, "mRID", "", strconv.Itoa(i+1))
	w.element(b, "businessType", "", r.subject.businessOf(&r.story))
	w.fields(b, one.sides)
	w.element(b, "start_DateAndOrTime.date", "", begin.Format(time.DateOnly))
	w.element(b, "start_DateAndOrTime.time", "", begin.Format("15:04:05Z"))
	w.element(b, "end_DateAndOrTime.date", "", end.Format(time.DateOnly))
	w.element(b, "end_DateAndOrTime.time", "", end.Format("15:04:05Z"))
	w.element(b, "quantity_Measure_Unit.name", "", "MAW")
	w.element(b, "curveType", "", "A03")
	w.fields(b, one.thing)
	if one.nominal > 0 && len(one.thing) > 0 {
		w.element(b, "production_RegisteredResource.pSRType.powerSystemResources.nominalP", ` unit="MAW"`, strconv.FormatFloat(one.nominal, 'f', -1, 64))
	}
	for _, x := range one.assets {
		w.text(b, "<Asset_RegisteredResource>\n")
		w.element(c, "mRID", codingScheme, x.id)
		w.element(c, "name", "", x.name)
		w.element(c, "asset_PSRType.psrType", "", x.kind)
		w.element(c, "location.name", "", x.place)
		w.text(b, "</Asset_RegisteredResource>\n")
	}
	if one.part != "" {
		r.periods(w, i, one)
	}
	if one.reason != "" {
		w.reason(b, c, [2]string{one.reason, "Connection to the platform lost"})
	}
	w.text(a, "</TimeSeries>\n")
}

func (r *revision) periods(w *writer, i int, one affected) {
	const b, c, d = "    ", "      ", "        "
	left := levels(one.nominal, world.Mix(r.profile+uint64(i)*64), r.from, r.to)
	for _, s := range stretches(r.from, r.to, r.story.own) {
		w.text(b, "<", one.part, ">\n", c, "<timeInterval>\n")
		w.element(d, "start", "", minuteOf(time.Unix(s.from, 0)))
		w.element(d, "end", "", minuteOf(time.Unix(s.to, 0)))
		w.text(c, "</timeInterval>\n")
		w.element(c, "resolution", "", s.name())
		for _, p := range s.points(left) {
			w.text(c, "<Point>\n")
			w.element(d, "position", "", strconv.FormatInt(p[0], 10))
			w.element(d, "quantity", "", strconv.FormatInt(p[1], 10))
			w.text(c, "</Point>\n")
		}
		w.points += (s.to - s.from) / s.step
		w.text(b, "</", one.part, ">\n")
	}
}

// writeInformation writes an OtherTransparencyMarketInformation_MarketDocument,
// whose times of the event have no zone.
func writeInformation(r *revision, w *writer) {
	const a, b, root = "    ", "        ", "OtherTransparencyMarketInformation_MarketDocument"
	const local = "2006-01-02T15:04"
	w.text(`<?xml version="1.0" encoding="UTF-8"?>`, "\n<", root, ` xmlns="`, nsInformation, "\">\n")
	w.element(a, "mRID", "", r.id)
	w.element(a, "revisionNumber", "", strconv.Itoa(r.number))
	w.element(a, "type", "", r.q.document)
	w.element(a, "sender_MarketParticipant.mRID", codingScheme, world.Eic(r.story.draw(10)))
	w.element(a, "sender_MarketParticipant.marketRole.type", "", "A39")
	w.element(a, "receiver_MarketParticipant.mRID", codingScheme, platformEIC)
	w.element(a, "receiver_MarketParticipant.marketRole.type", "", "A39")
	w.element(a, "createdDateTime", "", secondOf(time.Unix(r.created, 0)))
	w.text(a, "<docStatus>\n")
	w.element(b, "value", "", r.docStatus())
	w.text(a, "</docStatus>\n")
	w.element(a, "publication_DateAndOrTime.dateTime", "", secondOf(time.Unix(r.story.versions[0].created/60*60, 0)))
	w.element(a, "start_DateAndOrTime.dateTime", "", time.Unix(r.from, 0).UTC().Format(local))
	w.element(a, "end_DateAndOrTime.dateTime", "", time.Unix(r.to, 0).UTC().Format(local))
	reason := reasons[world.Mix(r.story.own^r.profile)%uint64(len(reasons))]
	w.element(a, "reason.code", "", reason[0])
	if reason[1] != "" {
		w.element(a, "reason.text", "", reason[1])
	}
	w.text("</", root, ">")
	w.flush()
}
