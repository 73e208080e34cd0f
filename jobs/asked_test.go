package jobs

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"entsoed/entsoe"
	"entsoed/entsoe/document"
	"entsoed/entsoe/simulator"
	"entsoed/jobs/answer"
	"entsoed/timeseries"
)

// TestSimulatedAnswersAreWhatWasAsked: whatever is asked of the simulator, nothing
// in its answer belongs to another question.
func TestSimulatedAnswersAreWhatWasAsked(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.November, 22, 14, 0, 0, 0, time.UTC)
	sim := simulator.New(simulator.Config{Seed: 7, Unlimited: true, Now: simulator.Clock(now, 0), Faults: []simulator.Fault{
		{Kind: simulator.FaultLimit, Value: "P9Y"}, {Kind: simulator.FaultInstances, Value: "1000000"}}})
	answered := map[string]bool{}
	for _, item := range entsoe.Items() {
		for i := range item.Variants {
			item.Variants[i].OnDemand = false
		}
		tried := map[string]int{}
		for _, feed := range entsoe.CandidateFeeds([]entsoe.Item{item}, entsoe.Areas()) {
			if tried[feed.Variant]++; tried[feed.Variant] > 8 {
				continue
			}
			one, _ := item.For(feed.Variant)
			day := entsoe.MarketDay.Start(now.AddDate(0, 0, -100), feed.Zone())
			window := one.Widen(timeseries.Window{From: day, To: day.AddDate(0, 0, 1)}, feed.Zone())
			if readSimulated(t, sim, answer.Question{Feed: feed, Item: one, Window: window, Zone: feed.Zone()}) {
				answered[item.Name] = true
			}
		}
	}
	if len(answered) < 55 {
		t.Errorf("only %d items were answered", len(answered))
	}
}

// readSimulated asks and reads, and reports whether there was data.
func readSimulated(t *testing.T, sim *simulator.Simulator, q answer.Question) bool {
	t.Helper()
	request, err := entsoe.NewRequest(q.Feed, q.Window)
	if err != nil {
		t.Fatal(err)
	}
	request.Params.Set("securityToken", "any")
	w := httptest.NewRecorder()
	sim.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api?"+request.Params.Encode(), nil))
	body := w.Body.Bytes()
	if w.Code != http.StatusOK || bytes.Contains(body, []byte("<Acknowledgement_MarketDocument")) {
		return false
	}
	documents := [][]byte{body}
	if document.IsZIP(body) {
		if documents, err = document.Unzip(t.Context(), body, 64<<20); err != nil {
			t.Fatal(err)
		}
	}
	read := answer.NewReader(q)
	for _, text := range documents {
		if _, err := read.Read(t.Context(), bytes.NewReader(text)); err != nil {
			t.Errorf("%v: %v", q.Feed, err)
		}
	}
	if got, err := read.Answer(); err != nil || len(got.Faults) > 0 {
		t.Errorf("%v: %v, faults %+v", q.Feed, err, got.Faults)
	}
	return true
}
