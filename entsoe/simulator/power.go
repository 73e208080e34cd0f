package simulator

import (
	"math"
	"time"

	"entsoed/timeseries"
)

// reading is a value at an instant, in MW or in the currency per MWh. It
// depends on the seed, the place and the instant alone. Readings keep what
// they looked up last, so each is for one goroutine.
type reading func(at int64) float64

// world makes the readings of one place for one answer.
type world struct {
	*place
	size
	clock  localClock
	window timeseries.Window
	shares []float32 // residual load by quarter hour of the window, NaN: not yet known
}

// newWorld makes the world of a place for a window. A place of unknown size
// counts as a small one; only its borders are published.
func newWorld(p *place, w timeseries.Window) *world {
	world := &world{place: p, window: w, clock: localClock{zone: p.zone}}
	if p.known != nil {
		world.size = *p.known
	} else {
		world.size = size{load: 1000, minutes: 60, lat: 48, lon: 12}
	}
	return world
}

// localClock turns instants into local time and remembers the last offset.
type localClock struct {
	zone     *time.Location
	from, to int64 // the offset and the year hold in [from, to)
	offset   int64
	year     int
}

// local returns seconds of local time since 1970-01-01 00:00 local.
func (c *localClock) local(at int64) int64 {
	if at < c.from || at >= c.to {
		c.load(at)
	}
	return at + c.offset
}

// yearOf returns the local year.
func (c *localClock) yearOf(at int64) int {
	c.local(at)
	return c.year
}

func (c *localClock) load(at int64) {
	t := time.Unix(at, 0).In(c.zone)
	_, offset := t.Zone()
	c.offset, c.year = int64(offset), t.Year()
	c.from = time.Date(c.year, 1, 1, 0, 0, 0, 0, c.zone).Unix()
	c.to = time.Date(c.year+1, 1, 1, 0, 0, 0, 0, c.zone).Unix()
	start, end := t.ZoneBounds()
	if !start.IsZero() {
		c.from = max(c.from, start.Unix())
	}
	if !end.IsZero() {
		c.to = min(c.to, end.Unix())
	}
}

const (
	hour      = 3600
	yearShare = 2 * math.Pi / (365.2425 * 24 * hour) // one turn a year
)

// season is 1 in the middle of January and -1 in that of July.
func season(at int64) float64 { return math.Cos(float64(at-14*24*hour) * yearShare) }

// loadByHour is the shape of a working day's consumption, 1 on average.
var loadByHour = [25]float64{
	0.82, 0.78, 0.76, 0.75, 0.77, 0.83, 0.94, 1.05, 1.10, 1.11, 1.11, 1.12,
	1.12, 1.10, 1.08, 1.07, 1.08, 1.12, 1.16, 1.15, 1.10, 1.04, 0.96, 0.88, 0.82,
}

// consumption is the total load: by hour, day of the week and season, more
// seasonal in the north.
func (w *world) consumption(at int64) float64 {
	local := w.clock.local(at)
	second := local % (24 * hour)
	h, part := second/hour, float64(second%hour)/hour
	shape := loadByHour[h] + (loadByHour[h+1]-loadByHour[h])*part
	if weekday := (local/(24*hour) + 4) % 7; weekday == 0 || weekday == 6 { // 1970-01-01 was a Thursday
		shape = 0.55*shape + 0.33
	}
	shape *= 1 + clamp((w.lat-40)*0.014, -0.02, 0.28)*season(at)
	shape *= 1 + 0.03*wave(at, 30*hour, w.salt+1) + 0.008*wave(at, hour, w.salt+2)
	return w.load * shape
}

// wind is the share of its capacity that wind yields; windier in winter, at
// sea and where a front passes that all of Europe shares.
func (w *world) wind(at int64, sea bool) float64 {
	base, salt := 0.24, w.salt+3
	if sea {
		base, salt = 0.40, w.salt+4
	}
	front := wave(at-int64(w.lon*1500), 50*hour, w.place.front)
	x := base*(1+0.25*season(at)) + 0.34*front + 0.13*wave(at, 17*hour, salt) + 0.05*wave(at, 3*hour, salt+9)
	return clamp(x, 0.004, 0.97)
}

// sun is the share of its capacity that solar power yields: the height of the
// sun at the place less the clouds, zero at night.
func (w *world) sun(at int64) float64 {
	turn := float64(at%(24*hour))/(24*hour)*2*math.Pi + w.lon*math.Pi/180
	lat, tilt := w.lat*math.Pi/180, -0.409*season(at+24*24*hour)
	height := math.Sin(lat)*math.Sin(tilt) - math.Cos(lat)*math.Cos(tilt)*math.Cos(turn)
	if height <= 0.02 {
		return 0
	}
	clouds := 0.62 + 0.30*wave(at, 20*hour, w.salt+5) + 0.06*wave(at, 2*hour, w.salt+6)
	return 0.9 * height * clamp(clouds, 0.08, 1)
}

// installed is the capacity of a type in MW in the year of the instant. Solar
// and wind grow, coal shrinks.
func (w *world) installed(kind int, at int64) float64 {
	growth := [len(psrTypes)]float64{lignite: -0.03, coal: -0.05, solar: 0.12, offshore: 0.05, onshore: 0.04}
	years := float64(w.clock.yearOf(at) - 2025)
	return w.capacity[kind] * math.Exp(growth[kind]*years)
}

// residual is what is left of consumption after wind and sun, as a share of
// the average consumption: about 0.2 on a sunny windy noon, 1.2 on a still
// winter evening. It is kept, because everything else depends on it.
func (w *world) residual(at int64) float64 {
	const quarter = hour / 4
	i := (at - w.window.From.Unix()) / quarter
	if i < 0 || at%quarter != 0 || at >= w.window.To.Unix() {
		return w.freshResidual(at)
	}
	if w.shares == nil {
		w.shares = make([]float32, (w.window.To.Unix()-w.window.From.Unix())/quarter+1)
		for j := range w.shares {
			w.shares[j] = float32(math.NaN())
		}
	}
	if w.shares[i] != w.shares[i] {
		w.shares[i] = float32(w.freshResidual(at))
	}
	return float64(w.shares[i])
}

func (w *world) freshResidual(at int64) float64 {
	rest := w.consumption(at) - w.installed(solar, at)*w.sun(at) -
		w.installed(onshore, at)*w.wind(at, false) - w.installed(offshore, at)*w.wind(at, true)
	return float64(float32(rest / w.load))
}

// generation returns what a type of plant generates.
func (w *world) generation(kind int) reading {
	return func(at int64) float64 { return w.installed(kind, at) * w.yield(kind, at) }
}

// yield is the share of its capacity that a type of plant generates.
func (w *world) yield(kind int, at int64) float64 {
	slow := wave(at, 200*hour, w.salt+uint64(kind)*77)
	fast := wave(at, 2*hour, w.salt+uint64(kind)*78)
	switch kind {
	case solar:
		return w.sun(at)
	case onshore:
		return w.wind(at, false)
	case offshore:
		return w.wind(at, true)
	case nuclear:
		return clamp(0.8+0.15*slow+0.002*fast, 0, 1)
	case lignite:
		return clamp(0.15+0.5*w.residual(at)+0.1*slow+0.01*fast, 0.08, 0.95)
	case coal:
		return clamp(-0.1+0.55*w.residual(at)+0.1*slow+0.01*fast, 0, 0.92)
	case gas:
		return clamp(-0.15+0.6*w.residual(at)+0.08*slow+0.02*fast, 0.02, 0.95)
	case oil:
		return clamp(w.residual(at)-1.05+0.02*fast, 0, 0.8)
	case pumped:
		return clamp(1.6*(w.residual(at)-0.9)+0.05*fast, 0, 0.9)
	case river:
		return clamp(0.45-0.15*season(at)+0.12*slow+0.004*fast, 0.05, 0.95)
	case reservoir:
		return clamp(0.05+0.4*w.residual(at)+0.1*slow+0.02*fast, 0.01, 0.95)
	case waste:
		return clamp(0.72+0.08*slow+0.01*fast, 0, 1)
	default:
		return clamp(0.62+0.08*slow+0.01*fast, 0, 1)
	}
}

// pumping is the consumption of pumped storage: when there is too much.
func (w *world) pumping(at int64) float64 {
	return w.installed(pumped, at) * clamp(1.5*(0.55-w.residual(at))+0.04*wave(at, 2*hour, w.salt+7), 0, 0.9)
}
