package simulator

import "math"

// buildBalancingState makes the area control error of each minute, a
// TimeSeries for each direction, without a sign.
func buildBalancingState(q *question) []series {
	w := newWorld(q.from, q.asked)
	g := minutes(1)
	if q.from.draw("quarter hours of state", 25) {
		g = minutes(15)
	}
	net := q.power(w.state, g, "")
	sides := directed(net, g, q.spans(g, q.rule, ""))
	var list []series
	for _, side := range []string{up, down} {
		s := q.balance(balance{business: "B33", direction: side, unit: "MAW"}, g)
		s.spans = sides[side]
		s.quantity = magnitude(net)
		list = append(list, s)
	}
	return list
}

// imbalancePrice is the price of imbalance: near the day-ahead price, above it
// where the area lacks energy and below it where it has too much.
func (w *world) imbalancePrice(at int64) float64 {
	lack := w.state(at) / w.load
	return clamp(w.price(at)+5500*lack+12*wave(at, hour/2, w.salt+31), -900, 6000)
}

// buildImbalancePrices makes the prices of imbalance, for a surplus (A04) and
// for a lack (A05), in the area's currency: in some areas one price for both.
// What is settled for good stands in a document of its own.
func buildImbalancePrices(q *question) []series {
	w := newWorld(q.from, q.asked)
	g := w.quarters()
	coin := q.from.money()
	single := q.from.draw("one price of imbalance", 35)
	stages := q.statuses(q.spans(g, q.rule, ""), g)
	var list []series
	for _, status := range []string{intermediate, final} {
		for _, category := range []string{"A04", "A05"} {
			if category == "A05" && q.from.draw("one category", 15) {
				continue
			}
			gap := 0.0
			if category == "A05" && !single {
				gap = 2 + 6*fraction(q.from.salt)
			}
			s := q.balance(balance{business: "A19", currency: coin.code, price: "MWH"}, g)
			s.part = part{status: status}
			s.spans = stages[status]
			s.also = []measure{{
				name:  "imbalance_Price.amount",
				value: amount(func(at int64) float64 { return coin.rate * (w.imbalancePrice(at) + gap) }, 1, g.seconds, q.feed()^salt(category)),
				notes: []field{{name: "imbalance_Price.category", value: category}},
			}}
			list = append(list, s)
		}
	}
	return list
}

// buildImbalanceVolumes makes the total imbalance of an area, a TimeSeries for
// each direction with a Period for each stretch.
func buildImbalanceVolumes(q *question) []series {
	w := newWorld(q.from, q.asked)
	g := w.quarters()
	share := float64(g.seconds) / hour
	net := q.power(func(at int64) float64 { return share * (w.state(at) + w.load*0.001*wave(at, hour, q.feed())) }, g, "")
	stages := q.statuses(q.spans(g, q.rule, ""), g)
	var list []series
	for _, status := range []string{intermediate, final} {
		sides := directed(net, g, stages[status])
		for _, side := range []string{down, up} {
			s := q.balance(balance{business: "A19", direction: side, unit: "MWH"}, g)
			s.part = part{status: status}
			s.spans = sides[side]
			s.quantity = magnitude(net)
			list = append(list, s)
		}
	}
	return list
}

// buildFinances makes the expenses and the income of balancing of each month:
// two prices a Point.
func buildFinances(q *question) []series {
	w := newWorld(q.from, q.asked)
	g := steps(month, q.zone())
	coin := q.from.money()
	cash := func(share float64, what string) valuer {
		return amount(func(at int64) float64 {
			return coin.rate * w.load * share * (1 + 0.6*wave(at, 700*hour, q.feed()^salt(what)))
		}, 1, 0, q.feed())
	}
	price := func(direction string, v valuer) measure {
		return measure{name: "amount", group: "Financial_Price", value: v, notes: []field{{name: "direction", value: direction}}}
	}
	s := q.balance(balance{business: "A99", currency: coin.code}, g)
	s.part = part{status: final}
	s.spans = q.spans(g, q.rule, "")
	s.also = []measure{price("A01", cash(900, "expenses")), price("A02", negative(cash(420, "income")))}
	s.full = true
	return []series{s}
}

// negative turns the sign, as the platform writes some incomes.
func negative(v valuer) valuer {
	return func(at int64) int64 { return -int64(math.Abs(float64(v(at)))) }
}
