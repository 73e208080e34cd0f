package world

import (
	"math"
	"time"

	"entsoed/timeseries"
)

// Signal is a value at an instant, in MW or in the currency per MWh. It
// depends on the seed, the place and the instant alone. Signals keep what
// they looked up last, so each is for one goroutine.
type Signal func(at int64) float64

// Hundredths is the value at an instant in hundredths of its unit, or None.
type Hundredths func(at int64) int64

// None is the value of an instant that has none: its Point lacks the element.
const None = math.MinInt64

// World makes the signals of one place for one answer.
type World struct {
	*Place
	Size
	Clock  LocalClock
	window timeseries.Window
	sum    addends
	shares []float32 // residual load by quarter hour of the window, NaN: not yet known
}

// NewWorld makes the world of a place for a window. A place of unknown size
// counts as a small one; only its borders are published.
func NewWorld(p *Place, w timeseries.Window) *World {
	world := plainWorld(p, w)
	world.sum = newAddends(p.sum, w)
	return world
}

// plainWorld is the world of a place that is no sum of others.
func plainWorld(p *Place, w timeseries.Window) *World {
	world := &World{Place: p, window: w, Clock: LocalClock{zone: p.Zone}}
	if p.Known != nil {
		world.Size = *p.Known
	} else {
		world.Size = Size{Load: 1000, Minutes: 60, lat: 48, lon: 12}
	}
	return world
}

// LocalClock turns instants into local time and remembers the last offset.
type LocalClock struct {
	zone     *time.Location
	from, to int64 // the offset and the year hold in [from, to)
	offset   int64
	year     int
}

// local returns seconds of local time since 1970-01-01 00:00 local.
func (c *LocalClock) local(at int64) int64 {
	if at < c.from || at >= c.to {
		c.load(at)
	}
	return at + c.offset
}

// YearOf returns the local year.
func (c *LocalClock) YearOf(at int64) int {
	c.local(at)
	return c.year
}

func (c *LocalClock) load(at int64) {
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

// Hour is in seconds; yearShare is the angle of a year for a second of it.
const (
	Hour      = 3600
	yearShare = 2 * math.Pi / (365.2425 * 24 * Hour) // one turn a year
)

// season is 1 in the middle of January and -1 in that of July.
func season(at int64) float64 { return math.Cos(float64(at-14*24*Hour) * yearShare) }

// loadByHour is the shape of a working day's consumption, 1 on average.
var loadByHour = [25]float64{
	0.82, 0.78, 0.76, 0.75, 0.77, 0.83, 0.94, 1.05, 1.10, 1.11, 1.11, 1.12,
	1.12, 1.10, 1.08, 1.07, 1.08, 1.12, 1.16, 1.15, 1.10, 1.04, 0.96, 0.88, 0.82,
}

// Consumption is the total load. That of a country is the sum of its zones.
func (w *World) Consumption(at int64) float64 {
	if at < w.sum.until {
		return w.sum.total(at)
	}
	return w.ownConsumption(at)
}

// ownConsumption goes by hour, day of the week and season, more seasonal in the
// north.
func (w *World) ownConsumption(at int64) float64 {
	local := w.Clock.local(at)
	second := local % (24 * Hour)
	h, part := second/Hour, float64(second%Hour)/Hour
	shape := loadByHour[h] + (loadByHour[h+1]-loadByHour[h])*part
	if weekday := (local/(24*Hour) + 4) % 7; weekday == 0 || weekday == 6 { // 1970-01-01 was a Thursday
		shape = 0.55*shape + 0.33
	}
	shape *= 1 + Clamp((w.lat-40)*0.014, -0.02, 0.28)*season(at)
	shape *= 1 + 0.03*Wave(at, 30*Hour, w.Salt+1) + 0.008*Wave(at, Hour, w.Salt+2)
	return w.Load * shape
}

// wind is the share of its capacity that wind yields; windier in winter, at
// sea and where a front passes that all of Europe shares.
func (w *World) wind(at int64, sea bool) float64 {
	base, salt := 0.24, w.Salt+3
	if sea {
		base, salt = 0.40, w.Salt+4
	}
	front := Wave(at-int64(w.lon*1500), 50*Hour, w.Place.front)
	x := base*(1+0.25*season(at)) + 0.34*front + 0.13*Wave(at, 17*Hour, salt) + 0.05*Wave(at, 3*Hour, salt+9)
	return Clamp(x, 0.004, 0.97)
}

// sun is the share of its capacity that solar power yields: the height of the
// sun at the place less the clouds, zero at night.
func (w *World) sun(at int64) float64 {
	turn := float64(at%(24*Hour))/(24*Hour)*2*math.Pi + w.lon*math.Pi/180
	lat, tilt := w.lat*math.Pi/180, -0.409*season(at+24*24*Hour)
	height := math.Sin(lat)*math.Sin(tilt) - math.Cos(lat)*math.Cos(tilt)*math.Cos(turn)
	if height <= 0.02 {
		return 0
	}
	clouds := 0.62 + 0.30*Wave(at, 20*Hour, w.Salt+5) + 0.06*Wave(at, 2*Hour, w.Salt+6)
	return 0.9 * height * Clamp(clouds, 0.08, 1)
}

// Installed is the capacity of a type in MW in the year of the instant. Solar
// and wind grow, coal shrinks.
func (w *World) Installed(kind int, at int64) float64 {
	growth := [len(PsrTypes)]float64{lignite: -0.03, coal: -0.05, Solar: 0.12, Offshore: 0.05, Onshore: 0.04}
	years := float64(w.Clock.YearOf(at) - 2025)
	return w.Capacity[kind] * math.Exp(growth[kind]*years)
}

// residual is what is left of consumption after wind and sun, as a share of
// the average consumption: about 0.2 on a sunny windy noon, 1.2 on a still
// winter evening. It is kept, because everything else depends on it.
func (w *World) residual(at int64) float64 {
	const quarter = Hour / 4
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

func (w *World) freshResidual(at int64) float64 {
	rest := w.Consumption(at) - w.Installed(Solar, at)*w.sun(at) -
		w.Installed(Onshore, at)*w.wind(at, false) - w.Installed(Offshore, at)*w.wind(at, true)
	return float64(float32(rest / w.Load))
}

// Generation returns what a type of plant generates.
func (w *World) Generation(kind int) Signal {
	return func(at int64) float64 { return w.Installed(kind, at) * w.yield(kind, at) }
}

// yield is the share of its capacity that a type of plant generates.
func (w *World) yield(kind int, at int64) float64 {
	slow := Wave(at, 200*Hour, w.Salt+uint64(kind)*77)
	fast := Wave(at, 2*Hour, w.Salt+uint64(kind)*78)
	switch kind {
	case Solar:
		return w.sun(at)
	case Onshore:
		return w.wind(at, false)
	case Offshore:
		return w.wind(at, true)
	case nuclear:
		return Clamp(0.8+0.15*slow+0.002*fast, 0, 1)
	case lignite:
		return Clamp(0.15+0.5*w.residual(at)+0.1*slow+0.01*fast, 0.08, 0.95)
	case coal:
		return Clamp(-0.1+0.55*w.residual(at)+0.1*slow+0.01*fast, 0, 0.92)
	case gas:
		return Clamp(-0.15+0.6*w.residual(at)+0.08*slow+0.02*fast, 0.02, 0.95)
	case oil:
		return Clamp(w.residual(at)-1.05+0.02*fast, 0, 0.8)
	case Pumped:
		return Clamp(1.6*(w.residual(at)-0.9)+0.05*fast, 0, 0.9)
	case river:
		return Clamp(0.45-0.15*season(at)+0.12*slow+0.004*fast, 0.05, 0.95)
	case Reservoir:
		return Clamp(0.05+0.4*w.residual(at)+0.1*slow+0.02*fast, 0.01, 0.95)
	case waste:
		return Clamp(0.72+0.08*slow+0.01*fast, 0, 1)
	default:
		return Clamp(0.62+0.08*slow+0.01*fast, 0, 1)
	}
}

// Pumping is the consumption of pumped storage: when there is too much.
func (w *World) Pumping(at int64) float64 {
	return w.Installed(Pumped, at) * Clamp(1.5*(0.55-w.residual(at))+0.04*Wave(at, 2*Hour, w.Salt+7), 0, 0.9)
}

// OwnUse is what parks consume while they yield nothing.
func (w *World) OwnUse(kind int) Signal {
	return func(at int64) float64 {
		if w.yield(kind, at) > 0.02 {
			return 0
		}
		return 0.0004 * w.Installed(kind, at) * (1.2 + Wave(at, 5*Hour, w.Salt+14))
	}
}
