package entsoe

import (
	"maps"
	"slices"
	"sync"
	"time"

	"entsoed/timeseries"
)

// Item describes one data item of the platform: what a person needs to know
// of it and what the machine needs to ask for it. The catalogue (Items) is a
// literal table of them; items differ in data, never in code.
type Item struct {
	Name    string // unique, lower case with underscores; also the name of the item's view
	Title   string // the platform's own title
	Article string // of Regulation (EU) 543/2013 that demands it, such as "12.1.D"
	Unit    string // for people, such as "EUR/MWh" or "MW"
	Meaning string // what a value says and how its sign is to be read
	Core    bool   // belongs to the group "core", the default of ENTSOE_ITEMS

	DocumentType string    // documentType of the request
	ProcessType  string    // processType of the request; empty where the item takes none
	BusinessType string    // businessType of the request; empty where the item or the variant gives none
	Variants     []Variant // at least one; each is a feed of its own
	Domain       Domain    // which parameters carry the area
	AreaKinds    []string  // roles of the areas that publish the item (BZN, CTA, CTY ...); of a border both sides have one of them
	Areas        []string  // EICs of further areas that publish it, beside those of the kinds
	ThirdOnly    bool      // of borders: one of the sides is a third country
	Answers      Answers   // where answers rightly differ from what was asked

	Limit      string // longest window of one request as a step in UTC ("P1Y", "P1D"); empty: no limit
	Finer      Finer  // what divides an answer that no shorter window makes smaller
	PageSize   int    // documents (items of the shape Documents) or TimeSeries a page when paged by offset; 0: the item does not page
	WholeDays  bool   // the platform answers whole market days, so that windows are widened to them before they are asked
	Grain      Grain  // answers may hold whole periods of this kind around the asked window
	MarketTime bool   // its days are those of the coupled market (see Zone), not the area's own
	Shape      timeseries.Shape
	// OneDirection says that at an instant either the direction up or the
	// direction down has a value (see Opposite).
	OneDirection bool
	// VariantInKey says that the answers do not tell what was asked for: the
	// variant's name joins the key of their series (Feed.Attributes).
	VariantInKey bool
	Timetable    Timetable
	View         View

	Server string // the platform's own name of the item in its acknowledgements, such as "ENERGY_PRICES [12.1.D]"
	Since  string // first day with data, such as Launch; empty: FirstDay
	// PerYear is how many values, rows or documents one feed that publishes has in
	// a year, typically: the resolution of the regulation times the usual number of
	// curves. It serves estimates as long as nothing is known of the feed.
	PerYear  int
	Keeps    int // days for which the platform keeps it; 0: for ever
	Archives int // of an archive: days after which the platform moves values into it; 0: it has all
	// Retired is the month since when the platform refuses the item, "2025-12";
	// it can still be asked for, and answers what the platform answers.
	Retired string
}

// Variant is a set of fixed request parameters beyond the item's own, such as
// a contract type. Its name is part of the feed's identity.
type Variant struct {
	Name   string // "" for the only variant, else short: "day", "week", "total"
	Title  string // for people; empty for the only variant
	Params []Param
	Axis   Axis // what the window of a request means
	// OnDemand variants are asked by people and backfills only, not by the plan:
	// archives, and outages by delivery, which are collected by their updates.
	OnDemand bool
	// Limit, Grain and Timetable replace those of the item where the variant is
	// published in another rhythm; zero: those of the item.
	Limit     string
	Grain     Grain
	Timetable Timetable
}

// Param is one request parameter. Names are case sensitive by the
// documentation, values are in fact.
type Param struct{ Name, Value string }

// View says how the item is shown in SQL.
type View struct {
	// Of items of the shape Series.
	Value    string   // name of the value column: "price", "mw", "mwh"; "value" where Measures differ in unit
	Columns  []string // attributes shown besides at, area and value, in order; also of lists
	Measures []Column // names for the kinds of values, by their paths below Point; shown as the column "measure"
	Balance  bool     // unsigned exchange of an area with all others: which side it stands on is the sign
	Best     bool     // several series compete: a view <item>_best picks one per area and instant
	Fast     bool     // some series are finer than a minute
	Combine  timeseries.Combination
	Wide     []Column // types of production, by their codes, that are columns of <item>_wide

	// Of items of the shapes List and Register: columns that are values or
	// details of their rows, by path.
	Values  []Column
	Details []Column
	// Adds says that rows add up by the first of Values, a power or an energy, so that
	// there is a function <item>_by: bids, measures and contracts, not limits.
	Adds bool
	Each string // path of a detail that repeats, of which the view has a row each
}

// Column is a name for what stands at a path of a document.
type Column struct{ Name, Path string }

// Items returns the catalogue, in the order of the platform's own chapters.
func Items() []Item {
	return slices.Concat(loadItems, generationItems, marketItems, flowBasedItems, transmissionItems, congestionItems,
		outageItems, balancingItems, settlementItems, platformItems, capacityItems, masterItems)
}

// itemIndex finds items by name, for planning looks up every feed's.
var itemIndex = sync.OnceValue(func() map[string]Item {
	found := map[string]Item{}
	for _, item := range Items() {
		found[item.Name] = item
	}
	return found
})

// ItemByName returns the item of that name.
func ItemByName(name string) (Item, bool) {
	item, ok := itemIndex()[name]
	return item, ok
}

// For returns the item as one of its variants sees it: with that variant
// alone, and with the variant's grain and timetable in place of the item's.
// Everything that is asked of an item for one feed is asked of this.
func (i Item) For(variant string) (Item, bool) {
	for n, v := range i.Variants {
		if v.Name != variant {
			continue
		}
		i.Variants = i.Variants[n : n+1 : n+1]
		if v.Limit != "" {
			i.Limit = v.Limit
		}
		if v.Grain != Exact {
			i.Grain = v.Grain
		}
		if v.Timetable.Every != 0 {
			i.Timetable = v.Timetable
		}
		return i, true
	}
	return Item{}, false
}

// LimitStep returns Limit as a step, which is counted in UTC; the zero Step if
// the item has no limit.
func (i Item) LimitStep() timeseries.Step {
	step, err := timeseries.ParseStep(i.Limit)
	if err != nil {
		return timeseries.Step{}
	}
	return step
}

// Zone returns the time zone in which the days of the item are counted for an
// area. The coupled day-ahead market has one day, from midnight to midnight in
// Brussels, in Finland, Greece and Portugal too; everything else, and areas
// outside the coupling, follow the area's own clock. Auctions of borders are
// held by the market's day.
func (i Item) Zone(a Area) *time.Location {
	switch {
	case i.MarketTime && (a.Coupled || i.Domain.Border()):
		return Brussels()
	default:
		return a.Location()
	}
}

// Opposite returns the attributes of the other side of a series whose values
// have no sign, because the side tells it: export and import of an area, or up
// and down. Only one side has a value at an instant, so that an answer with the
// one takes back what the other had there. False: the item has no such sides.
func (i Item) Opposite(a timeseries.Attributes) (timeseries.Attributes, bool) {
	other := maps.Clone(a)
	switch direction := a[timeseries.Direction]; {
	case i.View.Balance && a[timeseries.CounterArea] != "":
		other[timeseries.Area], other[timeseries.CounterArea] = a[timeseries.CounterArea], a[timeseries.Area]
	case i.OneDirection && direction == "A01":
		other[timeseries.Direction] = "A02"
	case i.OneDirection && direction == "A02":
		other[timeseries.Direction] = "A01"
	default:
		return nil, false
	}
	return other, true
}

// Finer is a request parameter that divides an answer with too many TimeSeries
// where no shorter window helps, because each curve runs through all of it: 149
// generation units of France are more than the 100 that one answer may hold,
// and paging was without effect (entsoe-apy#104).
type Finer struct {
	Param string
	// Usual are the values that are asked for, Others those that are asked for as
	// well when the usual ones hold less than the platform says that there is.
	Usual, Others []string
}

// Divides reports whether there is a parameter.
func (f Finer) Divides() bool { return f.Param != "" }

// productionTypes divides by psrType: by what production consists of, and then
// by all other types.
var productionTypes = func() Finer {
	f := Finer{Param: "psrType"}
	for _, c := range psrTypeTitles {
		if slices.Contains(usualProduction, c.code) {
			f.Usual = append(f.Usual, c.code)
			continue
		}
		f.Others = append(f.Others, c.code)
	}
	return f
}()

// usualProduction are the types B01 to B20 and storage.
var usualProduction = []string{
	"B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B09", "B10", "B11", "B12", "B13", "B14", "B15", "B16", "B17", "B18", "B19", "B20", "B25",
}
