package document

// rawValue is one value of a Point as it stands in the document.
type rawValue struct {
	position int32
	element  int32 // index into the curve's elements; noElement: the Point has no value
	value    float64
}

const (
	noElement = -1
	maxValues = 4 * maxPosition // values of one Period
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
}

// foundValue is a value in the order of the Point.
type foundValue struct {
	path  int32 // index into point.paths
	group int32 // index into point.groups
	value float64
}

// readPoint reads a Point: its position and its values, wherever they stand in it.
func (d *decoder) readPoint() error {
	d.beginPoint()
	position := 0
	for {
		ok, err := d.s.child()
		switch {
		case err != nil:
			return err
		case !ok:
			return d.endPoint(position)
		case string(d.s.name) != "position":
			err = d.value(0)
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

func (d *decoder) beginPoint() {
	p := &d.point
	p.found, p.codes, p.said = p.found[:0], p.codes[:0], 0
	p.groups = append(p.groups[:0], pointGroup{above: -1})
	p.number++
}

// endPoint finds the elements of the values and gives them their position.
func (d *decoder) endPoint(position int) error {
	if position == 0 {
		return d.s.errorf("a Point without a position")
	}
	first := len(d.points)
	for _, v := range d.point.found {
		element, err := d.element32(v)
		if err != nil {
			return err
		}
		d.points = append(d.points, rawValue{element: element, value: v.value})
	}
	d.place(first, position)
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
func (d *decoder) position() (int, error) {
	text, ok, err := d.s.leaf()
	if err != nil {
		return 0, err
	}
	p := &d.period
	n, valid := parsePosition(text, p.limit)
	switch {
	case !ok || !valid:
		return 0, d.s.errorf("position %q is not between 1 and %d", text, p.limit)
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
