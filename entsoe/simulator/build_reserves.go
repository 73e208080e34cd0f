package simulator

import "math"

// buildContainment makes the capacity of frequency containment of a
// synchronous area or the share of an operator in it, one value a year. Shares
// come under the business type of the total, as recorded.
func buildContainment(q *question) []series {
	w := newWorld(q.from, q.asked)
	g := steps(year, q.zone())
	s := q.balance(balance{business: "A25", direction: both, unit: "MAW"}, g)
	s.spans = q.spans(g, q.rule, "")
	share := 0.009
	if q.business == "A25" {
		share = 3
	}
	s.quantity = whole(func(at int64) float64 {
		return w.load * share * (1 + 0.05*fraction(mix(q.feed()+uint64(w.clock.yearOf(at)))))
	})
	return []series{s}
}

// reserves is the capacity of a process in a direction in MW, of each quarter.
func (w *world) reserves(process, side string) reading {
	own := w.salt ^ salt("reserves", process, side)
	return func(at int64) float64 {
		return w.load * 0.06 * (0.6 + 0.5*fraction(mix(own)) + 0.2*wave(at, 2200*hour, own))
	}
}

// quarterly begins a TimeSeries of one value a quarter.
func (q *question) quarterly(b balance) series {
	g := steps(quarter, q.zone())
	b.unit = "MAW"
	s := q.balance(b, g)
	s.spans = q.spans(g, q.rule, "")
	return s
}

// buildOutlook makes the capacity of reserves expected for each quarter.
func buildOutlook(q *question) []series {
	w := newWorld(q.from, q.asked)
	var list []series
	for _, side := range []string{up, down} {
		s := q.quarterly(balance{business: "C76", direction: side})
		s.quantity = whole(w.reserves(q.params[paramProcess], side))
		list = append(list, s)
	}
	return list
}

// buildActualReserves makes the least, the average and the most capacity of
// reserves of each quarter: all three, whichever is asked for.
func buildActualReserves(q *question) []series {
	w := newWorld(q.from, q.asked)
	var list []series
	for _, kind := range []struct {
		business string
		share    float64
	}{{"C77", 0.55}, {"C79", 1.12}, {"C78", 1}} {
		for _, side := range []string{down, up} {
			r := w.reserves(q.params[paramProcess], side)
			s := q.quarterly(balance{business: kind.business, direction: side})
			s.quantity = whole(func(at int64) float64 { return kind.share * r(at) })
			list = append(list, s)
		}
	}
	return list
}

// buildSharedReserves makes the reserves that two blocks share or exchange.
func buildSharedReserves(q *question) []series {
	l := newLink(q.from, q.to)
	var list []series
	for _, side := range []string{up, down} {
		s := q.quarterly(balance{business: q.business, acquiring: q.to.EIC, connecting: q.from.EIC, direction: side})
		own := l.salt ^ salt("shared", side, q.params[paramProcess])
		s.quantity = whole(func(at int64) float64 {
			return math.Round(l.capacity * (0.05 + 0.1*fraction(mix(own)) + 0.02*wave(at, 2200*hour, own)))
		})
		list = append(list, s)
	}
	return list
}

// buildSharedContainment makes the containment reserves that an area gives to
// and takes from other synchronous areas, by day.
func buildSharedContainment(q *question) []series {
	w := newWorld(q.from, q.asked)
	g := steps(day, q.zone())
	constant := func(what string) valuer {
		return whole(func(at int64) float64 {
			return w.load * 0.004 * (1 + wave(at, 1500*hour, q.feed()^salt(what)))
		})
	}
	s := q.balance(balance{business: "C22", direction: up, unit: "MAW"}, g)
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
	w := newWorld(q.from, q.asked)
	g := steps(month, q.zone())
	add := func(list []series, b balance, value valuer, digits int, more ...measure) []series {
		s := q.balance(b, g)
		s.spans = q.spans(g, q.rule, "")
		s.also = append([]measure{{name: "quantity", value: value, digits: digits}}, more...)
		return append(list, s)
	}
	noise := func(what string, scale float64) reading {
		return func(at int64) float64 { return scale * (1 + 0.4*wave(at, 900*hour, q.feed()^salt(what))) }
	}
	spread := w.load * 0.006
	var list []series
	for i, p := range percentiles {
		side := [...]float64{-2.4, -1.6, -1, 1, 1.6, 2.4}[i]
		list = add(list, balance{business: "C68", unit: "MAW"}, whole(noise("percentile", spread*side)), 0,
			measure{name: "secondaryQuantity", value: always(100 * p)})
	}
	list = add(list, balance{business: "C66", direction: both, unit: "MAW"}, whole(noise("mean", spread*0.1)), sixDigits)
	list = add(list, balance{business: "C67", direction: both, unit: "MAW"}, whole(noise("deviation", spread)), sixDigits)
	for _, business := range []string{"C71", "C72", "C73"} {
		scale := map[string]float64{"C71": 7, "C72": 0.7, "C73": 0.4}[business]
		for _, side := range []string{up, down} {
			list = add(list, balance{business: business, direction: side}, whole(noise(business+side, scale)), sixDigits)
		}
	}
	return list
}
