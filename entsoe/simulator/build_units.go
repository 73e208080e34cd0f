package simulator

import (
	"fmt"
	"slices"
	"time"

	"entsoed/entsoe/simulator/world"
)

// buildUnits makes the generation of each generation unit. Some are published
// by the hour where the area has quarter hours.
func buildUnits(q *question) []series {
	w := world.NewWorld(q.from, q.asked)
	var list []series
	for _, plant := range q.plants() {
		for _, unit := range plant.Units {
			if id := q.params[paramResource]; id != "" && id != plant.Id && id != unit.Id {
				continue
			}
			g := world.Minutes(w.Minutes)
			if unit.Salt%3 > 0 {
				g = world.Minutes(60)
			}
			s := q.area("A01", generates, g)
			s.fields = slices.Insert(s.fields, 3, field{name: "registeredResource.mRID", value: plant.Id, eic: true})
			s.psr = world.PsrTypes[plant.Kind]
			s.unit = &unit
			s.spans = q.spans(g, q.rule, unit.Id)
			s.quantity = q.power(w.Output(plant.Kind, unit), g, unit.Id)
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
	g := world.Steps(world.Year, q.zone())
	var list []series
	for _, plant := range q.plants() {
		for _, u := range early.units(g, world.Year, q.rule) {
			s := q.area("B11", generates, g)
			s.id = fmt.Sprintf("%016x", world.Mix(q.feed()^world.Salt(plant.Id)+uint64(u.From.Unix())))
			s.fields = slices.Insert(s.fields, 3,
				field{name: "registeredResource.mRID", value: plant.Id, eic: true},
				field{name: "registeredResource.name", value: plant.Name})
			s.psr = world.PsrTypes[plant.Kind]
			s.plant = &plant
			s.spans = append(s.spans, u)
			s.quantity = whole(func(int64) float64 { return plant.Nominal() })
			list = append(list, s)
		}
	}
	return list
}

// plants returns the plants of the area that the filters leave.
func (q *question) plants() []world.Plant {
	var list []world.Plant
	for _, p := range q.from.Plants() {
		id := q.params[paramResource]
		if q.wants(paramPSR, world.PsrTypes[p.Kind]) && (id == "" || p.Is(id)) {
			list = append(list, p)
		}
	}
	return list
}
