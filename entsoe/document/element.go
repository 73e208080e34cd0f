package document

import (
	"math/bits"

	"entsoed/timeseries"
)

// pointCode is a code below Point that says something of the values beside it
// and of those in elements beside it.
type pointCode int

const (
	noCode pointCode = iota
	codeCategory
	codeDirection
	codePriceDirection
	codePriceComponent
	codeConstraint
	codePTDFArea
	codeResource
	codeName
	codeArea
	codeCounterArea
	codeQuantityUnit
	codePTDFUnit
	codeShadowPriceUnit
	codeCurrency
	codeKinds
)

// codeAttributes are the attributes of elements that come of codes.
var codeAttributes = [codeKinds]string{
	codeCategory:       timeseries.PriceCategory,
	codeDirection:      timeseries.Direction,
	codePriceDirection: timeseries.PriceDirection,
	codePriceComponent: timeseries.PriceComponent,
	codeConstraint:     timeseries.Constraint,
	codePTDFArea:       timeseries.PTDFArea,
	codeResource:       timeseries.Resource,
	codeName:           timeseries.UnitName,
	codeArea:           timeseries.Area,
	codeCounterArea:    timeseries.CounterArea,
}

// Paths of flow-based documents, in schema 1:1 and 2:4.
const (
	oldConstraint = "Constraint_TimeSeries"
	oldMonitored  = oldConstraint + "/Monitored_RegisteredResource"
	newConstraint = "Constraint_Series"
	newMonitored  = newConstraint + "/Monitored_Series/RegisteredResource"
	borderSeries  = "Border_Series"
)

// pointCodes are the codes that are read, by their path below Point.
var pointCodes = map[string]pointCode{
	"imbalance_Price.category":             codeCategory,
	"flowDirection.direction":              codeDirection,
	"Financial_Price/direction":            codePriceDirection,
	"Financial_Price/priceDescriptor.type": codePriceComponent,
	"PTDF_Domain/mRID":                     codePTDFArea,

	oldConstraint + "/mRID":                              codeConstraint,
	oldConstraint + "/name":                              codeName,
	oldConstraint + "/quantity_Measurement_Unit.name":    codeQuantityUnit,
	oldConstraint + "/pTDF_Measurement_Unit.name":        codePTDFUnit,
	oldConstraint + "/shadowPrice_Measurement_Unit.name": codeShadowPriceUnit,
	oldConstraint + "/currency_Unit.name":                codeCurrency,
	oldMonitored + "/mRID":                               codeResource,
	oldMonitored + "/name":                               codeName,
	oldMonitored + "/PTDF_Domain/mRID":                   codePTDFArea,

	newConstraint + "/mRID":                              codeConstraint,
	newConstraint + "/name":                              codeName,
	newConstraint + "/quantity_Measurement_Unit.name":    codeQuantityUnit,
	newConstraint + "/pTDF_Measurement_Unit.name":        codePTDFUnit,
	newConstraint + "/shadowPrice_Measurement_Unit.name": codeShadowPriceUnit,
	newConstraint + "/currency_Unit.name":                codeCurrency,
	newMonitored + "/mRID":                               codeResource,
	newMonitored + "/name":                               codeName,
	newMonitored + "/PTDF_Domain/mRID":                   codePTDFArea,
	borderSeries + "/mRID":                               codeConstraint,
	borderSeries + "/out_Domain.mRID":                    codeArea,
	borderSeries + "/in_Domain.mRID":                     codeCounterArea,
}

// pointGroup is an element of a Point that holds others, with its codes as
// pieces of point.codes.
type pointGroup struct {
	above int32 // index of the group it stands in
	codes [codeKinds]struct{ from, to int32 }
}

const (
	maxGroups   = 300_000  // elements with others in them, of one Point
	maxElements = 300_000  // kinds of values in one Period
	maxCodes    = 16 << 20 // bytes of the codes of one Point
)

func (d *decoder) addGroup(above int32) (int32, error) {
	p := &d.point
	if len(p.groups) == maxGroups {
		return 0, d.s.errorf("a Point with more than %d elements", maxGroups)
	}
	p.groups = append(p.groups, pointGroup{above: above})
	return int32(len(p.groups) - 1), nil
}

// setCode keeps a code of a group.
func (d *decoder) setCode(group int32, code pointCode, text []byte) error {
	p := &d.point
	piece := &p.groups[group].codes[code]
	switch {
	case code == noCode:
		return nil
	case piece.to > 0:
		return d.s.errorf("%s stands twice in a Point", d.path)
	case !validText(text):
		return d.s.errorf("text that is no valid UTF-8")
	case len(p.codes)+len(text) > maxCodes:
		return d.s.errorf("a Point with codes of more than %d bytes", maxCodes)
	}
	piece.from = int32(len(p.codes))
	p.codes = append(p.codes, text...)
	piece.to = int32(len(p.codes))
	p.said |= 1 << code
	return nil
}

// element32 returns the index of the element that a value is of. Values with
// the same path and different codes are of different elements.
func (d *decoder) element32(v foundValue) (element int32, err error) {
	p := &d.point
	path := &p.paths[v.path]
	plain, known := p.said == 0 || !p.setKey(v), false
	if plain {
		element, known = path.plain, path.plain != noElement
	} else {
		element, known = p.elements[string(p.key)]
	}
	if !known {
		if element, err = d.addElement(v); err != nil {
			return 0, err
		}
		p.remember(path, plain, element)
	}
	if p.stamps[element] == p.number {
		return 0, d.s.errorf("%s stands twice in a Point", path.path)
	}
	p.stamps[element] = p.number
	return element, nil
}

// remember keeps the index of an element under the path or key of its values.
func (p *point) remember(path *valuePath, plain bool, element int32) {
	p.stamps = append(p.stamps, 0)
	switch {
	case plain:
		path.plain = element
		return
	case p.elements == nil:
		p.elements = map[string]int32{}
	}
	p.elements[string(p.key)] = element
}

// setKey sets the key of a value: its path and, in their order, the codes that
// say something of it. It reports whether there are any.
func (p *point) setKey(v foundValue) (coded bool) {
	p.key = append(p.key[:0], byte(v.path))
	for codes := p.said; codes != 0; codes &= codes - 1 {
		code := pointCode(bits.TrailingZeros(codes))
		if text := p.code(v, code); len(text) > 0 {
			p.key = append(append(append(p.key, 0, byte(code)), text...), 0)
			coded = true
		}
	}
	return coded
}

// code returns the text of a code that says something of a value: that of the
// innermost group around it.
func (p *point) code(v foundValue, code pointCode) []byte {
	if !p.paths[v.path].takes(code) {
		return nil
	}
	for group := v.group; group >= 0; group = p.groups[group].above {
		if piece := p.groups[group].codes[code]; piece.to > 0 {
			return p.codes[piece.from:piece.to]
		}
	}
	return nil
}

// takes reports whether a code can say something of the values of a path: a
// category and a currency are of prices, units of what is measured in them.
func (p *valuePath) takes(code pointCode) bool {
	switch code {
	case codeCategory, codeCurrency:
		return p.kind == kindPrice
	case codeQuantityUnit:
		return p.kind == kindQuantity && p.units.code == noCode
	case codePTDFUnit, codeShadowPriceUnit:
		return p.units.code == code
	}
	return true
}

// addElement adds the element that a value is of to the curve.
func (d *decoder) addElement(v foundValue) (int32, error) {
	p := &d.point
	n := int32(len(d.curve.Elements))
	if n == maxElements {
		return 0, d.s.errorf("a Period with more than %d kinds of values", maxElements)
	}
	path := &p.paths[v.path]
	e := Element{Path: path.path}
	d.setUnits(&e, v)
	for code, name := range codeAttributes {
		if text := p.code(v, pointCode(code)); len(text) > 0 && name != "" {
			if e.Attributes == nil {
				e.Attributes = timeseries.Attributes{}
			}
			e.Attributes[name] = d.intern(text)
		}
	}
	d.curve.Elements = append(d.curve.Elements, e)
	return n, nil
}

// forget drops the elements of the Period before.
func (p *point) forget() {
	p.number, p.stamps = 0, p.stamps[:0]
	if len(p.elements) > 1000 {
		p.elements = nil // emptying a great map takes its time again and again
	}
	clear(p.elements)
	for i := range p.paths {
		p.paths[i].plain = noElement
	}
}
