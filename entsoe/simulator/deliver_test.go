package simulator

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
)

// What the platform does on its bad days, to answers that are a ZIP.
func TestFaultsOfZips(t *testing.T) {
	one := unitsOf + be + "&docStatus=A13&" + updated("2026-11-20T00:00:00Z", "2026-11-22T00:00:00Z")
	many := unitsOf + be + "&" + updated("2026-11-15T00:00:00Z", "2026-11-22T00:00:00Z")
	calm := standing("2026-11-22T00:00:00Z", Config{Seed: 1})
	if n := len(messages(t, ask(calm, many))); n < 2 {
		t.Fatalf("%d documents, want several", n)
	}
	for day := 20; len(messages(t, ask(calm, one))) != 1; day-- {
		if day == 0 {
			t.Fatal("no window has one document")
		}
		one = unitsOf + be + "&docStatus=A13&" + updated(at("2026-11-01T00:00:00Z").AddDate(0, 0, day).Format("2006-01-02T15:04:05Z"), "2026-11-22T00:00:00Z")
	}
	with := func(fault, query string) (kind, body string) {
		s := standing("2026-11-22T00:00:00Z", Config{Seed: 1, Faults: []Fault{{Kind: fault}}})
		w := ask(s, query)
		return w.Header().Get("Content-Type"), w.Body.String()
	}
	if kind, body := with(FaultXML, one); kind != "text/xml" || !strings.Contains(body, "</Unavailability_MarketDocument>") {
		t.Errorf("xml: %s %.40q", kind, body)
	}
	if kind, body := with(FaultXML, many); kind != "application/zip" || !strings.HasPrefix(body, "PK") {
		t.Errorf("xml of several documents: %s %.40q", kind, body)
	}
	_, body := with(FaultRoot, many)
	for _, f := range filesOf(t, []byte(body)) {
		if bytes.Contains(f.body, []byte("Unavailability_MarketDocument")) || !bytes.Contains(f.body, []byte("</Unexpected_MarketDocument>")) {
			t.Errorf("root: %s is still known", f.name)
		}
	}
	whole := ask(calm, many).Body
	if _, half := with(FaultTruncated, many); len(half) == 0 || len(half) > whole.Len()/2+1 {
		t.Errorf("truncated: %d of %d bytes", len(half), whole.Len())
	}
}

// Items that the platform gave up are types that it no longer knows.
func TestRetiredItems(t *testing.T) {
	s := standing("2026-11-22T00:00:00Z", Config{Seed: 1})
	for _, query := range []string{
		"documentType=A82&controlArea_Domain=" + nl, "documentType=A83&controlArea_Domain=" + nl,
		"documentType=A88&acquiring_Domain=" + nl + "&connecting_Domain=" + be,
	} {
		w := ask(s, query+"&"+period("2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z"))
		want := "The combination of [DOCUMENT_TYPE=" + query[13:16] + "] is not valid, or the requested data is not allowed to be fetched via this service."
		if got := readAnswer(t, w).Reason; w.Code != http.StatusBadRequest || got != want {
			t.Errorf("%s: status %d, %q; want %q", query, w.Code, got, want)
		}
	}
}
