package document

// rawValue is one value of a Point as it stands in the document.
type rawValue struct {
	position int32
	element  int32 // index into the curve's elements; noElement: the Point has no value
	value    float64
}

const (
	noElement  = -1
	badElement = -2              // the Point cannot be used
	maxValues  = 4 * maxPosition // values of one Period
)

// point is what was read of a Point before it is known of which elements its
// values are: codes that tell them apart may follow them.
type point struct {
	found    []foundValue
	groups   []pointGroup     // the Point itself, then the elements in it that hold others
	codes    []byte           // texts of the groups
	said     uint             // the kinds of codes that there are, a bit each
	paths    []valuePath      // below Point, of the whole document
	last     int32            // index into paths of the last value
	elements map[string]int32 // of the Period, by path and codes, if it has codes
	stamps   []int32          // by element: the number of the last Point that has it
	number   int32            // of the Point, from 1
	key      []byte
	position int          // 0 until read; surplusPosition: the Period has no interval for it
	bad      *DecodeError // why the Point cannot be used
}

const surplusPosition = -1

// foundValue is a value in the order of the Point.
type foundValue struct {
	path  int32 // index into point.paths
	group int32 // index into point.groups
	value float64
}

// readPoint reads a Point: its position and its values, wherever they stand in it.
func (d *decoder) readPoint() error {
	d.beginPoint()
	for depth := d.s.open.depth(); ; {
		ok, err := d.s.child()
		spoils := &d.point.bad
		switch {
		case err != nil:
		case !ok:
			return d.endPoint()
		case string(d.s.name) != "position":
			err = d.value(0)
		default:
			spoils = &d.period.bad // without it, nothing says whose place the Point has taken
			err = d.position()
		}
		if err != nil {
			if err = d.spare(err, depth, spoils); err != nil {
				return err
			}
		}
	}
}

func (d *decoder) beginPoint() {
	p := &d.point
	p.found, p.codes, p.said = p.found[:0], p.codes[:0], 0
	p.groups = append(p.groups[:0], pointGroup{above: -1})
	p.number++
	p.position, p.bad = 0, nil
	d.period.points++
}

// endPoint finds the elements of the values and gives them their position.
func (d *decoder) endPoint() error {
	p := &d.point
	switch {
	case p.position == 0:
		return d.s.errorf("a Point without a position")
	case p.position == surplusPosition:
		return nil
	case len(d.points) >= maxValues:
		return d.s.errorf("a Period with more than %d values", maxValues)
	}
	if err := d.displace(); err != nil {
		return err
	}
	first := len(d.points)
	for _, v := range p.found {
		element, err := d.element32(v)
		if err != nil {
			if err = d.spare(err, d.s.open.depth(), &p.bad); err != nil {
				return err
			}
			continue
		}
		d.points = append(d.points, rawValue{element: element, value: v.value})
	}
	if p.bad != nil {
		d.points = append(d.points[:first], rawValue{element: badElement})
		if err := d.suspect(p.position, p.bad); err != nil {
			return err
		}
	}
	d.place(first, p.position)
	return nil
}

// place gives the values from first on their position. A Point without values
// is kept, for it ends what holds before it.
func (d *decoder) place(first, position int) {
	if first == len(d.points) {
		d.points = append(d.points, rawValue{element: noElement})
	}
	for i := first; i < len(d.points); i++ {
		d.points[i].position = int32(position)
	}
}

// position reads the position of a Point, which must be the Period's only one.
// Positions need not rise: a Point belongs where it says.
func (d *decoder) position() error {
	if d.point.position != 0 {
		return d.s.errorf("position stands twice")
	}
	text, ok, err := d.s.leaf()
	if err != nil {
		return err
	}
	p := &d.period
	n, valid := parsePosition(text, p.limit)
	switch {
	case !ok || !valid && !(d.spares() && isCount(text)):
		return d.s.errorf("position %q is not between 1 and %d", text, p.limit)
	case !valid, p.intervals > 0 && n > p.intervals:
		return d.surplus(text)
	case n <= p.position && !p.jumbled:
		p.jumbled = true
		clear(d.seen)
		for _, v := range d.points {
			d.seen[int(v.position)] = true
		}
	}
	if p.jumbled {
		if d.seen[n] {
			if err := d.double(n); err != nil {
				return err
			}
		}
		d.seen[n] = true
	}
	p.falling = p.falling || n < p.position
	p.before, p.position, d.point.position = p.position, max(p.position, n), n
	return nil
}

// displace makes the hole before a Point unusable if one stands there for which there
// is no interval: perhaps its position is wrong, and its place is in the hole.
func (d *decoder) displace() error {
	p := &d.period
	if !p.displaced {
		return nil
	}
	p.displaced, p.followed = false, true
	hole := p.before + 1
	if d.point.position <= hole {
		return nil
	}
	err := p.surplus
	if p.surpluses--; p.surpluses == 0 {
		p.surplus = nil
	}
	d.points = append(d.points, rawValue{element: badElement, position: int32(hole)})
	return d.suspect(hole, err)
}

// double notes that two Points have one position. They may be equal.
func (d *decoder) double(n int) error {
	if len(d.suspects) == maxFaults {
		return nil // from here on all Points of one position are compared
	}
	wrong := d.s.errorf("position %d stands twice in the Period", n)
	if !d.spares() {
		return wrong
	}
	d.period.double = wrong.(*DecodeError)
	return d.suspect(n, d.period.double)
}

// surplus notes a Point for which the Period has no interval. It says nothing
// of any time: the others are where they say.
func (d *decoder) surplus(position []byte) error {
	p := &d.period
	if p.surpluses++; p.surplus == nil {
		wrong := d.s.errorf("position %s lies beyond the Period %s of %d intervals", position, p.window(), p.intervals)
		if p.intervals == 0 {
			wrong = d.s.errorf("position %s lies beyond all Periods", position)
		}
		if !d.spares() {
			return wrong
		}
		p.surplus = wrong.(*DecodeError)
	}
	d.point.position, p.displaced = surplusPosition, true
	return nil
}
