package schema_test

import (
	"testing"

	"entsoed/store/dbtest"
)

// Units as people write them: of prices what the document says that they are per, if
// it does and that can be, and of sums of money nothing.
func TestUnitTitle(t *testing.T) {
	db := openAs(t, dbtest.New(t, dbtest.Catalogue()))
	const (
		perEnergy   = "currency/MWh (EUR, PLN ...)"
		perCapacity = "MW and currency/MW per hour"
		total       = "currency (EUR ...)"
	)
	for _, test := range []struct{ unit, currency, item, want string }{
		{"MAW", "", "MW", "MW"},
		{"MWH", "", "MWh (of some areas MW, column unit)", "MWh"},
		{"MAW", "", "MWh (of some areas MW, column unit)", "MW"},
		{"", "", "MWh", "MWh"},
		{"", "", "none", ""},
		{"HTZ", "", "MW, Hz or a number (column unit)", "Hz"},
		{"P1", "", "MW", "%"},
		{"XYZ", "", "MW", "XYZ"},
		{"MWH", "PLN", perEnergy, "PLN/MWh"},
		{"", "EUR", perEnergy, "EUR/MWh"},
		{"EUR", "EUR", perEnergy, "EUR/MWh"}, // as recorded
		{"MAW", "", perCapacity, "MW"},
		{"MAW", "EUR", perCapacity, "EUR/MW per hour"},
		{"MWH", "EUR", perCapacity, "EUR/MWh"}, // as recorded
		{"", "EUR", perCapacity, "EUR/MW per hour"},
		{"MAW", "EUR", "MW and currency/MW", "EUR/MW"},
		{"", "EUR", total, "EUR"},
		{"MWH", "HUF", total, "HUF"},
		{"", "EUR", "MW and currency", "EUR"},
	} {
		got := dbtest.QueryOne[string](t, db, `select coalesce(entsoe.unit_title(nullif($1, ''), nullif($2, ''), $3), '')`, test.unit, test.currency, test.item)
		if got != test.want {
			t.Errorf("unit %q, currency %q of an item in %q: %q, want %q", test.unit, test.currency, test.item, got, test.want)
		}
	}
}
