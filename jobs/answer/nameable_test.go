package answer

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"entsoed/entsoe"
	"entsoed/jobs/jobstest"
	"entsoed/timeseries"
)

// A curve with a name that no index of the database takes stays out, and its
// neighbours are read.
func TestReadingOfLongNames(t *testing.T) {
	name := strings.Repeat("x=", longestKey/3)
	text := bytes.Replace(jobstest.Prices(day, second(day)), []byte("<currency_Unit.name>"), []byte("<auction.mRID>"+name+"</auction.mRID><currency_Unit.name>"), 1)
	got := answerOf(t, pricesOf(t, jobstest.OneDay), text)
	series := got.Rows.(timeseries.Curves)
	if len(series) != 1 || series[0].Attributes[timeseries.Sequence] != "2" || len(series[0].Points) != 24 {
		t.Errorf("series %+v", series)
	}
	if len(got.Faults) != 1 || got.Faults[0].Key != "" || got.Faults[0].Span != jobstest.Window(t, jobstest.OneDay) || !strings.HasPrefix(got.Faults[0].Reason, "what tells a curve from others has ") {
		t.Errorf("faults %+v", got.Faults)
	}
}

// So does a row of a list.
func TestReadingOfLongNamesOfRows(t *testing.T) {
	bid := jobstest.Bid{From: "2026-06-01T00:00Z", To: "2026-06-01T00:15Z", Quantity: 5, Price: 20}
	text := bytes.Replace(jobstest.Bids(bid, bid), []byte("<businessType>B95</businessType>"), []byte("<businessType>"+strings.Repeat("B", longestKey)+"</businessType>"), 1)
	got := answerOf(t, readerOf(t, procured(), "10YBE----------2", jobstest.OneDay), text)
	if rows := got.Rows.(timeseries.Entries).All; len(rows) != 1 || len(got.Faults) != 1 {
		t.Errorf("rows %+v, faults %+v", rows, got.Faults)
	}
}

// A document with a number or a name that cannot be kept is wrong as a whole.
func TestReadingOfDocumentRefusesWhatCannotBeKept(t *testing.T) {
	outages := entsoe.Item{Name: "outages", Shape: timeseries.ShapeDocuments, Variants: []entsoe.Variant{{Axis: entsoe.Update}}}
	outage := jobstest.Outage{MRID: "haven", Revision: 3, From: "2026-06-01T10:00Z", To: "2026-06-01T12:00Z", Available: 100}
	good := jobstest.OutageDocument(outage)
	if _, err := read(t.Context(), readerOf(t, outages, "10YBE----------2", jobstest.OneDay), good); err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("y", longestKey+1)
	for was, is := range map[string]string{">haven<": ">" + long + "<", ">268<": ">NaN<", ">22W20000000001AA<": ">" + long + "<", ">B04<": ">" + long + "<"} {
		bad := bytes.Replace(good, []byte(was), []byte(is), 1)
		if bytes.Equal(bad, good) {
			t.Fatalf("no %s in the document", was)
		}
		var strange *UnknownError
		_, err := read(t.Context(), readerOf(t, outages, "10YBE----------2", jobstest.OneDay), bad)
		if !errors.As(err, &strange) || len(err.Error()) > 500 {
			t.Errorf("%.20s: %.500v", is, err)
		}
	}
}

// Errors repeat little of an answer, however much of it is wrong.
func TestErrorsAreShort(t *testing.T) {
	text := bytes.Replace(jobstest.Prices(day), []byte("<type>A44"), []byte("<type>"+strings.Repeat("é", 20_000)), 1)
	_, err := read(t.Context(), pricesOf(t, jobstest.OneDay), text)
	var wrong *WrongError
	if !errors.As(err, &wrong) || len(err.Error()) > 600 || !strings.HasPrefix(err.Error(), "the answer to ") {
		t.Errorf("%.700v", err)
	}
}
