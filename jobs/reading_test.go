package jobs

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entsoed/entsoe"
	"entsoed/timeseries"
)

// priceSeries is a TimeSeries of day-ahead prices of Austria with hourly
// values from the start of a Period.
type priceSeries struct {
	Sequence, From, To string
	Prices             []float64
}

// priceDocument writes a Publication_MarketDocument.
func priceDocument(series ...priceSeries) []byte {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="utf-8"?>
<Publication_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-3:publicationdocument:7:3">
<mRID>1</mRID><revisionNumber>1</revisionNumber><type>A44</type><createdDateTime>2026-06-01T12:00:00Z</createdDateTime>
`)
	for i, s := range series {
		fmt.Fprintf(&b, `<TimeSeries><mRID>%d</mRID><businessType>A62</businessType>
<in_Domain.mRID codingScheme="A01">10YAT-APG------L</in_Domain.mRID><out_Domain.mRID codingScheme="A01">10YAT-APG------L</out_Domain.mRID>
<contract_MarketAgreement.type>A01</contract_MarketAgreement.type><currency_Unit.name>EUR</currency_Unit.name><price_Measure_Unit.name>MWH</price_Measure_Unit.name>
`, i+1)
		if s.Sequence != "" {
			fmt.Fprintf(&b, "<classificationSequence_AttributeInstanceComponent.position>%s</classificationSequence_AttributeInstanceComponent.position>\n", s.Sequence)
		}
		fmt.Fprintf(&b, "<curveType>A03</curveType><Period><timeInterval><start>%s</start><end>%s</end></timeInterval><resolution>PT60M</resolution>\n", s.From, s.To)
		for i, price := range s.Prices {
			fmt.Fprintf(&b, "<Point><position>%d</position><price.amount>%g</price.amount></Point>\n", i+1, price)
		}
		b.WriteString("</Period></TimeSeries>\n")
	}
	b.WriteString("</Publication_MarketDocument>\n")
	return []byte(b.String())
}

// pricesOf returns a reading of day-ahead prices of Austria.
func pricesOf(t *testing.T, asked string) reading {
	t.Helper()
	feed := entsoe.Feed{Item: "day_ahead_prices", Area: "10YAT-APG------L"}
	return reading{Feed: feed, Item: item(t, feed.Item), Asked: span(t, asked), Zone: feed.Zone()}
}

const (
	june1  = "2026-05-31T22:00Z"
	june2  = "2026-06-01T22:00Z"
	june3  = "2026-06-02T22:00Z"
	oneDay = june1 + "/" + june2
)

func TestReadingReducesDoubles(t *testing.T) {
	once := priceSeries{"1", june1, june2, []float64{50, 51.5}}
	r := pricesOf(t, oneDay)
	if _, err := r.document(priceDocument(once, once)); err != nil {
		t.Fatal(err)
	}
	series, err := r.reduced()
	if err != nil {
		t.Fatal(err)
	}
	if len(series) != 1 || len(series[0].Points) != 24 || r.Points != 48 {
		t.Fatalf("%d series, %d points as sent: %v", len(series), r.Points, series)
	}
	if diff := cmp.Diff(spans(t, oneDay), series[0].Spans); diff != "" {
		t.Errorf("spans (-want, +got)\n%s", diff)
	}
	want := timeseries.Attributes{
		"item": "day_ahead_prices", "document_type": "A44", "business_type": "A62", "area": "10YAT-APG------L",
		"contract": "A01", "sequence": "1", "quantity": "price.amount", "unit": "MWH", "currency": "EUR", "resolution": "PT60M",
	}
	if diff := cmp.Diff(want, series[0].Attributes); diff != "" {
		t.Errorf("attributes (-want, +got)\n%s", diff)
	}
	if last := series[0].Points[23]; last.Value != 51.5 || !last.Time().Equal(span(t, oneDay).To.Add(-time.Hour)) {
		t.Errorf("last point: %v at %s", last.Value, last.Time())
	}
}

func TestReadingRefusesTwoValues(t *testing.T) {
	r := pricesOf(t, oneDay)
	_, err := r.document(priceDocument(
		priceSeries{"1", june1, june2, []float64{50, 51.5}},
		priceSeries{"1", june1, june2, []float64{50, 51.6}}))
	if err != nil {
		t.Fatal(err)
	}
	var double *doubleError
	if _, err := r.reduced(); !errors.As(err, &double) || double.A != 51.5 || double.B != 51.6 {
		t.Fatalf("got %v", err)
	}
	if !strings.Contains(double.Error(), "2026-05-31T23:00:00Z") || !strings.Contains(double.Error(), "sequence=1") {
		t.Errorf("%v: lacks the place", double)
	}
}

func TestReadingRefusesWrongAnswers(t *testing.T) {
	r := pricesOf(t, oneDay)
	_, err := r.document(priceDocument(priceSeries{"1", june2, june3, []float64{50}}))
	var wrong *wrongAnswerError
	if !errors.As(err, &wrong) {
		t.Fatalf("prices of another day: %v", err)
	}
	r = pricesOf(t, "2026-06-01T10:00Z/2026-06-01T11:00Z")
	if _, err := r.document(priceDocument(priceSeries{"1", june1, june2, []float64{50}})); err != nil {
		t.Errorf("the whole day around an hour: %v", err)
	}
}

// Austria's day-ahead prices of EXAA (sequence 2) come hours before those of
// the coupled market: they do not cover the day for the first reading.
func TestReadingWaitsForSDAC(t *testing.T) {
	r := pricesOf(t, oneDay)
	if _, err := r.document(priceDocument(priceSeries{"2", june1, june2, []float64{50}})); err != nil {
		t.Fatal(err)
	}
	if got := r.periodsOf(0, span(t, oneDay)); got != nil {
		t.Errorf("sequence 2 alone covers %v", got)
	}
	if _, err := r.document(priceDocument(priceSeries{"1", june1, june2, []float64{60}})); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(spans(t, oneDay), r.periodsOf(0, span(t, oneDay))); diff != "" {
		t.Errorf("with sequence 1 (-want, +got)\n%s", diff)
	}
}

// A page is known by what it holds: neither the order of its TimeSeries nor the
// document's own numbers matter, every value does.
func TestFingerprint(t *testing.T) {
	one := priceSeries{"1", june1, june2, []float64{50, 51}}
	two := priceSeries{"2", june1, june2, []float64{50, 52}}
	other := priceSeries{"2", june1, june2, []float64{50, 52.1}}
	print := func(series ...priceSeries) uint64 {
		r := pricesOf(t, oneDay)
		r.Item.PageSize = 100
		if _, err := r.document(priceDocument(series...)); err != nil {
			t.Fatal(err)
		}
		return r.Print
	}
	if print(one, two) != print(two, one) {
		t.Error("the order of TimeSeries tells pages apart")
	}
	if print(one, two) == print(one, other) {
		t.Error("another value does not tell pages apart")
	}
}

// Between two Periods of one local day an answer speaks, of a day without any it
// does not.
func TestSpoken(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		t.Fatal(err)
	}
	window := func(text string) timeseries.Window {
		from, to, _ := strings.Cut(text, "/")
		var w timeseries.Window
		for _, bound := range []struct {
			text string
			into *time.Time
		}{{from, &w.From}, {to, &w.To}} {
			if *bound.into, err = time.ParseInLocation("2006-01-02T15", bound.text, zone); err != nil {
				t.Fatal(err)
			}
		}
		return w
	}
	for _, test := range []struct {
		name          string
		periods, want []string
	}{
		{"nothing", nil, nil},
		{"one", []string{"2026-03-01T00/2026-03-02T00"}, []string{"2026-03-01T00/2026-03-02T00"}},
		{"a gap within a day", []string{"2026-03-01T00/2026-03-01T09", "2026-03-01T11/2026-03-02T00"}, []string{"2026-03-01T00/2026-03-02T00"}},
		{"in any order", []string{"2026-03-01T11/2026-03-02T00", "2026-03-01T00/2026-03-01T09"}, []string{"2026-03-01T00/2026-03-02T00"}},
		{"a day", []string{"2026-03-01T00/2026-03-02T00", "2026-03-03T00/2026-03-04T00"}, []string{"2026-03-01T00/2026-03-02T00", "2026-03-03T00/2026-03-04T00"}},
		{"the morning", []string{"2026-03-01T00/2026-03-02T00", "2026-03-02T06/2026-03-03T00"}, []string{"2026-03-01T00/2026-03-02T00", "2026-03-02T06/2026-03-03T00"}},
		{"the evening and the morning", []string{"2026-03-01T00/2026-03-01T20", "2026-03-02T06/2026-03-03T00"}, []string{"2026-03-01T00/2026-03-01T20", "2026-03-02T06/2026-03-03T00"}},
		{"an hour in a month", []string{"2026-03-01T00/2026-03-29T01", "2026-03-29T04/2026-04-01T00"}, []string{"2026-03-01T00/2026-04-01T00"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var periods, want []timeseries.Window
			for _, p := range test.periods {
				periods = append(periods, window(p))
			}
			for _, w := range test.want {
				want = append(want, window(w))
			}
			if diff := cmp.Diff(want, spoken(periods, zone), cmp.Comparer(time.Time.Equal)); diff != "" {
				t.Errorf("(-want, +got)\n%s", diff)
			}
		})
	}
}
