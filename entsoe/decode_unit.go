package entsoe

import "strings"

// valueUnits are values whose unit has an element of its own, by the last name
// of their path.
var valueUnits = map[string]struct {
	code  pointCode
	field string
}{
	"pTDF_Quantity.quantity":                    {code: codePTDFUnit},
	"marketCoupling_Domain.shadow_Price.amount": {code: codeShadowPriceUnit},
	"energy_Price.amount":                       {field: fieldEnergyPriceUnit},
}

// setUnits sets the unit and currency of an element. Within a Point they stand
// in the element of a constraint, else in the TimeSeries.
func (d *decoder) setUnits(e *Element, v foundValue) {
	kind := d.point.paths[v.path].kind
	own := valueUnits[e.Path[strings.LastIndexByte(e.Path, '/')+1:]]
	switch {
	case own.code != noCode:
		e.Unit = d.intern(d.point.code(v, own.code))
	case own.field != "":
		e.Unit = d.fields[own.field]
	}
	switch {
	case kind == kindQuantity && e.Unit == "" && own.code == noCode:
		e.Unit = d.unit(v, codeQuantityUnit, fieldQuantityUnit)
	case kind == kindPrice && e.Unit == "" && own.code == noCode:
		e.Unit = d.fields[fieldPriceUnit]
	}
	if kind == kindPrice {
		e.Currency = d.unit(v, codeCurrency, fieldCurrency)
	}
}

// unit returns the code of a Point, else the field of the TimeSeries.
func (d *decoder) unit(v foundValue, code pointCode, field string) string {
	if text := d.point.code(v, code); len(text) > 0 {
		return d.intern(text)
	}
	return d.fields[field]
}
