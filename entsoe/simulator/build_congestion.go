package simulator

import (
	"fmt"
	"math"
	"time"

	"entsoed/entsoe/simulator/world"
	"entsoed/timeseries"
)

// network begins a TimeSeries of TransmissionNetwork_MarketDocument. The newer
// schema spells the unit of quantities in another way.
func (q *question) network(business, unit, currency, psr string, g world.Grid) series {
	name := "quantity_Measure_Unit.name"
	if q.namespace == nsNetwork42 {
		name = "quantity_Measurement_Unit.name"
	}
	s := series{grid: g}
	for _, f := range []field{
		{name: "businessType", value: business},
		{name: "in_Domain.mRID", value: q.to.EIC, eic: true},
		{name: "out_Domain.mRID", value: q.from.EIC, eic: true},
		{name: name, value: unit},
		{name: "currency_Unit.name", value: currency},
		{name: "mktPSRType.psrType", value: psr},
	} {
		if f.value != "" {
			s.fields = append(s.fields, f)
		}
	}
	return s
}

// gridAsset is a line or another part of the grid, made up from a number.
func gridAsset(x uint64) field {
	return field{name: "Asset_RegisteredResource", fields: []field{
		{name: "mRID", value: world.Eic(x), eic: true},
		{name: "pSRType.psrType", value: [...]string{"B21", "B21", "B21", "B22", "B23"}[x%5]},
		{name: "location.name", value: world.PlaceName(x) + " - " + world.PlaceName(world.Mix(x))},
	}}
}

// action is a measure against congestion: for some hours of a day a power, in
// steps.
type action struct {
	salt  uint64
	hours timeseries.Window
	power float64 // MW at most
}

// actions are those of one day.
func (q *question) actions(d timeseries.Window, what string) []action {
	own := world.Mix(q.feed() ^ world.Salt(what) ^ uint64(d.From.Unix()))
	size := world.NewWorld(q.from, q.asked).Load * 0.03
	var list []action
	for i := range int(own % 4) {
		one := world.Mix(own + uint64(i) + 1)
		from := d.From.Add(time.Duration(one>>8%18) * time.Hour)
		hours := timeseries.Window{From: from, To: from.Add(time.Duration(1+one>>16%5) * time.Hour)}
		list = append(list, action{one, hours.Intersect(d), size * (0.2 + world.Fraction(one))})
	}
	return list
}

// quantity is the power of the action, or the energy of each interval of so
// many seconds, in thousandths: zero outside of its hours, the same for half
// an hour at least.
func (a action) quantity(share float64) world.Hundredths {
	return func(at int64) int64 {
		if !a.hours.Contains(time.Unix(at, 0)) {
			return 0
		}
		step := at / 1800
		return int64(math.Round(a.power*share*(0.5+0.5*world.Fraction(world.Mix(a.salt+uint64(step/2))))*8)) * 125
	}
}

// measures calls tell for each measure that overlaps what is published, with
// the part of a span that is.
func (q *question) measures(what string, tell func(action, timeseries.Window)) {
	w := q.published(world.Minutes(15), world.Instant, q.rule)
	if w.Empty() {
		return
	}
	for _, d := range world.Day.Each(world.Day.Around(w, q.zone()), q.zone()) {
		for _, a := range q.actions(d, what) {
			tell(a, d)
		}
	}
}

// shown is the part of a span that is published, in steps of a grid.
func (q *question) shown(g world.Grid, span timeseries.Window) []timeseries.Window {
	if span = span.Intersect(q.published(g, world.Instant, q.rule)); span.Empty() {
		return nil
	}
	return []timeseries.Window{span}
}

// buildRedispatching makes the measures of redispatching, each a TimeSeries
// with the parts of the grid that it relieves. Most tell energy for the
// quarter hours of the whole day, some power for their hours alone.
func buildRedispatching(q *question) []series {
	var list []series
	q.measures("redispatching", func(a action, span timeseries.Window) {
		g, unit := world.Minutes(15), "MWH"
		if a.salt%3 == 0 {
			g, unit, span = world.Minutes(60), "MAW", a.hours
		}
		share := 1.0
		if unit == "MWH" {
			share = float64(g.Seconds) / world.Hour
		}
		side, psr := world.Up, "A04"
		if a.salt>>5%2 == 0 {
			side, psr = world.Down, "A05"
		}
		s := q.network(q.business, unit, "", psr, g)
		s.after = []field{{name: "flowDirection.direction", value: side}}
		for i := range 1 + a.salt>>9%2 {
			s.after = append(s.after, gridAsset(world.Mix(q.feed()+a.salt>>20%12+i)))
		}
		s.spans = q.shown(g, span)
		s.also = []measure{{name: "quantity", value: a.quantity(share), digits: 3}}
		s.end = []field{reason([...]string{"B24", "A46", "B24"}[a.salt>>13%3], "")}
		list = append(list, s)
	})
	return list
}

// buildCountertrading makes the exchanges that operators arrange against
// congestion. Several may overlap and differ in nothing but their reason.
func buildCountertrading(q *question) []series {
	var list []series
	q.measures("countertrading", func(a action, span timeseries.Window) {
		g, why := world.Minutes(30), reason("B24", "")
		if a.salt%2 == 0 {
			g, span, why = world.Minutes(60), a.hours, reason("A95", "Congestion in real time")
		}
		s := q.network("B03", "MAW", "", "", g)
		s.after = []field{{name: "flowDirection.direction", value: [...]string{world.Up, world.Down}[a.salt>>5%2]}}
		s.spans = q.shown(g, span)
		s.also = []measure{{name: "quantity", value: a.quantity(1), digits: 3}}
		s.end = []field{why}
		list = append(list, s)
	})
	return list
}

// buildCosts makes the costs of congestion management of each month, in EUR:
// of redispatching (A46), of countertrading (B03) and of the rest (B04).
func buildCosts(q *question) []series {
	g := world.Steps(world.Month, q.zone())
	w := world.NewWorld(q.from, q.asked)
	var list []series
	for _, business := range fields(q.business) {
		if !q.wants(paramBusiness, business) {
			continue
		}
		scale := map[string]float64{"A46": 130, "B03": 12, "B04": 4}[business]
		own := q.feed() ^ world.Salt(business)
		s := q.network(business, "", "EUR", "", g)
		s.spans = q.spans(g, q.rule, "")
		s.also = []measure{{name: "congestionCost_Price.amount", value: func(at int64) int64 {
			share := world.Wave(at, 700*world.Hour, own) + 0.3
			if share < 0 {
				return 0
			}
			return int64(math.Round(100 * w.Load * scale * share))
		}}}
		list = append(list, s)
	}
	return list
}

// buildProjects makes the projects that change the grid at a border, with the
// transfer capacity before them.
func buildProjects(q *question) []series {
	g := world.Steps(world.Year, q.zone())
	l := world.NewLink(q.from, q.to)
	spans := q.spans(g, q.rule, "")
	var list []series
	for i := range 1 + l.Salt%3 {
		one := world.Mix(l.Salt ^ world.Salt("project") + i)
		business := [...]string{"B01", "B01", "B02"}[one%3]
		if !q.wants(paramBusiness, business) {
			continue
		}
		s := q.network(business, "MAW", "", "", g)
		s.after = []field{{name: "end_DateAndOrTime.date", value: fmt.Sprintf("%d-%02d-%02d", 2027+one>>8%9, 1+one>>12%12, 1+one>>16%28)}}
		for j := range 1 + one>>20%2 {
			s.after = append(s.after, gridAsset(world.Mix(one+j)))
		}
		s.spans = spans
		s.quantity = whole(func(int64) float64 { return math.Round(l.Capacity * (0.1 + 0.5*world.Fraction(one))) })
		s.full = true
		list = append(list, s)
	}
	return list
}

// buildConsumptionUnits makes the unavailability of consumption, added up by
// area: planned (A53) and forced (A54). The document is made for the answer.
func buildConsumptionUnits(q *question) []series {
	g := world.Minutes(15)
	date := func(t time.Time) string { return t.UTC().Format(time.DateOnly) }
	clock := func(t time.Time) string { return t.UTC().Format("15:04:05Z") }
	var list []series
	for _, business := range fields(q.business) {
		if !q.wants(paramBusiness, business) {
			continue
		}
		q.measures("consumption"+business, func(a action, _ timeseries.Window) {
			s := series{grid: g, spans: q.shown(g, a.hours)}
			s.fields = []field{
				{name: "businessType", value: business},
				{name: "biddingZone_Domain.mRID", value: q.from.EIC, eic: true},
				{name: "start_DateAndOrTime.date", value: date(a.hours.From)},
				{name: "start_DateAndOrTime.time", value: clock(a.hours.From)},
				{name: "end_DateAndOrTime.date", value: date(a.hours.To)},
				{name: "end_DateAndOrTime.time", value: clock(a.hours.To)},
				{name: "quantity_Measure_Unit.name", value: "MAW"},
			}
			s.quantity = whole(func(at int64) float64 {
				return math.Round(a.power * (0.6 + 0.4*world.Fraction(world.Mix(a.salt+uint64(at/world.Hour)))))
			})
			list = append(list, s)
		})
	}
	return list
}
