package entsoe

import "entsoed/timeseries"

// Paths of the generation units of a production unit.
const generatingUnit = "MktPSRType/GeneratingUnit_PowerSystemResources"

// masterItems: the register of units, and market messages.
var masterItems = []Item{
	{
		Name:    "production_and_generation_units",
		Title:   "Production and Generation Units",
		Article: "-",
		Unit:    "MW",
		Meaning: "Register of an area's production units and of the generation units in them, as it stood on the day that was asked for: one row for each generation unit. mw is the nominal power of the plant and repeats with each of its units, unit_mw that of the unit; value can be summed.",

		DocumentType: "A95", BusinessType: "B11",
		Variants: []Variant{{Axis: Date}}, Domain: BiddingZone, AreaKinds: outageAreas,
		Answers: placeOfUnits,
		Limit:   "P1D", WholeDays: true, Grain: MarketDay, Shape: timeseries.ShapeRegister, Timetable: register,
		View: View{
			Columns: []string{timeseries.Resource, timeseries.PSRType, timeseries.BusinessType},
			Values: []Column{
				{"mw", "MktPSRType/nominalIP_PowerSystemResources.nominalP"},
				{"unit_mw", generatingUnit + "/nominalP"},
			},
			Details: []Column{
				{"unit_name", "unit_name"}, // of the row: two plants can have one EIC
				{"generation_unit", generatingUnit + "/mRID"},
				{"generation_unit_name", generatingUnit + "/name"},
				{"generation_unit_psr_type", generatingUnit + "/generatingUnit_PSRType.psrType"},
				{"location", "registeredResource.location.name"},
				{"control_area", "ControlArea_Domain/mRID"},
				{"provider", "Provider_MarketParticipant/mRID"},
				{"voltage_kv", "MktPSRType/production_PowerSystemResources.highVoltageLimit"},
				{"implemented_on", "implementation_DateAndOrTime.date"},
			},
			Each: generatingUnit,
		},
		Server: "PRODUCTION_AND_GENERATION_UNITS [NONE]",
		Since:  Launch, PerYear: 90,
	},
	{
		Name:    "other_market_information",
		Title:   "Other Market Information",
		Article: "-",
		Unit:    "none",
		Meaning: "Messages to the market that no other data item has a place for, as texts with the time for which they hold. Status A05 is active, A09 cancelled, A13 withdrawn.",

		DocumentType: "B47",
		Variants:     outageVariants(), Domain: ControlArea, AreaKinds: schedulingAreas,
		Answers: placeOfOutage,
		Limit:   "P1Y", PageSize: 200, Shape: timeseries.ShapeDocuments, Timetable: gridChanges,
		View:   View{},
		Server: "OTHER_MARKET_INFORMATION [OMI]",
		Since:  "2024-09-01", PerYear: 700,
	},
}
