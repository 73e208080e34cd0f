package simulator

import (
	"time"

	"entsoed/entsoe/simulator/world"
	"entsoed/timeseries"
)

// linkGrid is the resolution of a border: the longer market time unit of both
// sides.
func (q *question) linkGrid() world.Grid {
	n := 15
	for _, p := range []*world.Place{q.from, q.to} {
		if p.Known == nil {
			n = 60
		} else {
			n = max(n, p.Known.Minutes)
		}
	}
	return world.Minutes(n)
}

// buildFlows makes the physical flow in one direction, never negative: the
// other direction is another request.
func buildFlows(q *question) []series {
	g := q.linkGrid()
	s := q.market(market{business: "A66", unit: "MAW"}, g)
	s.spans = q.spans(g, q.rule, "")
	s.quantity = q.power(world.NewLink(q.from, q.to).Flow("physical", 0.1), g, "")
	return []series{s}
}

// buildSchedules makes the scheduled exchanges in one direction, those of the
// day before (A01) and all (A05), in whole MW.
func buildSchedules(q *question) []series {
	g := q.linkGrid()
	l := world.NewLink(q.from, q.to)
	var list []series
	for _, contract := range q.selected() {
		s := q.market(market{business: "A06", contract: contract, unit: "MAW"}, g)
		s.spans = q.spans(g, q.rule, contract)
		s.quantity = whole(l.Flow("schedule"+contract, 0.05))
		list = append(list, s)
	}
	return list
}

// buildTransferCapacities makes the forecast transfer capacity of a border;
// the document does not repeat the type of contract that was asked for.
func buildTransferCapacities(q *question) []series {
	c := world.ContractOf(q.params[paramContract])
	g := map[string]world.Grid{"A01": world.Minutes(60), "A02": world.Steps(world.Day, q.zone()), "A03": world.Steps(world.Day, q.zone()), "A04": world.Steps(world.Month, q.zone())}[c.Code]
	s := q.market(market{business: "A27", unit: "MAW"}, g)
	s.spans = q.spans(g, c.Offered, "")
	s.quantity = whole(world.NewLink(q.from, q.to).Offered("ntc"+c.Code, 1))
	return []series{s}
}

// buildLimits makes the intraday limits of a cable.
func buildLimits(q *question) []series {
	return q.perUnit(world.Minutes(60), world.Day, q.rule, market{business: "B06", unit: "MAW"}, func(s *series) {
		s.quantity = whole(world.NewLink(q.from, q.to).Offered("limit", 1.1))
	})
}

// perUnit makes a TimeSeries for each delivery unit of the answer.
func (q *question) perUnit(g world.Grid, whole world.Unit, r world.Rule, m market, fill func(*series)) []series {
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
	c := world.ContractOf(q.params[paramContract])
	g := world.Minutes(60)
	if c.Step != world.Instant {
		g = world.Steps(c.Step, q.zone())
	}
	m.contract = c.Code
	return q.perUnit(g, c.Whole, c.Offered.Later(after), m, fill)
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
	capacity := whole(world.NewLink(q.from, q.to).Offered("offered"+q.auction, 0.6))
	return q.perContract(m, 0, func(s *series) {
		s.quantity = capacity
		if q.auction == "A08" {
			updated := world.ContractOf("A07").Offered.At(s.spans[0].From, q.zone(), q.feed())
			s.after = append(s.after, field{name: "update_DateAndOrTime.dateTime", value: updated.UTC().Format("2006-01-02T15:04:05.000Z")})
		}
	})
}

// buildUse makes what was requested in an explicit auction (A43), or what was
// allocated and at which price (B05).
func buildUse(q *question) []series {
	l := world.NewLink(q.from, q.to)
	m := market{auction: "A02", category: "A04", business: q.params[paramBusiness], unit: "MAW", perMWh: true, sequence: "1"}
	if m.business == "B05" {
		m.currency = "EUR"
	}
	return q.perContract(m, 2*time.Hour, func(s *series) {
		s.quantity = whole(l.Offered("requested", 2.4))
		if m.business == "B05" {
			s.quantity = whole(l.Offered("allocated", 0.6))
			s.price = amount(l.Rent, 1, 0, l.Salt)
		}
	})
}

// buildRevenue makes the revenue of explicit auctions in EUR.
func buildRevenue(q *question) []series {
	l := world.NewLink(q.from, q.to)
	sold := l.Offered("allocated", 0.6)
	m := market{auction: "A02", category: "A04", business: "B07", currency: "EUR", perMWh: true}
	return q.perContract(m, 2*time.Hour, func(s *series) {
		s.price = amount(func(at int64) float64 { return sold(at) * l.Rent(at) }, 1, 0, l.Salt)
	})
}

// buildNominated makes the total nominated capacity by length of contract.
func buildNominated(q *question) []series {
	g := world.Minutes(60)
	l := world.NewLink(q.from, q.to)
	var list []series
	for _, contract := range []string{"A01", "A06", "A07"} {
		s := q.market(market{business: "B08", contract: contract, unit: "MAW"}, g)
		s.spans = q.spans(g, q.rule, contract)
		s.quantity = whole(l.Flow("nominated"+contract, 0.05))
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
		s.quantity = whole(world.NewLink(q.from, q.to).Offered("already", 0.3))
	})
}

// buildThirdCountry makes the capacity allocated with countries outside the
// market, of explicit auctions with its price.
func buildThirdCountry(q *question) []series {
	l := world.NewLink(q.from, q.to)
	m := market{auction: q.auction, business: "A34", unit: "MAW"}
	if q.auction == "A02" {
		m.category, m.currency, m.perMWh, m.sequence = "A04", "EUR", true, "1"
	}
	return q.perContract(m, 2*time.Hour, func(s *series) {
		s.quantity = whole(l.Offered("third", 0.4))
		if q.auction == "A02" {
			s.price = amount(l.Rent, 1, 0, l.Salt)
		}
	})
}
