package answer

import "entsoed/timeseries"

// Fault is something in an answer that cannot be right, and that is left out.
type Fault struct {
	Key      string            // of the curve, as timeseries.Attributes.Key writes it; empty if that cannot be read
	Span     timeseries.Window // what it makes unreadable; empty of a surplus Point, which has no time of its own
	Reason   string
	Position string // in the answer: "document 3 of 12, line 30, column 9 (byte 1234)"
}
