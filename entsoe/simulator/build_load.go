package simulator

import "math"

// buildLoad makes the total load, realised or forecast for the next day.
func buildLoad(q *question) []series {
	w := newWorld(q.from, q.asked)
	g := minutes(w.minutes)
	r := reading(w.consumption)
	if q.process == "A01" {
		r = forecast(r, 0.03, q.feed())
	}
	s := q.area("A04", consumes, g)
	s.spans = q.spans(g, q.rule, "")
	s.quantity = q.power(r, g, "")
	return []series{s}
}

// buildLoadRange makes the lowest and the highest load of each day or week, as
// forecast a week, a month or a year ahead.
func buildLoadRange(q *question) []series {
	w := newWorld(q.from, q.asked)
	g := steps(week, q.zone())
	if q.process == "A31" {
		g = steps(day, q.zone())
	}
	list := make([]series, 2)
	for i, business := range []string{"A60", "A61"} {
		list[i] = q.area(business, consumes, g)
		list[i].spans = q.spans(g, q.rule, business)
		list[i].quantity = q.power(extreme(w.consumption, g, business == "A61"), grid{}, business)
	}
	return list
}

// extreme is the highest or the lowest of a reading within the interval that
// starts at an instant, looked at every three hours.
func extreme(r reading, g grid, highest bool) reading {
	return func(at int64) float64 {
		end := g.next(at)
		best := r(at)
		for ; at < end; at += 3 * hour {
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
	w := newWorld(q.from, q.asked)
	g := steps(year, q.zone())
	var list []series
	for _, u := range q.units(g, year, q.rule) {
		business := "A91"
		if w.margin(u.From.Unix()) < 0 {
			business = "A92"
		}
		s := q.area(business, consumes, g)
		s.spans = append(s.spans, u)
		s.quantity = whole(func(at int64) float64 { return math.Abs(w.margin(at)) })
		list = append(list, s)
	}
	return list
}
