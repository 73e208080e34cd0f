package simulator

import (
	"fmt"
	"strconv"
	"time"

	"entsoed/entsoe/simulator/world"
	"entsoed/timeseries"
)

// tellLimitations tells which cables between two areas are limited for good,
// since when, and to what. A few limits have ended.
func tellLimitations(q *question) []paper {
	r := q.register(form{root: "HVDCLink", record: "TimeSeries", revised: true, active: true, roles: "A33"}, q.params[paramProcess], 0)
	r.domain = regionOf(q.params[paramProcess])
	l := world.NewLink(q.from, q.to)
	feed := q.feed() ^ world.Salt(q.params[paramProcess])
	for i := range feed%3 + 1 {
		own := world.Mix(feed + i + 1)
		cable := world.Eic(world.Mix(l.Salt + i))
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
		most := int64(own>>24%4) * int64(l.Capacity) / 8
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
		for i, since := range p.States() {
			if since.After(q.asked.From) || since.After(q.now) {
				break
			}
			if next := p.States(); i+1 < len(next) && !next[i+1].After(q.asked.From) {
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

// configuration is a plant in its n-th state: each one moved a little in
// capacity.
func (q *question) configuration(p world.Plant, n int, since time.Time) record {
	capacity := func(mw float64) string {
		return strconv.FormatFloat(mw+float64(n*int(world.Salt(p.ID)>>32%5)), 'f', -1, 64)
	}
	kind := world.PsrTypes[p.Kind]
	return func(w *writer, a string, _ int) {
		const b, c = "            ", "                "
		const megawatts = ` unit="MAW"`
		own := world.Mix(world.Salt(p.ID) + uint64(n))
		w.element(a, "mRID", "", fmt.Sprintf("%016x", own))
		w.element(a, "businessType", "", "B11")
		w.element(a, "implementation_DateAndOrTime.date", "", since.Format(time.DateOnly))
		w.element(a, "biddingZone_Domain.mRID", codingScheme, q.from.EIC)
		w.element(a, "registeredResource.mRID", codingScheme, p.ID)
		w.element(a, "registeredResource.name", "", p.Name)
		w.element(a, "registeredResource.location.name", "", q.from.Code)
		w.text(a, "<ControlArea_Domain>\n")
		w.element(b, "mRID", codingScheme, q.from.EIC)
		w.text(a, "</ControlArea_Domain>\n", a, "<Provider_MarketParticipant>\n")
		w.element(b, "mRID", codingScheme, world.Eic(q.from.Salt))
		w.text(a, "</Provider_MarketParticipant>\n", a, "<MktPSRType>\n")
		w.element(b, "psrType", "", kind)
		w.element(b, "production_PowerSystemResources.highVoltageLimit", ` unit="KVT"`, strconv.Itoa(p.Voltage))
		w.element(b, "nominalIP_PowerSystemResources.nominalP", megawatts, capacity(p.Nominal()))
		for _, unit := range p.Units {
			w.text(b, "<GeneratingUnit_PowerSystemResources>\n")
			w.element(c, "mRID", codingScheme, unit.ID)
			w.element(c, "name", "", unit.Name)
			w.element(c, "nominalP", megawatts, capacity(unit.Nominal))
			w.element(c, "generatingUnit_PSRType.psrType", "", kind)
			w.element(c, "generatingUnit_Location.name", "", q.from.Code)
			w.text(b, "</GeneratingUnit_PowerSystemResources>\n")
		}
		w.text(a, "</MktPSRType>\n")
	}
}
