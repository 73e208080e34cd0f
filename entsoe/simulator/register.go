package simulator

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"entsoed/entsoe"
	"entsoed/timeseries"
)

// register is a document of records that have no values over time.
type register struct {
	q       *question
	form    form
	id      string
	process string
	domain  string // of the header; empty: none
	window  timeseries.Window
	records []record
}

// form is how the documents of a namespace are written, as recorded.
type form struct {
	root, record string // elements
	revised      bool   // the header has a revisionNumber
	active       bool   // and a docStatus
	period       bool   // and a period
	roles        string // role of the receiver
}

// record writes the elements of one TimeSeries; number counts from 1 in each
// document.
type record func(w *writer, indent string, number int)

func (r *register) instances() int            { return len(r.records) }
func (r *register) extent() timeseries.Window { return r.window }

func (r *register) cut(from, to int) paper {
	some := *r
	some.records = r.records[from:to]
	return &some
}

func (r *register) write(w *writer) {
	const a, b = "    ", "        "
	root := r.form.root + "_MarketDocument"
	w.text(`<?xml version="1.0" encoding="UTF-8"?>`, "\n<", root, ` xmlns="`, r.q.namespace, "\">\n")
	w.element(a, "mRID", "", r.id)
	if r.form.revised {
		w.element(a, "revisionNumber", "", "1")
	}
	w.element(a, "type", "", r.q.document)
	w.element(a, "process.processType", "", r.process)
	w.parties(a, r.form.roles)
	w.element(a, "createdDateTime", "", secondOf(r.q.now))
	if r.form.active {
		w.text(a, "<docStatus>\n")
		w.element(b, "value", "", "A05")
		w.text(a, "</docStatus>\n")
	}
	if r.form.period {
		w.interval(a, b, "time_Period.timeInterval", r.window)
	}
	if r.domain != "" {
		w.element(a, "domain.mRID", codingScheme, r.domain)
	}
	for i, one := range r.records {
		w.text(a, "<", r.form.record, ">\n")
		one(w, b, i+1)
		w.text(a, "</", r.form.record, ">\n")
		w.points++
	}
	w.text("</", root, ">")
	w.flush()
}

// register begins the document of an answer, the n-th of it.
func (q *question) register(f form, process string, n int) *register {
	own := mix(q.number + uint64(n)<<40)
	return &register{q: q, form: f, id: fmt.Sprintf("%016x%016x", own, mix(own)), process: process, window: q.asked}
}

// bidsKept is how long bids and their changes are answered before only the
// archive has them.
const bidsKept = 93 * 24 * time.Hour

// tellChanges tells why single bids were not available: none to four in a
// quarter hour, which has a document of its own.
func tellChanges(q *question) []paper {
	f := form{root: "BidAvailability", record: "BidTimeSeries", revised: true, period: true, roles: "A33"}
	w := q.published(minutes(15), instant, q.rule)
	feed := q.feed() ^ salt(q.params[paramProcess])
	var papers []paper
	for at := w.From; at.Before(w.To); at = at.Add(15 * time.Minute) {
		own := mix(feed ^ uint64(at.Unix()))
		if own%100 >= 15 {
			continue
		}
		r := q.register(f, q.params[paramProcess], len(papers))
		r.window = timeseries.Window{From: at, To: at.Add(15 * time.Minute)}
		for i := range own>>8%4 + 1 {
			if business := fmt.Sprintf("C%d", 40+mix(own+i)%7); q.wants(paramBusiness, business) {
				r.records = append(r.records, q.change(business, at, mix(own+i)))
			}
		}
		if len(r.records) > 0 {
			papers = append(papers, r)
		}
	}
	return papers
}

// change is one bid that was not available. Its mRID is that of the bid.
func (q *question) change(business string, at time.Time, own uint64) record {
	return func(w *writer, a string, _ int) {
		const deeper = "            "
		w.element(a, "mRID", "", fmt.Sprintf("%016X-%d", own, own%9+1))
		w.element(a, "bidDocument_MarketDocument.mRID", "", "BID_"+at.In(q.from.zone).Format("20060102_1504")+"_"+q.from.Code)
		w.element(a, "bidDocument_MarketDocument.revisionNumber", "", strconv.FormatUint(own>>8%3+1, 10))
		w.element(a, "requestingParty_MarketParticipant.mRID", codingScheme, eic(q.from.salt))
		w.element(a, "requestingParty_MarketParticipant.marketRole.type", "", "A49")
		w.element(a, "businessType", "", business)
		w.element(a, "domain.mRID", codingScheme, q.from.EIC)
		text := [...]string{"", "congestion in the grid", "!@#$%^*-_=+,./?|`~[]{}:\"'; <&>"}[own>>16%3]
		w.reason(a, deeper, [2]string{[...]string{"B46", "B47", "B16"}[own>>24%3], text})
	}
}

// tellLimitations tells which cables between two areas are limited for good,
// since when, and to what. A few limits have ended.
func tellLimitations(q *question) []paper {
	r := q.register(form{root: "HVDCLink", record: "TimeSeries", revised: true, active: true, roles: "A33"}, q.params[paramProcess], 0)
	r.domain = regionOf(q.params[paramProcess])
	l := newLink(q.from, q.to)
	feed := q.feed() ^ salt(q.params[paramProcess])
	for i := range feed%3 + 1 {
		own := mix(feed + i + 1)
		cable := eic(mix(l.salt + i))
		if asked := q.params[paramResource]; asked != "" && asked != cable {
			continue
		}
		begin := time.Date(2019+int(own%5), time.Month(own>>8%12+1), 1, 22, 0, 0, 0, time.UTC)
		end := time.Time{}
		if own>>16%4 == 0 {
			end = begin.AddDate(2, 0, 0)
		}
		if !begin.Before(q.asked.To) || !end.IsZero() && !end.After(q.asked.From) || begin.After(q.now) {
			continue
		}
		most := int64(own>>24%4) * int64(l.capacity) / 8
		r.records = append(r.records, q.limitation(cable, most, begin, end))
	}
	if len(r.records) == 0 {
		return nil
	}
	return []paper{r}
}

// regionOf is the platform of balancing energy that a process belongs to.
func regionOf(process string) string {
	switch process {
	case "A47":
		return "10Y1001C--00085O"
	case "A51":
		return "10Y1001C--00090V"
	default:
		return "10YDOM-REGION-1V"
	}
}

func (q *question) limitation(cable string, most int64, begin, end time.Time) record {
	return func(w *writer, a string, number int) {
		const deeper = "            "
		w.element(a, "mRID", "", strconv.Itoa(number))
		w.element(a, "businessType", "", "B06")
		w.element(a, "product", "", "8716867000016")
		w.element(a, "objectAggregation", "", "A09")
		w.element(a, "connectingLine_RegisteredResource.mRID", codingScheme, cable)
		w.element(a, "out_Domain.mRID", codingScheme, q.from.EIC)
		w.element(a, "in_Domain.mRID", codingScheme, q.to.EIC)
		w.element(a, "measurement_Unit.name", "", "MAW")
		w.element(a, "maximumExchange_Quantity.quantity", "", strconv.FormatInt(most, 10))
		w.element(a, "start_DateAndOrTime.dateTime", "", secondOf(begin))
		if !end.IsZero() {
			w.element(a, "end_DateAndOrTime.dateTime", "", secondOf(end))
		}
		w.reason(a, deeper, [2]string{"B62", ""})
	}
}

// tellConfiguration tells the production units of an area with their
// generation units, as they are on a day: a unit is there from the day on
// which it went into operation, and its capacity changes once in a while.
func tellConfiguration(q *question) []paper {
	r := q.register(form{root: "Configuration", record: "TimeSeries", roles: "A32"}, "A39", 0)
	for _, p := range q.plants() {
		for i, since := range p.states() {
			if since.After(q.asked.From) || since.After(q.now) {
				break
			}
			if next := p.states(); i+1 < len(next) && !next[i+1].After(q.asked.From) {
				continue // a newer state is in force
			}
			r.records = append(r.records, q.configuration(p, i, since))
		}
	}
	if len(r.records) == 0 {
		return nil
	}
	r.window = timeseries.Window{From: q.asked.From, To: q.asked.From.Add(24 * time.Hour)}
	return []paper{r}
}

// states are the days on which a plant began and changed, rising.
func (p plant) states() []time.Time {
	own := salt(p.id)
	list := []time.Time{time.Date(2015+int(own%6), time.Month(own>>8%12+1), int(own>>16%28)+1, 0, 0, 0, 0, time.UTC)}
	for i := range own >> 24 % 4 {
		h := mix(own + i)
		list = append(list, list[len(list)-1].AddDate(int(h%3), int(h>>8%11)+1, int(h>>16%20)))
	}
	return list
}

// configuration is a plant in its n-th state: each one moved a little in
// capacity.
func (q *question) configuration(p plant, n int, since time.Time) record {
	capacity := func(mw float64) string {
		return strconv.FormatFloat(mw+float64(n*int(salt(p.id)>>32%5)), 'f', -1, 64)
	}
	kind := psrTypes[p.kind]
	return func(w *writer, a string, _ int) {
		const b, c = "            ", "                "
		const megawatts = ` unit="MAW"`
		own := mix(salt(p.id) + uint64(n))
		w.element(a, "mRID", "", fmt.Sprintf("%016x", own))
		w.element(a, "businessType", "", "B11")
		w.element(a, "implementation_DateAndOrTime.date", "", since.Format(time.DateOnly))
		w.element(a, "biddingZone_Domain.mRID", codingScheme, q.from.EIC)
		w.element(a, "registeredResource.mRID", codingScheme, p.id)
		w.element(a, "registeredResource.name", "", p.name)
		w.element(a, "registeredResource.location.name", "", q.from.Code)
		w.text(a, "<ControlArea_Domain>\n")
		w.element(b, "mRID", codingScheme, q.from.EIC)
		w.text(a, "</ControlArea_Domain>\n", a, "<Provider_MarketParticipant>\n")
		w.element(b, "mRID", codingScheme, eic(q.from.salt))
		w.text(a, "</Provider_MarketParticipant>\n", a, "<MktPSRType>\n")
		w.element(b, "psrType", "", kind)
		w.element(b, "production_PowerSystemResources.highVoltageLimit", ` unit="KVT"`, strconv.Itoa(p.voltage))
		w.element(b, "nominalIP_PowerSystemResources.nominalP", megawatts, capacity(p.nominal()))
		for _, unit := range p.units {
			w.text(b, "<GeneratingUnit_PowerSystemResources>\n")
			w.element(c, "mRID", codingScheme, unit.id)
			w.element(c, "name", "", unit.name)
			w.element(c, "nominalP", megawatts, capacity(unit.nominal))
			w.element(c, "generatingUnit_PSRType.psrType", "", kind)
			w.element(c, "generatingUnit_Location.name", "", q.from.Code)
			w.text(b, "</GeneratingUnit_PowerSystemResources>\n")
		}
		w.text(a, "</MktPSRType>\n")
	}
}

// forgets reports whether an item answers only for a while, and then its
// archive.
func (q *question) forgets() bool {
	return slices.Contains([]string{"balancing_energy_bids", "changes_to_bid_availability"}, q.offer.item)
}

// remembers is the beginning of what is still answered.
func (q *question) remembers() time.Time {
	return day.floor(q.now.Add(-bidsKept), entsoe.Brussels())
}
