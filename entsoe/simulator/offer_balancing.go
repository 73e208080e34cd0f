package simulator

import (
	"time"

	"entsoed/entsoe/simulator/world"
)

// Publication rules of balancing, by the guideline on electricity balancing
// and the implementation frameworks of the platforms.
var (
	halfHour   = world.Rule{Unit: world.Instant, Clock: 8 * time.Minute, Spread: 20 * time.Minute}
	procured   = world.Rule{Unit: world.Day, Days: -1, Clock: 9*time.Hour + 30*time.Minute, Spread: 8 * time.Hour}
	monthCosts = world.Rule{Unit: world.Month, Days: 88, Clock: 9 * time.Hour, Spread: 20 * 24 * time.Hour} // three months after the month
	allocated  = world.Rule{Unit: world.Day, Clock: 12 * time.Hour, Spread: 20 * time.Hour}                 // a day after the allocation
)

// reserveKinds are the processes of reserves: replacement (A46), manual (A47)
// and automatic (A51) restoration, containment (A52).
const reserveKinds = "A46 A47 A51 A52"

// balancingOffers are the data items of balancing energy and its settlement.
var balancingOffers = [...]offer{
	{item: "current_balancing_state", document: "A86", business: "B33", answers: "A16", namespace: nsBalancing41, rule: halfHour, holes: true, percent: 85, always: "10YCZ-CEPS-----N", anywhere: true, minute: true, build: buildBalancingState},
	{item: "balancing_energy_bids", document: "A37", process: "A46 A47 A51", business: "B74", namespace: nsBids71, rule: halfHour, percent: 60, always: "10YBE----------2 10YCZ-CEPS-----N", most: 100, container: zipped, anywhere: true, build: buildBids},
	{item: "balancing_energy_bids_archive", document: "A37", process: "A46 A47 A51", business: "B74", archive: true, namespace: nsBids71, rule: halfHour, percent: 60, always: "10YBE----------2 10YCZ-CEPS-----N", container: archived, anywhere: true, build: buildBids},
	{item: "elastic_demands", document: "A37", process: "A47 A51", business: "B75", namespace: nsBids76, rule: halfHour, percent: 50, always: "10YCZ-CEPS-----N", most: 100, anywhere: true, build: buildDemands},
	{item: "aggregated_balancing_energy_bids", document: "A24", process: "A51 A46 A47 A60 A61 A67 A68", namespace: nsBalancing41, rule: halfHour, holes: true, percent: 80, always: "10YAT-APG------L", anywhere: true, build: buildAggregatedBids},
	{item: "procured_balancing_capacity", document: "A15", process: reserveKinds, namespace: nsBalancing41, rule: procured, percent: 75, always: "10YDE-VE-------2", most: 100, container: zipped, anywhere: true, build: buildProcured},
	{item: "cross_zonal_balancing_capacity", document: "A38", process: reserveKinds, namespace: nsBalancing41, rule: allocated, percent: 45, always: "10Y1001A1001A47J>10YDK-2--------M", most: 800, pair: true, container: zipped, build: buildCrossZonal},
	{item: "contracted_reserves", document: "A81", process: reserveKinds, business: "B95", anyProcess: true, namespace: nsBalancing44, rule: procured, percent: 80, always: "10YCZ-CEPS-----N", most: 100, agreement: true, container: zipped, anywhere: true, build: buildContracted},
	{item: "activated_balancing_energy_prices", document: "A84", process: "A16 A60 A61 A68", business: "A95 A96 A97 A98", anyBusiness: true, namespace: nsBalancing41, rule: realised, holes: true, percent: 85, always: "10YBE----------2", anywhere: true, build: buildActivatedPrices},
	{item: "cbmp_afrr_central_selection", document: "A84", process: "A67", business: "A96", anyBusiness: true, namespace: nsBalancing41, rule: halfHour, percent: 60, always: "10YDE-VE-------2", anywhere: true, build: buildMarginalPrices},
	{item: "imbalance_prices", document: "A85", answers: "A16", namespace: nsBalancing44, rule: realised, holes: true, percent: 90, always: "10YAT-APG------L 10Y1001A1001A83F", container: zipped, anywhere: true, build: buildImbalancePrices},
	{item: "total_imbalance_volumes", document: "A86", business: "A19", anyBusiness: true, answers: "A16", namespace: nsBalancing30, rule: halfHour, holes: true, percent: 90, always: "10YAT-APG------L 10Y1001A1001A83F", container: zipped, anywhere: true, build: buildImbalanceVolumes},
	{item: "financial_expenses_and_income", document: "A87", answers: "A16", namespace: nsBalancing30, rule: monthCosts, percent: 85, always: "10YHU-MAVIR----U", container: zipped, anywhere: true, build: buildFinances},
	{item: "netted_exchanged_volumes", document: "B17", process: "A51 A60 A61 A63", namespace: nsBalancing41, rule: realised, percent: 70, always: "10YDE-VE-------2", container: zipped, anywhere: true, build: buildNetted},
	{item: "netted_exchanged_volumes_per_border", document: "A30", process: "A51 A60 A61 A63", namespace: nsBalancing41, rule: realised, percent: 50, always: "10YFR-RTE------C>10YBE----------2", pair: true, container: zipped, build: buildNettedPerBorder},
	{item: "balancing_border_capacity_limitations", document: "A31", process: "A47 A51 A63", business: "A26", namespace: nsCapacity, rule: halfHour, percent: 40, always: "10YCZ-CEPS-----N>10YAT-APG------L", pair: true, build: buildBorderLimits},
}

// Publication rules of congestion management, by articles 9 to 13 of the
// regulation.
var (
	afterMonth = world.Rule{Unit: world.Month, Days: 59, Clock: 9 * time.Hour, Spread: 48 * time.Hour} // a month after the month
	flowDomain = world.Rule{Unit: world.Day, Days: -1, Clock: 9 * time.Hour, Spread: time.Hour}        // two hours before the gate closes at noon
)

// flowProcesses are the horizons of flow-based allocation: day-ahead,
// intraday, month and year.
const flowProcesses = "A43 A44 A32 A33"

// congestionOffers are the data items of congestion management, of the grid
// and of flow-based allocation, and the one of consumption units.
var congestionOffers = [...]offer{
	{item: "expansion_dismantling_projects", document: "A90", business: "B01 B02", anyBusiness: true, answers: "A35", namespace: nsNetwork30, rule: yearBefore, percent: 35, always: "10YHU-MAVIR----U>10YSK-SEPS-----K", most: 100, pair: true, build: buildProjects},
	{item: "redispatching_internal", document: "A63", business: "A85", answers: "A16", namespace: nsNetwork42, rule: realised, percent: 75, always: "10YNL----------L", most: 100, both: true, build: buildRedispatching},
	{item: "redispatching_cross_border", document: "A63", business: "A46", answers: "A16", namespace: nsNetwork42, rule: realised, percent: 35, most: 100, pair: true, build: buildRedispatching},
	{item: "countertrading", document: "A91", answers: "A16", namespace: nsNetwork42, rule: realised, percent: 35, always: "10YES-REE------0>10YFR-RTE------C", most: 100, pair: true, build: buildCountertrading},
	{item: "congestion_management_costs", document: "A92", business: "A46 B03 B04", anyBusiness: true, answers: "A16", namespace: nsNetwork30, rule: afterMonth, percent: 80, always: "10YBE----------2", both: true, build: buildCosts},
	{item: "flow_based_allocations", document: "B09", process: flowProcesses, namespace: nsCritical, rule: flowDomain, percent: 80, always: "10YDOM-REGION-1V 10Y1001C--00059P", both: true, anywhere: true, container: zipped, build: buildFlowBased},
	{item: "flow_based_allocations_archive", document: "B09", process: flowProcesses, archive: true, namespace: nsCritical, rule: flowDomain, percent: 80, always: "10YDOM-REGION-1V 10Y1001C--00059P", both: true, anywhere: true, container: zipped, build: buildFlowBased},
	{item: "unavailability_consumption_units", document: "A76", business: "A53 A54", anyBusiness: true, answers: "A26", namespace: nsOutage30, rule: realised, percent: 60, always: "10Y1001A1001A82H", build: buildConsumptionUnits},
}

// Publication rules of the guideline on system operation.
var (
	yearReserves  = world.Rule{Unit: world.Year, Days: -30, Clock: 9 * time.Hour, Spread: 240 * time.Hour}   // from 30 November on
	quarterAhead  = world.Rule{Unit: world.Quarter, Days: -1, Clock: 9 * time.Hour, Spread: 10 * time.Hour}  // the day before the quarter
	quarterActual = world.Rule{Unit: world.Quarter, Days: 105, Clock: 9 * time.Hour, Spread: 72 * time.Hour} // 30 days after the quarter, counted from its start
	standingBy    = world.Rule{Unit: world.Day, Days: -1, Clock: 6 * time.Hour, Spread: 12 * time.Hour}      // what holds for long, the day before
)

// reserveOffers are the data items about the size and the quality of reserves.
// The older entries of the outlook and the actual capacity of replacement
// reserves ask for the same data in the same words.
var reserveOffers = [...]offer{
	{item: "fcr_total_capacity", document: "A26", business: "A25", answers: "A52", namespace: nsBalancing45, rule: yearReserves, percent: 70, always: "10YEU-CONT-SYNC0", anywhere: true, build: buildContainment},
	{item: "shares_of_fcr_capacity", document: "A26", business: "C23", answers: "A52", namespace: nsBalancing45, rule: yearReserves, percent: 70, always: "10YFR-RTE------C", anywhere: true, build: buildContainment},
	{item: "frr_rr_capacity_outlook", document: "A26", process: "A46 A56", business: "C76", namespace: nsBalancing45, rule: quarterAhead, percent: 75, always: "10YAT-APG------L", anywhere: true, build: buildOutlook},
	{item: "frr_rr_actual_capacity", document: "A26", process: "A46 A56", business: "C77 C78 C79", namespace: nsBalancing45, rule: quarterActual, percent: 75, always: "10YAT-APG------L", anywhere: true, build: buildActualReserves},
	{item: "sharing_of_rr_and_frr", document: "A26", process: "A46 A56", business: "C22", namespace: nsBalancing45, rule: standingBy, percent: 60, always: "10YCB-GERMANY--8>10YAT-APG------L", most: 100, pair: true, build: buildSharedReserves},
	{item: "sharing_of_fcr", document: "A26", process: "A52", business: "C22", namespace: nsBalancing45, rule: standingBy, percent: 60, always: "10Y1001A1001A59C", most: 100, anywhere: true, build: buildSharedContainment},
	{item: "exchanged_reserve_capacity", document: "A26", process: "A46 A52 A56", business: "C21", namespace: nsBalancing45, rule: standingBy, percent: 60, always: "10YCB-GERMANY--8>10YAT-APG------L", most: 100, pair: true, container: zipped, build: buildSharedReserves},
	{item: "criteria_application_measurements", document: "A45", process: "A64 A65", namespace: nsBalancing45, rule: quarterActual, percent: 75, always: "10YCZ-CEPS-----N", anywhere: true, build: buildCriteria},
}
