package entsoe

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
