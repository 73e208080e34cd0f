package document

import (
	"encoding/json"
	"strings"
	"time"

	"entsoed/timeseries"
)

// Header is what stands above the TimeSeries of a document.
type Header struct {
	Root        string // local name of the root element, such as GL_MarketDocument
	MRID        string // new in every answer for time series, stable for outages
	Revision    int    // revisionNumber
	Type        string // documentType
	ProcessType string
	Status      string            // docStatus/value
	CreatedAt   time.Time         // moment of the answer for time series, of the revision for outages; zero if absent
	Period      timeseries.Window // of the whole document; zero if absent
	Reasons     []Reason          // of an acknowledgement or an outage; of an outage they follow the TimeSeries
	Series      int               // number of TimeSeries elements, which the platform's paging counts
	Good, Bad   int64             // intervals with values, and TimeSeries without Periods, that were visited so far, and those that Faults made unusable
	Details     Details           // what else stands beside the TimeSeries
}

// Reason is the code and text with which the platform acknowledges a request,
// or a party explains an outage.
type Reason struct{ Code, Text string }

// Detail is an element that is no attribute of a series, with its text or with
// the elements in it.
type Detail struct {
	Name     string // local name, as sent
	Text     string // empty if it has children
	Children Details
}

// Details are elements in the order of the document.
type Details []Detail

// First returns the text of the first element of a path such as
// "Asset_RegisteredResource/mRID", "" if there is none.
func (d Details) First(path string) string {
	name, rest, below := strings.Cut(path, "/")
	for _, detail := range d {
		switch {
		case detail.Name != name:
		case !below:
			return detail.Text
		default:
			if text := detail.Children.First(rest); text != "" {
				return text
			}
		}
	}
	return ""
}

// MarshalJSON writes an object. An element with others in it is an array of
// objects, one for each of its name, however many there are; a text is a
// string, an array of strings if it repeats.
func (d Details) MarshalJSON() ([]byte, error) {
	object := map[string]any{}
	for _, detail := range d {
		before, several := object[detail.Name].([]any)
		switch text, once := object[detail.Name].(string); {
		case once:
			object[detail.Name] = []any{text, detail.value()}
		case several || detail.Children != nil:
			object[detail.Name] = append(before, detail.value())
		default:
			object[detail.Name] = detail.Text
		}
	}
	return json.Marshal(object)
}

func (d Detail) value() any {
	if d.Children != nil {
		return d.Children
	}
	return d.Text
}

// Visitor is called with what a document holds, while it is read. What it is given
// is valid during the call only. A nil function is not called; an error that one
// returns ends the reading.
type Visitor struct {
	Curve      func(Header, *Curve) error      // each Period of each TimeSeries
	TimeSeries func(Header, *TimeSeries) error // each TimeSeries, after its Periods
	Document   func(Header) error              // the document, after all of it, with the Header that is returned

	// Fault is called with what cannot be right, after the Period or TimeSeries
	// that it is in. If it is nil, the first Fault ends the reading instead.
	Fault func(Header, *Fault) error
	// Grow is asked before the decoder takes so many more bytes of memory (fewer, if
	// it is negative, when it ends). It may wait, and its error ends the reading. Nil:
	// nobody counts.
	Grow func(bytes int64) error
	// Brief says that the Details of TimeSeries are not wanted.
	Brief bool
}

// TimeSeries is what a TimeSeries says beside the values of its Periods.
type TimeSeries struct {
	// Attributes are those of its Curves, without the resolution.
	Attributes timeseries.Attributes
	Periods    int
	Details    Details
}

// Curve is one Period of one TimeSeries, expanded to one value per interval:
// an omitted Point of curve type A03 holds the value before it, up to the end
// of the Period. An interval without a value has no entry.
type Curve struct {
	Kind string // of the Period: "Period", "Available_Period", "WindPowerFeedin_Period"
	// Attributes of the TimeSeries without item, quantity, unit and currency,
	// which depend on the element (see Element). Resolution is as sent.
	Attributes timeseries.Attributes
	Resolution timeseries.Step
	Zone       *time.Location // in which calendar steps are counted; UTC of other steps
	Period     timeseries.Window
	Pointless  bool      // the Period has no Points, not even ones without a value
	Elements   []Element // the kinds of values that occur below Point, in order of appearance
	Values     []Value   // in document order; several elements of one Point follow each other
	// Runs stand in place of Values in an Unavailability_MarketDocument, whose
	// Periods can hold years of minutes: a value each with how long it holds.
	Runs []Run
}

// Element is one kind of value below Point.
type Element struct {
	Path     string // as sent, below Point: "quantity", "price.amount", "Financial_Price/amount"
	Unit     string // MAW, MWH ...; of a price the unit it is per; empty if not sent
	Currency string // empty for quantities
	// Attributes are what the Point says of this value alone, such as the
	// category of a price: elements that differ in them are different kinds.
	Attributes timeseries.Attributes
}

// Value is one value of one interval.
type Value struct {
	At      int64 // start of the interval, seconds since 1970-01-01T00:00Z
	Element int   // index into Curve.Elements
	Value   float64
}

// Run is a value and the whole intervals over which it holds.
type Run struct {
	From, To int64 // seconds since 1970-01-01T00:00Z; To is exclusive
	Element  int   // index into Curve.Elements
	Value    float64
}

// Document is a document as a whole, of the kinds that are kept as such:
// outages, fall-backs and market messages.
type Document struct {
	Header
	Parts []Part // its TimeSeries
}

// Part is a TimeSeries of a Document.
type Part struct {
	Attributes timeseries.Attributes
	Details    Details
	// Runs are those of all Periods, rising: MW that are still available, of an
	// offshore grid the wind power fed in. Where a TimeSeries has Periods of
	// both, the latter are in Details.
	Runs []Run
}
