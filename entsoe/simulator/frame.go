package simulator

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
