package simulator

import (
	"fmt"
	"math"
	"strconv"

	"entsoed/entsoe/simulator/world"
	"entsoed/timeseries"
)

// coreZones are the zones between which capacity is allocated by flows.
var coreZones = fields(`10YAT-APG------L 10YBE----------2 10YCZ-CEPS-----N 10Y1001A1001A82H 10YFR-RTE------C 10YHR-HEP------M
	10YHU-MAVIR----U 10YNL----------L 10YPL-AREA-----S 10YRO-TEL------P 10YSI-ELES-----O 10YSK-SEPS-----K`)

// buildFlowBased makes the constraints of flow-based allocation, a document a
// day: for each hour the elements that may become critical, with their margin
// and the share of each zone's exchange that flows over them. Their number
// changes from hour to hour.
func buildFlowBased(q *question) []series {
	g := world.Minutes(60)
	zones := coreZones
	if q.from.Code == "CWE" {
		zones = fields("10YAT-APG------L 10YBE----------2 10Y1001A1001A82H 10YFR-RTE------C 10YNL----------L")
	}
	own := q.feed() ^ world.Salt(q.params[paramProcess])
	var list []series
	for _, d := range q.units(g, world.Day, q.horizon()) {
		s := series{grid: g, full: true, spans: []timeseries.Window{d}, part: part{region: q.from.EIC, file: minuteOf(d.From)}}
		s.fields = []field{{name: "businessType", value: "B39"}}
		s.inside = func(w *writer, indent string, at int64) {
			for i := range 6 + world.Mix(own+uint64(at))%10 {
				w.constraint(indent, q.from.EIC, zones, world.Mix(own+i), at)
			}
		}
		list = append(list, s)
	}
	return list
}

// horizon is when the constraints of a process are known.
func (q *question) horizon() world.Rule {
	contract, ok := map[string]string{"A44": "A07", "A32": "A03", "A33": "A04"}[q.params[paramProcess]]
	if !ok {
		return q.rule
	}
	return world.ContractOf(contract).Offered
}

// constraint appends one critical element of an hour.
func (w *writer) constraint(indent, region string, zones []string, element uint64, at int64) {
	const study = "flowBasedStudy_Domain."
	a, b, c := indent+"  ", indent+"    ", indent+"      "
	w.text(indent, "<Constraint_TimeSeries>\n")
	w.element(a, "mRID", "", fmt.Sprintf("%011d", element%1e11))
	w.element(a, "businessType", "", "B09")
	w.element(a, "quantity_Measurement_Unit.name", "", "MAW")
	w.element(a, "pTDF_Measurement_Unit.name", "", "MAW")
	w.text(a, "<Monitored_RegisteredResource>\n")
	w.element(b, study+"mRID", "", region)
	w.element(b, study+"flowBasedMargin_Quantity.quantity", "", strconv.Itoa(int(200+800*world.Fraction(element)+150*world.Wave(at, 9*world.Hour, element))))
	for _, zone := range zones {
		share := 0.12 * world.Wave(at, 30*world.Hour, element^world.Salt(zone))
		if world.Mix(element^world.Salt(zone))%7 == 0 {
			share = 0
		}
		w.text(b, "<PTDF_Domain>\n")
		w.element(c, "mRID", "", zone)
		w.element(c, "pTDF_Quantity.quantity", "", strconv.FormatFloat(math.Round(1e5*share)/1e5, 'f', -1, 64))
		w.text(b, "</PTDF_Domain>\n")
	}
	w.text(a, "</Monitored_RegisteredResource>\n", indent, "</Constraint_TimeSeries>\n")
}

// plainParties appends sender and receiver as these documents have them:
// without a coding scheme, in other roles.
func (w *writer) plainParties(indent string) {
	w.element(indent, "sender_MarketParticipant.mRID", "", platformEIC)
	w.element(indent, "sender_MarketParticipant.marketRole.type", "", "A39")
	w.element(indent, "receiver_MarketParticipant.mRID", "", platformEIC)
	w.element(indent, "receiver_MarketParticipant.marketRole.type", "", "A32")
}
