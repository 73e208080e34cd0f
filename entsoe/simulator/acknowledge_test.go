package simulator

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The words of the platform, as recorded or reported (api.md section 5).
func TestAcknowledgements(t *testing.T) {
	const load = "documentType=A65&processType=A16&outBiddingZone_Domain=" + nl
	const prices = "documentType=A44&in_Domain=" + deLU + "&out_Domain=" + deLU
	const units = "documentType=A73&processType=A16&in_Domain=" + nl
	const ntc = "documentType=A61&in_Domain=" + fr + "&out_Domain=" + be
	day := period("2026-11-14T23:00:00Z", "2026-11-15T23:00:00Z")
	tests := []struct {
		name, query string
		status      int
		want        string
	}{
		{"value in another case", strings.ToLower(load) + "&" + day, 400,
			"The combination of [DOCUMENT_TYPE=a65, PROCESS_TYPE=a16] is not valid, or the requested data is not allowed to be fetched via this service."},
		{"no type", day, 400,
			"The combination of [] is not valid, or the requested data is not allowed to be fetched via this service."},
		{"retired item", "documentType=A83&businessType=A96&" + day, 400,
			"The combination of [DOCUMENT_TYPE=A83, BUSINESS_TYPE=A96] is not valid, or the requested data is not allowed to be fetched via this service."},
		{"unknown parameter", load + "&bogusParam=1&" + day, 400, "Input parameter does not exist: bogusParam"},
		{"parameter twice", load + "&ProcessType=A16&" + day, 400, "Input parameter is given more than once: processType"},
		{"no area", "documentType=A65&processType=A16&" + day, 400, "Mandatory parameter OutBiddingZone_Domain is missing."},
		{"no contract type", ntc + "&" + day, 400, "Mandatory parameter Contract_MarketAgreement.Type is missing."},
		{"no period", load, 400, "Mandatory parameter PeriodStart is missing."},
		{"no end", load + "&periodStart=202611142300", 400, "Mandatory parameter PeriodEnd is missing."},
		{"not the market time unit", load + "&periodStart=202611142307&periodEnd=202611152300", 400, wrongInterval},
		{"backwards", load + "&" + period("2026-11-15T23:00:00Z", "2026-11-14T23:00:00Z"), 400, wrongInterval},
		{"no time", load + "&periodStart=yesterday&periodEnd=202611152300", 400, wrongInterval},
		{"both forms", load + "&" + day + "&timeInterval=2026-11-14T23:00Z/2026-11-15T23:00Z", 400, wrongInterval},
		{"more than a year", prices + "&" + period("2021-12-30T23:00:00Z", "2023-01-01T23:00:00Z"), 400,
			"Provided time interval (2021-12-30T23:00:00Z - 2023-01-01T23:00:00Z) is larger than maximum allowed period 'P1Y' for 'ENERGY_PRICES:XML' export."},
		{"more than a day", units + "&" + period("2022-10-29T22:00:00Z", "2022-10-30T23:00:00Z"), 400,
			"Provided time interval (2022-10-29T22:00:00Z - 2022-10-30T23:00:00Z) is larger than maximum allowed period 'P1D' for 'ACTUAL_GENERATION_OUTPUT_PER_UNIT_R3:XML' export."},
		{"the future", prices + "&contract_MarketAgreement.type=A01&" + period("2027-11-14T23:00:00Z", "2027-11-15T23:00:00Z"), 200,
			"No matching data found for Data item ENERGY_PRICES [12.1.D] (" + deLU + ", " + deLU + ") and interval 2027-11-14T23:00:00Z/2027-11-15T23:00:00Z."},
		{"bad area", "documentType=A65&processType=A32&outBiddingZone_Domain={{outBiddingZone_Domain}}&" + day, 200,
			"No matching data found for Data item TOTAL_LOAD_FORECAST [6.1.C&amp;D&amp;E] ({{outBiddingZone_Domain}}) and interval 2026-11-14T23:00:00Z/2026-11-15T23:00:00Z."},
		{"no border", "documentType=A11&in_Domain=" + nl + "&out_Domain=" + pl + "&" + day, 200,
			"(" + nl + ", " + pl + ") and interval 2026-11-14T23:00:00Z/2026-11-15T23:00:00Z."},
		{"no such unit", "documentType=A71&processType=A33&psrType=B99&in_Domain=" + nl + "&" + day, 200,
			"No matching data found for Data item INSTALLED_GENERATION_CAPACITY_PER_UNIT [NONE] and interval null/null."},
		{"bad offset", prices + "&contract_MarketAgreement.type=A01&offset=x&" + day, 400, "The value of input parameter offset is not valid: x"},
	}
	s := standing("2026-11-22T14:00:00Z", Config{Seed: 1})
	for _, test := range tests {
		w := ask(s, test.query)
		if !strings.Contains(w.Body.String(), test.want) || w.Code != test.status {
			t.Errorf("%s: status %d, %s; want %d, %s", test.name, w.Code, readAnswer(t, w).Reason, test.status, test.want)
		}
		if got := w.Header().Get("Content-Disposition"); got != `inline; filename="acknowledgement.xml"` {
			t.Errorf("%s: Content-Disposition is %s", test.name, got)
		}
	}
}

func TestTokens(t *testing.T) {
	query := "documentType=A65&processType=A16&outBiddingZone_Domain=" + nl + "&" + period("2026-11-14T23:00:00Z", "2026-11-15T23:00:00Z")
	open := standing("2026-11-22T14:00:00Z", Config{})
	closed := standing("2026-11-22T14:00:00Z", Config{Tokens: []string{"right"}})
	tests := []struct {
		name, token, header string
		s                   *Simulator
		want                int
	}{
		{"none", "", "", open, 401},
		{"any", "&securityToken=simulated", "", open, 200},
		{"any, other case", "&SecurityToken=simulated", "", open, 200},
		{"in the header", "", "simulated", open, 200},
		{"wrong", "&securityToken=wrong", "", closed, 401},
		{"right", "&securityToken=right", "", closed, 200},
	}
	for _, test := range tests {
		r := httptest.NewRequest(http.MethodGet, "/api?"+query+test.token, nil)
		r.Header.Set("SECURITY_TOKEN", test.header)
		w := httptest.NewRecorder()
		test.s.ServeHTTP(w, r)
		if w.Code != test.want || test.want == 401 && readAnswer(t, w).Reason != "Authentication failed." {
			t.Errorf("%s: status %d, %.200s; want %d", test.name, w.Code, w.Body, test.want)
		}
	}
	w := httptest.NewRecorder()
	open.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/api", nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST /api: status %d, want 405", w.Code)
	}
}

// Parameter names are told apart without regard to case, and the period may be
// a timeInterval, as clients send it.
func TestFormsOfARequest(t *testing.T) {
	s := standing("2026-11-22T14:00:00Z", Config{Seed: 1})
	want := readAnswer(t, ask(s, "documentType=A65&processType=A16&outBiddingZone_Domain="+nl+"&"+period("2026-11-14T23:00:00Z", "2026-11-15T23:00:00Z"))).points(t)
	for _, query := range []string{
		"DocumentType=A65&ProcessType=A16&OutBiddingZone_Domain=" + nl + "&PeriodStart=202611142300&PeriodEnd=202611152300",
		"documenttype=A65&processtype=A16&outbiddingzone_domain=" + nl + "&TimeInterval=2026-11-14T23:00Z/2026-11-15T23:00Z",
		"documentType=A65&processType=A16&outBiddingZone_Domain=" + nl + "&TimeInterval=2026-11-14T23:00:00.000Z/2026-11-15T23:00:00.000Z",
		"documentType=A65&processType=A16&outBiddingZone_Domain=" + nl + "&periodStart=202611142300&periodEnd=202611152300&offset=300",
	} {
		got := readAnswer(t, ask(s, query))
		if len(got.TimeSeries) != 1 || len(want) != 96 || len(got.points(t)) != 96 {
			t.Errorf("%s: %d TimeSeries, %s", query, len(got.TimeSeries), got.Reason)
		}
	}
}

// Layout and headers are those of a recorded acknowledgement.
func TestAcknowledgementLooksLikeTheRecordedOne(t *testing.T) {
	folder := os.Getenv("FIXTURES_DIR")
	if folder == "" {
		t.Skip("FIXTURES_DIR is not set: it holds the recorded answers")
	}
	recorded, err := os.ReadFile(filepath.Join(folder, "acknowledgement", "21.xml"))
	if err != nil {
		t.Fatal(err)
	}
	s := standing("2026-11-22T14:00:00Z", Config{Seed: 1})
	w := ask(s, "documentType=A71&processType=A33&psrType=B99&in_Domain="+be+"&"+period("2026-11-14T23:00:00Z", "2026-11-15T23:00:00Z"))
	own := regexp.MustCompile(`<mRID>[0-9a-f]{8}-[0-9a-f]{4}-4</mRID>|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`)
	plain := func(text string) string { return strings.TrimSpace(own.ReplaceAllString(text, "*")) }
	if got, want := plain(w.Body.String()), plain(string(recorded)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for name, want := range map[string]string{
		"Content-Type": "text/xml", "X-Content-Type-Options": "nosniff", "X-Xss-Protection": "0", "Vary": "accept-encoding",
		"Strict-Transport-Security": "max-age=15724800; includeSubDomains",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("header %s is %q, want %q", name, got, want)
		}
	}
}
