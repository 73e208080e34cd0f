package document

import (
	"bytes"
	"strings"
)

// valuePath is a path below Point that occurs in the document.
type valuePath struct {
	path  string
	kind  valueKind
	code  pointCode // of kindCode
	units unitSource
	plain int32 // of the Period: the element of values that no code tells apart
}

const maxPaths = 256 // below Point, in one document

// value reads one element of a Point beside its position. Its path is that of
// the elements below Point, joined by "/".
func (d *decoder) value(group int32) error {
	parent := d.enter()
	defer d.leave(parent)
	path := d.knownPath()
	if path == noPath && unread[string(d.s.name)] {
		return d.remark(parent)
	}
	text, leaf, err := d.s.leaf()
	switch {
	case err != nil:
		return err
	case leaf:
		return d.leafValue(path, group, text)
	}
	if name := d.path[bytes.LastIndexByte(d.path, '/')+1:]; misplaced(string(name)) {
		return d.s.errorf("a %s where none belongs", name)
	}
	below, err := d.addGroup(group)
	if err != nil {
		return err
	}
	return d.children(func() error { return d.value(below) })
}

// unread are elements in a Point whose numbers are not of its time series. A
// Reason is kept with the TimeSeries; the others describe the network behind a
// constraint.
var unread = map[string]bool{
	"Reason":                            true,
	"AdditionalConstraint_Series":       true,
	"Contingency_Series":                true,
	"Measurements":                      true,
	"Outage_RegisteredResource":         true,
	"Party_MarketParticipant":           true,
	"RemedialAction_RegisteredResource": true,
	"RemedialAction_Series":             true,
}

// remark keeps the Reason of a Point, once for all Points that have the same:
// the platform gives one for long rows of them.
func (d *decoder) remark(parent int) error {
	if parent > 0 || d.details() == nil || string(d.s.name) != "Reason" {
		return d.pass()
	}
	var reason Details
	if err := d.detail(&reason); err != nil || len(reason) == 0 {
		return err
	}
	key := reason[0].Children.First("code") + "\x00" + reason[0].Children.First("text")
	if d.remarks[key] {
		return nil
	}
	if d.remarks == nil {
		d.remarks = map[string]bool{}
	}
	d.remarks[key] = true
	return d.keep(&d.series.Details, Detail{Name: "Point", Children: reason})
}

// leafValue keeps the number of an element of a Point, or its code. An empty
// element is neither, nor is it a quantity or a price: where there is none, the
// platform leaves the element out. Other texts are not read.
func (d *decoder) leafValue(path, group int32, text []byte) (err error) {
	if path == noPath {
		path, err = d.addPath()
	}
	if err != nil {
		return err
	}
	p := &d.point.paths[path]
	switch {
	case len(text) == 0 && (p.kind == kindCode || p.kind == kindUnknown):
		return nil
	case p.kind == kindCode:
		return d.setCode(group, p.code, text)
	}
	number, valid := parseDecimal(text)
	before, twice := d.found(path, group)
	switch {
	case !valid && p.kind == kindUnknown:
		return nil
	case twice && valid && before == number && d.spares():
		return nil
	case twice:
		return d.s.errorf("%s stands twice in a Point", d.path)
	case !valid:
		d.point.found = append(d.point.found, foundValue{path: path, group: group}) // tells of which element it is
		return d.s.errorf("%s %q is no number", d.path, text)
	case len(d.points)+len(d.point.found) >= maxValues:
		return d.s.errorf("a Period with more than %d values", maxValues)
	}
	d.point.found = append(d.point.found, foundValue{path: path, group: group, value: number})
	return nil
}

// found returns the value of the path that the group has already. Values of
// groups in it may stand between.
func (d *decoder) found(path, group int32) (value float64, ok bool) {
	found := d.point.found
	for i := len(found) - 1; i >= 0 && found[i].group >= group; i-- {
		if found[i].group == group && found[i].path == path {
			return found[i].value, true
		}
	}
	return 0, false
}

// noPath is the index of a path that has held no value yet.
const noPath = -1

// knownPath returns the index of the present path. Points list their values in
// one order, so the search begins behind the path that was found last.
func (d *decoder) knownPath() int32 {
	p := &d.point
	for range p.paths {
		if p.last++; int(p.last) >= len(p.paths) {
			p.last = 0
		}
		if p.paths[p.last].path == string(d.path) {
			return p.last
		}
	}
	return noPath
}

// addPath keeps the present path.
func (d *decoder) addPath() (int32, error) {
	p := &d.point
	n := int32(len(p.paths))
	if n == maxPaths || !validText(d.path) {
		return 0, d.s.errorf("%s is one kind of value too many", d.path)
	}
	path := string(d.path)
	kind := kindOf(path)
	code, ok := pointCodes[path]
	if ok {
		kind = kindCode
	}
	units := valueUnits[path[strings.LastIndexByte(path, '/')+1:]]
	p.paths = append(p.paths, valuePath{path: path, kind: kind, code: code, units: units, plain: noElement})
	return n, nil
}

// valueKind says what an element below Point holds, which its name tells.
type valueKind int

const (
	kindUnknown  valueKind = iota // a value if it is a number
	kindQuantity                  // quantity, secondaryQuantity, unavailable_Quantity.quantity
	kindPrice                     // price.amount, imbalance_Price.amount, Financial_Price/amount
	kindCode                      // imbalance_Price.category, PTDF_Domain/mRID: codes, names, texts
)

// codeWords end the names of elements that are no numbers even when they look
// like one, such as the code of a reason or the mRID of a constraint.
var codeWords = map[string]bool{
	"mRID": true, "name": true, "type": true, "code": true, "text": true, "category": true, "direction": true,
	"status": true, "quality": true, "description": true, "timeStamp": true, "date": true, "time": true, "dateTime": true,
	"businessType": true, "psrType": true, "measurementType": true, "unitSymbol": true, "positiveFlowIn": true,
}

func kindOf(path string) valueKind {
	word := path[strings.LastIndexAny(path, "./")+1:]
	switch lower := strings.ToLower(word); {
	case codeWords[word]:
		return kindCode
	case strings.HasSuffix(lower, "quantity"):
		return kindQuantity
	case strings.HasSuffix(lower, "amount"):
		return kindPrice
	}
	return kindUnknown
}

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
