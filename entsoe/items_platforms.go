package entsoe

import "entsoed/timeseries"

// Columns of changes to the availability of bids.
var (
	bidChangeColumns = []string{timeseries.ProcessType, timeseries.BusinessType}
	bidChangeDetails = []Column{
		{"bid", "mRID"},
		{"bid_document", "bidDocument_MarketDocument.mRID"},
		{"bid_document_revision", "bidDocument_MarketDocument.revisionNumber"},
		{"requesting_party", "requestingParty_MarketParticipant.mRID"},
		{"reason", "Reason/code"},
		{"reason_text", "Reason/text"},
	}
)

// platformItems: what the European balancing platforms publish, by their
// implementation frameworks.
var platformItems = []Item{
	{
		Name:    "netted_exchanged_volumes",
		Title:   "Netted and Exchanged Volumes",
		Article: "IFs 3.10, 3.16, 3.17",
		Unit:    "MWh",
		Meaning: "Energy that an area netted or exchanged over a balancing platform, all its borders together, per process. Sent without a sign: which side the area stands on tells export from import; the view has it as flow, and the signed value as net_mwh.",

		DocumentType: "B17",
		Variants:     exchanges(), Domain: BothBalancing, AreaKinds: platformAreas,
		Answers: platformBeside,
		Limit:   "P1Y", Timetable: platformExchanges,
		View: View{Value: "mwh", Balance: true, Fast: true, Columns: []string{
			timeseries.ProcessType, timeseries.Direction, timeseries.Product, timeseries.BusinessType, timeseries.Resolution}},
		Server: "NETTED_AND_EXCHANGED_VOLUMES [IFs 3.10, 3.16, 3.17]",
		Since:  "2021-01-01", PerYear: 35_000,
	},
	{
		Name:    "netted_exchanged_volumes_per_border",
		Title:   "Netted and Exchanged Volumes per Border",
		Article: "IFs 3.10, 3.16, 3.17",
		Unit:    "MWh",
		Meaning: "Balancing energy that crossed a border over a balancing platform, from the connecting area to the acquiring one, per process. Each direction is a feed of its own.",

		DocumentType: "A30",
		Variants:     exchanges(), Domain: BalancingBorder, AreaKinds: platformAreas,
		Limit: "P1Y", Timetable: platformExchanges,
		View: View{Value: "mwh", Fast: true, Columns: []string{
			timeseries.CounterArea, timeseries.ProcessType, timeseries.Product, timeseries.BusinessType, timeseries.Resolution}},
		Server: "NETTED_AND_EXCHANGED_VOLUMES_PER_BORDER [IFs 3.10, 3.16, 3.17]",
		Since:  "2021-01-01", PerYear: 35_000,
	},
	{
		Name:    "elastic_demands",
		Title:   "Elastic Demands",
		Article: "IFs aFRR 3.4 & mFRR 3.4",
		Unit:    "MW and currency/MWh",
		Meaning: "Demand for balancing energy that a transmission system operator takes from a platform only up to a price: mw at price. Direction A01 is up, A02 down.",

		DocumentType: "A37", BusinessType: "B75",
		Variants: []Variant{
			process("mfrr", "manual frequency restoration reserve", "A47"),
			process("afrr", "automatic frequency restoration reserve", "A51"),
		},
		Domain: AcquiringDomain, AreaKinds: schedulingAreas,
		Answers: platformBeside,
		Limit:   "P1M", PageSize: 100, Shape: timeseries.ShapeList, Timetable: balancingBids,
		View:   View{Adds: true, Columns: bidColumns, Values: bidValues, Details: bidDetails},
		Server: "Elastic Demands [IF mFRR 3.4, aFRR 3.5]",
		Since:  "2021-01-01", PerYear: 1_800,
	},
	{
		Name:    "changes_to_bid_availability",
		Title:   "Changes to Bid Availability",
		Article: "IFs mFRR 9.9, aFRR 9.6&9.8",
		Unit:    "none",
		Meaning: "Bids for balancing energy that became unavailable for the interval, or limited, and why: business type C40 is a condition of the bid, C41 to C46 limits of the grid. The rows have no values.",

		DocumentType: "B45", ProcessType: "A47",
		Variants: single(), Domain: PlainDomain, AreaKinds: platformAreas,
		Answers: platformBeside,
		Limit:   "P1M", PageSize: 100, Shape: timeseries.ShapeList, Timetable: balancingBids,
		View:   View{Columns: bidChangeColumns, Details: bidChangeDetails},
		Server: "CHANGES_TO_BID_AVAILABILITY [IFs: mFRR 9.9 aFRR 9.6&9.8]",
		Since:  "2021-01-01", PerYear: 10_000, Keeps: 93,
	},
	{
		Name:    "changes_to_bid_availability_archive",
		Title:   "Changes to Bid Availability archives",
		Article: "IFs mFRR 9.9, aFRR 9.6&9.8",
		Unit:    "none",
		Meaning: "Changes to the availability of bids older than 93 days, as the platform archived them. Asked for by people and backfills only.",

		DocumentType: "B45", ProcessType: "A47",
		Variants: onDemand(single(Param{storageType, archive})), Domain: PlainDomain, AreaKinds: platformAreas,
		Answers: platformBeside,
		Limit:   "P1D", PageSize: 100, WholeDays: true, Grain: MarketDay, Shape: timeseries.ShapeList, Timetable: balancingBids,
		View:   View{Columns: bidChangeColumns, Details: bidChangeDetails},
		Server: "CHANGES_TO_BID_AVAILABILITY [IFs: mFRR 9.9 aFRR 9.6&9.8]",
		Since:  "2021-01-01", PerYear: 10_000, Archives: 93,
	},
	{
		Name:    "balancing_border_capacity_limitations",
		Title:   "Balancing Border Capacity Limitations",
		Article: "IFs 4.3 & 4.4",
		Unit:    "MW",
		Meaning: "Capacity of a border that a balancing platform may use, from the one area to the other, per process.",

		DocumentType: "A31", BusinessType: "A26",
		Variants: platforms(), Domain: Border, AreaKinds: platformAreas,
		Limit: "P1Y", Timetable: platformExchanges,
		View: View{Value: "mw", Columns: []string{
			timeseries.CounterArea, timeseries.ProcessType, timeseries.Resource, timeseries.Resolution}},
		Server: "BALANCING_BORDER_CAPACITY_LIMITATIONS [IFs 4.3&4.4]",
		Since:  "2021-01-01", PerYear: 35_000,
	},
	{
		Name:    "hvdc_permanent_allocation_limitations",
		Title:   "Permanent Allocation Limitations to Cross-border Capacity on HVDC Lines",
		Article: "IFs 4.5",
		Unit:    "MW",
		Meaning: "Largest exchange that a balancing platform may ever use on a direct-current line, from the one area to the other, and since when; until is empty while it holds.",

		DocumentType: "A99", BusinessType: "B06",
		Variants: platforms(), Domain: Border, AreaKinds: platformAreas,
		Limit: "P1Y", Grain: MarketYear, Shape: timeseries.ShapeList, Timetable: standing,
		View: View{
			Columns: []string{timeseries.ProcessType, timeseries.Resource, timeseries.Status},
			Values:  []Column{{"mw", "maximumExchange_Quantity.quantity"}},
			Details: []Column{{"reason", "Reason/code"}, {"reason_text", "Reason/text"}},
		},
		Server: "PERMANENT_ALLOCATION_LIMITATIONS [IFs 4.5]",
		Since:  "2021-01-01", PerYear: 365,
	},
}
