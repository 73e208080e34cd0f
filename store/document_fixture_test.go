package store_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/timeseries"
)

const (
	plant  = "11WD7BEXD000001A"
	block1 = "11WD7BEXD000101B"
	block2 = "11WD7BEXD000102C"
)

// outageCatalogue has items whose documents are kept as such.
func outageCatalogue() store.MigrateOptions {
	o := catalogue()
	o.Codes = []store.CodeRow{
		{List: "psrType", Code: "B14", Title: "Nuclear"},
		{List: "businessType", Code: "A54", Title: "Unplanned outage"},
		{List: "docStatus", Code: "A05", Title: "Active"},
		{List: "docStatus", Code: "A13", Title: "Withdrawn"},
		{List: "processType", Code: "A51", Title: "aFRR"},
		{List: "businessType", Code: "C47", Title: "Disconnection"},
		{List: "reasonCode", Code: "B18", Title: "Failure"},
	}
	const power = "available_mw"
	for _, spec := range []store.ViewSpec{
		{Item: "unavailability_generation_units", Value: power},
		{Item: "unavailability_production_units", Value: power},
		{Item: "unavailability_transmission", Value: power, Border: true},
		{Item: "fall_backs"},
		{Item: "other_market_information"},
	} {
		spec.Shape = "documents"
		o.Items = append(o.Items, store.ItemRow{Name: spec.Item, Title: "Title", Article: "15.1", Unit: "MW", Meaning: "Meaning."})
		o.Views = append(o.Views, spec)
	}
	return o
}

func openOutages(t testing.TB) *store.DB { return dbtest.Open(t, outageCatalogue()) }

func clearDocuments(t testing.TB, db *store.DB) {
	exec(t, db, `truncate entsoe.documents, entsoe.document_parts, entsoe.document_runs, entsoe.document_asks, entsoe.unit_outages, river.river_job`)
}

// outage is a revision of a document, published so many hours after day0, of
// one unit of 1000 MW.
func outage(mrid string, revision int, published float64, runs ...store.DocumentRun) store.Document {
	d := store.Document{
		MRID: mrid, Revision: revision, Type: "A80", ProcessType: "A26", PublishedAt: after(published),
		Reasons: []store.DocumentReason{{Code: "B18", Text: "Turbine"}},
		Parts:   []store.DocumentPart{unitPart(block1, runs...)},
	}
	if n := len(runs); n > 0 {
		d.Period = timeseries.Window{From: runs[0].From, To: runs[n-1].To}
	}
	return d
}

func unitPart(unit string, runs ...store.DocumentRun) store.DocumentPart {
	return store.DocumentPart{
		Attributes: timeseries.Attributes{
			timeseries.Item: "unavailability_generation_units", timeseries.Area: germany, timeseries.BusinessType: "A54", timeseries.PSRType: "B14",
			timeseries.Resource: plant, timeseries.GenerationUnit: unit, timeseries.Unit: "MAW",
		},
		ResourceName: "Plant", UnitName: "Block", Location: "Germany", NominalMW: 1000, Runs: runs,
		Details: json.RawMessage(`{"mktPSRType.name":"x"}`),
	}
}

// run is an available power from one hour after day0 to another.
func run(from, to, mw float64) store.DocumentRun {
	return store.DocumentRun{From: after(from), To: after(to), Value: mw}
}

func status(d store.Document, status string) store.Document {
	d.Status = status
	return d
}

// saveDocuments saves them as one answer that was received so many hours after day0.
func saveDocuments(t testing.TB, db *store.DB, feed int64, known float64, documents ...store.Document) store.Saved {
	t.Helper()
	return mustSave(t, db, store.Answer{FeedID: feed, Asked: window(0, 1), KnownAt: after(known), Documents: documents})
}

// wantLines compares the lines of a query with what is wanted.
func wantLines(t testing.TB, db *store.DB, sql string, want ...string) {
	t.Helper()
	got := trimZeros(queryText(t, db, sql))
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s\ngot\n  %s\nwant\n  %s", sql, strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func counts(s store.Saved) string {
	return fmt.Sprintf("%d new, %d changed, %d unchanged, %d missing", s.Inserted, s.Changed, s.Unchanged, len(s.Missing))
}

// dump is everything that is stored of documents, without row numbers.
func dump(t testing.TB, db *store.DB) string {
	t.Helper()
	var all []string
	for _, sql := range []string{
		`select mrid, revision, status, published_at, published_until, known_from, known_until, starts, ends, reasons, details, encode(digest, 'hex') as digest
from entsoe.documents order by mrid, revision, digest`,
		`select d.mrid, d.revision, encode(d.digest, 'hex') as digest, p.n, p.unit, p.area, p.nominal_mw, r.at, r.until, r.mw
from entsoe.documents d join entsoe.document_parts p on p.document_id = d.id left join entsoe.document_runs r on r.document_id = d.id and r.n = p.n
order by d.mrid, d.revision, d.digest, p.n, r.at`,
		`select i.name, o.unit, o.at, o.until, o.unavailable_mw, o.nominal_mw, o.area, o.psr_type
from entsoe.unit_outages o join entsoe.items i using (item_no) order by i.name, o.unit, o.at`,
	} {
		all = append(all, queryText(t, db, sql)...)
	}
	return strings.Join(all, "\n")
}
