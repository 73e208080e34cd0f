package simulator

import (
	"testing"

	"entsoed/entsoe/simulator/world"
)

// Days of 23 and 25 hours, in the zone in which the platform counts them.
func TestClockChanges(t *testing.T) {
	const finland = "10YFI-1--------U"
	s := standing("2027-02-01T00:00:00Z", Config{Seed: 1})
	prices := func(eic string) string {
		return "documentType=A44&contract_MarketAgreement.type=A01&classificationSequence_AttributeInstanceComponent.position=1&in_Domain=" + eic + "&out_Domain=" + eic
	}
	tests := []struct {
		name, query, from, to string
		start, end            string // of the Period
		intervals             int
	}{
		{"spring, one hour asked", prices(deLU), "2026-03-29T10:00:00Z", "2026-03-29T11:00:00Z", "2026-03-28T23:00Z", "2026-03-29T22:00Z", 92},
		{"autumn, one hour asked", prices(deLU), "2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z", "2026-10-24T22:00Z", "2026-10-25T23:00Z", 100},
		{"autumn by the hour", prices(deLU), "2024-10-27T10:00:00Z", "2024-10-27T11:00:00Z", "2024-10-26T22:00Z", "2024-10-27T23:00Z", 25},
		{"Finland has the market's day", prices(finland), "2026-03-29T10:00:00Z", "2026-03-29T11:00:00Z", "2026-03-28T23:00Z", "2026-03-29T22:00Z", 92},
		{"load is not widened", "documentType=A65&processType=A01&outBiddingZone_Domain=" + nl, "2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z", "2026-10-25T00:00Z", "2026-10-25T02:00Z", 8},
		{"but to whole hours", "documentType=A65&processType=A01&outBiddingZone_Domain=" + fr, "2026-10-25T00:15:00Z", "2026-10-25T01:30:00Z", "2026-10-25T00:00Z", "2026-10-25T02:00Z", 2},
	}
	for _, test := range tests {
		a := readAnswer(t, ask(s, test.query+"&"+period(test.from, test.to)))
		if len(a.TimeSeries) != 1 || len(a.TimeSeries[0].Periods) != 1 {
			t.Errorf("%s: %d TimeSeries %s", test.name, len(a.TimeSeries), a.Reason)
			continue
		}
		p := a.TimeSeries[0].Periods[0]
		if n := len(a.points(t)); p.Start != test.start || p.End != test.end || n != test.intervals {
			t.Errorf("%s: %s to %s, %d intervals; want %s to %s, %d", test.name, p.Start, p.End, n, test.start, test.end, test.intervals)
		}
	}
}

// Calendar steps are local: days, weeks from Monday and years, also over a
// clock change, and the answer holds whole steps around what was asked.
func TestCalendarSteps(t *testing.T) {
	const bulgaria = "10YCA-BULGARIA-R"
	s := standing("2026-04-20T00:00:00Z", Config{Seed: 1})
	load := func(process, eic string) string {
		return "documentType=A65&processType=" + process + "&outBiddingZone_Domain=" + eic
	}
	tests := []struct {
		name, query, from, to, start, end, resolution string
	}{
		{"days over the spring change", load("A31", cz), "2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z", "2026-03-27T23:00Z", "2026-03-30T22:00Z", "P1D"},
		{"a week from Monday", load("A32", fr), "2026-03-25T00:00:00Z", "2026-03-26T00:00:00Z", "2026-03-22T23:00Z", "2026-03-29T22:00Z", "P7D"},
		{"the weeks of a year", load("A33", fr), "2024-12-31T23:00:00Z", "2025-12-31T23:00:00Z", "2024-12-29T23:00Z", "2026-01-04T23:00Z", "P7D"},
		{"reservoirs in Sofia", "documentType=A72&processType=A16&in_Domain=" + bulgaria, "2023-07-10T00:00:00Z", "2023-07-11T00:00:00Z", "2023-07-09T21:00Z", "2023-07-16T21:00Z", "P7D"},
		{"a year", "documentType=A68&processType=A33&psrType=B16&in_Domain=" + fr, "2025-06-01T00:00:00Z", "2025-06-02T00:00:00Z", "2024-12-31T23:00Z", "2025-12-31T23:00Z", "P1Y"},
	}
	for _, test := range tests {
		a := readAnswer(t, ask(s, test.query+"&"+period(test.from, test.to)))
		if len(a.TimeSeries) == 0 {
			t.Errorf("%s: %s", test.name, a.Reason)
			continue
		}
		p := a.TimeSeries[0].Periods[0]
		if p.Start != test.start || p.End != test.end || p.Resolution != test.resolution {
			t.Errorf("%s: %s to %s by %s; want %s to %s by %s", test.name, p.Start, p.End, p.Resolution, test.start, test.end, test.resolution)
		}
	}
}

// As recorded: the capacities of units asked for 2024 come with those of 2023,
// in which the asked period begins in UTC.
func TestInstalledUnitsOfTwoYears(t *testing.T) {
	s := standing("2026-11-22T14:00:00Z", Config{Seed: 1})
	a := readAnswer(t, ask(s, "documentType=A71&processType=A33&in_Domain="+nl+"&"+period("2023-12-31T23:00:00Z", "2024-12-31T23:00:00Z")))
	years, sums := make(map[string]int), make(map[string]int)
	for _, series := range a.TimeSeries {
		p := series.Periods[0]
		years[p.FlatStart+" "+p.FlatEnd]++
		sums[series.Resource]++
	}
	if len(years) != 2 || years["2022-12-31T23:00:00Z 2023-12-31T23:00:00Z"] == 0 || years["2023-12-31T23:00:00Z 2024-12-31T23:00:00Z"] == 0 {
		t.Errorf("years are %v", years)
	}
	for resource, n := range sums {
		if n != 2 || len(resource) != 16 || world.CheckCharacter([]byte(resource[:15])) != resource[15] {
			t.Errorf("plant %s has %d TimeSeries", resource, n)
		}
	}
}
