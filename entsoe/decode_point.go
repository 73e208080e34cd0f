package entsoe

// rawValue is one value of a Point as it stands in the document.
type rawValue struct {
	position int32
	element  int32 // index into the curve's elements; noElement: the Point has no value
	value    float64
}

const (
	noElement   = -1
	maxElements = 64              // kinds of values in one Period
	maxValues   = 4 * maxPosition // values of one Period
)

// point reads a Point: its position and its values, wherever they stand in it.
func (d *decoder) point() error {
	first := len(d.points)
	position := 0
	for {
		ok, err := d.s.child()
		switch {
		case err != nil:
			return err
		case !ok:
			return d.endPoint(first, position)
		case string(d.s.name) != "position":
			err = d.value(first)
		case position != 0:
			err = d.s.errorf("position stands twice")
		default:
			position, err = d.position()
		}
		if err != nil {
			return err
		}
	}
}

// endPoint gives the values of a Point their position.
func (d *decoder) endPoint(first, position int) error {
	if position == 0 {
		return d.s.errorf("a Point without a position")
	}
	if first == len(d.points) {
		d.points = append(d.points, rawValue{element: noElement})
	}
	for i := first; i < len(d.points); i++ {
		d.points[i].position = int32(position)
	}
	if len(d.points) > maxValues {
		return d.s.errorf("a Period with more than %d values", maxValues)
	}
	return nil
}

// position reads the position of a Point, which must be the Period's only one.
// Positions need not rise: a Point belongs where it says.
func (d *decoder) position() (int, error) {
	text, ok, err := d.s.leaf()
	if err != nil {
		return 0, err
	}
	d.learnText(text, shapeText{isPosition: true})
	n, valid := parsePosition(text)
	p := &d.period
	switch {
	case !ok || !valid:
		return 0, d.s.errorf("position %q is not between 1 and %d", text, maxPosition)
	case p.intervals > 0 && n > p.intervals:
		return 0, d.s.errorf("position %d lies beyond the Period %s of %d intervals", n, p.window(), p.intervals)
	case n <= p.position && !p.jumbled:
		p.jumbled = true
		clear(d.seen)
		for _, v := range d.points {
			d.seen[int(v.position)] = true
		}
	}
	if p.jumbled {
		if d.seen[n] {
			return 0, d.s.errorf("position %d stands twice in the Period", n)
		}
		d.seen[n] = true
	}
	p.position = max(p.position, n)
	return n, nil
}
