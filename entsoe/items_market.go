package entsoe

import "entsoed/timeseries"

// marketItems: prices, capacities on offer and what the auctions made of them,
// articles 11 and 12. Of a border A>B the values are those of the direction
// from A to B only; the other direction is a feed of its own.
var marketItems = []Item{
	{
		Name:    "day_ahead_prices",
		Title:   "Energy Prices (day-ahead)",
		Article: "12.1.D",
		Unit:    "currency/MWh (EUR, PLN ...)",
		Meaning: "Price of the day-ahead auction; negative when buyers are paid. Sequence 1, or none, is the coupled market (SDAC), 2 in Germany and Austria the earlier auction of EXAA; since delivery on 2025-10-01 both have quarter hours.",
		Core:    true,

		DocumentType: "A44",
		Variants:     single(Param{contractTypeLower, "A01"}),
		Domain:       BothDomains, AreaKinds: biddingZones,
		Limit: "P1Y", PageSize: 100, WholeDays: true, Grain: MarketDay, MarketTime: true, Timetable: spotPrices,
		View:   View{Value: "price", Columns: []string{timeseries.Currency, timeseries.Sequence, timeseries.Resolution}, Best: true},
		Server: "ENERGY_PRICES [12.1.D]",
		Since:  Launch, PerYear: 35_000,
	},
	{
		Name:    "intraday_auction_prices",
		Title:   "Energy Prices (intraday auctions)",
		Article: "12.1.D",
		Unit:    "currency/MWh (EUR, PLN ...)",
		Meaning: "Prices of the intraday auctions IDA1, IDA2 and IDA3 (sequence 1, 2 and 3), which all sell the same intervals again; IDA3 only those from noon on.",
		Core:    true,

		DocumentType: "A44",
		Variants:     single(Param{contractTypeLower, "A07"}),
		Domain:       BothDomains, AreaKinds: biddingZones,
		Limit: "P1Y", PageSize: 100, WholeDays: true, Grain: MarketDay, MarketTime: true, Timetable: intradayAuctions,
		View:   View{Value: "price", Columns: []string{timeseries.Sequence, timeseries.Currency, timeseries.Resolution}},
		Server: "ENERGY_PRICES [12.1.D]",
		Since:  "2024-06-13", PerYear: 88_000,
	},
	{
		Name:    "total_nominated_capacity",
		Title:   "Total Nominated Capacity",
		Article: "12.1.B",
		Unit:    "MW",
		Meaning: "Capacity that holders of transmission rights have nominated for use from the one area to the other, per length of contract.",

		DocumentType: "A26", BusinessType: "B08",
		Variants: single(), Domain: Border, AreaKinds: borderSides,
		Limit: "P1Y", MarketTime: true, Timetable: nominations,
		View:   View{Value: "mw", Columns: []string{timeseries.CounterArea, timeseries.Contract, timeseries.Resolution}},
		Server: "TOTAL_NOMINATED_CAPACITY [12.1.B]",
		Since:  Launch, PerYear: 26_000,
	},
	{
		Name:    "explicit_offered_transfer_capacity",
		Title:   "Explicit Allocations - Offered Transfer Capacity",
		Article: "11.1.A",
		Unit:    "MW",
		Meaning: "Capacity offered in an explicit auction of transmission rights, per length of contract; sequence and auction category tell the auctions of one period apart.",

		DocumentType: "A31",
		Variants:     explicitContracts("", "", Param{auctionType, "A02"}),
		Domain:       Border, AreaKinds: borderSides,
		Answers: offeredLast,
		Limit:   "P1Y", WholeDays: true, Grain: MarketDay, MarketTime: true, Timetable: contractDay,
		View: View{Value: "mw", Columns: []string{
			timeseries.CounterArea, timeseries.Contract, timeseries.AuctionCategory, timeseries.Sequence, timeseries.Resolution}},
		Server: "OFFERED_TRANSFER_CAPACITIES_EXPLICIT [11.1.A]",
		Since:  Launch, PerYear: 8_800,
	},
	{
		Name:    "implicit_offered_transfer_capacity",
		Title:   "Implicit Allocations - Offered Transfer Capacity",
		Article: "11.1",
		Unit:    "MW",
		Meaning: "Capacity given to an implicit auction, in which energy and capacity are sold together: the day-ahead coupling or the intraday auctions.",

		DocumentType: "A31",
		Variants: []Variant{
			{Name: "day", Title: "day-ahead coupling",
				Params: []Param{{auctionType, "A01"}, {contractType, "A01"}}},
			{Name: "intraday", Title: "intraday auctions",
				Params: []Param{{auctionType, "A01"}, {contractType, "A07"}}, Timetable: contractIntraday},
		},
		Domain: Border, AreaKinds: borderSides,
		Answers: offeredLast,
		Limit:   "P1Y", WholeDays: true, Grain: MarketDay, MarketTime: true, Timetable: contractDay,
		View: View{Value: "mw", Columns: []string{
			timeseries.CounterArea, timeseries.Contract, timeseries.Sequence, timeseries.Resolution}},
		Server: "OFFERED_TRANSFER_CAPACITIES_IMPLICIT [11.1]",
		Since:  Launch, PerYear: 8_800,
	},
	{
		Name:    "continuous_offered_transfer_capacity",
		Title:   "Continuous Allocations - Offered Transfer Capacity (intraday)",
		Article: "11.1",
		Unit:    "MW",
		Meaning: "Capacity left for continuous intraday trading, as last published: after delivery what nobody took.",

		DocumentType: "A31", // answered by documents of type B33
		Variants:     single(Param{auctionType, "A08"}, Param{contractType, "A07"}),
		Domain:       Border, AreaKinds: borderSides,
		Answers: offeredLast,
		Limit:   "P1Y", PageSize: 100, WholeDays: true, Grain: MarketDay, MarketTime: true, Timetable: intradayResults,
		View:   View{Value: "mw", Columns: []string{timeseries.CounterArea, timeseries.Resolution}},
		Server: "OFFERED_TRANSFER_CAPACITIES_CONTINUOUS [11.1]",
		Since:  Launch, PerYear: 8_800,
	},
	{
		Name:    "explicit_use_of_transfer_capacity",
		Title:   "Explicit Allocations - Use of the Transfer Capacity",
		Article: "12.1.A",
		Unit:    "MW and currency/MW per hour",
		Meaning: "What bidders requested in an explicit auction (business type A43), and what was allocated to them and at which price (B05): quantity tells capacity (quantity) from price (price.amount).",

		DocumentType: "A25",
		Variants: append(
			explicitContracts("requested_", "capacity requested, ", Param{businessType, "A43"}),
			explicitContracts("allocated_", "capacity allocated, with its price, ", Param{businessType, "B05"})...),
		Domain: Border, AreaKinds: borderSides,
		Limit: "P1Y", WholeDays: true, Grain: MarketDay, MarketTime: true, Timetable: contractDay,
		View: View{Value: "value", Columns: []string{
			timeseries.CounterArea, timeseries.BusinessType, timeseries.Contract, timeseries.AuctionCategory, timeseries.Sequence,
			timeseries.Quantity, timeseries.Unit, timeseries.Currency, timeseries.Resolution}},
		Server: "EXPLICIT_ALLOCATIONS_USE_OF_TRANSFER_CAPACITY [12.1.A]",
		Since:  Launch, PerYear: 8_800,
	},
	{
		Name:    "explicit_auction_revenue",
		Title:   "Explicit Allocations - Auction Revenue",
		Article: "12.1.A",
		Unit:    "currency (EUR ...)",
		Meaning: "Revenue of an explicit auction for the period of the contract, an amount of money although the platform calls it a price.",

		DocumentType: "A25", BusinessType: "B07",
		Variants: explicitContracts("", ""),
		Domain:   Border, AreaKinds: borderSides,
		Limit: "P1Y", WholeDays: true, Grain: MarketDay, MarketTime: true, Timetable: contractDay,
		View: View{Value: "revenue", Combine: timeseries.CombineSum, Columns: []string{
			timeseries.CounterArea, timeseries.Currency, timeseries.Contract, timeseries.AuctionCategory, timeseries.Sequence, timeseries.Resolution}},
		Server: "EXPLICIT_ALLOCATIONS_REVENUE [12.1.A]",
		Since:  Launch, PerYear: 8_800,
	},
	{
		Name:    "total_capacity_already_allocated",
		Title:   "Total Capacity Already Allocated",
		Article: "12.1.C",
		Unit:    "MW",
		Meaning: "Capacity of the interval that earlier auctions have already sold, known when the auction of the contract's length is held.",

		DocumentType: "A26", BusinessType: "A29",
		Variants: explicitContracts("", ""),
		Domain:   Border, AreaKinds: borderSides,
		Limit: "P1Y", WholeDays: true, Grain: MarketDay, MarketTime: true, Timetable: contractDay,
		View: View{Value: "mw", Columns: []string{
			timeseries.CounterArea, timeseries.Contract, timeseries.AuctionCategory, timeseries.Resolution}},
		Server: "TOTAL_CAPACITY_ALREADY_ALLOCATED [12.1.C]",
		Since:  Launch, PerYear: 8_800,
	},
	{
		Name:    "third_country_transfer_capacities",
		Title:   "Transfer Capacities Allocated with Third Countries (explicit)",
		Article: "12.1.H",
		Unit:    "MW and currency/MW per hour",
		Meaning: "Capacity allocated in explicit auctions at borders with countries outside the European Union, with its price: quantity tells capacity (quantity) from price (price.amount).",

		DocumentType: "A94",
		Variants:     explicitContracts("", "", Param{auctionType, "A02"}),
		Domain:       Border, AreaKinds: borderSides, ThirdOnly: true,
		Limit: "P1Y", WholeDays: true, Grain: MarketDay, MarketTime: true, Timetable: contractDay,
		View: View{Value: "value", Columns: []string{
			timeseries.CounterArea, timeseries.Contract, timeseries.AuctionCategory, timeseries.Sequence,
			timeseries.Quantity, timeseries.Unit, timeseries.Currency, timeseries.Resolution}},
		Server: "TRANSFER_CAPACITIES_ALLOCATED_WITH_THIRD_COUNTRIES_EXPLICIT [12.1.H]",
		Since:  Launch, PerYear: 18_000,
	},
	{
		Name:    "third_country_transfer_capacities_implicit",
		Title:   "Transfer Capacities Allocated with Third Countries (implicit)",
		Article: "12.1.H",
		Unit:    "MW",
		Meaning: "Capacity allocated in implicit auctions at borders with countries outside the European Union. The documentation of 2026 no longer has it.",

		DocumentType: "A94",
		Variants: []Variant{
			{Name: "day", Title: "day-ahead auctions",
				Params: []Param{{auctionType, "A01"}, {contractType, "A01"}}},
			{Name: "intraday", Title: "intraday auctions",
				Params: []Param{{auctionType, "A01"}, {contractType, "A07"}}, Timetable: contractIntraday},
		},
		Domain: Border, AreaKinds: borderSides, ThirdOnly: true,
		Limit: "P1Y", WholeDays: true, Grain: MarketDay, MarketTime: true, Timetable: contractDay,
		View: View{Value: "mw", Columns: []string{
			timeseries.CounterArea, timeseries.Contract, timeseries.Sequence, timeseries.Resolution}},
		Server: "TRANSFER_CAPACITIES_ALLOCATED_WITH_THIRD_COUNTRIES_IMPLICIT [12.1.H]",
		Since:  Launch, PerYear: 8_800,
	},
	{
		Name:    "implicit_auction_net_positions",
		Title:   "Implicit Auction - Net Positions",
		Article: "12.1.E",
		Unit:    "MW",
		Meaning: "Net position of the zone after an implicit auction. Sent without a sign: an export names the zone as the area that energy leaves, an import as the one that it enters; the other side is the literal REGION_CODE-----. The view has it as flow, and the signed value as net_mw.",

		DocumentType: "A25", BusinessType: "B09",
		Variants: []Variant{
			{Name: "day", Title: "day-ahead coupling", Params: []Param{{contractType, "A01"}}},
			{Name: "total", Title: "all auctions together", Params: []Param{{contractType, "A05"}}, Timetable: intradayResults},
			{Name: "intraday", Title: "intraday auctions", Params: []Param{{contractType, "A07"}}, Timetable: intradayResults},
		},
		Domain: BothDomains, AreaKinds: biddingZones,
		Limit: "P1Y", WholeDays: true, Grain: MarketDay, MarketTime: true, Timetable: spotResults,
		View: View{Value: "mw", Balance: true, Columns: []string{
			timeseries.Contract, timeseries.Sequence, timeseries.Resolution}},
		Server: "IMPLICIT_ALLOCATIONS_NET_POSITIONS [12.1.E]",
		Since:  Launch, PerYear: 35_000,
	},
	{
		Name:    "congestion_income",
		Title:   "Implicit and Flow-based Allocations - Congestion Income",
		Article: "12.1.E",
		Unit:    "currency (EUR ...)",
		Meaning: "Income from price differences across the borders of a flow-based zone, or across one border that has an EIC of its own: an amount of money although the platform calls it a price.",

		DocumentType: "A25", BusinessType: "B10",
		Variants: []Variant{
			{Name: "day", Title: "day-ahead coupling", Params: []Param{{contractType, "A01"}}},
			{Name: "intraday", Title: "intraday auctions", Params: []Param{{contractType, "A07"}}, Timetable: intradayResults},
		},
		Domain: BothDomains, AreaKinds: biddingZones,
		Limit: "P1Y", WholeDays: true, Grain: MarketDay, MarketTime: true, Timetable: spotResults,
		View:   View{Value: "income", Combine: timeseries.CombineSum, Columns: []string{timeseries.Currency, timeseries.Contract, timeseries.Resolution}},
		Server: "IMPLICIT_AND_FLOW_BASED_ALLOCATIONS_CONGESTION_INCOME [12.1.E]",
		Since:  Launch, PerYear: 8_800,
	},
}
