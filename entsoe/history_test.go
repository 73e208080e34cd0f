package entsoe

import (
	"slices"
	"strings"
	"testing"
)

// Whatever is planned today has a place, and areas that ended have theirs with
// their days.
func TestPlaces(t *testing.T) {
	places := map[Feed]Place{}
	for _, p := range Places() {
		feed := Feed{Item: p.Item, Area: p.Area, CounterArea: p.CounterArea}
		if _, twice := places[feed]; twice {
			t.Errorf("%v stands twice", feed)
		}
		places[feed] = p
	}
	for _, f := range CandidateFeeds(Items(), Areas()) {
		f.Variant = ""
		if _, ok := places[f]; !ok {
			t.Errorf("%v is planned and has no place", f)
		}
	}
	eic := func(code string) string { return areaOf(code).EIC }
	tests := []struct {
		feed                    Feed
		name, zone, from, until string
	}{
		{Feed{Item: "day_ahead_prices", Area: eic("DE_AT_LU")}, "DE_AT_LU", "Europe/Brussels", "", "2018-10-01"},
		{Feed{Item: "day_ahead_prices", Area: eic("DE_LU")}, "DE_LU", "Europe/Brussels", "2018-10-01", ""},
		{Feed{Item: "actual_total_load", Area: eic("GB")}, "GB", "Europe/London", "", "2021-06-15"},
		{Feed{Item: "actual_total_load", Area: eic("FI")}, "FI", "Europe/Helsinki", "", ""},
		{Feed{Item: "cross_border_physical_flows", Area: eic("FR"), CounterArea: eic("GB")}, "FR>GB", "Europe/Paris", "", ""},
		{Feed{Item: "cross_border_physical_flows", Area: eic("DE_AT_LU"), CounterArea: eic("FR")}, "DE_AT_LU>FR", "Europe/Berlin", "", "2018-10-01"},
		{Feed{Item: "commercial_schedules", Area: eic("IT_CALA"), CounterArea: eic("IT_SICI")}, "IT_CALA>IT_SICI", "Europe/Brussels", "2021-01-01", ""},
	}
	for _, test := range tests {
		p, ok := places[test.feed]
		if !ok || p.Name != test.name || p.TimeZone != test.zone || p.ValidFrom != test.from || p.ValidUntil != test.until {
			t.Errorf("%v: %+v (%v)", test.feed, p, ok)
		}
	}
	for _, absent := range []Feed{
		{Item: "cross_border_physical_flows", Area: eic("DE_AT_LU"), CounterArea: eic("DE_LU")}, // never at the same time
		{Item: "actual_total_load", Area: eic("RU")},
		{Item: "accepted_aggregated_offers", Area: eic("DE_LU")}, // retired
	} {
		if p, ok := places[absent]; ok {
			t.Errorf("unexpected: %+v", p)
		}
	}
}

// A backfill asks what together holds all of the past, once.
func TestBackfilled(t *testing.T) {
	tests := map[string]string{
		"day_ahead_prices":                "",
		"forecasted_transfer_capacities":  "day,week,month,year",
		"unavailability_generation_units": ",withdrawn",
		"flow_based_allocations_archive":  "day,intraday,month,year",
	}
	for name, want := range tests {
		item, _ := ItemByName(name)
		var got []string
		for _, v := range item.Variants {
			if item.Backfilled(v) {
				got = append(got, v.Name)
			}
		}
		if strings.Join(got, ",") != want {
			t.Errorf("%s: %q, want %q", name, strings.Join(got, ","), want)
		}
	}
	for _, item := range Items() {
		if !slices.ContainsFunc(item.Variants, item.Backfilled) {
			t.Errorf("%s cannot be backfilled", item.Name)
		}
		if item.Retired == "" && item.PerYear <= 0 {
			t.Errorf("%s: how many rows a year?", item.Name)
		}
	}
}
