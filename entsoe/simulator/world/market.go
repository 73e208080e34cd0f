package world

import "math"

// Price is the day-ahead price in EUR/MWh. It rises with the residual load:
// slowly while wind and sun set it, so that it is below zero when they exceed
// what is needed by far, and steeply when both are missing. A mood that all of
// Europe shares comes on top.
func (w *World) Price(at int64) float64 {
	r := w.residual(at)
	p := -10 + 100*r
	switch {
	case r < 0.4:
		p = 30 - 38*(0.4-r)
	case r > 1.15:
		p += 260 * (r - 1.15)
	}
	p += 14*Wave(at, 40*Hour, w.Place.front+1) + 4*Wave(at, Hour, w.Salt+11)
	return Clamp(p, -500, 4000)
}

// Auction is the price of another auction for the same delivery: near the
// day-ahead price, the farther the later.
func (w *World) Auction(name string, spread float64) Signal {
	own := w.Salt ^ Salt(name)
	return func(at int64) float64 {
		return Clamp(w.Price(at)+spread*Wave(at, Hour, own)+spread/2*Wave(at, Hour/4, own+1), -500, 4000)
	}
}

// Forecast is a signal as it was forecast: right on average, wrong by a
// share of the value that changes within hours.
func Forecast(r Signal, share float64, own uint64) Signal {
	return func(at int64) float64 {
		return math.Max(0, r(at)*(1+share*Wave(at, 5*Hour, own)+share/2*Wave(at, 31*Hour, own+1)))
	}
}

// NetPosition is the export of a zone in MW, negative for imports. It changes
// its sign within most days.
func (w *World) NetPosition(at int64, contract string) float64 {
	own := w.Salt ^ Salt("net position", contract)
	lean := 2*Fraction(Mix(own)) - 1
	return w.Load * (0.05*lean + 0.10*Wave(at, 11*Hour, own) + 0.12*(0.7-w.residual(at)) + 0.01*Wave(at, Hour, own+1))
}

// Stored is the energy in reservoirs in MWh: full in autumn, empty in spring.
func (w *World) Stored(at int64) float64 {
	full := (w.Capacity[Reservoir] + 0.3*w.Capacity[Pumped]) * 1800
	level := 0.55 + 0.28*math.Cos(float64(at-270*24*Hour)*yearShare) + 0.06*Wave(at, 900*Hour, w.Salt+12)
	return full * level
}

// Margin is the forecast surplus of generation over the highest load of a
// year, negative where there is none.
func (w *World) Margin(at int64) float64 {
	own := w.Salt ^ Salt("margin")
	return w.Load * (0.16 + 0.14*(2*Fraction(Mix(own+uint64(w.Clock.YearOf(at))))-1))
}

// Link is a directed border: energy leaves from and enters to.
type Link struct {
	from, to *Place
	Salt     uint64  // of the pair, the same in both directions
	Sign     float64 // 1 or -1: which direction counts as positive
	Capacity float64 // MW
}

// NewLink returns the border from one place to another. Its capacity follows from
// the smaller of the two.
func NewLink(from, to *Place) *Link {
	l := &Link{from: from, to: to, Sign: 1}
	first, second := from, to
	if first.EIC > second.EIC {
		first, second, l.Sign = to, from, -1
	}
	l.Salt = Mix(first.Salt ^ second.Salt<<1)
	least := 3000.0
	for _, side := range []*Place{from, to} {
		if side.Known != nil {
			least = math.Min(least, side.Known.Load)
		}
	}
	l.Capacity = math.Round(least*(0.2+0.5*Fraction(Mix(l.Salt)))/50) * 50
	return l
}

// net is the exchange from the one side to the other in MW, negative against
// the link's direction. Links lean to one side, and turn within days.
func (l *Link) net(at int64, what string, spread float64) float64 {
	own := l.Salt ^ Salt(what)
	lean := 0.6 * (2*Fraction(Mix(l.Salt+1)) - 1)
	x := lean + 0.5*Wave(at, 31*Hour, l.Salt+2) + 0.35*Wave(at, 7*Hour, l.Salt+3) + spread*Wave(at, Hour, own)
	return l.Sign * l.Capacity * Clamp(x, -1, 1)
}

// Flow is the positive part of net: each direction is published by itself.
func (l *Link) Flow(what string, spread float64) Signal {
	return func(at int64) float64 { return math.Max(0, l.net(at, what, spread)) }
}

// Offered is the capacity offered to a market: whole steps of the link's own,
// reduced for some days at a time.
func (l *Link) Offered(what string, share float64) Signal {
	own := Mix(l.Salt ^ Salt(what, l.from.EIC))
	return func(at int64) float64 {
		day := uint64(at / (24 * Hour))
		reduced := [...]float64{1, 1, 1, 1, 0.9, 0.75, 0.5, 1}[Mix(own+day/3)%8]
		night := 1.0
		if h := at / Hour % 24; h < 5 && Mix(own+day)%3 == 0 {
			night = 0.8
		}
		return math.Round(l.Capacity * share * reduced * night)
	}
}

// Rent is what capacity of the border costs in EUR/MWh.
func (l *Link) Rent(at int64) float64 {
	return Clamp(3+8*Wave(at, 60*Hour, l.Salt+5)+2*Wave(at, 3*Hour, l.Salt+6), 0, 100)
}
