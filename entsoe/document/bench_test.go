package document

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"entsoed/entsoe"
)

// generated writes a document as the platform does: a month of quarter hours of
// actual generation for each of several production types, curve type A01.
func generated(series int, indent bool) (document []byte, points int) {
	var b bytes.Buffer
	random := rand.New(rand.NewPCG(1, 2))
	line := func(depth int, format string, args ...any) {
		if indent {
			b.Write(bytes.Repeat([]byte("  "), depth))
		}
		fmt.Fprintf(&b, format, args...)
		if indent {
			b.WriteByte('\n')
		}
	}
	const days = 31
	start := time.Date(2024, 8, 31, 22, 0, 0, 0, time.UTC)
	line(0, `<?xml version="1.0" encoding="utf-8"?>`)
	line(0, `<GL_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-6:generationloaddocument:3:0">`)
	line(1, `<mRID>1</mRID><type>A75</type><process.processType>A16</process.processType>`)
	for n := range series {
		line(3, `<TimeSeries>`)
		line(4, `<mRID>%d</mRID><businessType>A01</businessType><objectAggregation>A08</objectAggregation>`, n+1)
		line(4, `<inBiddingZone_Domain.mRID codingScheme="A01">10YNL----------L</inBiddingZone_Domain.mRID>`)
		line(4, `<quantity_Measure_Unit.name>MAW</quantity_Measure_Unit.name><curveType>A01</curveType>`)
		line(4, `<MktPSRType><psrType>B%02d</psrType></MktPSRType>`, n+1)
		line(4, `<Period>`)
		line(5, `<timeInterval><start>%s</start><end>%s</end></timeInterval>`, start.Format("2006-01-02T15:04Z"), start.AddDate(0, 0, days).Format("2006-01-02T15:04Z"))
		line(5, `<resolution>PT15M</resolution>`)
		for position := 1; position <= days*96; position++ {
			line(5, `<Point>`)
			line(6, `<position>%d</position>`, position)
			line(6, `<quantity>%s</quantity>`, strconv.FormatFloat(float64(random.IntN(1e6))/100, 'f', -1, 64))
			line(5, `</Point>`)
			points++
		}
		line(4, `</Period>`)
		line(3, `</TimeSeries>`)
	}
	line(0, `</GL_MarketDocument>`)
	return b.Bytes(), points
}

// BenchmarkDecode answers how many points a second one core decodes, and how
// much faster that is than encoding/xml, in the same run.
func BenchmarkDecode(b *testing.B) {
	for _, indent := range []bool{true, false} {
		document, points := generated(10, indent)
		name := map[bool]string{true: "indented", false: "compact"}[indent]
		run := func(reader string, decode func(io.Reader) (int, error)) {
			b.Run(name+"/"+reader, func(b *testing.B) {
				b.SetBytes(int64(len(document)))
				b.ReportAllocs()
				for b.Loop() {
					if n, err := decode(bytes.NewReader(document)); err != nil || n != points {
						b.Fatalf("%d of %d points: %v", n, points, err)
					}
				}
				b.ReportMetric(float64(points)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mpoints/s")
			})
		}
		run("entsoed", countDecoded)
		run("encoding_xml", countWithEncodingXML)
	}
}

func countDecoded(r io.Reader) (n int, err error) {
	_, err = Decode(context.Background(), r, entsoe.Zone, Visitor{Curve: func(_ Header, c *Curve) error {
		n += len(c.Values)
		return nil
	}})
	return n, err
}

// countWithEncodingXML reads the points into structs and expands nothing.
func countWithEncodingXML(r io.Reader) (n int, err error) {
	var document struct {
		Series []struct {
			Periods []struct {
				Points []struct {
					Position int     `xml:"position"`
					Quantity float64 `xml:"quantity"`
				} `xml:"Point"`
			} `xml:"Period"`
		} `xml:"TimeSeries"`
	}
	err = xml.NewDecoder(r).Decode(&document)
	for _, series := range document.Series {
		for _, period := range series.Periods {
			n += len(period.Points)
		}
	}
	return n, err
}
