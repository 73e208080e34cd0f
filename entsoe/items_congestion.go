package entsoe

import "entsoed/timeseries"

// Details that explain single actions on the grid.
var actionDetails = []Column{
	{"asset", "Asset_RegisteredResource/mRID"},
	{"location", "Asset_RegisteredResource/location.name"},
	{"reason", "Reason/code"},
	{"reason_text", "Reason/text"},
}

// congestionItems: measures against congestion and what they cost, article 13.
var congestionItems = []Item{
	{
		Name:    "redispatching_internal",
		Title:   "Redispatching Internal",
		Article: "13.1.A",
		Unit:    "MWh or MW (column unit)",
		Meaning: "Single redispatch measures inside a control area: generation or load moved up (direction A01) or down (A02) to relieve the asset. The unit is that of the row, energy of the interval or power. A measure may share everything but its values with another.",

		DocumentType: "A63", BusinessType: "A85",
		Variants: single(), Domain: BothDomains, AreaKinds: controlAreas,
		Limit: "P1Y", Shape: timeseries.ShapeList, Timetable: redispatches,
		View: View{
			Adds:    true,
			Columns: []string{timeseries.Direction, timeseries.PSRType, timeseries.BusinessType, timeseries.Resource},
			Values:  []Column{{"quantity", "quantity"}}, Details: actionDetails,
		},
		Server: "REDISPATCHING_INTERNAL_R3 [13.1.A]",
		Since:  Launch, PerYear: 1_000,
	},
	{
		Name:    "redispatching_cross_border",
		Title:   "Redispatching Cross Border",
		Article: "13.1.A",
		Unit:    "MWh or MW (column unit)",
		Meaning: "Single redispatch measures that two control areas agree on: up (direction A01) or down (A02), in the unit of the row. Each direction of the border is a feed of its own.",

		DocumentType: "A63", BusinessType: "A46",
		Variants: single(), Domain: Border, AreaKinds: controlAreas,
		Limit: "P1Y", Shape: timeseries.ShapeList, Timetable: redispatches,
		View: View{
			Adds:    true,
			Columns: []string{timeseries.Direction, timeseries.PSRType, timeseries.BusinessType, timeseries.Resource},
			Values:  []Column{{"quantity", "quantity"}}, Details: actionDetails,
		},
		Server: "REDISPATCHING_CROSS_BORDER_R3 [13.1.A]",
		Since:  Launch, PerYear: 35_000,
	},
	{
		Name:    "countertrading",
		Title:   "Countertrading",
		Article: "13.1.B",
		Unit:    "MW",
		Meaning: "Single exchanges that transmission system operators traded across a border to relieve it, against the market's: up (direction A01) or down (A02).",

		DocumentType: "A91",
		Variants:     single(), Domain: Border, AreaKinds: borderSides,
		Limit: "P1Y", Shape: timeseries.ShapeList, Timetable: redispatches,
		View: View{
			Adds:    true,
			Columns: []string{timeseries.Direction, timeseries.BusinessType},
			Values:  []Column{{"mw", "quantity"}}, Details: []Column{{"reason", "Reason/code"}, {"reason_text", "Reason/text"}},
		},
		Server: "COUNTERTRADING_R3 [13.1.B]",
		Since:  Launch, PerYear: 35_000,
	},
	{
		Name:    "congestion_management_costs",
		Title:   "Costs of Congestion Management",
		Article: "13.1.C",
		Unit:    "currency (EUR ...)",
		Meaning: "Costs of the month: of redispatching (business type A46), of countertrading (B03) and of other measures (B04). Each kind is a series of its own; income would be negative.",

		DocumentType: "A92",
		Variants:     single(), Domain: BothDomains, AreaKinds: controlAreas,
		Limit: "P1Y", Grain: MarketYear, Timetable: congestionCosts,
		View:   View{Value: "cost", Combine: timeseries.CombineSum, Columns: []string{timeseries.BusinessType, timeseries.Currency, timeseries.Resolution}},
		Server: "COSTS_OF_CONGESTION_MANAGEMENT_R3 [13.1.C]",
		Since:  Launch, PerYear: 36,
	},
}
