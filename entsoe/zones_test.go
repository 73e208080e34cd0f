package entsoe

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// Every bidding zone of the platform is a tile, but for those that are virtual or
// have tiles as their parts.
func TestEveryBiddingZoneIsATileOrNone(t *testing.T) {
	none := strings.Fields(`CZ_DE_SK DK_1_NO_1 10YDK-1-------AA GB_ELECLINK GB_IFA GB_IFA2 IT_GR IT_MALTA
		IT_NORD_AT IT_NORD_CH IT_NORD_FR IT_NORD_SI IT_SACO_AC IT_SACO_DC NO_1A NO_2A NO_2_NSL UA`)
	tiles := map[string]Tile{}
	for _, z := range Tiles() {
		if _, twice := tiles[z.Code]; twice || !wellFormedEIC(z.EIC) || !z.Has(biddingZones) || z.Publishes == MarketOnly {
			t.Errorf("%s stands twice, or is no bidding zone of its own", z.Code)
		}
		tiles[z.Code] = z
	}
	for _, a := range Areas() {
		if _, tile := tiles[a.Code]; a.Has(biddingZones) && tile == slices.Contains(none, a.Code) {
			t.Errorf("%s: a tile: %t", a.Code, tile)
		}
	}
}

// At every change and between them, a country is covered by the zones that it
// consisted of, and by no other: none is missing, and none lies in another.
func TestTilesCoverEachCountryOnce(t *testing.T) {
	italy := "IT_CNOR IT_CSUD IT_NORD IT_SARD IT_SICI IT_SUD"
	want := []struct{ country, from, zones string }{
		{"AT", "", "DE_AT_LU"}, {"AT", "2018-10-01", "AT"},
		{"DE", "", "DE_AT_LU"}, {"DE", "2018-10-01", "DE_LU"},
		{"LU", "", "DE_AT_LU"}, {"LU", "2018-10-01", "DE_LU"},
		{"DK", "", "DK_1 DK_2"},
		{"GB", "", "GB IE_SEM"},
		{"IE", "", "IE_SEM"},
		{"IT", "", italy + " IT_BRNN IT_FOGN IT_PRGP IT_ROSN"},
		{"IT", "2020-01-01", italy + " IT_BRNN IT_PRGP IT_ROSN"},
		{"IT", "2021-01-01", italy + " IT_CALA"},
		{"NO", "", "NO_1 NO_2 NO_3 NO_4 NO_5"},
		{"RU", "", "RU RU_KGD"},
		{"SE", "", "SE_1 SE_2 SE_3 SE_4"},
		{"UA", "", "UA_BEI UA_DOBTPP UA_IPS"}, {"UA", "2022-09-22", "UA_DOBTPP UA_IPS"},
		{"AM", "", "10Y1001A1001B004"}, {"AZ", "", "10Y1001A1001B05V"},
	}
	at := func(country string, when time.Time) string {
		zones := country // its own zone
		for _, w := range want {
			if w.country == country && !midnight(w.from, areaOf(country).Location()).After(when) {
				zones = w.zones
			}
		}
		return zones
	}
	var times []time.Time
	countries := map[string]bool{}
	for _, a := range Areas() {
		if a.Has([]string{"CTY"}) && a.Publishes == Everything && len(a.Code) == 2 && a.Code != "IS" { // Iceland has no zone
			countries[a.Code] = true
		}
	}
	for _, z := range Tiles() {
		for _, country := range z.Countries {
			countries[country] = true
		}
		for _, change := range []time.Time{z.From, z.Until} {
			if !change.IsZero() {
				times = append(times, change, change.Add(-time.Second), change.AddDate(0, 0, 40))
			}
		}
	}
	for _, when := range times {
		for country := range countries {
			var got []string
			for _, z := range Tiles() {
				if z.ValidAt(when) && slices.Contains(z.Countries, country) {
					got = append(got, z.Code)
				}
			}
			wanted := strings.Fields(at(country, when))
			slices.Sort(got)
			slices.Sort(wanted)
			if !slices.Equal(got, wanted) {
				t.Errorf("%s at %s: %v, want %v", country, when, got, wanted)
			}
		}
	}
}
