package simulator

import (
	"math"
	"time"

	"entsoed/entsoe"
	"entsoed/entsoe/simulator/world"
	"entsoed/timeseries"
)

// auctionOf is one of the auctions whose prices are published: a sequence of
// a contract type.
type auctionOf struct {
	contract, sequence string
	rule               world.Rule
	from               time.Duration // of the market day, the first hour that is auctioned
	spread             float64       // EUR/MWh around the coupled day-ahead price
}

// The auctions of a delivery day: the coupled day-ahead auction, the Austrian
// exchange's own before it, and the three intraday auctions, the last of
// which is for the second half of the day.
var auctions = [...]auctionOf{
	{"A01", "2", world.Rule{Unit: world.Day, Days: -1, Clock: 10*time.Hour + 20*time.Minute, Spread: 10 * time.Minute}, 0, 4},
	{"A01", "1", world.Rule{Unit: world.Day, Days: -1, Clock: 12*time.Hour + 43*time.Minute, Spread: 14 * time.Minute}, 0, 0},
	{"A07", "1", world.Rule{Unit: world.Day, Days: -1, Clock: 15*time.Hour + 5*time.Minute, Spread: 20 * time.Minute}, 0, 5},
	{"A07", "2", world.Rule{Unit: world.Day, Days: -1, Clock: 22*time.Hour + 5*time.Minute, Spread: 20 * time.Minute}, 0, 8},
	{"A07", "3", world.Rule{Unit: world.Day, Clock: 10*time.Hour + 5*time.Minute, Spread: 20 * time.Minute}, 12 * time.Hour, 11},
}

// buildPrices makes the prices of the asked auctions, a TimeSeries for each
// day and auction, the days in order.
func buildPrices(q *question) []series {
	w := world.NewWorld(q.from, q.asked)
	if w.Currency == "" {
		return nil
	}
	var list []series
	for _, d := range world.Day.Each(world.Day.Around(q.asked, q.zone()), q.zone()) {
		for _, a := range auctions {
			if q.wants(paramSequence, a.sequence) && q.hasAuction(a) {
				list = append(list, q.auctionDay(w, a, d)...)
			}
		}
	}
	return list
}

// hasAuction reports whether an auction belongs to the item and to the zone:
// only Germany and Austria have a second one the day before.
func (q *question) hasAuction(a auctionOf) bool {
	if a.contract != q.contracts {
		return false
	}
	second := q.from.Code == "DE_LU" || q.from.Code == "AT"
	return a.contract == "A07" || a.sequence == "1" || second
}

// auctionDay makes the prices of one auction for one day: none before they
// are published, two or three TimeSeries where the platform repeats the curve.
func (q *question) auctionDay(w *world.World, a auctionOf, d timeseries.Window) []series {
	g := priceGrid(w, a, d.From)
	one := *q
	one.asked = d
	span := one.published(g, world.Day, a.rule)
	if begin := time.Unix(middle(d, a.from), 0).UTC(); begin.After(span.From) {
		span.From = begin
	}
	if span.Empty() {
		return nil
	}
	m := market{auction: "A01", business: "A62", contract: a.contract, currency: w.Currency, perMWh: true, sequence: a.sequence}
	if a.contract == "A01" && !q.hasAuction(auctionOf{contract: "A01", sequence: "2"}) && q.from.Draw("no sequence", 60) {
		m.sequence = "" // zones with one auction may leave it out
	}
	s := q.market(m, g)
	s.spans = []timeseries.Window{span}
	s.price = amount(w.Auction(a.contract+a.sequence, a.spread), 1, g.Seconds, q.from.Salt^world.Salt(a.contract, a.sequence))
	list := []series{s}
	if a.contract == "A01" && (w.Code == "NO_3" || w.Code == "PL") {
		list = append(list, s) // sent twice by the platform, under two mRIDs
	}
	if a.contract == "A01" && w.Code == "PL" {
		list = append(list, q.inZloty(s, m))
	}
	return list
}

// middle is the instant at which the local clock of a day shows from.
func middle(d timeseries.Window, from time.Duration) int64 {
	y, m, date := d.From.In(entsoe.Brussels()).Date()
	return time.Date(y, m, date, int(from/time.Hour), 0, 0, 0, entsoe.Brussels()).Unix()
}

// inZloty is a curve in Polish money.
func (q *question) inZloty(s series, m market) series {
	m.currency = "PLN"
	zloty := q.market(m, s.grid)
	zloty.spans = s.spans
	zloty.price = func(at int64) int64 { return int64(math.Round(float64(s.price(at)) * 4.27)) }
	return zloty
}

// priceGrid is the resolution of an auction: quarter hours in the coupled
// market since delivery of 2025-10-01 and in the local and intraday auctions,
// half hours in Ireland, hours elsewhere.
func priceGrid(w *world.World, a auctionOf, start time.Time) world.Grid {
	quarterHours := time.Date(2025, 9, 30, 22, 0, 0, 0, time.UTC)
	switch {
	case w.Code == "IE_SEM":
		return world.Minutes(30)
	case a.contract == "A07" || a.sequence == "2":
		return world.Minutes(15)
	case w.Place.Coupled && w.Currency == "EUR" && !start.Before(quarterHours):
		return world.Minutes(15)
	default:
		return world.Minutes(60)
	}
}

// buildNetPositions makes net positions: without a sign, export with the zone
// as out_Domain, import with it as in_Domain, a TimeSeries for each stretch of
// a day in which the direction stays.
func buildNetPositions(q *question) []series {
	w := world.NewWorld(q.from, q.asked)
	g := world.Minutes(60)
	if w.Minutes == 15 {
		g = world.Minutes(15)
	}
	var list []series
	for _, contract := range q.selected() {
		net := amount(func(at int64) float64 { return w.NetPosition(at, contract) }, q.from.Round, g.Seconds, q.feed()^world.Salt(contract))
		for _, d := range q.units(g, world.Day, q.results(contract)) {
			for _, run := range runs(net, g, d) {
				list = append(list, q.netRun(contract, net, g, run))
			}
		}
	}
	return list
}

// results is when the results of auctions are known: those of the intraday
// auctions, and what comes to all of them together, in the night.
func (q *question) results(contract string) world.Rule {
	if q.document == "A25" && contract != "A01" {
		return world.Rule{Unit: world.Day, Days: -1, Clock: 22*time.Hour + 30*time.Minute, Spread: time.Hour}
	}
	return q.rule
}

// netRun makes the TimeSeries of one stretch.
func (q *question) netRun(contract string, net world.Hundredths, g world.Grid, run timeseries.Window) series {
	const elsewhere = "REGION_CODE-----"
	m := market{business: "B09", in: elsewhere, out: q.from.EIC, contract: contract, unit: "MAW"}
	if q.document == "A25" {
		m.auction = "A01"
	}
	if net(run.From.Unix()) < 0 {
		m.in, m.out = q.from.EIC, elsewhere
	}
	s := q.market(m, g)
	s.spans = []timeseries.Window{run}
	s.quantity = func(at int64) int64 { return max(net(at), -net(at)) }
	return s
}

// runs cuts a window where the sign of a value changes.
func runs(v world.Hundredths, g world.Grid, w timeseries.Window) []timeseries.Window {
	var list []timeseries.Window
	from := w.From.Unix()
	for at := from; at < w.To.Unix(); {
		next := g.Next(at)
		if next >= w.To.Unix() || (v(next) < 0) != (v(at) < 0) {
			list = append(list, timeseries.Window{From: time.Unix(from, 0).UTC(), To: time.Unix(next, 0).UTC()})
			from = next
		}
		at = next
	}
	return list
}

// buildIncome makes the congestion income, in EUR, a TimeSeries a day.
func buildIncome(q *question) []series {
	w := world.NewWorld(q.from, q.asked)
	g := world.Minutes(60)
	var list []series
	for _, contract := range q.selected() {
		income := func(at int64) float64 {
			return math.Max(0, math.Abs(w.NetPosition(at, contract))*(6+9*world.Wave(at, 9*world.Hour, q.feed())))
		}
		for _, d := range q.units(g, world.Day, q.results(contract)) {
			s := q.market(market{auction: "A01", business: "B10", contract: contract, currency: "EUR", perMWh: true}, g)
			s.spans = []timeseries.Window{d}
			s.price = amount(income, 1, g.Seconds, q.feed())
			list = append(list, s)
		}
	}
	return list
}
