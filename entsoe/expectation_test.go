package entsoe

import (
	"strings"
	"testing"

	"entsoed/timeseries"
)

func TestExpectation(t *testing.T) {
	const at, be, fr, nl, delu, de, hz, am, region = "10YAT-APG------L", "10YBE----------2", "10YFR-RTE------C", "10YNL----------L",
		"10Y1001A1001A82H", "10Y1001A1001A83F", "10YDE-VE-------2", "10YDE-RWENET---I", "10Y1001C--00085O"
	area := func(a string, more ...string) timeseries.Attributes {
		all := timeseries.Attributes{timeseries.Area: a}
		for i := 0; i < len(more); i += 2 {
			all[more[i]] = more[i+1]
		}
		return all
	}
	counter, side, business, contract := timeseries.CounterArea, timeseries.Side, timeseries.BusinessType, timeseries.Contract
	for _, test := range []struct {
		name  string
		feed  Feed
		curve timeseries.Attributes
		want  string // in the reason; empty: it answers
	}{
		{"the area", Feed{Item: "day_ahead_prices", Area: at}, area(at, contract, "A01"), ""},
		{"no area", Feed{Item: "day_ahead_prices", Area: at}, timeseries.Attributes{}, ""},
		{"another area", Feed{Item: "day_ahead_prices", Area: delu}, area(fr), "it is about FR, asked was DE_LU"},
		{"a border", Feed{Item: "day_ahead_prices", Area: at}, area(at, counter, fr), "AT>FR"},
		{"the country of a zone", Feed{Item: "day_ahead_prices", Area: delu}, area(de), "DE"},
		{"contract of another item", Feed{Item: "day_ahead_prices", Area: at}, area(at, contract, "A07"), "contract type A07"},
		{"contract of another variant", Feed{Item: "commercial_schedules", Area: fr, CounterArea: be, Variant: "day"}, area(fr, counter, be, contract, "A05"), ""},
		{"the border", Feed{Item: "cross_border_physical_flows", Area: fr, CounterArea: be}, area(fr, counter, be), ""},
		{"against the border", Feed{Item: "cross_border_physical_flows", Area: fr, CounterArea: be}, area(be, counter, fr), "BE>FR, asked was FR>BE"},
		{"half a border", Feed{Item: "cross_border_physical_flows", Area: fr, CounterArea: be}, area(fr), "it is about FR"},
		{"load", Feed{Item: "actual_total_load", Area: nl}, area(nl, side, "out"), ""},
		{"generation as load", Feed{Item: "actual_total_load", Area: nl}, area(nl, side, "in"), "on the side of generation"},
		{"pumping", Feed{Item: "actual_generation_per_production_type", Area: nl}, area(nl, side, "out"), ""},
		{"capacity on the side of load", Feed{Item: "installed_capacity_per_production_type", Area: nl}, area(nl, side, "out"), "on the side of consumption"},
		{"export of all", Feed{Item: "implicit_auction_net_positions", Area: be, Variant: "day"}, area(be, counter, "REGION_CODE-----"), ""},
		{"import of all", Feed{Item: "implicit_auction_net_positions", Area: be, Variant: "day"}, area("REGION_CODE-----", counter, be), ""},
		{"export to one", Feed{Item: "implicit_auction_net_positions", Area: be, Variant: "day"}, area(be, counter, fr), "BE>FR"},
		{"position of another", Feed{Item: "implicit_auction_net_positions", Area: be, Variant: "day"}, area(fr, counter, "REGION_CODE-----"), "it is about FR"},
		{"total as share", Feed{Item: "shares_of_fcr_capacity", Area: fr}, area(fr, business, "A25"), ""},
		{"allocated as nominated", Feed{Item: "total_nominated_capacity", Area: fr, CounterArea: be}, area(fr, counter, be, business, "A29"), "business type A29"},
		{"average beside the least", Feed{Item: "frr_rr_actual_capacity", Area: at, Variant: "frr"}, area(at, business, "C78"), ""},
		{"settled by the country", Feed{Item: "imbalance_prices", Area: hz}, area(de), ""},
		{"settled by the zone", Feed{Item: "imbalance_prices", Area: de}, area(delu), ""},
		{"settled by a sibling", Feed{Item: "imbalance_prices", Area: hz}, area(am), "DE_AMPRION"},
		{"settled by another country", Feed{Item: "imbalance_prices", Area: de}, area(fr), "it is about FR"},
		{"outage of an unknown area", Feed{Item: "unavailability_generation_units", Area: be}, area("10Z-UNKNOWN-EICO"), ""},
		{"outage of a mistyped area", Feed{Item: "unavailability_generation_units", Area: be}, area("10Z-UNKNOWN-EIC0"), "10Z-UNKNOWN-EIC0"},
		{"a bid on a platform", Feed{Item: "balancing_energy_bids", Area: be, Variant: "mfrr"}, area(be, counter, region), ""},
		{"a bid of others", Feed{Item: "balancing_energy_bids", Area: be, Variant: "mfrr"}, area(fr, counter, region), "FR"},
	} {
		got := Expect(test.feed).Curve(test.curve)
		if (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// TestOwn: what answers another variant of the item is stored, but answers no
// question of this one.
func TestOwn(t *testing.T) {
	e := Expect(Feed{Item: "commercial_schedules", Area: "10YFR-RTE------C", CounterArea: "10YBE----------2", Variant: "day"})
	for contract, want := range map[string]bool{"A01": true, "A05": false, "": true} {
		if got := e.Own(timeseries.Attributes{timeseries.Contract: contract}); got != want {
			t.Errorf("contract %q: %v", contract, got)
		}
	}
}

// TestAnswersHaveReasons: an item whose answers differ from its questions says
// where that is known from.
func TestAnswersHaveReasons(t *testing.T) {
	for _, item := range Items() {
		a := item.Answers
		differs := len(a.Types)+len(a.ProcessTypes)+len(a.BusinessTypes) > 0 || a.Areas != NoOthers || a.EitherSide || a.Consumption
		if differs != (a.Why != "") {
			t.Errorf("%s: differs %v, because %q", item.Name, differs, a.Why)
		}
	}
}

// TestHeaderExpectation compares document and process types.
func TestHeaderExpectation(t *testing.T) {
	load := Expect(Feed{Item: "actual_total_load", Area: "10YBE----------2"})
	for _, test := range []struct{ document, process, want string }{
		{"A65", "A16", ""}, {"", "", ""}, {"A65", "", ""},
		{"A44", "A16", "document type A44, asked was A65"}, {"A65", "A01", "process type A01, asked was A16"},
	} {
		if got := load.Header(test.document, test.process); (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
			t.Errorf("%s %s: %q, want %q", test.document, test.process, got, test.want)
		}
	}
}
