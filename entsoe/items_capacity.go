package entsoe

import "entsoed/timeseries"

// capacityItems: reserves that the guideline on system operation demands, and
// how well they served. Their days and years are those of Brussels in Ireland,
// too, by the official sample of sharing.
var capacityItems = []Item{
	{
		Name:    "fcr_total_capacity",
		Title:   "FCR Total Capacity",
		Article: "SO GL 187.2",
		Unit:    "MW",
		Meaning: "Frequency containment reserve that a whole synchronous area keeps in the year; up and down alike (direction A03).",

		DocumentType: "A26", BusinessType: "A25",
		Variants: single(), Domain: AreaDomain, AreaKinds: synchronousAreas,
		Limit: "P1Y", Grain: MarketYear, MarketTime: true, Timetable: yearlyReserve,
		View:   View{Value: "mw", Columns: []string{timeseries.Direction, timeseries.Resolution}},
		Server: "FCR_TOTAL_CAPACITY_R3 [SO GL 187.2]",
		Since:  "2018-01-01", PerYear: 1,
	},
	{
		Name:    "shares_of_fcr_capacity",
		Title:   "Shares of FCR Capacity",
		Article: "SO GL 187.2",
		Unit:    "MW",
		Meaning: "Share of an area in the frequency containment reserve of its synchronous area, for the year; up and down alike (direction A03).",

		DocumentType: "A26", BusinessType: "C23",
		Variants: single(), Domain: AreaDomain, AreaKinds: synchronousShares,
		Answers: totalAsShare,
		Limit:   "P1Y", Grain: MarketYear, MarketTime: true, Timetable: yearlyReserve,
		View:   View{Value: "mw", Columns: []string{timeseries.Direction, timeseries.BusinessType, timeseries.Resolution}},
		Server: "SHARE_OF_CAPACITY_R3 [SO GL 187.2]",
		Since:  "2018-01-01", PerYear: 1,
	},
	{
		Name:    "frr_rr_capacity_outlook",
		Title:   "FRR & RR Capacity Outlook",
		Article: "SO GL 188.3 & 189.2",
		Unit:    "MW",
		Meaning: "Capacity of frequency restoration (process A56) or replacement reserve (A46) that a block expects for the quarter, up (direction A01) and down (A02).",

		DocumentType: "A26", BusinessType: "C76",
		Variants: restorationCapacity(), Domain: AreaDomain, AreaKinds: controlBlocks,
		Answers: placeOfSettlement,
		Limit:   "P1Y", Grain: MarketYear, MarketTime: true, Timetable: quarterOutlook,
		View:   View{Value: "mw", Columns: []string{timeseries.ProcessType, timeseries.Direction, timeseries.Resolution}},
		Server: "FRR_RR_CAPACITY_OUTLOOK [SO GL 188.3&189.2]",
		Since:  "2018-01-01", PerYear: 8,
	},
	{
		Name:    "frr_rr_actual_capacity",
		Title:   "FRR and RR Actual Capacity",
		Article: "SO GL 188.4 & 189.3",
		Unit:    "MW",
		Meaning: "Capacity of frequency restoration (process A56) or replacement reserve (A46) that a block had in the quarter: lowest (business type C77), average (C78) and highest (C79), up (direction A01) and down (A02).",

		DocumentType: "A26", BusinessType: "C77", // answered with C78 and C79 as well
		Variants: restorationCapacity(), Domain: AreaDomain, AreaKinds: controlBlocks,
		Answers: allThree,
		Limit:   "P1Y", Grain: MarketYear, MarketTime: true, Timetable: quarterResults,
		View: View{Value: "mw", Combine: timeseries.CombineExtremes, Columns: []string{
			timeseries.ProcessType, timeseries.BusinessType, timeseries.Direction, timeseries.Resolution}},
		Server: "FRR_RR_ACTUAL_CAPACITY [SO GL 188.4&189.3]",
		Since:  "2018-01-01", PerYear: 24,
	},
	{
		Name:    "rr_capacity_outlook",
		Title:   "Outlook of Reserve Capacities on RR (older entry)",
		Article: "SO GL 189.2",
		Unit:    "MW",
		Meaning: "Capacity of replacement reserve that a scheduling area expects for the quarter. The platform answers it from frr_rr_capacity_outlook.",

		DocumentType: "A26", ProcessType: "A46", BusinessType: "C76",
		Variants: single(), Domain: AreaDomain, AreaKinds: schedulingAreas,
		Answers: placeOfSettlement,
		Limit:   "P1Y", PageSize: 100, Grain: MarketYear, MarketTime: true, Timetable: quarterOutlook,
		View:   View{Value: "mw", Columns: []string{timeseries.Direction, timeseries.Resolution}},
		Server: "FRR_RR_CAPACITY_OUTLOOK [SO GL 188.3&189.2]",
		Since:  "2018-01-01", PerYear: 8,
	},
	{
		Name:    "rr_actual_capacity",
		Title:   "RR Actual Capacity (older entry)",
		Article: "SO GL 189.3",
		Unit:    "MW",
		Meaning: "Capacity of replacement reserve that a scheduling area had in the quarter: lowest (business type C77), average (C78) and highest (C79). The platform answers it from frr_rr_actual_capacity.",

		DocumentType: "A26", ProcessType: "A46", BusinessType: "C77",
		Variants: single(), Domain: AreaDomain, AreaKinds: schedulingAreas,
		Answers: allThree,
		Limit:   "P1Y", PageSize: 100, Grain: MarketYear, MarketTime: true, Timetable: quarterResults,
		View:   View{Value: "mw", Combine: timeseries.CombineExtremes, Columns: []string{timeseries.BusinessType, timeseries.Direction, timeseries.Resolution}},
		Server: "FRR_RR_ACTUAL_CAPACITY [SO GL 188.4&189.3]",
		Since:  "2018-01-01", PerYear: 24,
	},
	{
		Name:    "sharing_of_rr_and_frr",
		Title:   "Sharing of RR and FRR",
		Article: "SO GL 190.1",
		Unit:    "MW",
		Meaning: "Capacity of restoration reserves of the connecting block on which the acquiring block may count, too.",

		DocumentType: "A26", ProcessType: "A56", BusinessType: "C22",
		Variants: single(), Domain: BalancingBorder, AreaKinds: controlBlocks,
		Limit: "P1Y", PageSize: 100, Grain: MarketYear, MarketTime: true, Timetable: reserveAgreements,
		View:   View{Value: "mw", Columns: []string{timeseries.CounterArea, timeseries.Direction, timeseries.Resolution}},
		Server: "SHARING_OF_RR_AND_FRR [SO GL 190.1]",
		Since:  "2018-01-01", PerYear: 8,
	},
	{
		Name:    "sharing_of_fcr",
		Title:   "Sharing of FCR between SAs",
		Article: "SO GL 190.2",
		Unit:    "MW",
		Meaning: "Capacity of frequency containment reserve that synchronous areas share, day by day: two values of an interval, which the platform calls quantity and secondary quantity (measure).",

		DocumentType: "A26", ProcessType: "A52", BusinessType: "C22",
		Variants: single(), Domain: AreaDomain, AreaKinds: synchronousPairs,
		Answers: reservesBeside,
		Limit:   "P1Y", PageSize: 100, Grain: MarketYear, MarketTime: true, Timetable: reserveAgreements,
		View: View{
			Value: "mw", Columns: []string{timeseries.CounterArea, timeseries.Direction, timeseries.Resolution},
			Measures: []Column{{"quantity", "quantity"}, {"secondary_quantity", "secondaryQuantity"}},
		},
		Server: "SHARING_OF_FCR_R3 [SO GL 190.2]",
		Since:  Launch, PerYear: 700,
	},
	{
		Name:    "exchanged_reserve_capacity",
		Title:   "Exchanged Reserve Capacity",
		Article: "SO GL 190.3",
		Unit:    "MW",
		Meaning: "Reserve capacity that the connecting block holds for the acquiring block.",

		DocumentType: "A26", BusinessType: "C21",
		Variants: append(restorationCapacity(), process("fcr", "frequency containment reserve", "A52")),
		Domain:   BalancingBorder, AreaKinds: controlBlocks,
		Limit: "P1Y", PageSize: 100, Grain: MarketYear, MarketTime: true, Timetable: reserveAgreements,
		View: View{Value: "mw", Columns: []string{
			timeseries.CounterArea, timeseries.ProcessType, timeseries.Direction, timeseries.Resolution}},
		Server: "EXCHANGED_RESERVE_CAPACITY_R3 [SO GL 190.3]",
		Since:  "2018-01-01", PerYear: 8,
	},
	{
		Name:    "criteria_application_measurements",
		Title:   "Results of the Criteria Application Process - Measurements",
		Article: "SO GL 185.4",
		Unit:    "MW, Hz or a number (column unit)",
		Meaning: "Quality of the frequency (process A64, of a synchronous area) or of its restoration (A65, of a block) in the month: mean (business type C66), standard deviation (C67), percentiles (C68, the percentile is the parameter), numbers of intervals outside the ranges (C71 to C73). Percentiles of one month differ in their parameter only.",

		DocumentType: "A45",
		Variants: []Variant{
			process("frequency", "frequency of synchronous areas", "A64"),
			process("restoration", "frequency restoration of blocks", "A65"),
		},
		Domain: AreaDomain, AreaKinds: criteriaAreas,
		Limit: "P1Y", Grain: MarketYear, MarketTime: true, Shape: timeseries.ShapeList, Timetable: quarterResults,
		View: View{
			Columns: []string{timeseries.ProcessType, timeseries.BusinessType, timeseries.Direction},
			Values:  []Column{{"value", "quantity"}, {"parameter", "secondaryQuantity"}},
		},
		Server: "RESULTS_OF_THE_CRITERIA_APPLICATION_PROCESS [SO GL 185.4]",
		Since:  "2018-01-01", PerYear: 170,
	},
}
