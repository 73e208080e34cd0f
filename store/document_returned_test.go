package store_test

import (
	"testing"

	"entsoed/store/dbtest"
	"entsoed/timeseries"
)

// TestReturnedRevision: what a document says again, under the same number, is the
// present again, from its new createdDateTime on and by the database's clock.
func TestReturnedRevision(t *testing.T) {
	db := dbtest.OpenOutages(t)
	feed := dbtest.MakeFeed(t, db, "unavailability_generation_units", dbtest.Germany).ID
	flip := func(published, mw float64) timeseries.Document {
		return dbtest.Outage("flip", 1, published, dbtest.Run(0, 24, mw))
	}
	for name, answers := range map[string][][]timeseries.Document{
		"one after the other":   {{flip(10, 100)}, {flip(11, 300)}, {flip(12, 100)}},
		"together":              {{flip(12, 100), flip(10, 100), flip(11, 300)}},
		"the first comes again": {{flip(10, 100)}, {flip(11, 300)}, {flip(10, 100)}, {flip(12, 100)}, {flip(12, 100)}},
		"rewritten later":       {{flip(10, 100)}, {flip(11, 300)}, {flip(12, 100)}, {flip(20, 100)}},
		"the first comes last":  {{flip(12, 100)}, {flip(11, 300)}, {flip(10, 100)}},
	} {
		t.Run(name, func(t *testing.T) {
			clearDocuments(t, db)
			for i, answer := range answers {
				dbtest.SaveDocuments(t, db, feed, 30+float64(i), answer...)
			}
			dbtest.WantLines(t, db, `select available_mw, published_until = 'infinity' as latest, extract(hour from published_from at time zone 'UTC') as published
from entsoe.unavailability order by published_from`, "100 false 10", "300 false 11", "100 true 12")
			for known, want := range map[float64]string{9.5: "", 10.5: "100", 11.5: "300", 12: "100", 99: "100"} {
				checkUnits(t, db, name, want, `select available_mw from entsoe.unavailability_as_of($1, $2)`, dbtest.After(13), dbtest.After(known))
			}
			checkUnits(t, db, name, "100", `select available_mw from entsoe.unavailability_as_of($1)`, dbtest.After(13))
			if name == "one after the other" {
				for known, want := range map[float64]string{29: "", 30: "100", 31.5: "300", 32: "100"} {
					checkUnits(t, db, name, want, `select available_mw from entsoe.unavailability_as_of($1, $2, by_database => true)`, dbtest.After(13), dbtest.After(known))
				}
			}
		})
	}
}

// TestLastSeen: a document that the platform stops listing says when it was last
// seen. Not every sight of it is written.
func TestLastSeen(t *testing.T) {
	db := dbtest.OpenOutages(t)
	feed := dbtest.MakeFeed(t, db, "unavailability_generation_units", dbtest.Germany).ID
	gone := dbtest.Outage("gone", 1, 1, dbtest.Run(0, 240, 0))
	stays := dbtest.Outage("stays", 1, 1, dbtest.Run(0, 240, 0))
	versions := func() string {
		return dbtest.QueryOne[string](t, db, `select string_agg(xmin::text, ' ' order by mrid) from entsoe.documents`)
	}
	dbtest.SaveDocuments(t, db, feed, 2, gone, stays)
	before := versions()
	dbtest.SaveDocuments(t, db, feed, 2.5, gone, stays)
	if got := versions(); got != before {
		t.Errorf("half an hour later the rows are written anew")
	}
	dbtest.SaveDocuments(t, db, feed, 5, gone, stays)
	dbtest.SaveDocuments(t, db, feed, 29, stays)
	dbtest.SaveDocuments(t, db, feed, 28, stays)
	const seen = `select mrid, extract(epoch from last_seen - '2025-03-01Z') / 3600 as seen from `
	dbtest.WantLines(t, db, seen+`entsoe.unavailability order by mrid`, "gone 5", "stays 29")
	dbtest.WantLines(t, db, seen+`entsoe.unavailability_generation_units order by mrid`, "gone 5", "stays 29")
}
