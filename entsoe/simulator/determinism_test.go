package simulator

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"entsoed/timeseries"
)

// windowed are questions whose values have fixed resolutions.
var windowed = []string{
	"documentType=A65&processType=A16&outBiddingZone_Domain=" + nl,
	"documentType=A65&processType=A01&outBiddingZone_Domain=" + fr,
	"documentType=A75&processType=A16&in_Domain=" + deLU,
	"documentType=A69&processType=A01&in_Domain=" + nl,
	"documentType=A44&contract_MarketAgreement.type=A01&in_Domain=" + deLU + "&out_Domain=" + deLU,
	"documentType=A44&contract_MarketAgreement.type=A07&in_Domain=" + deLU + "&out_Domain=" + deLU,
	"documentType=A11&in_Domain=" + fr + "&out_Domain=" + deLU,
	"documentType=A09&in_Domain=" + deLU + "&out_Domain=" + fr,
}

// The same instant has the same value whatever window is asked, in another
// process and at another time after it was published.
func TestValuesDependOnTheInstantAlone(t *testing.T) {
	s := standing("2026-11-22T14:00:00Z", Config{Seed: 7})
	later := standing("2027-02-01T00:00:00Z", Config{Seed: 7})
	for _, query := range windowed {
		all := readAnswer(t, ask(s, query+"&"+period("2026-10-22T22:00:00Z", "2026-10-29T23:00:00Z"))).points(t)
		if len(all) == 0 {
			t.Errorf("%s: no values", query)
		}
		for _, part := range [][2]string{
			{"2026-10-22T22:00:00Z", "2026-10-23T22:00:00Z"},
			{"2026-10-24T10:30:00Z", "2026-10-24T14:15:00Z"},
			{"2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"},
			{"2026-10-28T23:45:00Z", "2026-10-29T00:15:00Z"},
		} {
			for name, value := range readAnswer(t, ask(later, query+"&"+period(part[0], part[1]))).points(t) {
				if all[name] != value {
					t.Errorf("%s: %s is %s in window %v and %s in the whole", query, name, value, part, all[name])
				}
			}
		}
	}
}

func TestAnotherSeedHasOtherValues(t *testing.T) {
	query := windowed[0] + "&" + period("2026-10-22T22:00:00Z", "2026-10-23T22:00:00Z")
	one := readAnswer(t, ask(standing("2026-11-22T14:00:00Z", Config{Seed: 1}), query)).points(t)
	two := readAnswer(t, ask(standing("2026-11-22T14:00:00Z", Config{Seed: 2}), query)).points(t)
	if len(one) == 0 || maps.Equal(one, two) {
		t.Errorf("seeds 1 and 2 have the same %d values", len(one))
	}
}

// Document mRID and createdDateTime are those of the answer, and the order of
// TimeSeries changes between equal requests; the values stay.
func TestEqualRequestsDifferInForm(t *testing.T) {
	s := standing("2026-11-22T14:00:00Z", Config{Seed: 7})
	query := windowed[2] + "&" + period("2026-10-22T22:00:00Z", "2026-10-23T22:00:00Z")
	one, two := readAnswer(t, ask(s, query)), readAnswer(t, ask(s, query))
	if one.MRID == two.MRID || len(one.MRID) != 32 {
		t.Errorf("document mRIDs are %s and %s, want two of 32 digits", one.MRID, two.MRID)
	}
	if one.Created != "2026-11-22T14:00:00Z" {
		t.Errorf("createdDateTime is %s, want the clock's", one.Created)
	}
	if one.TimeSeries[0].name() == two.TimeSeries[0].name() || one.TimeSeries[0].MRID != two.TimeSeries[0].MRID {
		t.Errorf("first TimeSeries are %s %s and %s %s, want other curves under the same mRID",
			one.TimeSeries[0].MRID, one.TimeSeries[0].name(), two.TimeSeries[0].MRID, two.TimeSeries[0].name())
	}
	if !maps.Equal(one.points(t), two.points(t)) {
		t.Error("the values differ")
	}
}

// Values of curve type A01 are the same, written out.
func TestCurveTypeOnRequest(t *testing.T) {
	s := standing("2026-11-22T14:00:00Z", Config{Seed: 7})
	query := windowed[4] + "&" + period("2026-10-22T22:00:00Z", "2026-10-29T23:00:00Z")
	short, long := readAnswer(t, ask(s, query)), readAnswer(t, ask(s, query+"&curveType=A01"))
	if short.TimeSeries[0].CurveType != "A03" || long.TimeSeries[0].CurveType != "A01" {
		t.Errorf("curve types are %s and %s", short.TimeSeries[0].CurveType, long.TimeSeries[0].CurveType)
	}
	if !maps.Equal(short.points(t), long.points(t)) {
		t.Error("the values differ")
	}
	if pointsOf(short) >= pointsOf(long) {
		t.Errorf("A03 has %d points, A01 %d; want fewer", pointsOf(short), pointsOf(long))
	}
}

func pointsOf(a answered) (n int) {
	for _, s := range a.TimeSeries {
		for _, p := range s.Periods {
			n += len(p.Points)
		}
	}
	return n
}

// Repeated values are left out of A03, sometimes at the end of a Period too.
func TestRepeatedValuesAreLeftOut(t *testing.T) {
	s := standing("2026-11-22T14:00:00Z", Config{Seed: 7})
	a := readAnswer(t, ask(s, windowed[4]+"&"+period("2026-01-01T23:00:00Z", "2026-07-01T22:00:00Z")))
	tails, inner := 0, 0
	for _, series := range a.TimeSeries {
		for _, p := range series.Periods {
			from, to, step := readInterval(t, p.Start, p.End, p.Resolution)
			intervals := int(to.Sub(from) / step)
			last := p.Points[len(p.Points)-1].Position
			if last < intervals {
				tails++
			}
			if len(p.Points) < last {
				inner++
			}
			for i := 1; i < len(p.Points); i++ {
				if p.Points[i].Price == p.Points[i-1].Price {
					t.Errorf("%s: position %d repeats %s", p.Start, p.Points[i].Position, p.Points[i].Price)
				}
			}
		}
	}
	if tails == 0 || inner == 0 {
		t.Errorf("%d Periods lack their tail and %d a point inside, want some of both", tails, inner)
	}
}

// What an item has at an instant is the same whatever window is asked for, of
// lists as a set, and at another time after it was published and settled.
func TestEveryCurveDependsOnTheInstantAlone(t *testing.T) {
	now, later := at("2026-11-22T14:00:00Z"), at("2026-11-22T20:00:00Z")
	s := New(Config{Seed: 9})
	year := timeseries.Window{From: now.AddDate(0, -11, 0), To: now}
	items := make(map[string]bool)
	for _, feed := range publishing(t, s, 1, year, now) {
		long := timeseries.Window{From: at("2026-11-14T23:00:00Z"), To: at("2026-11-16T23:00:00Z")}
		short := timeseries.Window{From: at("2026-11-15T08:00:00Z"), To: at("2026-11-15T13:00:00Z")}
		if strings.HasSuffix(feed.Item, "_archive") {
			long.From, long.To = long.From.AddDate(0, -5, 0), long.To.AddDate(0, -5, 0)
			short.From, short.To = short.From.AddDate(0, -5, 0), short.To.AddDate(0, -5, 0)
		}
		all, wrong := replied(t, s, feed, long, now)
		some, none := replied(t, s, feed, short, later)
		if wrong != nil || none != nil {
			continue // nothing in these days
		}
		want := valuesAt(curves(all.papers), short)
		for name, values := range valuesAt(curves(some.papers), short) {
			items[feed.Item] = true
			if !slices.Equal(values, want[name]) {
				t.Errorf("%v: %s is %v, and %v in a longer window", feed, name, values, want[name])
				break
			}
		}
	}
	if len(items) < 55 {
		t.Errorf("only %d items had something to compare", len(items))
	}
}

// valuesAt are the values of intervals that overlap a window, by attributes and instant.
func valuesAt(documents []*document, w timeseries.Window) map[string][]int64 {
	values := make(map[string][]int64)
	for _, d := range documents {
		for _, s := range d.series {
			for _, c := range s.columns(plainLayout) {
				for _, span := range s.spans {
					for at := span.From.Unix(); at < span.To.Unix(); at = s.grid.Next(at) {
						if at < w.To.Unix() && s.grid.Next(at) > w.From.Unix() {
							name := fmt.Sprint(d.part, s.fields, s.after, s.psr, s.grid.Name, c.open, c.shut, at)
							values[name] = append(values[name], c.value(at))
						}
					}
				}
			}
		}
	}
	for name := range values {
		slices.Sort(values[name])
	}
	return values
}
