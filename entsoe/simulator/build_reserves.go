package simulator

import (
	"math"

	"entsoed/entsoe/simulator/world"
)

// buildContainment makes the capacity of frequency containment of a
// synchronous area or the share of an operator in it, one value a year. Shares
// come under the business type of the total, as recorded.
func buildContainment(q *question) []series {
	w := world.NewWorld(q.from, q.asked)
	g := world.Steps(world.Year, q.zone())
	s := q.balance(balance{business: "A25", direction: world.Both, unit: "MAW"}, g)
	s.spans = q.spans(g, q.rule, "")
	share := 0.009
	if q.business == "A25" {
		share = 3
	}
	s.quantity = whole(func(at int64) float64 {
		return w.Load * share * (1 + 0.05*world.Fraction(world.Mix(q.feed()+uint64(w.Clock.YearOf(at)))))
	})
	return []series{s}
}

// quarterly begins a TimeSeries of one value a quarter.
func (q *question) quarterly(b balance) series {
	g := world.Steps(world.Quarter, q.zone())
	b.unit = "MAW"
	s := q.balance(b, g)
	s.spans = q.spans(g, q.rule, "")
	return s
}

// buildOutlook makes the capacity of reserves expected for each quarter.
func buildOutlook(q *question) []series {
	w := world.NewWorld(q.from, q.asked)
	var list []series
	for _, side := range []string{world.Up, world.Down} {
		s := q.quarterly(balance{business: "C76", direction: side})
		s.quantity = whole(w.Reserves(q.params[paramProcess], side))
		list = append(list, s)
	}
	return list
}

// buildActualReserves makes the least, the average and the most capacity of
// reserves of each quarter: all three, whichever is asked for.
func buildActualReserves(q *question) []series {
	w := world.NewWorld(q.from, q.asked)
	var list []series
	for _, kind := range []struct {
		business string
		share    float64
	}{{"C77", 0.55}, {"C79", 1.12}, {"C78", 1}} {
		for _, side := range []string{world.Down, world.Up} {
			r := w.Reserves(q.params[paramProcess], side)
			s := q.quarterly(balance{business: kind.business, direction: side})
			s.quantity = whole(func(at int64) float64 { return kind.share * r(at) })
			list = append(list, s)
		}
	}
	return list
}

// buildSharedReserves makes the reserves that two blocks share or exchange.
func buildSharedReserves(q *question) []series {
	l := world.NewLink(q.from, q.to)
	var list []series
	for _, side := range []string{world.Up, world.Down} {
		s := q.quarterly(balance{business: q.business, acquiring: q.to.EIC, connecting: q.from.EIC, direction: side})
		own := l.Salt ^ world.Salt("shared", side, q.params[paramProcess])
		s.quantity = whole(func(at int64) float64 {
			return math.Round(l.Capacity * (0.05 + 0.1*world.Fraction(world.Mix(own)) + 0.02*world.Wave(at, 2200*world.Hour, own)))
		})
		list = append(list, s)
	}
	return list
}

// buildSharedContainment makes the containment reserves that an area gives to
// and takes from other synchronous areas, by day.
func buildSharedContainment(q *question) []series {
	w := world.NewWorld(q.from, q.asked)
	g := world.Steps(world.Day, q.zone())
	constant := func(what string) world.Hundredths {
		return whole(func(at int64) float64 {
			return w.Load * 0.004 * (1 + world.Wave(at, 1500*world.Hour, q.feed()^world.Salt(what)))
		})
	}
	s := q.balance(balance{business: "C22", direction: world.Up, unit: "MAW"}, g)
	s.spans = q.spans(g, q.rule, "")
	s.quantity = constant("given")
	s.also = []measure{{name: "secondaryQuantity", value: constant("taken")}}
	return []series{s}
}

// percentiles are the shares of time, in percent, of which C68 tells the
// value.
var percentiles = [...]int64{1, 5, 10, 90, 95, 99}

// buildCriteria makes the results of the criteria of frequency quality by
// month: mean, deviation and counts, and percentiles that have everything in
// common but their secondaryQuantity.
func buildCriteria(q *question) []series {
	w := world.NewWorld(q.from, q.asked)
	g := world.Steps(world.Month, q.zone())
	add := func(list []series, b balance, value world.Hundredths, digits int, more ...measure) []series {
		s := q.balance(b, g)
		s.spans = q.spans(g, q.rule, "")
		s.also = append([]measure{{name: "quantity", value: value, digits: digits}}, more...)
		return append(list, s)
	}
	noise := func(what string, scale float64) world.Signal {
		return func(at int64) float64 {
			return scale * (1 + 0.4*world.Wave(at, 900*world.Hour, q.feed()^world.Salt(what)))
		}
	}
	spread := w.Load * 0.006
	var list []series
	for i, p := range percentiles {
		side := [...]float64{-2.4, -1.6, -1, 1, 1.6, 2.4}[i]
		list = add(list, balance{business: "C68", unit: "MAW"}, whole(noise("percentile", spread*side)), 0,
			measure{name: "secondaryQuantity", value: always(100 * p)})
	}
	list = add(list, balance{business: "C66", direction: world.Both, unit: "MAW"}, whole(noise("mean", spread*0.1)), sixDigits)
	list = add(list, balance{business: "C67", direction: world.Both, unit: "MAW"}, whole(noise("deviation", spread)), sixDigits)
	for _, business := range []string{"C71", "C72", "C73"} {
		scale := map[string]float64{"C71": 7, "C72": 0.7, "C73": 0.4}[business]
		for _, side := range []string{world.Up, world.Down} {
			list = add(list, balance{business: business, direction: side}, whole(noise(business+side, scale)), sixDigits)
		}
	}
	return list
}
