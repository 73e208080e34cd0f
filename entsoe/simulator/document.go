package simulator

import (
	"strconv"
	"time"

	"entsoed/timeseries"
)

// document is an answer with data.
type document struct {
	question *question
	id       string // mRID: 32 hexadecimal digits, new in every answer
	created  time.Time
	part     part // of all its TimeSeries
	series   []series
	every    bool // curve type A01: no value is left out
}

// layout are the indentations of a document. The platform's differ by item;
// these two are as recorded, of prices and of the rest.
type layout struct {
	root, header, inner, series, child, period, part, point, leaf, price string
}

var (
	plainLayout = layout{"", "  ", "    ", "    ", "      ", "        ", "          ", "            ", "              ", "              "}
	priceLayout = layout{"  ", "    ", "      ", "      ", "        ", "          ", "            ", "              ", "                ", "                  "}
)

// write writes the document as it is sent. Nothing can go wrong any more but
// the connection; then what is left is written to nowhere.
func (d *document) write(w *writer) {
	q := d.question
	if q.offer.item == "installed_capacity_per_production_unit" {
		d.writeFlat(w)
		return
	}
	l, f := plainLayout, frames[q.namespace]
	if q.document == "A44" {
		l = priceLayout
	}
	w.text("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n", l.root, "<", f.root, ` xmlns="`, q.namespace, "\">\n")
	d.header(w, l, f)
	for i := range d.series {
		d.timeSeries(w, l, f, i)
	}
	w.fields(l.header, f.end)
	w.text(l.root, "</", f.root, ">")
	w.flush()
}

func (d *document) header(w *writer, l layout, f frame) {
	w.element(l.header, "mRID", "", d.id)
	w.element(l.header, "revisionNumber", "", "1")
	w.element(l.header, "type", "", d.kind())
	if f.process {
		w.element(l.header, "process.processType", "", d.process())
	}
	if f.early {
		w.element(l.header, "createdDateTime", "", secondOf(d.created))
	}
	scheme := codingScheme
	if f.schemed {
		w.parties(l.header, "A33")
	} else {
		scheme = ""
		w.plainParties(l.header)
	}
	if !f.early {
		w.element(l.header, "createdDateTime", "", secondOf(d.created))
		w.status(l.header, d.part.status)
	}
	if f.area != "" {
		area := d.part.region
		if area == "" {
			area = d.question.from.EIC
		}
		w.element(l.header, f.area, codingScheme, area)
	}
	if d.part.decided != "" {
		w.element(l.header, "allocationDecision_DateAndOrTime.dateTime", "", d.part.decided)
	}
	w.interval(l.header, l.inner, f.period, d.extent())
	if f.early {
		w.status(l.header, d.part.status)
	}
	if d.part.region != "" && f.area == "" {
		w.element(l.header, "domain.mRID", scheme, d.part.region)
	}
	if d.part.subject != "" {
		w.element(l.header, "subject_MarketParticipant.mRID", codingScheme, d.part.subject)
		w.element(l.header, "subject_MarketParticipant.marketRole.type", "", d.part.role)
	}
}

// status appends the docStatus of a document, which the platform writes on one line.
func (w *writer) status(indent, value string) {
	if value != "" {
		w.text(indent, "<docStatus><value>", value, "</value></docStatus>\n")
	}
}

// process is the processType of the header: that of the document, of the item
// where the request does not tell it, or of the request.
func (d *document) process() string {
	q := d.question
	switch {
	case d.part.process != "":
		return d.part.process
	case q.answers != "":
		return q.answers
	default:
		return q.params[paramProcess]
	}
}

// kind is the document's type: what was asked for, but for offered capacity,
// of which the newest version is a document of its own.
func (d *document) kind() string {
	q := d.question
	if q.document == "A31" && q.auction != "" && q.params[paramUpdate] == "" {
		return "B33"
	}
	return q.document
}

// extent is the period of the document: from the first to the last value.
func (d *document) extent() timeseries.Window {
	var all timeseries.Window
	for _, s := range d.series {
		first, last := s.spans[0].From, s.spans[len(s.spans)-1].To
		if all.From.IsZero() || first.Before(all.From) {
			all.From = first
		}
		if last.After(all.To) {
			all.To = last
		}
	}
	return all
}

func (w *writer) interval(indent, inner, name string, span timeseries.Window) {
	w.text(indent, "<", name, ">\n")
	w.element(inner, "start", "", minuteOf(span.From))
	w.element(inner, "end", "", minuteOf(span.To))
	w.text(indent, "</", name, ">\n")
}

func (d *document) timeSeries(w *writer, l layout, f frame, i int) {
	s := &d.series[i]
	id := s.id
	if id == "" {
		id = strconv.Itoa(i + 1)
	}
	full := d.every || s.full
	w.text(l.series, "<", f.series, ">\n")
	w.element(l.child, "mRID", "", id)
	w.fields(l.child, s.fields)
	if !s.curveless {
		w.element(l.child, "curveType", "", curveType(full))
	}
	w.fields(l.child, s.after)
	w.resource(l, s)
	for _, span := range s.spans {
		w.text(l.period, "<", f.part, ">\n")
		w.interval(l.part, l.point, "timeInterval", span)
		w.element(l.part, "resolution", "", s.grid.Name)
		if s.inside != nil {
			w.nested(l, s, span)
		} else {
			w.series(l, s, span, full)
		}
		w.text(l.period, "</", f.part, ">\n")
	}
	w.fields(l.child, s.end)
	w.text(l.series, "</", f.series, ">\n")
}

// resource appends the production type of a TimeSeries of load and generation,
// and its unit.
func (w *writer) resource(l layout, s *series) {
	if s.psr == "" {
		return
	}
	w.text(l.child, "<MktPSRType>\n")
	w.element(l.period, "psrType", "", s.psr)
	if s.unit != nil {
		w.text(l.period, "<PowerSystemResources>\n")
		w.element(l.part, "mRID", codingScheme, s.unit.ID)
		w.element(l.part, "name", "", s.unit.Name)
		w.text(l.period, "</PowerSystemResources>\n")
	}
	w.text(l.child, "</MktPSRType>\n")
}

func curveType(full bool) string {
	if full {
		return "A01"
	}
	return "A03"
}

func (w *writer) fields(indent string, list []field) {
	for _, f := range list {
		switch {
		case f.fields != nil:
			w.text(indent, "<", f.name, ">\n")
			w.fields(indent+"  ", f.fields)
			w.text(indent, "</", f.name, ">\n")
		case f.eic:
			w.element(indent, f.name, codingScheme, f.value)
		default:
			w.element(indent, f.name, "", f.value)
		}
	}
}
