package simulator

import (
	"fmt"
	"math"
	"time"

	"entsoed/entsoe"
	"entsoed/entsoe/simulator/world"
)

// Namespaces of documents that have no curves.
const (
	nsFallBack      = "urn:iec62325.351:tc57wg16:451-6:outagedocument:4:0"
	nsInformation   = "urn:iec62325.351:tc57wg16:451-n:otmidocument:1:0"
	nsAvailability  = "urn:iec62325.351:tc57wg16:451-n:bidavailabilitydocument:1:0"
	nsHVDC          = "urn:iec62325.351:tc57wg16:451-8:hvdclinkdocument:1:1"
	nsConfiguration = "urn:iec62325.351:tc57wg16:451-6:configurationdocument:3:0"
)

// documentOffers are the items whose answers are no documents of curves, in
// the order in which a request is compared with them.
var documentOffers = [...]offer{
	// Outages (articles 7, 10 and 15) and other information.
	{item: "unavailability_generation_units", document: "A80", namespace: nsOutage30, container: zipped, documents: true, percent: 90, most: 200, papers: tellUnits},
	{item: "unavailability_production_units", document: "A77", namespace: nsOutage30, container: zipped, documents: true, percent: 80, most: 200, papers: tellPlants},
	{item: "unavailability_transmission", document: "A78", pair: true, namespace: nsOutage30, container: zipped, documents: true, percent: 60, most: 200, papers: tellBorder},
	{item: "unavailability_transmission_available_capacity", document: "A78", nameless: true, namespace: nsOutage30, container: zipped, documents: true, percent: 55, most: 200, papers: tellAvailable},
	{item: "unavailability_transmission_net_position_impact", document: "A78", nameless: true, namespace: nsOutage30, container: zipped, documents: true, percent: 60, most: 200, papers: tellImpact},
	{item: "unavailability_offshore_grid", document: "A79", namespace: nsOutage30, container: zipped, documents: true, percent: 90, most: 200, papers: tellOffshore},
	{item: "fall_backs", document: "A53", process: "A47 A51 A63", namespace: nsFallBack, container: zipped, documents: true, anywhere: true, percent: 70, most: 100, papers: tellFallBacks},
	{item: "other_market_information", document: "B47", container: zipped, documents: true, anywhere: true, percent: 60, most: 200, papers: tellInformation},

	// Registers and single records.
	{item: "changes_to_bid_availability", document: "B45", process: "A47", nameless: true, namespace: nsAvailability, rule: bidsTold, anywhere: true, percent: 40, most: 100, papers: tellChanges},
	{item: "changes_to_bid_availability_archive", document: "B45", process: "A47", nameless: true, archive: true, container: archived, namespace: nsAvailability, rule: bidsTold, anywhere: true, percent: 40, most: 100, papers: tellChanges},
	{item: "hvdc_permanent_allocation_limitations", document: "A99", process: "A47 A51 A63", business: "B06", pair: true, namespace: nsHVDC, percent: 25, most: 100, papers: tellLimitations},
	{item: "production_and_generation_units", document: "A95", business: "B11", dated: true, namespace: nsConfiguration, percent: 85, papers: tellConfiguration},
}

// bidsTold is when single bids and what became of them are published.
var bidsTold = world.Rule{Unit: world.Instant, Clock: 8 * time.Minute, Spread: 20 * time.Minute}

// planned is the share of outages in percent that are known before they begin.
const planned = 60

func (q *question) lives(rate float64, planned uint64) lives {
	return lives{feed: q.feed() ^ world.Salt(q.params[paramProcess]), rate: rate, planned: planned}
}

func outages(l lives) *subject {
	return &subject{lives: l, businesses: []string{"A53", "A54"}, write: writeOutage}
}

// busy is by how much an area that reports everything has more outages than
// others: large ones, so that a week has more documents than an answer may.
func (q *question) busy() float64 {
	if q.from.Known.Load > 30000 {
		return 6
	}
	return 1
}

// tellUnits tells the outages of generation units, of several at once now and
// then.
func tellUnits(q *question) []paper {
	var units []affected
	for _, p := range q.from.Plants() {
		for _, unit := range p.Units {
			units = append(units, q.generator(p, unit.ID, unit.Name, unit.Nominal))
		}
	}
	return q.someOf(units, 0.06)
}

// tellPlants tells the outages of whole production units.
func tellPlants(q *question) []paper {
	var plants []affected
	for _, p := range q.from.Plants() {
		plants = append(plants, q.generator(p, "", "", p.Nominal()))
	}
	return q.someOf(plants, 0.03)
}

// someOf tells the outages of a fleet.
func (q *question) someOf(fleet []affected, rate float64) []paper {
	if len(fleet) == 0 {
		return nil
	}
	s := outages(q.lives(rate*float64(len(fleet))*q.busy(), planned))
	s.affected = func(one *story) []affected {
		list := []affected{fleet[one.draw(11)%uint64(len(fleet))]}
		for i := range one.draw(12) % 12 / 9 {
			list = append(list, fleet[(one.draw(11)+i+1)%uint64(len(fleet))])
		}
		return list
	}
	return q.documentsOf(s)
}

// generator describes a unit of a plant, or without one the plant itself.
func (q *question) generator(p world.Plant, id, name string, nominal float64) affected {
	const resource = "production_RegisteredResource."
	a := affected{
		sides: []field{{name: "biddingZone_Domain.mRID", value: q.from.EIC, eic: true}},
		thing: []field{
			{name: resource + "mRID", value: p.ID, eic: true},
			{name: resource + "name", value: p.Name},
			{name: resource + "location.name", value: q.from.Code},
			{name: resource + "pSRType.psrType", value: world.PsrTypes[p.Kind]},
		},
		nominal: nominal, part: "Available_Period",
	}
	if id != "" {
		a.thing = append(a.thing,
			field{name: resource + "pSRType.powerSystemResources.mRID", value: id, eic: true},
			field{name: resource + "pSRType.powerSystemResources.name", value: name})
	}
	return a
}

// tellBorder tells the outages of lines between two areas, in one direction.
func tellBorder(q *question) []paper {
	s := outages(q.lives(0.15+world.Fraction(q.feed()), planned))
	s.affected = func(one *story) []affected { return []affected{q.line(q.from, q.to, one)} }
	return q.documentsOf(s)
}

// line describes one to three assets between two areas.
func (q *question) line(from, to *world.Place, one *story) affected {
	a := affected{
		sides: []field{
			{name: "in_Domain.mRID", value: to.EIC, eic: true},
			{name: "out_Domain.mRID", value: from.EIC, eic: true},
		},
		nominal: world.NewLink(from, to).Capacity,
		part:    "Available_Period",
	}
	for i := range one.draw(13)%5/2 + 1 {
		own := world.Mix(world.NewLink(from, to).Salt + one.draw(14)%7 + i)
		a.assets = append(a.assets, asset{
			id:    world.Eic(own),
			name:  fmt.Sprintf("%d kV %s - %s", [...]int{110, 220, 400}[own%3], world.PlaceName(own), world.PlaceName(world.Mix(own))),
			kind:  [...]string{"B21", "B22", "B23", "B24"}[own>>8%4],
			place: from.Code + " - " + to.Code,
		})
	}
	return a
}

// neighbours are the areas that an area has borders with, in the order of the
// catalogue.
func (q *question) neighbours() []*world.Place {
	var list []*world.Place
	for _, border := range entsoe.Borders() {
		if side := q.places[border.To.EIC]; border.From.EIC == q.from.EIC && side != nil {
			list = append(list, side)
		}
	}
	return list
}

// tellAvailable tells what is left of the borders of an area while a line is
// out.
func tellAvailable(q *question) []paper {
	sides := q.neighbours()
	if len(sides) == 0 {
		return nil
	}
	s := outages(q.lives(0.3*float64(len(sides))*q.busy(), planned))
	s.affected = func(one *story) []affected {
		a := q.line(q.from, sides[one.draw(11)%uint64(len(sides))], one)
		b := a
		b.sides = []field{{name: "in_Domain.mRID", value: a.sides[1].value, eic: true}, {name: "out_Domain.mRID", value: a.sides[0].value, eic: true}}
		return []affected{a, b}
	}
	return q.documentsOf(s)
}

// tellImpact tells by how much a line that is out limits the net position of
// an area.
func tellImpact(q *question) []paper {
	s := outages(q.lives(0.3, planned))
	s.affected = func(one *story) []affected {
		a := q.line(q.from, q.from, one)
		a.sides = []field{{name: "biddingZone_Domain.mRID", value: q.from.EIC, eic: true}}
		a.nominal = math.Round(q.from.Known.Load / 20)
		return []affected{a}
	}
	return q.documentsOf(s)
}

// tellOffshore tells what wind parks at sea cannot feed in, because the grid
// there is out.
func tellOffshore(q *question) []paper {
	capacity := q.from.Known.Capacity[world.Offshore]
	if capacity == 0 {
		return nil
	}
	s := outages(q.lives(0.1+capacity/20000, planned))
	s.affected = func(one *story) []affected {
		own := world.Mix(q.from.Salt + one.draw(11)%5)
		return []affected{{
			sides:   []field{{name: "biddingZone_Domain.mRID", value: q.from.EIC, eic: true}},
			nominal: capacity / 5,
			assets:  []asset{{id: world.Eic(own), name: world.PlaceName(own) + " offshore grid connection", kind: "B22", place: q.from.Code}},
			part:    "WindPowerFeedin_Period",
		}}
	}
	return q.documentsOf(s)
}

// tellFallBacks tells when an area was not connected to a platform of
// balancing energy. These documents have no values.
func tellFallBacks(q *question) []paper {
	s := outages(q.lives(0.5, 30))
	s.businesses = []string{"A53", "C47", "A54", "A83"}
	s.active = "A02"
	s.affected = func(one *story) []affected {
		return []affected{{
			sides:  []field{{name: "biddingZone_Domain.mRID", value: q.from.EIC, eic: true}},
			reason: "B13",
		}}
	}
	return q.documentsOf(s)
}

// tellInformation tells what else the market should know.
func tellInformation(q *question) []paper {
	s := outages(q.lives(0.3, 80))
	s.active = "A05"
	s.write = writeInformation
	return q.documentsOf(s)
}
