package answer

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entsoed/entsoe"
	"entsoed/entsoe/document"
	"entsoed/jobs/jobstest"
	"entsoed/timeseries"
)

// answerOf returns what an answer of one document says.
func answerOf(t *testing.T, r *Reader, text []byte) Answer {
	t.Helper()
	if _, err := read(t.Context(), r, text); err != nil {
		t.Fatal(err)
	}
	got, err := r.Answer()
	if err != nil {
		t.Fatal(err)
	}
	return got
}

var day = jobstest.PriceSeries{Sequence: "1", From: jobstest.June1, To: jobstest.June2, Prices: []float64{50, 51, 52, 53}}

func second(s jobstest.PriceSeries) jobstest.PriceSeries {
	s.Sequence = "2"
	return s
}

// A bad value takes its interval from its own curve: neither coverage nor what is
// stored learns anything of it there.
func TestFaultOfValue(t *testing.T) {
	text := bytes.Replace(jobstest.Prices(day, second(day)), []byte(">52<"), []byte(">n/a<"), 1)
	r := pricesOf(t, jobstest.OneDay)
	got := answerOf(t, r, text)
	lost := jobstest.Window(t, "2026-06-01T00:00Z/2026-06-01T01:00Z")
	if len(got.Faults) != 1 || got.Faults[0].Span != lost || !strings.Contains(got.Faults[0].Position, "line ") ||
		got.Faults[0].Reason != `price.amount "n/a" is no number` || !strings.Contains(got.Faults[0].Key, "quantity=price.amount;resolution=PT60M;sequence=1") {
		t.Fatalf("faults %+v", got.Faults)
	}
	around := jobstest.Windows(t, "2026-05-31T22:00Z/2026-06-01T00:00Z", "2026-06-01T01:00Z/2026-06-01T22:00Z")
	series := got.Rows.(timeseries.Curves)
	if diff := cmp.Diff(around, series[0].Spans); diff != "" || len(series[0].Points) != 23 {
		t.Errorf("%d points, spans (-want, +got)\n%s", len(series[0].Points), diff)
	}
	if diff := cmp.Diff(jobstest.Windows(t, jobstest.OneDay), series[1].Spans); diff != "" || len(series[1].Points) != 24 {
		t.Errorf("the other: %d points, spans (-want, +got)\n%s", len(series[1].Points), diff)
	}
}

// If it cannot be read which curve it is, no curve of the feed takes anything back.
func TestFaultOfUnknownCurve(t *testing.T) {
	text := bytes.Replace(jobstest.Prices(day, second(day)), []byte("<currency_Unit.name>"), []byte("<businessType>A01</businessType><currency_Unit.name>"), 1)
	got := answerOf(t, pricesOf(t, jobstest.OneDay), text)
	if len(got.Faults) != 1 || got.Faults[0].Key != "" || got.Faults[0].Span != jobstest.Window(t, jobstest.OneDay) {
		t.Fatalf("faults %+v", got.Faults)
	}
	series := got.Rows.(timeseries.Curves)
	if len(series) != 1 || series[0].Attributes[timeseries.Sequence] != "2" || len(series[0].Points) != 24 || series[0].Spans != nil {
		t.Errorf("%+v", series)
	}
}

// A curve that turns out wrong after its first Period leaves nothing behind.
func TestFaultForgetsCurve(t *testing.T) {
	text := bytes.Replace(jobstest.Prices(day, second(day), second(day)), []byte("</Period>"), []byte("</Period><businessType>A01</businessType>"), 1)
	r := pricesOf(t, jobstest.OneDay)
	got := answerOf(t, r, text)
	series := got.Rows.(timeseries.Curves)
	if len(series) != 1 || series[0].Attributes[timeseries.Sequence] != "2" || r.Points != 48 || len(got.Faults) != 1 {
		t.Errorf("%d points, faults %+v, series %+v", r.Points, got.Faults, series)
	}
}

// A document of which more is bad than good leaves nothing behind either; its
// neighbours do not suffer.
func TestFaultOfMember(t *testing.T) {
	r := pricesOf(t, jobstest.OneDay)
	bad := bytes.Replace(jobstest.Prices(day, second(day)), []byte("PT60M"), []byte("P5D"), 1)
	bad = bytes.ReplaceAll(bad, []byte(">53<"), []byte(">?<"))
	members := [][]byte{
		[]byte("<html>Service unavailable</html>"), bad, jobstest.Prices(day)[:900], []byte("<rss/>"), jobstest.Prices(day),
	}
	for i, m := range members {
		name := document.Member{Number: i + 1, Name: "m.xml"}.String()
		if _, err := r.ReadMember(t.Context(), name, bytes.NewReader(m)); err != nil {
			t.Fatal(err)
		}
	}
	r.Lose("document 6", &document.MemberError{Err: errors.New("encrypted ZIP")})
	got, err := r.Answer()
	if err != nil || r.Points != 24 || !strings.HasPrefix(r.Unread.Error(), `document 1 ("m.xml"): line 1, column 1`) {
		t.Fatalf("%v, %d points, unread %v", err, r.Points, r.Unread)
	}
	series := got.Rows.(timeseries.Curves)
	if len(series) != 1 || len(series[0].Points) != 24 || series[0].Spans != nil || len(got.Faults) != 5 {
		t.Errorf("series %+v, faults %+v", series, got.Faults)
	}
	if second := got.Faults[1]; second.Key != "" || second.Span != r.Window || !strings.HasPrefix(second.Reason, "25 of 28 intervals cannot be read, so none is trusted: line ") {
		t.Errorf("%+v", second)
	}
	if got.Faults[2].Position != `document 3 ("m.xml"), line 9, column 23 (byte 900)` && !strings.HasPrefix(got.Faults[2].Position, `document 3 ("m.xml"), line `) {
		t.Errorf("%+v", got.Faults[2])
	}
}

// Two sides of one exchange answer for each other: where one cannot be read, or
// contradicts itself, the other takes nothing back.
func TestFaultOfOppositeSide(t *testing.T) {
	item := entsoe.Item{Name: "one_direction", OneDirection: true, Variants: []entsoe.Variant{{}}}
	for _, test := range []struct {
		name   string
		prices []byte
		bad    string
	}{
		{"unreadable", jobstest.Prices(day), ">n/a<"},
		{"contradicts itself", jobstest.Prices(day, day), ">62<"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := readerOf(t, item, "10YBE----------2", jobstest.OneDay)
			up := bytes.ReplaceAll(test.prices, []byte("<currency_Unit.name>"), []byte("<flowDirection.direction>A01</flowDirection.direction><currency_Unit.name>"))
			got := answerOf(t, r, bytes.Replace(up, []byte(">52<"), []byte(test.bad), 1))
			for _, s := range got.Rows.(timeseries.Curves) {
				for _, span := range s.Spans {
					if span.Overlaps(got.Faults[0].Span) {
						t.Errorf("%s takes back in %s", s.Attributes[timeseries.Direction], span)
					}
				}
			}
			if n := len(got.Rows.(timeseries.Curves)); n != 2 || len(got.Faults) != 1 {
				t.Errorf("%d series, faults %+v", n, got.Faults)
			}
		})
	}
}

// A curve of a time that was not asked for may be about any that was.
func TestFaultBesideTheWindow(t *testing.T) {
	other := second(day)
	other.From, other.To = "2026-07-01T22:00Z", "2026-07-02T22:00Z"
	got := answerOf(t, pricesOf(t, jobstest.OneDay), jobstest.Prices(day, other))
	if len(got.Faults) != 1 || got.Faults[0].Span != jobstest.Window(t, jobstest.OneDay) || !strings.Contains(got.Faults[0].Key, "sequence=2") {
		t.Errorf("faults %+v", got.Faults)
	}
}

// A quantity is no price, even in a document of the right type.
func TestFaultOfOtherMeasure(t *testing.T) {
	text := bytes.Replace(jobstest.Prices(day, second(day)), []byte("price.amount"), []byte("quantity"), 2*len(day.Prices))
	got := answerOf(t, pricesOf(t, jobstest.OneDay), text)
	series := got.Rows.(timeseries.Curves)
	if len(series) != 1 || series[0].Attributes[timeseries.Sequence] != "2" || len(got.Faults) != 1 || !strings.Contains(got.Faults[0].Reason, "its values are quantity") {
		t.Errorf("%d series, faults %+v", len(series), got.Faults)
	}
}

// A list with a bad row has the others, and says of none that it is gone.
func TestFaultOfRow(t *testing.T) {
	r := readerOf(t, procured(), "10YBE----------2", "2026-05-31T22:00Z/2026-06-01T02:00Z")
	bid := jobstest.Bid{From: jobstest.June1, To: "2026-05-31T22:30Z", Quantity: 5, Price: 1.27}
	text := bytes.Replace(jobstest.Bids(bid, bid, bid), []byte("<resolution>PT15M"), []byte("<resolution>PT14M"), 1)
	got := answerOf(t, r, text)
	rows := got.Rows.(timeseries.Entries)
	if len(rows.All) != 4 || rows.Replaces != nil || len(got.Faults) != 1 {
		t.Errorf("%d rows, replaces %v, faults %+v", len(rows.All), rows.Replaces, got.Faults)
	}
}

// The year-ahead load of CZ has 52 weekly Points in a Period of 51 weeks: the 51 are
// stored, and the one more makes nothing fail.
func TestSurplusWeek(t *testing.T) {
	var text strings.Builder
	text.WriteString(`<GL_MarketDocument><mRID>a</mRID><type>A65</type><process.processType>A33</process.processType><TimeSeries><businessType>A60</businessType>` +
		`<outBiddingZone_Domain.mRID>10YCZ-CEPS-----N</outBiddingZone_Domain.mRID><quantity_Measure_Unit.name>MAW</quantity_Measure_Unit.name><curveType>A01</curveType>` +
		`<Period><timeInterval><start>2015-01-04T23:00Z</start><end>2015-12-27T23:00Z</end></timeInterval><resolution>P7D</resolution>`)
	for i := range 52 {
		text.WriteString("<Point><position>" + strconv.Itoa(i+1) + "</position><quantity>7</quantity></Point>")
	}
	text.WriteString(`</Period></TimeSeries></GL_MarketDocument>`)
	feed := entsoe.Feed{Item: "year_ahead_total_load_forecast", Area: "10YCZ-CEPS-----N"}
	r := NewReader(Question{Feed: feed, Item: jobstest.Item(t, feed.Item), Window: jobstest.Window(t, "2014-12-31T23:00Z/2015-12-31T23:00Z"), Zone: feed.Zone()})
	got := answerOf(t, r, []byte(text.String()))
	series := got.Rows.(timeseries.Curves)
	want := jobstest.Windows(t, "2015-01-04T23:00Z/2015-12-27T23:00Z")
	if diff := cmp.Diff(want, series[0].Spans); diff != "" || len(series[0].Points) != 51 {
		t.Errorf("%d points, spans (-want, +got)\n%s", len(series[0].Points), diff)
	}
	if len(got.Faults) != 1 || !got.Faults[0].Span.Empty() || !strings.Contains(got.Faults[0].Reason, "position 52 lies beyond the Period") {
		t.Errorf("faults %+v", got.Faults)
	}
}

// A register with a bad row keeps the rows that it had: what it lists is not all.
func TestFaultOfRegister(t *testing.T) {
	series := func(start, power string) string {
		return "<TimeSeries><mRID>1</mRID><businessType>B11</businessType><implementation_DateAndOrTime.date>" + start + "</implementation_DateAndOrTime.date>" +
			"<registeredResource.mRID>UNIT" + start + "</registeredResource.mRID><nominalP>" + power + "</nominalP></TimeSeries>"
	}
	text := `<Configuration_MarketDocument><mRID>1</mRID><type>A95</type>` + series("2020-01-01", "5") + series("soon", "5") + series("2021-01-01", "6") +
		series("2022-01-01", "NaN") + series("2023-01-01", "7") + `</Configuration_MarketDocument>`
	item := entsoe.Item{Name: "units", Shape: timeseries.ShapeRegister}
	got := answerOf(t, readerOf(t, item, "10YBE----------2", jobstest.OneDay), []byte(text))
	rows := got.Rows.(timeseries.Entries)
	if len(rows.All) != 3 || rows.Whole || len(got.Faults) != 2 || !strings.Contains(got.Faults[0].Reason, `"soon" is no day`) || !strings.Contains(got.Faults[1].Reason, `nominalP "NaN" is no number`) {
		t.Errorf("%d rows, whole %v, faults %+v", len(rows.All), rows.Whole, got.Faults)
	}
}
