package simulator

import (
	"fmt"
	"slices"
	"time"

	"entsoed/entsoe/simulator/world"
)

// buildInstalled makes the installed capacity of each type, one value a year.
func buildInstalled(q *question) []series {
	w := world.NewWorld(q.from, q.asked)
	g := world.Steps(world.Year, q.zone())
	var list []series
	for kind, psr := range world.PsrTypes {
		if w.Capacity[kind] == 0 || !q.wants(paramPSR, psr) {
			continue
		}
		s := q.area("A37", generates, g)
		s.psr = psr
		s.spans = q.spans(g, q.rule, psr)
		s.quantity = q.power(func(at int64) float64 { return w.Installed(kind, at) }, world.Grid{}, psr)
		list = append(list, s)
	}
	return list
}

// buildGenerationForecast makes the total generation as forecast for the next
// day, and the consumption of pumped storage where there is any.
func buildGenerationForecast(q *question) []series {
	w := world.NewWorld(q.from, q.asked)
	g := world.Minutes(w.Minutes)
	s := q.area("A01", generates, g)
	s.spans = q.spans(g, q.rule, "")
	s.quantity = q.power(world.Forecast(w.Consumption, 0.05, q.feed()), g, "")
	if w.Capacity[world.Pumped] == 0 {
		return []series{s}
	}
	c := q.area("A01", consumes, g)
	c.spans = s.spans
	c.quantity = q.power(world.Forecast(w.Pumping, 0.1, q.feed()), g, "pumping")
	return []series{s, c}
}

// buildWindSolar makes wind and solar generation: realised, or as forecast the
// day before, on the day or at last.
func buildWindSolar(q *question) []series {
	w := world.NewWorld(q.from, q.asked)
	g := world.Minutes(w.Minutes)
	errors := map[string]float64{"A01": 0.15, "A40": 0.08, "A18": 0.05}
	var list []series
	for _, kind := range []int{world.Solar, world.Offshore, world.Onshore} {
		psr := world.PsrTypes[kind]
		if w.Capacity[kind] == 0 || !q.wants(paramPSR, psr) {
			continue
		}
		business, r := "A93", w.Generation(kind)
		if kind == world.Solar {
			business = "A94"
		}
		if share, ok := errors[q.process]; ok {
			r = world.Forecast(r, share, q.from.Salt^world.Salt(psr, q.process))
		}
		s := q.area(business, generates, g)
		s.psr = psr
		s.spans = q.spans(g, q.rule, psr)
		s.quantity = q.power(r, g, psr)
		list = append(list, s)
	}
	return list
}

// buildGeneration makes the generation of each type. Pumped storage has its
// consumption beside it, and some areas tell what wind and solar parks
// consume themselves: TimeSeries of the same type on the other side.
func buildGeneration(q *question) []series {
	w := world.NewWorld(q.from, q.asked)
	g := world.Minutes(w.Minutes)
	var list []series
	for kind, psr := range world.PsrTypes {
		if w.Capacity[kind] == 0 || !q.wants(paramPSR, psr) {
			continue
		}
		list = append(list, q.typed(psr, generates, w.Generation(kind), g))
		switch {
		case kind == world.Pumped:
			list = append(list, q.typed(psr, consumes, w.Pumping, g))
		case (kind == world.Solar || kind == world.Onshore) && q.from.Draw("own use", 40):
			list = append(list, q.typed(psr, consumes, w.OwnUse(kind), g))
		}
	}
	return list
}

func (q *question) typed(psr, side string, r world.Signal, g world.Grid) series {
	s := q.area("A01", side, g)
	s.psr = psr
	s.spans = q.spans(g, q.rule, psr+side)
	s.quantity = q.power(r, g, psr+side)
	return s
}

// buildReservoirs makes the stored energy, one value a week, in MWh.
func buildReservoirs(q *question) []series {
	w := world.NewWorld(q.from, q.asked)
	if w.Capacity[world.Reservoir] == 0 {
		return nil
	}
	g := world.Steps(world.Week, q.zone())
	s := q.area("A01", generates, g)
	s.fields[len(s.fields)-1].value = "MWH"
	s.spans = q.spans(g, q.rule, "")
	s.quantity = amount(w.Stored, q.from.Round, 0, q.feed())
	return []series{s}
}

// buildUnits makes the generation of each generation unit. Some are published
// by the hour where the area has quarter hours.
func buildUnits(q *question) []series {
	w := world.NewWorld(q.from, q.asked)
	var list []series
	for _, plant := range q.plants() {
		for _, unit := range plant.Units {
			if id := q.params[paramResource]; id != "" && id != plant.ID && id != unit.ID {
				continue
			}
			g := world.Minutes(w.Minutes)
			if unit.Salt%3 > 0 {
				g = world.Minutes(60)
			}
			s := q.area("A01", generates, g)
			s.fields = slices.Insert(s.fields, 3, field{name: "registeredResource.mRID", value: plant.ID, eic: true})
			s.psr = world.PsrTypes[plant.Kind]
			s.unit = &unit
			s.spans = q.spans(g, q.rule, unit.ID)
			s.quantity = q.power(w.Output(plant.Kind, unit), g, unit.ID)
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
			s.id = fmt.Sprintf("%016x", world.Mix(q.feed()^world.Salt(plant.ID)+uint64(u.From.Unix())))
			s.fields = slices.Insert(s.fields, 3,
				field{name: "registeredResource.mRID", value: plant.ID, eic: true},
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
