package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/sethvargo/go-envconfig"

	"entsoed/jobs"
	"entsoed/store/dbtest"
)

// yearOfWeeks is a forecast of the load of a year by weeks, as the platform has sent
// one: with a week more than its Period holds. other stands in the place of the
// value of the third week.
func yearOfWeeks(other string) string {
	var b strings.Builder
	b.WriteString(`<GL_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-6:generationloaddocument:3:0"><mRID>w</mRID><revisionNumber>1</revisionNumber><type>A65</type><process.processType>A33</process.processType><createdDateTime>2024-12-20T00:00:00Z</createdDateTime>`)
	for side, business := range []string{"A60", "A61"} {
		fmt.Fprintf(&b, `<TimeSeries><mRID>%d</mRID><businessType>%s</businessType><objectAggregation>A01</objectAggregation><outBiddingZone_Domain.mRID codingScheme="A01">10YCZ-CEPS-----N</outBiddingZone_Domain.mRID><quantity_Measure_Unit.name>MAW</quantity_Measure_Unit.name><curveType>A01</curveType><Period><timeInterval><start>2024-12-29T23:00Z</start><end>2025-12-21T23:00Z</end></timeInterval><resolution>P7D</resolution>`, side+1, business)
		for week := 1; week <= 52; week++ {
			value := fmt.Sprint(5000 + 100*side + week)
			if week == 3 && side == 0 && other != "" {
				value = other
			}
			fmt.Fprintf(&b, `<Point><position>%d</position><quantity>%s</quantity></Point>`, week, value)
		}
		b.WriteString(`</Period></TimeSeries>`)
	}
	b.WriteString(`</GL_MarketDocument>`)
	return b.String()
}

// TestFetchFaults: what is good is stored, and what is not is listed below. A Point
// too many makes nothing failed; a bad value does, until the platform has mended it.
func TestFetchFaults(t *testing.T) {
	t.Parallel()
	var other atomic.Value
	other.Store("many")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, yearOfWeeks(other.Load().(string)))
	}))
	t.Cleanup(server.Close)
	cfg := dbtest.New(t, jobs.Catalogue())
	lookup := envconfig.MapLookuper(map[string]string{
		"DATABASE_URL": cfg.URL, "DATABASE_TIMESCALEDB": cfg.TimescaleDB, "ENTSOE_API_URL": server.URL, "ENTSOE_API_TOKEN": secretToken,
	})
	command := func(args ...string) (status int, out, problems string) {
		var stdout, stderr output
		status = run(t.Context(), environment{Stdout: &stdout, Stderr: &stderr, Lookup: lookup}, args)
		return status, stdout.String(), stderr.String()
	}
	fetch := []string{"fetch", "year_ahead_total_load_forecast", "--area", "CZ", "--from", "2024-12-30", "--to", "2025-12-22"}
	status, out, problems := command(append(fetch, "--json")...)
	var outcomes []fetchOutcome
	if err := json.Unmarshal([]byte(out), &outcomes); err != nil || len(outcomes) != 1 {
		t.Fatalf("%v:\n%s%s", err, out, problems)
	}
	lost := 0
	for _, f := range outcomes[0].Faults {
		if f.lost() {
			lost++
			if !strings.Contains(f.Curve, "business_type=A60") || f.AgainAt == nil || f.From.Format("2006-01-02T15:04") != "2025-01-12T23:00" || !strings.Contains(f.Position, "line 1") {
				t.Errorf("fault %+v", f)
			}
		}
	}
	if status != exitFailure || outcomes[0].Outcome != fetchedData || outcomes[0].Rows != 101 || lost != 1 || len(outcomes[0].Faults) != 3 {
		t.Errorf("exit status %d, %+v", status, outcomes[0])
	}
	_, out, _ = command("coverage", "year_ahead_total_load_forecast", "--area", "CZ", "--from", "2024-12-30", "--to", "2025-12-22")
	if !strings.Contains(out, "failed") || !strings.Contains(out, "business_type=A60") || strings.Count(out, "\n") != 2 {
		t.Errorf("coverage:\n%s", out)
	}
	other.Store("")
	status, out, problems = command(fetch...)
	if status != 0 || !strings.Contains(out, "102 rows") || strings.Count(out, "left out: ") != 2 || strings.Contains(out, "asked for again") {
		t.Errorf("exit status %d:\n%s%s", status, out, problems)
	}
}
