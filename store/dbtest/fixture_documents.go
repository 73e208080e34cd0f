package dbtest

import (
	"encoding/json"
	"strings"
	"testing"

	"entsoed/store"
	"entsoed/store/schema"
	"entsoed/timeseries"
)

// EICs of a production unit and of its generation units.
const (
	Plant  = "11WD7BEXD000001A"
	Block1 = "11WD7BEXD000101B"
	Block2 = "11WD7BEXD000102C"
)

// OutageCatalogue has items whose documents are kept as such.
func OutageCatalogue() schema.Options {
	o := Catalogue()
	o.Codes = []schema.CodeRow{
		{List: "psrType", Code: "B14", Title: "Nuclear"},
		{List: "businessType", Code: "A54", Title: "Unplanned outage"},
		{List: "docStatus", Code: "A05", Title: "Active"},
		{List: "docStatus", Code: "A13", Title: "Withdrawn"},
		{List: "processType", Code: "A51", Title: "aFRR"},
		{List: "businessType", Code: "C47", Title: "Disconnection"},
		{List: "reasonCode", Code: "B18", Title: "Failure"},
	}
	const power = "available_mw"
	for _, spec := range []schema.ViewSpec{
		{Item: "unavailability_generation_units", Value: power},
		{Item: "unavailability_production_units", Value: power},
		{Item: "unavailability_transmission", Value: power, Border: true},
		{Item: "fall_backs"},
		{Item: "other_market_information"},
	} {
		spec.Shape = timeseries.ShapeDocuments
		o.Items = append(o.Items, schema.ItemRow{Name: spec.Item, Title: "Title", Article: "15.1", Unit: "MW", Meaning: "Meaning."})
		o.Views = append(o.Views, spec)
	}
	return o
}

// OpenOutages opens a new database with OutageCatalogue.
func OpenOutages(t testing.TB) *store.DB { return Open(t, OutageCatalogue()) }

// Outage is a revision of a document, published so many hours after day0, of
// one unit of 1000 MW.
func Outage(mrid string, revision int, published float64, runs ...timeseries.Run) timeseries.Document {
	d := timeseries.Document{
		MRID: mrid, Revision: revision, Type: "A80", ProcessType: "A26", PublishedAt: After(published),
		Reasons: []timeseries.Reason{{Code: "B18", Text: "Turbine"}},
		Parts:   []timeseries.Part{UnitPart(Block1, runs...)},
	}
	if n := len(runs); n > 0 {
		d.Period = timeseries.Window{From: runs[0].From, To: runs[n-1].To}
	}
	return d
}

// UnitPart is the part of an outage about a unit of 1000 MW.
func UnitPart(unit string, runs ...timeseries.Run) timeseries.Part {
	return timeseries.Part{
		Attributes: timeseries.Attributes{
			timeseries.Item: "unavailability_generation_units", timeseries.Area: Germany, timeseries.BusinessType: "A54", timeseries.PSRType: "B14",
			timeseries.Resource: Plant, timeseries.GenerationUnit: unit, timeseries.Unit: "MAW",
		},
		ResourceName: "Plant", UnitName: "Block", Location: "Germany", NominalMW: 1000, Runs: runs,
		Details: json.RawMessage(`{"mktPSRType.name":"x"}`),
	}
}

// Run is an available power from one hour after day0 to another.
func Run(from, to, mw float64) timeseries.Run {
	return timeseries.Run{From: After(from), To: After(to), Value: mw}
}

// SaveDocuments saves them as one answer that was received so many hours after day0.
func SaveDocuments(t testing.TB, db *store.DB, feed int64, known float64, documents ...timeseries.Document) store.Saved {
	t.Helper()
	return MustSave(t, db, store.Answer{FeedID: feed, Asked: Window(0, 1), KnownAt: After(known), Rows: timeseries.Documents(documents)})
}

// WantLines compares the lines of a query with what is wanted.
func WantLines(t testing.TB, db *store.DB, sql string, want ...string) {
	t.Helper()
	got := TrimZeros(QueryText(t, db, sql))
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s\ngot\n  %s\nwant\n  %s", sql, strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}
