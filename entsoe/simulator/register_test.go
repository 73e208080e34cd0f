package simulator

import (
	"encoding/xml"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

// records is a document without curves as a test reads it.
type records struct {
	MRID    string `xml:"mRID"`
	Start   string `xml:"time_Period.timeInterval>start"`
	Changes []struct {
		MRID     string `xml:"mRID"`
		Business string `xml:"businessType"`
		Domain   string `xml:"domain.mRID"`
	} `xml:"BidTimeSeries"`
	Records []struct {
		Since   string `xml:"implementation_DateAndOrTime.date"`
		Plant   string `xml:"registeredResource.mRID"`
		Nominal string `xml:"MktPSRType>nominalIP_PowerSystemResources.nominalP"`
		Cable   string `xml:"connectingLine_RegisteredResource.mRID"`
		Most    string `xml:"maximumExchange_Quantity.quantity"`
		Begin   string `xml:"start_DateAndOrTime.dateTime"`
	} `xml:"TimeSeries"`
}

func readRecords(t *testing.T, body []byte) records {
	t.Helper()
	var r records
	if err := xml.Unmarshal(body, &r); err != nil {
		t.Fatalf("%v in %.300s", err, body)
	}
	return r
}

// answering returns the first area or border for which a query has an answer.
func answering(t *testing.T, s *Simulator, query func(from, to string) string) *httptest.ResponseRecorder {
	t.Helper()
	eics := []string{be, nl, fr, cz, pl, deLU, "10YAT-APG------L", "10YDE-VE-------2", "10YES-REE------0", "10YIT-GRTN-----B"}
	for _, from := range eics {
		for _, to := range eics {
			w := ask(s, query(from, to))
			if w.Code != 200 {
				t.Fatalf("status %d: %s", w.Code, w.Body)
			}
			if !strings.Contains(w.Body.String(), "<Acknowledgement_MarketDocument") {
				return w
			}
		}
	}
	t.Fatal("nobody answers")
	return nil
}

// The units of an area are those of the day that is asked for: capacities
// change and units come.
func TestUnitsOfADay(t *testing.T) {
	s := standing("2026-11-22T00:00:00Z", Config{Seed: 1})
	on := func(date string) map[string]string {
		nominal := make(map[string]string)
		for _, r := range readRecords(t, ask(s, "documentType=A95&businessType=B11&biddingZone_Domain="+fr+"&Implementation_DateAndOrTime="+date).Body.Bytes()).Records {
			if r.Since > date {
				t.Errorf("on %s %s is told as it is from %s", date, r.Plant, r.Since)
			}
			if nominal[r.Plant] != "" {
				t.Errorf("on %s %s is told twice", date, r.Plant)
			}
			nominal[r.Plant] = r.Nominal
		}
		return nominal
	}
	before, now := on("2017-06-01"), on("2026-11-21")
	changed := 0
	for plant, nominal := range before {
		if now[plant] != nominal {
			changed++
		}
	}
	if len(before) == 0 || len(before) >= len(now) || changed == 0 || changed == len(before) {
		t.Errorf("%d plants then and %d now, %d of them changed", len(before), len(now), changed)
	}
}

// Each quarter hour has a document of its own, and the limit counts their
// TimeSeries together.
func TestChangesToBids(t *testing.T) {
	s := standing("2026-11-22T00:00:00Z", Config{Seed: 1})
	query := func(from, window string) string {
		return "documentType=B45&processType=A47&domain=" + from + "&" + window
	}
	area := ""
	some := answering(t, s, func(from, _ string) string {
		area = from
		return query(from, period("2026-11-20T00:00:00Z", "2026-11-20T12:00:00Z"))
	})
	var changes int
	var starts []string
	for _, f := range unzipped(t, some) {
		r := readRecords(t, f.body)
		changes += len(r.Changes)
		starts = append(starts, r.Start)
		for _, c := range r.Changes {
			if c.Domain != area {
				t.Errorf("%s is about %s, want %s", c.MRID, c.Domain, area)
			}
		}
	}
	if len(starts) < 2 || !slices.IsSorted(starts) || changes <= len(starts) {
		t.Errorf("%d changes in documents of %v, want several in each", changes, starts)
	}
	w := ask(s, query(area, period("2026-11-01T00:00:00Z", "2026-11-20T00:00:00Z")))
	if got := readAnswer(t, w).Reason; w.Code != 400 || !strings.Contains(got, "exceeds the allowed maximum (100) for data item CHANGES_TO_BID_AVAILABILITY.") {
		t.Errorf("too many: status %d, %q", w.Code, got)
	}
	old := ask(s, query(area, period("2026-06-01T00:00:00Z", "2026-06-01T12:00:00Z")))
	if got := readAnswer(t, old).Reason; got != "No matching data found for Data item CHANGES_TO_BID_AVAILABILITY [IFs: mFRR 9.9 aFRR 9.6&9.8] and interval 2026-06-01T00:00:00Z/2026-06-01T12:00:00Z." {
		t.Errorf("before the last 93 days: %q", got)
	}
	checkArchive(t, s, query(area, "storageType=archive&"+period("2026-05-31T22:00:00Z", "2026-06-03T22:00:00Z")))
}

// checkArchive looks at a ZIP of ZIPs, each of one market day.
func checkArchive(t *testing.T, s *Simulator, query string) {
	t.Helper()
	outer := unzipped(t, ask(s, query))
	if len(outer) != 3 {
		t.Fatalf("three days have %d archives", len(outer))
	}
	for i, f := range outer {
		if !strings.HasPrefix(f.name, fmt.Sprintf("%03d-CHANGES_TO_BID_AVAILABILITY_2026", i+1)) || !strings.HasSuffix(f.name, ".zip") {
			t.Errorf("archive %d is called %s", i+1, f.name)
		}
		inner := filesOf(t, f.body)
		if len(inner) < 2 {
			t.Errorf("%s has %d documents", f.name, len(inner))
		}
		for _, one := range inner {
			if start := readRecords(t, one.body).Start; start < fmt.Sprintf("2026-%sT22:00Z", [...]string{"05-31", "06-01", "06-02"}[i]) {
				t.Errorf("%s in %s begins %s", one.name, f.name, start)
			}
		}
	}
	page := unzipped(t, ask(s, query+"&offset=2"))
	if len(page) != 1 || !slices.Equal(page[0].body, outer[2].body) && len(filesOf(t, page[0].body)) != len(filesOf(t, outer[2].body)) {
		t.Errorf("from offset 2 on: %d archives", len(page))
	}
}

func TestLimitsOfCables(t *testing.T) {
	s := standing("2026-11-22T00:00:00Z", Config{Seed: 1})
	w := answering(t, s, func(from, to string) string {
		return "documentType=A99&processType=A63&businessType=B06&in_Domain=" + to + "&out_Domain=" + from + "&" + period("2026-11-01T00:00:00Z", "2026-11-20T00:00:00Z")
	})
	for _, r := range readRecords(t, w.Body.Bytes()).Records {
		if begin, err := time.Parse(time.RFC3339, r.Begin); err != nil || begin.After(at("2026-11-20T00:00:00Z")) || r.Cable == "" || r.Most == "" {
			t.Errorf("limit %+v: %v", r, err)
		}
	}
}
