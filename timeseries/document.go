package timeseries

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Document is one revision of an outage, a fall-back or a market message.
type Document struct {
	MRID        string
	Revision    int
	Type        string // documentType
	ProcessType string
	Status      string    // docStatus; empty: active
	PublishedAt time.Time // createdDateTime of the revision; zero: not sent
	Period      Window    // From or To is zero where it is open or not sent
	Reasons     []Reason
	Details     json.RawMessage // an object; nil: nothing
	Parts       []Part
}

// Reason is a code and a text.
type Reason struct{ Code, Text string }

// Part is a TimeSeries of a document: a unit, a line, a border.
type Part struct {
	// Attributes as the document says them, not the feed: the same document may
	// come by several feeds. Those with a column are business type, area, counter
	// area, PSR type, resource and generation unit.
	Attributes   Attributes
	Resources    []string // EICs of all its resources, if there are several
	ResourceName string
	UnitName     string // of the generation unit
	Location     string
	NominalMW    float64   // zero: not sent
	Starts, Ends time.Time // zero: not sent
	Reasons      []Reason
	Details      json.RawMessage // an object; nil: nothing
	Runs         []Run           // in any order
}

// Run is how much of the part is available for how long.
type Run struct {
	From, To time.Time
	Value    float64 // MW
}

// JoinRuns returns runs in the order of time, those that follow each other with
// the same value as one: the platform divides them into Periods of several
// resolutions as it likes. What is said twice counts once, also where Periods
// overlap; two values of one time are an error.
func JoinRuns(runs []Run) ([]Run, error) {
	sorted := slices.SortedStableFunc(slices.Values(runs), func(a, b Run) int { return a.From.Compare(b.From) })
	var joined []Run
	for _, r := range sorted {
		last := len(joined) - 1
		switch {
		case !r.From.Before(r.To):
			return nil, fmt.Errorf("its run of %v MW ends at %s, not after its start %s", r.Value, r.To.UTC().Format(time.RFC3339), r.From.UTC().Format(time.RFC3339))
		case last < 0 || r.From.After(joined[last].To) || r.From.Equal(joined[last].To) && r.Value != joined[last].Value:
			joined = append(joined, r)
		case r.Value != joined[last].Value:
			return nil, fmt.Errorf("two values at %s: %v and %v", r.From.UTC().Format(time.RFC3339), joined[last].Value, r.Value)
		case r.To.After(joined[last].To):
			joined[last].To = r.To
		}
	}
	return joined, nil
}
