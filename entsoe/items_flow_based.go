package entsoe

import "entsoed/timeseries"

// Paths of the values of flow-based domains, in both schemas.
const (
	monitored       = "Constraint_TimeSeries/Monitored_RegisteredResource/"
	monitoredNew    = "Constraint_Series/Monitored_Series/RegisteredResource/"
	flowBasedMargin = "flowBasedStudy_Domain.flowBasedMargin_Quantity.quantity"
	flowBasedPTDF   = "PTDF_Domain/pTDF_Quantity.quantity/*"
)

var flowBasedView = View{
	Columns: []string{timeseries.Constraint, timeseries.Resource, timeseries.UnitName, timeseries.ProcessType},
	Values: []Column{
		{"margin_mw", monitored + flowBasedMargin + "|" + monitoredNew + flowBasedMargin},
		{"ptdf", monitored + flowBasedPTDF + "|" + monitoredNew + flowBasedPTDF},
	},
}

// flowBasedItems: domains of flow-based capacity calculation, article 11.1.B.
var flowBasedItems = []Item{
	{
		Name:    "flow_based_allocations",
		Title:   "Flow Based Allocations",
		Article: "11.1.B",
		Unit:    "MW",
		Meaning: "Domain of a flow-based coupling: per interval one row for each constraint, with the margin that is left on it (margin_mw, MW) and how much of it each zone's net position takes (ptdf, MW per MW of export). The sum of net position times ptdf over all zones may not exceed the margin.",

		DocumentType: "B09", // older answers are of type B11
		Variants:     flowBased(false), Domain: BothDomains, AreaKinds: regions,
		Answers: flowBasedBefore,
		Limit:   "P1D", WholeDays: true, Grain: MarketDay, MarketTime: true, Shape: timeseries.ShapeList, Timetable: flowBasedDay,
		View:   flowBasedView,
		Server: "FLOW_BASED_ALLOCATIONS [11.1.B]",
		Since:  "2015-05-20", PerYear: 90_000,
	},
	{
		Name:    "flow_based_allocations_archive",
		Title:   "Flow Based Allocations archives",
		Article: "11.1.B",
		Unit:    "MW",
		Meaning: "The domains of flow_based_allocations as the platform archived them, a ZIP of documents a day. Asked for by people and backfills only. Whichever process is asked for, an archive may hold others as well.",

		DocumentType: "B09",
		Variants:     flowBased(true, Param{storageTypeFlow, archive}), Domain: BothDomains, AreaKinds: regions,
		Answers: flowBasedBefore,
		Limit:   "P1D", WholeDays: true, Grain: MarketDay, MarketTime: true, Shape: timeseries.ShapeList, Timetable: flowBasedDay,
		View:   flowBasedView,
		Server: "FLOW_BASED_ALLOCATIONS [11.1.B]",
		Since:  "2015-05-20", PerYear: 90_000,
	},
}
