package simulator

import (
	"strconv"

	"entsoed/entsoe/simulator/world"
)

// frame is what the documents of a namespace have in common besides their
// TimeSeries: how the platform names and orders the parts.
type frame struct {
	root    string  // name of the document
	period  string  // element of its period
	process bool    // the header has a processType
	area    string  // element of the header that names the area of the request; empty: none
	early   bool    // createdDateTime stands before the parties, and docStatus behind the period
	series  string  // element of a TimeSeries
	part    string  // element of a Period
	end     []field // behind the TimeSeries
	schemed bool    // EICs tell their coding scheme
}

// frames are the documents as recorded. What stands in no recorded answer is
// as in the platform's own examples: balancing document 3:0, reserve bids 7:1
// and Capacity_MarketDocument.
var frames = map[string]frame{
	nsLoad:          {root: "GL_MarketDocument", period: "time_Period.timeInterval", process: true, series: plainSeries, part: plainPeriod, schemed: true},
	nsPublication70: {root: "Publication_MarketDocument", period: plainInterval, series: plainSeries, part: plainPeriod, schemed: true},
	nsPublication73: {root: "Publication_MarketDocument", period: plainInterval, series: plainSeries, part: plainPeriod, schemed: true},
	nsBalancing30:   {root: "Balancing_MarketDocument", period: plainInterval, process: true, area: "controlArea_Domain.mRID", series: plainSeries, part: plainPeriod, schemed: true},
	nsBalancing41:   {root: "Balancing_MarketDocument", period: plainInterval, process: true, area: "area_Domain.mRID", series: plainSeries, part: plainPeriod, schemed: true},
	nsBalancing44:   {root: "Balancing_MarketDocument", period: plainInterval, process: true, area: "area_Domain.mRID", series: plainSeries, part: plainPeriod, schemed: true},
	nsBalancing45:   {root: "Balancing_MarketDocument", period: plainInterval, process: true, area: "area_Domain.mRID", series: plainSeries, part: plainPeriod, schemed: true},
	nsBids71:        {root: "ReserveBid_MarketDocument", period: "reserveBid_Period.timeInterval", process: true, series: "Bid_TimeSeries", part: plainPeriod, schemed: true},
	nsBids76:        {root: "ReserveBid_MarketDocument", period: "reserveBid_Period.timeInterval", process: true, series: "Bid_TimeSeries", part: plainPeriod, schemed: true},
	nsCapacity:      {root: "Capacity_MarketDocument", period: plainInterval, process: true, series: plainSeries, part: plainPeriod, schemed: true},
	nsNetwork30:     {root: "TransmissionNetwork_MarketDocument", period: plainInterval, process: true, early: true, series: plainSeries, part: plainPeriod, schemed: true},
	nsNetwork42:     {root: "TransmissionNetwork_MarketDocument", period: plainInterval, process: true, early: true, series: plainSeries, part: plainPeriod, schemed: true},
	nsCritical:      {root: "CriticalNetworkElement_MarketDocument", period: "time_Period.timeInterval", process: true, series: plainSeries, part: plainPeriod},
	nsOutage30:      {root: "Unavailability_MarketDocument", period: "unavailability_Time_Period.timeInterval", process: true, early: true, series: plainSeries, part: "Available_Period", end: []field{reason("A95", " ")}, schemed: true},
}

// The names that most documents use.
const (
	plainSeries   = "TimeSeries"
	plainPeriod   = "Period"
	plainInterval = "period.timeInterval"
)

// Namespaces of the documents, as recorded in 2026.
const (
	nsLoad          = "urn:iec62325.351:tc57wg16:451-6:generationloaddocument:3:0"
	nsPublication70 = "urn:iec62325.351:tc57wg16:451-3:publicationdocument:7:0"
	nsPublication73 = "urn:iec62325.351:tc57wg16:451-3:publicationdocument:7:3"
	nsBalancing30   = "urn:iec62325.351:tc57wg16:451-6:balancingdocument:3:0"
	nsBalancing41   = "urn:iec62325.351:tc57wg16:451-6:balancingdocument:4:1"
	nsBalancing44   = "urn:iec62325.351:tc57wg16:451-6:balancingdocument:4:4"
	nsBalancing45   = "urn:iec62325.351:tc57wg16:451-6:balancingdocument:4:5"
	nsBids71        = "urn:iec62325.351:tc57wg16:451-7:reservebiddocument:7:1"
	nsBids76        = "urn:iec62325.351:tc57wg16:451-7:reservebiddocument:7:6"
	nsCapacity      = "urn:iec62325.351:tc57wg16:451-3:capacitydocument:8:0"
	nsNetwork30     = "urn:iec62325.351:tc57wg16:451-6:transmissionnetworkdocument:3:0"
	nsNetwork42     = "urn:iec62325.351:tc57wg16:451-6:transmissionnetworkdocument:4:2"
	nsCritical      = "urn:iec62325.351:tc57wg16:451-n:criticalnetworkelementdocument:1:1"
	nsOutage30      = "urn:iec62325.351:tc57wg16:451-6:outagedocument:3:0"
)

// part tells the documents of one answer apart, by what stands in the header
// of each: TimeSeries of an equal part are in one document.
type part struct {
	status  string // docStatus
	process string // processType; empty: that of the item
	decided string // allocationDecision_DateAndOrTime.dateTime
	region  string // area of the header: of a region, in place of that of the request
	subject string // EIC of subject_MarketParticipant, in bids
	role    string // and its role
	file    string // tells documents apart whose headers are alike
}

// parts puts TimeSeries into documents, in the order of their first.
func parts(list []series) [][]series {
	var groups [][]series
	index := make(map[part]int)
	for _, s := range list {
		i, ok := index[s.part]
		if !ok {
			i = len(groups)
			index[s.part] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], s)
	}
	return groups
}

// writeFlat writes an answer of 14.1.B (A71/A33) as recorded. It is unlike all
// others: no XML declaration and no revisionNumber, intervals as two elements
// with seconds instead of one with two children, mRIDs of 16 digits, and the
// capacity under two spellings. It does not fit the XSD of its own namespace,
// on the platform neither.
func (d *document) writeFlat(w *writer) {
	const a, b, c, e = "    ", "        ", "            ", "                "
	extent := d.extent()
	w.text(`<GL_MarketDocument xmlns="`, nsLoad, "\">\n")
	w.element(a, "mRID", "", d.id)
	w.element(a, "type", "", "A71")
	w.element(a, "process.processType", "", "A33")
	w.parties(a, "A32")
	w.element(a, "createdDateTime", "", secondOf(d.created))
	w.element(a, "time_Period.timeInterval.start", "", secondOf(extent.From))
	w.element(a, "time_Period.timeInterval.end", "", secondOf(extent.To))
	for _, s := range d.series {
		w.text(a, "<TimeSeries>\n")
		w.element(b, "mRID", "", s.id)
		w.fields(b, s.fields)
		w.element(b, "curveType", "", "A03")
		w.plant(b, c, e, s.psr, s.plant)
		w.text(b, "<Period>\n")
		w.element(c, "timeInterval.start", "", secondOf(s.spans[0].From))
		w.element(c, "timeInterval.end", "", secondOf(s.spans[0].To))
		w.element(c, "resolution", "", s.grid.Name)
		w.series(layout{point: c, leaf: e}, &s, s.spans[0], true)
		w.text(b, "</Period>\n", a, "</TimeSeries>\n")
	}
	w.text("</GL_MarketDocument>")
	w.flush()
}

func (w *writer) plant(b, c, e, psr string, p *world.Plant) {
	const megawatts = ` unit="MAW"`
	number := func(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
	w.text(b, "<MktPSRType>\n")
	w.element(c, "psrType", "", psr)
	w.element(c, "production_PowerSystemResources.highVoltageLimit", ` unit="KVT"`, strconv.Itoa(p.Voltage))
	w.element(c, "nominalIP_PowerSystemResources.nominalP", megawatts, number(p.Nominal()))
	for _, unit := range p.Units {
		w.text(c, "<PowerSystemResources>\n")
		w.element(e, "mRID", codingScheme, unit.ID)
		w.element(e, "name", "", unit.Name)
		w.element(e, "nominalP", megawatts, number(unit.Nominal))
		w.text(c, "</PowerSystemResources>\n")
	}
	w.text(b, "</MktPSRType>\n")
}
