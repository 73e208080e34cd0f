package document

import (
	"slices"
	"time"

	"entsoed/entsoe"
	"entsoed/timeseries"
)

// Curve types of IEC 62325-351 that are read.
const (
	curveBlocks = "A01" // sequential fixed size blocks: a Point per interval
	curveSteps  = "A03" // variable sized blocks: a Point holds until the next one
)

// maxPosition is the greatest position of a Point by the schemas
// (Position_Integer).
const maxPosition = 999_999

// maxRunPosition is the greatest position of a Point of an outage, the minutes of
// a hundred years: some outages last for decades and are counted in minutes.
const maxRunPosition = 100 * 366 * 24 * 60

// period is what stands above the Points of a Period.
type period struct {
	from, to   time.Time // zero until read
	resolution string    // as sent
	step       timeseries.Step
	zone       *time.Location // calendar steps are counted in it
	intervals  int            // 0 until from, to and resolution are read
	limit      int            // of positions and intervals
	position   int            // the greatest so far
	before     int            // the greatest before the last one
	jumbled    bool           // positions do not rise
	double     *DecodeError   // the last of the positions that stand twice and were noted

	bad       *DecodeError // why the Period cannot be used
	boundless bool         // from and to are not to be trusted
	points    int          // Points that were read
	surplus   *DecodeError // the first Point for which there is no interval
	surpluses int          // how many there are
	displaced bool         // the Point before is one of them
	followed  bool         // others follow one of them
	falling   bool         // positions fall somewhere
}

// periodPaths are the elements of a Period beside its Points. A71/A33 answers
// write the interval flat and with seconds.
var periodPaths = map[string]string{
	"timeInterval":       group,
	"timeInterval/start": fieldStart,
	"timeInterval/end":   fieldEnd,
	"timeInterval.start": fieldStart,
	"timeInterval.end":   fieldEnd,
	"resolution":         timeseries.Resolution,
}

// readPeriod reads a Period, expands its Points and visits the curve.
func (d *decoder) readPeriod() error {
	d.period = period{limit: maxPosition}
	if d.holds {
		d.period.limit = maxRunPosition
	}
	d.points = d.points[:0]
	d.point.forget()
	d.curve.Elements = d.curve.Elements[:0]
	clear(d.suspects)
	d.lostPoints = d.lostPoints[:0]
	for depth := d.s.open.depth(); ; {
		ok, err := d.s.child()
		switch {
		case err != nil:
		case !ok:
			return d.endPeriod()
		case string(d.s.name) == "Point":
			err = d.readPoint()
		default:
			err = d.periodChild()
		}
		if err != nil {
			if err = d.spare(err, depth, &d.period.bad); err != nil {
				return err
			}
		}
	}
}

// periodChild reads one child of a Period that is no Point.
func (d *decoder) periodChild() error {
	name := string(d.s.name)
	if misplaced(name) || seriesNames[name] {
		return d.stray()
	}
	err := d.element(periodPaths, d.setPeriod, nil)
	d.period.boundless = d.period.boundless || err != nil && name != timeseries.Resolution
	return err
}

// setPeriod keeps one element of a Period. As soon as interval and resolution
// are known, they are checked against each other.
func (d *decoder) setPeriod(name, text string) (err error) {
	p := &d.period
	switch name {
	case fieldStart:
		err = d.setBound(&p.from, text)
	case fieldEnd:
		err = d.setBound(&p.to, text)
	case timeseries.Resolution:
		if p.resolution != "" {
			return d.s.errorf("resolution stands twice")
		}
		p.resolution = text
		if p.step, err = timeseries.ParseResolution(text); err != nil {
			return d.s.errorf("%v", err)
		}
	}
	switch {
	case err != nil || p.from.IsZero() || p.to.IsZero():
		return err
	case !p.from.Before(p.to):
		return d.s.errorf("the Period %s does not start before its end", p.window())
	case p.step == timeseries.Step{}: // not read yet, or unreadable
		return nil
	}
	return d.divide()
}

func (d *decoder) setBound(bound *time.Time, text string) error {
	t, err := d.instant(text)
	switch {
	case err != nil:
		return err
	case !bound.IsZero():
		return d.s.errorf("%s stands twice", d.path)
	case t.Nanosecond() != 0:
		return d.s.errorf("%q is no whole second", text)
	}
	*bound = t
	return nil
}

func (p *period) window() timeseries.Window { return timeseries.Window{From: p.from, To: p.to} }

// divide counts the intervals of the Period, which must fill it. Calendar
// steps are counted in the first of the area's zone, Europe/Brussels and UTC in
// which the Period starts at local midnight. Where it starts at midnight in
// none of them, or is no whole number of steps in that one, the first in which
// it is a whole number by the local clock is taken. An outage may end within an
// interval: its values hold until then. A Period of days that is shorter than one
// step has one value, from its start on: answers of installed capacity per unit
// (P1Y) have repeated the asked day as their Period.
func (d *decoder) divide() error {
	p := &d.period
	zones := []*time.Location{time.UTC}
	if p.step.Calendar() {
		zones = d.calendarZones()
	}
	for _, zone := range zones {
		n, whole := p.step.Count(p.window(), zone, p.limit)
		switch {
		case n > p.limit:
			return d.s.errorf("the Period %s has more than %d intervals of %s", p.window(), p.limit, p.resolution)
		case whole:
			p.intervals, p.zone = n, zone
			return nil
		}
	}
	n, _ := p.step.Count(p.window(), zones[0], p.limit)
	if d.holds || n == 0 && p.step.Calendar() && d.wholeDays(zones) {
		p.intervals, p.zone = n+1, zones[0]
		return nil
	}
	return d.s.errorf("the Period %s is no whole number of %s", p.window(), p.resolution)
}

// wholeDays reports whether the Period is made of whole days in one of the zones.
func (d *decoder) wholeDays(zones []*time.Location) bool {
	return slices.ContainsFunc(zones, func(zone *time.Location) bool {
		_, whole := timeseries.Step{Days: 1}.Count(d.period.window(), zone, d.period.limit)
		return whole
	})
}

// calendarZones returns the zones in which the days of the Period may be
// counted, those in which it starts at local midnight first.
func (d *decoder) calendarZones() []*time.Location {
	var midnight, others []*time.Location
	for _, zone := range []*time.Location{d.zone(d.curve.Attributes[timeseries.Area]), entsoe.Brussels(), time.UTC} {
		switch {
		case zone == nil:
		case timeseries.LocalMidnight(d.period.from, zone):
			midnight = append(midnight, zone)
		default:
			others = append(others, zone)
		}
	}
	return append(midnight, others...)
}

// endPeriod expands the Points of the Period that was read and visits it. What
// cannot be used is reported after that.
func (d *decoder) endPeriod() error {
	p := &d.period
	if err := givenUp(d.ctx); err != nil {
		return err
	}
	good, err := int64(0), error(nil)
	if p.bad == nil {
		good, err = d.visitPeriod()
	}
	if err != nil {
		if err = d.spare(err, d.s.open.depth(), &p.bad); err != nil {
			return err
		}
	}
	d.stretchHull()
	if p.bad != nil || d.broken != nil {
		return d.losePeriod()
	}
	d.good += good
	d.header.Good += good
	return d.loseValues()
}

// visitPeriod visits the Period that was read and returns the number of its
// intervals with values.
func (d *decoder) visitPeriod() (good int64, err error) {
	p := &d.period
	switch {
	case p.from.IsZero() || p.to.IsZero():
		return 0, d.s.errorf("a Period without a timeInterval")
	case p.resolution == "":
		return 0, d.s.errorf("a Period without a resolution")
	case d.broken != nil:
		return 0, nil
	}
	if good, err = d.expand(); err != nil {
		return 0, err
	}
	if p.surplus != nil && p.followed && p.falling && d.fields[fieldCurveType] == curveSteps {
		return 0, p.surplus // it may have a place among the others, and end a value there
	}
	d.attribute(timeseries.Resolution, p.resolution)
	d.curve.Resolution, d.curve.Zone = p.step, p.zone
	d.curve.Period, d.curve.Pointless = p.window(), p.points == 0
	if d.visit.Curve == nil {
		return good, nil
	}
	return good, d.refused(d.visit.Curve(d.header, &d.curve))
}

// stretchHull lets the hull of the TimeSeries hold the Period.
func (d *decoder) stretchHull() {
	p := &d.period
	if d.hull.From.IsZero() {
		d.hull = p.window()
		return
	}
	d.hull = timeseries.Window{From: timeseries.Earlier(d.hull.From, p.from), To: timeseries.Later(d.hull.To, p.to)}
}
