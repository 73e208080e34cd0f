package simulator

import (
	"slices"
	"strings"
	"time"

	"entsoed/entsoe"
	"entsoed/entsoe/simulator/world"
)

// offer is what the platform's side knows of a data item: the request that
// asks for it, the document that answers, when it is published and who
// publishes it. Names, articles, limits and the kinds of areas are those of
// the catalogue.
type offer struct {
	item      string // name in the catalogue
	document  string // documentType of the request
	process   string // processTypes of the request, space between; empty: none is looked at
	business  string // businessTypes of the request, space between; empty: none is looked at
	auction   string // auction.Type of the request; empty: none is looked at
	contracts string // contract types that it knows, space between; empty: none is looked at
	demands   bool   // a contract type must be given; else all come in one answer
	pair      bool   // for a border of two areas
	both      bool   // in_Domain and out_Domain name the same area

	namespace   string
	aggregation string     // objectAggregation, in GL_MarketDocument
	anyProcess  bool       // processType may be left out
	anyBusiness bool       // businessType may be left out
	answers     string     // processType of the document, where it is not that of the request
	anywhere    bool       // published for areas of unknown size too, such as regions
	rule        world.Rule // of items that do not follow the contract
	holes       bool       // hours are missing now and then
	percent     uint64     // percent of areas or borders that publish it
	mixed       string     // areas for which it also comes without a contract type in the request; empty: all
	always      string     // areas, and borders as A>B, that publish it whatever the seed: those of the examples of the platform
	most        int        // TimeSeries of one answer; 0: any number
	unpaged     bool       // without offset the limit does not hold
	build       func(*question) []series

	container container               // ZIPs are files in one; see part for several documents of TimeSeries
	archive   bool                    // asked for with storageType=archive
	agreement bool                    // type_MarketAgreement.Type must be given
	minute    bool                    // periods may begin and end at any minute
	nameless  bool                    // the acknowledgement of no data names no area
	dated     bool                    // asked for by Implementation_DateAndOrTime
	documents bool                    // kept by mRID and revision: asked for by mRID or by the time of changes as well
	papers    func(*question) []paper // in place of build, for documents without curves
}

// explicitAuctions are the contract types of explicit auctions.
const explicitAuctions = "A01 A02 A03 A04 A06 A07 A08"

// Publication rules; the deadlines are those of Regulation (EU) 543/2013.
var (
	realised    = world.Rule{Unit: world.Instant, Clock: 10 * time.Minute, Spread: 45 * time.Minute}      // an hour after the market time unit
	dayAhead6   = world.Rule{Unit: world.Day, Days: -1, Clock: 6 * time.Hour, Spread: 230 * time.Minute}  // two hours before the gate closes at noon
	dayAhead15  = world.Rule{Unit: world.Day, Days: -1, Clock: 15 * time.Hour, Spread: 170 * time.Minute} // 18:00 on the day before
	yearBefore  = world.Rule{Unit: world.Year, Days: -23, Clock: 9 * time.Hour, Spread: 120 * time.Hour}  // the 15th of the month before the year
	installedBy = world.Rule{Unit: world.Year, Days: -20, Clock: 9 * time.Hour, Spread: 240 * time.Hour}  // a week before the year
)

// offers are all data items that the simulator serves, in the order in which
// a request is compared with them.
var offers = [...]offer{
	// Load (articles 6 and 8).
	{item: "actual_total_load", document: "A65", process: "A16", namespace: nsLoad, aggregation: "A01", rule: realised, holes: true, percent: 100, build: buildLoad},
	{item: "day_ahead_total_load_forecast", document: "A65", process: "A01", namespace: nsLoad, aggregation: "A01", rule: dayAhead6, percent: 97, always: "10YCZ-CEPS-----N 10YNL----------L 10YBE----------2", build: buildLoad},
	{item: "week_ahead_total_load_forecast", document: "A65", process: "A31", namespace: nsLoad, aggregation: "A01", rule: world.Rule{Unit: world.Week, Days: -3, Clock: 8 * time.Hour, Spread: 110 * time.Minute}, percent: 80, always: "10YCZ-CEPS-----N 10YNL----------L", build: buildLoadRange},
	{item: "month_ahead_total_load_forecast", document: "A65", process: "A32", namespace: nsLoad, aggregation: "A01", rule: world.Rule{Unit: world.Month, Days: -10, Clock: 9 * time.Hour, Spread: 48 * time.Hour}, percent: 75, always: "10YNL----------L", build: buildLoadRange},
	{item: "year_ahead_total_load_forecast", document: "A65", process: "A33", namespace: nsLoad, aggregation: "A01", rule: yearBefore, percent: 75, always: "10YCZ-CEPS-----N 10YNL----------L", build: buildLoadRange},
	{item: "year_ahead_forecast_margin", document: "A70", process: "A33", namespace: nsLoad, aggregation: "A01", rule: yearBefore, percent: 70, always: "10YCZ-CEPS-----N", build: buildMargin},

	// Generation (articles 14 and 16).
	{item: "installed_capacity_per_production_type", document: "A68", process: "A33", namespace: nsLoad, aggregation: "A08", rule: installedBy, percent: 95, always: "10YBE----------2", build: buildInstalled},
	{item: "installed_capacity_per_production_unit", document: "A71", process: "A33", namespace: nsLoad, aggregation: "A06", rule: installedBy, percent: 85, always: "10YNL----------L", build: buildInstalledUnits},
	{item: "generation_forecast_day_ahead", document: "A71", process: "A01", namespace: nsLoad, aggregation: "A01", rule: dayAhead15, percent: 90, always: "10YFR-RTE------C 10YNL----------L 10Y1001A1001A46L", build: buildGenerationForecast},
	{item: "wind_solar_forecast_day_ahead", document: "A69", process: "A01", namespace: nsLoad, aggregation: "A08", rule: dayAhead15, percent: 95, always: "10YBE----------2 10YFI-1--------U", build: buildWindSolar},
	{item: "wind_solar_forecast_intraday", document: "A69", process: "A40", namespace: nsLoad, aggregation: "A08", rule: world.Rule{Unit: world.Day, Clock: 6 * time.Hour, Spread: 110 * time.Minute}, percent: 60, always: "10YFI-1--------U", build: buildWindSolar},
	{item: "wind_solar_forecast_current", document: "A69", process: "A18", namespace: nsLoad, aggregation: "A08", rule: world.Rule{Unit: world.Day, Days: -1, Clock: 18*time.Hour + 30*time.Minute, Spread: time.Hour}, percent: 50, always: "10YFI-1--------U", build: buildWindSolar},
	{item: "actual_generation_per_generation_unit", document: "A73", process: "A16", namespace: nsLoad, aggregation: "A06", rule: world.Rule{Unit: world.Day, Days: 3, Clock: 2 * time.Hour, Spread: 60 * time.Hour}, holes: true, percent: 90, always: "10YNL----------L 10YCZ-CEPS-----N", most: 100, build: buildUnits},
	{item: "actual_generation_per_production_type", document: "A75", process: "A16", namespace: nsLoad, aggregation: "A08", rule: realised, holes: true, percent: 100, build: buildGeneration},
	{item: "actual_wind_solar_generation", document: "A74", process: "A16", namespace: nsLoad, aggregation: "A08", rule: realised, holes: true, percent: 100, build: buildWindSolar},
	{item: "water_reservoirs_hydro_storage", document: "A72", process: "A16", namespace: nsLoad, aggregation: "A01", rule: world.Rule{Unit: world.Week, Days: 8, Clock: 9 * time.Hour, Spread: 50 * time.Hour}, percent: 95, always: "10YCA-BULGARIA-R", build: buildReservoirs},

	// Prices (article 12.1.D); the rules are those of the auctions.
	{item: "day_ahead_prices", document: "A44", contracts: "A01", both: true, namespace: nsPublication73, percent: 100, most: 100, unpaged: true, build: buildPrices},
	{item: "intraday_auction_prices", document: "A44", contracts: "A07", mixed: "10YES-REE------0", both: true, namespace: nsPublication73, percent: 75, always: "10YES-REE------0", most: 100, unpaged: true, build: buildPrices},

	// Transmission (articles 11 and 12).
	{item: "cross_border_physical_flows", document: "A11", pair: true, namespace: nsPublication70, rule: realised, holes: true, percent: 97, always: "10YNL----------L>10Y1001A1001A82H 10YDK-1--------W>10YGB----------A 10YGB----------A>10YDK-1--------W", build: buildFlows},
	{item: "commercial_schedules", document: "A09", contracts: "A01 A05", pair: true, namespace: nsPublication70, rule: dayAhead15, percent: 95, always: "10Y1001A1001A82H>10YFR-RTE------C 10YBE----------2>10YNL----------L 10YNL----------L>10YBE----------2 10Y1001A1001A47J>10YDK-2--------M", build: buildSchedules},
	{item: "commercial_schedules_net_positions", document: "A09", contracts: "A01 A05", both: true, namespace: nsPublication70, rule: dayAhead15, percent: 50, build: buildNetPositions},
	{item: "forecasted_transfer_capacities", document: "A61", contracts: "A01 A02 A03 A04", demands: true, pair: true, namespace: nsPublication70, percent: 40, always: "10YFR-RTE------C>10YES-REE------0 10YES-REE------0>10YFR-RTE------C 10YDK-1--------W>10YDK-2--------M 10YDK-2--------M>10YDK-1--------W 10YGB----------A>10YBE----------2", build: buildTransferCapacities},
	{item: "dc_link_intraday_transfer_limits", document: "A93", pair: true, namespace: nsPublication70, rule: world.Rule{Unit: world.Day, Days: -1, Clock: 17 * time.Hour, Spread: 4 * time.Hour}, percent: 12, most: 100, build: buildLimits},
	{item: "explicit_offered_transfer_capacity", document: "A31", auction: "A02", contracts: explicitAuctions, demands: true, pair: true, namespace: nsPublication73, percent: 30, always: "10YGB----------A>10YBE----------2", most: 100, build: buildOffered},
	{item: "implicit_offered_transfer_capacity", document: "A31", auction: "A01", contracts: "A01 A07", demands: true, pair: true, namespace: nsPublication73, percent: 35, most: 100, build: buildOffered},
	{item: "continuous_offered_transfer_capacity", document: "A31", auction: "A08", contracts: "A07", demands: true, pair: true, namespace: nsPublication73, percent: 70, always: "10YNL----------L>10YBE----------2", most: 100, build: buildOffered},
	{item: "implicit_auction_net_positions", document: "A25", business: "B09", contracts: "A01 A05 A07", demands: true, both: true, namespace: nsPublication70, rule: world.Rule{Unit: world.Day, Days: -1, Clock: 13*time.Hour + 5*time.Minute, Spread: time.Hour}, percent: 85, build: buildNetPositions},
	{item: "congestion_income", document: "A25", business: "B10", contracts: "A01 A07", demands: true, both: true, namespace: nsPublication70, rule: world.Rule{Unit: world.Day, Days: -1, Clock: 13*time.Hour + 5*time.Minute, Spread: time.Hour}, percent: 60, most: 100, build: buildIncome},
	{item: "explicit_use_of_transfer_capacity", document: "A25", business: "A43 B05", contracts: explicitAuctions, demands: true, pair: true, namespace: nsPublication70, percent: 30, most: 100, build: buildUse},
	{item: "explicit_auction_revenue", document: "A25", business: "B07", contracts: explicitAuctions, demands: true, pair: true, namespace: nsPublication70, percent: 30, most: 100, build: buildRevenue},
	{item: "total_nominated_capacity", document: "A26", business: "B08", pair: true, namespace: nsPublication70, rule: world.Rule{Unit: world.Day, Days: -1, Clock: 15*time.Hour + 30*time.Minute, Spread: 2 * time.Hour}, percent: 40, always: "10YGB----------A>10YBE----------2", build: buildNominated},
	{item: "total_capacity_already_allocated", document: "A26", business: "A29", contracts: explicitAuctions, demands: true, pair: true, namespace: nsPublication70, percent: 30, most: 100, build: buildAllocated},
	{item: "third_country_transfer_capacities", document: "A94", auction: "A02", contracts: explicitAuctions, demands: true, pair: true, namespace: nsPublication70, percent: 6, most: 100, build: buildThirdCountry},
	{item: "third_country_transfer_capacities_implicit", document: "A94", auction: "A01", contracts: explicitAuctions, demands: true, pair: true, namespace: nsPublication70, percent: 4, most: 100, build: buildThirdCountry},
}

// tables are all offers.
func tables() [][]offer {
	return [][]offer{offers[:], balancingOffers[:], reserveOffers[:], congestionOffers[:], documentOffers[:]}
}

// match returns the items that a request asks for: one, as a rule, and of some
// areas both kinds of prices if no contract type tells them apart (entsoe-py#446). Where the same types
// ask for several items, the parameters that carry the area tell which. None
// is a combination that the platform does not know.
func match(p parameters) []*offer {
	var found, named []*offer
	for _, table := range tables() {
		for i := range table {
			if _, ok := entsoe.ItemByName(table[i].item); !ok || !table[i].fits(p) {
				continue
			}
			found = append(found, &table[i])
			if table[i].namesAreas(p) {
				named = append(named, &table[i])
			}
		}
	}
	switch {
	case len(named) > 0:
		return named
	case len(found) > 1 && found[0].document != "A44":
		return found[:1]
	default:
		return found
	}
}

func (o *offer) fits(p parameters) bool {
	return o.document == p[paramDocument] &&
		among(o.process, p[paramProcess], o.anyProcess) &&
		among(o.business, p[paramBusiness], o.anyBusiness) &&
		(o.auction == "" || o.auction == p[paramAuction]) &&
		among(o.contracts, p[paramContract], o.mixed == "" || strings.Contains(o.mixed, p[paramIn])) &&
		o.archive == (p[paramStorage] == "archive") &&
		(o.document != "A09" || o.pair == (p[paramIn] != p[paramOut])) // schedules of a border or net positions of a zone
}

// namesAreas reports whether the request names the area as the item demands it.
func (o *offer) namesAreas(p parameters) bool {
	item, ok := entsoe.ItemByName(o.item)
	return ok && o.missing(item.Domain, p) == nil
}

// among reports whether a value is in a list of the table. An empty list takes
// any value.
func among(list, value string, mayMiss bool) bool {
	return list == "" || value == "" && mayMiss || slices.Contains(strings.Fields(list), value)
}
