package entsoe

import (
	"time"
)

// Place is where an item is published, today or in the past.
type Place struct {
	Item        string
	Area        string // EIC; of a border the area that the energy leaves
	CounterArea string // EIC of the area that the energy enters; empty unless the item is one of borders
	Name        string // for people: "DE_LU" or "DE_LU>FR"
	TimeZone    string // IANA name, in which the item's days are counted there (Item.Zone)
	ValidFrom   string // first delivery day, "2018-10-01"; empty: always
	ValidUntil  string // first day without data; empty: still valid
}

// Places returns where data of the items can be expected, for each item that is
// not retired: what CandidateFeeds has, and areas that have ended, such as
// DE_AT_LU, with the days on which they were there.
func Places() []Place {
	var all []Place
	areas, borders := Areas(), bordersEver()
	for _, item := range Items() {
		if item.Retired != "" {
			continue
		}
		for _, a := range areas {
			if !item.Domain.Border() && item.Takes(a) && a.expectsEver(item.Domain) {
				all = append(all, newPlace(item, a, Area{}))
			}
		}
		for _, b := range borders {
			if item.Domain.Border() && item.takesBorder(b) {
				all = append(all, newPlace(item, b.From, b.To))
			}
		}
	}
	return all
}

func newPlace(item Item, area, counter Area) Place {
	feed := Feed{Item: item.Name, Area: area.EIC, CounterArea: counter.EIC}
	p := Place{
		Item: item.Name, Area: area.EIC, CounterArea: counter.EIC, Name: feed.AreaName(), TimeZone: feed.Zone().String(),
		ValidFrom: max(area.ValidFrom, counter.ValidFrom),
	}
	for _, side := range []Area{area, counter} {
		until := side.ValidUntil
		if item.Domain.Border() && side.Publishes == BordersOnly {
			until = "" // its neighbours go on
		}
		if until != "" && (p.ValidUntil == "" || until < p.ValidUntil) {
			p.ValidUntil = until
		}
	}
	return p
}

// expectsEver is expects, today or, of an area that has ended, before.
func (a Area) expectsEver(d Domain) bool {
	if a.ValidUntil != "" {
		a.ValidUntil, a.Publishes = "", Everything
	}
	return a.expects(d)
}

// bordersEver returns the borders between areas that were there at the same
// time.
func bordersEver() []BorderPair {
	var all []BorderPair
	for _, b := range Borders() {
		apart := b.From.ValidUntil != "" && b.From.Publishes != BordersOnly && b.From.ValidUntil <= b.To.ValidFrom ||
			b.To.ValidUntil != "" && b.To.Publishes != BordersOnly && b.To.ValidUntil <= b.From.ValidFrom
		if !apart && wellFormedEIC(b.From.EIC) && wellFormedEIC(b.To.EIC) {
			all = append(all, b)
		}
	}
	return all
}

// Backfilled reports whether a backfill of the item asks a variant: those that
// are asked by delivery, and where some are on demand only those. Withdrawn
// documents, which the platform sends on no question of delivery, are asked for
// by their update as well.
func (i Item) Backfilled(v Variant) bool {
	demanded := false
	for _, other := range i.Variants {
		demanded = demanded || other.OnDemand
	}
	switch v.Axis {
	case Update:
		return demanded && len(v.Params) > 0
	default:
		return v.OnDemand == demanded
	}
}

// Launch is the day on which the platform went live (Regulation (EU) 543/2013,
// article 20), the first with data of most items. FirstDay is the first with
// data of any: areas delivered while it was being tried.
const (
	Launch   = "2015-01-05"
	FirstDay = "2014-12-01"
)

// Began returns the start of FirstDay.
func Began() time.Time { return time.Date(2014, time.December, 1, 0, 0, 0, 0, time.UTC) }
