package entsoe

import (
	"slices"
	"strings"
)

// Answers says where the answers of an item rightly differ from its questions.
// Everything else in an answer must be what was asked (Expectation).
type Answers struct {
	Types         []string // further document types
	ProcessTypes  []string // further process types
	BusinessTypes []string // further business types
	Areas         OtherAreas
	EitherSide    bool // the asked area may be the area or the counter area of a TimeSeries
	// Consumption says that load stands beside generation: what power plants use,
	// such as for pumping.
	Consumption bool
	Why         string // the source; empty only if nothing differs
}

// OtherAreas says which areas may answer for the asked one.
type OtherAreas int

// The other areas.
const (
	NoOthers OtherAreas = iota // the asked area alone
	ItsRoles                   // areas of the same country in another role, and those that the catalogue does not know
	AnyArea                    // all
)

// Reasons for which answers differ from their questions; each names its source.
var (
	// consumptionToo: recorded answers of NL, ES, BE and IT_NORD; entsoe-py#206 for
	// single units, entsoe-py#74 for forecasts.
	consumptionToo = Answers{Consumption: true, Why: "pumping and own use of power plants come as outBiddingZone_Domain (entsoe-py#74, #206)"}

	// placeOfSettlement: entsoe-py#260.
	placeOfSettlement = Answers{Areas: ItsRoles, Why: "balancing is settled by control, scheduling, market balance and imbalance price areas, which do not all have the same EIC: Germany's moved between them (entsoe-py#260)"}

	placeOfOutage = Answers{Areas: ItsRoles, Why: "some operators report by bidding zone and some by control area, whichever is asked"}

	placeOfUnits = Answers{Areas: ItsRoles, Why: "units stand in the bidding zone to which they belong, and are asked for by control area as well (recorded: each names both)"}

	bordersOfArea = Answers{Areas: ItsRoles, EitherSide: true, Why: "asked is a control area, and an outage names the two sides of the border on which it has an effect"}

	effectElsewhere = Answers{Areas: AnyArea, Why: "an outage names the line, and the asked area is one of those on which it has an effect"}

	platformBeside = Answers{EitherSide: true, Why: "on the other side stands the region of a balancing platform (recorded: 10Y1001C--00085O), or the area once more"}

	reservesBeside = Answers{EitherSide: true, Why: "the areas that share a reserve stand on either side"}

	totalAsShare = Answers{BusinessTypes: []string{"A25"}, Why: "the share of an area comes as A25, the type of the whole (recorded)"}

	allThree = Answers{Areas: ItsRoles, BusinessTypes: []string{"C78", "C79"}, Why: "asked for the least (C77), it answers with average and highest as well (recorded); " + placeOfSettlement.Why}

	flowBasedBefore = Answers{Types: []string{"B11"}, ProcessTypes: []string{"A01"}, Why: "flow-based domains were of type B11 and process A01, whatever was asked (recorded of 2018)"}

	offeredLast = Answers{Types: []string{"B33"}, Why: "B33 is the type of the capacity that was offered last, for which A31 asks (recorded of continuous trading)"}
)

// samePlace reports whether two areas are of one country, in different roles:
// the control area of a bidding zone, but no other zone of its country. Of an
// area that the catalogue does not know nothing can be said: true, unless its EIC
// is mistyped.
func samePlace(a, b string) bool {
	one, two := areaOf(a), areaOf(b)
	switch {
	case one.EIC == two.EIC:
		return true
	case mistyped(a) || mistyped(b):
		return false
	case len(one.Kinds) == 0 || len(two.Kinds) == 0:
		return true
	}
	return !siblings(one, two) && slices.ContainsFunc(countriesOf(one), func(country string) bool {
		return slices.Contains(countriesOf(two), country)
	})
}

// siblings reports whether two areas lie beside each other: both are bidding
// zones or both are control areas, and neither is a whole country.
func siblings(a, b Area) bool {
	if a.Has([]string{"CTY"}) || b.Has([]string{"CTY"}) {
		return false
	}
	return a.Has([]string{"BZN"}) && b.Has([]string{"BZN"}) || a.Has([]string{"CTA"}) && b.Has([]string{"CTA"})
}

// blocks are areas whose names do not tell in which countries they lie.
var blocks = map[string]string{
	"10YCB-GERMANY--8": "DE DK LU",
	"10YCB-POLAND---Z": "PL",
	"10YCB-JIEL-----9": "RS ME MK",
	"10YCB-SI-HR-BA-3": "SI HR BA",
	"10Y1001A1001A91G": "DK FI NO SE",
	"10YDK-1-------AA": "DK",
	"10YDOM-CZ-D2---O": "CZ DE",
	"10YDOM-PL-SE-LT2": "PL SE LT",
	"10Y1001A1001A59C": "IE", // of the whole island
	"10Y1001A1001A016": "IE",
	"10Y1001A1001A92E": "GB",
}

// countriesOf returns the countries in which an area lies, which its name
// begins with or joins: DE and LU of DE_LU.
func countriesOf(a Area) []string {
	if countries, ok := blocks[a.EIC]; ok {
		return strings.Fields(countries)
	}
	var countries []string
	for _, word := range strings.Split(a.Code, "_") {
		if _, known := byName()[strings.ToLower(word)]; known && len(word) == 2 {
			countries = append(countries, word)
		}
	}
	return countries
}
