package entsoe

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entsoed/timeseries"
)

func TestParseFeedArea(t *testing.T) {
	prices, _ := ItemByName("day_ahead_prices")
	flows, _ := ItemByName("cross_border_physical_flows")
	tests := []struct {
		item                Item
		text, area, counter string
		err                 string
	}{
		{item: prices, text: "DE_LU", area: "DE_LU"},
		{item: prices, text: "10YFR-RTE------C", area: "FR"},
		{item: flows, text: "DE_LU>FR", area: "DE_LU", counter: "FR"},
		{item: flows, text: " no_2 > NL ", area: "NO_2", counter: "NL"},
		{item: flows, text: "10YDE-RWENET---I>BE", area: "DE_AMPRION", counter: "BE"}, // any pair may be asked
		{item: flows, text: "FR", err: "cross_border_physical_flows is published per border"},
		{item: prices, text: "DE_LU>FR", err: "day_ahead_prices is published per area"},
		{item: flows, text: "DE_LU>FRR", err: `unknown area "FRR"`},
		{item: flows, text: ">FR", err: `unknown area ""`},
		{item: flows, text: "DE_LU>FR>BE", err: `unknown area "FR>BE"`},
		{item: flows, text: "FR>FR", err: "border of an area with itself"},
	}
	for _, test := range tests {
		area, counter, err := ParseFeedArea(test.item, test.text)
		if test.err != "" {
			if err == nil || !strings.Contains(err.Error(), test.err) {
				t.Errorf("%q: %v, want %q", test.text, err, test.err)
			}
			continue
		}
		if err != nil || area.Code != test.area || counter.Code != test.counter {
			t.Errorf("%q: %q %q, %v", test.text, area.Code, counter.Code, err)
			continue
		}
		feed := Feed{Item: test.item.Name, Area: area.EIC, CounterArea: counter.EIC}
		want := strings.TrimSuffix(test.area+">"+test.counter, ">")
		if feed.AreaName() != want {
			t.Errorf("%q is called %q, want %q", test.text, feed.AreaName(), want)
		}
	}
	if name := (Feed{Area: "10Z-UNKNOWN-EICO", CounterArea: "10YFR-RTE------C"}).AreaName(); name != "10Z-UNKNOWN-EICO>FR" {
		t.Error(name)
	}
}

// candidates returns the names of the candidate areas of an item over the
// given areas, and each variant once.
func candidates(t *testing.T, item string, areas ...string) (names, variants []string) {
	t.Helper()
	selected, err := SelectAreas(areas)
	if err != nil {
		t.Fatal(err)
	}
	items, err := SelectItems([]string{item})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range CandidateFeeds(items, selected) {
		if !slices.Contains(names, f.AreaName()) {
			names = append(names, f.AreaName())
		}
		if !slices.Contains(variants, f.Variant) {
			variants = append(variants, f.Variant)
		}
	}
	return names, variants
}

func TestCandidateFeeds(t *testing.T) {
	germany := []string{"DE", "DE_LU", "DE_AT_LU", "DE_50HZ", "DE_AMPRION", "DE_TENNET", "DE_TRANSNET", "DE_AMP_LU"}
	tests := []struct {
		item        string
		areas, want []string
	}{
		{"day_ahead_prices", germany, []string{"DE_LU"}},
		{"actual_generation_per_generation_unit", germany, []string{"DE_50HZ", "DE_AMPRION", "DE_TENNET", "DE_TRANSNET"}},
		{"actual_total_load", germany, []string{"DE", "DE_LU", "DE_50HZ", "DE_AMPRION", "DE_TENNET", "DE_TRANSNET"}},
		{"day_ahead_prices", []string{"NO_2", "NO_2_NSL", "GB", "RU"}, []string{"NO_2", "NO_2_NSL"}},
		{"actual_total_load", []string{"NO_2", "NO_2_NSL", "GB", "RU", "IS", "IT_ROSN", "CWE"}, []string{"NO_2"}}, // cables have no load
		{"cross_border_physical_flows", []string{"FR", "GB", "BE"}, []string{"BE>FR", "FR>BE", "BE>GB", "GB>BE", "FR>GB", "GB>FR"}},
		{"cross_border_physical_flows", []string{"FR", "DE_AT_LU", "AL"}, nil}, // ended, and no neighbours
		{"cross_border_physical_flows", []string{"FR"}, nil},                   // of a border both sides
		{"imbalance_prices", []string{"DE", "FR", "DK"}, []string{"DE", "FR"}},
		{"activated_balancing_energy_prices", []string{"DE", "DE_50HZ", "LU"}, []string{"DE", "DE_50HZ"}},
		{"criteria_application_measurements", []string{"FR", "10YEU-CONT-SYNC0", "10YCB-GERMANY--8", "NO_1"}, []string{"FR", "10YEU-CONT-SYNC0", "10YCB-GERMANY--8"}},
		{"flow_based_allocations", []string{"CWE", "FR", "10Y1001C--00059P"}, []string{"CWE", "10Y1001C--00059P"}},
		{"cross_border_physical_flows", []string{"DE_50HZ", "DE_TENNET"}, nil}, // bidding zones have no border there
		{"redispatching_cross_border", []string{"DE_50HZ", "DE_TENNET"}, []string{"DE_TENNET>DE_50HZ", "DE_50HZ>DE_TENNET"}},
		{"exchanged_reserve_capacity", []string{"AT", "10YCB-GERMANY--8"}, []string{"10YCB-GERMANY--8>AT", "AT>10YCB-GERMANY--8"}},
		{"third_country_transfer_capacities", []string{"FR", "CH", "BE"}, []string{"CH>FR", "FR>CH"}},
		{"activated_balancing_energy", germany, nil}, // retired
		{"balancing_energy_bids_archive", germany, nil},
	}
	for _, test := range tests {
		got, _ := candidates(t, test.item, test.areas...)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s of %v (-want, +got)\n%s", test.item, test.areas, diff)
		}
	}
	_, variants := candidates(t, "forecasted_transfer_capacities", "FR", "ES")
	if diff := cmp.Diff([]string{"day", "week", "month", "year"}, variants); diff != "" {
		t.Errorf("variants (-want, +got)\n%s", diff)
	}
	_, variants = candidates(t, "unavailability_generation_units", "FR") // by delivery they are asked on demand only
	if diff := cmp.Diff([]string{"in_force", "updated", "withdrawn"}, variants); diff != "" {
		t.Errorf("variants (-want, +got)\n%s", diff)
	}
}

func TestCandidateFeedsAreDistinctAndAskable(t *testing.T) {
	seen := map[Feed]bool{}
	for _, f := range CandidateFeeds(Items(), Areas()) {
		if seen[f] {
			t.Fatalf("%+v stands twice", f)
		}
		seen[f] = true
		if _, err := NewRequest(f, window("2026-01-01T00:00Z/2026-01-02T00:00Z")); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(seen); n < 20_000 || n > 28_000 {
		t.Errorf("%d candidates for all items and areas", n)
	}
}

func TestFeedAttributes(t *testing.T) {
	flows := Feed{Item: "cross_border_physical_flows", Area: "10YFR-RTE------C", CounterArea: "10YBE----------2"}
	if diff := cmp.Diff(timeseries.Attributes{"item": "cross_border_physical_flows"}, flows.Attributes()); diff != "" {
		t.Error(diff)
	}
	week := Feed{Item: "forecasted_transfer_capacities", Variant: "week"}
	if diff := cmp.Diff(timeseries.Attributes{"item": "forecasted_transfer_capacities", "variant": "week"}, week.Attributes()); diff != "" {
		t.Error(diff)
	}
}
