package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"

	"entsoed/entsoe/document"
)

// faultPrinter prints the points of documents as far as they can be right, and
// what it leaves out.
type faultPrinter struct {
	out    io.Writer
	points *pointWriter
	member string // the document of several that is being read, where the faults do not say so
	lost   int    // faults that cost something
}

// visitor prints all that a document holds, and its faults.
func (f *faultPrinter) visitor() document.Visitor {
	f.points.keeps = true
	v := f.points.visitor()
	v.Fault = f.print
	return v
}

// print tells of a fault. The lines of a TimeSeries that turns out wrong are not
// printed.
func (f *faultPrinter) print(_ document.Header, fault *document.Fault) error {
	switch {
	case fault.Scope == document.ScopeCurve:
		f.points.drop()
	case fault.Scope == document.ScopeDocument && !fault.Harmless: // what was read before is right, as far as anybody knows
		if err := f.points.release(); err != nil {
			return err
		}
	}
	line := oneLine(fault.Err.Error())
	if member := cmp.Or(fault.Member, f.member); member != "" {
		line = member + ": " + line
	}
	switch {
	case fault.Harmless:
	case fault.Span.Empty():
		line += fmt.Sprintf("; the %s is left out", fault.Scope)
	default:
		line += fmt.Sprintf("; the %s of %s is left out", fault.Scope, fault.Span)
	}
	if !fault.Harmless {
		f.lost++
	}
	_, err := fmt.Fprintln(f.out, "entsoed:", line)
	return err
}

// sum says how much was left out; nil: nothing.
func (f *faultPrinter) sum(headers []document.Header) error {
	if f.lost == 0 {
		return nil
	}
	for _, h := range headers {
		if h.Bad > h.Good && h.Good > 0 {
			fmt.Fprintln(f.out, "entsoed: more of a document is bad than good: a worker stores nothing of it")
		}
	}
	return lostError(f.lost)
}

// lostError says how many faults cost something.
func lostError(n int) error {
	if n == 1 {
		return errors.New("1 fault, all else is printed")
	}
	return fmt.Errorf("%d faults, all else is printed", n)
}
