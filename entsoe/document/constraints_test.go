package document

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"testing"

	"entsoed/entsoe"
)

// constrained writes a document of flow-based constraints, the first half of them
// the same in every hour.
func constrained(hours, constraints, zones int) []byte {
	var b bytes.Buffer
	b.WriteString("<CriticalNetworkElement_MarketDocument><TimeSeries><curveType>A01</curveType><Period>" +
		"<timeInterval><start>2025-03-01T00:00Z</start><end>2025-03-02T00:00Z</end></timeInterval><resolution>PT60M</resolution>")
	for hour := range hours {
		fmt.Fprintf(&b, "<Point><position>%d</position>", hour+1)
		for n := range constraints {
			if n >= constraints/2 {
				n += hour * constraints
			}
			fmt.Fprintf(&b, "<Constraint_TimeSeries><mRID>%d</mRID><quantity_Measurement_Unit.name>MAW</quantity_Measurement_Unit.name><Monitored_RegisteredResource>"+
				"<flowBasedStudy_Domain.flowBasedMargin_Quantity.quantity>%d</flowBasedStudy_Domain.flowBasedMargin_Quantity.quantity>", n, n+hour)
			for zone := range zones {
				fmt.Fprintf(&b, "<PTDF_Domain><mRID>10Y-%d</mRID><pTDF_Quantity.quantity>0.%d</pTDF_Quantity.quantity></PTDF_Domain>", zone, zone+1)
			}
			b.WriteString("</Monitored_RegisteredResource></Constraint_TimeSeries>")
		}
		b.WriteString("</Point>")
	}
	b.WriteString("</Period></TimeSeries></CriticalNetworkElement_MarketDocument>")
	return b.Bytes()
}

// TestDecodeManyConstraints reads thousands of constraints an hour, of which
// each is several elements of its own.
func TestDecodeManyConstraints(t *testing.T) {
	const hours, constraints, zones = 4, 5000, 12
	elements, values := 0, 0
	_, err := Decode(context.Background(), bytes.NewReader(constrained(hours, constraints, zones)), entsoe.Zone, Visitor{Curve: func(h Header, c *Curve) error {
		elements, values = len(c.Elements), len(c.Values)
		return orderly(h, c)
	}})
	if err != nil || values != hours*constraints*(1+zones) || elements != (constraints/2)*(1+hours)*(1+zones) {
		t.Errorf("%d elements, %d values: %v", elements, values, err)
	}
}

// BenchmarkDecodeConstraints answers how many values of constraints a second
// one core decodes.
func BenchmarkDecodeConstraints(b *testing.B) {
	for _, constraints := range []int{100, 1000} {
		document := constrained(24, constraints, 5)
		b.Run(fmt.Sprint(constraints), func(b *testing.B) {
			values := 0
			b.ReportAllocs()
			for b.Loop() {
				n, err := countDecoded(io.Reader(bytes.NewReader(document)))
				if values = n; err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(values)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mvalues/s")
		})
	}
}
