package world

import "math"

// Mix spreads the bits of x (the finaliser of SplitMix64): equal inputs give
// equal, similar inputs unrelated outputs.
func Mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// Salt turns names into a number (FNV-1a), the same on every machine and in
// every version, because it decides about values that are stored.
func Salt(names ...string) uint64 {
	h := uint64(14695981039346656037)
	for _, name := range names {
		for i := 0; i < len(name); i++ {
			h = (h ^ uint64(name[i])) * 1099511628211
		}
		h = (h ^ 0xff) * 1099511628211
	}
	return Mix(h)
}

// Fraction maps a mixed number to [0, 1).
func Fraction(x uint64) float64 { return float64(x>>11) / (1 << 53) }

// Wave is smooth random movement in [-1, 1]: random values every period
// seconds, joined by curves. Of instants it depends on t alone, so that the
// same instant has the same value in whatever window it is asked for.
func Wave(t int64, period int64, salt uint64) float64 {
	i := t / period
	if t%period < 0 {
		i--
	}
	x := float64(t-i*period) / float64(period)
	x = x * x * (3 - 2*x)
	a := Fraction(Mix(salt ^ uint64(i)*0x9e3779b97f4a7c15))
	b := Fraction(Mix(salt ^ uint64(i+1)*0x9e3779b97f4a7c15))
	return 2*(a+(b-a)*x) - 1
}

// Clamp limits x to [low, high].
func Clamp(x, low, high float64) float64 { return math.Min(math.Max(x, low), high) }
