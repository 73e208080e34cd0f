package simulator

// buildInstalled makes the installed capacity of each type, one value a year.
func buildInstalled(q *question) []series {
	w := newWorld(q.from, q.asked)
	g := steps(year, q.zone())
	var list []series
	for kind, psr := range psrTypes {
		if w.capacity[kind] == 0 || !q.wants(paramPSR, psr) {
			continue
		}
		s := q.area("A37", generates, g)
		s.psr = psr
		s.spans = q.spans(g, q.rule, psr)
		s.quantity = q.power(func(at int64) float64 { return w.installed(kind, at) }, grid{}, psr)
		list = append(list, s)
	}
	return list
}

// buildGenerationForecast makes the total generation as forecast for the next
// day, and the consumption of pumped storage where there is any.
func buildGenerationForecast(q *question) []series {
	w := newWorld(q.from, q.asked)
	g := minutes(w.minutes)
	s := q.area("A01", generates, g)
	s.spans = q.spans(g, q.rule, "")
	s.quantity = q.power(forecast(w.consumption, 0.05, q.feed()), g, "")
	if w.capacity[pumped] == 0 {
		return []series{s}
	}
	c := q.area("A01", consumes, g)
	c.spans = s.spans
	c.quantity = q.power(forecast(w.pumping, 0.1, q.feed()), g, "pumping")
	return []series{s, c}
}

// buildWindSolar makes wind and solar generation: realised, or as forecast the
// day before, on the day or at last.
func buildWindSolar(q *question) []series {
	w := newWorld(q.from, q.asked)
	g := minutes(w.minutes)
	errors := map[string]float64{"A01": 0.15, "A40": 0.08, "A18": 0.05}
	var list []series
	for _, kind := range []int{solar, offshore, onshore} {
		psr := psrTypes[kind]
		if w.capacity[kind] == 0 || !q.wants(paramPSR, psr) {
			continue
		}
		business, r := "A93", w.generation(kind)
		if kind == solar {
			business = "A94"
		}
		if share, ok := errors[q.process]; ok {
			r = forecast(r, share, q.from.salt^salt(psr, q.process))
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
	w := newWorld(q.from, q.asked)
	g := minutes(w.minutes)
	var list []series
	for kind, psr := range psrTypes {
		if w.capacity[kind] == 0 || !q.wants(paramPSR, psr) {
			continue
		}
		list = append(list, q.typed(psr, generates, w.generation(kind), g))
		switch {
		case kind == pumped:
			list = append(list, q.typed(psr, consumes, w.pumping, g))
		case (kind == solar || kind == onshore) && q.from.draw("own use", 40):
			list = append(list, q.typed(psr, consumes, w.ownUse(kind), g))
		}
	}
	return list
}

func (q *question) typed(psr, side string, r reading, g grid) series {
	s := q.area("A01", side, g)
	s.psr = psr
	s.spans = q.spans(g, q.rule, psr+side)
	s.quantity = q.power(r, g, psr+side)
	return s
}

// ownUse is what parks consume while they yield nothing.
func (w *world) ownUse(kind int) reading {
	return func(at int64) float64 {
		if w.yield(kind, at) > 0.02 {
			return 0
		}
		return 0.0004 * w.installed(kind, at) * (1.2 + wave(at, 5*hour, w.salt+14))
	}
}

// buildReservoirs makes the stored energy, one value a week, in MWh.
func buildReservoirs(q *question) []series {
	w := newWorld(q.from, q.asked)
	if w.capacity[reservoir] == 0 {
		return nil
	}
	g := steps(week, q.zone())
	s := q.area("A01", generates, g)
	s.fields[len(s.fields)-1].value = "MWH"
	s.spans = q.spans(g, q.rule, "")
	s.quantity = amount(w.stored, q.from.round, 0, q.feed())
	return []series{s}
}
