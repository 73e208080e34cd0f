package document

import "unsafe"

// meterStep is the least memory that is asked for at a time.
const meterStep = 16 << 10

// meter asks for the memory that a decoder takes. It is settled before each piece
// of the document is read, and before a Period is expanded: what a piece of 64 KiB
// can grow to is little, what a Period can grow to is not.
type meter struct {
	grow  func(bytes int64) error // nil: nobody counts
	asked int64
}

// settle asks for what is held beyond what was asked for.
func (m *meter) settle(held int64) error {
	if m.grow == nil || held <= m.asked {
		return nil
	}
	more := max(held-m.asked, meterStep)
	if err := m.grow(more); err != nil {
		return err
	}
	m.asked += more
	return nil
}

// end gives back what was asked for.
func (m *meter) end() {
	if m.grow != nil && m.asked > 0 {
		m.grow(-m.asked) //nolint:errcheck // giving back does not fail
		m.asked = 0
	}
}

// About how many bytes things take that are no plain slices.
const (
	elementSize = 700 // an Element with its attributes, its key and its place in a map
	seenSize    = 40  // a position in a map
	suspectSize = 500 // a DecodeError in a map
	detailSize  = 2 * int64(unsafe.Sizeof(Detail{}))
)

// mostHeld are the greatest lengths that things had.
type mostHeld struct{ elements, seen int }

// held is about how many bytes of memory the decoder takes now.
func (d *decoder) held() int64 {
	p := &d.point
	n := d.kept + size(d.points) + size(d.curve.Values) + size(d.curve.Runs) + size(d.times) +
		size(p.found) + size(p.groups) + size(p.codes) + size(p.stamps) + size(p.key) + size(d.lostPoints)
	d.most.elements = max(d.most.elements, len(d.curve.Elements)) // what is emptied is used again, not given back
	d.most.seen = max(d.most.seen, len(d.seen))
	return n + elementSize*int64(d.most.elements) + seenSize*int64(d.most.seen) + suspectSize*int64(len(d.suspects)) +
		size(d.s.buf) + size(d.s.text)
}

func size[T any](all []T) int64 {
	var one T
	return int64(cap(all)) * int64(unsafe.Sizeof(one))
}

// settle is called before more of the document is read.
func (d *decoder) settle() error { return d.meter.settle(d.held()) }

// roomFor makes room for so many more values of the Period being expanded.
func (d *decoder) roomFor(values int) error {
	more := len(d.curve.Values) + values - cap(d.curve.Values)
	if more <= 0 {
		return nil
	}
	more = max(more, cap(d.curve.Values)/4)
	if err := d.meter.settle(d.held() + int64(more)*int64(unsafe.Sizeof(Value{}))); err != nil {
		return err
	}
	grown := make([]Value, len(d.curve.Values), cap(d.curve.Values)+more)
	copy(grown, d.curve.Values)
	d.curve.Values = grown
	return nil
}

// roomForTimes makes room for the starts of the intervals of a Period.
func (d *decoder) roomForTimes(intervals int) error {
	return d.meter.settle(d.held() + 8*int64(max(0, intervals-cap(d.times))))
}
