package simulator

import (
	"time"

	"entsoed/entsoe"
)

// place is an area of the catalogue with what the simulator assumes of it.
type place struct {
	entsoe.Area
	zone     *time.Location
	salt     uint64
	front    uint64 // what all places share: weather fronts, the mood of the market
	known    *size  // nil: nothing is known of the area, and it publishes nothing of its own
	round    int64  // values of power are multiples of so many hundredths of a MW
	from, to int64  // validity; to is 0 while it lasts
}

// settle makes the places, borders and items of the catalogue.
func (s *Simulator) settle() {
	bySize := make(map[string]*size)
	for i := range sizes {
		bySize[sizes[i].code] = &sizes[i]
	}
	s.places = make(map[string]*place)
	for _, area := range entsoe.Areas() {
		s.places[area.EIC] = newPlace(s.config.Seed, area, bySize[area.Code])
	}
	s.borders = make(map[[2]string]bool)
	for _, border := range entsoe.Borders() {
		s.borders[[2]string{border.From.EIC, border.To.EIC}] = true
	}
	for _, item := range entsoe.Items() {
		s.items[item.Name] = item
	}
}

func newPlace(seed uint64, area entsoe.Area, size *size) *place {
	p := &place{Area: area, zone: area.Location(), salt: mix(seed ^ salt(area.EIC)), front: mix(seed), known: size}
	p.round = [...]int64{1, 1, 10, 100}[p.salt%4]
	if t, ok := localDate(area.ValidFrom, p.zone); ok {
		p.from = t.Unix()
	}
	if t, ok := localDate(area.ValidUntil, p.zone); ok {
		p.to = t.Unix()
	}
	return p
}

func localDate(text string, zone *time.Location) (time.Time, bool) {
	t, err := time.ParseInLocation(time.DateOnly, text, zone)
	return t, err == nil
}

// draw decides by the seed whether something holds of a place, with a chance
// in percent.
func (p *place) draw(what string, percent uint64) bool {
	return mix(p.salt^salt(what))%100 < percent
}
