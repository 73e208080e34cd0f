package store

import (
	"encoding/json"
	"time"

	"entsoed/timeseries"
)

// Document is one revision of an outage, a fall-back or a market message.
type Document struct {
	MRID        string
	Revision    int
	Type        string // documentType
	ProcessType string
	Status      string            // docStatus; empty: active
	PublishedAt time.Time         // createdDateTime of the revision; zero: not sent
	Period      timeseries.Window // From or To is zero where it is open or not sent
	Reasons     []DocumentReason
	Details     json.RawMessage // an object; nil: nothing
	Parts       []DocumentPart
}

// DocumentReason is a code and a text.
type DocumentReason struct{ Code, Text string }

// DocumentPart is a TimeSeries of a document: a unit, a line, a border.
type DocumentPart struct {
	// Attributes as the document says them, not the feed: the same document may
	// come by several feeds. Those with a column are business type, area, counter
	// area, PSR type, resource and generation unit.
	Attributes   timeseries.Attributes
	Resources    []string // EICs of all its resources, if there are several
	ResourceName string
	UnitName     string // of the generation unit
	Location     string
	NominalMW    float64   // zero: not sent
	Starts, Ends time.Time // zero: not sent
	Reasons      []DocumentReason
	Details      json.RawMessage // an object; nil: nothing
	Runs         []DocumentRun   // in any order
}

// DocumentRun is how much of the part is available for how long.
type DocumentRun struct {
	From, To time.Time
	Value    float64 // MW
}

// MissingRevisions says that a document is stored, but not all revisions
// before it.
type MissingRevisions struct {
	MRID     string
	Revision int               // the latest that is stored
	Period   timeseries.Window // of the latest revision; never empty
}
