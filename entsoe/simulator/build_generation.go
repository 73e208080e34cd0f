package simulator

import (
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

func (q *question) typed(psr, side string, r world.Reading, g world.Grid) series {
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
