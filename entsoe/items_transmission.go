package entsoe

import "entsoed/timeseries"

// transmissionItems: flows, schedules and capacities between areas, articles
// 11 and 12. Of a border A>B the values are those of the direction from A to B
// only; the other direction is a feed of its own.
var transmissionItems = []Item{
	{
		Name:    "cross_border_physical_flows",
		Title:   "Cross-Border Physical Flows",
		Article: "12.1.G",
		Unit:    "MW",
		Meaning: "Average measured flow from the one area to the other. Never negative and not netted: the flow against it is in the feed of the other direction; entsoe.net_flows nets the two.",
		Core:    true,

		DocumentType: "A11",
		Variants:     single(), Domain: Border, AreaKinds: borderSides,
		Limit: "P1Y", Timetable: measuredFlows,
		View:   View{Value: "mw", Columns: []string{timeseries.CounterArea, timeseries.Resolution}},
		Server: "PHYSICAL_FLOWS [12.1.G]",
		Since:  Launch, PerYear: 35_000,
	},
	{
		Name:    "commercial_schedules",
		Title:   "Commercial Schedules",
		Article: "12.1.F",
		Unit:    "MW",
		Meaning: "Exchange that was traded from the one area to the other: in the day-ahead market (contract A01), and in total with all intraday trades (A05). The two are feeds of their own; adding them counts the day-ahead trades twice. entsoe.net_schedules nets the two directions.",
		Core:    true,

		DocumentType: "A09",
		Variants: []Variant{
			{Name: "day", Title: "day-ahead", Params: []Param{{contractType, "A01"}}},
			{Name: "total", Title: "total", Params: []Param{{contractType, "A05"}}, Timetable: schedulesTotal},
		},
		Domain: Border, AreaKinds: borderSides,
		Limit: "P1Y", MarketTime: true, Timetable: schedulesDayAhead,
		View:   View{Value: "mw", Columns: []string{timeseries.CounterArea, timeseries.Contract, timeseries.Resolution}},
		Server: "COMMERCIAL_SCHEDULES [12.1.F]",
		Since:  Launch, PerYear: 35_000,
	},
	{
		Name:    "commercial_schedules_net_positions",
		Title:   "Commercial Schedules - Net Positions",
		Article: "12.1.F",
		Unit:    "MW",
		Meaning: "Sum of the commercial schedules of an area, day-ahead (contract A01) or total (A05). Sent without a sign: an export names the area as the one that energy leaves, an import as the one that it enters. The view has it as flow, and the signed value as net_mw.",

		DocumentType: "A09",
		Variants: []Variant{
			{Name: "day", Title: "day-ahead", Params: []Param{{contractType, "A01"}}},
			{Name: "total", Title: "total", Params: []Param{{contractType, "A05"}}, Timetable: schedulesTotal},
		},
		Domain: BothDomains, AreaKinds: zonesAndCountries,
		Limit: "P1Y", MarketTime: true, Timetable: schedulesDayAhead,
		View:   View{Value: "mw", Balance: true, Columns: []string{timeseries.Contract, timeseries.Resolution}},
		Server: "COMMERCIAL_SCHEDULES [12.1.F]",
		Since:  "2025-01-01", PerYear: 35_000,
	},
	{
		Name:    "forecasted_transfer_capacities",
		Title:   "Forecasted Transfer Capacities (NTC)",
		Article: "11.1.A",
		Unit:    "MW",
		Meaning: "Net transfer capacity expected from the one area to the other, published a day, a week, a month or a year ahead. Borders with flow-based allocation have none.",
		Core:    true,

		DocumentType: "A61",
		Variants: []Variant{
			{Name: "day", Title: "day-ahead", Params: []Param{{contractType, "A01"}}},
			{Name: "week", Title: "week-ahead", Params: []Param{{contractType, "A02"}}, Grain: MarketWeek, Timetable: contractWeek},
			{Name: "month", Title: "month-ahead", Params: []Param{{contractType, "A03"}}, Grain: MonthOfWeeks, Timetable: contractMonth},
			{Name: "year", Title: "year-ahead", Params: []Param{{contractType, "A04"}}, Grain: MarketYear, Timetable: contractYear},
		},
		Domain: Border, AreaKinds: borderSides,
		Limit: "P1Y", MarketTime: true, VariantInKey: true, Timetable: contractDay,
		View:   View{Value: "mw", Columns: []string{timeseries.CounterArea, AttributeVariant, timeseries.Resolution}},
		Server: "FORECASTED_TRANSFER_CAPACITIES_EXPLICIT [11.1]",
		Since:  Launch, PerYear: 8_800,
	},
	{
		Name:    "dc_link_intraday_transfer_limits",
		Title:   "Cross Border Capacity of DC Links - Intraday Transfer Limits",
		Article: "11.3",
		Unit:    "MW",
		Meaning: "Largest transfer that a direct-current link allows from the one area to the other within the day. Some links have an area of their own, such as GB_ELECLINK.",

		DocumentType: "A93",
		Variants:     single(), Domain: Border, AreaKinds: borderSides,
		Limit: "P1Y", Grain: MarketDay, MarketTime: true, Timetable: contractIntraday,
		View:   View{Value: "mw", Columns: []string{timeseries.CounterArea, timeseries.Resolution}},
		Server: "DC_LINK_INTRADAY_TRANSFER_LIMITS [11.3]",
		Since:  Launch, PerYear: 8_800,
	},
	{
		Name:    "expansion_dismantling_projects",
		Title:   "Expansion and Dismantling Project",
		Article: "9.1",
		Unit:    "MW",
		Meaning: "Lines and links that are to be built (business type B01) or taken down (B02) in the next years: the transfer capacity that the project adds or takes in the year, from the one area to the other, and when it is to be finished.",

		DocumentType: "A90",
		Variants:     single(), Domain: Border, AreaKinds: borderSides,
		Limit: "P1Y", Grain: MarketYear, Shape: timeseries.ShapeList, Timetable: yearAhead,
		View: View{
			Columns: []string{timeseries.BusinessType, timeseries.PSRType, timeseries.Resource},
			Values:  []Column{{"mw", "quantity"}},
			Details: []Column{{"location", "Asset_RegisteredResource/location.name"}, {"finished_on", "end_DateAndOrTime.date"}},
		},
		Server: "EXPANSION_AND_DISMANTLING_PROJECTS_R3 [9.1]",
		Since:  Launch, PerYear: 3,
	},
}
