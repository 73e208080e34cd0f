package store_test

import (
	"errors"
	"strings"
	"testing"

	"entsoed/store"
	"entsoed/store/dbtest"
)

// TestBackfillOfNothing: an order for which there is nothing to ask is refused in
// words, also where the catalogue knows no variant at all.
func TestBackfillOfNothing(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	variant := store.Text("A47")
	for _, test := range []struct {
		order store.BackfillOrder
		want  string
	}{
		{store.BackfillOrder{Item: "day_ahead_prices", Area: "DE_LU"}, `nothing of "day_ahead_prices" is asked of the past; entsoe.variants tells`},
		{store.BackfillOrder{Item: "day_ahead_prices", Area: "DE_LU", Variant: &variant}, `"day_ahead_prices" has no variant "A47"; entsoe.variants lists`},
		{store.BackfillOrder{Item: "day_ahead_prices", Area: "Atlantis"}, `unknown area "Atlantis"; all, names such as DE_LU`},
	} {
		test.order.From, test.order.To = "2025-03-01T00:00Z", "2025-03-02T00:00Z"
		_, err := db.EnqueueBackfill(t.Context(), db.Pool, test.order, dbtest.After(100))
		if _, wrong := errors.AsType[*store.OrderError](err); !wrong || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%+v: %v, want %s", test.order, err, test.want)
		}
	}
}
