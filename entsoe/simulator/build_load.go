package simulator

import (
	"math"

	"entsoed/entsoe/simulator/world"
)

// buildLoad makes the total load, realised or forecast for the next day.
func buildLoad(q *question) []series {
	w := world.NewWorld(q.from, q.asked)
	g := world.Minutes(w.Minutes)
	r := world.Signal(w.Consumption)
	if q.process == "A01" {
		r = world.Forecast(r, 0.03, q.feed())
	}
	s := q.area("A04", consumes, g)
	s.spans = q.spans(g, q.rule, "")
	s.quantity = q.power(r, g, "")
	return []series{s}
}

// buildLoadRange makes the lowest and the highest load of each day or week, as
// forecast a week, a month or a year ahead.
func buildLoadRange(q *question) []series {
	w := world.NewWorld(q.from, q.asked)
	g := world.Steps(world.Week, q.zone())
	if q.process == "A31" {
		g = world.Steps(world.Day, q.zone())
	}
	list := make([]series, 2)
	for i, business := range []string{"A60", "A61"} {
		list[i] = q.area(business, consumes, g)
		list[i].spans = q.spans(g, q.rule, business)
		list[i].quantity = q.power(extreme(w.Consumption, g, business == "A61"), world.Grid{}, business)
	}
	return list
}

// extreme is the highest or the lowest of a signal within the interval that
// starts at an instant, looked at every three hours.
func extreme(r world.Signal, g world.Grid, highest bool) world.Signal {
	return func(at int64) float64 {
		end := g.Next(at)
		best := r(at)
		for ; at < end; at += 3 * world.Hour {
			if highest {
				best = math.Max(best, r(at))
			} else {
				best = math.Min(best, r(at))
			}
		}
		return best
	}
}

// buildMargin makes the forecast margin of each year: A91 where it is
// positive, A92 where it is negative, without a sign.
func buildMargin(q *question) []series {
	w := world.NewWorld(q.from, q.asked)
	g := world.Steps(world.Year, q.zone())
	var list []series
	for _, u := range q.units(g, world.Year, q.rule) {
		business := "A91"
		if w.Margin(u.From.Unix()) < 0 {
			business = "A92"
		}
		s := q.area(business, consumes, g)
		s.spans = append(s.spans, u)
		s.quantity = whole(func(at int64) float64 { return math.Abs(w.Margin(at)) })
		list = append(list, s)
	}
	return list
}
