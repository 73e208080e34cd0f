package simulator

import (
	"bytes"
	"fmt"
	"maps"
	"strings"
	"testing"

	"entsoed/entsoe"
	decoder "entsoed/entsoe/document"
	"entsoed/timeseries"
)

// Items that are kept as series never have two values of one key and instant
// in an answer, but for the curves that the platform sends twice, which are
// equal. Some lists do: that is why they are lists.
func TestSeriesHaveNoDoubles(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: asks every feed, which takes half a minute")
	}
	t.Parallel()
	now := at("2026-11-22T14:00:00Z")
	s := New(Config{Seed: 4})
	year := timeseries.Window{From: now.AddDate(0, -11, 0), To: now}
	asked := timeseries.Window{From: at("2026-11-13T23:00:00Z"), To: at("2026-11-15T23:00:00Z")}
	lists := make(map[string]bool)
	for _, feed := range publishing(t, s, 2, year, now) {
		item, _ := entsoe.ItemByName(feed.Item)
		w := asked
		if strings.HasSuffix(feed.Item, "_archive") {
			w.From, w.To = w.From.AddDate(0, -5, 0), w.To.AddDate(0, -5, 0)
		}
		r, wrong := replied(t, s, feed, w, now)
		if wrong != nil {
			continue
		}
		doubles := doublesOf(t, curves(r.papers))
		switch {
		case item.Shape == entsoe.List && doubles != "":
			lists[feed.Item] = true
		case item.Shape == entsoe.Series && doubles != "":
			t.Errorf("%v: %s", feed, doubles)
		}
	}
	for _, name := range []string{"balancing_energy_bids", "procured_balancing_capacity"} {
		if !lists[name] {
			t.Errorf("%s has no values of equal keys", name)
		}
	}
}

// doublesOf decodes documents and describes a key and instant that have two
// different values; "" if none has.
func doublesOf(t *testing.T, documents []*document) (found string) {
	t.Helper()
	values := make(map[string]float64)
	for _, d := range documents {
		var body bytes.Buffer
		d.write(newWriter(&body))
		visitor := decoder.Visitor{Curve: func(h decoder.Header, c *decoder.Curve) error {
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
		if _, err := decoder.Decode(&body, entsoe.Zone, visitor); err != nil {
			t.Error(err)
		}
	}
	return found
}
