package entsoe

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entsoed/timeseries"
)

// window reads "2026-01-01T00:00Z/2026-01-02T00:00Z".
func window(text string) timeseries.Window {
	from, to, _ := strings.Cut(text, "/")
	return timeseries.Window{From: instant(from), To: instant(to)}
}

// instant reads "2026-01-01T00:00Z"; other text is a mistake in the test.
func instant(text string) time.Time {
	t, err := time.Parse("2006-01-02T15:04Z", text)
	if err != nil {
		panic(err)
	}
	return t
}

func TestNewRequest(t *testing.T) {
	w := window("2024-09-01T22:00Z/2024-09-02T22:00Z")
	tests := []struct {
		feed Feed
		want string
	}{
		{Feed{Item: "actual_total_load", Area: "10YNL----------L"},
			"documentType=A65&outBiddingZone_Domain=10YNL----------L&processType=A16"},
		{Feed{Item: "day_ahead_prices", Area: "10YNL----------L"},
			"contract_MarketAgreement.type=A01&documentType=A44&in_Domain=10YNL----------L&out_Domain=10YNL----------L"},
		{Feed{Item: "cross_border_physical_flows", Area: "10YNL----------L", CounterArea: "10YBE----------2"},
			"documentType=A11&in_Domain=10YBE----------2&out_Domain=10YNL----------L"},
		{Feed{Item: "explicit_use_of_transfer_capacity", Variant: "allocated_week", Area: "10YNL----------L", CounterArea: "10YBE----------2"},
			"businessType=B05&contract_MarketAgreement.Type=A02&documentType=A25&in_Domain=10YBE----------2&out_Domain=10YNL----------L"},
		{Feed{Item: "contracted_reserves", Variant: "long_term", Area: "10YNL----------L"},
			"Type_MarketAgreement.Type=A06&businessType=B95&controlArea_Domain=10YNL----------L&documentType=A81"},
		{Feed{Item: "netted_exchanged_volumes", Variant: "afrr", Area: "10YNL----------L"},
			"acquiring_Domain=10YNL----------L&connecting_Domain=10YNL----------L&documentType=B17&processType=A51"},
		{Feed{Item: "netted_exchanged_volumes_per_border", Variant: "netting", Area: "10YNL----------L", CounterArea: "10YBE----------2"},
			"acquiring_Domain=10YBE----------2&connecting_Domain=10YNL----------L&documentType=A30&processType=A63"},
		{Feed{Item: "unavailability_transmission_net_position_impact", Area: "10YNL----------L"},
			"documentType=A78&pTDF_Domain.mRID=10YNL----------L"},
		{Feed{Item: "continuous_offered_transfer_capacity", Area: "10YNL----------L", CounterArea: "10YBE----------2"},
			"auction.Type=A08&contract_MarketAgreement.Type=A07&documentType=A31&in_Domain=10YBE----------2&out_Domain=10YNL----------L"},
	}
	for _, test := range tests {
		r, err := NewRequest(test.feed, w)
		if err != nil {
			t.Error(err)
			continue
		}
		want, _ := url.ParseQuery(test.want + "&periodStart=202409012200&periodEnd=202409022200")
		if diff := cmp.Diff(want, r.Params); diff != "" {
			t.Errorf("%s (-want, +got)\n%s", test.feed.Item, diff)
		}
		if r.Window != w || r.Feed != test.feed || len(r.Item.Variants) != 1 {
			t.Errorf("%s: request of %+v in %s", test.feed.Item, r.Feed, r.Window)
		}
	}
}

// The window of a request is delivery time, time of change or a local date.
func TestNewRequestByAxis(t *testing.T) {
	w := window("2024-09-01T22:00Z/2024-09-02T22:00Z")
	tests := []struct {
		feed Feed
		want string
	}{
		{Feed{Item: "unavailability_generation_units", Area: "10YNL----------L"},
			"biddingZone_Domain=10YNL----------L&documentType=A80&periodStart=202409012200&periodEnd=202409022200"},
		{Feed{Item: "unavailability_generation_units", Variant: "updated", Area: "10YNL----------L"},
			"biddingZone_Domain=10YNL----------L&documentType=A80&periodStartUpdate=202409012200&periodEndUpdate=202409022200"},
		{Feed{Item: "other_market_information", Variant: "withdrawn", Area: "10YNL----------L"},
			"controlArea_Domain=10YNL----------L&documentType=B47&DocStatus=A13&periodStartUpdate=202409012200&periodEndUpdate=202409022200"},
		{Feed{Item: "production_and_generation_units", Area: "10YNL----------L"},
			"biddingZone_Domain=10YNL----------L&businessType=B11&documentType=A95&Implementation_DateAndOrTime=2024-09-02"},
	}
	for _, test := range tests {
		r, err := NewRequest(test.feed, w)
		want, _ := url.ParseQuery(test.want)
		if diff := cmp.Diff(want, r.Params); diff != "" || err != nil {
			t.Errorf("%+v: %v (-want, +got)\n%s", test.feed, err, diff)
		}
	}
}

func TestNewDocumentRequest(t *testing.T) {
	outage := Feed{Item: "unavailability_generation_units", Variant: "withdrawn", Area: "10YBE----------2"}
	tests := []struct {
		feed         Feed
		period, want string
	}{
		{outage, "2023-10-11T15:37Z/2024-03-05T08:00Z",
			"documentType=A80&biddingZone_Domain=10YBE----------2&mRID=Iq8&periodStart=202310111537&periodEnd=202403050800"},
		{outage, "2023-10-11T15:37Z/2033-03-05T08:00Z", // not more than a year
			"documentType=A80&biddingZone_Domain=10YBE----------2&mRID=Iq8&periodStart=202310111537&periodEnd=202410111537"},
		{Feed{Item: "unavailability_transmission", Variant: "updated", Area: "10YBE----------2", CounterArea: "10YFR-RTE------C"}, "2023-10-11T15:37Z/2023-10-12T08:00Z",
			"documentType=A78&out_Domain=10YBE----------2&in_Domain=10YFR-RTE------C&mRID=Iq8&periodStart=202310111537&periodEnd=202310120800"},
		{Feed{Item: "fall_backs", Variant: "afrr_planned_withdrawn", Area: "10YBE----------2"}, "2023-10-11T15:37Z/2023-10-12T08:00Z",
			"documentType=A53&processType=A51&businessType=A53&biddingZone_Domain=10YBE----------2&mRID=Iq8&periodStart=202310111537&periodEnd=202310120800"},
	}
	for _, test := range tests {
		r, err := NewDocumentRequest(test.feed, "Iq8", window(test.period))
		want, _ := url.ParseQuery(test.want)
		if diff := cmp.Diff(want, r.Params); diff != "" || err != nil || r.Item.Variants[0].Axis != Delivery {
			t.Errorf("%+v: %v (-want, +got)\n%s", test.feed, err, diff)
		}
	}
	ragged := window("2023-10-11T15:37Z/2023-10-11T15:38Z")
	ragged.From, ragged.To = ragged.From.Add(20*time.Second), ragged.To.Add(20*time.Second)
	if r, err := NewDocumentRequest(outage, "Iq8", ragged); err != nil || r.Window != window("2023-10-11T15:37Z/2023-10-11T15:39Z") {
		t.Errorf("seconds: %s, %v", r.Window, err)
	}
	if item, _ := ItemByName(outage.Item); item.Variants[2].Axis != Update {
		t.Error("the catalogue itself changed")
	}
	for want, ask := range map[string]func() (Request, error){
		"no documents that are known by an mRID": func() (Request, error) {
			return NewDocumentRequest(Feed{Item: "actual_total_load", Area: "10YBE----------2"}, "x", ragged)
		},
		"no mRID":  func() (Request, error) { return NewDocumentRequest(outage, "", ragged) },
		"is empty": func() (Request, error) { return NewDocumentRequest(outage, "x", timeseries.Window{}) },
		"unknown":  func() (Request, error) { return NewDocumentRequest(Feed{Item: "x"}, "x", ragged) },
	} {
		if _, err := ask(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestNewRequestRefuses(t *testing.T) {
	day := "2024-09-01T22:00Z/2024-09-02T22:00Z"
	half := window(day)
	half.From = half.From.Add(time.Second)
	tests := []struct {
		feed Feed
		w    timeseries.Window
		want string
	}{
		{Feed{Item: "day_ahead_price", Area: "10YNL----------L"}, window(day), "did you mean day_ahead_prices"},
		{Feed{Item: "commercial_schedules", Area: "10YNL----------L", CounterArea: "10YBE----------2"}, window(day), `no variant ""`},
		{Feed{Item: "actual_total_load"}, window(day), "do not fit"},
		{Feed{Item: "actual_total_load", Area: "10YNL----------L", CounterArea: "10YBE----------2"}, window(day), "do not fit"},
		{Feed{Item: "cross_border_physical_flows", Area: "10YNL----------L"}, window(day), "do not fit"},
		{Feed{Item: "actual_total_load", Area: "10YNL----------L"}, window("2024-09-01T22:00Z/2024-09-01T22:00Z"), "actual_total_load NL: window 2024-09-01T22:00Z/2024-09-01T22:00Z is empty"},
		{Feed{Item: "actual_total_load", Area: "10YNL----------L"}, half, "whole minutes"},
	}
	for _, test := range tests {
		if _, err := NewRequest(test.feed, test.w); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: %v, want %q", test.feed, err, test.want)
		}
	}
}

func TestPage(t *testing.T) {
	r, err := NewRequest(Feed{Item: "day_ahead_prices", Area: "10YNL----------L"}, window("2024-01-01T23:00Z/2024-12-31T23:00Z"))
	if err != nil {
		t.Fatal(err)
	}
	first, third := r.Page(0), r.Page(200)
	if first.Params.Get("offset") != "0" || third.Params.Get("offset") != "200" || third.Offset != 200 {
		t.Errorf("offsets %q and %q", first.Params.Get("offset"), third.Params.Get("offset"))
	}
	if r.Params.Has("offset") {
		t.Error("the request itself got an offset")
	}
}

// TestRequestsAreThoseRecorded compares our requests with those that others
// have recorded for the same item, area and period.
func TestRequestsAreThoseRecorded(t *testing.T) {
	// Acknowledgements that answer items of the catalogue.
	answered := map[string]string{
		"acknowledgement/1.xml":  "balancing_energy_bids",
		"acknowledgement/4.xml":  "rr_actual_capacity",
		"acknowledgement/6.xml":  "exchanged_reserve_capacity",
		"acknowledgement/7.xml":  "balancing_energy_bids",
		"acknowledgement/8.xml":  "balancing_energy_bids_archive",
		"acknowledgement/9.xml":  "cross_zonal_balancing_capacity",
		"acknowledgement/10.xml": "contracted_reserves",
		"acknowledgement/11.xml": "activated_balancing_energy_prices",
		"acknowledgement/12.xml": "financial_expenses_and_income",
		"acknowledgement/13.xml": "fcr_total_capacity",
		"acknowledgement/14.xml": "shares_of_fcr_capacity",
		"acknowledgement/17.xml": "sharing_of_fcr",
		"acknowledgement/18.xml": "exchanged_reserve_capacity",
		"acknowledgement/19.xml": "balancing_border_capacity_limitations",
		"acknowledgement/20.xml": "changes_to_bid_availability_archive",
		"acknowledgement/21.xml": "installed_capacity_per_production_unit",
		"acknowledgement/22.xml": "actual_generation_per_generation_unit",
		"acknowledgement/23.xml": "month_ahead_total_load_forecast",
		"acknowledgement/24.xml": "flow_based_allocations",
		"acknowledgement/25.xml": "implicit_offered_transfer_capacity",
		"acknowledgement/26.xml": "implicit_offered_transfer_capacity",
		"acknowledgement/29.xml": "other_market_information",
		"acknowledgement/30.xml": "unavailability_transmission",
		"acknowledgement/34.xml": "unavailability_transmission_available_capacity",
		"acknowledgement/37.xml": "fall_backs",
		"acknowledgement/38.xml": "commercial_schedules_net_positions",
	}
	// The archive of flow-based domains is asked by the same process.
	answered["flow_based_allocations/1.zip"] = "flow_based_allocations_archive"
	compared := 0
	for _, row := range facts(t, "INDEX.csv") {
		item, ok := ItemByName(row["data_item"])
		if name := answered[row["file"]]; name != "" {
			item, ok = ItemByName(name)
		}
		if !ok || row["request"] == "" {
			continue
		}
		compared++
		if ours, recorded := requestsLike(t, item, row["request"]); !slices.ContainsFunc(ours, func(p map[string]string) bool { return asksTheSame(p, recorded) }) {
			t.Errorf("%s: none of our requests is the recorded one\nrecorded %v\nours %v", row["file"], recorded, ours)
		}
		if name, _, _ := strings.Cut(row["note"], " ("); strings.Contains(name, "No matching data found for Data item ") {
			checkServerName(t, item, row["note"])
		}
	}
	if compared < 70 {
		t.Errorf("only %d requests were compared", compared)
	}
}

// checkServerName compares the platform's name of an item with the one in a
// recorded acknowledgement: "... for Data item NAME [ARTICLE] (EIC) and ...".
func checkServerName(t *testing.T, item Item, note string) {
	t.Helper()
	_, name, _ := strings.Cut(note, "for Data item ")
	end := strings.Index(name, "]")
	if end >= 0 && name[:end+1] != item.Server {
		t.Errorf("%s: the platform calls it %q, the catalogue %q", item.Name, name[:end+1], item.Server)
	}
}

// requestsLike returns our requests, one per variant, for the area and the
// period of a recorded one, and the recorded one, all as plain parameters.
func requestsLike(t *testing.T, item Item, request string) (ours []map[string]string, recorded map[string]string) {
	t.Helper()
	u, err := url.Parse(request)
	if err != nil {
		t.Fatal(err)
	}
	recorded = lowerNames(u.Query())
	area, counter := item.Domain.Names()
	feed := Feed{Item: item.Name, Area: recorded[strings.ToLower(area[0])]}
	if len(counter) > 0 {
		feed.CounterArea = recorded[strings.ToLower(counter[0])]
	}
	for _, v := range item.Variants {
		feed.Variant = v.Name
		r, err := NewRequest(feed, recordedWindow(t, recorded, item.Zone(areaOf(feed.Area))))
		if err != nil {
			t.Fatal(err)
		}
		ours = append(ours, lowerNames(r.Params))
	}
	return ours, recorded
}

// recordedWindow is the period of a recorded request, or the day of its date.
func recordedWindow(t *testing.T, recorded map[string]string, zone *time.Location) timeseries.Window {
	t.Helper()
	if date := recorded["implementation_dateandortime"]; date != "" {
		day, err := time.ParseInLocation(time.DateOnly, date, zone)
		if err != nil {
			t.Fatal(err)
		}
		return MarketDay.Around(timeseries.Window{From: day, To: day.Add(hour)}, zone)
	}
	var w timeseries.Window
	for name, at := range map[string]*time.Time{"periodstart": &w.From, "periodend": &w.To} {
		var err error
		if *at, err = time.Parse("200601021504", recorded[name]); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// asksTheSame reports whether all of our parameters are recorded ones, and
// all others that were recorded are filters, which the platform does not demand.
func asksTheSame(ours, recorded map[string]string) bool {
	filters := []string{"psrtype", "registeredresource", "auction.category", "offset", "update_dateandortime",
		"classificationsequence_attributeinstancecomponent.position", "standard_marketproduct", "original_marketproduct",
		"direction", "docstatus", "mrid", "periodstartupdate", "periodendupdate", "type_marketagreement.type"}
	switch ours["documenttype"] {
	case "A76", "A77", "A78", "A80", "B45":
		filters = append(filters, "businesstype")
	}
	for name, value := range ours {
		if recorded[name] != value {
			return false
		}
	}
	for name := range recorded {
		if _, sent := ours[name]; !sent && !slices.Contains(filters, name) {
			return false
		}
	}
	return true
}

// lowerNames returns parameters with names in lower case: the platform does
// not mind it, and its own examples mix it.
func lowerNames(params url.Values) map[string]string {
	lower := map[string]string{}
	for name, values := range params {
		lower[strings.ToLower(name)] = values[0]
	}
	return lower
}
