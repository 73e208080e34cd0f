package document

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entsoed/entsoe"
)

// TestDecodeRandom compares the decoder with the oracle on documents that are
// put together by chance: any shape, order and spelling that is allowed, and
// now and then something that is not.
func TestDecodeRandom(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: takes half a minute with the race detector")
	}
	accepted := 0
	for seed := range uint64(2000) {
		w := &randomWriter{Rand: rand.New(rand.NewPCG(seed, 7))}
		w.document()
		body := w.Bytes()
		want, wantErr := oracle(bytes.NewReader(body), entsoe.Zone)
		_, got, err := decodeWhole(bytes.NewReader(body))
		if (err == nil) != (wantErr == nil) && !errors.Is(wantErr, errCalendar) {
			t.Fatalf("seed %d: decoder %v, oracle %v\n%s", seed, err, wantErr, body)
		}
		if err != nil || wantErr != nil {
			continue
		}
		accepted++
		if !slices.EqualFunc(want.Rows, got.Rows, sameRow) || !cmp.Equal(want.Records, got.Records, comparing) {
			t.Fatalf("seed %d (-oracle, +decoder)\n%s%s", seed, cmp.Diff(want.Rows, got.Rows), cmp.Diff(want.Records, got.Records, comparing))
		}
		if _, err := newDecoder(context.Background(), newScanner(bytes.NewReader(body), 1<<10), entsoe.Zone, Visitor{Curve: orderly}).document(); err != nil {
			t.Fatalf("seed %d with a small buffer: %v", seed, err)
		}
	}
	if accepted < 1500 {
		t.Errorf("only %d documents were accepted", accepted)
	}
}

func sameRow(a, b oracleRow) bool {
	same := maps.Equal(a.Labels, b.Labels) && maps.Equal(a.Own, b.Own) && a.Until.Equal(b.Until)
	return same && a.Series == b.Series && a.Period == b.Period && a.Quantity == b.Quantity && a.Unit == b.Unit &&
		a.Currency == b.Currency && a.At.Equal(b.At) && a.Value == b.Value
}

// randomWriter writes documents by chance.
type randomWriter struct {
	*rand.Rand
	bytes.Buffer
	prefix string
	root   string
	odd    bool // this Period is spelled oddly
}

// one tells whether something happens that happens once in n times.
func (w *randomWriter) one(n int) bool { return w.IntN(n) == 0 }

func pick[T any](w *randomWriter, from ...T) T { return from[w.IntN(len(from))] }

// space writes what may stand between two elements.
func (w *randomWriter) space() {
	w.WriteString(pick(w, "", "\n", "\n        ", "\r\n\t"))
	if w.odd && w.one(20) {
		w.WriteString(pick(w, "<!-- <Point> -->", "<?target data?>", "<extension a='>'><remark>none</remark><Point/></extension>"))
	}
}

// element writes an element around content.
func (w *randomWriter) element(name string, content func()) {
	w.space()
	fmt.Fprintf(w, "<%s%s", w.prefix, name)
	if w.odd && w.one(10) {
		w.WriteString(pick(w, ` codingScheme="A01"`, "\n  a = 'b>'", " "))
	}
	w.WriteByte('>')
	content()
	fmt.Fprintf(w, "</%s%s>", w.prefix, name)
	w.space()
}

// leaf writes an element with a text, spelled by chance.
func (w *randomWriter) leaf(name, text string) {
	w.element(name, func() {
		switch {
		case w.odd && w.one(10):
			fmt.Fprintf(w, "<![CDATA[%s]]>", text)
		case w.odd && w.one(10):
			fmt.Fprintf(w, " &#%d;%s\n", text[0], text[1:])
		case w.odd && w.one(10):
			fmt.Fprintf(w, "%s<!-- 5 -->%s", text[:1], text[1:])
		default:
			w.WriteString(text)
		}
	})
}

// shuffled calls writers in an order by chance.
func (w *randomWriter) shuffled(writers ...func()) {
	w.Shuffle(len(writers), func(i, j int) { writers[i], writers[j] = writers[j], writers[i] })
	for _, write := range writers {
		write()
	}
}

func (w *randomWriter) document() {
	w.odd = w.one(3)
	w.WriteString(pick(w, "", "\ufeff", "<?xml version='1.0'?>", `<?xml version="1.0" encoding="utf-8"?>`+"\n"))
	root := pick(w, "GL_MarketDocument", "Publication_MarketDocument", "Balancing_MarketDocument", "ReserveBid_MarketDocument",
		"CriticalNetworkElement_MarketDocument", "Unavailability_MarketDocument")
	w.root = root
	w.prefix = pick(w, "", "", "ns1:")
	fmt.Fprintf(w, `<%s%s xmlns:ns1="urn:x">`, w.prefix, root)
	w.shuffled(
		func() { w.leaf("type", pick(w, "A65", "A44", "A75")) },
		func() { w.leaf("process.processType", "A16") },
		func() { w.leaf("mRID", "by-chance") },
	)
	if w.one(2) {
		w.leaf(pick(w, "area_Domain.mRID", "controlArea_Domain.mRID", "domain.mRID"), pick(w, "10YNL----------L", "10YFI-1--------U"))
	}
	for range w.IntN(4) {
		w.element(pick(w, "TimeSeries", "TimeSeries", "Bid_TimeSeries"), func() { w.series(root) })
	}
	if w.one(3) {
		w.element("Reason", func() { w.leaf("code", "A95"); w.leaf("text", "none") })
	}
	fmt.Fprintf(w, "</%s%s>", w.prefix, root)
}

func (w *randomWriter) series(root string) {
	area := pick(w, "10YNL----------L", "10YFI-1--------U", "10YPT-REN------W", "10Y0000000000000")
	fields := []func(){
		func() { w.leaf("mRID", "1") },
		func() { w.leaf("businessType", pick(w, "A01", "A04", "A62")) },
		func() { w.leaf("quantity_Measure_Unit.name", "MAW") },
		func() { w.leaf("price_Measure_Unit.name", "MWH") },
		func() { w.leaf("currency_Unit.name", pick(w, "EUR", "PLN")) },
	}
	if !w.one(5) {
		fields = append(fields, func() { w.leaf("curveType", pick(w, "A01", "A03", "A03")) })
	}
	for range w.IntN(3) {
		fields = append(fields, pick(w, w.asset, w.remark, func() { w.leaf("linkedBidsIdentification", "link") }))
	}
	switch {
	case root == "Balancing_MarketDocument" || root == "ReserveBid_MarketDocument":
		if !w.one(3) {
			fields = append(fields, func() { w.leaf("connecting_Domain.mRID", area) })
		}
		if w.one(2) {
			fields = append(fields, func() { w.leaf("acquiring_Domain.mRID", pick(w, area, "10YBE----------2")) })
		}
		if w.one(2) {
			fields = append(fields, func() { w.leaf("standard_MarketProduct.marketProductType", "A01") },
				func() { w.leaf("original_MarketProduct.marketProductType", pick(w, "A01", "A02")) })
		}
	case root == "CriticalNetworkElement_MarketDocument":
	case root == "Unavailability_MarketDocument":
		fields = append(fields, func() { w.leaf("biddingZone_Domain.mRID", area) },
			func() { w.leaf("production_RegisteredResource.mRID", "22W-1") },
			func() { w.leaf("start_DateAndOrTime.date", "2024-01-01") })
	case root == "Publication_MarketDocument":
		fields = append(fields,
			func() { w.leaf("in_Domain.mRID", pick(w, area, "10YBE----------2", "REGION_CODE-----")) },
			func() { w.leaf("out_Domain.mRID", area) })
	default:
		fields = append(fields,
			func() { w.leaf(pick(w, "in", "out")+"BiddingZone_Domain.mRID", area) },
			func() { w.element("MktPSRType", func() { w.leaf("psrType", pick(w, "B01", "B16")) }) })
	}
	w.shuffled(fields...)
	for range w.IntN(4) {
		w.odd = w.one(3)
		name := "Period"
		if root == "Unavailability_MarketDocument" {
			name = pick(w, "Available_Period", "WindPowerFeedin_Period")
		}
		w.element(name, func() { w.period(area) })
	}
}

func (w *randomWriter) asset() {
	w.element("Asset_RegisteredResource", func() {
		w.leaf("mRID", pick(w, "10T-1", "10T-2"))
		w.leaf("location.name", pick(w, "here", "there"))
		if w.one(2) {
			w.leaf("pSRType.psrType", "B21")
		}
	})
}

func (w *randomWriter) remark() {
	w.element("Reason", func() {
		w.leaf("code", pick(w, "A95", "B18"))
		if w.one(2) {
			w.leaf("text", "why")
		}
	})
}

func (w *randomWriter) period(area string) {
	zone := pick(w, time.UTC, entsoe.Brussels(), entsoe.Brussels(), entsoe.Zone(area), entsoe.Zone(area))
	if zone == nil {
		zone = entsoe.Brussels()
	}
	start := time.Date(2024, time.Month(1+w.IntN(12)), 1+w.IntN(28), 0, 0, 0, 0, zone)
	count := 1 + w.IntN(60)
	resolution, end := w.steps(start, count)
	if w.one(100) {
		end = end.Add(7 * time.Minute)
	}
	start, end = start.UTC(), end.UTC()
	interval := func() {
		w.element("timeInterval", func() {
			w.shuffled(
				func() { w.leaf("start", start.Format("2006-01-02T15:04Z")) },
				func() { w.leaf("end", end.Format("2006-01-02T15:04Z")) })
		})
	}
	if w.one(5) {
		interval = func() {
			w.leaf("timeInterval.end", end.Format(time.RFC3339))
			w.leaf("timeInterval.start", start.Format(time.RFC3339))
		}
	}
	parts := []func(){interval, func() { w.leaf("resolution", resolution) }}
	points := func() { w.points(count) }
	if w.one(5) {
		w.shuffled(append(parts, points)...)
		return
	}
	w.shuffled(parts...)
	points()
}

// steps returns a resolution and the end of so many of them.
func (w *randomWriter) steps(start time.Time, count int) (resolution string, end time.Time) {
	switch w.IntN(8) {
	case 0:
		return "P1D", start.AddDate(0, 0, count)
	case 1:
		return "P7D", start.AddDate(0, 0, 7*count)
	case 2:
		return "P1M", start.AddDate(0, count, 0)
	case 3:
		return "P1Y", start.AddDate(count, 0, 0)
	case 4:
		return "PT1H", start.Add(time.Duration(count) * time.Hour)
	case 5:
		return "PT30M", start.Add(time.Duration(count) * 30 * time.Minute)
	case 6:
		return "PT60M", start.Add(time.Duration(count) * time.Hour)
	}
	return "PT15M", start.Add(time.Duration(count) * 15 * time.Minute)
}

// points writes Points at some of the positions, mostly in their order.
func (w *randomWriter) points(count int) {
	var positions []int
	for position := 1; position <= count; position++ {
		if !w.one(4) {
			positions = append(positions, position)
		}
	}
	switch w.IntN(200) {
	case 0:
		positions = append(positions, count+1)
	case 1:
		positions = append(positions, 1, 1)
	}
	if w.one(5) {
		w.Shuffle(len(positions), func(i, j int) { positions[i], positions[j] = positions[j], positions[i] })
	}
	names := pick(w, []string{"quantity"}, []string{"price.amount"}, []string{"quantity", "price.amount"}, []string{"quantity", "secondaryQuantity"})
	for _, position := range positions {
		w.element("Point", func() { w.point(position, names) })
	}
}

func (w *randomWriter) point(position int, names []string) {
	parts := []func(){func() { w.leaf("position", fmt.Sprint(position)) }}
	for _, name := range names {
		if !w.one(20) {
			parts = append(parts, func() { w.leaf(name, w.number()) })
		}
	}
	parts = append(parts, w.sayings()...)
	if w.odd && w.one(3) {
		w.shuffled(parts...)
		return
	}
	for _, write := range parts {
		write()
	}
}

// sayings are what a Point says beside its plain values.
func (w *randomWriter) sayings() (parts []func()) {
	switch w.root {
	case "Balancing_MarketDocument":
		if w.one(2) {
			parts = append(parts, func() { w.leaf("imbalance_Price.category", pick(w, "A04", "A05")) })
		}
		if w.one(4) {
			parts = append(parts, func() { w.leaf("flowDirection.direction", pick(w, "A01", "A02")) })
		}
		for i := range w.IntN(3) {
			parts = append(parts, func() {
				w.element("Financial_Price", func() {
					w.shuffled(func() { w.leaf("amount", w.number()) }, func() { w.leaf("direction", fmt.Sprintf("A%02d", i+1)) })
				})
			})
		}
		if w.one(5) {
			parts = append(parts, w.remark)
		}
	case "CriticalNetworkElement_MarketDocument":
		for i := range w.IntN(4) {
			parts = append(parts, func() { w.element("Constraint_TimeSeries", func() { w.constraint(i) }) })
		}
	}
	return parts
}

func (w *randomWriter) constraint(i int) {
	if !w.one(200) {
		w.leaf("mRID", fmt.Sprint(i, w.IntN(3)))
	}
	w.leaf("quantity_Measurement_Unit.name", pick(w, "MAW", "MAW", "KWT"))
	w.leaf("pTDF_Measurement_Unit.name", pick(w, "C62", "MAW"))
	w.element("Monitored_RegisteredResource", func() {
		w.leaf("flowBasedStudy_Domain.flowBasedMargin_Quantity.quantity", w.number())
		for zone := range w.IntN(4) {
			w.element("PTDF_Domain", func() {
				w.shuffled(func() { w.leaf("mRID", fmt.Sprintf("zone-%d", zone)) }, func() { w.leaf("pTDF_Quantity.quantity", w.number()) })
			})
		}
	})
}

// number returns a decimal as the platform and others write them.
func (w *randomWriter) number() string {
	if w.one(500) {
		return pick(w, "n/a", "1,5", "--1")
	}
	text := pick(w, "", "-", "+") + fmt.Sprintf("%020d", w.Uint64())[20-1-w.IntN(17):]
	if w.one(2) {
		text += "." + fmt.Sprint(w.IntN(1_000_000))
	}
	return text
}
