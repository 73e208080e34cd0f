package simulator

import (
	"fmt"
	"slices"
	"time"
)

// buildUnits makes the generation of each generation unit. Some are published
// by the hour where the area has quarter hours.
func buildUnits(q *question) []series {
	w := newWorld(q.from, q.asked)
	var list []series
	for _, plant := range q.plants() {
		for _, unit := range plant.units {
			if id := q.params[paramResource]; id != "" && id != plant.id && id != unit.id {
				continue
			}
			g := minutes(w.minutes)
			if unit.salt%3 > 0 {
				g = minutes(60)
			}
			s := q.area("A01", generates, g)
			s.fields = slices.Insert(s.fields, 3, field{name: "registeredResource.mRID", value: plant.id, eic: true})
			s.psr = psrTypes[plant.kind]
			s.unit = &unit
			s.spans = q.spans(g, q.rule, unit.id)
			s.quantity = q.power(w.output(plant.kind, unit), g, unit.id)
			list = append(list, s)
		}
	}
	return list
}

// buildInstalledUnits makes the capacity of each plant, a TimeSeries a year.
// As recorded, the answer begins with the year in which the asked period
// starts in UTC: 2023 for one from 2023-12-31T23:00Z.
func buildInstalledUnits(q *question) []series {
	early := *q
	early.asked.From = time.Date(q.asked.From.Year(), time.January, 1, 0, 0, 0, 0, time.UTC)
	g := steps(year, q.zone())
	var list []series
	for _, plant := range q.plants() {
		for _, u := range early.units(g, year, q.rule) {
			s := q.area("B11", generates, g)
			s.id = fmt.Sprintf("%016x", mix(q.feed()^salt(plant.id)+uint64(u.From.Unix())))
			s.fields = slices.Insert(s.fields, 3,
				field{name: "registeredResource.mRID", value: plant.id, eic: true},
				field{name: "registeredResource.name", value: plant.name})
			s.psr = psrTypes[plant.kind]
			s.plant = &plant
			s.spans = append(s.spans, u)
			s.quantity = whole(func(int64) float64 { return plant.nominal() })
			list = append(list, s)
		}
	}
	return list
}

// plants returns the plants of the area that the filters leave.
func (q *question) plants() []plant {
	var list []plant
	for _, p := range q.from.plants() {
		id := q.params[paramResource]
		if q.wants(paramPSR, psrTypes[p.kind]) && (id == "" || p.is(id)) {
			list = append(list, p)
		}
	}
	return list
}
