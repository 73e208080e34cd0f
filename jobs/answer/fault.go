package answer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"entsoed/entsoe/document"
	"entsoed/timeseries"
)

// Fault is something in an answer that cannot be right, and that is left out.
type Fault struct {
	Key      string            // of the curve, as timeseries.Attributes.Key writes it, or as much of it as can be read; empty if nothing can
	Span     timeseries.Window // what it makes unreadable; empty of a surplus Point, which has no time of its own
	Reason   string
	Position string // in the answer: `document 3 ("003.xml"), line 30, column 9 (byte 1234)`
}

// lossOf says what a fault of a document takes from the answer. What has no time
// that can be read may be about any in the asked window, as may what has a time that
// was not asked for.
func (d *reading) lossOf(header document.Header, f *document.Fault) loss {
	l := loss{Fault: Fault{Span: f.Span, Reason: f.Err.Error()}}
	if at, ok := errors.AsType[*document.DecodeError](f.Err); ok {
		l.Reason, l.Position = at.Msg, at.Place()
	}
	switch {
	case f.Harmless:
		l.Span = timeseries.Window{}
	case f.Span.Empty(), f.Scope != document.ScopeValue && !d.Item.Accepts(d.Window, f.Span, d.Zone) && !f.Span.Overlaps(d.Window):
		l.Span = d.Window
	}
	if f.Attributes == nil {
		return l
	}
	common := d.attributes(header, f.Attributes)
	if nameable(common, f.Elements...) != nil {
		return l // no stored curve is called so
	}
	l.curve = curveKey(common)
	l.opposite = oppositeKey(d.Item, common)
	if f.Resolution != (timeseries.Step{}) {
		put(common, timeseries.Resolution, f.Resolution.String())
	}
	if len(f.Elements) == 1 {
		common = withElement(common, f.Elements[0])
	}
	l.Key = common.Key()
	return l
}

// lose notes what was left out. name tells the document from others of the answer.
func (r *Reader) lose(name string, l loss) {
	if name != "" && l.Position != "" {
		name += ", "
	}
	l.Position = name + l.Position
	r.losses = append(r.losses, l)
}

// Lost is how many Faults there are so far.
func (r *Reader) Lost() int { return len(r.losses) }

// LostSince says what was left out first after so many Faults; empty: nothing was.
func (r *Reader) LostSince(n int) string {
	if n == len(r.losses) {
		return ""
	}
	l := r.losses[n]
	return strings.TrimPrefix(l.Position+": "+l.Reason, ": ")
}

// anyLost reports whether something that was read is not in the answer.
func anyLost(losses []loss) bool {
	return slices.ContainsFunc(losses, func(l loss) bool { return !l.Span.Empty() })
}

// state is how much had been read before something that may have to be forgotten.
type state struct {
	points  int64
	print   uint64
	whole   bool
	covers  int
	content Mark
}

func stateOf(r *Reader) state {
	return state{points: r.Points, print: r.Print, whole: r.whole, covers: len(r.covers), content: r.content.within()}
}

func (d *reading) restore(s state) {
	d.Points, d.Print, d.whole, d.covers = s.points, s.print, s.whole, d.covers[:s.covers]
	d.content.forget(s.content)
}

// reading is a document of curves or rows while it is being read.
type reading struct {
	*Reader
	name   string // of the document; empty if it is alone
	before state
	series state  // after the last TimeSeries that could be read
	found  []loss // in the document
	cause  error  // the first fault that takes something
	faulty int    // the last TimeSeries with a fault
}

func begin(r *Reader, name string) *reading {
	return &reading{Reader: r, name: name, before: stateOf(r), series: stateOf(r)}
}

// fault notes a fault of the document. What was read of a TimeSeries that turns out
// wrong is forgotten.
func (d *reading) fault(header document.Header, f *document.Fault) error {
	if f.Scope == document.ScopeCurve {
		d.restore(d.series)
	}
	if !f.Harmless && d.cause == nil {
		d.cause = f.Err
	}
	d.faulty = header.Series
	d.found = append(d.found, d.lossOf(header, f))
	return nil
}

// end finds out whether a document is wrong as a whole, and forgets it then: if it
// cannot be read to its end, or if more of it is bad than good.
func (d *reading) end(header document.Header, err error) error {
	switch {
	case err != nil:
	case header.Series == 0:
		err = &UnknownError{"it has no TimeSeries"}
	case header.Good == 0 && header.Bad > 0:
		err = d.cause
	case header.Bad > header.Good:
		err = fmt.Errorf("%d of %d intervals cannot be read, so none is trusted: %w", header.Bad, header.Good+header.Bad, d.cause)
	}
	if err != nil {
		d.restore(d.before)
		return err
	}
	for _, l := range d.found {
		d.lose(d.name, l)
	}
	return nil
}

// ReadMember reads one of several documents of an answer, as Read does. If it is
// wrong as a whole that is a Fault: it says nothing of the others. name is how
// the fault calls it.
func (r *Reader) ReadMember(ctx context.Context, name string, text io.Reader) (counted int, err error) {
	counted, err = r.content.read(ctx, r, name, text)
	if err == nil {
		return counted, nil
	}
	if ctx.Err() != nil || !ofDocument(err) {
		return counted, err
	}
	r.Lose(name, err)
	return counted, nil
}

// ofDocument reports whether an error is one of the document, and not of how it is
// read.
func ofDocument(err error) bool {
	if at, ok := errors.AsType[*document.DecodeError](err); ok && at.Err == nil {
		return true
	}
	for _, known := range []error{io.ErrUnexpectedEOF, document.ErrHTML, document.ErrUnknownRoot, document.ErrUnreadRoot} {
		if errors.Is(err, known) {
			return true
		}
	}
	_, damaged := errors.AsType[*document.MemberError](err)
	_, wrong := errors.AsType[*WrongError](err)
	_, unknown := errors.AsType[*UnknownError](err)
	_, double := errors.AsType[*DoubleError](err)
	return damaged || wrong || unknown || double
}

// Lose notes a document of an answer of which nothing can be read, and why.
func (r *Reader) Lose(name string, err error) {
	l := loss{Fault: Fault{Span: r.Window, Reason: err.Error()}}
	if at, ok := errors.AsType[*document.DecodeError](err); ok {
		l.Position = at.Place()
	}
	r.lose(name, l)
	if r.Unread != nil {
		return
	}
	_, wrong := errors.AsType[*WrongError](err)
	_, double := errors.AsType[*DoubleError](err)
	if wrong || double {
		r.Unread = fmt.Errorf("%s: %w", name, err)
		return
	}
	// The others came: what would be worth another try of a whole answer, such as one
	// that is cut, is not here.
	r.Unread = &UnknownError{fmt.Sprintf("%s: %v", name, err)}
}
