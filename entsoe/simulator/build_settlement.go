package simulator

import (
	"math"

	"entsoed/entsoe/simulator/world"
)

// buildBalancingState makes the area control error of each minute, a
// TimeSeries for each direction, without a sign.
func buildBalancingState(q *question) []series {
	w := world.NewWorld(q.from, q.asked)
	g := world.Minutes(1)
	if q.from.Draw("quarter hours of state", 25) {
		g = world.Minutes(15)
	}
	net := q.power(w.State, g, "")
	sides := directed(net, g, q.spans(g, q.rule, ""))
	var list []series
	for _, side := range []string{world.Up, world.Down} {
		s := q.balance(balance{business: "B33", direction: side, unit: "MAW"}, g)
		s.spans = sides[side]
		s.quantity = magnitude(net)
		list = append(list, s)
	}
	return list
}

// buildImbalancePrices makes the prices of imbalance, for a surplus (A04) and
// for a lack (A05), in the area's currency: in some areas one price for both.
// What is settled for good stands in a document of its own.
func buildImbalancePrices(q *question) []series {
	w := world.NewWorld(q.from, q.asked)
	g := w.Quarters()
	coin := q.from.Money()
	single := q.from.Draw("one price of imbalance", 35)
	stages := q.statuses(q.spans(g, q.rule, ""), g)
	var list []series
	for _, status := range []string{intermediate, final} {
		for _, category := range []string{"A04", "A05"} {
			if category == "A05" && q.from.Draw("one category", 15) {
				continue
			}
			gap := 0.0
			if category == "A05" && !single {
				gap = 2 + 6*world.Fraction(q.from.Salt)
			}
			s := q.balance(balance{business: "A19", currency: coin.Code, price: "MWH"}, g)
			s.part = part{status: status}
			s.spans = stages[status]
			s.also = []measure{{
				name:  "imbalance_Price.amount",
				value: amount(func(at int64) float64 { return coin.Rate * (w.ImbalancePrice(at) + gap) }, 1, g.Seconds, q.feed()^world.Salt(category)),
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
	w := world.NewWorld(q.from, q.asked)
	g := w.Quarters()
	share := float64(g.Seconds) / world.Hour
	net := q.power(func(at int64) float64 {
		return share * (w.State(at) + w.Load*0.001*world.Wave(at, world.Hour, q.feed()))
	}, g, "")
	stages := q.statuses(q.spans(g, q.rule, ""), g)
	var list []series
	for _, status := range []string{intermediate, final} {
		sides := directed(net, g, stages[status])
		for _, side := range []string{world.Down, world.Up} {
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
	w := world.NewWorld(q.from, q.asked)
	g := world.Steps(world.Month, q.zone())
	coin := q.from.Money()
	cash := func(share float64, what string) world.Hundredths {
		return amount(func(at int64) float64 {
			return coin.Rate * w.Load * share * (1 + 0.6*world.Wave(at, 700*world.Hour, q.feed()^world.Salt(what)))
		}, 1, 0, q.feed())
	}
	price := func(direction string, v world.Hundredths) measure {
		return measure{name: "amount", group: "Financial_Price", value: v, notes: []field{{name: "direction", value: direction}}}
	}
	s := q.balance(balance{business: "A99", currency: coin.Code}, g)
	s.part = part{status: final}
	s.spans = q.spans(g, q.rule, "")
	s.also = []measure{price("A01", cash(900, "expenses")), price("A02", negative(cash(420, "income")))}
	s.full = true
	return []series{s}
}

// negative turns the sign, as the platform writes some incomes.
func negative(v world.Hundredths) world.Hundredths {
	return func(at int64) int64 { return -int64(math.Abs(float64(v(at)))) }
}
