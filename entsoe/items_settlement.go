package entsoe

import "entsoed/timeseries"

// settlementItems: reserves under contract, activated energy, imbalances and
// what balancing cost, article 17.
var settlementItems = []Item{
	{
		Name:    "contracted_reserves",
		Title:   "Volumes and Prices of Contracted Reserves",
		Article: "17.1.B&C",
		Unit:    "MW and currency/MW per hour",
		Meaning: "Reserves under contract, per length of the agreement: mw at price. Direction A01 is up, A02 down, A03 both at once; price category A06 is an average, A07 a marginal price. Bids of one auction may share everything but their values.",

		DocumentType: "A81", BusinessType: "B95",
		Variants: agreements(), Domain: ControlArea, AreaKinds: schedulingAreas,
		Answers: placeOfSettlement,
		Limit:   "P1M", PageSize: 100, WholeDays: true, Grain: MarketDay, Shape: timeseries.ShapeList, Timetable: reserveAuctions,
		View: View{
			Adds: true,
			Columns: []string{timeseries.ProcessType, timeseries.AgreementType, timeseries.Direction, timeseries.PSRType,
				timeseries.Product, timeseries.PriceCategory, timeseries.Currency},
			Values: []Column{{"mw", "quantity"}, {"price", "procurement_Price.amount"}},
		},
		Server: "AMOUNT_AND_PRICES_PAID_OF_BALANCING_RESERVES_UNDER_CONTRACT_R3 [17.1.B&C]",
		Since:  Launch, PerYear: 50_000,
	},
	{
		Name:    "accepted_aggregated_offers",
		Title:   "Accepted Aggregated Offers (legacy)",
		Article: "17.1.D",
		Unit:    "MW",
		Meaning: "Offers of balancing energy that were accepted, all together, up (direction A01) or down (A02). The platform has retired it in favour of aggregated_balancing_energy_bids.",

		DocumentType: "A82",
		Variants:     single(), Domain: ControlArea, AreaKinds: controlAreas,
		Answers: placeOfSettlement,
		Limit:   "P1Y", Timetable: balancingEnergy,
		View: View{Value: "mw", Columns: []string{
			timeseries.BusinessType, timeseries.Direction, timeseries.PSRType, timeseries.Resolution}},
		Server:  "ACCEPTED_AGGREGATED_OFFERS [17.1.D]",
		Since:   Launch,
		Retired: "2025-12",
	},
	{
		Name:    "activated_balancing_energy",
		Title:   "Activated Balancing Energy (legacy)",
		Article: "17.1.E",
		Unit:    "MWh",
		Meaning: "Balancing energy that was activated, per kind of reserve (business type A95 FCR, A96 aFRR, A97 mFRR, A98 RR), up (direction A01) or down (A02). The platform has retired it in favour of aggregated_balancing_energy_bids.",

		DocumentType: "A83",
		Variants:     single(), Domain: ControlArea, AreaKinds: controlAreas,
		Answers: placeOfSettlement,
		Limit:   "P1Y", Timetable: balancingEnergy,
		View: View{Value: "mwh", Columns: []string{
			timeseries.BusinessType, timeseries.Direction, timeseries.PSRType, timeseries.Resolution}},
		Server:  "ACTIVATED_BALANCING_ENERGY [17.1.E]",
		Since:   Launch,
		Retired: "2026-01",
	},
	{
		Name:    "activated_balancing_energy_prices",
		Title:   "Prices of Activated Balancing Energy",
		Article: "17.1.F",
		Unit:    "currency/MWh (EUR ...)",
		Meaning: "Price of balancing energy that was activated in the interval, per kind of reserve (business type A95 FCR, A96 aFRR, A97 mFRR, A98 RR) and direction (A01 up, A02 down). No value means no activation, never the price before it. In Germany published per control area.",

		DocumentType: "A84",
		Variants: []Variant{
			process("realised", "realised", "A16"),
			process("mfrr_scheduled", "manual frequency restoration reserve, scheduled activation", "A60"),
			process("mfrr_direct", "manual frequency restoration reserve, direct activation", "A61"),
			process("afrr_local", "automatic frequency restoration reserve, local selection", "A68"),
		},
		Domain: ControlArea, AreaKinds: activationAreas,
		Answers: placeOfSettlement,
		Limit:   "P1Y", Timetable: balancingEnergy,
		View: View{Value: "price", Columns: []string{
			timeseries.BusinessType, timeseries.ProcessType, timeseries.Direction, timeseries.Product, timeseries.PSRType,
			timeseries.PriceCategory, timeseries.Currency, timeseries.Resolution}},
		Server: "PRICES_OF_ACTIVATED_BALANCING_ENERGY_R3 [TR 17.1.F, IF aFRR 3.16]",
		Since:  Launch, PerYear: 70_000,
	},
	{
		Name:    "cbmp_afrr_central_selection",
		Title:   "Cross Border Marginal Prices for aFRR Central Selection",
		Article: "IF aFRR 3.16",
		Unit:    "currency/MWh (EUR ...)",
		Meaning: "Marginal price of the aFRR platform (PICASSO) for the area, every four seconds: up (direction A01) and down (A02). No value means no activation, never the price before it.",

		DocumentType: "A84", ProcessType: "A67", BusinessType: "A96",
		Variants: single(Param{standardProduct, "A01"}),
		Domain:   ControlArea, AreaKinds: activationAreas,
		Answers: placeOfSettlement,
		Limit:   "P1D", Timetable: balancingEnergy,
		View: View{Value: "price", Fast: true, Columns: []string{
			timeseries.Direction, timeseries.Product, timeseries.PSRType, timeseries.PriceCategory, timeseries.Currency, timeseries.Resolution}},
		Server: "PRICES_OF_ACTIVATED_BALANCING_ENERGY_R3 [TR 17.1.F, IF aFRR 3.16]",
		Since:  "2022-06-01", PerYear: 8_000_000,
	},
	{
		Name:    "imbalance_prices",
		Title:   "Imbalance Prices",
		Article: "17.1.G",
		Unit:    "currency/MWh (EUR, PLN ...)",
		Meaning: "Price at which imbalances are settled: of a surplus (price category A04, long) and of a deficit (A05, short); one series where both cost the same. Status A01 is intermediate, A02 final, X01 estimated, side by side until the final one comes. Germany publishes under the country (DE), not under DE_LU. Rows with a price_component are parts of the price.",

		DocumentType: "A85",
		Variants:     single(), Domain: ControlArea, AreaKinds: settlementAreas, Areas: []string{"10Y1001A1001A83F"},
		Answers: placeOfSettlement,
		Limit:   "P1Y", Timetable: imbalances,
		View: View{Value: "price", Best: true, Columns: []string{
			timeseries.PriceCategory, timeseries.Status, timeseries.PSRType, timeseries.PriceComponent, timeseries.PriceDirection,
			timeseries.Currency, timeseries.Resolution}},
		Server: "IMBALANCE_PRICES_R3 [17.1.G]",
		Since:  Launch, PerYear: 70_000,
	},
	{
		Name:    "total_imbalance_volumes",
		Title:   "Total Imbalance Volumes",
		Article: "17.1.H",
		Unit:    "MWh (of some areas MW, column unit)",
		Meaning: "Imbalance of an area over the interval, all its balance groups together. Unsigned, the sign is in the direction: A01 (up) or A02 (down), of which one has a value at each instant; some other clients count A01 as positive.",

		DocumentType: "A86", BusinessType: "A19",
		Variants: single(), Domain: ControlArea, AreaKinds: settlementAreas, Areas: []string{"10Y1001A1001A83F"},
		Answers: placeOfSettlement,
		Limit:   "P1Y", Timetable: imbalances,
		OneDirection: true,
		View: View{Value: "mwh", Best: true, Columns: []string{
			timeseries.Direction, timeseries.Status, timeseries.Unit, timeseries.Resolution}},
		Server: "TOTAL_IMBALANCE_VOLUMES_R3 [17.1.H]",
		Since:  Launch, PerYear: 35_000,
	},
	{
		Name:    "financial_expenses_and_income",
		Title:   "Financial Expenses and Income for Balancing",
		Article: "17.1.I",
		Unit:    "currency (EUR, HUF ...)",
		Meaning: "What balancing cost the transmission system operator in the month (price direction A01, expenditure) and what it earned (A02, income), both positive and in local currency.",

		DocumentType: "A87",
		Variants:     single(), Domain: ControlArea, AreaKinds: financialAreas,
		Answers: placeOfSettlement,
		Limit:   "P1Y", Grain: MarketYear, Timetable: balancingFinances,
		View: View{Value: "amount", Combine: timeseries.CombineSum, Columns: []string{
			timeseries.PriceDirection, timeseries.Status, timeseries.Currency, timeseries.Resolution}},
		Server: "FINANCIAL_EXPENSES_AND_INCOME_FOR_BALANCING_R3 [17.1.I]",
		Since:  Launch, PerYear: 24,
	},
	{
		Name:    "cross_border_balancing",
		Title:   "Cross Border Balancing (legacy)",
		Article: "17.1.J",
		Unit:    "MW",
		Meaning: "Balancing energy exchanged from the connecting to the acquiring area: offered (quantity) and activated (secondary_quantity). The platform has retired it in favour of the netted and exchanged volumes.",

		DocumentType: "A88",
		Variants:     single(), Domain: BalancingBorder, AreaKinds: controlAreas,
		Limit: "P1Y", Timetable: balancingEnergy,
		View: View{
			Value:   "value",
			Columns: []string{timeseries.CounterArea, timeseries.Direction, timeseries.BusinessType, timeseries.Currency, timeseries.Resolution},
			Measures: []Column{{"quantity", "quantity"}, {"secondary_quantity", "secondaryQuantity"},
				{"minimum_price", "minimum_Price.amount"}, {"maximum_price", "maximum_Price.amount"}},
		},
		Server:  "CROSS_BORDER_BALANCING [17.1.J]",
		Since:   Launch,
		Retired: "2025-12",
	},
}
