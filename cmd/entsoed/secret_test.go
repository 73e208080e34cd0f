package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/sethvargo/go-envconfig"

	"entsoed/entsoe/simulator"
	"entsoed/jobs"
	"entsoed/store"
	"entsoed/store/dbtest"
)

const secretToken = "SECRET-TOKEN"

// TestTokenStaysSecret drives a fetch through all that can go wrong at the
// other end, with the most talkative log, and searches all that it prints and
// stores for the token.
func TestTokenStaysSecret(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: runs the binary with everything that it writes kept, which takes a minute")
	}
	t.Parallel()
	t.Run("simulator", func(t *testing.T) {
		platform := simulator.New(simulator.Config{})
		server := httptest.NewServer(platform)
		defer server.Close()
		cfg := dbtest.New(t, jobs.Catalogue())
		allow(t, cfg.URL, 60_000)
		values := map[string]string{"delay": "1ms", "slow": "1ms", "limit": "P1D", "instances": "1", "gzip": "off"}
		kinds := slices.DeleteFunc(simulator.FaultKinds(), func(kind string) bool { return kind == simulator.FaultBan })
		for _, kind := range append(kinds, simulator.FaultBan) { // a ban keeps the rest from asking
			platform.Clear()
			if err := platform.Inject(simulator.Fault{Kind: kind, Value: values[kind]}); err != nil {
				t.Fatal(err)
			}
			before := platform.Stats().Requests
			fetchWithToken(t, cfg, server.URL+"/api", kind)
			if platform.Stats().Requests == before {
				t.Errorf("%s: nothing was asked", kind)
			}
		}
		searchTables(t, cfg.URL)
	})
	t.Run("echo", func(t *testing.T) {
		cfg := dbtest.New(t, jobs.Catalogue())
		allow(t, cfg.URL, 60_000)
		for name, handler := range echoes() {
			server := httptest.NewServer(handler)
			fetchWithToken(t, cfg, server.URL+"/api", name)
			server.Close()
			fetchWithToken(t, cfg, server.URL+"/api", name+", then gone")
		}
		searchTables(t, cfg.URL)
	})
}

// echoes are servers that repeat the question, with the token in it.
func echoes() map[string]http.HandlerFunc {
	const refusal = `<Acknowledgement_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-1:acknowledgementdocument:7:0"><Reason><code>999</code><text>Input parameter does not exist: %s</text></Reason></Acknowledgement_MarketDocument>`
	say := func(status int, format string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "/elsewhere?"+r.URL.RawQuery)
			w.WriteHeader(status)
			fmt.Fprintf(w, format, r.URL.Query().Encode())
		}
	}
	return map[string]http.HandlerFunc{
		"refusal":      say(http.StatusBadRequest, refusal),
		"unauthorised": say(http.StatusUnauthorized, refusal),
		"redirect":     say(http.StatusFound, "%s"),
		"page":         say(http.StatusOK, "<html>%s</html>"),
		"text":         say(http.StatusInternalServerError, "cannot answer %s"),
		"unknown":      say(http.StatusOK, "<Strange_Document>%s</Strange_Document>"),
	}
}

// fetchWithToken runs a fetch, and one that prints, and searches the output.
func fetchWithToken(t *testing.T, cfg store.Config, url, name string) {
	t.Helper()
	var out output
	env := environment{Stdout: &out, Stderr: &out, Lookup: envconfig.MapLookuper(map[string]string{
		"DATABASE_URL": cfg.URL, "DATABASE_TIMESCALEDB": cfg.TimescaleDB, "LOG_LEVEL": "debug",
		"ENTSOE_API_URL": url, "ENTSOE_API_TOKEN": secretToken,
	})}
	args := []string{"fetch", "actual_total_load", "--area", "FR", "--from", "2026-11-02", "--to", "2026-11-04", "--wait", "0s"}
	run(t.Context(), env, args)
	run(t.Context(), env, append(args, "--print"))
	if out.String() == "" {
		t.Errorf("%s: no output", name)
	}
	if strings.Contains(strings.ToUpper(out.String()), secretToken) {
		t.Errorf("%s: the token is in the output:\n%s", name, out.String())
	}
}

// searchTables searches all tables of both schemas, and in the documents that
// are kept of failed answers.
func searchTables(t *testing.T, url string) {
	t.Helper()
	tables := query(t, url, `select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in ('entsoe', 'river')`)
	if len(tables) < 10 {
		t.Fatalf("only %d tables", len(tables))
	}
	for _, table := range tables {
		name := table[0].(string)
		if n := query(t, url, `select count(*) from `+name+` t where t::text ilike '%`+secretToken+`%'`)[0][0].(int64); n > 0 {
			t.Errorf("the token is in %d rows of %s", n, name)
		}
	}
	documents := query(t, url, `select outcome, document from entsoe.fetches where document is not null`)
	if len(documents) == 0 {
		t.Error("no document was kept")
	}
	for _, d := range documents {
		unpacked, err := gzip.NewReader(bytes.NewReader(d[1].([]byte)))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(unpacked)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(strings.ToUpper(string(text)), secretToken) {
			t.Errorf("the token is in the document of a request with outcome %v:\n%s", d[0], text)
		}
	}
}
