package simulator

import (
	"strconv"

	"entsoed/entsoe/simulator/world"
)

// writeFlat writes an answer of 14.1.B (A71/A33) as recorded. It is unlike all
// others: no XML declaration and no revisionNumber, intervals as two elements
// with seconds instead of one with two children, mRIDs of 16 digits, and the
// capacity under two spellings. It does not fit the XSD of its own namespace,
// on the platform neither.
func (d *document) writeFlat(w *writer) {
	const a, b, c, e = "    ", "        ", "            ", "                "
	extent := d.extent()
	w.text(`<GL_MarketDocument xmlns="`, nsLoad, "\">\n")
	w.element(a, "mRID", "", d.id)
	w.element(a, "type", "", "A71")
	w.element(a, "process.processType", "", "A33")
	w.parties(a, "A32")
	w.element(a, "createdDateTime", "", secondOf(d.created))
	w.element(a, "time_Period.timeInterval.start", "", secondOf(extent.From))
	w.element(a, "time_Period.timeInterval.end", "", secondOf(extent.To))
	for _, s := range d.series {
		w.text(a, "<TimeSeries>\n")
		w.element(b, "mRID", "", s.id)
		w.fields(b, s.fields)
		w.element(b, "curveType", "", "A03")
		w.plant(b, c, e, s.psr, s.plant)
		w.text(b, "<Period>\n")
		w.element(c, "timeInterval.start", "", secondOf(s.spans[0].From))
		w.element(c, "timeInterval.end", "", secondOf(s.spans[0].To))
		w.element(c, "resolution", "", s.grid.Name)
		w.series(layout{point: c, leaf: e}, &s, s.spans[0], true)
		w.text(b, "</Period>\n", a, "</TimeSeries>\n")
	}
	w.text("</GL_MarketDocument>")
	w.flush()
}

func (w *writer) plant(b, c, e, psr string, p *world.Plant) {
	const megawatts = ` unit="MAW"`
	number := func(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
	w.text(b, "<MktPSRType>\n")
	w.element(c, "psrType", "", psr)
	w.element(c, "production_PowerSystemResources.highVoltageLimit", ` unit="KVT"`, strconv.Itoa(p.Voltage))
	w.element(c, "nominalIP_PowerSystemResources.nominalP", megawatts, number(p.Nominal()))
	for _, unit := range p.Units {
		w.text(c, "<PowerSystemResources>\n")
		w.element(e, "mRID", codingScheme, unit.Id)
		w.element(e, "name", "", unit.Name)
		w.element(e, "nominalP", megawatts, number(unit.Nominal))
		w.text(c, "</PowerSystemResources>\n")
	}
	w.text(b, "</MktPSRType>\n")
}
