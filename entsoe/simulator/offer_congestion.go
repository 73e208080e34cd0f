package simulator

import (
	"time"

	"entsoed/entsoe/simulator/world"
)

// Publication rules of congestion management, by articles 9 to 13 of the
// regulation.
var (
	afterMonth = world.Rule{Unit: world.Month, Days: 59, Clock: 9 * time.Hour, Span: 48 * time.Hour} // a month after the month
	flowDomain = world.Rule{Unit: world.Day, Days: -1, Clock: 9 * time.Hour, Span: time.Hour}        // two hours before the gate closes at noon
)

// flowProcesses are the horizons of flow-based allocation: day-ahead,
// intraday, month and year.
const flowProcesses = "A43 A44 A32 A33"

// congestionOffers are the data items of congestion management, of the grid
// and of flow-based allocation, and the one of consumption units.
var congestionOffers = [...]offer{
	{item: "expansion_dismantling_projects", document: "A90", business: "B01 B02", anyBusiness: true, answers: "A35", namespace: nsNetwork30, rule: yearBefore, share: 35, always: "10YHU-MAVIR----U>10YSK-SEPS-----K", most: 100, pair: true, build: buildProjects},
	{item: "redispatching_internal", document: "A63", business: "A85", answers: "A16", namespace: nsNetwork42, rule: realised, share: 75, always: "10YNL----------L", most: 100, both: true, build: buildRedispatching},
	{item: "redispatching_cross_border", document: "A63", business: "A46", answers: "A16", namespace: nsNetwork42, rule: realised, share: 35, most: 100, pair: true, build: buildRedispatching},
	{item: "countertrading", document: "A91", answers: "A16", namespace: nsNetwork42, rule: realised, share: 35, always: "10YES-REE------0>10YFR-RTE------C", most: 100, pair: true, build: buildCountertrading},
	{item: "congestion_management_costs", document: "A92", business: "A46 B03 B04", anyBusiness: true, answers: "A16", namespace: nsNetwork30, rule: afterMonth, share: 80, always: "10YBE----------2", both: true, build: buildCosts},
	{item: "flow_based_allocations", document: "B09", process: flowProcesses, namespace: nsCritical, rule: flowDomain, share: 80, always: "10YDOM-REGION-1V 10Y1001C--00059P", both: true, anywhere: true, container: zipped, build: buildFlowBased},
	{item: "flow_based_allocations_archive", document: "B09", process: flowProcesses, archive: true, namespace: nsCritical, rule: flowDomain, share: 80, always: "10YDOM-REGION-1V 10Y1001C--00059P", both: true, anywhere: true, container: zipped, build: buildFlowBased},
	{item: "unavailability_consumption_units", document: "A76", business: "A53 A54", anyBusiness: true, answers: "A26", namespace: nsOutage30, rule: realised, share: 60, always: "10Y1001A1001A82H", build: buildConsumptionUnits},
}
