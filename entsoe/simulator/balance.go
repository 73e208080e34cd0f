package simulator

import (
	"time"

	"entsoed/entsoe/simulator/world"
	"entsoed/timeseries"
)

// balance describes a TimeSeries of Balancing_MarketDocument. Empty fields are
// not sent.
type balance struct {
	business              string
	acquiring, connecting string // domains
	agreement             string
	standard, original    string // products
	psr, direction        string
	currency, unit, price string // units of prices and of quantities
}

// balance begins a TimeSeries, in the order of elements that the schema
// demands. The newest schema spells the unit of quantities in another way.
func (q *question) balance(b balance, g world.Grid) series {
	unit := "quantity_Measure_Unit.name"
	if q.namespace == nsBalancing45 {
		unit = "quantity_Measurement_Unit.name"
	}
	s := series{grid: g}
	for _, f := range []field{
		{name: "businessType", value: b.business},
		{name: "acquiring_Domain.mRID", value: b.acquiring, eic: true},
		{name: "connecting_Domain.mRID", value: b.connecting, eic: true},
		{name: "type_MarketAgreement.type", value: b.agreement},
		{name: "standard_MarketProduct.marketProductType", value: b.standard},
		{name: "original_MarketProduct.marketProductType", value: b.original},
		{name: "mktPSRType.psrType", value: b.psr},
		{name: "flowDirection.direction", value: b.direction},
		{name: "currency_Unit.name", value: b.currency},
		{name: unit, value: b.unit},
		{name: "price_Measure_Unit.name", value: b.price},
	} {
		if f.value != "" {
			s.fields = append(s.fields, f)
		}
	}
	return s
}

// directed divides the stretches of a value by its sign: what is above zero
// goes up, what is below goes down, without its sign.
func directed(net world.Hundredths, g world.Grid, spans []timeseries.Window) map[string][]timeseries.Window {
	sides := make(map[string][]timeseries.Window)
	for _, span := range spans {
		for _, run := range runs(net, g, span) {
			side := world.Up
			if net(run.From.Unix()) < 0 {
				side = world.Down
			}
			sides[side] = append(sides[side], run)
		}
	}
	return sides
}

func magnitude(net world.Hundredths) world.Hundredths {
	return func(at int64) int64 { return max(net(at), -net(at)) }
}

// States of what is settled: for the time being, and at last.
const (
	intermediate = "A01"
	final        = "A02"
)

// settled is when an area has settled a month for good.
var settled = world.Rule{Unit: world.Month, Days: 55, Clock: 9 * time.Hour, Spread: 15 * 24 * time.Hour}

// statuses divides Periods by whether they are settled for good.
func (q *question) statuses(spans []timeseries.Window, g world.Grid) map[string][]timeseries.Window {
	until := settled.Until(q.now, q.zone(), q.feed(), g.Seconds)
	parts := make(map[string][]timeseries.Window)
	for _, span := range spans {
		early, late := span, span
		if early.To.After(until) {
			early.To = until
		}
		if late.From.Before(until) {
			late.From = until
		}
		if !early.Empty() {
			parts[final] = append(parts[final], early)
		}
		if !late.Empty() {
			parts[intermediate] = append(parts[intermediate], late)
		}
	}
	return parts
}
