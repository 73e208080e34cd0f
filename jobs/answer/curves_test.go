package answer

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entsoed/entsoe"
	"entsoed/jobs/jobstest"
	"entsoed/timeseries"
)

// pricesOf returns a reader of day-ahead prices of Austria.
func pricesOf(t *testing.T, asked string) *Reader {
	t.Helper()
	feed := entsoe.Feed{Item: "day_ahead_prices", Area: "10YAT-APG------L"}
	return NewReader(Question{Feed: feed, Item: jobstest.Item(t, feed.Item), Window: jobstest.Window(t, asked), Zone: feed.Zone()})
}

// read reads a document that is there already.
func read(ctx context.Context, r *Reader, text []byte) (int, error) {
	return r.Read(ctx, bytes.NewReader(text))
}

func TestReadingReducesDoubles(t *testing.T) {
	once := jobstest.PriceSeries{Sequence: "1", From: jobstest.June1, To: jobstest.June2, Prices: []float64{50, 51.5}}
	r := pricesOf(t, jobstest.OneDay)
	if _, err := read(t.Context(), r, jobstest.Prices(once, once)); err != nil {
		t.Fatal(err)
	}
	series := rowsOf[timeseries.Curves](t, r)
	if len(series) != 1 || len(series[0].Points) != 24 || r.Points != 48 {
		t.Fatalf("%d series, %d points as sent: %v", len(series), r.Points, series)
	}
	if diff := cmp.Diff(jobstest.Windows(t, jobstest.OneDay), series[0].Spans); diff != "" {
		t.Errorf("spans (-want, +got)\n%s", diff)
	}
	want := timeseries.Attributes{
		"item": "day_ahead_prices", "document_type": "A44", "business_type": "A62", "area": "10YAT-APG------L",
		"contract": "A01", "sequence": "1", "quantity": "price.amount", "unit": "MWH", "currency": "EUR", "resolution": "PT60M",
	}
	if diff := cmp.Diff(want, series[0].Attributes); diff != "" {
		t.Errorf("attributes (-want, +got)\n%s", diff)
	}
	if last := series[0].Points[23]; last.Value != 51.5 || !last.Time().Equal(jobstest.Window(t, jobstest.OneDay).To.Add(-time.Hour)) {
		t.Errorf("last point: %v at %s", last.Value, last.Time())
	}
}

// Of two values for an instant both are out, and nothing stored is taken back there.
func TestReadingLeavesOutTwoValues(t *testing.T) {
	r := pricesOf(t, jobstest.OneDay)
	other := make([]float64, 24)
	for i := range other {
		other[i] = 50
	}
	other[3], other[4] = 51, 52
	if _, err := read(t.Context(), r, jobstest.Prices(
		jobstest.PriceSeries{Sequence: "1", From: jobstest.June1, To: jobstest.June2, Prices: []float64{50}},
		jobstest.PriceSeries{Sequence: "1", From: jobstest.June1, To: jobstest.June2, Prices: other})); err != nil {
		t.Fatal(err)
	}
	for range 2 { // it says the same again
		got, err := r.Answer()
		if err != nil {
			t.Fatal(err)
		}
		series := got.Rows.(timeseries.Curves)[0]
		lost := jobstest.Window(t, "2026-06-01T01:00Z/2026-06-01T03:00Z")
		if len(got.Faults) != 1 || got.Faults[0].Key != series.Attributes.Key() || got.Faults[0].Span != lost ||
			!strings.Contains(got.Faults[0].Reason, "50 and 51 (and at 1 more instants)") {
			t.Errorf("faults %+v", got.Faults)
		}
		around := jobstest.Windows(t, "2026-05-31T22:00Z/2026-06-01T01:00Z", "2026-06-01T03:00Z/2026-06-01T22:00Z")
		if diff := cmp.Diff(around, series.Spans); diff != "" || len(series.Points) != 22 {
			t.Errorf("%d points, spans (-want, +got)\n%s", len(series.Points), diff)
		}
		if diff := cmp.Diff(around, timeseries.Union(got.PeriodsOf(0, r.Window))); diff != "" {
			t.Errorf("covers (-want, +got)\n%s", diff)
		}
	}
}

// A document that contradicts itself in most of what it says is wrong as a whole.
func TestReadingRefusesTwoValues(t *testing.T) {
	r := pricesOf(t, jobstest.OneDay)
	_, err := read(t.Context(), r, jobstest.Prices(
		jobstest.PriceSeries{Sequence: "1", From: jobstest.June1, To: jobstest.June2, Prices: []float64{50, 51.5}},
		jobstest.PriceSeries{Sequence: "1", From: jobstest.June1, To: jobstest.June2, Prices: []float64{50, 51.6}}))
	var double *DoubleError
	if !errors.As(err, &double) || double.A != 51.5 || double.B != 51.6 || !r.Empty() {
		t.Fatalf("got %v", err)
	}
	if !strings.Contains(double.Error(), "2026-05-31T23:00:00Z") || !strings.Contains(double.Error(), "sequence=1") {
		t.Errorf("%v: lacks the place", double)
	}
}

func TestReadingRefusesWrongAnswers(t *testing.T) {
	r := pricesOf(t, jobstest.OneDay)
	_, err := read(t.Context(), r, jobstest.Prices(jobstest.PriceSeries{Sequence: "1", From: jobstest.June2, To: jobstest.June3, Prices: []float64{50}}))
	_, ok := errors.AsType[*WrongError](err)
	if !ok {
		t.Fatalf("prices of another day: %v", err)
	}
	r = pricesOf(t, "2026-06-01T10:00Z/2026-06-01T11:00Z")
	if _, err := read(t.Context(), r, jobstest.Prices(jobstest.PriceSeries{Sequence: "1", From: jobstest.June1, To: jobstest.June2, Prices: []float64{50}})); err != nil {
		t.Errorf("the whole day around an hour: %v", err)
	}
}

// Austria's day-ahead prices of EXAA (sequence 2) come hours before those of
// the coupled market: they do not cover the day for the first reading.
func TestReadingWaitsForSDAC(t *testing.T) {
	r := pricesOf(t, jobstest.OneDay)
	if _, err := read(t.Context(), r, jobstest.Prices(jobstest.PriceSeries{Sequence: "2", From: jobstest.June1, To: jobstest.June2, Prices: []float64{50}})); err != nil {
		t.Fatal(err)
	}
	if got := r.PeriodsOf(0, jobstest.Window(t, jobstest.OneDay)); got != nil {
		t.Errorf("sequence 2 alone covers %v", got)
	}
	if _, err := read(t.Context(), r, jobstest.Prices(jobstest.PriceSeries{Sequence: "1", From: jobstest.June1, To: jobstest.June2, Prices: []float64{60}})); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(jobstest.Windows(t, jobstest.OneDay), r.PeriodsOf(0, jobstest.Window(t, jobstest.OneDay))); diff != "" {
		t.Errorf("with sequence 1 (-want, +got)\n%s", diff)
	}
}

// A page is known by what it holds: neither the order of its TimeSeries nor the
// document's own numbers matter, every value does.
func TestFingerprint(t *testing.T) {
	one := jobstest.PriceSeries{Sequence: "1", From: jobstest.June1, To: jobstest.June2, Prices: []float64{50, 51}}
	two := jobstest.PriceSeries{Sequence: "2", From: jobstest.June1, To: jobstest.June2, Prices: []float64{50, 52}}
	other := jobstest.PriceSeries{Sequence: "2", From: jobstest.June1, To: jobstest.June2, Prices: []float64{50, 52.1}}
	print := func(series ...jobstest.PriceSeries) uint64 {
		r := pricesOf(t, jobstest.OneDay)
		r.Item.PageSize = 100
		if _, err := read(t.Context(), r, jobstest.Prices(series...)); err != nil {
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
func TestAuthoritative(t *testing.T) {
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
			if diff := cmp.Diff(want, authoritative(periods, zone), cmp.Comparer(time.Time.Equal)); diff != "" {
				t.Errorf("(-want, +got)\n%s", diff)
			}
		})
	}
}

// What is read when the process stops is given up, and no fault of the answer.
func TestReadingIsGivenUp(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	r := pricesOf(t, jobstest.OneDay)
	if _, err := read(ended, r, jobstest.Prices(jobstest.PriceSeries{Sequence: "1", From: jobstest.June1, To: jobstest.June2, Prices: []float64{50}})); !errors.Is(err, context.Canceled) || !r.Empty() {
		t.Errorf("error %v", err)
	}
}
