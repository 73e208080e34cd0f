package entsoe

import "entsoed/timeseries"

// Columns for the types of production, by their codes.
var (
	productionColumns = []Column{
		{"biomass", "B01"}, {"brown_coal", "B02"}, {"coal_gas", "B03"}, {"gas", "B04"}, {"hard_coal", "B05"}, {"oil", "B06"}, {"oil_shale", "B07"}, {"peat", "B08"},
		{"geothermal", "B09"}, {"pumped_storage", "B10"}, {"run_of_river", "B11"}, {"reservoir", "B12"}, {"marine", "B13"}, {"nuclear", "B14"},
		{"other_renewable", "B15"}, {"solar", "B16"}, {"waste", "B17"}, {"wind_offshore", "B18"}, {"wind_onshore", "B19"}, {"other", "B20"}, {"energy_storage", "B25"},
	}
	windSolarColumns = []Column{{"solar", "B16"}, {"wind_offshore", "B18"}, {"wind_onshore", "B19"}}
)

// generationItems: capacity, forecasts and output of generation, articles 14
// and 16. Series with side "in" are generation, those with side "out" what the
// same plants consume, such as pumping; their values are positive both.
var generationItems = []Item{
	{
		Name:    "installed_capacity_per_production_type",
		Title:   "Installed Capacity per Production Type",
		Article: "14.1.A",
		Unit:    "MW",
		Meaning: "Net generation capacity installed at the start of the year, of all units from 1 MW on, per type of production.",
		Core:    true,

		DocumentType: "A68", ProcessType: "A33",
		Variants: single(), Domain: InDomain, AreaKinds: zonesAndCountries,
		Limit: "P1Y", Grain: MarketYear, Finer: productionTypes, Timetable: installedCapacity,
		View:   View{Value: "mw", Wide: productionColumns, Columns: []string{timeseries.PSRType, timeseries.Resolution}},
		Server: "INSTALLED_GENERATION_CAPACITY_AGGREGATED [14.1.A]",
		Since:  Launch, PerYear: 15,
	},
	{
		Name:    "installed_capacity_per_production_unit",
		Title:   "Installed Capacity per Production Unit",
		Article: "14.1.B",
		Unit:    "MW",
		Meaning: "Net generation capacity of each production unit of 100 MW or more in the year. Not the whole fleet: see the capacity per production type.",

		DocumentType: "A71", ProcessType: "A33",
		Variants: single(), Domain: InDomain, AreaKinds: zonesAndCountries,
		Grain: MarketYear, Finer: productionTypes, Timetable: installedCapacity,
		View: View{Value: "mw", Columns: []string{
			timeseries.Resource, timeseries.UnitName, timeseries.PSRType, timeseries.Resolution}},
		Server: "INSTALLED_GENERATION_CAPACITY_PER_UNIT [NONE]",
		Since:  Launch, PerYear: 50,
	},
	{
		Name:    "generation_forecast_day_ahead",
		Title:   "Generation Forecast - Day ahead",
		Article: "14.1.C",
		Unit:    "MW",
		Meaning: "Total generation scheduled for the interval (side in) and, where the platform has it, total consumption of storage (side out), published on the day before.",
		Core:    true,

		DocumentType: "A71", ProcessType: "A01",
		Variants: single(), Domain: InDomain, AreaKinds: zonesAndCountries,
		Answers: consumptionToo,
		Limit:   "P1Y", Timetable: generationDayAhead,
		View:   View{Value: "mw", Columns: []string{timeseries.Side, timeseries.Resolution}},
		Server: "DAY_AHEAD_AGGREGATED_GENERATION [14.1.C]",
		Since:  Launch, PerYear: 50_000,
	},
	{
		Name:    "wind_solar_forecast_day_ahead",
		Title:   "Generation Forecasts for Wind and Solar - Day-ahead",
		Article: "14.1.D",
		Unit:    "MW",
		Meaning: "Generation from solar (PSR type B16), wind offshore (B18) and wind onshore (B19) expected for the interval, published at 18:00 on the day before.",
		Core:    true,

		DocumentType: "A69", ProcessType: "A01",
		Variants: single(), Domain: InDomain, AreaKinds: zonesAndCountries,
		Limit: "P1Y", Finer: productionTypes, Timetable: generationDayAhead,
		View:   View{Value: "mw", Wide: windSolarColumns, Columns: []string{timeseries.PSRType, timeseries.Resolution}},
		Server: "DAY_AHEAD_GENERATION_FORECAST_WIND_AND_SOLAR [14.1.D]",
		Since:  Launch, PerYear: 105_000,
	},
	{
		Name:    "wind_solar_forecast_intraday",
		Title:   "Generation Forecasts for Wind and Solar - Intraday",
		Article: "14.1.D",
		Unit:    "MW",
		Meaning: "Generation from solar (PSR type B16), wind offshore (B18) and wind onshore (B19) expected for the interval, published at 08:00 on the day of delivery.",
		Core:    true,

		DocumentType: "A69", ProcessType: "A40",
		Variants: single(), Domain: InDomain, AreaKinds: zonesAndCountries,
		Limit: "P1Y", Finer: productionTypes, Timetable: windSolarIntraday,
		View:   View{Value: "mw", Wide: windSolarColumns, Columns: []string{timeseries.PSRType, timeseries.Resolution}},
		Server: "INTRADAY_GENERATION_FORECAST_WIND_AND_SOLAR [14.1.D]",
		Since:  Launch, PerYear: 105_000,
	},
	{
		Name:    "wind_solar_forecast_current",
		Title:   "Generation Forecasts for Wind and Solar - Current (latest)",
		Article: "14.1.D",
		Unit:    "MW",
		Meaning: "Generation from solar (PSR type B16), wind offshore (B18) and wind onshore (B19) by the latest forecast, which the platform overwrites until delivery; the history keeps those that were read.",
		Core:    true,

		DocumentType: "A69", ProcessType: "A18",
		Variants: single(), Domain: InDomain, AreaKinds: zonesAndCountries,
		Limit: "P1Y", Finer: productionTypes, Timetable: windSolarCurrent,
		View:   View{Value: "mw", Wide: windSolarColumns, Columns: []string{timeseries.PSRType, timeseries.Resolution}},
		Server: "CURRENT_GENERATION_FORECAST_WIND_AND_SOLAR [14.1.D]",
		Since:  Launch, PerYear: 105_000,
	},
	{
		Name:    "actual_generation_per_generation_unit",
		Title:   "Actual Generation per Generation Unit",
		Article: "16.1.A",
		Unit:    "MW",
		Meaning: "Average net output (side in) or consumption (side out) of each generation unit of 100 MW or more. Names are not unique: resource is the EIC of the production unit, generation_unit that of the unit in it.",

		DocumentType: "A73", ProcessType: "A16",
		Variants: single(), Domain: InDomain, AreaKinds: controlAreas,
		Answers: consumptionToo,
		Limit:   "P1D", Finer: productionTypes, Timetable: generationPerUnit,
		View: View{Value: "mw", Columns: []string{
			timeseries.Side, timeseries.Resource, timeseries.GenerationUnit, timeseries.UnitName, timeseries.PSRType, timeseries.Resolution}},
		Server: "ACTUAL_GENERATION_OUTPUT_PER_UNIT_R3 [16.1.A]",
		Since:  Launch, PerYear: 700_000,
	},
	{
		Name:    "actual_generation_per_production_type",
		Title:   "Actual Generation per Production Type",
		Article: "16.1.B&C",
		Unit:    "MW",
		Meaning: "Average net generation (side in) and own consumption (side out, such as pumping) per type of production. Both are positive: subtract to net them, never add.",
		Core:    true,

		DocumentType: "A75", ProcessType: "A16",
		Variants: single(), Domain: InDomain, AreaKinds: zonesAndCountries,
		Answers: consumptionToo,
		Limit:   "P1Y", Finer: productionTypes, Timetable: realised,
		View:   View{Value: "mw", Wide: productionColumns, Columns: []string{timeseries.PSRType, timeseries.Side, timeseries.Resolution}},
		Server: "AGGREGATED_GENERATION_PER_TYPE [16.1.B&C]",
		Since:  Launch, PerYear: 500_000,
	},
	{
		Name:    "actual_wind_solar_generation",
		Title:   "Actual Wind and Solar Generation",
		Article: "16.1.C",
		Unit:    "MW",
		Meaning: "Average net generation from solar (PSR type B16), wind offshore (B18) and wind onshore (B19): the same values as in the generation per production type.",

		DocumentType: "A74", ProcessType: "A16",
		Variants: single(), Domain: InDomain, AreaKinds: zonesAndCountries,
		Answers: consumptionToo,
		Limit:   "P1Y", Finer: productionTypes, Timetable: realised,
		View:   View{Value: "mw", Wide: windSolarColumns, Columns: []string{timeseries.PSRType, timeseries.Side, timeseries.Resolution}},
		Server: "ACTUAL_WIND_AND_SOLAR_GENERATION [16.1.C]",
		Since:  Launch, PerYear: 105_000,
	},
	{
		Name:    "water_reservoirs_hydro_storage",
		Title:   "Water Reservoirs and Hydro Storage Plants",
		Article: "16.1.D",
		Unit:    "MWh",
		Meaning: "Energy stored in all reservoirs and storage plants of the area, the average of the week from Monday to Monday.",

		DocumentType: "A72", ProcessType: "A16",
		Variants: single(), Domain: InDomain, AreaKinds: zonesAndCountries,
		Limit: "P1Y", Grain: MarketWeek, Timetable: reservoirs,
		View:   View{Value: "mwh", Combine: timeseries.CombineLast, Columns: []string{timeseries.Resolution}},
		Server: "WATER_RESERVOIRS_AND_HYDRO_STORAGE_PLANTS [16.1.D]",
		Since:  Launch, PerYear: 52,
	},
}
