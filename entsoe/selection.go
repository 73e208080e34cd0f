package entsoe

import (
	"fmt"
	"strings"
)

// The groups of items and areas that can stand in place of names.
const (
	GroupCore = "core" // items: load, prices, generation, wind and solar, flows, schedules, capacities
	GroupAll  = "all"  // all items, or all areas
)

// SelectItems returns the items of the given names and groups, each once, in
// the order of the catalogue. The database reads the same words by functions of its
// own (entsoe.backfill_items, entsoe.backfill_places), for whoever starts a backfill
// in SQL; a test of jobs keeps the two in agreement.
func SelectItems(names []string) ([]Item, error) {
	wanted := map[string]bool{}
	for _, name := range names {
		if err := wantItem(strings.TrimSpace(name), wanted); err != nil {
			return nil, err
		}
	}
	if len(wanted) == 0 {
		return nil, fmt.Errorf("no data item is named; allowed are core, all and the names of items")
	}
	var items []Item
	for _, item := range Items() {
		if wanted[item.Name] {
			items = append(items, item)
		}
	}
	return items, nil
}

func wantItem(name string, wanted map[string]bool) error {
	found := false
	for _, item := range Items() {
		if name == GroupAll || name == GroupCore && item.Core || strings.EqualFold(name, item.Name) {
			wanted[item.Name], found = true, true
		}
	}
	if !found {
		return &UnknownError{What: itemWord, Name: name, Nearest: Nearest(name, itemNames())}
	}
	return nil
}

// SelectAreas returns the areas of the given names and EICs, each once, in
// their order; "all" stands for all known areas.
func SelectAreas(names []string) ([]Area, error) {
	var areas []Area
	seen := map[string]bool{}
	for _, name := range names {
		found, err := findAreas(strings.TrimSpace(name))
		if err != nil {
			return nil, err
		}
		for _, a := range found {
			if !seen[a.EIC] {
				seen[a.EIC] = true
				areas = append(areas, a)
			}
		}
	}
	if len(areas) == 0 {
		return nil, fmt.Errorf("no area is named; allowed are all, names such as DE_LU and EICs")
	}
	return areas, nil
}

func findAreas(name string) ([]Area, error) {
	if strings.EqualFold(name, GroupAll) {
		return Areas(), nil
	}
	a, err := FindArea(name)
	return []Area{a}, err
}

func itemNames() []string {
	var names []string
	for _, item := range Items() {
		names = append(names, item.Name)
	}
	return names
}

// What an UnknownError can be about.
const (
	itemWord = "data item"
	areaWord = "area"
)

// UnknownError says that a name of an item or an area is not known.
type UnknownError struct {
	What    string   // "data item" or "area"
	Name    string   // as given
	Nearest []string // known names that are like it, the nearest first; may be empty
}

func (e *UnknownError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "unknown %s %.*q", e.What, longestName, e.Name)
	if len(e.Nearest) > 0 {
		fmt.Fprintf(&b, " (did you mean %s?)", strings.Join(e.Nearest, ", "))
	}
	if e.What == areaWord {
		b.WriteString(": allowed are all, names such as DE_LU (`entsoed areas` lists them) and EICs of 16 characters")
	} else {
		fmt.Fprintf(&b, ": allowed are core, all, %s", strings.Join(itemNames(), ", "))
	}
	return b.String()
}
