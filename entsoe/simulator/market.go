package simulator

import "math"

// price is the day-ahead price in EUR/MWh. It rises with the residual load:
// slowly while wind and sun set it, so that it is below zero when they exceed
// what is needed by far, and steeply when both are missing. A mood that all of
// Europe shares comes on top.
func (w *world) price(at int64) float64 {
	r := w.residual(at)
	p := -10 + 100*r
	switch {
	case r < 0.4:
		p = 30 - 38*(0.4-r)
	case r > 1.15:
		p += 260 * (r - 1.15)
	}
	p += 14*wave(at, 40*hour, w.place.front+1) + 4*wave(at, hour, w.salt+11)
	return clamp(p, -500, 4000)
}

// auction is the price of another auction for the same delivery: near the
// day-ahead price, the farther the later.
func (w *world) auction(name string, spread float64) reading {
	own := w.salt ^ salt(name)
	return func(at int64) float64 {
		return clamp(w.price(at)+spread*wave(at, hour, own)+spread/2*wave(at, hour/4, own+1), -500, 4000)
	}
}

// forecast is a reading as it was forecast: right on average, wrong by a
// share of the value that changes within hours.
func forecast(r reading, share float64, own uint64) reading {
	return func(at int64) float64 {
		return math.Max(0, r(at)*(1+share*wave(at, 5*hour, own)+share/2*wave(at, 31*hour, own+1)))
	}
}

// netPosition is the export of a zone in MW, negative for imports. It changes
// its sign within most days.
func (w *world) netPosition(at int64, contract string) float64 {
	own := w.salt ^ salt("net position", contract)
	lean := 2*fraction(mix(own)) - 1
	return w.load * (0.05*lean + 0.10*wave(at, 11*hour, own) + 0.12*(0.7-w.residual(at)) + 0.01*wave(at, hour, own+1))
}

// stored is the energy in reservoirs in MWh: full in autumn, empty in spring.
func (w *world) stored(at int64) float64 {
	full := (w.capacity[reservoir] + 0.3*w.capacity[pumped]) * 1800
	level := 0.55 + 0.28*math.Cos(float64(at-270*24*hour)*yearShare) + 0.06*wave(at, 900*hour, w.salt+12)
	return full * level
}

// margin is the forecast surplus of generation over the highest load of a
// year, negative where there is none.
func (w *world) margin(at int64) float64 {
	own := w.salt ^ salt("margin")
	return w.load * (0.16 + 0.14*(2*fraction(mix(own+uint64(w.clock.yearOf(at))))-1))
}

// link is a directed border: energy leaves from and enters to.
type link struct {
	from, to *place
	salt     uint64  // of the pair, the same in both directions
	sign     float64 // 1 or -1: which direction counts as positive
	capacity float64 // MW
}

func newLink(from, to *place) *link {
	l := &link{from: from, to: to, sign: 1}
	first, second := from, to
	if first.EIC > second.EIC {
		first, second, l.sign = to, from, -1
	}
	l.salt = mix(first.salt ^ second.salt<<1)
	least := 3000.0
	for _, side := range []*place{from, to} {
		if side.known != nil {
			least = math.Min(least, side.known.load)
		}
	}
	l.capacity = math.Round(least*(0.2+0.5*fraction(mix(l.salt)))/50) * 50
	return l
}

// net is the exchange from the one side to the other in MW, negative against
// the link's direction. Most links lean to one side.
func (l *link) net(at int64, what string, spread float64) float64 {
	own := l.salt ^ salt(what)
	lean := 1.5 * (2*fraction(mix(l.salt+1)) - 1)
	x := lean + 0.5*wave(at, 31*hour, l.salt+2) + 0.35*wave(at, 7*hour, l.salt+3) + spread*wave(at, hour, own)
	return l.sign * l.capacity * clamp(x, -1, 1)
}

// flow is the positive part of net: each direction is published by itself.
func (l *link) flow(what string, spread float64) reading {
	return func(at int64) float64 { return math.Max(0, l.net(at, what, spread)) }
}

// offered is the capacity offered to a market: whole steps of the link's own,
// reduced for some days at a time.
func (l *link) offered(what string, share float64) reading {
	own := mix(l.salt ^ salt(what, l.from.EIC))
	return func(at int64) float64 {
		day := uint64(at / (24 * hour))
		reduced := [...]float64{1, 1, 1, 1, 0.9, 0.75, 0.5, 1}[mix(own+day/3)%8]
		night := 1.0
		if h := at / hour % 24; h < 5 && mix(own+day)%3 == 0 {
			night = 0.8
		}
		return math.Round(l.capacity * share * reduced * night)
	}
}
