package document

import (
	"cmp"
	"fmt"

	"entsoed/timeseries"
)

// Scope is how much of a document a Fault makes unusable: the smallest thing
// that is wrong.
type Scope int

// The scopes, the smallest first.
const (
	ScopeValue    Scope = iota + 1 // Points of one Period, and what they hold in curve type A03
	ScopePeriod                    // a Period
	ScopeCurve                     // a TimeSeries, with all of it that was visited before
	ScopeDocument                  // a document, with all of it that was visited before
)

func (s Scope) String() string {
	return [...]string{"", "value", "Period", "TimeSeries", "document"}[s]
}

// Fault is something in a document that cannot be right. What it spoils is not
// visited, or, of a TimeSeries, was visited in vain. It is valid during the
// visit only.
type Fault struct {
	Scope Scope
	// Attributes are those of the TimeSeries, as in a Curve; nil if they cannot
	// be read, as when the TimeSeries contradicts itself.
	Attributes timeseries.Attributes
	Resolution timeseries.Step   // of the Period; zero if it cannot be read
	Elements   []Element         // kinds of values that the Period has, as far as they can be read
	Span       timeseries.Window // what it makes unusable; zero if that cannot be read
	Intervals  int64             // how many; Points where they cannot be expanded
	// Harmless says that it makes nothing unusable: a surplus Point, or a
	// createdDateTime that is no time.
	Harmless bool
	Member   string // the document that it is in, where DecodeFile reads several
	Err      error  // where and why: a *DecodeError; of a file of a ZIP that cannot be unpacked a *MemberError
}

// RefusedError is what a visitor returns of a Curve or a TimeSeries that is wrong in
// itself, such as one of another area: it is reported as a Fault and the others
// are read. Without a visitor for Faults it ends the reading.
type RefusedError struct{ Err error }

func (e *RefusedError) Error() string { return e.Err.Error() }
func (e *RefusedError) Unwrap() error { return e.Err }

// maxFaults bounds the Faults of a document, and the wrong Points of a Period.
// What has more of them is wrong as a whole.
const maxFaults = 10_000

// spares reports whether one fault costs no more than the smallest thing that
// is wrong.
func (d *decoder) spares() bool { return d.visit.Fault != nil }

// spare goes on after an error with what follows in the element at a depth, and
// keeps the first such error. It returns those that end the reading: where the
// document is no XML, nothing says what what follows belongs to.
func (d *decoder) spare(err error, depth int, first **DecodeError) error {
	wrong, ok := err.(*DecodeError)
	if !ok || wrong.markup || !d.spares() {
		return err
	}
	if *first == nil {
		*first = wrong
	}
	return d.s.leave(depth)
}

// refused turns the error of a visitor into one of the document, if the visitor
// refuses what it was given.
func (d *decoder) refused(err error) error {
	if refused, ok := err.(*RefusedError); ok && d.spares() {
		return d.s.fail(refused.Err, "%v", refused.Err)
	}
	return err
}

// report visits a Fault.
func (d *decoder) report(f *Fault) error {
	if d.faults++; d.faults > maxFaults {
		return d.s.fatalf("more than %d faults, the last: %v", maxFaults, f.Err)
	}
	d.header.Bad += f.Intervals
	return d.visit.Fault(d.header, f)
}

// losePeriod reports a Period that cannot be used, unless all of its TimeSeries
// cannot.
func (d *decoder) losePeriod() error {
	p := &d.period
	intervals := int64(max(p.points, 1))
	if p.intervals > 0 && (d.fields[fieldCurveType] == curveSteps || p.points > p.intervals) {
		intervals = int64(p.intervals)
	}
	if p.boundless || p.from.IsZero() || !p.from.Before(p.to) {
		d.boundless = true
	}
	if d.broken != nil {
		d.lost += intervals
		return nil
	}
	f := d.periodFault(ScopePeriod)
	f.Intervals, f.Err = intervals, p.bad
	if !p.boundless && p.from.Before(p.to) && !p.from.IsZero() {
		f.Span = p.window()
	}
	return d.report(f)
}

// periodFault is a Fault of the Period being read.
func (d *decoder) periodFault(scope Scope) *Fault {
	p := &d.period
	delete(d.curve.Attributes, timeseries.Resolution)
	if p.step != (timeseries.Step{}) {
		d.attribute(timeseries.Resolution, p.resolution)
	}
	return &Fault{Scope: scope, Attributes: d.curve.Attributes, Resolution: p.step, Elements: d.curve.Elements}
}

// loseValues reports the Points of a Period that could not be used, those that
// follow each other as one, and those for which it has no intervals.
func (d *decoder) loseValues() error {
	for _, l := range d.lostPoints {
		f := d.periodFault(ScopeValue)
		f.Span, f.Intervals = d.spanOf(l.from, l.until), int64(l.until-l.from+1)
		f.Err = l.err.andMore(l.points - 1)
		if err := d.report(f); err != nil {
			return err
		}
	}
	if d.period.surplus == nil {
		return nil
	}
	f := d.periodFault(ScopeValue)
	f.Harmless, f.Err = true, d.period.surplus.andMore(d.period.surpluses-1)
	return d.report(f)
}

// loseSeries reports a TimeSeries that cannot be used.
func (d *decoder) loseSeries() error {
	f := &Fault{Scope: ScopeCurve, Intervals: max(d.good+d.lost, 1), Err: d.broken}
	if !d.nameless {
		delete(d.curve.Attributes, timeseries.Resolution)
		f.Attributes = d.curve.Attributes
	}
	if !d.boundless {
		f.Span = d.hull
	}
	d.header.Good -= d.good
	return d.report(f)
}

// lostPoints are wrong Points that follow each other.
type lostPoints struct {
	from, until int // positions
	points      int
	err         *DecodeError // of the first
}

// lose keeps Points that cannot be used, from a position until another.
func (d *decoder) lose(from, until int) {
	if last := len(d.lostPoints) - 1; last >= 0 && d.lostPoints[last].until+1 == from {
		d.lostPoints[last].until = until
		d.lostPoints[last].points++
		return
	}
	d.lostPoints = append(d.lostPoints, lostPoints{from: from, until: until, points: 1, err: cmp.Or(d.suspects[from], d.period.double)})
}

// suspect keeps what is wrong with the Point at a position, or may be.
func (d *decoder) suspect(position int, err *DecodeError) error {
	if _, known := d.suspects[position]; known {
		return nil
	}
	if len(d.suspects) == maxFaults {
		return d.s.errorf("a Period with more than %d wrong Points, the last: %s", maxFaults, err.Msg)
	}
	if d.suspects == nil {
		d.suspects = map[int]*DecodeError{}
	}
	d.suspects[position] = err
	return nil
}

// andMore says that others like it follow.
func (e *DecodeError) andMore(n int) *DecodeError {
	if n <= 0 {
		return e
	}
	more := *e
	more.Msg += fmt.Sprintf(" (and %d more of the Points that follow)", n)
	return &more
}
