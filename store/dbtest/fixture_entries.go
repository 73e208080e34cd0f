package dbtest

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

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

// SaveEntries saves an answer of entries in a transaction of its own.
func SaveEntries(ctx context.Context, db *store.DB, a store.Answer) (saved store.Saved, err error) {
	if err := db.SaveCurves(ctx, a.Entries); err != nil {
		return saved, err
	}
	err = pgx.BeginFunc(ctx, db.Pool, func(tx pgx.Tx) error {
		saved, err = db.Save(ctx, tx, a)
		return err
	})
	return saved, err
}

func MustSaveEntries(t testing.TB, db *store.DB, a store.Answer) store.Saved {
	t.Helper()
	if a.Asked.Empty() {
		a.Asked = Window(0, 24)
	}
	saved, err := SaveEntries(t.Context(), db, a)
	if err != nil {
		t.Fatal(err)
	}
	return saved
}
