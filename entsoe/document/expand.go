package document

import (
	"slices"
	"strconv"
	"time"

	"entsoed/timeseries"
)

// expand writes one value per interval: of curve type A03 a Point holds until
// the next one and to the end of the Period. What stands before the first
// Point has no value, nor has what follows a Point without one.
// It returns the number of intervals with values.
func (d *decoder) expand() (good int64, err error) {
	p := &d.period
	if p.jumbled {
		slices.SortStableFunc(d.points, func(a, b rawValue) int { return int(a.position - b.position) })
	}
	if p.position > p.intervals {
		if err := d.cutSurplus(); err != nil {
			return 0, err
		}
	}
	if p.step.Calendar() && !d.holds {
		if err := d.roomForTimes(p.intervals); err != nil {
			return 0, err
		}
		d.countTimes()
	}
	holds := d.fields[fieldCurveType] == curveSteps
	d.curve.Values, d.curve.Runs = d.curve.Values[:0], d.curve.Runs[:0]
	for points := d.points; len(points) > 0; {
		n := 1
		for n < len(points) && points[n].position == points[0].position {
			n++
		}
		until := int(points[0].position)
		if holds && n < len(points) {
			until = int(points[n].position) - 1
		} else if holds {
			until = p.intervals
		}
		from, group := int(points[0].position), points[:n]
		points = points[n:]
		if len(d.suspects) > 0 && (d.suspects[from] != nil || len(d.suspects) == maxFaults && len(group) > 1) {
			if group = agreed(group); group == nil {
				d.lose(from, until)
				continue
			}
		}
		if d.holds {
			d.hold(group, until)
		} else if err := d.repeat(group, until); err != nil {
			return 0, err
		}
		if group[0].element != noElement {
			good += int64(until - from + 1)
		}
	}
	return good, nil
}

// cutSurplus drops the Points for which the Period has no intervals, where that
// was not known when they were read.
func (d *decoder) cutSurplus() error {
	p := &d.period
	end, _ := slices.BinarySearchFunc(d.points, p.intervals+1, func(v rawValue, position int) int { return int(v.position) - position })
	if err := d.surplus(strconv.AppendInt(nil, int64(p.position), 10)); err != nil {
		return err
	}
	p.followed = p.jumbled
	for i := end + 1; i < len(d.points); i++ {
		if d.points[i].position != d.points[i-1].position {
			p.surpluses++
		}
	}
	d.points = d.points[:end]
	return nil
}

// agreed returns the values at one position, of one Point or of several that
// say the same; nil if they contradict each other or one cannot be used.
func agreed(points []rawValue) []rawValue {
	slices.SortStableFunc(points, func(a, b rawValue) int { return int(a.element - b.element) })
	if points[0].element == badElement {
		return nil
	}
	points = slices.Compact(points)
	for i := 1; i < len(points); i++ {
		if points[i].element == points[i-1].element || points[0].element == noElement {
			return nil
		}
	}
	return points
}

// spanOf is the time of the intervals from a position until another.
func (d *decoder) spanOf(from, until int) timeseries.Window {
	return timeseries.Window{From: time.Unix(d.bound(from-1), 0).UTC(), To: time.Unix(d.bound(until), 0).UTC()}
}

// repeat appends the values of one Point for its own position and those after
// it up to until.
func (d *decoder) repeat(point []rawValue, until int) error {
	from := int(point[0].position)
	more := (until - from + 1) * len(point)
	if len(d.curve.Values)+more > maxValues {
		return d.s.errorf("a Period with more than %d values", maxValues)
	}
	if err := d.roomFor(more); err != nil {
		return err
	}
	for position := from; position <= until; position++ {
		at := d.start(position)
		for _, v := range point {
			if v.element != noElement {
				d.curve.Values = append(d.curve.Values, Value{At: at, Element: int(v.element), Value: v.value})
			}
		}
	}
	return nil
}

// start returns the start of the interval at position, in seconds since 1970.
func (d *decoder) start(position int) int64 {
	p := &d.period
	if p.step.Calendar() {
		return d.times[position-1]
	}
	return p.from.Unix() + int64(position-1)*p.step.Seconds
}

// countTimes finds the starts of the intervals of a Period of calendar steps.
func (d *decoder) countTimes() {
	p := &d.period
	d.times = d.times[:0]
	for n := range p.intervals {
		d.times = append(d.times, p.step.Add(p.from, n, p.zone).Unix())
	}
}

// hold appends the values of one Point as runs, from its own position to the
// end of the interval at until. A run that goes on with the value before it is
// one run with it.
func (d *decoder) hold(point []rawValue, until int) {
	from, to := d.bound(int(point[0].position)-1), d.bound(until)
	runs := d.curve.Runs
	for _, v := range point {
		if v.element == noElement {
			continue
		}
		if n := len(runs); len(point) == 1 && n > 0 && runs[n-1].To == from && runs[n-1].Element == int(v.element) && runs[n-1].Value == v.value {
			runs[n-1].To = to
			continue
		}
		runs = append(runs, Run{From: from, To: to, Element: int(v.element), Value: v.value})
	}
	d.curve.Runs = runs
}

// bound returns the end of the first n intervals of the Period, in seconds since
// 1970. The last one may be cut.
func (d *decoder) bound(n int) int64 {
	p := &d.period
	return min(p.step.Add(p.from, n, p.zone).Unix(), p.to.Unix())
}
