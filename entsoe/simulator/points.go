package simulator

import (
	"strconv"

	"entsoed/entsoe/simulator/world"
	"entsoed/timeseries"
)

// column is a kind of value as it is written into each Point.
type column struct {
	open, shut string // before and behind the number
	value      world.Valuer
	digits     int // see measure
	now, last  int64
}

// columns are the kinds of values of a TimeSeries, in the order of the schema.
func (s *series) columns(l layout) []column {
	var list []column
	add := func(indent string, m measure) {
		c := column{open: indent + "<" + m.name + ">", shut: "</" + m.name + ">\n", value: m.value, digits: m.digits}
		for _, note := range m.notes {
			c.shut += indent + "<" + note.name + ">" + note.value + "</" + note.name + ">\n"
		}
		if m.group != "" {
			c.open = l.leaf + "<" + m.group + ">\n" + c.open
			c.shut += l.leaf + "</" + m.group + ">\n"
		}
		list = append(list, c)
	}
	if s.quantity != nil {
		add(l.leaf, measure{name: "quantity", value: s.quantity})
	}
	if s.price != nil {
		add(l.price, measure{name: "price.amount", value: s.price})
	}
	for _, m := range s.also {
		if m.group != "" {
			add(l.leaf+"  ", m)
		} else {
			add(l.leaf, m)
		}
	}
	return list
}

// series appends the Points of one Period. A Point whose values are those of
// the Point before it is left out, unless every one is wanted.
func (w *writer) series(l layout, s *series, span timeseries.Window, every bool) {
	open := l.point + "<Point>\n" + l.leaf + "<position>"
	shut := l.point + "</Point>\n"
	columns := s.columns(l)
	end := span.To.Unix()
	position := int64(1)
	for at := span.From.Unix(); at < end; at, position = s.grid.Next(at), position+1 {
		changed := every || position == 1
		for i := range columns {
			c := &columns[i]
			c.now = c.value(at)
			changed = changed || c.now != c.last
		}
		w.points++
		if !changed {
			continue
		}
		buf := append(w.buf, open...)
		buf = strconv.AppendInt(buf, position, 10)
		buf = append(buf, "</position>\n"...)
		for i := range columns {
			buf = columns[i].append(buf)
		}
		w.buf = append(buf, shut...)
		if len(w.buf) > writeSize {
			w.flush()
		}
	}
}

// append appends the element of the present value, if there is one.
func (c *column) append(buf []byte) []byte {
	c.last = c.now
	if c.now == world.None {
		return buf
	}
	buf = append(buf, c.open...)
	switch c.digits {
	case 0:
		buf = appendHundredths(buf, c.now)
	case sixDigits:
		buf = appendSix(buf, c.now)
	default:
		buf = appendDecimal(buf, c.now, c.digits)
	}
	return append(buf, c.shut...)
}

// nested appends the Points of one Period that hold more than values.
func (w *writer) nested(l layout, s *series, span timeseries.Window) {
	position := 1
	for at := span.From.Unix(); at < span.To.Unix(); at, position = s.grid.Next(at), position+1 {
		w.points++
		w.text(l.point, "<Point>\n")
		w.element(l.leaf, "position", "", strconv.Itoa(position))
		s.inside(w, l.leaf, at)
		w.text(l.point, "</Point>\n")
	}
}
