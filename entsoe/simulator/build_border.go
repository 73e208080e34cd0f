package simulator

import (
	"time"

	"entsoed/timeseries"
)

// linkGrid is the resolution of a border: the longer market time unit of both
// sides.
func (q *question) linkGrid() grid {
	n := 15
	for _, p := range []*place{q.from, q.to} {
		if p.known == nil {
			n = 60
		} else {
			n = max(n, p.known.minutes)
		}
	}
	return minutes(n)
}

// buildFlows makes the physical flow in one direction, never negative: the
// other direction is another request.
func buildFlows(q *question) []series {
	g := q.linkGrid()
	s := q.market(market{business: "A66", unit: "MAW"}, g)
	s.spans = q.spans(g, q.rule, "")
	s.quantity = q.power(newLink(q.from, q.to).flow("physical", 0.1), g, "")
	return []series{s}
}

// buildSchedules makes the scheduled exchanges in one direction, those of the
// day before (A01) and all (A05), in whole MW.
func buildSchedules(q *question) []series {
	g := q.linkGrid()
	l := newLink(q.from, q.to)
	var list []series
	for _, contract := range q.selected() {
		s := q.market(market{business: "A06", contract: contract, unit: "MAW"}, g)
		s.spans = q.spans(g, q.rule, contract)
		s.quantity = whole(l.flow("schedule"+contract, 0.05))
		list = append(list, s)
	}
	return list
}

// buildTransferCapacities makes the forecast transfer capacity of a border;
// the document does not repeat the type of contract that was asked for.
func buildTransferCapacities(q *question) []series {
	c := contractOf(q.params[paramContract])
	g := map[string]grid{"A01": minutes(60), "A02": steps(day, q.zone()), "A03": steps(day, q.zone()), "A04": steps(month, q.zone())}[c.code]
	s := q.market(market{business: "A27", unit: "MAW"}, g)
	s.spans = q.spans(g, c.offered, "")
	s.quantity = whole(newLink(q.from, q.to).offered("ntc"+c.code, 1))
	return []series{s}
}

// buildLimits makes the intraday limits of a cable.
func buildLimits(q *question) []series {
	return q.perUnit(minutes(60), day, q.rule, market{business: "B06", unit: "MAW"}, func(s *series) {
		s.quantity = whole(newLink(q.from, q.to).offered("limit", 1.1))
	})
}

// perUnit makes a TimeSeries for each delivery unit of the answer.
func (q *question) perUnit(g grid, whole unit, r rule, m market, fill func(*series)) []series {
	var list []series
	for _, u := range q.units(g, whole, r) {
		s := q.market(m, g)
		s.spans = []timeseries.Window{u}
		fill(&s)
		list = append(list, s)
	}
	return list
}

// perContract makes the TimeSeries of the asked contract type: one for each
// day, week, month, quarter or year that a contract covers.
func (q *question) perContract(m market, after time.Duration, fill func(*series)) []series {
	c := contractOf(q.params[paramContract])
	g := minutes(60)
	if c.step != instant {
		g = steps(c.step, q.zone())
	}
	m.contract = c.code
	return q.perUnit(g, c.whole, c.offered.later(after), m, fill)
}

// buildOffered makes the capacity offered to explicit, implicit and
// continuous allocations.
func buildOffered(q *question) []series {
	m := market{auction: q.auction, business: "A31", unit: "MAW"}
	if q.auction == "A02" {
		m.category, m.sequence = "A04", "1"
	}
	if !q.wants(paramCategory, m.category) {
		return nil
	}
	capacity := whole(newLink(q.from, q.to).offered("offered"+q.auction, 0.6))
	return q.perContract(m, 0, func(s *series) {
		s.quantity = capacity
		if q.auction == "A08" {
			updated := contractOf("A07").offered.at(s.spans[0].From, q.zone(), q.feed())
			s.after = append(s.after, field{name: "update_DateAndOrTime.dateTime", value: updated.UTC().Format("2006-01-02T15:04:05.000Z")})
		}
	})
}

// buildUse makes what was requested in an explicit auction (A43), or what was
// allocated and at which price (B05).
func buildUse(q *question) []series {
	l := newLink(q.from, q.to)
	m := market{auction: "A02", category: "A04", business: q.params[paramBusiness], unit: "MAW", perMWh: true, sequence: "1"}
	if m.business == "B05" {
		m.currency = "EUR"
	}
	return q.perContract(m, 2*time.Hour, func(s *series) {
		s.quantity = whole(l.offered("requested", 2.4))
		if m.business == "B05" {
			s.quantity = whole(l.offered("allocated", 0.6))
			s.price = amount(l.rent, 1, 0, l.salt)
		}
	})
}

// rent is what capacity of the border costs in EUR/MWh.
func (l *link) rent(at int64) float64 {
	return clamp(3+8*wave(at, 60*hour, l.salt+5)+2*wave(at, 3*hour, l.salt+6), 0, 100)
}

// buildRevenue makes the revenue of explicit auctions in EUR.
func buildRevenue(q *question) []series {
	l := newLink(q.from, q.to)
	sold := l.offered("allocated", 0.6)
	m := market{auction: "A02", category: "A04", business: "B07", currency: "EUR", perMWh: true}
	return q.perContract(m, 2*time.Hour, func(s *series) {
		s.price = amount(func(at int64) float64 { return sold(at) * l.rent(at) }, 1, 0, l.salt)
	})
}

// buildNominated makes the total nominated capacity by length of contract.
func buildNominated(q *question) []series {
	g := minutes(60)
	l := newLink(q.from, q.to)
	var list []series
	for _, contract := range []string{"A01", "A06", "A07"} {
		s := q.market(market{business: "B08", contract: contract, unit: "MAW"}, g)
		s.spans = q.spans(g, q.rule, contract)
		s.quantity = whole(l.flow("nominated"+contract, 0.05))
		list = append(list, s)
	}
	return list
}

// buildAllocated makes the capacity that is already allocated.
func buildAllocated(q *question) []series {
	if !q.wants(paramCategory, "A04") {
		return nil
	}
	m := market{auction: "A02", category: "A04", business: "A29", unit: "MAW"}
	return q.perContract(m, 0, func(s *series) {
		s.quantity = whole(newLink(q.from, q.to).offered("already", 0.3))
	})
}

// buildThirdCountry makes the capacity allocated with countries outside the
// market, of explicit auctions with its price.
func buildThirdCountry(q *question) []series {
	l := newLink(q.from, q.to)
	m := market{auction: q.auction, business: "A34", unit: "MAW"}
	if q.auction == "A02" {
		m.category, m.currency, m.perMWh, m.sequence = "A04", "EUR", true, "1"
	}
	return q.perContract(m, 2*time.Hour, func(s *series) {
		s.quantity = whole(l.offered("third", 0.4))
		if q.auction == "A02" {
			s.price = amount(l.rent, 1, 0, l.salt)
		}
	})
}
