package entsoe

import (
	"strings"
	"testing"
)

// The files of the lists: the platform's own titles go before those of the
// whole list of codes.
var codeFiles = map[string][]string{
	"psrType": {"psrType", "tp_psrType"}, "businessType": {"businessType", "tp_businessType"},
	"processType": {"processType", "tp_processType"}, "priceCategory": {"priceCategory"},
	"priceDirection": {"priceDirection"}, "priceComponent": {"priceComponent"}, "direction": {"flowDirection"},
	"docStatus": {"docStatus", "tp_docStatus"}, "contract": {"contract_MarketAgreement_type"}, "auctionType": {"auctionType"},
	"auctionCategory": {"auctionCategory"}, "product": {"marketProduct"}, "reasonCode": {"reasonCode"},
}

func TestCodesAreTheLists(t *testing.T) {
	type code struct{ list, code string }
	got := map[code]string{}
	for _, c := range Codes() {
		key := code{c.List, c.Code}
		if _, twice := got[key]; twice || c.Title == "" || strings.ContainsAny(c.Title, "()") {
			t.Errorf("%+v stands twice, or its title is empty or long", c)
		}
		got[key] = c.Title
	}
	for list, files := range codeFiles {
		for _, file := range files {
			for _, row := range facts(t, "../codelists/"+file+".csv") {
				key := code{list, row["code"]}
				if got[key] == "" {
					t.Errorf("%s %s is missing: %s", list, row["code"], row["title"])
				}
			}
		}
	}
	for key, want := range map[code]string{
		{"psrType", "B16"}: "Solar", {"psrType", "B10"}: "Hydro Pumped Storage", {"docStatus", "A02"}: "Final",
		{"docStatus", "X01"}: "Estimated", {"businessType", "A53"}: "Planned maintenance", {"direction", "A01"}: "Up",
		{"processType", "A51"}: "Automatic frequency restoration reserve", {"priceCategory", "A04"}: "Excess balance",
	} {
		if got[key] != want {
			t.Errorf("%s %s is %q, want %q", key.list, key.code, got[key], want)
		}
	}
}

func TestAreaLines(t *testing.T) {
	ends := map[string]AreaLine{}
	for _, l := range AreaLines() {
		area := areaOf(l.EIC)
		if area.Name == "" {
			t.Errorf("%+v is no known area", l)
		}
		if before, second := ends[l.Name]; second && (before.Until != l.From || before.EIC == l.EIC) {
			t.Errorf("%s: %+v does not follow %+v", l.Name, l, before)
		}
		if l.Until != "" && area.ValidUntil != "" && area.ValidUntil != l.Until || l.From != "" && area.ValidFrom > l.From {
			t.Errorf("%s: %s is valid from %q until %q", l.Name, area.Code, area.ValidFrom, area.ValidUntil)
		}
		ends[l.Name] = l
	}
	for name, l := range ends {
		if _, err := FindArea(name); err != nil || l.Until != "" {
			t.Errorf("%s: %v, ends at %s", name, err, l.Until)
		}
	}
	// Areas that ended go on in another one, or stopped publishing for good.
	for _, a := range Areas() {
		if a.ValidUntil != "" && a.Publishes == Everything && a.Code != "DE_AT_LU" && ends[a.Code].Name == "" {
			t.Errorf("%s ended on %s: how does its line go on?", a.Code, a.ValidUntil)
		}
	}
}

func TestContinuous(t *testing.T) {
	for name, want := range map[string]bool{
		"day_ahead_prices": true, "intraday_auction_prices": true, "imbalance_prices": false, "actual_total_load": false,
		"cross_border_physical_flows": false, "congestion_income": false, "balancing_energy_bids": false,
	} {
		if item, ok := ItemByName(name); !ok || item.Continuous() != want {
			t.Errorf("%s: %v, want %v", name, item.Continuous(), want)
		}
	}
}
