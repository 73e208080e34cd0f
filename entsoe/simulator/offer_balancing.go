package simulator

import (
	"time"

	"entsoed/entsoe/simulator/world"
)

// Publication rules of balancing, by the guideline on electricity balancing
// and the implementation frameworks of the platforms.
var (
	halfHour   = world.Rule{Unit: world.Instant, Clock: 8 * time.Minute, Span: 20 * time.Minute}
	procured   = world.Rule{Unit: world.Day, Days: -1, Clock: 9*time.Hour + 30*time.Minute, Span: 8 * time.Hour}
	monthCosts = world.Rule{Unit: world.Month, Days: 88, Clock: 9 * time.Hour, Span: 20 * 24 * time.Hour} // three months after the month
	allocated  = world.Rule{Unit: world.Day, Clock: 12 * time.Hour, Span: 20 * time.Hour}                 // a day after the allocation
)

// reserveKinds are the processes of reserves: replacement (A46), manual (A47)
// and automatic (A51) restoration, containment (A52).
const reserveKinds = "A46 A47 A51 A52"

// balancingOffers are the data items of balancing energy and its settlement.
var balancingOffers = [...]offer{
	{item: "current_balancing_state", document: "A86", business: "B33", answers: "A16", namespace: nsBalancing41, rule: halfHour, holes: true, share: 85, always: "10YCZ-CEPS-----N", anywhere: true, minute: true, build: buildBalancingState},
	{item: "balancing_energy_bids", document: "A37", process: "A46 A47 A51", business: "B74", namespace: nsBids71, rule: halfHour, share: 60, always: "10YBE----------2 10YCZ-CEPS-----N", most: 100, container: zipped, anywhere: true, build: buildBids},
	{item: "balancing_energy_bids_archive", document: "A37", process: "A46 A47 A51", business: "B74", archive: true, namespace: nsBids71, rule: halfHour, share: 60, always: "10YBE----------2 10YCZ-CEPS-----N", container: archived, anywhere: true, build: buildBids},
	{item: "elastic_demands", document: "A37", process: "A47 A51", business: "B75", namespace: nsBids76, rule: halfHour, share: 50, always: "10YCZ-CEPS-----N", most: 100, anywhere: true, build: buildDemands},
	{item: "aggregated_balancing_energy_bids", document: "A24", process: "A51 A46 A47 A60 A61 A67 A68", namespace: nsBalancing41, rule: halfHour, holes: true, share: 80, always: "10YAT-APG------L", anywhere: true, build: buildAggregatedBids},
	{item: "procured_balancing_capacity", document: "A15", process: reserveKinds, namespace: nsBalancing41, rule: procured, share: 75, always: "10YDE-VE-------2", most: 100, container: zipped, anywhere: true, build: buildProcured},
	{item: "cross_zonal_balancing_capacity", document: "A38", process: reserveKinds, namespace: nsBalancing41, rule: allocated, share: 45, always: "10Y1001A1001A47J>10YDK-2--------M", most: 800, pair: true, container: zipped, build: buildCrossZonal},
	{item: "contracted_reserves", document: "A81", process: reserveKinds, business: "B95", anyProcess: true, namespace: nsBalancing44, rule: procured, share: 80, always: "10YCZ-CEPS-----N", most: 100, agreement: true, container: zipped, anywhere: true, build: buildContracted},
	{item: "activated_balancing_energy_prices", document: "A84", process: "A16 A60 A61 A68", business: "A95 A96 A97 A98", anyBusiness: true, namespace: nsBalancing41, rule: realised, holes: true, share: 85, always: "10YBE----------2", anywhere: true, build: buildActivatedPrices},
	{item: "cbmp_afrr_central_selection", document: "A84", process: "A67", business: "A96", anyBusiness: true, namespace: nsBalancing41, rule: halfHour, share: 60, always: "10YDE-VE-------2", anywhere: true, build: buildMarginalPrices},
	{item: "imbalance_prices", document: "A85", answers: "A16", namespace: nsBalancing44, rule: realised, holes: true, share: 90, always: "10YAT-APG------L 10Y1001A1001A83F", container: zipped, anywhere: true, build: buildImbalancePrices},
	{item: "total_imbalance_volumes", document: "A86", business: "A19", anyBusiness: true, answers: "A16", namespace: nsBalancing30, rule: halfHour, holes: true, share: 90, always: "10YAT-APG------L 10Y1001A1001A83F", container: zipped, anywhere: true, build: buildImbalanceVolumes},
	{item: "financial_expenses_and_income", document: "A87", answers: "A16", namespace: nsBalancing30, rule: monthCosts, share: 85, always: "10YHU-MAVIR----U", container: zipped, anywhere: true, build: buildFinances},
	{item: "netted_exchanged_volumes", document: "B17", process: "A51 A60 A61 A63", namespace: nsBalancing41, rule: realised, share: 70, always: "10YDE-VE-------2", container: zipped, anywhere: true, build: buildNetted},
	{item: "netted_exchanged_volumes_per_border", document: "A30", process: "A51 A60 A61 A63", namespace: nsBalancing41, rule: realised, share: 50, always: "10YFR-RTE------C>10YBE----------2", pair: true, container: zipped, build: buildNettedPerBorder},
	{item: "balancing_border_capacity_limitations", document: "A31", process: "A47 A51 A63", business: "A26", namespace: nsCapacity, rule: halfHour, share: 40, always: "10YCZ-CEPS-----N>10YAT-APG------L", pair: true, build: buildBorderLimits},
}
