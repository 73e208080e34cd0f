package answer

import (
	"entsoed/entsoe"
	"entsoed/entsoe/document"
	"entsoed/timeseries"
)

// asked holds what comes against what was asked.
type asked struct {
	expect entsoe.Expectation
	window timeseries.Window
	own    bool   // something answers the feed itself
	other  string // key of a curve that answers another variant of its item; empty: none does
}

// foreign returns an error if a TimeSeries answers another question: a *WrongError
// if its whole document does, for it is of another type.
func (a *asked) foreign(header document.Header, attributes timeseries.Attributes) error {
	if reason := a.expect.Header(header.Type, header.ProcessType); reason != "" {
		return &WrongError{Asked: a.window, Reason: reason}
	}
	if reason := a.expect.Curve(attributes); reason != "" {
		return &document.RefusedError{Err: &WrongError{Asked: a.window, Reason: reason}}
	}
	if a.expect.Own(attributes) {
		a.own = true
	} else if a.other == "" {
		a.other = attributes.Key()
	}
	return nil
}

// unanswered returns an error if the answer holds other variants of the item alone.
func (a *asked) unanswered() error {
	if a.own || a.other == "" {
		return nil
	}
	return &WrongError{Asked: a.window, Reason: "it answers other variants of the data item only, such as " + a.other}
}

// foreignDocument returns an error if a document of the shape documents answers
// another question. It has the areas of all its parts.
func (a *asked) foreignDocument(d timeseries.Document) error {
	reason := a.expect.Header(d.Type, d.ProcessType)
	for i, p := range d.Parts {
		of := a.expect.Curve(p.Attributes)
		if of == "" {
			break
		}
		if i == len(d.Parts)-1 && reason == "" {
			reason = of
		}
	}
	if reason == "" {
		return nil
	}
	return &WrongError{Asked: a.window, Reason: reason + ", document " + d.MRID}
}
