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
	Status      string    // docStatus; empty: active
	PublishedAt time.Time // createdDateTime of the revision
	Period      timeseries.Window
	Reasons     []DocumentReason
	Details     json.RawMessage // an object; nil: nothing
	Parts       []DocumentPart
}

// DocumentReason is a code and a text.
type DocumentReason struct{ Code, Text string }

// DocumentPart is a TimeSeries of a document: a unit, a line, a border.
type DocumentPart struct {
	Attributes timeseries.Attributes
	Details    json.RawMessage
	Runs       []DocumentRun // rising in time
}

// DocumentRun is how much of the part is available for how long.
type DocumentRun struct {
	From, To time.Time
	Value    float64 // MW
}

// MissingRevisions says that a document is stored, but not all revisions
// before it.
type MissingRevisions struct {
	MRID   string
	Period timeseries.Window // of the latest revision
}
