package jobs

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entsoed/entsoe"
	"entsoed/store/dbtest"
	"entsoed/store/schema"
	"entsoed/timeseries"
)

// Every item gets its view, with a comment and columns that can be read.
func TestCatalogueMakesTheViews(t *testing.T) {
	db := dbtest.Open(t, Catalogue())
	ctx := t.Context()
	for _, item := range entsoe.Items() {
		names := []string{item.Name}
		if item.View.Best {
			names = append(names, item.Name+"_best")
		}
		if item.Continuous() {
			names = append(names, item.Name+"_continuous")
		}
		for _, name := range names {
			var comment string
			err := db.Pool.QueryRow(ctx, `select coalesce(obj_description(to_regclass($1)), '')`, "entsoe."+name).Scan(&comment)
			if err != nil || comment == "" {
				t.Errorf("view %s: comment %q, %v", name, comment, err)
			}
			if _, err := db.Pool.Exec(ctx, "select * from entsoe."+name+" limit 1"); err != nil {
				t.Errorf("view %s: %v", name, err)
			}
		}
	}
}

// What the mirror holds is what the catalogue has.
func TestCatalogueIsMirrored(t *testing.T) {
	all := Catalogue()
	if len(all.Items) != len(entsoe.Items()) || len(all.Views) != len(all.Items) || len(all.Codes) == 0 || len(all.Lines) == 0 {
		t.Errorf("%d items, %d views, %d codes, %d lines", len(all.Items), len(all.Views), len(all.Codes), len(all.Lines))
	}
	shapes := map[timeseries.Shape]schema.ViewSpec{}
	for _, v := range all.Views {
		shapes[v.Shape] = v
	}
	for _, shape := range []timeseries.Shape{timeseries.ShapeSeries, timeseries.ShapeList, timeseries.ShapeRegister, timeseries.ShapeDocuments} {
		if shapes[shape].Item == "" {
			t.Errorf("no item is kept as %s", shape)
		}
	}
}

// At the instants around each change the database has the zones of the catalogue.
func TestZonesAreMirrored(t *testing.T) {
	db := dbtest.Open(t, Catalogue())
	times := []time.Time{time.Date(2014, 12, 15, 0, 0, 0, 0, time.UTC)}
	for _, z := range entsoe.Tiles() {
		for _, change := range []time.Time{z.From, z.Until} {
			if !change.IsZero() {
				times = append(times, change.Add(-time.Second), change)
			}
		}
	}
	for _, at := range times {
		var want []string
		for _, z := range entsoe.Tiles() {
			if z.ValidAt(at) {
				want = append(want, strings.Join([]string{z.Code, z.EIC, z.Name, strings.Join(z.Countries, ","), z.Location().String()}, " "))
			}
		}
		var got []string
		err := db.Pool.QueryRow(t.Context(), `
select array_agg(concat_ws(' ', area, area_eic, name, array_to_string(countries, ','), replace(time_zone, 'Kiev', 'Kyiv')))
from entsoe.zones
where valid @> $1::timestamptz`, at).Scan(&got)
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("zones at %s (-catalogue, +database):\n%s", at, diff)
		}
	}
}
