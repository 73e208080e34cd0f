package dbtest

import (
	"entsoed/store/schema"
	"entsoed/timeseries"
)

// EICs of areas that were one.
const (
	GermanyAustria = "10Y1001A1001A63L" // one bidding zone until 2018-09-30
	Austria        = "10YAT-APG------L"
)

// ShapesCatalogue has an item of each shape and of each way to show it.
func ShapesCatalogue() schema.Options {
	opts := BidCatalogue()
	opts.Items = append(opts.Items,
		schema.ItemRow{Name: "balancing", Title: "Balancing", Article: "17.1.F", Unit: "EUR/MWh, MW", Meaning: "What balancing costs."},
		schema.ItemRow{Name: "flow_based", Title: "Flow Based", Article: "11.1.B", Unit: "MW", Meaning: "What a line can carry."},
		schema.ItemRow{Name: "outages", Title: "Outages", Article: "15.1.A", Unit: "MW", Meaning: "What is out."},
		schema.ItemRow{Name: "messages", Title: "Messages", Article: "-", Unit: "-", Meaning: "What is told."})
	opts.Views[1].Continuous = true
	opts.Views = append(opts.Views,
		schema.ViewSpec{Item: "balancing", Value: "value", Fast: true, Best: true, Continuous: true,
			Columns:  []string{"psr_type", "direction", "price_category", "price_direction", "currency"},
			Measures: []schema.ViewColumn{{Name: "price", Path: "activation_Price.amount|price.amount"}, {Name: "offered", Path: "quantity"}}},
		schema.ViewSpec{Item: "bids", Shape: timeseries.ShapeList, Adds: true, Columns: []string{"psr_type", "direction", "status", "price_unit"},
			Values:  []schema.ViewColumn{{Name: "mw", Path: "quantity"}, {Name: "price", Path: "energy_Price.amount"}},
			Details: []schema.ViewColumn{{Name: "bid", Path: "bid"}, {Name: "reason", Path: "reason.code|Reason/code"}, {Name: "provider", Path: "provider_MarketParticipant.mRID"}}},
		schema.ViewSpec{Item: "flow_based", Shape: timeseries.ShapeList, Columns: []string{"constraint"},
			Values: []schema.ViewColumn{{Name: "margin", Path: "old/margin|flow/quantity"}, {Name: "ptdf", Path: "flow/PTDF/quantity/*|old/PTDF/*"}}},
		schema.ViewSpec{Item: "units", Shape: timeseries.ShapeRegister, Columns: []string{"resource", "psr_type"}, Each: "Kind/Unit",
			Values:  []schema.ViewColumn{{Name: "mw", Path: "quantity"}, {Name: "unit_mw", Path: "Kind/Unit/nominalP"}},
			Details: []schema.ViewColumn{{Name: "name", Path: "Resource.name"}, {Name: "unit_code", Path: "Kind/Unit/mRID"}, {Name: "voltage", Path: "Kind/highVoltageLimit"}}},
		schema.ViewSpec{Item: "outages", Shape: timeseries.ShapeDocuments, Value: "available_mw"},
		schema.ViewSpec{Item: "messages", Shape: timeseries.ShapeDocuments},
	)
	opts.Areas = append(opts.Areas,
		schema.AreaRow{EIC: GermanyAustria, Code: "DE_AT_LU", TimeZone: "Europe/Berlin", ValidUntil: "2018-10-01"},
		schema.AreaRow{EIC: Austria, Code: "AT", TimeZone: "Europe/Vienna"})
	opts.Codes = []schema.CodeRow{
		{List: "psrType", Code: "B16", Title: "Solar"}, {List: "direction", Code: "A01", Title: "Up"}, {List: "docStatus", Code: "A06", Title: "Available"},
		{List: "priceCategory", Code: "A04", Title: "Excess balance"}, {List: "priceDirection", Code: "A01", Title: "Expenditure"}, {List: "businessType", Code: "B16", Title: "Not solar"}}
	opts.Lines = []schema.AreaLineRow{
		{Name: "DE_LU", EIC: GermanyAustria, Until: "2018-10-01"}, {Name: "DE_LU", EIC: Germany, From: "2018-10-01"},
		{Name: "AT", EIC: GermanyAustria, Until: "2018-10-01"}, {Name: "AT", EIC: Austria, From: "2018-10-01"}}
	return opts
}
