package entsoe

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"entsoed/timeseries"
)

// Feed is one thing that is asked for: an item of an area or a border, in one
// of its variants. Areas are EICs.
type Feed struct {
	Item        string
	Area        string // of a border the area that the energy leaves
	CounterArea string // of a border the area that the energy enters; else empty
	Variant     string
}

// AreaName returns the area for people: "DE_LU", or "DE_LU>FR" for a border.
// An area without a name is written as its EIC.
func (f Feed) AreaName() string {
	if f.CounterArea == "" {
		return areaOf(f.Area).Code
	}
	return areaOf(f.Area).Code + ">" + areaOf(f.CounterArea).Code
}

// Zone returns the time zone in which the feed's days are counted (Item.Zone);
// Europe/Brussels if the feed's item is unknown.
func (f Feed) Zone() *time.Location {
	item, ok := ItemByName(f.Item)
	if !ok {
		return Brussels()
	}
	return item.Zone(areaOf(f.Area))
}

// AttributeVariant names the attribute of series whose documents do not tell
// which variant of their item they answer.
const AttributeVariant = "variant"

// Attributes returns what the feed adds to the attributes of every curve in
// its answers: the item, and where the documents do not tell it the variant.
// Without it the weekly and the monthly forecast of a capacity, both in steps
// of a day, would be one series.
func (f Feed) Attributes() timeseries.Attributes {
	added := timeseries.Attributes{timeseries.Item: f.Item}
	if item, ok := ItemByName(f.Item); ok && item.VariantInKey {
		added[AttributeVariant] = f.Variant
	}
	return added
}

// ParseFeedArea reads the area of a feed as people write it, "DE_LU" or for
// borders "DE_LU>FR", and returns the EICs.
func ParseFeedArea(item Item, s string) (area, counter Area, err error) {
	from, to, border := strings.Cut(s, ">")
	switch {
	case border && !item.Domain.Border():
		return Area{}, Area{}, fmt.Errorf("%s is published per area: %q names a border; give one area, such as DE_LU", item.Name, s)
	case !border && item.Domain.Border():
		return Area{}, Area{}, fmt.Errorf("%s is published per border: %q names one area; give two, such as DE_LU>FR for what leaves DE_LU and enters FR", item.Name, s)
	}
	if area, err = FindArea(from); err != nil || !border {
		return area, Area{}, err
	}
	if counter, err = FindArea(to); err != nil {
		return Area{}, Area{}, err
	}
	if area.EIC == counter.EIC {
		return Area{}, Area{}, fmt.Errorf("%q names a border of an area with itself", s)
	}
	return area, counter, nil
}

// CandidateFeeds returns the feeds that can be expected to publish: every item
// that is not retired, in each of its variants that are not on demand only, for
// the given areas of a fitting kind that are valid today, and for the borders
// whose two sides are both given.
func CandidateFeeds(items []Item, areas []Area) []Feed {
	var feeds []Feed
	borders := bordersWithin(areas)
	for _, item := range items {
		if item.Retired != "" {
			continue
		}
		for _, at := range item.candidates(areas, borders) {
			for _, v := range item.Variants {
				if v.OnDemand {
					continue
				}
				feeds = append(feeds, Feed{Item: item.Name, Area: at.Area, CounterArea: at.CounterArea, Variant: v.Name})
			}
		}
	}
	return feeds
}

// candidates returns the places of an item as feeds without item and variant.
func (i Item) candidates(areas []Area, borders []BorderPair) []Feed {
	var places []Feed
	if i.Domain.Border() {
		for _, b := range borders {
			if i.takesBorder(b) {
				places = append(places, Feed{Area: b.From.EIC, CounterArea: b.To.EIC})
			}
		}
		return places
	}
	for _, a := range areas {
		if i.Takes(a) && a.expects(i.Domain) {
			places = append(places, Feed{Area: a.EIC})
		}
	}
	return places
}

// takesBorder reports whether the item is published for the border.
func (i Item) takesBorder(b BorderPair) bool {
	return i.Takes(b.From) && i.Takes(b.To) && !(b.Balancing && i.Takes(biddingZone)) &&
		(!i.ThirdOnly || b.From.ThirdCountry || b.To.ThirdCountry)
}

// biddingZone stands for any bidding zone: items that zones publish take the
// borders of zones, the others those of control areas and blocks, too.
var biddingZone = Area{Kinds: []string{"BZN"}}

// Takes reports whether the area is one of those that publish the item: it has
// one of the roles, or is named.
func (i Item) Takes(a Area) bool { return a.Has(i.AreaKinds) || slices.Contains(i.Areas, a.EIC) }

// expects reports whether data of its own can be expected of the area today.
// Load and generation are asked by a single domain, market data by both.
func (a Area) expects(d Domain) bool {
	if a.ValidUntil != "" || !wellFormedEIC(a.EIC) {
		return false
	}
	return a.Publishes == Everything || a.Publishes == MarketOnly && d == BothDomains
}

// bordersWithin returns the borders between the given areas that can be
// expected to have data today. Neighbours of an area that stopped publishing
// go on to publish their borders with it.
func bordersWithin(areas []Area) []BorderPair {
	alive := map[string]bool{}
	for _, a := range areas {
		alive[a.EIC] = a.ValidUntil == "" || a.Publishes == BordersOnly
	}
	var within []BorderPair
	for _, b := range Borders() {
		if alive[b.From.EIC] && alive[b.To.EIC] {
			within = append(within, b)
		}
	}
	return within
}
