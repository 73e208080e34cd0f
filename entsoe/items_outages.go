package entsoe

import "entsoed/timeseries"

// outageItems: unavailability of units, lines and consumption, articles 7, 10
// and 15, and fall-backs of the balancing platforms. Documents are kept in
// every revision; what they tell is the capacity that is left.
var outageItems = []Item{
	{
		Name:    "unavailability_generation_units",
		Title:   "Unavailability of Generation Units",
		Article: "15.1.A&B",
		Unit:    "MW",
		Meaning: "Outages of single generation units, planned (business type A53) or forced (A54): the values are the MW still available, not those lost. Revisions replace each other; status A09 is cancelled, A13 withdrawn, none is active.",

		DocumentType: "A80",
		Variants:     outageVariants(), Domain: BiddingZone, AreaKinds: outageAreas,
		Answers: placeOfOutage,
		Limit:   "P1M", PageSize: 200, Shape: timeseries.ShapeDocuments, Timetable: changes,
		View:   View{Value: "available_mw"},
		Server: "UNAVAILABILITY_OF_PRODUCTION_AND_GENERATION_UNITS [15.1.A, 15.1.B, 15.1.C, 15.1.D]",
		Since:  Launch, PerYear: 5_000,
	},
	{
		Name:    "unavailability_production_units",
		Title:   "Unavailability of Production Units",
		Article: "15.1.C&D",
		Unit:    "MW",
		Meaning: "Outages of whole production units (plants), planned (business type A53) or forced (A54): the values are the MW still available, not those lost. Not to be added to the outages of generation units, which are parts of them.",

		DocumentType: "A77",
		Variants:     outageVariants(), Domain: BiddingZone, AreaKinds: outageAreas,
		Answers: placeOfOutage,
		Limit:   "P1M", PageSize: 200, Shape: timeseries.ShapeDocuments, Timetable: changes,
		View:   View{Value: "available_mw"},
		Server: "UNAVAILABILITY_OF_PRODUCTION_AND_GENERATION_UNITS [15.1.A, 15.1.B, 15.1.C, 15.1.D]",
		Since:  Launch, PerYear: 2_000,
	},
	{
		Name:    "unavailability_transmission",
		Title:   "Unavailability of Transmission Infrastructure (border view)",
		Article: "10.1.A&B",
		Unit:    "MW",
		Meaning: "Outages of lines and other assets that limit a border: the values are the capacity that is left from the one area to the other. The two directions are disjoint sets of documents.",

		DocumentType: "A78",
		Variants:     outageVariants(), Domain: Border, AreaKinds: borderSides,
		Answers: placeOfOutage,
		Limit:   "P1Y", PageSize: 200, Shape: timeseries.ShapeDocuments, Timetable: gridChanges,
		View:   View{Value: "available_mw"},
		Server: "UNAVAILABILITY_IN_TRANSMISSION_GRID [10.1.A, 10.1.B]",
		Since:  Launch, PerYear: 500,
	},
	{
		Name:    "unavailability_transmission_available_capacity",
		Title:   "Unavailability of Transmission - Available Capacity view",
		Article: "10.1.A&B",
		Unit:    "MW",
		Meaning: "Outages of the grid inside a control area: the values are the capacity of the asset that is left.",

		DocumentType: "A78",
		Variants:     outageVariants(), Domain: ControlArea, AreaKinds: controlAreas,
		Answers: bordersOfArea,
		Limit:   "P1Y", PageSize: 200, Shape: timeseries.ShapeDocuments, Timetable: gridChanges,
		View:   View{Value: "available_mw"},
		Server: "UNAVAILABILITY_IN_TRANSMISSION_GRID_AVAILABLE_CAPACITY [10.1.A, 10.1.B]",
		Since:  "2026-01-01", PerYear: 2_000,
	},
	{
		Name:    "unavailability_transmission_net_position_impact",
		Title:   "Unavailability of Transmission - Net Position Impact view",
		Article: "10.1.A&B",
		Unit:    "MW",
		Meaning: "Outages of the grid by what they mean for the net position that an area can reach in a flow-based coupling.",

		DocumentType: "A78",
		Variants:     outageVariants(), Domain: PTDFDomain, AreaKinds: outageAreas,
		Answers: effectElsewhere,
		Limit:   "P1Y", PageSize: 200, Shape: timeseries.ShapeDocuments, Timetable: gridChanges,
		View:   View{Value: "available_mw"},
		Server: "UNAVAILABILITY_IN_TRANSMISSION_GRID_NET_POSITION_IMPACT [10.1.A, 10.1.B]",
		Since:  "2026-01-01", PerYear: 700,
	},
	{
		Name:    "unavailability_offshore_grid",
		Title:   "Unavailability of Offshore Grid Infrastructure",
		Article: "10.1.C",
		Unit:    "MW",
		Meaning: "Outages of the grid that connects wind farms at sea: the values are the wind power that was fed in at the time of the change.",

		DocumentType: "A79",
		Variants:     outageVariants(), Domain: BiddingZone, AreaKinds: outageAreas,
		Answers: placeOfOutage,
		Limit:   "P1Y", PageSize: 200, Shape: timeseries.ShapeDocuments, Timetable: gridChanges,
		View:   View{Value: "available_mw"},
		Server: "UNAVAILABILITY_OF_OFFSHORE_GRID [10.1.C]",
		Since:  Launch, PerYear: 500,
	},
	{
		Name:    "unavailability_consumption_units",
		Title:   "Aggregated Unavailability of Consumption Units",
		Article: "7.1.A&B",
		Unit:    "MW",
		Meaning: "Consumption of an area's large units that is unavailable in the interval, all units together: planned (business type A53) or forced (A54). Unlike in outages of generation, the values are the MW lost.",

		DocumentType: "A76",
		Variants:     single(), Domain: BiddingZone, AreaKinds: outageAreas,
		Answers: placeOfOutage,
		Limit:   "P1Y", Shape: timeseries.ShapeList, Timetable: consumptionOutages,
		View: View{
			Adds:    true,
			Columns: []string{timeseries.BusinessType},
			Values:  []Column{{"mw", "quantity"}}, Details: []Column{{"reason", "Reason/code"}, {"reason_text", "Reason/text"}},
		},
		Server: "AGGREGATED_UNAVAILABILITY_OF_CONSUMPTION_UNITS [7.1.A, 7.1.B]",
		Since:  Launch, PerYear: 1_500,
	},
	{
		Name:    "fall_backs",
		Title:   "Fall-backs",
		Article: "IFs IN 7.2, mFRR 3.11, aFRR 3.10",
		Unit:    "none",
		Meaning: "Times in which an area was not connected to a balancing platform, why (business type C47 disconnection, A53 planned maintenance, A54 unplanned outage, A83 cancelled auction) and with which reason. The documents have no values.",

		DocumentType: "A53",
		Variants:     fallBackVariants(), Domain: BiddingZone, AreaKinds: fallBackAreas,
		Answers: placeOfOutage,
		Limit:   "P1Y", PageSize: 100, Shape: timeseries.ShapeDocuments, Timetable: fallBacks,
		View:   View{},
		Server: "FALL_BACKS_R3 [IFs IN 7.2, mFRR 3.11, aFRR 3.10]",
		Since:  "2021-01-01", PerYear: 30,
	},
}
