package entsoe

import (
	"testing"
	"time"
)

// zoneOf loads a time zone; a name that does not exist is a mistake in the test.
func zoneOf(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}

// asVariant returns an item as a variant sees it.
func asVariant(t *testing.T, item, variant string) Item {
	t.Helper()
	found, ok := ItemByName(item)
	if !ok {
		t.Fatalf("no item %s", item)
	}
	one, ok := found.For(variant)
	if !ok {
		t.Fatalf("%s has no variant %q", item, variant)
	}
	return one
}

func TestPublished(t *testing.T) {
	tests := []struct {
		name, item, variant, zone, now string
		possible, settled              string
	}{
		{"H+1: whole quarter hours that have begun; settled an hour after the longest unit",
			"actual_total_load", "", "Europe/Berlin", "2026-07-15T12:07Z", "2026-07-15T12:00Z", "2026-07-15T10:00Z"},
		{"prices just before the auction's result",
			"day_ahead_prices", "", "Europe/Brussels", "2026-07-15T10:39Z", "2026-07-15T22:00Z", "2026-07-15T22:00Z"},
		{"prices from 12:40 on: tomorrow is possible, and missing until midnight",
			"day_ahead_prices", "", "Europe/Brussels", "2026-07-15T10:40Z", "2026-07-16T22:00Z", "2026-07-15T22:00Z"},
		{"prices in winter",
			"day_ahead_prices", "", "Europe/Brussels", "2026-01-15T11:40Z", "2026-01-16T23:00Z", "2026-01-15T23:00Z"},
		{"the day before the clocks go forward: tomorrow has 23 hours",
			"day_ahead_prices", "", "Europe/Brussels", "2026-03-28T11:40Z", "2026-03-29T22:00Z", "2026-03-28T23:00Z"},
		{"the day on which they do",
			"day_ahead_prices", "", "Europe/Brussels", "2026-03-29T10:40Z", "2026-03-30T22:00Z", "2026-03-29T22:00Z"},
		{"a minute before it there",
			"day_ahead_prices", "", "Europe/Brussels", "2026-03-29T10:39Z", "2026-03-29T22:00Z", "2026-03-29T22:00Z"},
		{"the day before they go back: tomorrow has 25 hours",
			"day_ahead_prices", "", "Europe/Brussels", "2026-10-24T10:40Z", "2026-10-25T23:00Z", "2026-10-24T22:00Z"},
		{"the day on which they do",
			"day_ahead_prices", "", "Europe/Brussels", "2026-10-25T11:40Z", "2026-10-26T23:00Z", "2026-10-25T23:00Z"},
		{"Finland's day begins an hour before that of Brussels, whose clock the deadline follows",
			"day_ahead_total_load_forecast", "", "Europe/Helsinki", "2026-03-28T05:00Z", "2026-03-29T21:00Z", "2026-03-28T22:00Z"},
		{"its deadline has passed at 10:00 in Brussels",
			"day_ahead_total_load_forecast", "", "Europe/Helsinki", "2026-03-28T09:00Z", "2026-03-29T21:00Z", "2026-03-29T21:00Z"},
		{"Ireland's day begins an hour later",
			"generation_forecast_day_ahead", "", "Europe/Dublin", "2026-10-24T16:00Z", "2026-10-26T00:00Z", "2026-10-26T00:00Z"},
		{"weeks from Monday, told on Friday: over the change of clocks",
			"week_ahead_total_load_forecast", "", "Europe/Berlin", "2026-03-20T09:00Z", "2026-03-29T22:00Z", "2026-03-29T22:00Z"},
		{"on Wednesday only this week",
			"week_ahead_total_load_forecast", "", "Europe/Berlin", "2026-03-18T09:00Z", "2026-03-22T23:00Z", "2026-03-22T23:00Z"},
		{"months",
			"forecasted_transfer_capacities", "month", "Europe/Brussels", "2026-02-20T09:00Z", "2026-03-31T22:00Z", "2026-02-28T23:00Z"},
		{"years: possible from 1 December, settled after the 15th",
			"year_ahead_total_load_forecast", "", "Europe/Berlin", "2026-12-15T22:59Z", "2027-12-31T23:00Z", "2026-12-31T23:00Z"},
		{"a minute later",
			"year_ahead_total_load_forecast", "", "Europe/Berlin", "2026-12-15T23:00Z", "2027-12-31T23:00Z", "2027-12-31T23:00Z"},
		{"quarters",
			"explicit_offered_transfer_capacity", "quarter", "Europe/Brussels", "2026-03-05T00:00Z", "2026-06-30T22:00Z", "2026-03-31T22:00Z"},
		{"per unit: five days after the day",
			"actual_generation_per_generation_unit", "", "Europe/Berlin", "2026-07-15T22:00Z", "2026-07-14T22:00Z", "2026-07-10T22:00Z"},
	}
	for _, test := range tests {
		item := asVariant(t, test.item, test.variant)
		possible, settled := item.Timetable.Published(instant(test.now), zoneOf(test.zone))
		if !possible.Equal(instant(test.possible)) || !settled.Equal(instant(test.settled)) {
			t.Errorf("%s: %s at %s in %s: possible until %s, settled until %s; want %s, %s", test.name, test.item, test.now, test.zone,
				possible, settled, test.possible, test.settled)
		}
	}
}

func TestDue(t *testing.T) {
	tests := []struct {
		name, item, zone, now string
		stage                 int
		want                  string
	}{
		{"the hour is read again by whole hours", "actual_total_load", "Europe/Berlin", "2026-07-15T12:59Z", 1, "2026-07-15T09:00Z"},
		{"a day later by whole local days", "actual_total_load", "Europe/Berlin", "2026-07-15T12:59Z", 2, "2026-07-13T22:00Z"},
		{"a day later over the change of clocks", "actual_total_load", "Europe/Berlin", "2026-03-29T22:00Z", 2, "2026-03-28T23:00Z"},
		{"sixty days later", "actual_total_load", "Europe/Berlin", "2026-05-28T12:00Z", 4, "2026-03-28T23:00Z"},
		{"prices at noon of their day", "day_ahead_prices", "Europe/Brussels", "2026-03-29T09:59Z", 1, "2026-03-28T23:00Z"},
		{"prices at noon of their day, summer time since the morning", "day_ahead_prices", "Europe/Brussels", "2026-03-29T10:00Z", 1, "2026-03-29T22:00Z"},
		{"the second intraday auction at 22:00 on the day before", "intraday_auction_prices", "Europe/Brussels", "2026-10-24T20:00Z", 1, "2026-10-25T23:00Z"},
		{"the third at 10:00 on the day, winter time since the morning", "intraday_auction_prices", "Europe/Brussels", "2026-10-25T08:59Z", 2, "2026-10-24T22:00Z"},
		{"the third at 10:00 on the day, winter time since the morning", "intraday_auction_prices", "Europe/Brussels", "2026-10-25T09:00Z", 2, "2026-10-25T23:00Z"},
	}
	for _, test := range tests {
		item, _ := ItemByName(test.item)
		if got, _ := item.Timetable.Due(test.stage, instant(test.now), zoneOf(test.zone)); !got.Equal(instant(test.want)) {
			t.Errorf("%s: stage %d of %s at %s: %s, want %s", test.name, test.stage, test.item, test.now, got, test.want)
		}
	}
}

// TestDueNeverGoesBack walks through the year of both clock changes: what is
// possible only grows, deadlines never pass what is possible, and both are
// boundaries of units.
func TestDueNeverGoesBack(t *testing.T) {
	for _, item := range Items() {
		for _, v := range item.Variants {
			one := asVariant(t, item.Name, v.Name)
			for _, zone := range []string{"Europe/Brussels", "Europe/Helsinki", "Europe/Lisbon", "Europe/Istanbul"} {
				checkDue(t, one.Name+" "+v.Name, one.Timetable, zoneOf(zone))
			}
		}
	}
}

func checkDue(t *testing.T, name string, table Timetable, zone *time.Location) {
	t.Helper()
	for stage := range table.Stages() {
		var last time.Time
		for now := instant("2026-01-01T00:00Z"); now.Year() < 2027; now = now.Add(13*time.Hour + 7*time.Minute) {
			possible, settled := table.Due(stage, now, zone)
			if possible.Before(last) || settled.After(possible) {
				t.Fatalf("%s, stage %d at %s: possible until %s after %s, settled until %s", name, stage, now, possible, last, settled)
			}
			if table.Unit != Exact && !table.Unit.Start(possible, zone).Equal(possible) {
				t.Fatalf("%s, stage %d at %s: %s is no boundary", name, stage, now, possible)
			}
			last = possible
		}
	}
}

// Values of an intraday auction come for the first time in a reading that awaits
// them, and are read again in others.
func TestAwaitedReadings(t *testing.T) {
	auctions, _ := ItemByName("intraday_auction_prices")
	var live []bool
	for stage := range auctions.Timetable.Stages() {
		live = append(live, stage == 0 || auctions.Timetable.Reading(stage).Awaits != nil)
	}
	if len(live) != 5 || !live[0] || !live[1] || !live[2] || live[3] || live[4] {
		t.Errorf("live stages of the intraday auctions: %v", live)
	}
}

func TestNextTick(t *testing.T) {
	prices, _ := ItemByName("day_ahead_prices")
	load, _ := ItemByName("actual_total_load")
	reservoirs, _ := ItemByName("water_reservoirs_hydro_storage")
	tests := []struct {
		name  string
		table Timetable
		after string
		want  []string // the ticks that follow
	}{
		{"quarter hours", load.Timetable, "2026-07-15T12:07Z", []string{"2026-07-15T12:15Z", "2026-07-15T12:30Z"}},
		{"after a tick the next", load.Timetable, "2026-07-15T12:15Z", []string{"2026-07-15T12:30Z"}},
		{"none is left out in the hour that comes twice", load.Timetable, "2026-10-25T00:40Z",
			[]string{"2026-10-25T00:45Z", "2026-10-25T01:00Z", "2026-10-25T01:15Z", "2026-10-25T01:30Z"}},
		{"hourly before the burst, then every two minutes", prices.Timetable, "2026-07-15T09:30Z",
			[]string{"2026-07-15T10:00Z", "2026-07-15T10:40Z", "2026-07-15T10:42Z"}},
		{"the burst by the clock of Brussels, in winter", prices.Timetable, "2026-01-15T11:00Z", []string{"2026-01-15T11:40Z", "2026-01-15T11:42Z"}},
		{"on the day of the change", prices.Timetable, "2026-03-29T10:00Z", []string{"2026-03-29T10:40Z"}},
		{"on the other", prices.Timetable, "2026-10-25T11:00Z", []string{"2026-10-25T11:40Z"}},
		{"the end of the burst", prices.Timetable, "2026-07-15T12:56Z", []string{"2026-07-15T12:58Z", "2026-07-15T13:00Z", "2026-07-15T14:00Z"}},
		{"every six hours of local clock time", reservoirs.Timetable, "2026-03-28T18:00Z",
			[]string{"2026-03-28T23:00Z", "2026-03-29T04:00Z", "2026-03-29T10:00Z", "2026-03-29T16:00Z", "2026-03-29T22:00Z"}},
	}
	for _, test := range tests {
		at := instant(test.after)
		for _, want := range test.want {
			next := test.table.NextTick(at)
			if !next.Equal(instant(want)) {
				t.Errorf("%s: after %s %s, want %s", test.name, at, next, want)
			}
			at = next
		}
	}
}

func TestCadence(t *testing.T) {
	prices, _ := ItemByName("day_ahead_prices")
	load, _ := ItemByName("actual_total_load")
	tests := []struct {
		table Timetable
		now   string
		least time.Duration
		want  time.Duration
	}{
		{prices.Timetable, "2026-07-15T10:39Z", 15 * time.Minute, time.Hour},
		{prices.Timetable, "2026-07-15T10:40Z", 15 * time.Minute, 2 * time.Minute},
		{prices.Timetable, "2026-07-15T12:59Z", 3 * time.Hour, 2 * time.Minute}, // bursts ignore COLLECT_INTERVAL
		{prices.Timetable, "2026-07-15T13:00Z", 3 * time.Hour, 3 * time.Hour},
		{load.Timetable, "2026-07-15T10:40Z", time.Minute, 15 * time.Minute},
		{load.Timetable, "2026-07-15T10:40Z", 20 * time.Minute, 20 * time.Minute},
	}
	for _, test := range tests {
		if got := test.table.Cadence(instant(test.now), test.least); got != test.want {
			t.Errorf("at %s with %s: %s, want %s", test.now, test.least, got, test.want)
		}
	}
}

func TestGrain(t *testing.T) {
	brussels, helsinki := "Europe/Brussels", "Europe/Helsinki"
	tests := []struct {
		grain            Grain
		zone, asked, got string
	}{
		{Exact, brussels, "2026-03-29T01:15Z/2026-03-29T01:30Z", "2026-03-29T01:15Z/2026-03-29T01:30Z"},
		{MarketDay, brussels, "2026-03-29T01:15Z/2026-03-29T01:30Z", "2026-03-28T23:00Z/2026-03-29T22:00Z"},
		{MarketDay, brussels, "2026-03-28T23:00Z/2026-03-29T22:00Z", "2026-03-28T23:00Z/2026-03-29T22:00Z"},
		{MarketDay, brussels, "2026-10-25T00:00Z/2026-10-25T23:01Z", "2026-10-24T22:00Z/2026-10-26T23:00Z"},
		{MarketDay, helsinki, "2026-10-25T00:00Z/2026-10-25T01:00Z", "2026-10-24T21:00Z/2026-10-25T22:00Z"},
		{MarketWeek, brussels, "2026-03-29T01:15Z/2026-03-29T01:30Z", "2026-03-22T23:00Z/2026-03-29T22:00Z"}, // a Sunday
		{MonthOfWeeks, brussels, "2015-12-31T23:00Z/2016-01-01T23:00Z", "2015-12-06T23:00Z/2016-01-03T23:00Z"},
		{MonthOfWeeks, brussels, "2026-10-20T10:00Z/2026-10-20T11:00Z", "2026-10-04T22:00Z/2026-11-01T23:00Z"}, // four weeks, one of them longer
		{MonthOfWeeks, brussels, "2026-09-01T10:00Z/2026-09-08T11:00Z", "2026-08-02T22:00Z/2026-10-04T22:00Z"}, // five and four
		{MarketWeek, brussels, "2026-03-29T22:00Z/2026-03-30T22:00Z", "2026-03-29T22:00Z/2026-04-05T22:00Z"},   // a Monday
		{MarketMonth, brussels, "2026-03-31T12:00Z/2026-03-31T22:30Z", "2026-02-28T23:00Z/2026-04-30T22:00Z"},
		{MarketQuarter, brussels, "2026-05-05T00:00Z/2026-05-06T00:00Z", "2026-03-31T22:00Z/2026-06-30T22:00Z"},
		{MarketQuarter, brussels, "2026-12-05T00:00Z/2026-12-06T00:00Z", "2026-09-30T22:00Z/2026-12-31T23:00Z"},
		{MarketYear, brussels, "2026-05-05T00:00Z/2026-05-06T00:00Z", "2025-12-31T23:00Z/2026-12-31T23:00Z"},
	}
	for _, test := range tests {
		if got := test.grain.Around(window(test.asked), zoneOf(test.zone)); got != window(test.got) {
			t.Errorf("grain %d around %s in %s: %s, want %s", test.grain, test.asked, test.zone, got, test.got)
		}
	}
}

// TestPlannedRequests holds the sums that the default of 390 requests a minute
// rests on: live and revision reads of the core items take far less than half
// of it, and even if every candidate of every item published, which less than
// half of them do, all of it would do.
func TestPlannedRequests(t *testing.T) {
	tests := []struct {
		group string
		most  float64
	}{{GroupCore, 3000}, {GroupAll, 390 * 60 * 8 / 10}}
	for _, test := range tests {
		items, err := SelectItems([]string{test.group})
		if err != nil {
			t.Fatal(err)
		}
		feeds := CandidateFeeds(items, Areas())
		rate := RequestsPerHour(feeds, 15*time.Minute)
		t.Logf("%s: %d items, %d candidate feeds, %.0f requests an hour if all of them publish", test.group, len(items), len(feeds), rate)
		if rate > test.most || rate < test.most/4 {
			t.Errorf("%s: %.0f requests an hour, want up to %.0f", test.group, rate, test.most)
		}
		if wider := RequestsPerHour(feeds, time.Hour); wider >= rate {
			t.Errorf("%s: %.0f requests an hour when asked less often, %.0f else", test.group, wider, rate)
		}
	}
}

func TestRequestsPerHour(t *testing.T) {
	tests := []struct {
		name  string
		table Timetable
		want  float64
	}{
		{"quarter hours, and hourly and daily re-reads", Timetable{Unit: Exact, Every: 15 * time.Minute,
			Rereads: rereads(at(0, 3*hour), at(1, 0))}, 4 + 1 + 1.0/24},
		{"a day, with two re-reads", Timetable{Unit: MarketDay, Every: hour, Rereads: rereads(at(1, 0), at(2, 0))}, 3.0 / 24},
		{"a day that is awaited for four hours", Timetable{Unit: MarketDay, Every: hour, First: between(at(-1, 0), at(-1, 4*hour))}, 3.0 / 24},
		{"a week", Timetable{Unit: MarketWeek, Every: hour}, 1.0 / 24 / 7},
	}
	for _, test := range tests {
		if got := test.table.RequestsPerHour(time.Minute); got < test.want-1e-9 || got > test.want+1e-9 {
			t.Errorf("%s: %f, want %f", test.name, got, test.want)
		}
	}
	unknown := []Feed{{Item: "nothing"}, {Item: "actual_total_load", Variant: "nothing"}}
	if got := RequestsPerHour(unknown, time.Minute); got != 0 {
		t.Errorf("unknown feeds take %f requests", got)
	}
}
