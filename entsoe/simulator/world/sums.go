package world

import (
	"math"
	"strings"

	"entsoed/timeseries"
)

// sumTable says whose consumption adds up: that of a place is the sum of its
// parts less what it does not hold of them. Places that are not here have a
// consumption of their own, and so have the parts. Calabria was a part of Italy
// South until it became a zone.
var sumTable = []struct{ code, parts, less, until string }{
	{code: "DE", parts: "DE_LU", less: "LU"},
	{code: "DE_AT_LU", parts: "DE_LU AT"},
	{code: "DK", parts: "DK_1 DK_2"},
	{code: "DK_CA", parts: "DK_1 DK_2"},
	{code: "IE", parts: "IE_SEM", less: "NIE"},
	{code: "IT", parts: "IT_CALA IT_CNOR IT_CSUD IT_NORD IT_SARD IT_SICI IT_SUD"},
	{code: "IT_SUD", parts: "IT_SUD IT_CALA", until: "2021-01-01"},
	{code: "NO", parts: "NO_1 NO_2 NO_3 NO_4 NO_5"},
	{code: "SE", parts: "SE_1 SE_2 SE_3 SE_4"},
	{code: "UA", parts: "UA_IPS"},
}

// sum is what the consumption of a place is made of.
type sum struct {
	parts, less []*Place
	until       int64 // it is its own from then on
}

// addUp gives places their sums.
func addUp(byCode map[string]*Place) {
	list := func(codes string) (places []*Place) {
		for _, code := range strings.Fields(codes) {
			places = append(places, byCode[code])
		}
		return places
	}
	for _, s := range sumTable {
		p := byCode[s.code]
		p.sum = &sum{parts: list(s.parts), less: list(s.less), until: math.MaxInt64}
		if until, ok := localDate(s.until, p.Zone); ok {
			p.sum.until = until.Unix()
		}
	}
}

// addends are the worlds whose consumption makes up that of a place.
type addends struct {
	parts, less []*World
	until       int64
}

func newAddends(s *sum, w timeseries.Window) addends {
	if s == nil {
		return addends{until: math.MinInt64}
	}
	worlds := func(places []*Place) (all []*World) {
		for _, p := range places {
			all = append(all, plainWorld(p, w))
		}
		return all
	}
	return addends{parts: worlds(s.parts), less: worlds(s.less), until: s.until}
}

// total is the sum at an instant.
func (a *addends) total(at int64) (mw float64) {
	for _, w := range a.parts {
		mw += w.ownConsumption(at)
	}
	for _, w := range a.less {
		mw -= w.ownConsumption(at)
	}
	return mw
}
