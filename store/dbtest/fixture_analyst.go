package dbtest

import (
	"fmt"

	"entsoed/store/schema"
)

// AnalystZones are the zones of the analysts' database. Those with quarter hours have them in load,
// generation and imbalance prices, the others hours; those with two auctions have
// prices of sequence 1 and 2.
var AnalystZones = []struct {
	EIC, Code, Zone string
	Quarters, Rival bool
}{
	{Germany, "DE_LU", "Europe/Berlin", true, true},
	{Austria, "AT", "Europe/Vienna", true, true},
	{France, "FR", "Europe/Paris", false, false},
	{Poland, "PL", "Europe/Warsaw", false, false},
	{"10YNL----------L", "NL", "Europe/Amsterdam", true, false},
	{"10YBE----------2", "BE", "Europe/Brussels", false, false},
	{"10YES-REE------0", "ES", "Europe/Madrid", false, false},
	{"10YCZ-CEPS-----N", "CZ", "Europe/Prague", false, false},
	{"10YFI-1--------U", "FI", "Europe/Helsinki", false, false},
	{"10YPT-REN------W", "PT", "Europe/Lisbon", false, false},
}

// AnalystTypes are the types of production in it.
var AnalystTypes = []string{"B04", "B10", "B12", "B14", "B16", "B19"}

// AnalystCatalogue has the items that analysts ask for most, shown as the real ones are.
func AnalystCatalogue() schema.Options {
	var opts schema.Options
	item := func(name, unit string, spec schema.ViewSpec) {
		spec.Item = name
		opts.Items = append(opts.Items, schema.ItemRow{Name: name, Title: name, Article: "-", Unit: unit, Meaning: "-"})
		opts.Views = append(opts.Views, spec)
	}
	item("actual_total_load", "MW", schema.ViewSpec{Value: "mw", Columns: []string{"resolution"}})
	item("day_ahead_total_load_forecast", "MW", schema.ViewSpec{Value: "mw", Columns: []string{"resolution"}})
	item("day_ahead_prices", "currency/MWh", schema.ViewSpec{Value: "price", Columns: []string{"currency", "sequence", "resolution"}, Best: true})
	item("actual_generation_per_production_type", "MW", schema.ViewSpec{Value: "mw", Wide: []schema.ViewColumn{{Name: "solar", Path: "B16"}, {Name: "wind", Path: "B19"}}, Columns: []string{"psr_type", "side", "resolution"}})
	item("wind_solar_forecast_day_ahead", "MW", schema.ViewSpec{Value: "mw", Columns: []string{"psr_type", "resolution"}})
	item("cross_border_physical_flows", "MW", schema.ViewSpec{Value: "mw", Border: true, Columns: []string{"counter_area", "resolution"}})
	item("imbalance_prices", "currency/MWh", schema.ViewSpec{Value: "price", Columns: []string{"price_category", "currency", "resolution"}})
	for _, z := range AnalystZones {
		opts.Areas = append(opts.Areas, schema.AreaRow{EIC: z.EIC, Code: z.Code, Name: z.Code, Kinds: []string{"BZN"}, TimeZone: z.Zone})
	}
	for i, code := range AnalystTypes {
		opts.Codes = append(opts.Codes, schema.CodeRow{List: "psrType", Code: code, Title: fmt.Sprintf("Kind %d", i)})
	}
	addSparse(&opts)
	return opts
}

// Items and areas of which a database has little, but many of them.
const (
	sparseItems = 50
	sparseAreas = 60
)

// addSparse adds to a catalogue as many items and places as the real one has.
func addSparse(opts *schema.Options) {
	for n := range sparseAreas {
		opts.Areas = append(opts.Areas, schema.AreaRow{EIC: sparseArea(n), Code: fmt.Sprintf("S_%d", n), Kinds: []string{"BZN"}, TimeZone: "Europe/Paris"})
	}
	for i := range sparseItems {
		item := fmt.Sprintf("sparse_%d", i)
		opts.Items = append(opts.Items, schema.ItemRow{Name: item, Title: item, Article: "-", Unit: "MW", Meaning: "-", Since: "2014-12-01"})
		opts.Variants = append(opts.Variants, schema.VariantRow{Item: item, Axis: "delivery", Unit: []string{"instant", "day", "month"}[i%3], Backfilled: true, LatestClock: "1 hour"})
		for n := range sparseAreas {
			opts.Places = append(opts.Places, schema.PlaceRow{Item: item, Area: sparseArea(n), Name: fmt.Sprintf("S_%d", n), TimeZone: "Europe/Paris"})
		}
	}
}

func sparseArea(n int) string { return fmt.Sprintf("10YSPARSE-%06d", n) }
