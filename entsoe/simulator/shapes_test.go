package simulator

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"entsoed/entsoe"
	"entsoed/timeseries"
)

// firstOf returns the documents, as text, of the first feed of an item and
// variant that publishes in a window.
func firstOf(t *testing.T, item, variant string, from, to time.Time) []string {
	t.Helper()
	now := at("2026-11-22T14:00:00Z")
	s := New(Config{Seed: 1})
	for _, feed := range everyFeed() {
		if feed.Item != item || feed.Variant != variant {
			continue
		}
		r, wrong := replied(t, s, feed, timeseries.Window{From: from, To: to}, now)
		if wrong != nil {
			continue
		}
		var documents []string
		for _, d := range curves(r.papers) {
			var body bytes.Buffer
			d.write(newWriter(&body))
			documents = append(documents, body.String())
		}
		return documents
	}
	t.Fatalf("nobody publishes %s %s", item, variant)
	return nil
}

// What sets the documents of balancing and congestion apart from plain curves.
func TestShapesOfDocuments(t *testing.T) {
	const hours = 24 * time.Hour
	to := at("2026-11-20T23:00:00Z")
	tests := []struct {
		item, variant string
		long          time.Duration
		want          string // regular expression that the first document matches
	}{
		{"cbmp_afrr_central_selection", "", hours, `<resolution>PT4S</resolution>(?s).*<position>\d+</position>\s*</Point>`},
		{"cbmp_afrr_central_selection", "", hours, `</activation_Price.amount>\s*<imbalance_Price.category>A08<`},
		{"imbalance_prices", "", hours, `<docStatus><value>A01</value></docStatus>`},
		{"imbalance_prices", "", hours, `</imbalance_Price.amount>\s*<imbalance_Price.category>A04<`},
		{"financial_expenses_and_income", "", 300 * hours, `<Financial_Price>\s*<amount>\d[^<]*</amount>\s*<direction>A01</direction>\s*</Financial_Price>\s*<Financial_Price>\s*<amount>-`},
		{"criteria_application_measurements", "restoration", 300 * hours, `<secondaryQuantity>99</secondaryQuantity>`},
		{"criteria_application_measurements", "restoration", 300 * hours, `<quantity>\d+\.\d{6}</quantity>`},
		{"netted_exchanged_volumes", "netting", hours, `<quantity>\d+\.\d{4}</quantity>`},
		{"flow_based_allocations", "day", hours, `<Constraint_TimeSeries>(?s).*<PTDF_Domain>\s*<mRID>[^<]+</mRID>\s*<pTDF_Quantity.quantity>`},
		{"redispatching_internal", "", 5 * hours, `<Asset_RegisteredResource>(?s).*</Period>\s*<Reason>`},
		{"congestion_management_costs", "", 300 * hours, `<resolution>P1M</resolution>(?s).*<congestionCost_Price.amount>`},
		{"unavailability_consumption_units", "", 5 * hours, `<Available_Period>(?s).*</TimeSeries>\s*<Reason>\s*<code>A95</code>`},
		{"balancing_border_capacity_limitations", "mfrr", hours, `<measure_Unit.name>MAW<`},
		{"balancing_energy_bids", "mfrr", time.Hour, `<quantity.quantity>[^<]+</quantity.quantity>\s*<energy_Price.amount>`},
	}
	for _, test := range tests {
		first := firstOf(t, test.item, test.variant, to.Add(-test.long), to)[0]
		if !regexp.MustCompile(test.want).MatchString(first) {
			t.Errorf("%s: no match of %s in %.1500s", test.item, test.want, first)
		}
	}
}

// Over the end of settlement prices come in two documents: for the time being,
// and final.
func TestImbalancePricesBecomeFinal(t *testing.T) {
	documents := firstOf(t, "imbalance_prices", "", at("2026-06-30T22:00:00Z"), at("2026-11-20T23:00:00Z"))
	status := regexp.MustCompile(`<docStatus><value>(A0\d)</value>`)
	var found []string
	for _, d := range documents {
		found = append(found, status.FindStringSubmatch(d)[1])
	}
	if !slices.Equal(found, []string{intermediate, final}) {
		t.Errorf("documents are of status %v", found)
	}
	old := firstOf(t, "imbalance_prices", "", at("2026-01-31T23:00:00Z"), at("2026-02-01T23:00:00Z"))
	if len(old) != 1 || !strings.Contains(old[0], "<value>A02</value>") {
		t.Errorf("a day in February has %d documents, %.900s", len(old), old[0])
	}
}

// Single bids are kept for 93 days; then the archive has them.
func TestBidsAreArchived(t *testing.T) {
	s := New(Config{Seed: 1})
	now := at("2026-11-22T14:00:00Z")
	old := timeseries.Window{From: now.AddDate(0, 0, -100), To: now.AddDate(0, 0, -100).Add(time.Hour)}
	fresh := timeseries.Window{From: now.Add(-48 * time.Hour), To: now.Add(-47 * time.Hour)}
	for _, area := range entsoe.Areas() {
		bids := entsoe.Feed{Item: "balancing_energy_bids", Variant: "mfrr", Area: area.EIC}
		if _, wrong := replied(t, s, bids, fresh, now); wrong != nil {
			continue
		}
		if _, wrong := replied(t, s, bids, old, now); wrong == nil {
			t.Errorf("%s: bids of 100 days ago are not archived", area.Code)
		}
	}
	archive := firstOf(t, "balancing_energy_bids_archive", "mfrr", old.From, old.To)
	if !strings.Contains(archive[0], "<Bid_TimeSeries>") {
		t.Errorf("the archive holds %.900s", archive[0])
	}
}

// The areas of the platform's own examples publish whatever the seed is.
func TestExamplesPublish(t *testing.T) {
	now := at("2026-11-22T14:00:00Z")
	for seed := range uint64(3) {
		s := New(Config{Seed: seed})
		for _, table := range tables() {
			for _, o := range table {
				for _, place := range strings.Fields(o.always) {
					area, counter, _ := strings.Cut(place, ">")
					item, ok := entsoe.ItemByName(o.item)
					if !ok {
						continue
					}
					feed := entsoe.Feed{Item: o.item, Variant: item.Variants[len(item.Variants)-1].Name, Area: area, CounterArea: counter}
					w := within(feed, timeseries.Window{From: now.AddDate(0, -8, 0), To: now.AddDate(0, 0, -6)}, now)
					if _, wrong := replied(t, s, feed, w, now); wrong != nil {
						t.Errorf("seed %d: %v: %s", seed, feed, wrong.text)
					}
				}
			}
		}
	}
}
