package entsoe

import "entsoed/timeseries"

// loadItems: total load and its forecasts, articles 6 and 8.
var loadItems = []Item{
	{
		Name:    "actual_total_load",
		Title:   "Actual Total Load",
		Article: "6.1.A",
		Unit:    "MW",
		Meaning: "Average load over the interval: net generation, minus exports plus imports, minus what storage absorbs. Never negative.",
		Core:    true,

		DocumentType: "A65", ProcessType: "A16",
		Variants: single(), Domain: OutBiddingZone, AreaKinds: zonesAndCountries,
		Limit: "P1Y", Timetable: realised,
		View:   View{Value: "mw", Columns: []string{timeseries.Resolution}},
		Server: "ACTUAL_TOTAL_LOAD_R3 [6.1.A]",
		Since:  Launch, PerYear: 35_000,
	},
	{
		Name:    "day_ahead_total_load_forecast",
		Title:   "Day-ahead Total Load Forecast",
		Article: "6.1.B",
		Unit:    "MW",
		Meaning: "Load expected for the interval, published two hours before the day-ahead market closes. Updates overwrite it.",
		Core:    true,

		DocumentType: "A65", ProcessType: "A01",
		Variants: single(), Domain: OutBiddingZone, AreaKinds: zonesAndCountries,
		Limit: "P1Y", Timetable: loadDayAhead,
		View:   View{Value: "mw", Columns: []string{timeseries.Resolution}},
		Server: "DAY_AHEAD_TOTAL_LOAD_FORECAST [6.1.B]",
		Since:  Launch, PerYear: 35_000,
	},
	{
		Name:    "week_ahead_total_load_forecast",
		Title:   "Week-ahead Total Load Forecast",
		Article: "6.1.C",
		Unit:    "MW",
		Meaning: "Lowest (business type A60) and highest (A61) load expected within each day of the coming week.",

		DocumentType: "A65", ProcessType: "A31",
		Variants: single(), Domain: OutBiddingZone, AreaKinds: zonesAndCountries,
		Limit: "P1Y", Grain: MarketWeek, Timetable: loadWeekAhead,
		View:   View{Value: "mw", Combine: timeseries.CombineExtremes, Columns: []string{timeseries.BusinessType, timeseries.Resolution}},
		Server: "TOTAL_LOAD_FORECAST [6.1.C&D&E]",
		Since:  Launch, PerYear: 730,
	},
	{
		Name:    "month_ahead_total_load_forecast",
		Title:   "Month-ahead Total Load Forecast",
		Article: "6.1.D",
		Unit:    "MW",
		Meaning: "Lowest (business type A60) and highest (A61) load expected within each week of the coming month, from Monday to Monday.",

		DocumentType: "A65", ProcessType: "A32",
		Variants: single(), Domain: OutBiddingZone, AreaKinds: zonesAndCountries,
		Limit: "P1Y", Grain: MonthOfWeeks, Timetable: loadMonthAhead,
		View:   View{Value: "mw", Combine: timeseries.CombineExtremes, Columns: []string{timeseries.BusinessType, timeseries.Resolution}},
		Server: "TOTAL_LOAD_FORECAST [6.1.C&D&E]",
		Since:  Launch, PerYear: 104,
	},
	{
		Name:    "year_ahead_total_load_forecast",
		Title:   "Year-ahead Total Load Forecast",
		Article: "6.1.E",
		Unit:    "MW",
		Meaning: "Lowest (business type A60) and highest (A61) load expected within each week of the coming year. The last week may reach into the next year.",

		DocumentType: "A65", ProcessType: "A33",
		Variants: single(), Domain: OutBiddingZone, AreaKinds: zonesAndCountries,
		Limit: "P1Y", Grain: MarketYear, Timetable: yearAhead,
		View:   View{Value: "mw", Combine: timeseries.CombineExtremes, Columns: []string{timeseries.BusinessType, timeseries.Resolution}},
		Server: "TOTAL_LOAD_FORECAST [6.1.C&D&E]",
		Since:  Launch, PerYear: 104,
	},
	{
		Name:    "year_ahead_forecast_margin",
		Title:   "Year-ahead Forecast Margin",
		Article: "8.1",
		Unit:    "MW",
		Meaning: "Available generation minus peak load, expected for the coming year. Unsigned: business type A91 is a surplus, A92 a deficit.",

		DocumentType: "A70", ProcessType: "A33",
		Variants: single(), Domain: OutBiddingZone, AreaKinds: zonesAndCountries,
		Limit: "P1Y", Grain: MarketYear, Timetable: yearAhead,
		View:   View{Value: "mw", Columns: []string{timeseries.BusinessType, timeseries.Resolution}},
		Server: "YEAR_AHEAD_FORECAST_MARGIN [8.1]",
		Since:  Launch, PerYear: 1,
	},
}
