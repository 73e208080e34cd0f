package answer

import (
	"fmt"
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
		return fmt.Sprintf("the answer to %s is none: %s", e.Asked, e.Reason)
	}
	return fmt.Sprintf("the answer to %s has the Period %s of %s", e.Asked, e.Period, e.Key)
}

// UnknownError says that a document can be read but not understood.
type UnknownError struct{ Reason string }

func (e *UnknownError) Error() string { return e.Reason }

// DoubleError says that one answer gives two values for one instant of one
// series.
type DoubleError struct {
	Key  string
	At   time.Time
	A, B float64
}

func (e *DoubleError) Error() string {
	return fmt.Sprintf("two values at %s of %s: %v and %v", e.At.Format(time.RFC3339), e.Key, e.A, e.B)
}
