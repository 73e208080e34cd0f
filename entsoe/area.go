package entsoe

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // the market's days need the zones wherever the program runs

	"entsoed/timeseries"
)

// Area is a bidding zone, control area, country or another object with an
// Energy Identification Code (EIC) that publishes data.
type Area struct {
	EIC        string   // 16 characters
	Code       string   // name in entsoe-py, such as "DE_LU", or the EIC where it has none; unique
	Name       string   // for people
	Kinds      []string // roles: BZN bidding zone, CTA control area, CTY country, MBA, SCA, LFA, IPA ...
	TimeZone   string   // IANA name; local days are counted in it
	ValidFrom  string   // first delivery day, "2018-10-01"; empty: always
	ValidUntil string   // first day without data; empty: still valid
	Publishes  Publishes
	// ThirdCountry: outside the European Union and its market (Norway is in it).
	ThirdCountry bool
	Coupled      bool // its day-ahead market has the day of Brussels, whatever its own clock says
}

// Publishes says which data of an area can be expected.
type Publishes int

// What areas publish.
const (
	Everything  Publishes = iota // load, generation, prices and borders
	MarketOnly                   // a virtual zone of a cable or a border: prices and borders, but neither load nor generation
	BordersOnly                  // nothing itself; its neighbours publish their borders with it
)

// Areas returns the known areas.
func Areas() []Area { return slices.Clone(areaTable) }

// Location returns the time zone of the area; Europe/Brussels, the market's
// own, if the area has none.
func (a Area) Location() *time.Location {
	if zone, ok := zones()[a.TimeZone]; ok {
		return zone
	}
	return Brussels()
}

// Zone returns the time zone of an area of the catalogue, nil if it is unknown
// or has none.
func Zone(eic string) *time.Location {
	return zones()[byName()[strings.ToLower(eic)].TimeZone]
}

// Brussels returns the time zone of the coupled market and of the deadlines.
func Brussels() *time.Location { return zones()["Europe/Brussels"] }

// zones holds the time zones of the table, each loaded once.
var zones = sync.OnceValue(func() map[string]*time.Location {
	loaded := map[string]*time.Location{}
	for _, name := range append(areaZones(), "Europe/Brussels") {
		zone, err := time.LoadLocation(name)
		if err != nil {
			panic(fmt.Sprintf("time zone %s of the area table: %v", name, err)) // the zones are linked in
		}
		loaded[name] = zone
	}
	return loaded
})

func areaZones() []string {
	var names []string
	for _, a := range areaTable {
		if a.TimeZone != "" {
			names = append(names, a.TimeZone)
		}
	}
	return names
}

// byName finds areas by lower-case code and by EIC.
var byName = sync.OnceValue(func() map[string]Area {
	found := make(map[string]Area, 2*len(areaTable))
	for _, a := range areaTable {
		found[strings.ToLower(a.Code)] = a
		found[strings.ToLower(a.EIC)] = a
	}
	return found
})

// FindArea returns the area of a name of entsoe-py, in any case, or of an EIC.
// An unknown EIC is an area too, without a name: the platform has more than any
// list. Its errors have a hint: *CheckCharacterError for a mistyped EIC, else
// *UnknownError.
func FindArea(nameOrEIC string) (Area, error) {
	name := strings.TrimSpace(nameOrEIC)
	if a, ok := byName()[strings.ToLower(name)]; ok {
		return a, nil
	}
	if wellFormedEIC(name) {
		if err := checkEIC(name); err != nil {
			return Area{}, err
		}
		return Area{EIC: name, Code: name}, nil
	}
	return Area{}, &UnknownError{What: areaWord, Name: nameOrEIC, Nearest: Nearest(name, areaCodes())}
}

// Has reports whether the area has one of the roles.
func (a Area) Has(kinds []string) bool {
	return slices.ContainsFunc(kinds, func(kind string) bool { return slices.Contains(a.Kinds, kind) })
}

func areaCodes() []string {
	codes := make([]string, len(areaTable))
	for i, a := range areaTable {
		codes[i] = a.Code
	}
	return codes
}

// AreaLine is a part of a line of areas that followed each other: from its
// first day until the first day after it the line is that area.
type AreaLine struct {
	Name        string // of the line: that of its area today, or of one that has ended
	EIC         string
	From, Until string // "2018-10-01"; empty: from the beginning, until now
}

// lineTable holds, for areas that came or went, the areas whose prices hold
// for the same place: Germany and Luxembourg, and Austria, were one zone;
// Calabria was part of Italy South; the production poles of Italy and the
// island of Burshtyn went into the zones around them.
var lineTable = []struct{ name, before, day, after string }{
	{"DE_LU", "DE_AT_LU", "2018-10-01", "DE_LU"},
	{"AT", "DE_AT_LU", "2018-10-01", "AT"},
	{"IT_CALA", "IT_SUD", "2021-01-01", "IT_CALA"},
	{"IT_BRNN", "IT_BRNN", "2021-01-01", "IT_SUD"},
	{"IT_FOGN", "IT_FOGN", "2020-01-01", "IT_SUD"},
	{"IT_PRGP", "IT_PRGP", "2021-01-01", "IT_SICI"},
	{"IT_ROSN", "IT_ROSN", "2021-01-01", "IT_CALA"},
	{"UA_BEI", "UA_BEI", "2022-09-22", "UA_IPS"},
}

// AreaLines returns the continuous lines of areas that changed, two parts each.
func AreaLines() []AreaLine {
	var lines []AreaLine
	for _, l := range lineTable {
		lines = append(lines,
			AreaLine{Name: l.name, EIC: areaOf(l.before).EIC, Until: l.day},
			AreaLine{Name: l.name, EIC: areaOf(l.after).EIC, From: l.day})
	}
	return lines
}

// Continuous reports whether the item has one value for each place in a
// bidding zone, so that the series of a zone goes on in that of its successor.
// Load and generation do not: those of a larger zone are another sum.
func (i Item) Continuous() bool {
	return i.Shape == timeseries.ShapeSeries && i.View.Value == "price" && i.Domain == BothDomains
}
