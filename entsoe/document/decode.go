package document

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"entsoed/timeseries"
)

// Decode reads one XML document of the platform from r and tells visit of every
// Period and every TimeSeries in the document's order. The Header passed
// to visit has what stands above the TimeSeries; the one returned also what
// follows, and how many TimeSeries there were. An acknowledgement has reasons
// and is not visited.
//
// Local names are matched, so versions of a schema and namespace prefixes do
// not matter; elements that are not known are kept in the Details of the
// document or TimeSeries, those that are known may come in any order, except
// that what describes a document or TimeSeries stands before what it describes
// (as in all schemas). Below Point every number is a value, whatever its element
// is called; of its codes those of pointCodes are read.
//
// zone returns the time zone of an area (nil if unknown), in which calendar
// steps are counted, such as entsoe.Zone. Errors are a *DecodeError, the
// visitor's own or, once ctx has ended, that of ctx: it is looked at before a
// Period is expanded and before each 64 KiB of the document, as is Visitor.Grow,
// which may bound the memory. Without it that is bounded by one Period of at most
// 999,999 intervals (Position_Integer of the schemas) and the Details of one
// TimeSeries. Periods of outages may be longer, for they
// are not expanded.
func Decode(ctx context.Context, r io.Reader, zone func(eic string) *time.Location, visit Visitor) (Header, error) {
	return newDecoder(ctx, newScanner(watchedReader{ctx, r}, scannerBuffer), zone, visit).metered()
}

// decoder holds what is read of a document so far.
type decoder struct {
	ctx   context.Context
	s     *scanner
	zone  func(eic string) *time.Location
	visit Visitor

	header    Header
	above     map[string]string // header elements that were read
	path      []byte            // of the element being read, below the document, TimeSeries, Period or Point
	fields    map[string]string // of the TimeSeries being read
	bid       string            // mRID of it, if it is a bid
	leftovers []string          // fields of it that are no attributes, since others are
	groups    map[string]int    // elements of it that hold others, by path
	periods   int               // Periods of it
	series    TimeSeries        // what is visited of it
	remarks   map[string]bool   // Reasons of its Points that were kept
	room      int               // for details of the document or TimeSeries being read
	texts     map[string]string // texts seen before, to allocate them once
	meter     meter
	most      mostHeld
	kept      int64 // bytes of texts and details of the document and the TimeSeries being read

	period period
	point  point
	points []rawValue   // of the Period being read
	seen   map[int]bool // positions of the Period being read, if they do not rise

	broken     *DecodeError         // why the TimeSeries being read cannot be used
	nameless   bool                 // its attributes cannot be read
	hull       timeseries.Window    // of its Periods
	boundless  bool                 // one of them has no known bounds
	good, lost int64                // intervals of it that were visited, and that were not because it is broken
	suspects   map[int]*DecodeError // what may be wrong with Points of the Period being read, by position
	lostPoints []lostPoints         // of the Period being read
	faults     int                  // that were reported

	times []int64 // starts of the Period's intervals, if its steps are calendar steps
	holds bool    // values are kept as runs
	whole bool    // only documents that are kept as a whole are read
	curve Curve   // what is visited, used again for every Period
}

func newDecoder(ctx context.Context, s *scanner, zone func(eic string) *time.Location, visit Visitor) *decoder {
	return &decoder{
		ctx: ctx, s: s, zone: zone, visit: visit, room: maxDetails, meter: meter{grow: visit.Grow},
		above: map[string]string{}, fields: map[string]string{}, groups: map[string]int{}, texts: map[string]string{}, seen: map[int]bool{},
		curve: Curve{Attributes: timeseries.Attributes{}},
	}
}

// metered reads the whole document and counts the memory that this takes.
func (d *decoder) metered() (Header, error) {
	d.s.src = meteredReader{d.s.src, d.settle}
	defer d.meter.end()
	return d.document()
}

// document reads the whole of it.
func (d *decoder) document() (Header, error) {
	err := d.root()
	if err == nil {
		err = d.children(d.top)
	}
	if err == nil {
		err = d.s.finish()
	}
	if ended := givenUp(d.ctx); err != nil && ended != nil {
		return d.header, ended
	}
	if err == nil && d.visit.Document != nil {
		err = d.visit.Document(d.header)
	}
	return d.header, err
}

// top reads one child of the root element.
func (d *decoder) top() error {
	name := string(d.s.name)
	_, known := headerPaths[name]
	switch {
	case seriesNames[name] && seriesless[d.header.Root]:
		return d.s.errorf("a %s in a %s, which has none", name, d.header.Root)
	case seriesNames[name]:
		return d.timeSeries()
	case known:
		return d.headerElement()
	case misplaced(name):
		return d.stray()
	case d.leftOut(name):
		return d.pass()
	}
	return d.detail(&d.header.Details)
}

// children calls read for each child element of the open element.
func (d *decoder) children(read func() error) error {
	for {
		ok, err := d.s.child()
		if err != nil || !ok {
			return err
		}
		if err := read(); err != nil {
			return err
		}
	}
}

// group marks in a table of paths an element that holds others of the table.
const group = ""

// element reads the element whose start tag was read last. Its path and those
// of its children are looked up in paths; set is called with the name and text
// of every one that stands there. The rest is kept in into, as is the whole of
// a group; it is skipped if into is nil.
func (d *decoder) element(paths map[string]string, set func(name, text string) error, into *Details) error {
	parent := d.enter()
	defer d.leave(parent)
	name, known := paths[string(d.path)]
	switch {
	case !known && into == nil:
		return d.pass()
	case !known:
		return d.detail(into)
	case name == group:
		return d.group(paths, set, into)
	}
	text, err := d.text()
	if err == nil && parent > 0 && into != nil {
		err = d.keep(into, Detail{Name: d.intern(d.path[parent+1:]), Text: text})
	}
	if err != nil {
		return err
	}
	return set(name, text)
}

// group reads an element that holds others of the table.
func (d *decoder) group(paths map[string]string, set func(name, text string) error, into *Details) error {
	if err := set(string(d.path), ""); err != nil {
		return err
	}
	if into == nil {
		return d.children(func() error { return d.element(paths, set, nil) })
	}
	whole := Detail{Name: d.intern(d.s.name)}
	if err := d.children(func() error { return d.element(paths, set, &whole.Children) }); err != nil {
		return err
	}
	return d.keep(into, whole)
}

// enter adds the element whose start tag was read last to the path. It returns the
// length of the path before, to which leave cuts it again.
func (d *decoder) enter() (parent int) {
	parent = len(d.path)
	if parent > 0 {
		d.path = append(d.path, '/')
	}
	d.path = append(d.path, d.s.name...)
	return parent
}

func (d *decoder) leave(parent int) { d.path = d.path[:parent] }

// What a caller must act on when a document cannot be read; found by
// errors.Is in a *DecodeError. A cut body is io.ErrUnexpectedEOF.
var (
	// ErrUnknownRoot says that the root element is no document of the platform.
	ErrUnknownRoot = errors.New("unknown root element")
	// ErrUnreadRoot says that the document is one of the platform's, of a kind
	// that the decoder does not read.
	ErrUnreadRoot = errors.New("document is not read yet")
	// ErrHTML says that the body is a web page, such as a maintenance notice.
	ErrHTML = errors.New("this is HTML")
)

// DecodeError tells where and why a document cannot be read.
type DecodeError struct {
	Line   int   // from 1
	Column int   // from 1, in bytes
	Offset int64 // bytes before the place
	Msg    string
	Err    error // nil, or what a caller acts on: ErrHTML, ErrUnknownRoot, ErrUnreadRoot, io.ErrUnexpectedEOF, the reader's own error or what a visitor refused with

	markup bool // nothing after it can be read for certain
}

func (e *DecodeError) Error() string {
	return e.Place() + ": " + e.Msg
}

// Place says where in the document it is, for people.
func (e *DecodeError) Place() string {
	return fmt.Sprintf("line %d, column %d (byte %d)", e.Line, e.Column, e.Offset)
}

func (e *DecodeError) Unwrap() error { return e.Err }
