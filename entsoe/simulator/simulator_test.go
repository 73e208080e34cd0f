package simulator

import (
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"entsoed/entsoe"
	"entsoed/timeseries"
)

// at reads a time of a test.
func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return t.UTC()
}

// standing makes a simulator whose clock stands still.
func standing(now string, c Config) *Simulator {
	c.Now = Clock(at(now), 0)
	return New(c)
}

// ask sends one request with a token.
func ask(s *Simulator, query string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api?securityToken=any&"+query, nil))
	return w
}

// queryOf builds the query of a feed, in the words of the catalogue.
func queryOf(t *testing.T, feed entsoe.Feed, from, to time.Time) string {
	t.Helper()
	r, err := entsoe.NewRequest(feed, timeseries.Window{From: from, To: to})
	if err != nil {
		t.Fatal(err)
	}
	return r.Params.Encode()
}

// answered is a document as a test reads it: with encoding/xml and in the
// platform's words, so that neither the simulator's writer nor the decoder of
// entsoe can hide a mistake.
type answered struct {
	XMLName    xml.Name
	MRID       string         `xml:"mRID"`
	Type       string         `xml:"type"`
	Created    string         `xml:"createdDateTime"`
	Reason     string         `xml:"Reason>text"`
	TimeSeries []answeredList `xml:"TimeSeries"`

	Area        string         `xml:"area_Domain.mRID"`
	ControlArea string         `xml:"controlArea_Domain.mRID"`
	Bids        []answeredList `xml:"Bid_TimeSeries"`
}

type answeredList struct {
	MRID      string `xml:"mRID"`
	Business  string `xml:"businessType"`
	In        string `xml:"in_Domain.mRID"`
	Out       string `xml:"out_Domain.mRID"`
	InZone    string `xml:"inBiddingZone_Domain.mRID"`
	OutZone   string `xml:"outBiddingZone_Domain.mRID"`
	Contract  string `xml:"contract_MarketAgreement.type"`
	Sequence  string `xml:"classificationSequence_AttributeInstanceComponent.position"`
	Currency  string `xml:"currency_Unit.name"`
	CurveType string `xml:"curveType"`
	PSR       string `xml:"MktPSRType>psrType"`
	Resource  string `xml:"registeredResource.mRID"`
	Unit      string `xml:"MktPSRType>PowerSystemResources>mRID"`

	Acquiring  string `xml:"acquiring_Domain.mRID"`
	Connecting string `xml:"connecting_Domain.mRID"`
	Periods    []struct {
		Start      string `xml:"timeInterval>start"`
		End        string `xml:"timeInterval>end"`
		FlatStart  string `xml:"timeInterval.start"`
		FlatEnd    string `xml:"timeInterval.end"`
		Resolution string `xml:"resolution"`
		Points     []struct {
			Position int    `xml:"position"`
			Quantity string `xml:"quantity"`
			Price    string `xml:"price.amount"`
		} `xml:"Point"`
	} `xml:"Period"`
}

// readAnswer reads the body of a recorder.
func readAnswer(t *testing.T, w *httptest.ResponseRecorder) answered {
	t.Helper()
	var a answered
	if err := xml.Unmarshal(w.Body.Bytes(), &a); err != nil {
		t.Fatalf("status %d: %v in %.300s", w.Code, err, w.Body)
	}
	return a
}

// name tells the curve of a TimeSeries: everything but its number.
func (l answeredList) name() string {
	return strings.Join([]string{l.Business, l.In, l.Out, l.InZone, l.OutZone, l.Contract, l.Sequence, l.Currency, l.PSR, l.Resource, l.Unit}, "|")
}

// points expands the Periods of fixed resolution: name and instant to value.
func (a answered) points(t *testing.T) map[string]string {
	t.Helper()
	values := make(map[string]string)
	for _, s := range a.TimeSeries {
		for _, p := range s.Periods {
			from, to, step := readInterval(t, p.Start, p.End, p.Resolution)
			next, value := 0, ""
			for i := 0; from.Before(to); i, from = i+1, from.Add(step) {
				if next < len(p.Points) && p.Points[next].Position == i+1 {
					value = p.Points[next].Quantity + "/" + p.Points[next].Price
					next++
				}
				values[fmt.Sprintf("%s %s %s", s.name(), p.Resolution, minuteOf(from))] = value
			}
			if next != len(p.Points) {
				t.Errorf("%s: point %d of %d is out of place", s.name(), next+1, len(p.Points))
			}
		}
	}
	return values
}

func readInterval(t *testing.T, start, end, resolution string) (from, to time.Time, step time.Duration) {
	t.Helper()
	from, err1 := time.Parse("2006-01-02T15:04Z", start)
	to, err2 := time.Parse("2006-01-02T15:04Z", end)
	step, err3 := time.ParseDuration(strings.ToLower(strings.TrimPrefix(resolution, "PT")))
	if err1 != nil || err2 != nil || err3 != nil || step <= 0 {
		t.Fatalf("Period %s/%s %s: %v %v %v", start, end, resolution, err1, err2, err3)
	}
	return from, to, step
}

const (
	deLU = "10Y1001A1001A82H"
	nl   = "10YNL----------L"
	fr   = "10YFR-RTE------C"
	be   = "10YBE----------2"
	cz   = "10YCZ-CEPS-----N"
	pl   = "10YPL-AREA-----S"
)

func period(from, to string) string {
	const layout = "200601021504"
	return url.Values{"periodStart": {at(from).Format(layout)}, "periodEnd": {at(to).Format(layout)}}.Encode()
}

func TestEveryAnswerNamesTheSimulator(t *testing.T) {
	s := standing("2026-11-22T14:00:00Z", Config{Seed: 42})
	for _, path := range []string{"/healthz", "/stats", "/api", "/nowhere"} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if got := w.Header().Get("Entsoed-Simulator"); got != "42" {
			t.Errorf("%s: header Entsoed-Simulator is %q, want 42", path, got)
		}
	}
}

func TestClock(t *testing.T) {
	start := at("2026-03-29T10:00:00Z")
	if got := Clock(start, 0)(); !got.Equal(start) {
		t.Errorf("a clock of speed 0 shows %s", got)
	}
	fast := Clock(start, 3600)
	first := fast()
	for !fast().After(first.Add(time.Second)) { // a second passes within 0.3 ms
	}
	if got := fast(); got.After(start.Add(24 * time.Hour)) {
		t.Errorf("a clock of speed 3600 shows %s after a moment", got)
	}
	if got := Clock(time.Time{}, 1)(); time.Since(got).Abs() > time.Minute {
		t.Errorf("a clock without a start shows %s", got)
	}
}

// Many clients at once: nothing is shared that a request changes, and nothing
// is counted twice or forgotten.
func TestManyAtOnce(t *testing.T) {
	s := standing("2026-11-22T14:00:00Z", Config{Seed: 7, Unlimited: true})
	want := readAnswer(t, ask(s, windowed[0]+"&"+period("2026-10-22T22:00:00Z", "2026-10-23T22:00:00Z"))).points(t)
	var clients sync.WaitGroup
	for i := range 8 {
		clients.Go(func() {
			for j := range len(windowed) {
				query := windowed[(i+j)%len(windowed)] + "&" + period("2026-10-22T22:00:00Z", "2026-10-23T22:00:00Z")
				if w := ask(s, query); w.Code != http.StatusOK {
					t.Errorf("%s: status %d", query, w.Code)
				}
			}
		})
	}
	clients.Wait()
	again := readAnswer(t, ask(s, windowed[0]+"&"+period("2026-10-22T22:00:00Z", "2026-10-23T22:00:00Z"))).points(t)
	if !maps.Equal(want, again) {
		t.Error("the values changed")
	}
	if stats := s.Stats(); stats.Requests != int64(8*len(windowed)+2) || stats.InFlight != 0 || stats.Outcomes[outcomeData] != stats.Requests {
		t.Errorf("counts are %+v", stats)
	}
}
