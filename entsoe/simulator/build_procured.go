package simulator

import (
	"math"
	"time"

	"entsoed/entsoe/simulator/world"
	"entsoed/timeseries"
)

// decided is when capacity of a unit is allocated: in the morning of the day
// before.
func (q *question) decided(unit timeseries.Window, at time.Duration) string {
	local := world.Day.Floor(unit.From.Add(-time.Hour), q.zone()).Add(at)
	return secondOf(local)
}

// blocks cuts a day into pieces of four hours, those of the asked period.
func blocks(d, asked timeseries.Window) []timeseries.Window {
	var list []timeseries.Window
	for from := d.From; from.Before(d.To); {
		to := from.Add(4 * time.Hour)
		if d.To.Sub(to) < time.Hour*3/2 { // a day of 25 hours ends with a block of five, one of 23 with three
			to = d.To
		}
		if block := (timeseries.Window{From: from, To: to}); block.Overlaps(asked) {
			list = append(list, block)
		}
		from = to
	}
	return list
}

// buildProcured makes the bids for balancing capacity that were accepted: for
// each block of four hours some of each direction, alike but for quantity and
// price.
func buildProcured(q *question) []series {
	if !q.wants(paramAgreement, "A01") {
		return nil
	}
	g := world.Minutes(15)
	w := world.NewWorld(q.from, q.asked)
	var list []series
	for _, d := range q.units(g, world.Day, q.rule) {
		for _, block := range blocks(d, q.asked) {
			for _, side := range q.sides() {
				list = append(list, q.procuredBlock(w, g, block, side, part{decided: q.decided(d, 9*time.Hour)})...)
			}
		}
	}
	return list
}

// sides are the directions in which capacity of a process is bought.
func (q *question) sides() []string {
	if q.params[paramProcess] == "A52" {
		return []string{world.Both}
	}
	return []string{world.Down, world.Up}
}

func (q *question) procuredBlock(w *world.World, g world.Grid, block timeseries.Window, side string, in part) []series {
	own := world.Mix(q.feed() ^ world.Salt(q.params[paramProcess], side) ^ uint64(block.From.Unix()))
	b := balance{business: "B95", agreement: "A01", standard: "A01", psr: "A03", direction: side, currency: "EUR", unit: "MAW", price: "MAW"}
	price := 1.0
	var list []series
	for i := range int(3 + own%4) {
		one := world.Mix(own + uint64(i))
		price += 3 * world.Fraction(one)
		s := q.balance(b, g)
		s.part = in
		s.spans = []timeseries.Window{block}
		s.quantity = always(100 * int64(1+one>>8%uint64(5+w.Load/500)))
		s.also = []measure{{name: "procurement_Price.amount", value: always(int64(math.Round(100 * price)))}}
		list = append(list, s)
	}
	return list
}

// buildContracted makes the volumes and the prices of contracted reserves, for
// each day, week, month or year a document of every process that is asked for.
func buildContracted(q *question) []series {
	agreement := q.params[paramAgreement]
	c, ok := map[string]world.Unit{"A01": world.Day, "A02": world.Week, "A03": world.Month, "A04": world.Year, "A06": world.Year, "A13": world.Day}[agreement]
	if !ok {
		return nil
	}
	g := world.Minutes(60)
	var list []series
	for _, process := range fields(reserveKinds) {
		if !q.wants(paramProcess, process) || !q.sure() && !q.from.Draw("contracts "+agreement+process, 65) {
			continue
		}
		one := *q
		one.params = parameters{paramProcess: process}
		for _, span := range q.units(g, c, world.Rule{Unit: c, Days: -1, Clock: 9*time.Hour + 30*time.Minute, Spread: 5 * time.Hour}) {
			for _, side := range one.sides() {
				list = append(list, q.contracted(process, side, g, span.Intersect(world.Day.Around(q.asked, q.zone())), span))
			}
		}
	}
	return list
}

// contracted makes the reserves of one contract, as far as they are asked for.
func (q *question) contracted(process, side string, g world.Grid, shown, whole timeseries.Window) series {
	w := world.NewWorld(q.from, q.asked)
	own := world.Mix(q.feed() ^ world.Salt(process, side, q.params[paramAgreement]) ^ uint64(whole.From.Unix()))
	b := balance{business: "B95", agreement: q.params[paramAgreement], standard: "A01", direction: side, currency: "EUR", unit: "MAW"}
	if q.from.Draw("local products of reserves", 40) {
		b.standard, b.original = "", "A04"
	}
	s := q.balance(b, g)
	s.part = part{process: process, decided: q.decided(whole, 9*time.Hour)}
	if !shown.Empty() {
		s.spans = []timeseries.Window{shown}
	}
	s.quantity = always(100 * int64(w.Load*0.01*(0.5+world.Fraction(own))))
	s.also = []measure{{
		name: "procurement_Price.amount",
		value: func(at int64) int64 {
			block := (at - whole.From.Unix()) / (4 * world.Hour)
			return 100 + int64(world.Mix(own+uint64(block))%3000)
		},
		notes: []field{{name: "imbalance_Price.category", value: "A06"}},
	}}
	return s
}

// buildCrossZonal makes the capacity of a border that is reserved for
// reserves: allocated and used in both directions of balancing, and the
// difference of prices that it costs.
func buildCrossZonal(q *question) []series {
	if !q.wants(paramAgreement, "A01") {
		return nil
	}
	g := world.Minutes(60)
	l := world.NewLink(q.from, q.to)
	var list []series
	for _, d := range q.units(g, world.Day, q.rule) {
		add := func(b balance, fill func(*series)) {
			b.acquiring, b.connecting, b.agreement = q.to.EIC, q.from.EIC, "A01"
			s := q.balance(b, g)
			s.part = part{region: regionNordic, decided: q.decided(d, 7*time.Hour+36*time.Minute)}
			s.spans = []timeseries.Window{d}
			s.full = true
			fill(&s)
			list = append(list, s)
		}
		add(balance{business: "A48", currency: "EUR", unit: "MAW"}, func(s *series) {
			price := amount(func(at int64) float64 { return math.Max(0, l.Rent(at)-4) }, 1, g.Seconds, l.Salt)
			s.also = []measure{{name: "procurement_Price.amount", value: price}}
		})
		for _, business := range []string{"C19", "B96"} {
			share := map[string]float64{"C19": 0.1, "B96": 0.06}[business]
			for _, side := range []string{world.Up, world.Down} {
				add(balance{business: business, direction: side, unit: "MAW"}, func(s *series) {
					s.quantity = whole(l.Flow("reserves"+side, share))
				})
			}
		}
	}
	return list
}
