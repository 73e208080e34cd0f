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
	l, root := plainLayout, "GL_MarketDocument"
	if q.namespace != nsLoad {
		root = "Publication_MarketDocument"
	}
	if q.document == "A44" {
		l = priceLayout
	}
	w.text("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n", l.root, "<", root, ` xmlns="`, q.namespace, "\">\n")
	d.header(w, l)
	for i := range d.series {
		d.timeSeries(w, l, i)
	}
	w.text(l.root, "</", root, ">")
	w.flush()
}

func (d *document) header(w *writer, l layout) {
	q := d.question
	w.element(l.header, "mRID", "", d.id)
	w.element(l.header, "revisionNumber", "", "1")
	w.element(l.header, "type", "", d.kind())
	period := "period.timeInterval"
	if q.namespace == nsLoad {
		w.element(l.header, "process.processType", "", q.process)
		period = "time_Period.timeInterval"
	}
	w.parties(l.header, "A33")
	w.element(l.header, "createdDateTime", "", secondOf(d.created))
	w.interval(l.header, l.inner, period, d.extent())
}

// kind is the document's type: what was asked for, but for offered capacity,
// of which the newest version is a document of its own.
func (d *document) kind() string {
	q := d.question
	if q.document == "A31" && q.params[paramUpdate] == "" {
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

func (d *document) timeSeries(w *writer, l layout, i int) {
	s := &d.series[i]
	w.text(l.series, "<TimeSeries>\n")
	w.element(l.child, "mRID", "", strconv.Itoa(i+1))
	w.fields(l.child, s.fields)
	w.element(l.child, "curveType", "", d.curveType())
	w.fields(l.child, s.after)
	if s.psr != "" {
		w.text(l.child, "<MktPSRType>\n")
		w.element(l.period, "psrType", "", s.psr)
		if s.unit != nil {
			w.text(l.period, "<PowerSystemResources>\n")
			w.element(l.part, "mRID", codingScheme, s.unit.id)
			w.element(l.part, "name", "", s.unit.name)
			w.text(l.period, "</PowerSystemResources>\n")
		}
		w.text(l.child, "</MktPSRType>\n")
	}
	for _, span := range s.spans {
		w.text(l.period, "<Period>\n")
		w.interval(l.part, l.point, "timeInterval", span)
		w.element(l.part, "resolution", "", s.grid.name)
		w.series(l, s, span, d.every)
		w.text(l.period, "</Period>\n")
	}
	w.text(l.series, "</TimeSeries>\n")
}

func (d *document) curveType() string {
	if d.every {
		return "A01"
	}
	return "A03"
}

func (w *writer) fields(indent string, list []field) {
	for _, f := range list {
		attribute := ""
		if f.eic {
			attribute = codingScheme
		}
		w.element(indent, f.name, attribute, f.value)
	}
}

// series appends the Points of one Period. A Point whose values are those of
// the Point before it is left out, unless every one is wanted.
func (w *writer) series(l layout, s *series, span timeseries.Window, every bool) {
	open := l.point + "<Point>\n" + l.leaf + "<position>"
	shut := l.point + "</Point>\n"
	quantity, price := l.leaf+"<quantity>", l.price+"<price.amount>"
	var lastQuantity, lastPrice, q, p int64
	end := span.To.Unix()
	position := int64(1)
	for at := span.From.Unix(); at < end; at, position = s.grid.next(at), position+1 {
		if s.quantity != nil {
			q = s.quantity(at)
		}
		if s.price != nil {
			p = s.price(at)
		}
		w.points++
		if position > 1 && !every && q == lastQuantity && p == lastPrice {
			continue
		}
		lastQuantity, lastPrice = q, p
		buf := append(w.buf, open...)
		buf = strconv.AppendInt(buf, position, 10)
		buf = append(buf, "</position>\n"...)
		if s.quantity != nil {
			buf = append(appendHundredths(append(buf, quantity...), q), "</quantity>\n"...)
		}
		if s.price != nil {
			buf = append(appendHundredths(append(buf, price...), p), "</price.amount>\n"...)
		}
		w.buf = append(buf, shut...)
		if len(w.buf) > writeSize {
			w.flush()
		}
	}
}
