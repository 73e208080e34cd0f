package document

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entsoed/entsoe"
	"entsoed/entsoe/simulator"
	"entsoed/timeseries"
)

// simulatedNow is what the clocks of the simulators of these tests show.
var simulatedNow = time.Date(2026, time.November, 22, 14, 0, 0, 0, time.UTC)

// simulated makes a simulator whose clock stands still and that has no limits.
func simulated(seed uint64, restless bool) *simulator.Simulator {
	return simulator.New(simulator.Config{
		Seed: seed, Restless: restless, Unlimited: true, Now: simulator.Clock(simulatedNow, 0),
		Faults: []simulator.Fault{{Kind: simulator.FaultLimit, Value: "P9Y"}, {Kind: simulator.FaultInstances, Value: "1000000"}},
	})
}

// simulatedDocuments asks for a query and returns the documents of the answer,
// none if there is no data.
func simulatedDocuments(t *testing.T, s *simulator.Simulator, query string) [][]byte {
	t.Helper()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api?securityToken=any&"+query, nil))
	if w.Code != http.StatusOK || bytes.Contains(w.Body.Bytes(), []byte("<Acknowledgement_MarketDocument")) {
		return nil
	}
	return unpacked(t, w.Body.Bytes())
}

// feedDocuments asks for a window of a feed.
func feedDocuments(t *testing.T, s *simulator.Simulator, feed entsoe.Feed, w timeseries.Window) [][]byte {
	t.Helper()
	request, err := entsoe.NewRequest(feed, w)
	if err != nil {
		t.Fatal(err)
	}
	return simulatedDocuments(t, s, request.Params.Encode())
}

// simulatedFeeds returns up to n feeds of each item and variant that publish
// curves in a simulator, those of variants on demand included.
func simulatedFeeds(t *testing.T, s *simulator.Simulator, n int) (feeds []entsoe.Feed) {
	t.Helper()
	items := entsoe.Items()
	for i := range items {
		items[i].Variants = slices.Clone(items[i].Variants)
		for j := range items[i].Variants {
			items[i].Variants[j].OnDemand = false
		}
	}
	count := map[[2]string]int{}
	for _, feed := range entsoe.CandidateFeeds(items, entsoe.Areas()) {
		item, _ := entsoe.ItemByName(feed.Item)
		key := [2]string{feed.Item, feed.Variant}
		if count[key] == n || item.Shape == timeseries.ShapeDocuments || item.Shape == timeseries.ShapeRegister {
			continue
		}
		day := timeseries.Window{From: simulatedNow.AddDate(0, 0, -9).Truncate(time.Hour), To: simulatedNow.AddDate(0, 0, -8).Truncate(time.Hour)}
		if len(feedDocuments(t, s, feed, published(feed, day))) > 0 {
			feeds = append(feeds, feed)
			count[key]++
		}
	}
	return feeds
}

// published moves a window to where an archive has data.
func published(feed entsoe.Feed, w timeseries.Window) timeseries.Window {
	if strings.HasSuffix(feed.Item, "_archive") {
		return timeseries.Window{From: w.From.AddDate(0, -5, 0), To: w.To.AddDate(0, -5, 0)}
	}
	return w
}

// TestDecodeSimulated compares the decoder with the oracle on what the simulator
// writes for a feed of every item and variant, over changes of the clock and of
// the year; and the catalogue accepts the Periods as an answer to what was asked.
func TestDecodeSimulated(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: asks every feed, which takes half a minute")
	}
	t.Parallel()
	s := simulated(3, false)
	documents := 0
	for _, feed := range simulatedFeeds(t, s, 1) {
		item, _ := entsoe.ItemByName(feed.Item)
		item, _ = item.For(feed.Variant)
		for _, days := range []string{"2026-03-28T23:00Z/2026-03-29T22:00Z", "2026-10-24T22:00Z/2026-10-25T22:00Z", "2026-11-01T00:00Z/2026-11-01T13:30Z", "2025-12-30T23:00Z/2026-01-03T23:00Z"} {
			asked := item.Widen(published(feed, window(t, days)), feed.Zone())
			for _, body := range feedDocuments(t, s, feed, asked) {
				documents++
				compareSimulated(t, item, feed, asked, body)
			}
		}
	}
	if documents < 200 {
		t.Errorf("only %d documents", documents)
	}
}

func window(t *testing.T, text string) timeseries.Window {
	t.Helper()
	from, to, _ := strings.Cut(text, "/")
	w := timeseries.Window{}
	var err1, err2 error
	w.From, err1 = time.Parse("2006-01-02T15:04Z", from)
	w.To, err2 = time.Parse("2006-01-02T15:04Z", to)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return w
}

func compareSimulated(t *testing.T, item entsoe.Item, feed entsoe.Feed, asked timeseries.Window, body []byte) {
	t.Helper()
	want, err := oracle(bytes.NewReader(body), entsoe.Zone)
	if err != nil {
		t.Fatalf("%v %s: %v", feed, asked, err)
	}
	_, got, err := decodeWhole(bytes.NewReader(body))
	if err != nil {
		t.Fatalf("%v %s: %v", feed, asked, err)
	}
	if len(want.Records) == 0 || !slices.EqualFunc(want.Rows, got.Rows, sameRow) || !cmp.Equal(want.Records, got.Records, comparing) {
		t.Errorf("%v %s: %d rows and %d records, the oracle reads %d and %d, or not the same", feed, asked, len(got.Rows), len(got.Records), len(want.Rows), len(want.Records))
	}
	_, err = Decode(context.Background(), bytes.NewReader(body), entsoe.Zone, Visitor{Curve: accepting(t, item, feed, asked)})
	if err != nil {
		t.Errorf("%v %s: %v", feed, asked, err)
	}
}

// accepting demands that the catalogue accepts every Period.
func accepting(t *testing.T, item entsoe.Item, feed entsoe.Feed, asked timeseries.Window) func(Header, *Curve) error {
	return func(_ Header, c *Curve) error {
		if !item.Accepts(asked, c.Period, feed.Zone()) {
			t.Errorf("%v: asked %s, Period %s is not accepted", feed, asked, c.Period)
		}
		return nil
	}
}

// A restless simulator still answers every feed with documents that belong to
// the question.
func TestDecodeRestless(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: asks every feed, which takes half a minute")
	}
	t.Parallel()
	s := simulated(3, true)
	documents := 0
	for _, feed := range simulatedFeeds(t, s, 1) {
		item, _ := entsoe.ItemByName(feed.Item)
		item, _ = item.For(feed.Variant)
		asked := item.Widen(timeseries.Window{From: simulatedNow.AddDate(0, 0, -9), To: simulatedNow}, feed.Zone())
		for _, body := range feedDocuments(t, s, feed, asked) {
			documents++
			if _, err := Decode(context.Background(), bytes.NewReader(body), entsoe.Zone, Visitor{Curve: accepting(t, item, feed, asked)}); err != nil {
				t.Errorf("%v: %v", feed, err)
			}
		}
	}
	if documents < 30 {
		t.Errorf("only %d documents", documents)
	}
}

// Items that are kept as series never have two values of one key and instant
// in an answer, but for the curves that the platform sends twice, which are
// equal. Some lists do: that is why they are lists.
func TestSeriesHaveNoDoubles(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: asks every feed, which takes half a minute")
	}
	t.Parallel()
	s := simulated(4, false)
	asked := window(t, "2026-11-13T23:00Z/2026-11-15T23:00Z")
	lists := map[string]bool{}
	for _, feed := range simulatedFeeds(t, s, 2) {
		item, _ := entsoe.ItemByName(feed.Item)
		double := doubleOf(t, feedDocuments(t, s, feed, published(feed, asked)))
		switch {
		case item.Shape == timeseries.ShapeList && double != "":
			lists[feed.Item] = true
		case item.Shape == timeseries.ShapeSeries && double != "":
			t.Errorf("%v: %s", feed, double)
		}
	}
	for _, name := range []string{"balancing_energy_bids", "procured_balancing_capacity"} {
		if !lists[name] {
			t.Errorf("%s has no values of equal keys", name)
		}
	}
}

// doubleOf describes a key and instant that have two different values; "" if
// none has.
func doubleOf(t *testing.T, documents [][]byte) (found string) {
	t.Helper()
	values := map[string]float64{}
	visit := Visitor{Curve: func(_ Header, c *Curve) error {
		keys := make([]string, len(c.Elements))
		for i, e := range c.Elements {
			all := maps.Clone(c.Attributes)
			maps.Copy(all, e.Attributes)
			all[timeseries.Quantity], all[timeseries.Unit], all[timeseries.Currency] = e.Path, e.Unit, e.Currency
			keys[i] = all.Key()
		}
		for _, v := range c.Values {
			name := fmt.Sprintf("%s %s at %d", keys[v.Element], c.Resolution, v.At)
			if before, ok := values[name]; ok && before != v.Value {
				found = fmt.Sprintf("%s is %v and %v", name, before, v.Value)
			}
			values[name] = v.Value
		}
		return nil
	}}
	for _, body := range documents {
		if _, err := Decode(context.Background(), bytes.NewReader(body), entsoe.Zone, visit); err != nil {
			t.Error(err)
		}
	}
	return found
}
