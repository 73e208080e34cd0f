package jobs

import (
	"entsoed/entsoe"
	"entsoed/store"
)

// Catalogue returns what the database mirrors of the catalogue: all items,
// areas, codes, and the views of the items.
func Catalogue() store.MigrateOptions {
	var all store.MigrateOptions
	for _, i := range entsoe.Items() {
		all.Items = append(all.Items, store.ItemRow{
			Name: i.Name, Title: i.Title, Article: i.Article, Unit: i.Unit, Meaning: i.Meaning, Core: i.Core,
		})
		all.Views = append(all.Views, viewSpec(i))
	}
	const eic = 16 // characters; Iceland has a name and no code, and publishes nothing
	for _, a := range entsoe.Areas() {
		if len(a.EIC) != eic {
			continue
		}
		all.Areas = append(all.Areas, store.AreaRow{
			EIC: a.EIC, Code: a.Code, Name: a.Name, Kinds: a.Kinds, TimeZone: a.TimeZone,
			ValidFrom: a.ValidFrom, ValidUntil: a.ValidUntil,
		})
	}
	for _, c := range entsoe.Codes() {
		all.Codes = append(all.Codes, store.CodeRow(c))
	}
	for _, l := range entsoe.AreaLines() {
		all.Lines = append(all.Lines, store.AreaLineRow(l))
	}
	return all
}

// viewSpec says how an item is shown in SQL.
func viewSpec(i entsoe.Item) store.ViewSpec {
	columns := func(given []entsoe.Column) (all []store.ViewColumn) {
		for _, c := range given {
			all = append(all, store.ViewColumn(c))
		}
		return all
	}
	return store.ViewSpec{
		Item: i.Name, Shape: i.Shape.String(), Value: i.View.Value, Columns: i.View.Columns, Border: i.Domain.Border(),
		Balance: i.View.Balance,
		Best:    i.View.Best, Fast: i.View.Fast, Continuous: i.Continuous(),
		Measures: columns(i.View.Measures), Values: columns(i.View.Values), Details: columns(i.View.Details), Each: i.View.Each,
	}
}
