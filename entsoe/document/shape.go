package document

import "bytes"

// pointShape is how the last Point was written: the markup and white space
// around its texts. Most Points of a Period are written alike, so the next one
// is first tried against the shape: the same bytes, read in the same state,
// mean the same. Whatever differs, and every error, is left to the scanner,
// which then learns the new shape.
type pointShape struct {
	texts []shapeText
	after []byte // what follows the last text, up to the end of the Point
	base  int64  // of the scanner's buffer when the Point began
	begin int    // index in that buffer of the Point's first byte
}

// shapeText is one number of a Point.
type shapeText struct {
	before     []byte // what stands before it, from the text before or the Point's beginning
	from, to   int    // indices in the buffer, while learning
	isPosition bool
	element    int32 // of a value; while learning its place among those of the Point
}

// beginShape forgets the last shape and learns from the Point that follows.
func (d *decoder) beginShape() {
	d.shape = pointShape{texts: d.shape.texts[:0], after: d.shape.after[:0], base: d.s.base, begin: d.s.pos}
}

// learnText notes a number of the Point, whose text was read last. A text that
// does not stand in the buffer as it was read cannot be learned.
func (d *decoder) learnText(text []byte, t shapeText) {
	n := len(d.shape.texts)
	if n < cap(d.shape.texts) {
		t.before = d.shape.texts[:n+1][n].before // to be used again
	}
	t.from, t.to = d.s.mark, d.s.mark+len(text)
	if t.from < 0 || t.to > d.s.pos || !bytes.Equal(d.s.buf[t.from:t.to], text) {
		t.from = -1
	}
	d.shape.texts = append(d.shape.texts, t)
}

// endShape keeps the markup of the Point that was read, if it still stands in
// the buffer in one piece; else there is no shape.
func (d *decoder) endShape() {
	shape, at := &d.shape, d.shape.begin
	moved := shape.base != d.s.base
	for i := range shape.texts {
		t := &shape.texts[i]
		if moved || t.from < at || t.to > d.s.pos {
			shape.texts = shape.texts[:0]
			break
		}
		t.before = append(t.before[:0], d.s.buf[at:t.from]...)
		at = t.to
	}
	if len(shape.texts) > 0 {
		shape.after = append(shape.after[:0], d.s.buf[at:d.s.pos]...)
	}
}

// resolve gives the values of the Point that is learned their elements, which
// its codes tell. The codes are part of its markup: Points with others are
// written in another shape.
func (p *pointShape) resolve(values []rawValue) {
	for i := range p.texts {
		if t := &p.texts[i]; !t.isPosition {
			t.element = values[t.element].element
		}
	}
}

// shapedPoint reads a Point that is written like the last one. If the next one
// is not, or is wrong in any way, it reads nothing and reports false.
func (d *decoder) shapedPoint() bool {
	first, position := len(d.points), 0
	rest := d.s.buf[d.s.pos:d.s.end]
	for i := range d.shape.texts {
		t := &d.shape.texts[i]
		text, ok := d.shapedText(t, rest)
		if !ok {
			d.points = d.points[:first]
			return false
		}
		rest = rest[len(t.before)+len(text):]
		if t.isPosition {
			position, ok = parsePosition(text, d.period.limit)
		} else {
			var value float64
			value, ok = parseDecimal(text)
			d.points = append(d.points, rawValue{element: t.element, value: value})
		}
		if !ok {
			d.points = d.points[:first]
			return false
		}
	}
	p := &d.period
	if !bytes.HasPrefix(rest, d.shape.after) || position <= p.position || p.jumbled || position > p.intervals || len(d.points) >= maxValues {
		d.points = d.points[:first]
		return false
	}
	p.position = position
	d.s.pos = d.s.end - len(rest) + len(d.shape.after)
	d.place(first, position)
	return true
}

// shapedText returns the text that follows t.before in rest.
func (d *decoder) shapedText(t *shapeText, rest []byte) ([]byte, bool) {
	if !bytes.HasPrefix(rest, t.before) {
		return nil, false
	}
	text := rest[len(t.before):]
	for n, c := range text {
		if !plainByte[c] {
			return text[:n], true
		}
	}
	return nil, false
}
