package simulator

import (
	"time"

	"entsoed/entsoe/simulator/world"
)

// Publication rules of the guideline on system operation.
var (
	yearReserves  = world.Rule{Unit: world.Year, Days: -30, Clock: 9 * time.Hour, Span: 240 * time.Hour}   // from 30 November on
	quarterAhead  = world.Rule{Unit: world.Quarter, Days: -1, Clock: 9 * time.Hour, Span: 10 * time.Hour}  // the day before the quarter
	quarterActual = world.Rule{Unit: world.Quarter, Days: 105, Clock: 9 * time.Hour, Span: 72 * time.Hour} // 30 days after the quarter, counted from its start
	standingBy    = world.Rule{Unit: world.Day, Days: -1, Clock: 6 * time.Hour, Span: 12 * time.Hour}      // what holds for long, the day before
)

// reserveOffers are the data items about the size and the quality of reserves.
// The older entries of the outlook and the actual capacity of replacement
// reserves ask for the same data in the same words.
var reserveOffers = [...]offer{
	{item: "fcr_total_capacity", document: "A26", business: "A25", answers: "A52", namespace: nsBalancing45, rule: yearReserves, share: 70, always: "10YEU-CONT-SYNC0", anywhere: true, build: buildContainment},
	{item: "shares_of_fcr_capacity", document: "A26", business: "C23", answers: "A52", namespace: nsBalancing45, rule: yearReserves, share: 70, always: "10YFR-RTE------C", anywhere: true, build: buildContainment},
	{item: "frr_rr_capacity_outlook", document: "A26", process: "A46 A56", business: "C76", namespace: nsBalancing45, rule: quarterAhead, share: 75, always: "10YAT-APG------L", anywhere: true, build: buildOutlook},
	{item: "frr_rr_actual_capacity", document: "A26", process: "A46 A56", business: "C77 C78 C79", namespace: nsBalancing45, rule: quarterActual, share: 75, always: "10YAT-APG------L", anywhere: true, build: buildActualReserves},
	{item: "sharing_of_rr_and_frr", document: "A26", process: "A46 A56", business: "C22", namespace: nsBalancing45, rule: standingBy, share: 60, always: "10YCB-GERMANY--8>10YAT-APG------L", most: 100, pair: true, build: buildSharedReserves},
	{item: "sharing_of_fcr", document: "A26", process: "A52", business: "C22", namespace: nsBalancing45, rule: standingBy, share: 60, always: "10Y1001A1001A59C", most: 100, anywhere: true, build: buildSharedContainment},
	{item: "exchanged_reserve_capacity", document: "A26", process: "A46 A52 A56", business: "C21", namespace: nsBalancing45, rule: standingBy, share: 60, always: "10YCB-GERMANY--8>10YAT-APG------L", most: 100, pair: true, container: zipped, build: buildSharedReserves},
	{item: "criteria_application_measurements", document: "A45", process: "A64 A65", namespace: nsBalancing45, rule: quarterActual, share: 75, always: "10YCZ-CEPS-----N", anywhere: true, build: buildCriteria},
}
