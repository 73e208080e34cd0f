package simulator

import (
	"math"
	"slices"

	"entsoed/entsoe/simulator/world"
	"entsoed/timeseries"
)

// Regions of the platforms that exchange balancing energy.
const (
	regionManual    = "10Y1001C--00085O" // mFRR
	regionAutomatic = "10Y1001C--00090V" // aFRR
	regionNetting   = "10Y1001C--00119X" // imbalance netting
	regionNordic    = "10Y1001A1001A91G"
)

// platformOf returns the region of the platform of a process.
func platformOf(process string) string {
	switch process {
	case "A51", "A67", "A68":
		return regionAutomatic
	case "A63":
		return regionNetting
	default:
		return regionManual
	}
}

// buildAggregatedBids makes what is offered, what of it is activated and what
// is not available, a TimeSeries for each direction.
func buildAggregatedBids(q *question) []series {
	w := world.NewWorld(q.from, q.asked)
	g := w.Quarters()
	process := q.params[paramProcess]
	var list []series
	for _, side := range []string{world.Down, world.Up} {
		b := balance{business: "A14", standard: "A01", direction: side, unit: "MAW"}
		if q.from.Draw("local products of bids", 30) {
			b.standard, b.original = "", "A02"
		}
		s := q.balance(b, g)
		s.spans = q.spans(g, q.rule, side)
		offered := w.Bids(side)
		s.quantity = q.power(offered, world.Grid{Seconds: 4 * world.Hour}, process+side)
		s.also = []measure{
			{name: "secondaryQuantity", value: q.power(func(at int64) float64 { return math.Min(offered(at), w.Activated(at, side)) }, g, process+side+"activated")},
			{name: "unavailable_Quantity.quantity", value: whole(func(at int64) float64 { return math.Max(0, 0.1*offered(at)*world.Wave(at, 20*world.Hour, w.Salt+41)) })},
		}
		list = append(list, s)
	}
	return list
}

// buildActivatedPrices makes the prices of activated balancing energy: a
// TimeSeries for each kind of reserve and direction, without a price where
// nothing is activated.
func buildActivatedPrices(q *question) []series {
	w := world.NewWorld(q.from, q.asked)
	g := w.Quarters()
	var list []series
	for _, business := range []string{"A96", "A97"} {
		if !q.wants(paramBusiness, business) || !q.processHas(business) {
			continue
		}
		for _, side := range []string{world.Up, world.Down} {
			b := balance{business: business, standard: "A01", psr: "A03", direction: side, currency: "EUR", price: "MWH"}
			if q.from.Draw("local products", 35) {
				b.standard, b.original = "", "A02"
			}
			if !q.wants(paramPSR, b.psr) || !q.wants(paramProduct, b.standard) || !q.wants(paramOriginal, b.original) {
				continue
			}
			category := "A06"
			if business == "A97" {
				category = "A07"
			}
			s := q.balance(b, g)
			s.spans = q.spans(g, q.rule, business+side)
			s.also = []measure{q.activation(w.ActivationPrice(side, q.feed()^world.Salt(business)), category)}
			list = append(list, s)
		}
	}
	return list
}

// processHas reports whether a process activates a kind of reserve.
func (q *question) processHas(business string) bool {
	switch q.params[paramProcess] {
	case "A68":
		return business == "A96"
	case "A60", "A61":
		return business == "A97"
	default:
		return true
	}
}

// activation is a price of activated energy with its category.
func (q *question) activation(price world.Hundredths, category string) measure {
	return measure{name: "activation_Price.amount", value: price, notes: []field{{name: "imbalance_Price.category", value: category}}}
}

// fourSeconds is the resolution of the platform for automatic reserves.
var fourSeconds = world.Grid{Name: "PT4S", Seconds: 4}

// buildMarginalPrices makes the cross-border marginal prices of the platform
// for automatic reserves, every four seconds: they stay for some steps, and
// there are Points without a price.
func buildMarginalPrices(q *question) []series {
	w := world.NewWorld(q.from, q.asked)
	var list []series
	for _, side := range []string{world.Up, world.Down} {
		s := q.balance(balance{business: "A96", standard: "A01", psr: "A03", direction: side, currency: "EUR", price: "MWH"}, fourSeconds)
		s.spans = q.spans(fourSeconds, q.rule, side)
		own := q.feed() ^ world.Salt(side)
		s.also = []measure{q.activation(func(at int64) int64 {
			step := at / 4
			block := world.Mix(own ^ uint64(step/7))
			at = 4 * (step - step%int64(1+block%7)) // the price holds for some steps
			if world.Mix(own^uint64(at/28)*31)%4 == 0 {
				return world.None
			}
			price := w.Price(at-at%900) + 40*world.Wave(at, 300, own)
			return int64(math.Round(100 * price))
		}, "A08")}
		list = append(list, s)
	}
	return list
}

// nettedGrid is the resolution of exchanged volumes: four seconds for the
// automatic reserves.
func (q *question) nettedGrid() world.Grid {
	if q.params[paramProcess] == "A51" {
		return fourSeconds
	}
	return world.Minutes(15)
}

// volume is the energy that an area gets from the others in an interval, in
// ten-thousandths of a MWh: below zero what it gives, zero most of the time.
// Stretches begin and end at whole minutes.
func (q *question) volume(g world.Grid, what string) world.Hundredths {
	w := world.NewWorld(q.from, q.asked)
	own := q.feed() ^ world.Salt(what, q.params[paramProcess])
	slow := max(g.Seconds, 60)
	return func(at int64) int64 {
		x := world.Wave(at-at%slow, 12*slow, own) + 0.3*world.Wave(at-at%slow, 2*slow, own+1)
		if math.Abs(x) < 0.55 {
			return 0
		}
		x *= 1 + 0.2*world.Wave(at, 20, own+2)
		return int64(math.Round(1e4 * w.Load * 0.01 * x * float64(g.Seconds) / world.Hour))
	}
}

// buildNetted makes the volumes that an area exchanges with a platform: what
// it gets and what it gives, each with a Period for each stretch.
func buildNetted(q *question) []series {
	g := q.nettedGrid()
	region := platformOf(q.params[paramProcess])
	net := q.volume(g, "netted")
	sides := make(map[bool][]timeseries.Window)
	for _, span := range q.spans(g, q.rule, "") {
		for _, run := range runs(net, g, span) {
			for _, active := range actives(net, g, run) {
				given := net(active.From.Unix()) < 0
				sides[given] = append(sides[given], active)
			}
		}
	}
	var list []series
	for _, given := range []bool{false, true} {
		b := balance{business: "B09", acquiring: q.from.EIC, connecting: region, unit: "MWH"}
		if given {
			b.acquiring, b.connecting = b.connecting, b.acquiring
		}
		s := q.balance(b, g)
		s.part = part{status: final, region: region}
		s.spans = sides[given]
		s.also = []measure{{name: "quantity", value: magnitude(net), digits: 4}}
		s.full = true
		list = append(list, s)
	}
	return list
}

// actives returns the stretches of a window in which a value is not zero.
func actives(v world.Hundredths, g world.Grid, w timeseries.Window) []timeseries.Window {
	idle := func(at int64) int64 {
		if v(at) == 0 {
			return -1
		}
		return 0
	}
	return slices.DeleteFunc(runs(idle, g, w), func(run timeseries.Window) bool { return v(run.From.Unix()) == 0 })
}

// buildNettedPerBorder makes the volumes exchanged over one border, in one
// direction, with all zeros.
func buildNettedPerBorder(q *question) []series {
	g := q.nettedGrid()
	b := balance{business: "A45", acquiring: q.to.EIC, connecting: q.from.EIC, standard: "A01", unit: "MWH"}
	s := q.balance(b, g)
	l := world.NewLink(q.from, q.to)
	own := l.Salt ^ world.Salt("exchanged", q.params[paramProcess])
	s.part = part{region: platformOf(q.params[paramProcess])}
	s.spans = q.spans(g, q.rule, "")
	s.also = []measure{{name: "quantity", digits: 4, value: func(at int64) int64 {
		x := l.Sign * world.Wave(at, 20*max(g.Seconds, 60), own)
		return int64(math.Round(1e4 * math.Max(0, x-0.4) * l.Capacity * 0.2 * float64(g.Seconds) / world.Hour))
	}}}
	s.full = true
	return []series{s}
}

// buildBorderLimits makes the limits of a border for the platforms of
// balancing energy.
func buildBorderLimits(q *question) []series {
	g := world.Minutes(15)
	s := series{grid: g, full: true, part: part{region: platformOf(q.params[paramProcess])}}
	s.fields = []field{
		{name: "businessType", value: "A26"},
		{name: "product", value: "8716867000016"},
		{name: "in_Domain.mRID", value: q.to.EIC, eic: true},
		{name: "out_Domain.mRID", value: q.from.EIC, eic: true},
		{name: "measure_Unit.name", value: "MAW"},
	}
	s.spans = q.spans(g, q.rule, "")
	s.quantity = whole(world.NewLink(q.from, q.to).Offered("balancing"+q.params[paramProcess], 0.5))
	return []series{s}
}
