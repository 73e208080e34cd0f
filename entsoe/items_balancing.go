package entsoe

import "entsoed/timeseries"

// Columns of single bids.
var (
	bidColumns = []string{timeseries.ProcessType, timeseries.Direction, timeseries.Product, timeseries.PSRType,
		timeseries.Currency}
	bidValues  = []Column{{"mw", "quantity.quantity"}, {"price", "energy_Price.amount"}}
	bidDetails = []Column{
		{"auction", "auction.mRID"},
		{"divisible", "divisible"},
		{"linked_bids", "linkedBidsIdentification"},
		{"exclusive_bids", "exclusiveBidsIdentification"},
		{"multipart_bid", "multipartBidIdentification"},
		{"block_bid", "blockBid"},
		{"bid_status", "status/value|status"},
	}
)

// balancingItems: the state of balancing, bids and reserves, article 12.3 of
// the guideline on electricity balancing.
var balancingItems = []Item{
	{
		Name:    "current_balancing_state",
		Title:   "Current Balancing State (Area Control Error)",
		Article: "12.3.A GL EB",
		Unit:    "MW",
		Meaning: "Area control error: by how much the exchange of the area is off its schedule, minute by minute. Unsigned, the sign is in the direction: A01 (up) or A02 (down), of which one has a value at each instant.",

		DocumentType: "A86", BusinessType: "B33",
		Variants: single(), Domain: AreaDomain, AreaKinds: schedulingAreas,
		Answers: placeOfSettlement,
		Limit:   "P100D", Timetable: balancingState,
		OneDirection: true,
		View:         View{Value: "mw", Columns: []string{timeseries.Direction, timeseries.Resolution}},
		Server:       "CURRENT_BALANCING_STATE [GL EB 12.3.A]",
		Since:        "2019-12-01", PerYear: 525_000,
	},
	{
		Name:    "balancing_energy_bids",
		Title:   "Balancing Energy Bids",
		Article: "12.3.B&C GL EB",
		Unit:    "MW and currency/MWh",
		Meaning: "Single bids for balancing energy, offered in the interval: mw at price. Direction A01 is up, A02 down. Bids have no stable name: a list of rows that may be equal in everything, of which the platform keeps 93 days (see the archive).",

		DocumentType: "A37", BusinessType: "B74",
		Variants: restoration(), Domain: ConnectingDomain, AreaKinds: schedulingAreas,
		Answers: platformBeside,
		Limit:   "PT1H", PageSize: 100, Grain: MarketDay, Shape: timeseries.ShapeList, Timetable: balancingBids,
		View:   View{Adds: true, Columns: bidColumns, Values: bidValues, Details: bidDetails},
		Server: "BALANCING_ENERGY_BIDS_R3 [GL EB 12.3.B&C]",
		Since:  "2021-01-01", PerYear: 260_000, Keeps: 93,
	},
	{
		Name:    "balancing_energy_bids_archive",
		Title:   "Balancing Energy Bids archives",
		Article: "12.3.B&C GL EB",
		Unit:    "MW and currency/MWh",
		Meaning: "Bids older than 93 days, as the platform archived them. Asked for by people and backfills only.",

		DocumentType: "A37", BusinessType: "B74",
		Variants: onDemand(restoration(Param{storageType, archive})), Domain: ConnectingDomain, AreaKinds: schedulingAreas,
		Answers: platformBeside,
		Limit:   "P1D", PageSize: 100, WholeDays: true, Grain: MarketDay, Shape: timeseries.ShapeList, Timetable: balancingBids,
		View:   View{Adds: true, Columns: bidColumns, Values: bidValues, Details: bidDetails},
		Server: "BALANCING_ENERGY_BIDS_R3 [GL EB 12.3.B&C]",
		Since:  "2021-01-01", PerYear: 260_000, Archives: 93,
	},
	{
		Name:    "aggregated_balancing_energy_bids",
		Title:   "Aggregated Balancing Energy Bids",
		Article: "12.3.E GL EB",
		Unit:    "MW",
		Meaning: "All bids of an area together, per process and product: what was offered, what of it was activated and what was unavailable (measure). Direction A01 is up, A02 down; both are positive.",

		DocumentType: "A24",
		Variants: append(restoration(),
			process("mfrr_scheduled", "manual frequency restoration reserve, scheduled activation", "A60"),
			process("mfrr_direct", "manual frequency restoration reserve, direct activation", "A61"),
			process("afrr_central", "automatic frequency restoration reserve, central selection", "A67"),
			process("afrr_local", "automatic frequency restoration reserve, local selection", "A68"),
		),
		Domain: AreaDomain, AreaKinds: schedulingAreas,
		Answers: placeOfSettlement,
		Limit:   "P1Y", Timetable: balancingEnergy,
		View: View{
			Value:   "mw",
			Columns: []string{timeseries.ProcessType, timeseries.Direction, timeseries.Product, timeseries.Resolution},
			Measures: []Column{
				{"offered", "quantity"}, {"activated", "secondaryQuantity"}, {"unavailable", "unavailable_Quantity.quantity"}},
		},
		Server: "AGGREGATED_BALANCING_ENERGY_BIDS_R3 [GL EB 12.3.E]",
		Since:  "2020-01-01", PerYear: 210_000,
	},
	{
		Name:    "procured_balancing_capacity",
		Title:   "Procured Balancing Capacity",
		Article: "12.3.F GL EB",
		Unit:    "MW and currency/MW",
		Meaning: "Single bids for balancing capacity that won their auction: mw at price, for the whole of their Period. Their resolution is a formality: a bid of four hours comes as one point of 15 minutes that holds to the end. decided_at is when the auction was decided.",

		DocumentType: "A15",
		Variants:     reserves(), Domain: AreaDomain, AreaKinds: schedulingAreas,
		Answers: placeOfSettlement,
		Limit:   "P1Y", PageSize: 100, WholeDays: true, Grain: MarketYear, Shape: timeseries.ShapeList, Timetable: reserveAuctions,
		View: View{
			Adds: true,
			Columns: []string{timeseries.ProcessType, timeseries.Direction, timeseries.Product, timeseries.PSRType,
				timeseries.AgreementType, timeseries.BusinessType, timeseries.Currency},
			Values:  []Column{{"mw", "quantity"}, {"price", "procurement_Price.amount"}},
			Details: []Column{{"decided_at", "decided_at"}},
		},
		Server: "PROCURED_BALANCING_CAPACITY_R3 [GL EB 12.3.F]",
		Since:  "2020-01-01", PerYear: 300_000,
	},
	{
		Name:    "cross_zonal_balancing_capacity",
		Title:   "Allocation and Use of Cross-zonal Balancing Capacity",
		Article: "12.3.H&I GL EB",
		Unit:    "MW and currency",
		Meaning: "Capacity of a border that was set aside for reserves, and what became of it: business type C19 is allocated, B96 used, A41 released, A48 the difference of the capacity's market values, B97 the estimated cost. quantity tells capacity (quantity) from prices (procurement_Price.amount).",

		DocumentType: "A38",
		Variants:     reserves(), Domain: BalancingBorder, AreaKinds: biddingZones,
		Limit: "P1Y", Grain: MarketDay, Timetable: crossZonalUse,
		View: View{
			Value: "value",
			Columns: []string{timeseries.CounterArea, timeseries.ProcessType, timeseries.BusinessType, timeseries.AgreementType,
				timeseries.Direction, timeseries.Currency, timeseries.Resolution},
			Measures: []Column{{"mw", "quantity"}, {"price", "procurement_Price.amount"}},
		},
		Server: "ALLOCATION_AND_USE_CROSS_ZONAL_CAPACITY [GL EB 12.3.H&I]",
		Since:  "2020-01-01", PerYear: 44_000,
	},
}
