package jobs

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"entsoed/entsoe"
	"entsoed/entsoe/document"
	"entsoed/jobs/commit"
	"entsoed/store"
	"entsoed/timeseries"
)

// faults returns what an answer says about what cannot be right in the answers of
// the feed, given what the first stage of coverage learns from it. It returns nil
// if the question was not about any time.
func (t task) faults(got reply, first store.StageCover, limit timeseries.Step) *commit.Faults {
	f := noFaults(t, got.Window)
	if f == nil {
		return nil
	}
	f.Told = append(append(f.Told, first.Data...), first.Empty...)
	request := faultyRequest(got.Requests)
	for _, fault := range got.Answer.Faults {
		found := commit.Fault{Curve: fault.Key, Reason: cmp.Or(fault.Reason, "it cannot be right"), Position: fault.Position, Request: request}
		if fault.Span.Empty() {
			f.Found = append(f.Found, found)
			continue
		}
		for _, w := range unread(t, fault.Span, got.Window) {
			found.Window, found.Requests = w, len(entsoe.SplitWindow(w, limit))
			f.Found = append(f.Found, found)
		}
	}
	return f
}

// noFaults are those of an answer that has none and tells nothing.
func noFaults(t task, w timeseries.Window) *commit.Faults {
	if t.MRID != "" {
		return nil
	}
	return &commit.Faults{Counts: timeseries.Union(t.counts(w))}
}

// unread returns which of the times that the answer to a window counts for cannot
// be read because of a fault. The rows of a register hold for long, so that one
// concerns all of them.
func unread(t task, span, window timeseries.Window) []timeseries.Window {
	counts := timeseries.Union(t.counts(window))
	if t.Item.Shape.OneState() {
		return counts
	}
	return span.Within(counts)
}

// unreadSpans returns all times that cannot be read because of some fault.
func (t task) unreadSpans(got reply) []store.Unread {
	var all []store.Unread
	for _, fault := range got.Answer.Faults {
		if fault.Span.Empty() {
			continue
		}
		for _, w := range unread(t, fault.Span, got.Window) {
			all = append(all, store.Unread{Curve: fault.Key, Window: w})
		}
	}
	return all
}

// unreadable returns the fault of a window whose answer could not be read at all.
// It returns no fault for a window that the platform refused.
func (t task) unreadable(w timeseries.Window, cause error, requests []store.FetchRecord, limit timeseries.Step) *commit.Faults {
	f := noFaults(t, w)
	if f == nil || len(requests) == 0 || !isUnreadable(cause) {
		return f
	}
	reason, position := placed(cause)
	for _, counted := range f.Counts {
		f.Found = append(f.Found, commit.Fault{
			Window: counted, Reason: reason, Position: position, Request: faultyRequest(requests),
			Requests: len(entsoe.SplitWindow(counted, limit)),
		})
	}
	return f
}

// placed divides what is wrong with an answer from where that is, if it is known.
func placed(err error) (reason, position string) {
	text := err.Error()
	if d, ok := errors.AsType[*document.DecodeError](err); ok {
		if place, found := strings.CutSuffix(text, ": "+d.Msg); found {
			return d.Msg, place
		}
	}
	return text, ""
}

// faultyRequest returns the first of the requests whose document is kept, else the
// last one.
func faultyRequest(requests []store.FetchRecord) int {
	for i, r := range requests {
		if r.Document != nil || r.Copy != nil {
			return i
		}
	}
	return len(requests) - 1
}

// faultsError says what was left out of an answer.
type faultsError struct {
	Reason, Position string
	More             int
}

func (e *faultsError) Error() string {
	text := e.Reason
	if e.Position != "" {
		text = e.Position + ": " + text
	}
	if e.More > 0 {
		text += fmt.Sprintf(" (and %d more)", e.More)
	}
	return text
}

// faultOf returns the first fault of an answer as an error; nil if it has none.
func (r reply) faultOf() *faultsError {
	if len(r.Answer.Faults) == 0 {
		return nil
	}
	first := r.Answer.Faults[0]
	return &faultsError{Reason: first.Reason, Position: first.Position, More: len(r.Answer.Faults) - 1}
}
