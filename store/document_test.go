package store_test

import (
	"slices"
	"testing"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/timeseries"
)

func TestSaveDocuments(t *testing.T) {
	db := dbtest.OpenOutages(t)
	feed := dbtest.MakeFeed(t, db, "unavailability_generation_units", dbtest.Germany).ID
	first := dbtest.Outage("M1", 1, 0, dbtest.Run(2, 4, 0), dbtest.Run(4, 5, 0), dbtest.Run(5, 6, 300))
	other := dbtest.Outage("M2", 1, 0.5, dbtest.Run(3, 4, 900))
	other.Parts = append(other.Parts, dbtest.UnitPart(dbtest.Block2, dbtest.Run(3, 4, 100)))

	if got := counts(dbtest.SaveDocuments(t, db, feed, 1, first, other, first)); got != "2 new, 0 changed, 0 unchanged, 0 missing" {
		t.Errorf("first: %s", got)
	}
	if got := counts(dbtest.SaveDocuments(t, db, feed, 2, first, other)); got != "0 new, 0 changed, 2 unchanged, 0 missing" {
		t.Errorf("again: %s", got)
	}
	if got := counts(dbtest.SaveDocuments(t, db, feed, 3, dbtest.Outage("M1", 2, 2.5, dbtest.Run(2, 7, 0)))); got != "0 new, 1 changed, 0 unchanged, 0 missing" {
		t.Errorf("revised: %s", got)
	}
	dbtest.WantLines(t, db, `
select mrid, revision, active, status_title, to_char(at at time zone 'UTC', 'HH24') as at, to_char(until at time zone 'UTC', 'HH24') as until, area, psr_type_title,
  business_type_title, resource, generation_unit, unit_name, nominal_mw, available_mw, unavailable_mw, reason_code, reason_title, reason_text
from entsoe.unavailability_generation_units order by mrid, at, generation_unit`,
		"M1 2 true Active 02 07 DE_LU Nuclear Unplanned outage "+dbtest.Plant+" "+dbtest.Block1+" Block 1000 0 1000 B18 Failure Turbine",
		"M2 1 true Active 03 04 DE_LU Nuclear Unplanned outage "+dbtest.Plant+" "+dbtest.Block1+" Block 1000 900 100 B18 Failure Turbine",
		"M2 1 true Active 03 04 DE_LU Nuclear Unplanned outage "+dbtest.Plant+" "+dbtest.Block2+" Block 1000 100 900 B18 Failure Turbine")
	dbtest.WantLines(t, db, `
select mrid, revision, extract(hour from at at time zone 'UTC') as at, extract(hour from until at time zone 'UTC') as until, available_mw,
  extract(epoch from published_from - '2025-03-01Z') / 3600 as published, published_until = 'infinity' as latest, extract(epoch from known_from - '2025-03-01Z') / 3600 as known
from entsoe.unavailability where mrid = 'M1' order by revision, at`,
		"M1 1 2 5 0 0 false 1", "M1 1 5 6 300 0 false 1", "M1 2 2 7 0 2.5 true 3")
	dbtest.WantLines(t, db, `select unit, unavailable_mw, mrid from entsoe.unavailability_as_of('2025-03-01 03:30Z')`, dbtest.Block1+" 1000 M1", dbtest.Block2+" 900 M2")
	dbtest.WantLines(t, db, `select extract(hour from hour at time zone 'UTC') as hour, area, psr_type_title, mw, units from entsoe.unavailable_capacity
where hour >= '2025-03-01 02:00Z' and hour < '2025-03-01 04:00Z' order by hour`,
		"2 DE_LU Nuclear 1000 1", "3 DE_LU Nuclear 1900 2")
}

// TestMarketMessage has no parts: its area is that of the feed.
func TestMarketMessage(t *testing.T) {
	db := dbtest.OpenOutages(t)
	feed := dbtest.MakeFeed(t, db, "other_market_information", dbtest.Germany).ID
	message := timeseries.Document{
		MRID: "ZWQ=", Revision: 1, Type: "B47", Status: "A05", PublishedAt: dbtest.After(5), Reasons: []timeseries.Reason{{Code: "B18", Text: "Delay"}},
		Period: timeseries.Window{From: dbtest.After(0)}, Details: []byte(`{"publication_DateAndOrTime.dateTime":"2025-03-01T00:00:00Z"}`),
	}
	dbtest.SaveDocuments(t, db, feed, 6, message)
	dbtest.WantLines(t, db, `select mrid, area, status_title, ends is null as open, reason_text from entsoe.other_market_information`, "ZWQ= DE_LU Active true Delay")

	message.Revision = 4
	saved := dbtest.SaveDocuments(t, db, feed, 7, message)
	if len(saved.Missing) != 1 || saved.Missing[0].Period.Empty() {
		t.Errorf("missing %+v", saved.Missing)
	}
}

// TestFallBack has a part without values.
func TestFallBack(t *testing.T) {
	db := dbtest.OpenOutages(t)
	feed := dbtest.MakeFeed(t, db, "fall_backs", dbtest.France).ID
	dbtest.SaveDocuments(t, db, feed, 6, timeseries.Document{
		MRID: "F", Revision: 1, Type: "A53", ProcessType: "A51", Status: "A02", PublishedAt: dbtest.After(5), Period: dbtest.Window(1, 2),
		Parts: []timeseries.Part{{
			Attributes: timeseries.Attributes{timeseries.BusinessType: "C47", timeseries.Area: dbtest.Germany}, Starts: dbtest.After(1),
			Reasons: []timeseries.Reason{{Code: "B18", Text: "Real time connection lost"}, {Code: "A95", Text: " "}},
		}},
	})
	dbtest.WantLines(t, db, `select area, active, process_type_title, business_type_title, starts < ends as lasts, reason_title, reason_text from entsoe.fall_backs`,
		"DE_LU true aFRR Disconnection true Failure Real time connection lost")
	dbtest.WantLines(t, db, `select reasons from entsoe.document_parts`, `[{"code": "B18", "text": "Real time connection lost"}, {"code": "A95"}]`)
}

// TestTransmission: a border's capacity has no nominal power, and a document
// may name several elements, or not even the border.
func TestTransmission(t *testing.T) {
	db := dbtest.OpenOutages(t)
	feeds, err := db.EnsureFeeds(t.Context(), []store.FeedRow{{Item: "unavailability_transmission", Area: dbtest.Germany, CounterArea: dbtest.France, Name: "DE_LU>FR"}})
	if err != nil {
		t.Fatal(err)
	}
	named := dbtest.Outage("A", 1, 0, dbtest.Run(1, 3, 250))
	named.Parts[0] = timeseries.Part{
		Attributes: timeseries.Attributes{
			timeseries.Area: dbtest.France, timeseries.CounterArea: dbtest.Germany, timeseries.PSRType: "B21", timeseries.Resource: "10T-1",
		},
		Resources: []string{"10T-1", "10T-2"}, ResourceName: "Line", Runs: []timeseries.Run{dbtest.Run(1, 3, 250)},
	}
	bare := dbtest.Outage("B", 1, 0, dbtest.Run(1, 3, 700))
	bare.Parts[0] = timeseries.Part{Runs: []timeseries.Run{dbtest.Run(1, 3, 700)}}
	dbtest.SaveDocuments(t, db, feeds[0].ID, 1, named, bare)
	want := []string{"A FR DE_LU 10T-1 250 true", "B DE_LU FR 700 true"}
	dbtest.WantLines(t, db, `select mrid, area, counter_area, resource, available_mw, unavailable_mw is null as unknown from entsoe.unavailability_transmission order by mrid`, want...)
	dbtest.WantLines(t, db, `select mrid, area, counter_area, resource, available_mw, unavailable_mw is null as unknown from entsoe.unavailability order by mrid`, want...)
	dbtest.WantLines(t, db, `select mrid, unit from entsoe.unavailability_as_of('2025-03-01 02:00Z') order by mrid`, "A 10T-1", "B B#1")
	dbtest.WantLines(t, db, `select name from entsoe.unit_outages o join entsoe.items using (item_no)`)
	dbtest.WantLines(t, db, `select mrid from entsoe.unavailability_transmission where resources @> '{10T-2}'`, "A")
}

// TestSameContent: what only seems to have changed makes no new row.
func TestSameContent(t *testing.T) {
	db := dbtest.OpenOutages(t)
	feed := dbtest.MakeFeed(t, db, "unavailability_generation_units", dbtest.Germany).ID
	d := dbtest.Outage("M", 1, 10, dbtest.Run(2, 4, 0), dbtest.Run(4, 8, 500))
	d.Parts = append(d.Parts, dbtest.UnitPart(dbtest.Block2, dbtest.Run(2, 8, 500)))
	dbtest.SaveDocuments(t, db, feed, 20, d)

	moved := d
	moved.PublishedAt = dbtest.After(15) // a migration of the platform
	moved.Status = "A05"
	moved.Parts = []timeseries.Part{d.Parts[1], dbtest.UnitPart(dbtest.Block1, dbtest.Run(2, 3, 0), dbtest.Run(3, 4, 0), dbtest.Run(4, 8, 500))}
	moved.Parts[1].Details = []byte(` { "mktPSRType.name": "x" } `)
	if got := counts(dbtest.SaveDocuments(t, db, feed, 21, moved)); got != "0 new, 0 changed, 1 unchanged, 0 missing" {
		t.Error(got)
	}
	dbtest.WantLines(t, db, `select extract(hour from published_at at time zone 'UTC') as h from entsoe.documents`, "10")

	moved.PublishedAt = dbtest.After(3)
	dbtest.SaveDocuments(t, db, feed, 22, moved)
	dbtest.WantLines(t, db, `select extract(hour from published_at at time zone 'UTC') as h from entsoe.documents`, "3")
}

// TestSameRevisionOtherContent keeps both, and shows the later.
func TestSameRevisionOtherContent(t *testing.T) {
	db := dbtest.OpenOutages(t)
	feed := dbtest.MakeFeed(t, db, "unavailability_generation_units", dbtest.Germany).ID
	dbtest.SaveDocuments(t, db, feed, 1, dbtest.Outage("M", 1, 0, dbtest.Run(2, 4, 0)))
	if got := counts(dbtest.SaveDocuments(t, db, feed, 5, dbtest.Outage("M", 1, 0, dbtest.Run(2, 4, 700)))); got != "0 new, 1 changed, 0 unchanged, 0 missing" {
		t.Error(got)
	}
	dbtest.WantLines(t, db, `select revision, available_mw from entsoe.unavailability_generation_units`, "1 700")
	dbtest.WantLines(t, db, `select available_mw, known_until = 'infinity' as latest from entsoe.unavailability order by known_from`, "0 false", "700 true")
	dbtest.WantLines(t, db, `select available_mw from entsoe.unavailability_as_of('2025-03-01 03:00Z', '2025-03-01 04:00Z', by_database => true)`, "0")
	dbtest.WantLines(t, db, `select available_mw from entsoe.unavailability_as_of('2025-03-01 03:00Z', '2025-03-01 05:00Z', true)`, "700")
}

// TestWithdrawn: from the revision that says so nothing is unavailable, also
// where the number stays.
func TestWithdrawn(t *testing.T) {
	db := dbtest.OpenOutages(t)
	feed := dbtest.MakeFeed(t, db, "unavailability_generation_units", dbtest.Germany).ID
	for name, revision := range map[string]int{"next revision": 2, "same revision": 1} {
		for _, order := range []string{"as published", "reversed"} {
			t.Run(name+", "+order, func(t *testing.T) {
				clearDocuments(t, db)
				documents := []timeseries.Document{dbtest.Outage("M", 1, 1, dbtest.Run(0, 9, 0)), status(dbtest.Outage("M", revision, 3, dbtest.Run(0, 9, 0)), "A13")}
				if order == "reversed" {
					slices.Reverse(documents)
				}
				for _, d := range documents {
					dbtest.SaveDocuments(t, db, feed, 5, d)
				}
				dbtest.WantLines(t, db, `select available_mw from entsoe.unavailability_as_of('2025-03-01 04:00Z', '2025-03-01 02:59Z')`, "0")
				dbtest.WantLines(t, db, `select available_mw from entsoe.unavailability_as_of('2025-03-01 04:00Z', '2025-03-01 00:59Z')`)
				dbtest.WantLines(t, db, `select available_mw from entsoe.unavailability_as_of('2025-03-01 04:00Z', '2025-03-01 03:00Z')`)
				dbtest.WantLines(t, db, `select available_mw from entsoe.unavailability_as_of('2025-03-01 04:00Z')`)
				dbtest.WantLines(t, db, `select available_mw from entsoe.unavailability where during @> timestamptz '2025-03-01 04:00Z'
and published_from <= '2025-03-01 02:00Z' and published_until > '2025-03-01 02:00Z'`, "0")
				dbtest.WantLines(t, db, `select revision, status_title, active from entsoe.unavailability_generation_units`, []string{"", "1", "2"}[revision]+" Withdrawn false")
				dbtest.WantLines(t, db, `select * from entsoe.unit_outages`)
			})
		}
	}
}

// TestOverlappingOutages counts a unit once.
func TestOverlappingOutages(t *testing.T) {
	db := dbtest.OpenOutages(t)
	feed := dbtest.MakeFeed(t, db, "unavailability_generation_units", dbtest.Germany).ID
	over := dbtest.Outage("C", 1, 0, dbtest.Run(1, 3, -50)) // more than the nominal power
	over.Parts[0].Attributes[timeseries.GenerationUnit] = dbtest.Block2
	dbtest.SaveDocuments(t, db, feed, 1,
		dbtest.Outage("A", 1, 0, dbtest.Run(1, 3, 600)), dbtest.Outage("B", 1, 0, dbtest.Run(1.5, 2, 0), dbtest.Run(2, 4, 800)), dbtest.Outage("D", 1, 0, dbtest.Run(5, 6, 1000)), over)
	dbtest.WantLines(t, db, `select unit, extract(epoch from at - '2025-03-01Z') / 3600 as at, extract(epoch from until - '2025-03-01Z') / 3600 as until, unavailable_mw
from entsoe.unit_outages order by unit, at`,
		dbtest.Block1+" 1 1.5 400", dbtest.Block1+" 1.5 2 1000", dbtest.Block1+" 2 3 400", dbtest.Block1+" 3 4 200", dbtest.Block2+" 1 3 1000")
	dbtest.WantLines(t, db, `select extract(hour from hour at time zone 'UTC') as hour, mw, units from entsoe.unavailable_capacity order by hour`,
		"1 1700 2", "2 1400 2", "3 200 1")
	const byStep = `select extract(hour from at at time zone 'UTC') as hour, mw, units from entsoe.unavailable_capacity_by`
	dbtest.WantLines(t, db, byStep+`('1 hour') order by at`, "1 1700 2", "2 1400 2", "3 200 1")
	dbtest.WantLines(t, db, byStep+`('30 minutes', '2025-03-01', '2025-03-02', 'UTC') where area = 'DE_LU' order by at`, "1 1400 2", "1 2000 2", "2 1400 2", "2 1400 2", "3 200 1", "3 200 1")
	dbtest.WantLines(t, db, byStep+`('2 hours', zone => 'UTC') order by at`, "0 850 2", "2 800 2")
	dbtest.WantLines(t, db, byStep+`('1 day') order by at`, "23 137.5 2") // midnight in Berlin
	dbtest.WantLines(t, db, `select local, until - at as length, round(mw * 743) as mwh from entsoe.unavailable_capacity_by('1 month', '2025-03-01', '2025-04-01')`, "2025-03-01T00:00:00 30 days 23:00:00 3300")
	dbtest.WantLines(t, db, byStep+`('1 day', '2025-03-02') order by at`)
	dbtest.SaveDocuments(t, db, feed, 2, status(dbtest.Outage("B", 2, 1, dbtest.Run(1.5, 2, 0)), "A09"))
	dbtest.WantLines(t, db, `select extract(hour from hour at time zone 'UTC') as hour, mw, units from entsoe.unavailable_capacity order by hour`,
		"1 1400 2", "2 1400 2")
}

func TestDocumentsAreRefused(t *testing.T) {
	db := dbtest.OpenOutages(t)
	feed := dbtest.MakeFeed(t, db, "unavailability_generation_units", dbtest.Germany).ID
	for name, d := range map[string]timeseries.Document{
		"no mRID":              dbtest.Outage("", 1, 0),
		"two values at a time": dbtest.Outage("M", 1, 0, dbtest.Run(3, 5, 0), dbtest.Run(2, 4, 1)),
		"empty run":            dbtest.Outage("M", 1, 0, dbtest.Run(3, 3, 0)),
	} {
		_, err := dbtest.Save(t.Context(), db, store.Answer{FeedID: feed, Asked: dbtest.Window(0, 1), KnownAt: dbtest.Day0, Rows: timeseries.Documents{d}})
		if err == nil {
			t.Errorf("%s: was saved", name)
		}
	}
}
