package entsoe

// Roles of areas by which the catalogue tells who publishes an item.
var (
	zonesAndCountries = []string{"BZN", "CTA", "CTY"} // bidding zones, control areas, countries: each publishes its own total
	biddingZones      = []string{"BZN"}
	controlAreas      = []string{"CTA"}
	borderSides       = []string{"BZN", "CTA", "CTY", "BZA"} // BZA: aggregations of zones such as LT-SE4
)
