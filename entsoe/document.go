package entsoe

import (
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
	CreatedAt   time.Time         // moment of the answer for time series; zero if absent
	Period      timeseries.Window // of the whole document; zero if absent
	Reasons     []Reason          // of an Acknowledgement_MarketDocument
	Series      int               // number of TimeSeries elements, which the platform's paging counts
}

// Reason is the code and text with which the platform acknowledges a request.
type Reason struct{ Code, Text string }

// Curve is one Period of one TimeSeries, expanded to one value per interval:
// an omitted Point of curve type A03 holds the value before it, up to the end
// of the Period. An interval without a value has no entry.
//
// A Curve and what it refers to is valid only until the next one is visited.
type Curve struct {
	// Attributes of the TimeSeries without item, quantity, unit and currency,
	// which depend on the element (see Element). Resolution is as sent.
	Attributes timeseries.Attributes
	Resolution timeseries.Step
	Period     timeseries.Window
	Elements   []Element // the value elements that occur below Point, in order of appearance
	Values     []Value   // in document order; several elements of one Point follow each other
}

// Element is one kind of value below Point.
type Element struct {
	Path     string // as sent, below Point: "quantity", "price.amount", "Financial_Price/amount"
	Unit     string // MAW, MWH ...; of a price the unit it is per; empty if not sent
	Currency string // empty for quantities
}

// Value is one value of one interval.
type Value struct {
	At      int64 // start of the interval, seconds since 1970-01-01T00:00Z
	Element int   // index into Curve.Elements
	Value   float64
}
