package simulator

import (
	"fmt"
	"time"

	"entsoed/entsoe/simulator/world"
	"entsoed/timeseries"
)

// buildBids makes single bids of balancing energy: some for each quarter hour
// and direction, which have all attributes in common. Most are in a merit
// order; a few stand twice. The archive has the same bids, and keeps them.
func buildBids(q *question) []series {
	g := world.Minutes(15)
	span := q.published(g, world.Instant, q.rule)
	w := world.NewWorld(q.from, q.asked)
	var list []series
	for at := span.From.Unix(); at < span.To.Unix(); at = g.Next(at) {
		for _, side := range []string{world.Up, world.Down} {
			if q.wants(paramWay, side) && q.wants(paramProduct, "A01") {
				list = append(list, q.bidsAt(w, at, side)...)
			}
		}
	}
	return list
}

// bidsAt makes the bids of one quarter hour in one direction.
func (q *question) bidsAt(w *world.World, at int64, side string) []series {
	own := world.Mix(q.feed() ^ world.Salt(side, q.params[paramProcess]) ^ uint64(at))
	begin := time.Unix(at, 0).UTC()
	quarter := []timeseries.Window{{From: begin, To: begin.Add(15 * time.Minute)}}
	price := w.Price(at)
	var list []series
	for i := range int(2 + own%4) {
		one := world.Mix(own + uint64(i))
		id := fmt.Sprintf("%s_%08d", begin.Format("0601021504"), one%1e8)
		step := float64(i+1) * (6 + 30*world.Fraction(one))
		if side == world.Down {
			step = -step
		}
		s := series{id: id, grid: world.Minutes(15), spans: quarter, curveless: true, part: q.bidder(q.from.EIC)}
		s.fields = []field{
			{name: "auction.mRID", value: q.auctionID(id)},
			{name: "businessType", value: "B74"},
			{name: "acquiring_Domain.mRID", value: q.from.EIC, eic: true},
			{name: "connecting_Domain.mRID", value: q.from.EIC, eic: true},
			{name: "quantity_Measure_Unit.name", value: "MAW"},
			{name: "currency_Unit.name", value: "EUR"},
			{name: "price_Measure_Unit.name", value: "MWH"},
			{name: "divisible", value: [...]string{"A01", "A02"}[one%2]},
			{name: "status", fields: []field{{name: "value", value: "A06"}}},
			{name: "flowDirection.direction", value: side},
			{name: "standard_MarketProduct.marketProductType", value: "A01"},
			{name: "validity_Period.timeInterval", fields: []field{
				{name: "start", value: minuteOf(quarter[0].From)}, {name: "end", value: minuteOf(quarter[0].To)},
			}},
		}
		s.also = []measure{
			{name: "quantity.quantity", value: always(100 * int64(1+one>>8%60))},
			{name: "energy_Price.amount", value: always(int64(100 * world.Clamp(price+step, -9999, 15000)))},
		}
		list = append(list, s)
		if one%37 == 0 {
			list = append(list, s) // the same bid twice
		}
	}
	return list
}

// auctionID names the auction of a bid: in some areas each bid is one.
func (q *question) auctionID(bid string) string {
	if q.from.Draw("auction of a bid", 20) {
		return bid
	}
	return q.auctionName()
}

func (q *question) auctionName() string {
	return map[string]string{"A46": "AUCTION-RR", "A47": "AUCTION-mFRR", "A51": "AUCTION-aFRR"}[q.params[paramProcess]]
}

// bidder is the header of bids: the operator to whom they are made.
func (q *question) bidder(domain string) part {
	return part{region: domain, subject: world.Eic(q.from.Salt), role: "A27"}
}

func always(value int64) world.Hundredths { return func(int64) int64 { return value } }

// buildDemands makes the elastic demands of an operator towards the platform:
// now and then, for one quarter hour.
func buildDemands(q *question) []series {
	g := world.Minutes(15)
	region := platformOf(q.params[paramProcess])
	w := world.NewWorld(q.from, q.asked)
	span := q.published(g, world.Instant, q.rule)
	var list []series
	for at := span.From.Unix(); at < span.To.Unix(); at = g.Next(at) {
		one := world.Mix(q.feed() ^ world.Salt(q.params[paramProcess]) ^ uint64(at))
		if one%24 != 0 {
			continue
		}
		side := [...]string{world.Up, world.Down}[one>>8%2]
		begin := time.Unix(at, 0).UTC()
		s := series{id: fmt.Sprintf("TS_NEED_%s_%d", q.from.Code, one>>16%1000), grid: g, part: part{region: region, subject: "10X1001C--00009H", role: "A35"}}
		s.spans = []timeseries.Window{{From: begin, To: begin.Add(15 * time.Minute)}}
		s.fields = []field{
			{name: "auction.mRID", value: q.auctionName()},
			{name: "businessType", value: "B75"},
			{name: "acquiring_Domain.mRID", value: q.from.EIC, eic: true},
			{name: "connecting_Domain.mRID", value: region, eic: true},
			{name: "quantity_Measurement_Unit.name", value: "MAW"},
			{name: "currency_Unit.name", value: "EUR"},
			{name: "price_Measurement_Unit.name", value: "MWH"},
			{name: "divisible", value: "A01"},
			{name: "flowDirection.direction", value: side},
			{name: "energyPrice_Measurement_Unit.name", value: "MWH"},
			{name: "standard_MarketProduct.marketProductType", value: "A01"},
		}
		s.also = []measure{
			{name: "quantity.quantity", value: always(500 * int64(1+one>>24%40))},
			{name: "energy_Price.amount", value: always(int64(100 * (w.Price(at) - 60)))},
		}
		list = append(list, s)
	}
	return list
}
