package world

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// Plant is a made-up production unit, such as a power station, and its
// generation units.
type Plant struct {
	ID, Name string
	Kind     int // index into psrTypes
	Voltage  int // kV
	Units    []Generator
}

// Generator is one generation unit of a plant.
type Generator struct {
	ID, Name string
	Nominal  float64 // MW
	Salt     uint64
}

// unitSize is the usual size of a generation unit in MW; 0: units of the type
// are too small to be published by themselves.
var unitSize = [len(PsrTypes)]float64{
	lignite: 480, gas: 410, coal: 430, oil: 260, Pumped: 250, river: 110, Reservoir: 190, nuclear: 1050, Offshore: 320,
}

// Plants of an area: units above 100 MW, and not so many that their values go
// over the limit of 100 TimeSeries.
const (
	unitsMost  = 96
	unitsShare = 0.85 // of the capacity belongs to units that are published
)

// Plants makes up the plants of an area, always the same.
func (p *Place) Plants() []Plant {
	counts, total := [len(PsrTypes)]float64{}, 0.0
	for kind, size := range unitSize {
		if size > 0 {
			counts[kind] = math.Round(unitsShare * p.Known.Capacity[kind] / size)
			total += counts[kind]
		}
	}
	scale := math.Min(1, unitsMost/math.Max(total, 1))
	var list []Plant
	for kind, count := range counts {
		for left := int(count * scale); left > 0; {
			one := p.plant(kind, len(list), left)
			left -= len(one.Units)
			list = append(list, one)
		}
	}
	return list
}

// Plant makes up the n-th plant, of at most three units and most units.
func (p *Place) plant(kind, n, most int) Plant {
	own := Mix(p.Salt ^ uint64(kind)<<32 ^ uint64(n)<<8)
	one := Plant{ID: Eic(own), Name: PlaceName(own), Kind: kind, Voltage: [...]int{110, 150, 220, 380}[own%4]}
	for i := range min(most, int(own>>8%3)+1) {
		salt := Mix(own + uint64(i) + 1)
		one.Units = append(one.Units, Generator{
			ID:      Eic(salt),
			Name:    fmt.Sprintf("%s %c", one.Name, 'A'+i),
			Nominal: math.Round(math.Max(100, unitSize[kind]*(0.6+0.8*Fraction(salt)))),
			Salt:    salt,
		})
	}
	return one
}

// Nominal returns the MW of all units together.
func (p Plant) Nominal() (sum float64) {
	for _, unit := range p.Units {
		sum += unit.Nominal
	}
	return sum
}

// Is reports whether an EIC is that of the plant or of one of its units.
func (p Plant) Is(eic string) bool {
	return eic == p.ID || slices.ContainsFunc(p.Units, func(g Generator) bool { return g.ID == eic })
}

// Output is what a unit generates: as others of its type, but stopped for
// weeks now and then.
func (w *World) Output(kind int, unit Generator) Signal {
	return func(at int64) float64 {
		if Wave(at, 400*Hour, unit.Salt) < -0.72 {
			return 0
		}
		return unit.Nominal * Clamp(w.yield(kind, at)*(1+0.25*Wave(at, 6*Hour, unit.Salt+1)), 0, 1)
	}
}

// PlaceName makes up a name that sounds like a place.
func PlaceName(x uint64) string {
	first := [...]string{"Al", "Bru", "Dor", "El", "Fal", "Gra", "Hol", "Ist", "Kal", "Lin", "Mor", "Nor", "Os", "Pel", "Ras", "Sun", "Tor", "Ul", "Vel", "Wes"}
	last := [...]string{"berg", "brück", "dal", "dorf", "feld", "furt", "gård", "haven", "holm", "moor", "nes", "stad", "vik", "wald", "zell"}
	return first[x>>16%uint64(len(first))] + last[x>>32%uint64(len(last))]
}

// Eic makes an Energy Identification Code of type W (resource) under the
// issuing office 99, which does not exist: 15 characters and their check
// character (EIC reference manual, weights 16 to 2 modulo 37).
func Eic(x uint64) string {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	for ; ; x = Mix(x) {
		code := []byte("99W")
		for rest := x; len(code) < 15; rest /= uint64(len(digits)) {
			code = append(code, digits[rest%uint64(len(digits))])
		}
		if check := CheckCharacter(code); check != '-' { // codes that end so are not issued
			return string(append(code, check))
		}
	}
}

// CheckCharacter returns the 16th character of an EIC from the 15 before it.
func CheckCharacter(code []byte) byte {
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-"
	sum := 0
	for i, c := range code {
		sum += slices.Index([]byte(alphabet), c) * (16 - i)
	}
	return alphabet[36-(sum-1)%37]
}

// States are the days on which a plant began and changed, rising.
func (p Plant) States() []time.Time {
	own := Salt(p.ID)
	list := []time.Time{time.Date(2015+int(own%6), time.Month(own>>8%12+1), int(own>>16%28)+1, 0, 0, 0, 0, time.UTC)}
	for i := range own >> 24 % 4 {
		h := Mix(own + i)
		list = append(list, list[len(list)-1].AddDate(int(h%3), int(h>>8%11)+1, int(h>>16%20)))
	}
	return list
}
