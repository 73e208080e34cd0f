package store_test

import (
	"testing"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/timeseries"
)

// plantOutage is a document about a whole production unit of 2000 MW.
func plantOutage(mrid, plant string, revision int, published float64, runs ...timeseries.Run) timeseries.Document {
	d := dbtest.Outage(mrid, revision, published, runs...)
	d.Type = "A77"
	part := dbtest.UnitPart("", runs...)
	part.Attributes[timeseries.Item] = "unavailability_production_units"
	part.Attributes[timeseries.Resource] = plant
	delete(part.Attributes, timeseries.GenerationUnit)
	part.NominalMW = 2000
	d.Parts = []timeseries.Part{part}
	return d
}

// TestUnavailabilityNow: whatever revisions, documents and kinds of units there
// are, the sum over any rows counts each megawatt once.
func TestUnavailabilityNow(t *testing.T) {
	const otherPlant = "11WD7BEXD000003X"
	db := dbtest.OpenOutages(t)
	if err := db.SetClock(t.Context(), dbtest.After(5), 0); err != nil {
		t.Fatal(err)
	}
	units := dbtest.MakeFeed(t, db, "unavailability_generation_units", dbtest.Germany).ID
	plants := dbtest.MakeFeed(t, db, "unavailability_production_units", dbtest.Germany).ID
	border, err := db.EnsureFeeds(t.Context(), []store.FeedRow{{Item: "unavailability_transmission", Area: dbtest.Germany, CounterArea: dbtest.France, Name: "DE_LU>FR"}})
	if err != nil {
		t.Fatal(err)
	}
	line := dbtest.Outage("L", 1, 0, dbtest.Run(1, 9, 250))
	line.Parts[0] = timeseries.Part{Runs: []timeseries.Run{dbtest.Run(1, 9, 250)}, NominalMW: 900}
	second := dbtest.Outage("U2", 1, 2, dbtest.Run(4, 7, 600)) // another document of the same unit, which makes less unavailable
	second.Parts = append(second.Parts, dbtest.UnitPart(dbtest.Block2, dbtest.Run(4, 7, 900)))
	withdrawn := status(dbtest.Outage("U3", 2, 3, dbtest.Run(2, 9, 0)), "A13")
	over := dbtest.Outage("U4", 1, 1, dbtest.Run(1, 5, 0)) // ends now
	dbtest.SaveDocuments(t, db, units, 1, dbtest.Outage("U1", 1, 1, dbtest.Run(2, 9, 0)), dbtest.Outage("U3", 1, 1, dbtest.Run(2, 9, 0)), over)
	dbtest.SaveDocuments(t, db, units, 3, dbtest.Outage("U1", 2, 2, dbtest.Run(2, 9, 300)), second, withdrawn)
	dbtest.SaveDocuments(t, db, border[0].ID, 1, line)

	const sum = `select sum(unavailable_mw) from entsoe.unavailability_now where area = 'DE_LU'`
	dbtest.WantLines(t, db, sum, "800") // 1000 - 300, and 1000 - 900
	dbtest.SaveDocuments(t, db, plants, 3, plantOutage("P1", dbtest.Plant, 1, 2, dbtest.Run(2, 9, 1200)))
	dbtest.WantLines(t, db, sum, "800") // the 800 of the plant are those of its blocks
	dbtest.SaveDocuments(t, db, plants, 4, plantOutage("P1", dbtest.Plant, 2, 3, dbtest.Run(2, 9, 1050)))
	dbtest.WantLines(t, db, sum, "950") // 150 of the plant are none of its blocks'
	dbtest.SaveDocuments(t, db, plants, 4, plantOutage("P2", otherPlant, 1, 3, dbtest.Run(3, 6, 1600)))
	dbtest.WantLines(t, db, sum, "1350")
	dbtest.WantLines(t, db, `
select item, counter_area, unit, nominal_mw, available_mw, unavailable_mw, mrid, revision, extract(hour from until at time zone 'UTC') as until, area_eic
from entsoe.unavailability_now
order by mrid, unit`,
		"unavailability_transmission FR L#1 900 250 L 1 9 "+dbtest.Germany,
		"unavailability_production_units "+dbtest.Plant+" 2000 1050 150 P1 2 9 "+dbtest.Germany,
		"unavailability_production_units "+otherPlant+" 2000 1600 400 P2 1 6 "+dbtest.Germany,
		"unavailability_generation_units "+dbtest.Block1+" 1000 300 700 U1 2 9 "+dbtest.Germany,
		"unavailability_generation_units "+dbtest.Block2+" 1000 900 100 U2 1 7 "+dbtest.Germany)
	// By hour, too, the items can be added up.
	dbtest.WantLines(t, db, `
select item, mw, units from entsoe.unavailable_capacity where hour = '2025-03-01 05:00Z' and area = 'DE_LU' order by item`,
		"unavailability_generation_units 800 2", "unavailability_production_units 550 2")
	dbtest.WantLines(t, db, `
select item, mw, units from entsoe.unavailable_capacity where hour = '2025-03-01 02:00Z' and area = 'DE_LU' order by item`,
		"unavailability_generation_units 1000 1") // of U4, which makes more unavailable than U1
	// Over longer steps as well, though a plant and its blocks are out at different times:
	// 1000 MW of U4 for 4 h, then 700 of U1 for 4 h, 100 of U2 for 3 h; of P1 150 from 5 to
	// 7 h and 250 for 2 h, of P2 400 for 3 h.
	dbtest.WantLines(t, db, `
select item, round(mw * 24), units from entsoe.unavailable_capacity_by('1 day', '2025-03-01', '2025-03-02', 'UTC') where area = 'DE_LU' order by item`,
		"unavailability_generation_units 7100 2", "unavailability_production_units 2000 2")
	// The view of the item does not count what was withdrawn.
	dbtest.WantLines(t, db, `select unavailable_mw is null as none from entsoe.unavailability_generation_units where mrid = 'U3'`, "true")
}
