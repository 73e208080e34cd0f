package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/sethvargo/go-envconfig"

	"entsoed/store/dbtest"
)

// What is good of an answer is printed, and each fault is told.
func TestPrintedFaults(t *testing.T) {
	var day strings.Builder
	for position := range 24 {
		fmt.Fprintf(&day, "<Point><position>%d</position><price.amount>%s</price.amount></Point>", position+1, map[bool]string{true: "n/a", false: "5"}[position == 3])
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `<Publication_MarketDocument><type>A44</type><TimeSeries><curveType>A01</curveType><Period><timeInterval><start>2026-11-01T23:00Z</start>
<end>2026-11-02T23:00Z</end></timeInterval><resolution>PT60M</resolution>%s</Period></TimeSeries></Publication_MarketDocument>`, day.String())
	}))
	t.Cleanup(server.Close)
	cfg := dbtest.New(t)
	var out, problems output
	env := environment{Stdout: &out, Stderr: &problems, Lookup: envconfig.MapLookuper(map[string]string{
		"DATABASE_URL": cfg.URL, "DATABASE_TIMESCALEDB": cfg.TimescaleDB, "ENTSOE_API_URL": server.URL, "ENTSOE_API_TOKEN": secretToken,
	})}
	status := run(t.Context(), env, []string{"fetch", "day_ahead_prices", "--area", "FR", "--from", "2026-11-02", "--to", "2026-11-03", "--print"})
	if lines := strings.Count(out.String(), "\n"); lines != 23 || status != exitFailure || !strings.Contains(problems.String(), `price.amount "n/a" is no number; the value of 2026-11-02T02:00Z/2026-11-02T03:00Z is left out`) {
		t.Errorf("exit status %d, %d lines\n%s", status, lines, &problems)
	}
}

// All pages are printed, of whatever size; where the platform repeats one, the
// command says that there is more.
func TestPrintedPages(t *testing.T) {
	const refusal = `<Acknowledgement_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-1:acknowledgementdocument:7:0"><Reason><code>999</code><text>The number of instances (3) exceeds the allowed maximum (2) for data item X.</text></Reason></Acknowledgement_MarketDocument>`
	const prices = `<Publication_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-3:publicationdocument:7:3"><mRID>1</mRID><type>A44</type>`
	const day = `<TimeSeries><mRID>1</mRID><curveType>A03</curveType><Period><timeInterval><start>2026-11-0%dT23:00Z</start><end>2026-11-0%dT23:00Z</end></timeInterval><resolution>P1D</resolution><Point><position>1</position><price.amount>5</price.amount></Point></Period></TimeSeries>`
	for _, ignores := range []bool{false, true} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			offset, err := strconv.Atoi(r.URL.Query().Get("offset"))
			if err != nil {
				w.WriteHeader(http.StatusBadRequest)
				fmt.Fprint(w, refusal)
				return
			}
			if ignores {
				offset = 0
			}
			fmt.Fprint(w, prices)
			for n := offset; n < min(offset+2, 3); n++ {
				fmt.Fprintf(w, day, n+1, n+2)
			}
			fmt.Fprint(w, "</Publication_MarketDocument>")
		}))
		t.Cleanup(server.Close)
		cfg := dbtest.New(t)
		var out, problems output
		env := environment{Stdout: &out, Stderr: &problems, Lookup: envconfig.MapLookuper(map[string]string{
			"DATABASE_URL": cfg.URL, "DATABASE_TIMESCALEDB": cfg.TimescaleDB, "ENTSOE_API_URL": server.URL, "ENTSOE_API_TOKEN": secretToken,
		})}
		run(t.Context(), env, []string{"fetch", "day_ahead_prices", "--area", "FR", "--from", "2026-11-02", "--to", "2026-11-05", "--print"})
		lines, more := strings.Count(out.String(), "\n"), strings.Contains(problems.String(), "shorter span")
		if want := map[bool]int{false: 3, true: 2}[ignores]; lines != want || more != ignores {
			t.Errorf("offset ignored %v: %d lines, want %d; hint %v\n%s%s", ignores, lines, want, more, &out, &problems)
		}
	}
}
