package document

// unitSource is where the unit of a value stands that is not in the element of
// all quantities or prices: a code of its Point or a field of the TimeSeries.
type unitSource struct {
	code  pointCode
	field string
}

// valueUnits are values whose unit has an element of its own, by the last name
// of their path.
var valueUnits = map[string]unitSource{
	"pTDF_Quantity.quantity":                    {code: codePTDFUnit},
	"marketCoupling_Domain.shadow_Price.amount": {code: codeShadowPriceUnit},
	"energy_Price.amount":                       {field: fieldEnergyPriceUnit},
}

// setUnits sets the unit and currency of an element. Within a Point they stand
// in the element of a constraint, else in the TimeSeries.
func (d *decoder) setUnits(e *Element, v foundValue) {
	path := &d.point.paths[v.path]
	switch {
	case path.units.code != noCode:
		e.Unit = d.unit(v, path.units.code, "")
	case path.kind == kindQuantity:
		e.Unit = d.unit(v, codeQuantityUnit, fieldQuantityUnit)
	case path.kind == kindPrice:
		e.Unit = first(d.fields, []string{path.units.field, fieldPriceUnit})
	}
	if path.kind == kindPrice {
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
