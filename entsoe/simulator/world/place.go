package world

import (
	"time"

	"entsoed/entsoe"
)

// Place is an area of the catalogue with what the simulator assumes of it.
type Place struct {
	entsoe.Area
	Zone     *time.Location
	Salt     uint64
	front    uint64 // what all places share: weather fronts, the mood of the market
	Known    *Size  // nil: nothing is known of the area, and it publishes nothing of its own
	Round    int64  // values of power are multiples of so many hundredths of a MW
	From, To int64  // validity; to is 0 while it lasts
	sum      *sum   // nil: its consumption is its own
}

// Places returns the areas of the catalogue as a seed makes them, by EIC.
func Places(seed uint64) map[string]*Place {
	bySize := make(map[string]*Size, len(sizes))
	for i := range sizes {
		bySize[sizes[i].code] = &sizes[i]
	}
	places, byCode := make(map[string]*Place), make(map[string]*Place)
	for _, area := range entsoe.Areas() {
		p := newPlace(seed, area, bySize[area.Code])
		places[area.EIC], byCode[area.Code] = p, p
	}
	addUp(byCode)
	return places
}

func newPlace(seed uint64, area entsoe.Area, size *Size) *Place {
	p := &Place{Area: area, Zone: area.Location(), Salt: Mix(seed ^ Salt(area.EIC)), front: Mix(seed), Known: size}
	p.Round = [...]int64{1, 1, 10, 100}[p.Salt%4]
	if t, ok := localDate(area.ValidFrom, p.Zone); ok {
		p.From = t.Unix()
	}
	if t, ok := localDate(area.ValidUntil, p.Zone); ok {
		p.To = t.Unix()
	}
	return p
}

func localDate(text string, zone *time.Location) (time.Time, bool) {
	t, err := time.ParseInLocation(time.DateOnly, text, zone)
	return t, err == nil
}

// Draw decides by the seed whether something holds of a place, with a chance
// in percent.
func (p *Place) Draw(what string, percent uint64) bool {
	return Mix(p.Salt^Salt(what))%100 < percent
}

// Money is what the area settles in.
func (p *Place) Money() money {
	local := map[string]money{"HU": {"HUF", 400}, "PL": {"PLN", 4.27}, "RO": {"RON", 5.05}, "CZ": {"CZK", 24.5}}
	if m, ok := local[p.Code]; ok {
		return m
	}
	return money{"EUR", 1}
}

// Money is a currency and what a euro costs in it.
type money struct {
	Code string
	Rate float64
}
