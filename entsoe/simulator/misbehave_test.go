package simulator

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"
)

const loadOfADay = "documentType=A65&processType=A16&outBiddingZone_Domain=" + nl + "&periodStart=202611142300&periodEnd=202611152300"

// served is a simulator behind a real server.
func served(t *testing.T, c Config) (*Simulator, string) {
	t.Helper()
	s := standing("2026-11-22T14:00:00Z", c)
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	t.Cleanup(s.Clear)
	return s, server.URL
}

// get asks over a connection of its own, because net/http resends by itself on
// one that it has used before, and returns what arrived of the body.
func get(url, query string) (*http.Response, string, error) {
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Get(url + "/api?securityToken=any&" + query)
	if err != nil {
		return nil, "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return response, string(body), err
}

func TestFaults(t *testing.T) {
	s, url := served(t, Config{Seed: 1})
	_, whole, err := get(url, loadOfADay)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		fault  Fault
		status int    // 0: no answer arrives
		want   string // in the body
		broken bool   // the body does not arrive whole
	}{
		{fault: Fault{Kind: FaultUnavailable}, status: 503},
		{fault: Fault{Kind: FaultMaintenance}, status: 503, want: "Scheduled maintenance is currently underway. Please check back soon."},
		{fault: Fault{Kind: FaultNotFound}, status: 404, want: "404 page not found"},
		{fault: Fault{Kind: FaultHTML}, status: 200, want: "<!DOCTYPE html>"},
		{fault: Fault{Kind: FaultEmpty}, status: 200},
		{fault: Fault{Kind: FaultRedirect}, status: 302, want: "/moved"},
		{fault: Fault{Kind: FaultReset}},
		{fault: Fault{Kind: FaultCut}, status: 200, want: "<TimeSeries>", broken: true},
		{fault: Fault{Kind: FaultTruncated}, status: 200, broken: true}, // the gzip stream ends early
		{fault: Fault{Kind: FaultDelay, Value: "1ms"}, status: 200, want: "</GL_MarketDocument>"},
		{fault: Fault{Kind: FaultSlow, Value: "2ms"}, status: 200, want: "</GL_MarketDocument>"},
		{fault: Fault{Kind: FaultRoot}, status: 200, want: "<Unexpected_MarketDocument xmlns="},
		{fault: Fault{Kind: FaultLimit, Value: "P1D"}, status: 200, want: "</GL_MarketDocument>"},
		{fault: Fault{Kind: FaultInstances, Value: "1"}, status: 200, want: "</GL_MarketDocument>"},
		{fault: Fault{Kind: FaultZip}, status: 200, want: "PK"},
		{fault: Fault{Kind: FaultGzip, Value: "off"}, status: 200, want: "</GL_MarketDocument>"},
		{fault: Fault{Kind: FaultBan, Value: "old"}, status: 429, want: "Max allowed requests per minute from each unique IP is max up to 400 only"},
	}
	for _, test := range tests {
		test.fault.Next = 1
		if err := s.Inject(test.fault); err != nil {
			t.Errorf("%s: %v", test.fault.Kind, err)
		}
		response, body, err := get(url, loadOfADay)
		status := 0
		if response != nil {
			status = response.StatusCode
		}
		if status != test.status || !strings.Contains(body, test.want) || test.broken != (err != nil) && status != 0 {
			t.Errorf("%s: status %d, error %v, body %.200q; want %d, %q, broken %v", test.fault.Kind, status, err, body, test.status, test.want, test.broken)
		}
		if test.broken && len(body) >= len(whole) {
			t.Errorf("%s: %d of %d bytes arrived", test.fault.Kind, len(body), len(whole))
		}
		if test.fault.Kind == FaultReset && !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, io.EOF) {
			t.Errorf("reset: error %v", err)
		}
	}
	if response, body, err := get(url, loadOfADay); err != nil || response.StatusCode != 429 || !strings.Contains(body, "Requester banned until") {
		t.Errorf("after the ban: %v %.200s", err, body)
	}
	if n := s.Stats().Outcomes[outcomeFault+FaultMaintenance]; n != 1 {
		t.Errorf("%d maintenance pages counted, want 1", n)
	}
}

// A limit that flips overnight, and fewer instances than before.
func TestFlippedLimits(t *testing.T) {
	s := standing("2026-11-22T14:00:00Z", Config{Seed: 1, Faults: []Fault{
		{Kind: FaultLimit, Value: "P1M", Item: "actual_total_load"}, {Kind: FaultInstances, Value: "5", Item: "actual_generation_per_production_type"},
	}})
	month := readAnswer(t, ask(s, "documentType=A65&processType=A16&outBiddingZone_Domain="+nl+"&"+period("2025-04-30T22:00:00Z", "2025-05-31T22:00:00Z")))
	if want := "larger than maximum allowed period 'P1M' for 'ACTUAL_TOTAL_LOAD_R3:XML' export."; !strings.Contains(month.Reason, want) {
		t.Errorf("a local month: %q, want %q", month.Reason, want)
	}
	fits := readAnswer(t, ask(s, "documentType=A65&processType=A16&outBiddingZone_Domain="+nl+"&"+period("2025-04-30T22:00:00Z", "2025-05-30T22:00:00Z")))
	other := readAnswer(t, ask(s, "documentType=A65&processType=A01&outBiddingZone_Domain="+nl+"&"+period("2025-04-30T22:00:00Z", "2025-05-31T22:00:00Z")))
	if fits.Reason != "" || other.Reason != "" {
		t.Errorf("30 days: %q, another item: %q; want data", fits.Reason, other.Reason)
	}
	many := readAnswer(t, ask(s, "documentType=A75&processType=A16&in_Domain="+deLU+"&"+period("2025-04-30T22:00:00Z", "2025-05-01T22:00:00Z")))
	if !strings.Contains(many.Reason, "exceeds the allowed maximum (5) for data item AGGREGATED_GENERATION_PER_TYPE.") {
		t.Errorf("five instances: %q", many.Reason)
	}
}

func TestZippedDocument(t *testing.T) {
	s := standing("2026-11-22T14:00:00Z", Config{Seed: 1, Faults: []Fault{{Kind: FaultZip}}})
	w := ask(s, loadOfADay)
	if got := w.Header().Get("Content-Type"); got != "application/zip" {
		t.Errorf("Content-Type is %s", got)
	}
	archive, err := zip.NewReader(bytes.NewReader(w.Body.Bytes()), int64(w.Body.Len()))
	if err != nil || len(archive.File) != 1 {
		t.Fatalf("%v, %d files", err, len(archive.File))
	}
	file, err := archive.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(file)
	if err != nil || !strings.Contains(string(body), "<GL_MarketDocument") {
		t.Errorf("%v: %.200s", err, body)
	}
}

// Every, Chance, Item and a span of the clock choose the requests that a fault
// hits, of which one comes each second.
func TestFaultsChoose(t *testing.T) {
	start := time.Date(2026, 8, 30, 0, 0, 0, 0, time.UTC)
	hits := func(f Fault) (n int) {
		list := newFaults(9, []Fault{f})
		for second := range 1000 {
			n += len(list.hit("day_ahead_prices", start.Add(time.Duration(second)*time.Second)))
		}
		return n
	}
	tests := []struct {
		fault     Fault
		low, high int
	}{
		{Fault{Kind: FaultHTML}, 1000, 1000},
		{Fault{Kind: FaultHTML, Next: 3}, 3, 3},
		{Fault{Kind: FaultHTML, Every: 10}, 100, 100},
		{Fault{Kind: FaultHTML, Every: 10, Next: 4}, 4, 4},
		{Fault{Kind: FaultHTML, Chance: 0.2}, 150, 250},
		{Fault{Kind: FaultHTML, Item: "actual_total_load"}, 0, 0},
		{Fault{Kind: FaultHTML, Item: "day_ahead_prices", Next: 2}, 2, 2},
		{Fault{Kind: FaultHTML, From: start.Add(10 * time.Second)}, 990, 990},
		{Fault{Kind: FaultHTML, From: start.Add(10 * time.Second), Until: start.Add(time.Minute)}, 50, 50},
		{Fault{Kind: FaultHTML, Until: start}, 0, 0},
	}
	for _, test := range tests {
		if n := hits(test.fault); n < test.low || n > test.high || n != hits(test.fault) {
			t.Errorf("%+v hits %d of 1000 requests, want %d to %d", test.fault, n, test.low, test.high)
		}
	}
}

func TestParseFault(t *testing.T) {
	tests := []struct {
		text string
		want Fault
		err  string
	}{
		{text: "unavailable", want: Fault{Kind: FaultUnavailable}},
		{text: "delay=2s,chance=0.1", want: Fault{Kind: FaultDelay, Value: "2s", Chance: 0.1}},
		{text: "limit=P1M,item=actual_total_load,next=3,every=2", want: Fault{Kind: FaultLimit, Value: "P1M", Item: "actual_total_load", Next: 3, Every: 2}},
		{text: "html,from=2026-08-30T00:00:00Z,until=2026-09-08T00:00:00Z", want: Fault{
			Kind: FaultHTML, From: time.Date(2026, 8, 30, 0, 0, 0, 0, time.UTC), Until: time.Date(2026, 9, 8, 0, 0, 0, 0, time.UTC),
		}},
		{text: "html,from=2026-09-08T00:00:00Z,until=2026-08-30T00:00:00Z", err: "ends before it begins"},
		{text: "html,until=tomorrow", err: `cannot parse "tomorrow"`},
		{text: "explode", err: `unknown fault "explode"; there are ban, cut, delay,`},
		{text: "delay", err: `fault delay: value "" is not allowed`},
		{text: "html=1", err: `fault html: value "1" is not allowed`},
		{text: "limit=1 month", err: `fault limit: value "1 month" is not allowed`},
		{text: "html,chance=2", err: "chance is between 0 and 1"},
		{text: "html,often=2", err: `"often" is none of next, every, chance, item`},
		{text: "html,next=x", err: `invalid syntax`},
	}
	for _, test := range tests {
		got, err := ParseFault(test.text)
		if test.err == "" && (err != nil || got != test.want) {
			t.Errorf("%s: %+v, %v; want %+v", test.text, got, err, test.want)
		}
		if test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)) {
			t.Errorf("%s: error %v, want %s", test.text, err, test.err)
		}
	}
}
