package entsoe

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSelectItems(t *testing.T) {
	core := []string{
		"actual_total_load", "day_ahead_total_load_forecast",
		"installed_capacity_per_production_type", "generation_forecast_day_ahead",
		"wind_solar_forecast_day_ahead", "wind_solar_forecast_intraday", "wind_solar_forecast_current",
		"actual_generation_per_production_type", "day_ahead_prices", "intraday_auction_prices",
		"cross_border_physical_flows", "commercial_schedules", "forecasted_transfer_capacities",
	}
	tests := []struct {
		names, want []string
	}{
		{[]string{"core"}, core},
		{[]string{"all"}, itemNames()},
		{[]string{"core", "all", "day_ahead_prices"}, itemNames()},
		{[]string{"day_ahead_prices", " Actual_Total_Load", "day_ahead_prices"}, []string{"actual_total_load", "day_ahead_prices"}},
	}
	for _, test := range tests {
		items, err := SelectItems(test.names)
		var got []string
		for _, item := range items {
			got = append(got, item.Name)
		}
		if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
			t.Errorf("%v: %v (-want, +got)\n%s", test.names, err, diff)
		}
	}
}

func TestSelectItemsRefuses(t *testing.T) {
	tests := []struct {
		names []string
		want  string
	}{
		{[]string{"core", "day_ahead_price"}, `unknown data item "day_ahead_price" (did you mean day_ahead_prices?): allowed are core, all, actual_total_load,`},
		{[]string{"prices"}, "did you mean day_ahead_prices, imbalance_prices, intraday_auction_prices?"},
		{[]string{"xyzzy"}, `unknown data item "xyzzy": allowed are core, all,`},
		{nil, "no data item is named"},
	}
	for _, test := range tests {
		if _, err := SelectItems(test.names); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v: %v, want %q", test.names, err, test.want)
		}
	}
}

func TestSelectAreas(t *testing.T) {
	areas, err := SelectAreas([]string{"DE_LU", "fr", "10YFR-RTE------C", "10Z-UNKNOWN-EICO"})
	var got []string
	for _, a := range areas {
		got = append(got, a.Code)
	}
	if diff := cmp.Diff([]string{"DE_LU", "FR", "10Z-UNKNOWN-EICO"}, got); diff != "" || err != nil {
		t.Errorf("%v (-want, +got)\n%s", err, diff)
	}
	if all, err := SelectAreas([]string{"FR", "ALL"}); err != nil || len(all) != len(Areas()) || all[0].Code != "FR" {
		t.Errorf("%d areas, %v", len(all), err)
	}
	for _, names := range [][]string{nil, {"FR", "Ruritania"}, {"FR", ""}} {
		if _, err := SelectAreas(names); err == nil || !strings.Contains(err.Error(), "allowed are") {
			t.Errorf("%v: %v", names, err)
		}
	}
}
