package document

import (
	"bytes"
	"context"
	"testing"

	"entsoed/entsoe"
)

// TestDecodeSimulatedOutages compares outages, fall-backs and market messages of
// the simulator, as a whole, with what the oracle reads in them, and every other
// document without curves to its end.
func TestDecodeSimulatedOutages(t *testing.T) {
	const (
		period = "&periodStart=202611010000&periodEnd=202611220000"
		fr     = "10YFR-RTE------C"
		at     = "10YAT-APG------L"
	)
	s := simulated(3, false)
	read := map[string]int{}
	for _, eic := range []string{"10YBE----------2", "10YNL----------L", fr, "10YCZ-CEPS-----N", "10Y1001A1001A82H", "10YDE-VE-------2", at} {
		for _, query := range []string{
			"documentType=A80&offset=0&biddingZone_Domain=", "documentType=A77&offset=0&biddingZone_Domain=", "documentType=A79&offset=0&biddingZone_Domain=",
			"documentType=A78&offset=0&controlArea_Domain=", "documentType=A78&offset=0&pTDF_Domain.mRID=", "documentType=A78&in_Domain=" + fr + "&out_Domain=",
			"documentType=A53&processType=A51&businessType=C47&biddingZone_Domain=", "documentType=B47&offset=0&controlArea_Domain=",
		} {
			for _, body := range simulatedDocuments(t, s, query+eic+period) {
				read[query[:16]]++
				compareWithOracle(t, body)
				compareAvailable(t, body)
			}
		}
		for _, query := range []string{
			"documentType=B45&processType=A47&offset=0&domain=" + eic + period,
			"documentType=A95&businessType=B11&Implementation_DateAndOrTime=2026-11-01&biddingZone_Domain=" + eic,
			"documentType=A99&processType=A63&businessType=B06&in_Domain=" + fr + "&out_Domain=" + eic + period,
			"documentType=A99&processType=A47&businessType=B06&in_Domain=" + at + "&out_Domain=" + eic + period,
			"documentType=A99&processType=A51&businessType=B06&in_Domain=" + eic + "&out_Domain=10YNL----------L" + period,
			"documentType=A99&processType=A51&businessType=B06&in_Domain=" + eic + "&out_Domain=10YCZ-CEPS-----N" + period,
		} {
			for _, body := range simulatedDocuments(t, s, query) {
				read[query[:16]]++
				n := 0
				_, err := Decode(context.Background(), bytes.NewReader(body), entsoe.Zone, Visitor{
					Curve:      func(Header, *Curve) error { t.Errorf("%s has a curve", query); return nil },
					TimeSeries: func(Header, *TimeSeries) error { n++; return nil },
				})
				if err != nil || n == 0 {
					t.Errorf("%s: %d TimeSeries, %v", query, n, err)
				}
			}
		}
	}
	for _, kind := range []string{"A80", "A77", "A78", "A79", "A53", "B47", "B45", "A95", "A99"} {
		if read["documentType="+kind] == 0 {
			t.Errorf("no document of %s was read", kind)
		}
	}
}

// compareAvailable demands that the parts of a whole document say as much as
// the oracle's rows: the sum of MW over time.
func compareAvailable(t *testing.T, body []byte) {
	t.Helper()
	want, err := oracle(bytes.NewReader(body), entsoe.Zone)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := DecodeDocument(context.Background(), bytes.NewReader(body), entsoe.Zone, nil)
	if err != nil {
		t.Fatal(err)
	}
	sums := make([]float64, len(whole.Parts)+1)
	for _, row := range want.Rows {
		sums[row.Series] += row.Until.Sub(row.At).Minutes() * row.Value
	}
	for i, part := range whole.Parts {
		sum := 0.0
		for _, run := range part.Runs {
			sum += float64(run.To-run.From) / 60 * run.Value
		}
		if sum != sums[i+1] {
			t.Errorf("%s: part %d has %g MW minutes, want %g", want.Header.MRID, i, sum, sums[i+1])
		}
	}
}
