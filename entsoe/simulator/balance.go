package simulator

import (
	"time"

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
func (q *question) balance(b balance, g grid) series {
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

// Directions of balancing: up, down and both.
const (
	up   = "A01"
	down = "A02"
	both = "A03"
)

// directed divides the stretches of a value by its sign: what is above zero
// goes up, what is below goes down, without its sign.
func directed(net valuer, g grid, spans []timeseries.Window) map[string][]timeseries.Window {
	sides := make(map[string][]timeseries.Window)
	for _, span := range spans {
		for _, run := range runs(net, g, span) {
			side := up
			if net(run.From.Unix()) < 0 {
				side = down
			}
			sides[side] = append(sides[side], run)
		}
	}
	return sides
}

func magnitude(net valuer) valuer {
	return func(at int64) int64 { return max(net(at), -net(at)) }
}

// States of what is settled: for the time being, and at last.
const (
	intermediate = "A01"
	final        = "A02"
)

// settled is when an area has settled a month for good.
var settled = rule{month, 55, 9 * time.Hour, 15 * 24 * time.Hour}

// statuses divides Periods by whether they are settled for good.
func (q *question) statuses(spans []timeseries.Window, g grid) map[string][]timeseries.Window {
	until := settled.until(q.now, q.zone(), q.feed(), g.seconds)
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

// money is a currency and what a euro costs in it.
type money struct {
	code string
	rate float64
}

// money is what the area settles in.
func (p *place) money() money {
	local := map[string]money{"HU": {"HUF", 400}, "PL": {"PLN", 4.27}, "RO": {"RON", 5.05}, "CZ": {"CZK", 24.5}}
	if m, ok := local[p.Code]; ok {
		return m
	}
	return money{"EUR", 1}
}

// quarters is the resolution of balancing: quarter hours, half hours in
// Ireland.
func (w *world) quarters() grid {
	if w.minutes == 30 {
		return minutes(30)
	}
	return minutes(15)
}

// state is the imbalance of an area in MW: positive where generation lacks, so
// that balancing goes up.
func (w *world) state(at int64) float64 {
	own := w.salt ^ salt("balancing state")
	return w.load * (0.012*wave(at, 3*hour, own) + 0.010*wave(at, hour/3, own+1) + 0.004*wave(at, 180, own+2))
}
