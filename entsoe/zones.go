package entsoe

import (
	"strings"
	"time"
)

// Tile is one of the bidding zones that tile Europe: at any instant
// those that are valid cover it, and none lies within another.
type Tile struct {
	Area
	Countries   []string // ISO 3166-1 codes of the countries that it covers, wholly or in part; XK is Kosovo
	From, Until time.Time
}

// zoneTable holds the bidding zones that are tiles, with their countries;
// validity is that of the area unless it is given. Of the areas with the role BZN
// the following are none:
//
//   - virtual zones of cables, borders and market constraints, in which nobody
//     consumes: DK_1_NO_1, DK1A, GB_ELECLINK, GB_IFA, GB_IFA2, IT_GR, IT_MALTA,
//     IT_NORD_AT, IT_NORD_CH, IT_NORD_FR, IT_NORD_SI, IT_SACO_AC, IT_SACO_DC,
//     NO_1A, NO_2A, NO_2_NSL;
//   - CZ_DE_SK, the sum of Poland's neighbours at one joint border;
//   - UA, the whole of Ukraine, of which UA_IPS, UA_BEI and UA_DOBTPP are the
//     parts. Dobrotvir was an island that fed one line to Poland
//     (electricitymaps#602); Burshtyn island went into UA_IPS (electricitymaps#4617).
//
// The production poles of Italy (IT_BRNN, IT_FOGN, IT_PRGP, IT_ROSN) were zones
// beside the others, with plants and without consumption. The area of GB ends
// in 2021 because it publishes nothing since; the zone does not, because its
// neighbours go on to publish their borders with it. The area of Austria has
// always been a control area and a country, and a zone since 2018.
var zoneTable = []struct{ code, countries, from, until string }{
	{code: "AL", countries: "AL"},
	{code: "10Y1001A1001B004", countries: "AM"},
	{code: "AT", countries: "AT", from: "2018-10-01"},
	{code: "10Y1001A1001B05V", countries: "AZ"},
	{code: "BA", countries: "BA"},
	{code: "BE", countries: "BE"},
	{code: "BG", countries: "BG"},
	{code: "BY", countries: "BY"},
	{code: "CH", countries: "CH"},
	{code: "CY", countries: "CY"},
	{code: "CZ", countries: "CZ"},
	{code: "DE_AT_LU", countries: "AT DE LU"},
	{code: "DE_LU", countries: "DE LU"},
	{code: "DK_1", countries: "DK"},
	{code: "DK_2", countries: "DK"},
	{code: "EE", countries: "EE"},
	{code: "ES", countries: "ES"},
	{code: "FI", countries: "FI"},
	{code: "FR", countries: "FR"},
	{code: "GB", countries: "GB", until: open},
	{code: "GE", countries: "GE"},
	{code: "GR", countries: "GR"},
	{code: "HR", countries: "HR"},
	{code: "HU", countries: "HU"},
	{code: "IE_SEM", countries: "GB IE"}, // with Northern Ireland
	{code: "IT_BRNN", countries: "IT"},
	{code: "IT_CALA", countries: "IT"},
	{code: "IT_CNOR", countries: "IT"},
	{code: "IT_CSUD", countries: "IT"},
	{code: "IT_FOGN", countries: "IT"},
	{code: "IT_NORD", countries: "IT"},
	{code: "IT_PRGP", countries: "IT"},
	{code: "IT_ROSN", countries: "IT"},
	{code: "IT_SARD", countries: "IT"},
	{code: "IT_SICI", countries: "IT"},
	{code: "IT_SUD", countries: "IT"},
	{code: "LT", countries: "LT"},
	{code: "LV", countries: "LV"},
	{code: "MD", countries: "MD"},
	{code: "ME", countries: "ME"},
	{code: "MK", countries: "MK"},
	{code: "MT", countries: "MT"},
	{code: "NL", countries: "NL"},
	{code: "NO_1", countries: "NO"},
	{code: "NO_2", countries: "NO"},
	{code: "NO_3", countries: "NO"},
	{code: "NO_4", countries: "NO"},
	{code: "NO_5", countries: "NO"},
	{code: "PL", countries: "PL"},
	{code: "PT", countries: "PT"},
	{code: "RO", countries: "RO"},
	{code: "RS", countries: "RS"},
	{code: "RU", countries: "RU"},
	{code: "RU_KGD", countries: "RU"},
	{code: "SE_1", countries: "SE"},
	{code: "SE_2", countries: "SE"},
	{code: "SE_3", countries: "SE"},
	{code: "SE_4", countries: "SE"},
	{code: "SI", countries: "SI"},
	{code: "SK", countries: "SK"},
	{code: "TR", countries: "TR"},
	{code: "UA_BEI", countries: "UA"},
	{code: "UA_DOBTPP", countries: "UA"},
	{code: "UA_IPS", countries: "UA"},
	{code: "XK", countries: "XK"},
}

// open stands for a zone that lasts, where its area has ended.
const open = "open"

// Tiles returns the bidding zones that tile Europe, by validity. From and
// Until are the zone's own midnights, the zero time where it is open.
func Tiles() []Tile {
	tiles := make([]Tile, len(zoneTable))
	for i, z := range zoneTable {
		area := areaOf(z.code)
		if z.from == "" {
			z.from = area.ValidFrom
		}
		if z.until == "" {
			z.until = area.ValidUntil
		}
		tiles[i] = Tile{
			Area: area, Countries: strings.Fields(z.countries),
			From: midnight(z.from, area.Location()), Until: midnight(z.until, area.Location()),
		}
	}
	return tiles
}

// midnight is the start of a day; the zero time if none is given.
func midnight(day string, zone *time.Location) time.Time {
	at, err := time.ParseInLocation(time.DateOnly, day, zone)
	if err != nil {
		return time.Time{}
	}
	return at
}

// ValidAt reports whether the zone is there at an instant.
func (z Tile) ValidAt(at time.Time) bool {
	return !at.Before(z.From) && (z.Until.IsZero() || at.Before(z.Until))
}
