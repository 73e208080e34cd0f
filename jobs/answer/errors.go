package answer

import (
	"fmt"
	"strings"
	"time"

	"entsoed/timeseries"
)

// WrongError says that an answer does not answer the question.
type WrongError struct {
	Asked, Period timeseries.Window
	Key           string
	Reason        string // if it is not the Period that is wrong
}

func (e *WrongError) Error() string {
	if e.Reason != "" {
		return short(fmt.Sprintf("the answer to %s is none: %s", e.Asked, e.Reason))
	}
	return short(fmt.Sprintf("the answer to %s has the Period %s of %s", e.Asked, e.Period, e.Key))
}

// short cuts what an error repeats of an answer, such as a type of 50 KB, for it goes
// into the log and several tables.
func short(text string) string {
	const longest = 500 // bytes
	if len(text) <= longest {
		return text
	}
	return strings.ToValidUTF8(text[:longest], "") + "…"
}

// UnknownError says that a document can be read but not understood.
type UnknownError struct{ Reason string }

func (e *UnknownError) Error() string { return short(e.Reason) }

// DoubleError says that one answer gives two values for one instant of one
// series.
type DoubleError struct {
	Key  string
	At   time.Time
	A, B float64
}

func (e *DoubleError) Error() string {
	return fmt.Sprintf("two values at %s of %s: %v and %v", e.At.Format(time.RFC3339), short(e.Key), e.A, e.B)
}
