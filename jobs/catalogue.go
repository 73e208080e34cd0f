package jobs

import (
	"fmt"

	"entsoed/entsoe"
	"entsoed/store/schema"
)

// Catalogue returns what the database mirrors of the catalogue: all items,
// areas, bidding zones, codes, and the views of the items.
func Catalogue() schema.Options {
	var all schema.Options
	for _, i := range entsoe.Items() {
		all.Items = append(all.Items, schema.ItemRow{
			Name: i.Name, Title: i.Title, Article: i.Article, Unit: i.Unit, Meaning: i.Meaning, Core: i.Core,
			Border: i.Domain.Border(), Since: backfilledSince(i), Keeps: i.Keeps, Archives: i.Archives, PerYear: i.PerYear, Retired: i.Retired,
		})
		all.Views = append(all.Views, viewSpec(i))
		for _, v := range i.Variants {
			all.Variants = append(all.Variants, variantRow(i, v))
		}
	}
	for _, p := range entsoe.Places() {
		all.Places = append(all.Places, schema.PlaceRow(p))
	}
	const eic = 16 // characters; Iceland has a name and no code, and publishes nothing
	for _, a := range entsoe.Areas() {
		if len(a.EIC) != eic {
			continue
		}
		all.Areas = append(all.Areas, schema.AreaRow{
			EIC: a.EIC, Code: a.Code, Name: a.Name, Kinds: a.Kinds, TimeZone: a.TimeZone,
			ValidFrom: a.ValidFrom, ValidUntil: a.ValidUntil,
		})
	}
	for _, c := range entsoe.Codes() {
		all.Codes = append(all.Codes, schema.CodeRow(c))
	}
	for _, l := range entsoe.AreaLines() {
		all.Lines = append(all.Lines, schema.AreaLineRow(l))
	}
	for _, z := range entsoe.Tiles() {
		all.Zones = append(all.Zones, zoneRow(z))
	}
	return all
}

// zoneRow says where and when a bidding zone is a part of Europe.
func zoneRow(z entsoe.Tile) schema.ZoneRow {
	row := schema.ZoneRow{
		Area: z.Code, EIC: z.EIC, Name: z.Name, Countries: z.Countries, TimeZone: z.Location().String(),
	}
	if !z.From.IsZero() {
		row.ValidFrom = &z.From
	}
	if !z.Until.IsZero() {
		row.ValidUntil = &z.Until
	}
	return row
}

// backfilledSince returns the first day that a backfill asks for. Where that is
// the first day of the platform, it asks for one month more, of which the
// platform has a little.
func backfilledSince(i entsoe.Item) string {
	if i.Since == "" || i.Since == entsoe.Launch {
		return entsoe.FirstDay
	}
	return i.Since
}

// variantRow says how a variant is asked and when its values are due.
func variantRow(i entsoe.Item, v entsoe.Variant) schema.VariantRow {
	item, _ := i.For(v.Name)
	due := item.Timetable.First.Latest
	return schema.VariantRow{
		Item: i.Name, Variant: v.Name, Title: v.Title, Axis: v.Axis.String(), Unit: item.Timetable.Unit.String(),
		OnDemand: v.OnDemand, Backfilled: i.Backfilled(v),
		LatestMonths: due.Months, LatestDays: due.Days, LatestClock: fmt.Sprintf("%d seconds", int(due.Clock.Seconds())),
	}
}

// ViewNames returns the names of the views of an item, and of the functions that show it
// in other ways, with their arguments.
func ViewNames(i entsoe.Item) (views, functions []string, err error) {
	return viewSpec(i).Names()
}

// viewSpec says how an item is shown in SQL.
func viewSpec(i entsoe.Item) schema.ViewSpec {
	columns := func(given []entsoe.Column) (all []schema.ViewColumn) {
		for _, c := range given {
			all = append(all, schema.ViewColumn(c))
		}
		return all
	}
	return schema.ViewSpec{
		Item: i.Name, Shape: i.Shape, Value: i.View.Value, Columns: i.View.Columns, Border: i.Domain.Border(),
		Balance: i.View.Balance,
		Best:    i.View.Best, Fast: i.View.Fast, Combine: i.View.Combine, Wide: columns(i.View.Wide), Continuous: i.Continuous(),
		Measures: columns(i.View.Measures), Values: columns(i.View.Values), Details: columns(i.View.Details), Each: i.View.Each, Adds: i.View.Adds,
	}
}
