package world

import "math"

// Directions of balancing: up, down and both.
const (
	Up   = "A01"
	Down = "A02"
	Both = "A03"
)

// Quarters is the resolution of balancing: quarter hours, half hours in
// Ireland.
func (w *World) Quarters() Grid {
	if w.Minutes == 30 {
		return Minutes(30)
	}
	return Minutes(15)
}

// State is the imbalance of an area in MW: positive where generation lacks, so
// that balancing goes up.
func (w *World) State(at int64) float64 {
	own := w.Salt ^ Salt("balancing state")
	return w.Load * (0.012*Wave(at, 3*Hour, own) + 0.010*Wave(at, Hour/3, own+1) + 0.004*Wave(at, 180, own+2))
}

// Bids is the energy offered in a direction in MW.
func (w *World) Bids(side string) Signal {
	own := w.Salt ^ Salt("bids", side)
	return func(at int64) float64 {
		return w.Load * Clamp(0.03+0.012*Wave(at, 12*Hour, own)+0.004*Wave(at, Hour, own+1), 0.002, 1)
	}
}

// Activated is the energy activated in a direction in MW.
func (w *World) Activated(at int64, side string) float64 {
	need := w.State(at)
	if side == Down {
		need = -need
	}
	return math.Max(0, need)
}

// ActivationPrice is the price of a direction: near that of the day before while
// little is needed.
func (w *World) ActivationPrice(side string, own uint64) Hundredths {
	return func(at int64) int64 {
		markup := 15 + 4000*w.Activated(at, side)/w.Load + 20*Wave(at, Hour, own)
		if side == Down {
			markup = -markup
		}
		return int64(math.Round(100 * Clamp(w.Price(at)+markup, -15000, 15000)))
	}
}

// Reserves is the capacity of a process in a direction in MW, of each quarter.
func (w *World) Reserves(process, side string) Signal {
	own := w.Salt ^ Salt("reserves", process, side)
	return func(at int64) float64 {
		return w.Load * 0.06 * (0.6 + 0.5*Fraction(Mix(own)) + 0.2*Wave(at, 2200*Hour, own))
	}
}

// ImbalancePrice is the price of imbalance: near the day-ahead price, above it
// where the area lacks energy and below it where it has too much.
func (w *World) ImbalancePrice(at int64) float64 {
	lack := w.State(at) / w.Load
	return Clamp(w.Price(at)+5500*lack+12*Wave(at, Hour/2, w.Salt+31), -900, 6000)
}
