package client

import (
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entsoed/entsoe/document"
)

var noon = time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)

// verdict is what a caller acts on in an error, for tables.
type verdict struct {
	Kind           string // type of the error without package and "Error"
	Limit          string
	Found, Allowed int
	Fault          Fault
	Parameter      string
	Until          time.Duration // after noon
}

func verdictOn(err error) verdict {
	v := verdict{Kind: strings.TrimSuffix(reflect.TypeOf(err).Elem().Name(), "Error")}
	switch e := err.(type) {
	case *TooLongError:
		v.Limit = e.Limit
	case *TooManyError:
		v.Found, v.Allowed = e.Found, e.Allowed
	case *BadRequestError:
		v.Fault, v.Parameter = e.Fault, e.Parameter
	case *BannedError:
		v.Until = e.Until.Sub(noon)
	}
	return v
}

func TestClassifyAcknowledgement(t *testing.T) {
	const interval = "interval 2023-10-07T22:00:00Z/2023-10-08T22:00:00Z."
	for _, test := range []struct {
		status int
		text   string
		want   verdict
	}{
		// Nothing there.
		{200, "No matching data found for Data item ENERGY_PRICES [12.1.D] (10YCZ-CEPS-----N, 10YCZ-CEPS-----N) and " + interval, verdict{Kind: "NoData"}},
		{400, "No matching data found for Data item ENERGY_PRICES [12.1.D] (10YCZ-CEPS-----N) and " + interval, verdict{Kind: "NoData"}},
		{200, "No matching data found for Data item CHANGES_TO_BID_AVAILABILITY [IFs: mFRR 9.9 aFRR 9.6&9.8] and interval 202309232200/202309242200.", verdict{Kind: "NoData"}},
		{200, "No matching data found for Data item INSTALLED_GENERATION_CAPACITY_PER_UNIT [NONE] and interval null/null.", verdict{Kind: "NoData"}},
		{200, "No matching data found for Data item TOTAL_LOAD_FORECAST [6.1.C&D&E] ({{outBiddingZone_Domain}}) and interval .", verdict{Kind: "NoData"}},
		{200, "No matching data found", verdict{Kind: "NoData"}},
		{200, "Requested data is not available", verdict{Kind: "NoData"}},
		{500, "No matching data found", verdict{Kind: "Unavailable"}},
		{200, "Internal error: no data found", verdict{Kind: "Unavailable"}},

		// Too long.
		{400, "Provided time interval (2021-12-30T23:00Z[UTC] - 2023-01-01T23:00Z[UTC]) is larger than maximum allowed period 'P1Y' for 'ENERGY_PRICES:XML' export.", verdict{Kind: "TooLong", Limit: "P1Y"}},
		{400, "Provided time interval (2025-04-30T22:00:00Z - 2025-05-31T22:00:00Z) is larger than maximum allowed period 'P1M' for 'ACTUAL_TOTAL_LOAD_R3:XML' export.", verdict{Kind: "TooLong", Limit: "P1M"}},
		{200, "Provided time interval (2025-04-30T22:00:00Z - 2025-05-31T22:00:00Z) is larger than maximum allowed period P1D.", verdict{Kind: "TooLong", Limit: "P1D"}},
		{400, "Provided time interval is larger than maximum allowed period.", verdict{Kind: "TooLong"}},
		{400, "Requested time interval exceeds the maximum allowed period of one month (P1M).", verdict{Kind: "TooLong", Limit: "P1M"}},
		{400, "The requested interval is longer than the allowed time period for ENERGY_PRICES, which is 'p1d'.", verdict{Kind: "TooLong", Limit: "P1D"}},
		{400, "Time interval is greater than the maximum period: PT1H", verdict{Kind: "TooLong", Limit: "PT1H"}},
		{400, "The time interval exceeds the permitted range.", verdict{Kind: "TooLong"}},

		// Too many.
		{400, "The number of instances (342) exceeds the allowed maximum (200) for data item UNAVAILABILITY_IN_TRANSMISSION_GRID.", verdict{Kind: "TooMany", Found: 342, Allowed: 200}},
		{400, "The amount of requested data exceeds allowed limit. Maximum amount of documents allowed: 200, amount of documents requested: 513 documents.", verdict{Kind: "TooMany", Found: 513, Allowed: 200}},
		{400, "The amount of requested data exceeds allowed limit of 100 elements. Requested 200 elements.", verdict{Kind: "TooMany", Found: 200, Allowed: 100}},
		{400, "The amount of requested data exceeds allowed limit.", verdict{Kind: "TooMany"}},
		{400, "The amount of requested data to be gathered via the offset parameter exceeds the allowed limit. 4800 allowed, but 5213 documents were found.", verdict{Kind: "TooMany", Found: 5213, Allowed: 4800}},
		{400, "The amount of requested data to be gathered via the offset parameter exceeds the allowed limit (99999999999999999999 of 3).", verdict{Kind: "TooMany"}},

		// Refused.
		{400, "The combination of [DOCUMENT_TYPE=a44] is not valid", verdict{Kind: "BadRequest", Fault: InvalidCombination}},
		{400, "The combination of [] is not valid for this request.", verdict{Kind: "BadRequest", Fault: InvalidCombination}},
		{400, "Please check you request against dependency tables", verdict{Kind: "BadRequest", Fault: InvalidCombination}},
		{400, "Mandatory parameter ControlArea_Domain is missing.", verdict{Kind: "BadRequest", Fault: MissingParameter, Parameter: "ControlArea_Domain"}},
		{400, "Mandatory parameter Contract_MarketAgreement.Type is missing", verdict{Kind: "BadRequest", Fault: MissingParameter, Parameter: "Contract_MarketAgreement.Type"}},
		{400, "Input parameter does not exist: curveType.", verdict{Kind: "BadRequest", Fault: UnknownParameter, Parameter: "curveType"}},
		{400, "Delivered time interval is not valid for this Data item.", verdict{Kind: "BadRequest", Fault: InvalidInterval}},
		{400, "PsrType B25 is not valid for this area", verdict{Kind: "BadRequest", Fault: InvalidForArea}},
		{400, "Bad request message from API", verdict{Kind: "BadRequest", Fault: OtherFault}},
		{200, "Something new", verdict{Kind: "BadRequest", Fault: OtherFault}},
		{404, "Something new", verdict{Kind: "BadRequest", Fault: OtherFault}},
		{200, "", verdict{Kind: "BadRequest", Fault: OtherFault}},

		// Token and ban.
		{401, "Authentication failed.", verdict{Kind: "Token"}},
		{400, "Invalid security token", verdict{Kind: "Token"}},
		{200, "Unauthorized. Missing or invalid security token", verdict{Kind: "Token"}},
		{429, "Authentication failed.", verdict{Kind: "Banned", Until: defaultBan}},
		{503, "Internal server error", verdict{Kind: "Unavailable"}},
	} {
		err := classify(Reply{Status: test.status, Reason: test.text}, acknowledgementContent, noon)
		if got := verdictOn(err); got != test.want {
			t.Errorf("%d %q: got %+v, want %+v", test.status, test.text, got, test.want)
		}
	}
}

func TestClassifyOtherAnswers(t *testing.T) {
	const page = "<!DOCTYPE html><html><head><title>503</title><style>p{}</style></head><body><h1>Service Temporarily Unavailable</h1></body></html>"
	for _, test := range []struct {
		status int
		body   string
		want   verdict
	}{
		{429, "", verdict{Kind: "Banned", Until: defaultBan}},
		{429, "<html><body><p>Requester banned until '2026-10-01T12:06:54.500Z'.</p></body></html>", verdict{Kind: "Banned", Until: 6*time.Minute + 54500*time.Millisecond}},
		{403, "<html><body><p>Requester banned until '2026-10-01T11:00:00.000Z'.</p></body></html>", verdict{Kind: "Banned", Until: time.Second}},
		{200, "<html><body><p>Requester banned until '2036-10-01T11:00:00Z'.</p></body></html>", verdict{Kind: "Banned", Until: longestBan}},
		{429, "<html><body><p>Requester banned until 'tomorrow'.</p></body></html>", verdict{Kind: "Banned", Until: defaultBan}},
		{200, "HTTP Status 429 - TOO MANY REQUESTS: Max allowed requests per minute from each unique IP is max up to 400 only", verdict{Kind: "Banned", Until: defaultBan}},
		{401, "", verdict{Kind: "Token"}},
		{401, page, verdict{Kind: "Token"}},
		{200, "<html><head><title>Error</title></head><body>Unauthorized. Missing or invalid security token</body></html>", verdict{Kind: "Token"}},
		{503, "", verdict{Kind: "Unavailable"}},
		{503, page, verdict{Kind: "Unavailable"}},
		{502, `<?xml version="1.0"?><error>bad gateway</error>`, verdict{Kind: "Unavailable"}},
		{504, "upstream request timeout", verdict{Kind: "Unavailable"}},
		{404, "404 page not found\n", verdict{Kind: "Unavailable"}},
		{404, page, verdict{Kind: "Unavailable"}},
		{403, `{"message":"forbidden"}`, verdict{Kind: "Unavailable"}},
		{400, page, verdict{Kind: "Unavailable"}},
		{400, "", verdict{Kind: "Unavailable"}},
		{400, "Input parameter does not exist: x", verdict{Kind: "BadRequest", Fault: UnknownParameter, Parameter: "x"}},
		{400, `{"status":400,"error":"Bad Request"}`, verdict{Kind: "BadRequest", Fault: OtherFault}},
		{204, "", verdict{Kind: "Unavailable"}},
		{304, "", verdict{Kind: "Unavailable"}},
		{206, "<GL_MarketDocument></GL_MarketDocument>", verdict{Kind: "Unavailable"}},
		{200, "", verdict{Kind: "Unavailable"}},
		{200, " \r\n", verdict{Kind: "Unavailable"}},
		{200, page, verdict{Kind: "Unavailable"}},
		{200, "<HTML><body>Welcome</body></HTML>", verdict{Kind: "Unavailable"}},
		{200, "404 page not found", verdict{Kind: "Unavailable"}},
		{200, "Scheduled maintenance is currently underway. Please check back soon.", verdict{Kind: "Unavailable"}},
		{200, `{"data":[]}`, verdict{Kind: "UnknownAnswer"}},
		{200, "MTU,price\n1,2\n", verdict{Kind: "UnknownAnswer"}},
		{200, "\x00\x01\x02", verdict{Kind: "UnknownAnswer"}},
	} {
		client := New(PlatformURL, "SECRET-TOKEN")
		client.Now = func() time.Time { return noon }
		err := client.refusal(t.Context(), Reply{Status: test.status}, contentOf([]byte(test.body)), []byte(test.body))
		if got := verdictOn(err); got != test.want {
			t.Errorf("%d %.60q: got %+v, want %+v", test.status, test.body, got, test.want)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	for header, want := range map[string]time.Duration{
		"": 0, "0": 0, "120": 2 * time.Minute, "-5": 0, "soon": 0, "99999999999999": 0,
		"Thu, 01 Oct 2026 12:05:00 GMT": 5 * time.Minute,
		"Thu, 01 Oct 2026 11:05:00 GMT": 0,
	} {
		if got := retryAfter(header, noon); got != want {
			t.Errorf("Retry-After: %s: got %s, want %s", header, got, want)
		}
	}
	banned := classify(Reply{Status: 429, RetryAfter: time.Minute}, emptyContent, noon)
	if got := verdictOn(banned).Until; got != time.Minute {
		t.Errorf("banned for %s, want 1m0s as Retry-After says", got)
	}
}

// A message is all that most people see of an answer.
func TestMessages(t *testing.T) {
	reply := Reply{Status: 400, ContentType: "application/json", Bytes: 12, Reason: "The words"}
	for want, err := range map[string]error{
		"no data: The words":                            &NoDataError{reply},
		"window longer than P1M: The words":             &TooLongError{reply, "P1M"},
		"window too long: The words":                    &TooLongError{reply, ""},
		"342 instances, 200 allowed: The words":         &TooManyError{reply, 342, 200},
		"too many instances: The words":                 &TooManyError{reply, 0, 0},
		"request refused, unknown parameter: The words": &BadRequestError{reply, UnknownParameter, "x"},
		"request refused: The words":                    &BadRequestError{reply, OtherFault, ""},
		"HTTP 400, the platform does not accept the token (see ENTSOE_API_TOKEN; access to a new one may take days): The words": &TokenError{reply},
		"banned by the platform until 2026-10-01T12:00:00Z: The words":                                                          &BannedError{reply, noon},
		"platform unavailable, HTTP 400: The words":                                                                             &UnavailableError{Reply: reply},
		"platform unavailable: dial tcp: refused":                                                                               &UnavailableError{Cause: errors.New("dial tcp: refused")},
		"HTTP 400, redirect to https://other.example is not followed (see ENTSOE_API_URL): The words":                           &RedirectError{reply, "https://other.example"},
		"answer is larger than 256 MiB received":                                                                                &TooLargeError{reply, 256 << 20, received},
		"answer is larger than 3 KiB unpacked":                                                                                  &TooLargeError{reply, 3 << 10, document.Unpacked},
		"answer is larger than 1001 bytes unpacked":                                                                             &TooLargeError{reply, 1001, document.Unpacked},
		"answer has more than 20000 ZIP entries":                                                                                &TooLargeError{reply, 20000, document.Entries},
		"unknown answer, HTTP 400, application/json, 12 bytes: The words":                                                       &UnknownAnswerError{reply, nil},
	} {
		if err.Error() != want {
			t.Errorf("got  %s\nwant %s", err, want)
		}
		if got, ok := ReplyOf(err); !ok || got.Bytes != 12 && got.Status != 0 {
			t.Errorf("%s: no reply", err)
		}
	}
	if _, ok := ReplyOf(errors.New("other")); ok {
		t.Error("an error of another origin has a reply")
	}
}

func TestLongReasonIsCut(t *testing.T) {
	client := New(PlatformURL, "SECRET-TOKEN")
	body := []byte("<html><body>" + strings.Repeat("ä", 600) + "</body></html>")
	reply, _ := ReplyOf(client.refusal(t.Context(), Reply{Status: 503}, htmlContent, body))
	if len(reply.Reason) > keptReason || !strings.HasSuffix(reply.Reason, "ä…") {
		t.Errorf("reason of %d bytes ends with %q", len(reply.Reason), reply.Reason[len(reply.Reason)-8:])
	}
	if !cmp.Equal(reply.Body, body) {
		t.Error("the page is not kept")
	}
}

// recorded returns the folder of recorded answers. Without one the test is
// skipped.
func recorded(t *testing.T) string {
	t.Helper()
	folder := os.Getenv("FIXTURES_DIR")
	if folder == "" {
		t.Skip("FIXTURES_DIR is not set: it names the folder of recorded answers")
	}
	return folder
}

// Every recorded acknowledgement is a "no data", but for four that others wrote
// by hand.
func TestRecordedAcknowledgements(t *testing.T) {
	others := map[string]verdict{
		"42.xml": {Kind: "BadRequest", Fault: OtherFault},
		"43.xml": {Kind: "TooMany", Found: 400, Allowed: 200},
		"44.xml": {Kind: "Unavailable"},
	}
	files, err := filepath.Glob(filepath.Join(recorded(t), "acknowledgement", "*.xml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no recorded acknowledgements: %v", err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want, other := others[filepath.Base(file)]
		if !other {
			want = verdict{Kind: "NoData"}
		}
		address := serve(t, func(conn net.Conn, _ *http.Request) { respond("200 OK", "", string(body))(conn, "") })
		_, err = fetchAll(testClient(address), t.Context(), askLoad, open)
		if err == nil {
			t.Errorf("%s: no error", file)
			continue
		}
		if got := verdictOn(err); got != want {
			t.Errorf("%s: got %+v, want %+v", file, got, want)
		}
		if reply, _ := ReplyOf(err); strings.ContainsAny(reply.Reason, "<\n\t") || reply.Reason == "" {
			t.Errorf("%s: reason %q", file, reply.Reason)
		}
	}
}
