package simulator

import (
	"bytes"
	"encoding/xml"
	"strings"
	"testing"
	"time"

	"entsoed/entsoe"
	decoder "entsoed/entsoe/document"
)

// The decoder of entsoe reads from outages what an independent reading finds,
// and every other document without curves to its end. The two sides share no
// types, so a disagreement is a mistake of one of them.
func TestDecoderReadsDocumentsWithoutCurves(t *testing.T) {
	s := standing("2026-11-22T14:00:00Z", Config{Seed: 3, Unlimited: true})
	window := "&" + period("2026-11-01T00:00:00Z", "2026-11-22T00:00:00Z")
	read := make(map[string]int)
	for _, eic := range []string{be, nl, fr, cz, deLU, "10YDE-VE-------2", "10YAT-APG------L"} {
		for _, query := range []string{
			"documentType=A80&offset=0&biddingZone_Domain=", "documentType=A77&offset=0&biddingZone_Domain=", "documentType=A79&offset=0&biddingZone_Domain=",
			"documentType=A78&offset=0&controlArea_Domain=", "documentType=A78&offset=0&pTDF_Domain.mRID=", "documentType=A78&in_Domain=" + fr + "&out_Domain=",
			"documentType=A53&processType=A51&businessType=C47&biddingZone_Domain=", "documentType=B47&offset=0&controlArea_Domain=",
		} {
			for _, f := range unzipped(t, ask(s, query+eic+window)) {
				d, err := decoder.DecodeDocument(bytes.NewReader(f.body), entsoe.Zone)
				if err != nil {
					t.Fatalf("%s: %v", f.name, err)
				}
				read[query[:16]]++
				compareDocument(t, f, d)
			}
		}
		for _, query := range []string{
			"documentType=B45&processType=A47&offset=0&domain=" + eic + window,
			"documentType=A95&businessType=B11&Implementation_DateAndOrTime=2026-11-01&biddingZone_Domain=" + eic,
			"documentType=A99&processType=A63&businessType=B06&in_Domain=" + fr + "&out_Domain=" + eic + window,
			"documentType=A99&processType=A47&businessType=B06&in_Domain=10YAT-APG------L&out_Domain=" + eic + window,
			"documentType=A99&processType=A51&businessType=B06&in_Domain=" + eic + "&out_Domain=" + nl + window,
			"documentType=A99&processType=A51&businessType=B06&in_Domain=" + eic + "&out_Domain=" + cz + window,
		} {
			w := ask(s, query)
			files := unzipped(t, w)
			if files == nil && !strings.Contains(w.Body.String(), "<Acknowledgement_MarketDocument") {
				files = []file{{"answer", w.Body.Bytes()}}
			}
			for _, f := range files {
				n := 0
				_, err := decoder.Decode(bytes.NewReader(f.body), entsoe.Zone, decoder.Visitor{
					Curve:      func(_ decoder.Header, _ *decoder.Curve) error { t.Errorf("%s has a curve", f.name); return nil },
					TimeSeries: func(_ decoder.Header, _ *decoder.TimeSeries) error { n++; return nil },
				})
				if err != nil || n == 0 {
					t.Errorf("%s: %d TimeSeries, %v", query, n, err)
				}
				read[query[:16]]++
			}
		}
	}
	for _, kind := range []string{"A80", "A77", "A78", "A79", "A53", "B47", "B45", "A95", "A99"} {
		if read["documentType="+kind] == 0 {
			t.Errorf("no document of %s was read", kind)
		}
	}
}

func compareDocument(t *testing.T, f file, d *decoder.Document) {
	t.Helper()
	var m message
	if err := xml.Unmarshal(f.body, &m); err != nil {
		t.Fatal(err)
	}
	if d.MRID != m.MRID || d.Revision != m.Revision || d.Status != m.Status || d.CreatedAt.Format(time.RFC3339) != m.Created || len(d.Parts) != len(m.TimeSeries) {
		t.Errorf("%s: read as %s %d %q %s with %d parts", f.name, d.MRID, d.Revision, d.Status, d.CreatedAt, len(d.Parts))
		return
	}
	for i, s := range m.TimeSeries {
		var sum, want float64
		for _, r := range d.Parts[i].Runs {
			sum += float64(r.To-r.From) / 60 * r.Value
		}
		for _, p := range append(s.Available, s.Wind...) {
			from, to, step := readInterval(t, p.Start, p.End, p.Resolution)
			for j, point := range p.Points {
				end := to
				if j+1 < len(p.Points) {
					end = from.Add(time.Duration(p.Points[j+1].Position-1) * step)
				}
				want += end.Sub(from.Add(time.Duration(point.Position-1)*step)).Minutes() * point.Quantity
			}
		}
		if sum != want {
			t.Errorf("%s: part %d has %g MW minutes, want %g", f.name, i, sum, want)
		}
	}
}
