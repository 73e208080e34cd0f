package entsoe

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"entsoed/timeseries"
)

func TestSplitWindow(t *testing.T) {
	tests := []struct{ name, limit, asked, want string }{
		{"a local month is longer than P1M in UTC (entsoe-py#546)", "P1M", "2025-04-30T22:00Z/2025-05-31T22:00Z",
			"2025-04-30T22:00Z/2025-05-30T22:00Z 2025-05-30T22:00Z/2025-05-31T22:00Z"},
		{"a local year is just P1Y", "P1Y", "2023-12-31T23:00Z/2024-12-31T23:00Z", "2023-12-31T23:00Z/2024-12-31T23:00Z"},
		{"two days more are refused (entsoe-py#350)", "P1Y", "2021-12-30T23:00Z/2023-01-01T23:00Z",
			"2021-12-30T23:00Z/2022-12-30T23:00Z 2022-12-30T23:00Z/2023-01-01T23:00Z"},
		{"the month of the last day is its last day", "P1M", "2025-01-31T00:00Z/2025-03-15T00:00Z",
			"2025-01-31T00:00Z/2025-02-28T00:00Z 2025-02-28T00:00Z/2025-03-15T00:00Z"},
		{"leap days", "P1Y", "2024-02-29T00:00Z/2025-03-01T00:00Z",
			"2024-02-29T00:00Z/2025-02-28T00:00Z 2025-02-28T00:00Z/2025-03-01T00:00Z"},
		{"days of 24 hours, also of the local day of 25", "P1D", "2026-10-24T22:00Z/2026-10-25T23:00Z",
			"2026-10-24T22:00Z/2026-10-25T22:00Z 2026-10-25T22:00Z/2026-10-25T23:00Z"},
		{"no limit", "", "2015-01-01T00:00Z/2026-01-01T00:00Z", "2015-01-01T00:00Z/2026-01-01T00:00Z"},
		{"nothing", "P1D", "2026-01-01T00:00Z/2026-01-01T00:00Z", ""},
	}
	for _, test := range tests {
		limit, _ := timeseries.ParseStep(test.limit)
		if got := texts(SplitWindow(window(test.asked), limit)); got != test.want {
			t.Errorf("%s: %s of %s: %s, want %s", test.name, test.limit, test.asked, got, test.want)
		}
	}
}

func texts(windows []timeseries.Window) string {
	var parts []string
	for _, w := range windows {
		parts = append(parts, w.String())
	}
	return strings.Join(parts, " ")
}

// aWindow draws a window of whole minutes between 2014 and 2028.
func aWindow(r *rapid.T) timeseries.Window {
	first := instant("2014-01-01T00:00Z")
	from := first.Add(time.Duration(rapid.IntRange(0, 12*366*24*60).Draw(r, "start")) * time.Minute)
	return timeseries.Window{From: from, To: from.Add(time.Duration(rapid.IntRange(1, 2*366*24*60).Draw(r, "length")) * time.Minute)}
}

func aLimit(r *rapid.T) timeseries.Step {
	step, err := timeseries.ParseStep(rapid.SampledFrom([]string{"P1D", "P7D", "P100D", "P1M", "P3M", "P1Y"}).Draw(r, "limit"))
	if err != nil {
		r.Fatal(err)
	}
	return step
}

// checkParts checks that the parts are adjacent, disjoint and together the
// whole, and that the platform takes each of them.
func checkParts(r *rapid.T, whole timeseries.Window, parts []timeseries.Window, limit timeseries.Step) {
	at := whole.From
	for _, part := range parts {
		if !part.From.Equal(at) || part.Empty() {
			r.Fatalf("%s does not follow on %s", part, at)
		}
		if limit.Add(part.From, 1, time.UTC).Before(part.To) {
			r.Fatalf("%s is longer than %s", part, limit)
		}
		at = part.To
	}
	if !at.Equal(whole.To) {
		r.Fatalf("the parts of %s end at %s", whole, at)
	}
}

func TestSplitWindowLosesNothing(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w, limit := aWindow(r), aLimit(r)
		checkParts(r, w, SplitWindow(w, limit), limit)
	})
}

// TestSplitOfWholeDays: an item that answers whole market days is cut between
// them, so that no day is asked twice. Only a limit of one day cuts the day of
// 25 hours.
func TestSplitOfWholeDays(t *testing.T) {
	prices, _ := ItemByName("day_ahead_prices")
	rapid.Check(t, func(r *rapid.T) {
		w, limit := aWindow(r), aLimit(r)
		zone := zoneOf(rapid.SampledFrom([]string{"Europe/Brussels", "Europe/Helsinki", "Europe/Istanbul"}).Draw(r, "zone"))
		parts := prices.Split(w, limit, zone)
		checkParts(r, prices.Widen(w, zone), parts, limit)
		for _, part := range parts {
			if limit.Days != 1 && MarketDay.Around(part, zone) != part {
				r.Fatalf("%s is not whole days in %s", part, zone)
			}
		}
	})
}

func TestSplitOfOthers(t *testing.T) {
	units, _ := ItemByName("actual_generation_per_generation_unit")
	w := window("2026-10-24T22:00Z/2026-10-26T23:00Z")
	want := "2026-10-24T22:00Z/2026-10-25T22:00Z 2026-10-25T22:00Z/2026-10-26T22:00Z 2026-10-26T22:00Z/2026-10-26T23:00Z"
	if got := texts(units.Split(w, units.LimitStep(), Brussels())); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	capacity, _ := ItemByName("installed_capacity_per_production_unit")
	if got := capacity.LimitStep(); got != (timeseries.Step{}) {
		t.Errorf("an item without a limit is limited to %s", got)
	}
}

func TestWiden(t *testing.T) {
	tests := []struct{ item, zone, asked, want string }{
		{"day_ahead_prices", "Europe/Brussels", "2026-03-29T05:00Z/2026-03-29T06:00Z", "2026-03-28T23:00Z/2026-03-29T22:00Z"},
		{"day_ahead_prices", "Europe/Istanbul", "2026-03-29T05:00Z/2026-03-29T06:00Z", "2026-03-28T21:00Z/2026-03-29T21:00Z"},
		{"day_ahead_prices", "Europe/Brussels", "2026-03-28T23:00Z/2026-03-29T22:00Z", "2026-03-28T23:00Z/2026-03-29T22:00Z"},
		{"explicit_offered_transfer_capacity", "Europe/Brussels", "2026-01-05T00:00Z/2026-01-05T01:00Z", "2026-01-04T23:00Z/2026-01-05T23:00Z"},
		{"actual_total_load", "Europe/Brussels", "2026-03-29T05:07Z/2026-03-29T06:01Z", "2026-03-29T05:00Z/2026-03-29T06:15Z"},
		{"actual_total_load", "Europe/Brussels", "2026-03-29T05:00Z/2026-03-29T06:15Z", "2026-03-29T05:00Z/2026-03-29T06:15Z"},
		{"month_ahead_total_load_forecast", "Europe/Brussels", "2024-09-01T22:00Z/2024-09-02T22:00Z", "2024-09-01T22:00Z/2024-09-02T22:00Z"},
	}
	for _, test := range tests {
		item, _ := ItemByName(test.item)
		if got := item.Widen(window(test.asked), zoneOf(test.zone)); got != window(test.want) {
			t.Errorf("%s in %s: %s becomes %s, want %s", test.item, test.zone, test.asked, got, test.want)
		}
	}
}

func TestAccepts(t *testing.T) {
	tests := []struct {
		name, item, variant, zone, asked, answer string
		want                                     bool
	}{
		{"the question itself", "actual_total_load", "", "Europe/Brussels", "2026-01-05T10:00Z/2026-01-05T11:00Z", "2026-01-05T10:00Z/2026-01-05T11:00Z", true},
		{"a whole day for an hour", "day_ahead_prices", "", "Europe/Brussels", "2026-01-05T10:00Z/2026-01-05T11:00Z", "2026-01-04T23:00Z/2026-01-05T23:00Z", true},
		{"the day of Brussels though the area's is another", "day_ahead_prices", "", "Europe/Helsinki", "2026-01-05T10:00Z/2026-01-05T11:00Z", "2026-01-04T23:00Z/2026-01-05T23:00Z", true},
		{"the day before", "day_ahead_prices", "", "Europe/Brussels", "2026-01-05T10:00Z/2026-01-05T11:00Z", "2026-01-03T23:00Z/2026-01-04T23:00Z", false},
		{"a week off", "actual_total_load", "", "Europe/Brussels", "2026-01-12T10:00Z/2026-01-12T11:00Z", "2026-01-05T10:00Z/2026-01-05T11:00Z", false},
		{"the hour around a quarter", "cross_border_physical_flows", "", "Europe/Brussels", "2026-01-05T10:15Z/2026-01-05T10:30Z", "2026-01-05T10:00Z/2026-01-05T11:00Z", true},
		{"recorded: a link answers from the start of the market day", "dc_link_intraday_transfer_limits", "", "Europe/Brussels",
			"2023-08-16T00:00Z/2023-08-16T22:00Z", "2023-08-15T22:00Z/2023-08-16T22:00Z", true},
		{"recorded: a week for a day", "month_ahead_total_load_forecast", "", "Europe/Amsterdam",
			"2024-09-01T22:00Z/2024-09-02T22:00Z", "2024-09-01T22:00Z/2024-09-08T22:00Z", true},
		{"seen: a month of four weeks for a day of the next month", "month_ahead_total_load_forecast", "", "Europe/Prague",
			"2015-12-31T23:00Z/2016-01-01T23:00Z", "2015-12-06T23:00Z/2016-01-03T23:00Z", true},
		{"seen: the same for a day in its middle", "month_ahead_total_load_forecast", "", "Europe/Prague",
			"2015-12-16T23:00Z/2015-12-17T23:00Z", "2015-12-06T23:00Z/2016-01-03T23:00Z", true},
		{"the weeks that a month overlaps", "month_ahead_total_load_forecast", "", "Europe/Prague",
			"2015-12-16T23:00Z/2015-12-17T23:00Z", "2015-11-29T23:00Z/2016-01-03T23:00Z", true},
		{"the month of weeks after it", "month_ahead_total_load_forecast", "", "Europe/Prague",
			"2015-12-16T23:00Z/2015-12-17T23:00Z", "2016-01-03T23:00Z/2016-01-31T23:00Z", false},
		{"months of weeks around a window of two months", "month_ahead_total_load_forecast", "", "Europe/Prague",
			"2015-12-31T23:00Z/2016-02-29T23:00Z", "2015-12-06T23:00Z/2016-03-06T23:00Z", true},
		{"seen: a year of 51 weeks for a day", "year_ahead_total_load_forecast", "", "Europe/Prague",
			"2015-03-04T23:00Z/2015-03-05T23:00Z", "2015-01-04T23:00Z/2015-12-27T23:00Z", true},
		{"weeks of the year before", "year_ahead_total_load_forecast", "", "Europe/Prague",
			"2016-03-04T23:00Z/2016-03-05T23:00Z", "2015-01-04T23:00Z/2015-12-27T23:00Z", false},
		{"a month of weeks in capacities", "forecasted_transfer_capacities", "month", "Europe/Brussels",
			"2015-12-16T23:00Z/2015-12-17T23:00Z", "2015-12-06T23:00Z/2016-01-03T23:00Z", true},
		{"recorded: the last week of the year to its end", "year_ahead_total_load_forecast", "", "Europe/Amsterdam",
			"2023-12-31T23:00Z/2024-12-31T23:00Z", "2023-12-31T23:00Z/2025-01-05T23:00Z", true},
		{"recorded: the year before, in which the question starts in UTC", "installed_capacity_per_production_unit", "", "Europe/Amsterdam",
			"2023-12-31T23:00Z/2024-12-31T23:00Z", "2022-12-31T23:00Z/2023-12-31T23:00Z", true},
		{"the year before that", "installed_capacity_per_production_unit", "", "Europe/Amsterdam",
			"2023-12-31T23:00Z/2024-12-31T23:00Z", "2021-12-31T23:00Z/2022-12-31T23:00Z", false},
		{"the year after", "installed_capacity_per_production_unit", "", "Europe/Amsterdam",
			"2023-12-31T23:00Z/2024-12-31T23:00Z", "2024-12-31T23:00Z/2025-12-31T23:00Z", false},
		{"a year for a day", "year_ahead_forecast_margin", "", "Europe/Prague", "2023-05-01T22:00Z/2023-05-02T22:00Z", "2022-12-31T23:00Z/2023-12-31T23:00Z", true},
		{"a monthly contract for a day", "explicit_offered_transfer_capacity", "month", "Europe/Brussels", "2023-05-01T22:00Z/2023-05-02T22:00Z", "2023-04-30T22:00Z/2023-05-31T22:00Z", true},
		{"a yearly contract where a daily one is asked", "explicit_offered_transfer_capacity", "day", "Europe/Brussels", "2023-05-01T22:00Z/2023-05-02T22:00Z", "2022-12-31T23:00Z/2023-12-31T23:00Z", false},
	}
	for _, test := range tests {
		item := asVariant(t, test.item, test.variant)
		if got := item.Accepts(window(test.asked), window(test.answer), zoneOf(test.zone)); got != test.want {
			t.Errorf("%s: %s asked for %s, answered with %s: accepted %v", test.name, test.item, test.asked, test.answer, got)
		}
	}
}

// TestAcceptsWhatWasRecorded: every recorded answer is plausible for the
// question that was recorded with it.
func TestAcceptsWhatWasRecorded(t *testing.T) {
	compared := 0
	for _, row := range facts(t, "INDEX.csv") {
		item, ok := ItemByName(row["data_item"])
		if !ok || row["request"] == "" || row["period"] == "" || item.Shape == timeseries.ShapeDocuments || row["documentType"] == "A95" {
			continue // an outage lasts as long as it does
		}
		u, err := url.Parse(row["request"])
		if err != nil {
			t.Fatal(err)
		}
		asked := map[string]time.Time{}
		for name, values := range u.Query() {
			if at, err := time.Parse("200601021504", values[0]); err == nil {
				asked[strings.ToLower(name)] = at
			}
		}
		w := timeseries.Window{From: asked["periodstart"], To: asked["periodend"]}
		area := areaOf(u.Query().Get("out_Domain") + u.Query().Get("outBiddingZone_Domain") + u.Query().Get("area_Domain"))
		if compared++; !item.Accepts(w, window(row["period"]), item.Zone(area)) {
			t.Errorf("%s: %s, answered with %s, is refused", row["file"], w, row["period"])
		}
	}
	if compared < 25 {
		t.Errorf("only %d answers were compared", compared)
	}
}
