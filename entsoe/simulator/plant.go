package simulator

import (
	"fmt"
	"math"
	"slices"
)

// plant is a made-up production unit, such as a power station, and its
// generation units.
type plant struct {
	id, name string
	kind     int // index into psrTypes
	voltage  int // kV
	units    []generator
}

// generator is one generation unit of a plant.
type generator struct {
	id, name string
	nominal  float64 // MW
	salt     uint64
}

// unitSize is the usual size of a generation unit in MW; 0: units of the type
// are too small to be published by themselves.
var unitSize = [len(psrTypes)]float64{
	lignite: 480, gas: 410, coal: 430, oil: 260, pumped: 250, river: 110, reservoir: 190, nuclear: 1050, offshore: 320,
}

// Plants of an area: units above 100 MW, and not so many that their values go
// over the limit of 100 TimeSeries.
const (
	unitsMost  = 96
	unitsShare = 0.85 // of the capacity belongs to units that are published
)

// plants makes up the plants of an area, always the same.
func (p *place) plants() []plant {
	counts, total := [len(psrTypes)]float64{}, 0.0
	for kind, size := range unitSize {
		if size > 0 {
			counts[kind] = math.Round(unitsShare * p.known.capacity[kind] / size)
			total += counts[kind]
		}
	}
	scale := math.Min(1, unitsMost/math.Max(total, 1))
	var list []plant
	for kind, count := range counts {
		for left := int(count * scale); left > 0; {
			one := p.plant(kind, len(list), left)
			left -= len(one.units)
			list = append(list, one)
		}
	}
	return list
}

// plant makes up the n-th plant, of at most three units and most units.
func (p *place) plant(kind, n, most int) plant {
	own := mix(p.salt ^ uint64(kind)<<32 ^ uint64(n)<<8)
	one := plant{id: eic(own), name: placeName(own), kind: kind, voltage: [...]int{110, 150, 220, 380}[own%4]}
	for i := range min(most, int(own>>8%3)+1) {
		salt := mix(own + uint64(i) + 1)
		one.units = append(one.units, generator{
			id:      eic(salt),
			name:    fmt.Sprintf("%s %c", one.name, 'A'+i),
			nominal: math.Round(math.Max(100, unitSize[kind]*(0.6+0.8*fraction(salt)))),
			salt:    salt,
		})
	}
	return one
}

func (p plant) nominal() (sum float64) {
	for _, unit := range p.units {
		sum += unit.nominal
	}
	return sum
}

// is reports whether an EIC is that of the plant or of one of its units.
func (p plant) is(eic string) bool {
	return eic == p.id || slices.ContainsFunc(p.units, func(g generator) bool { return g.id == eic })
}

// output is what a unit generates: as others of its type, but stopped for
// weeks now and then.
func (w *world) output(kind int, unit generator) reading {
	return func(at int64) float64 {
		if wave(at, 400*hour, unit.salt) < -0.72 {
			return 0
		}
		return unit.nominal * clamp(w.yield(kind, at)*(1+0.25*wave(at, 6*hour, unit.salt+1)), 0, 1)
	}
}

// placeName makes up a name that sounds like a place.
func placeName(x uint64) string {
	first := [...]string{"Al", "Bru", "Dor", "El", "Fal", "Gra", "Hol", "Ist", "Kal", "Lin", "Mor", "Nor", "Os", "Pel", "Ras", "Sun", "Tor", "Ul", "Vel", "Wes"}
	last := [...]string{"berg", "brück", "dal", "dorf", "feld", "furt", "gård", "haven", "holm", "moor", "nes", "stad", "vik", "wald", "zell"}
	return first[x>>16%uint64(len(first))] + last[x>>32%uint64(len(last))]
}

// eic makes an Energy Identification Code of type W (resource) under the
// issuing office 99, which does not exist: 15 characters and their check
// character (EIC reference manual, weights 16 to 2 modulo 37).
func eic(x uint64) string {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	for ; ; x = mix(x) {
		code := []byte("99W")
		for rest := x; len(code) < 15; rest /= uint64(len(digits)) {
			code = append(code, digits[rest%uint64(len(digits))])
		}
		if check := checkCharacter(code); check != '-' { // codes that end so are not issued
			return string(append(code, check))
		}
	}
}

func checkCharacter(code []byte) byte {
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-"
	sum := 0
	for i, c := range code {
		sum += slices.Index([]byte(alphabet), c) * (16 - i)
	}
	return alphabet[36-(sum-1)%37]
}
