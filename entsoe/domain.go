package entsoe

// Axis is the time in which the window of a request is counted, and with it
// the coverage of its feed.
type Axis int

// The axes.
const (
	Delivery Axis = iota // periodStart, periodEnd: delivery time
	Update               // periodStartUpdate, periodEndUpdate: when documents were last changed
	Date                 // Implementation_DateAndOrTime: the state on the window's last day
)

// Domain says which request parameters carry the area of a feed.
type Domain int

// The ways in which requests name an area, or a border A>B: energy (or
// reserve) leaves A and enters B.
const (
	OutBiddingZone Domain = iota + 1
	InDomain
	BothDomains
	Border
	AreaDomain
	ControlArea
	BiddingZone
	PlainDomain
	ConnectingDomain
	AcquiringDomain
	BothBalancing
	BalancingBorder
	PTDFDomain
)

// domainParams are the request parameters of a Domain that carry the area of a
// feed, and those that carry the counter area of a border.
type domainParams struct{ area, counter []string }

// domains says how each Domain is asked, in the documentation's spelling.
var domains = map[Domain]domainParams{
	OutBiddingZone:   {area: []string{"outBiddingZone_Domain"}},
	InDomain:         {area: []string{"in_Domain"}},
	BothDomains:      {area: []string{"in_Domain", "out_Domain"}},
	Border:           {area: []string{"out_Domain"}, counter: []string{"in_Domain"}},
	AreaDomain:       {area: []string{"area_Domain"}},
	ControlArea:      {area: []string{"controlArea_Domain"}},
	BiddingZone:      {area: []string{"biddingZone_Domain"}},
	PlainDomain:      {area: []string{"domain"}},
	ConnectingDomain: {area: []string{"connecting_Domain"}},
	AcquiringDomain:  {area: []string{"acquiring_Domain"}},
	BothBalancing:    {area: []string{"acquiring_Domain", "connecting_Domain"}},
	BalancingBorder:  {area: []string{"connecting_Domain"}, counter: []string{"acquiring_Domain"}},
	PTDFDomain:       {area: []string{"pTDF_Domain.mRID"}},
}

// Border reports whether the feeds of the domain are borders, A>B.
func (d Domain) Border() bool { return len(domains[d].counter) > 0 }

// Names returns the request parameters that carry the area, and the counter
// area where the domain is that of a border.
func (d Domain) Names() (area, counter []string) { return domains[d].area, domains[d].counter }

// String returns the name of the axis: "delivery", "update", "date".
func (a Axis) String() string { return [...]string{"delivery", "update", "date"}[a] }

// Roles of areas by which the catalogue tells who publishes an item.
var (
	zonesAndCountries = []string{"BZN", "CTA", "CTY"} // bidding zones, control areas, countries: each publishes its own total
	biddingZones      = []string{"BZN"}
	controlAreas      = []string{"CTA"}
	borderSides       = []string{"BZN", "CTA", "CTY", "BZA"} // BZA: aggregations of zones such as LT-SE4
	outageAreas       = []string{"BZN", "CTA"}               // both, for some operators report by the one and some by the other

	schedulingAreas   = []string{"SCA"}
	settlementAreas   = []string{"SCA", "MBA", "IPA"} // of imbalances: scheduling, market balance and imbalance price areas
	activationAreas   = []string{"LFA", "SCA", "IPA"} // of activated energy: load-frequency, scheduling and imbalance price areas
	financialAreas    = []string{"CTA", "MBA"}
	platformAreas     = []string{"LFA", "SCA"} // of the balancing platforms
	controlBlocks     = []string{"LFB"}
	synchronousAreas  = []string{"SNA"}
	synchronousShares = []string{"SNA", "CTA"} // who has a share of a synchronous area's reserve
	synchronousPairs  = []string{"SNA", "SCA"}
	criteriaAreas     = []string{"SNA", "LFB"}
	fallBackAreas     = []string{"CTA", "LFA", "REG"}
	regions           = []string{"REG"}
)
