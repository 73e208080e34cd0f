package simulator

import (
	"strings"

	"entsoed/timeseries"
)

// valuer is the value at an instant in hundredths of its unit.
type valuer func(at int64) int64

// series is one TimeSeries of an answer.
type series struct {
	id       string     // mRID; empty: its number in the answer
	fields   []field    // between mRID and curveType, in the order of the schema
	after    []field    // between curveType and MktPSRType or Period
	psr      string     // psrType; empty: no MktPSRType
	unit     *generator // of 16.1.A: the generation unit
	plant    *plant     // of 14.1.B: the production unit with its generation units
	grid     grid
	spans    []timeseries.Window // its Periods, rising
	quantity valuer              // nil: not sent
	price    valuer              // nil: not sent
	part     part                // which document of the answer it is in
}

// field is one element of a TimeSeries.
type field struct {
	name, value string
	eic         bool // the value is an EIC, with its coding scheme
}

func fields(list string) []string { return strings.Fields(list) }

// Sides of a TimeSeries of load and generation.
const (
	generates = "inBiddingZone_Domain.mRID"
	consumes  = "outBiddingZone_Domain.mRID"
)

// area begins a TimeSeries about an area of GL_MarketDocument, in MW.
func (q *question) area(business, side string, g grid) series {
	return series{
		fields: []field{
			{name: "businessType", value: business},
			{name: "objectAggregation", value: q.aggregation},
			{name: side, value: q.from.EIC, eic: true},
			{name: "quantity_Measure_Unit.name", value: "MAW"},
		},
		grid: g,
	}
}

// market describes a TimeSeries of Publication_MarketDocument. Empty fields
// are not sent.
type market struct {
	auction, category, business string
	in, out                     string // domains; empty: those of the question
	contract, unit, currency    string
	perMWh                      bool
	sequence                    string
}

// market begins a TimeSeries, in the order of elements that the schema demands.
func (q *question) market(m market, g grid) series {
	if m.in == "" {
		m.in, m.out = q.to.EIC, q.from.EIC
	}
	s := series{grid: g}
	add := func(name, value string, eic bool) {
		if value != "" {
			s.fields = append(s.fields, field{name: name, value: value, eic: eic})
		}
	}
	add("auction.type", m.auction, false)
	add("auction.category", m.category, false)
	add("businessType", m.business, false)
	add("in_Domain.mRID", m.in, true)
	add("out_Domain.mRID", m.out, true)
	add("contract_MarketAgreement.type", m.contract, false)
	add("quantity_Measure_Unit.name", m.unit, false)
	add("currency_Unit.name", m.currency, false)
	if m.perMWh {
		add("price_Measure_Unit.name", "MWH", false)
	}
	add("classificationSequence_AttributeInstanceComponent.position", m.sequence, false)
	return s
}
