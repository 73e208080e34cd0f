package world

import (
	"math"
	"testing"
	"time"

	"entsoed/entsoe"
	"entsoed/timeseries"
)

// The consumption of the bidding zones of Europe is that of its countries,
// whichever zones there are at the time. The United Kingdom publishes as Great
// Britain and Northern Ireland, and the former no longer.
func TestZonesAddUpToCountries(t *testing.T) {
	places := Places(7)
	for _, day := range []string{"2015-07-01", "2018-09-30", "2018-10-01", "2019-12-31", "2020-12-31", "2021-01-01", "2022-09-21", "2022-09-22", "2026-01-15"} {
		at, _ := localDate(day, entsoe.Brussels())
		at = at.Add(11 * time.Hour)
		window := timeseries.Window{From: at, To: at.Add(time.Hour)}
		consumption := func(eic string) float64 {
			p := places[eic]
			if p == nil || p.Known == nil { // it publishes no load
				return 0
			}
			return NewWorld(p, window).Consumption(at.Unix())
		}
		var zones, countries float64
		for _, z := range entsoe.Tiles() {
			if z.ValidAt(at) && z.Code != "GB" {
				zones += consumption(z.EIC)
			}
		}
		for _, a := range entsoe.Areas() {
			if a.Has([]string{"CTY"}) || a.Code == "NIE" {
				countries += consumption(a.EIC)
			}
		}
		if zones < 100_000 || math.Abs(zones-countries) > 0.001 {
			t.Errorf("%s: the zones consume %.0f MW, the countries %.0f", day, zones, countries)
		}
	}
}
