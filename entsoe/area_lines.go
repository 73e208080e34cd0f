package entsoe

import "entsoed/timeseries"

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
