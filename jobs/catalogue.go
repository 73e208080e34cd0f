package jobs

import (
	"entsoed/entsoe"
	"entsoed/store"
)

// Catalogue returns what the database mirrors of the catalogue: all items,
// areas and the views of the items.
func Catalogue() store.MigrateOptions {
	var all store.MigrateOptions
	for _, i := range entsoe.Items() {
		all.Items = append(all.Items, store.ItemRow{
			Name: i.Name, Title: i.Title, Article: i.Article, Unit: i.Unit, Meaning: i.Meaning, Core: i.Core,
		})
		all.Views = append(all.Views, store.ViewSpec{
			Item: i.Name, Value: i.View.Value, Columns: i.View.Columns, Border: i.Domain.Border(), Best: i.View.Best,
		})
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
	return all
}
