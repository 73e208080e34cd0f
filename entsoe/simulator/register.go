package simulator

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"entsoed/entsoe"
	"entsoed/entsoe/simulator/world"
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
	own := world.Mix(q.number + uint64(n)<<40)
	return &register{q: q, form: f, id: fmt.Sprintf("%016x%016x", own, world.Mix(own)), process: process, window: q.asked}
}

// bidsKept is how long bids and their changes are answered before only the
// archive has them.
const bidsKept = 93 * 24 * time.Hour

// tellChanges tells why single bids were not available: none to four in a
// quarter hour, which has a document of its own.
func tellChanges(q *question) []paper {
	f := form{root: "BidAvailability", record: "BidTimeSeries", revised: true, period: true, roles: "A33"}
	w := q.published(world.Minutes(15), world.Instant, q.rule)
	feed := q.feed() ^ world.Salt(q.params[paramProcess])
	var papers []paper
	for at := w.From; at.Before(w.To); at = at.Add(15 * time.Minute) {
		own := world.Mix(feed ^ uint64(at.Unix()))
		if own%100 >= 15 {
			continue
		}
		r := q.register(f, q.params[paramProcess], len(papers))
		r.window = timeseries.Window{From: at, To: at.Add(15 * time.Minute)}
		for i := range own>>8%4 + 1 {
			if business := fmt.Sprintf("C%d", 40+world.Mix(own+i)%7); q.wants(paramBusiness, business) {
				r.records = append(r.records, q.change(business, at, world.Mix(own+i)))
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
		w.element(a, "bidDocument_MarketDocument.mRID", "", "BID_"+at.In(q.from.Zone).Format("20060102_1504")+"_"+q.from.Code)
		w.element(a, "bidDocument_MarketDocument.revisionNumber", "", strconv.FormatUint(own>>8%3+1, 10))
		w.element(a, "requestingParty_MarketParticipant.mRID", codingScheme, world.Eic(q.from.Salt))
		w.element(a, "requestingParty_MarketParticipant.marketRole.type", "", "A49")
		w.element(a, "businessType", "", business)
		w.element(a, "domain.mRID", codingScheme, q.from.EIC)
		text := [...]string{"", "congestion in the grid", "!@#$%^*-_=+,./?|`~[]{}:\"'; <&>"}[own>>16%3]
		w.reason(a, deeper, [2]string{[...]string{"B46", "B47", "B16"}[own>>24%3], text})
	}
}

// forgets reports whether an item answers only for a while, and then its
// archive.
func (q *question) forgets() bool {
	return slices.Contains([]string{"balancing_energy_bids", "changes_to_bid_availability"}, q.offer.item)
}

// remembers is the beginning of what is still answered.
func (q *question) remembers() time.Time {
	return world.Day.Floor(q.now.Add(-bidsKept), entsoe.Brussels())
}
