package simulator

import (
	"strconv"
	"strings"

	"entsoed/entsoe/simulator/world"
	"entsoed/timeseries"
)

// measure is a kind of value beyond quantity and price.
type measure struct {
	name   string // element
	group  string // element around it and its notes; empty: none
	value  world.Hundredths
	notes  []field // elements that follow it, such as the category of a price
	digits int     // the value counts 10 to the power of -digits; 0: hundredths
}

// series is one TimeSeries of an answer.
type series struct {
	id        string           // mRID; empty: its number in the answer
	fields    []field          // between mRID and curveType, in the order of the schema
	after     []field          // between curveType and MktPSRType or Period
	psr       string           // psrType; empty: no MktPSRType
	unit      *world.Generator // of 16.1.A: the generation unit
	plant     *world.Plant     // of 14.1.B: the production unit with its generation units
	grid      world.Grid
	spans     []timeseries.Window                      // its Periods, rising
	quantity  world.Hundredths                         // nil: not sent
	price     world.Hundredths                         // nil: not sent
	also      []measure                                // values that follow quantity and price
	inside    func(w *writer, indent string, at int64) // writes what each Point holds instead of values
	end       []field                                  // behind the Periods
	full      bool                                     // curve type A01: no value is left out
	curveless bool                                     // without the element curveType
	part      part                                     // which document of the answer it is in
}

// sixDigits in place of digits: hundredths, written with six decimals as some
// items are.
const sixDigits = -1

// field is one element of a TimeSeries: a value or, without one, elements.
type field struct {
	name, value string
	eic         bool // the value is an EIC, with its coding scheme
	fields      []field
}

// reason is an explanation by code, with a text if there is one.
func reason(code, text string) field {
	f := field{name: "Reason", fields: []field{{name: "code", value: code}}}
	if text != "" {
		f.fields = append(f.fields, field{name: "text", value: text})
	}
	return f
}

func fields(list string) []string { return strings.Fields(list) }

// Sides of a TimeSeries of load and generation.
const (
	generates = "inBiddingZone_Domain.mRID"
	consumes  = "outBiddingZone_Domain.mRID"
)

// area begins a TimeSeries about an area of GL_MarketDocument, in MW.
func (q *question) area(business, side string, g world.Grid) series {
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
func (q *question) market(m market, g world.Grid) series {
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

// column is a kind of value as it is written into each Point.
type column struct {
	open, shut string // before and behind the number
	value      world.Hundredths
	digits     int // see measure
	now, last  int64
}

// columns are the kinds of values of a TimeSeries, in the order of the schema.
func (s *series) columns(l layout) []column {
	var list []column
	add := func(indent string, m measure) {
		c := column{open: indent + "<" + m.name + ">", shut: "</" + m.name + ">\n", value: m.value, digits: m.digits}
		for _, note := range m.notes {
			c.shut += indent + "<" + note.name + ">" + note.value + "</" + note.name + ">\n"
		}
		if m.group != "" {
			c.open = l.leaf + "<" + m.group + ">\n" + c.open
			c.shut += l.leaf + "</" + m.group + ">\n"
		}
		list = append(list, c)
	}
	if s.quantity != nil {
		add(l.leaf, measure{name: "quantity", value: s.quantity})
	}
	if s.price != nil {
		add(l.price, measure{name: "price.amount", value: s.price})
	}
	for _, m := range s.also {
		if m.group != "" {
			add(l.leaf+"  ", m)
		} else {
			add(l.leaf, m)
		}
	}
	return list
}

// series appends the Points of one Period. A Point whose values are those of
// the Point before it is left out, unless every one is wanted.
func (w *writer) series(l layout, s *series, span timeseries.Window, every bool) {
	open := l.point + "<Point>\n" + l.leaf + "<position>"
	shut := l.point + "</Point>\n"
	columns := s.columns(l)
	end := span.To.Unix()
	position := int64(1)
	for at := span.From.Unix(); at < end; at, position = s.grid.Next(at), position+1 {
		changed := every || position == 1
		for i := range columns {
			c := &columns[i]
			c.now = c.value(at)
			changed = changed || c.now != c.last
		}
		w.points++
		if !changed {
			continue
		}
		buf := append(w.buf, open...)
		buf = strconv.AppendInt(buf, position, 10)
		buf = append(buf, "</position>\n"...)
		for i := range columns {
			buf = columns[i].append(buf)
		}
		w.buf = append(buf, shut...)
		if len(w.buf) > writeSize {
			w.flush()
		}
	}
}

// append appends the element of the present value, if there is one.
func (c *column) append(buf []byte) []byte {
	c.last = c.now
	if c.now == world.None {
		return buf
	}
	buf = append(buf, c.open...)
	switch c.digits {
	case 0:
		buf = appendHundredths(buf, c.now)
	case sixDigits:
		buf = appendSix(buf, c.now)
	default:
		buf = appendDecimal(buf, c.now, c.digits)
	}
	return append(buf, c.shut...)
}

// nested appends the Points of one Period that hold more than values.
func (w *writer) nested(l layout, s *series, span timeseries.Window) {
	position := 1
	for at := span.From.Unix(); at < span.To.Unix(); at, position = s.grid.Next(at), position+1 {
		w.points++
		w.text(l.point, "<Point>\n")
		w.element(l.leaf, "position", "", strconv.Itoa(position))
		s.inside(w, l.leaf, at)
		w.text(l.point, "</Point>\n")
	}
}
