package dbtest

import (
	"encoding/json"
	"testing"
	"time"

	"entsoed/store"
	"entsoed/store/schema"
	"entsoed/timeseries"
)

// Bid is a row of German bids from one hour to another; other attributes
// follow as name, value ...
func Bid(from, to, mw float64, details string, other ...string) timeseries.Entry {
	a := timeseries.Attributes{timeseries.Item: "bids", timeseries.Area: Germany, timeseries.Direction: "A01",
		timeseries.Unit: "MAW", timeseries.Resolution: "PT60M"}
	for i := 0; i+1 < len(other); i += 2 {
		a[other[i]] = other[i+1]
	}
	e := timeseries.Entry{Attributes: a, From: After(from), To: After(to), Values: map[string]float64{"quantity": mw}}
	if details != "" {
		e.Details = json.RawMessage(details)
	}
	return e
}

// OpenEnded takes the end of an entry away.
func OpenEnded(e timeseries.Entry) timeseries.Entry {
	e.To = time.Time{}
	return e
}

// BidCatalogue is the small catalogue with a list and a register.
func BidCatalogue() schema.Options {
	opts := Catalogue()
	opts.Items = append(opts.Items,
		schema.ItemRow{Name: "bids", Title: "Bids", Article: "12.3.B", Unit: "MW", Meaning: "What is offered."},
		schema.ItemRow{Name: "units", Title: "Units", Article: "-", Unit: "MW", Meaning: "What there is."})
	return opts
}

// MustSaveEntries saves an answer to the question for a day.
func MustSaveEntries(t testing.TB, db *store.DB, a store.Answer) store.Saved {
	t.Helper()
	if a.Asked.Empty() {
		a.Asked = Window(0, 24)
	}
	saved, err := Save(t.Context(), db, a)
	if err != nil {
		t.Fatal(err)
	}
	return saved
}
