package entsoe

import "strings"

// value reads one element of a Point beside its position. Its path is that of
// the elements below Point, joined by "/".
func (d *decoder) value(first int) error {
	parent := len(d.path)
	if parent > 0 {
		d.path = append(d.path, '/')
	}
	d.path = append(d.path, d.s.name...)
	text, leaf, err := d.s.leaf()
	switch {
	case err != nil:
	case leaf:
		err = d.leafValue(first, text)
	default:
		err = d.children(func() error { return d.value(first) })
	}
	d.path = d.path[:parent]
	return err
}

// leafValue keeps the number of an element of a Point. An empty element is no
// value; codes and texts are not read.
func (d *decoder) leafValue(first int, text []byte) error {
	kind := kindQuantity
	element := d.elementAt(len(d.points) - first)
	if element == noElement {
		if kind = kindOf(string(d.path)); kind == kindCode {
			return nil
		}
	}
	number, valid := parseDecimal(text)
	switch {
	case len(text) == 0 || !valid && kind == kindUnknown:
		return nil
	case !valid:
		return d.s.errorf("%s %q is no number", d.path, text)
	case element == noElement:
		var err error
		if element, err = d.addElement(kind); err != nil {
			return err
		}
	}
	for _, v := range d.points[first:] {
		if v.element == int32(element) {
			return d.s.errorf("%s stands twice in a Point", d.path)
		}
	}
	d.points = append(d.points, rawValue{element: int32(element), value: number})
	d.learnText(text, shapeText{element: int32(element)})
	return nil
}

// elementAt returns the index of the element with the present path. It looks
// first where the Points before had it.
func (d *decoder) elementAt(guess int) int {
	elements := d.curve.Elements
	if guess < len(elements) && elements[guess].Path == string(d.path) {
		return guess
	}
	for i := range elements {
		if elements[i].Path == string(d.path) {
			return i
		}
	}
	return noElement
}

func (d *decoder) addElement(kind valueKind) (int, error) {
	n := len(d.curve.Elements)
	if n == maxElements || !validText(d.path) {
		return noElement, d.s.errorf("%s is one kind of value too many", d.path)
	}
	e := Element{Path: d.intern(d.path)}
	switch kind {
	case kindQuantity:
		e.Unit = d.fields[fieldQuantityUnit]
	case kindPrice:
		e.Unit, e.Currency = d.fields[fieldPriceUnit], d.fields[fieldCurrency]
	}
	d.curve.Elements = append(d.curve.Elements, e)
	return n, nil
}

// valueKind says what an element below Point holds, which its name tells.
type valueKind int

const (
	kindUnknown  valueKind = iota // a value if it is a number
	kindQuantity                  // quantity, secondaryQuantity, unavailable_Quantity.quantity
	kindPrice                     // price.amount, imbalance_Price.amount, Financial_Price/amount
	kindCode                      // imbalance_Price.category, Reason/code: codes, names, texts
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
