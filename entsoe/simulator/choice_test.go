package simulator

import (
	"strings"
	"testing"

	"entsoed/entsoe"
)

// The results of an auction come for a whole day at once: however much the
// simulator corrects, no single hour of them is missing.
func TestAuctionsAreWhole(t *testing.T) {
	s := standing("2026-11-22T14:00:00Z", Config{Seed: 1, Restless: true})
	for _, code := range []string{"FR", "NL", "PL", "SE_3"} {
		area, err := entsoe.FindArea(code)
		if err != nil {
			t.Fatal(err)
		}
		answer := readAnswer(t, ask(s, "documentType=A44&contract_MarketAgreement.type=A01&in_Domain="+area.EIC+"&out_Domain="+area.EIC+"&periodStart=202601010000&periodEnd=202611010000"))
		if len(answer.TimeSeries) < 300 {
			t.Errorf("%s: %d curves of 305 days", code, len(answer.TimeSeries))
		}
		for _, curve := range answer.TimeSeries {
			if n := len(curve.Periods); n != 1 {
				t.Errorf("%s: a day of prices in %d Periods from %s on", code, n, curve.Periods[0].Start)
			}
		}
	}
}

// Where the request names no contract type, intraday auctions come with the prices of
// Spain, and of nobody else whose answers are known.
func TestMixedAuctions(t *testing.T) {
	s := standing("2026-11-22T14:00:00Z", Config{Seed: 1})
	for _, code := range []string{"ES", "FR", "DE_LU", "NL", "AT", "PT"} {
		area, err := entsoe.FindArea(code)
		if err != nil {
			t.Fatal(err)
		}
		body := ask(s, "documentType=A44&in_Domain="+area.EIC+"&out_Domain="+area.EIC+"&periodStart=202611010000&periodEnd=202611030000").Body.String()
		mixed := strings.Contains(body, "<contract_MarketAgreement.type>A07<")
		if mixed != (code == "ES") {
			t.Errorf("%s: intraday auctions are mixed in: %v", code, mixed)
		}
	}
}

// Every Point of activated energy has a price.
func TestActivatedPricesAreWhole(t *testing.T) {
	s := standing("2026-11-22T14:00:00Z", Config{Seed: 1})
	answer := ask(s, "documentType=A84&processType=A16&controlArea_Domain=10YBE----------2&periodStart=202611010000&periodEnd=202611020000").Body.String()
	if points, prices := strings.Count(answer, "<Point>"), strings.Count(answer, "<activation_Price.amount>"); points == 0 || points != prices {
		t.Errorf("%d Points with %d prices", points, prices)
	}
}

// No border stands still in one direction for months.
func TestBordersTurn(t *testing.T) {
	s := standing("2026-11-22T14:00:00Z", Config{Seed: 1})
	now := s.config.Now()
	for pair := range s.borders {
		if _, known := s.places[pair[0]]; !known {
			continue
		}
		q := "documentType=A11&in_Domain=" + pair[1] + "&out_Domain=" + pair[0] + "&periodStart=" + now.AddDate(0, -2, 0).Format("200601020000") + "&periodEnd=" + now.AddDate(0, -1, 0).Format("200601020000")
		body := ask(s, q).Body.String()
		if !strings.Contains(body, "<quantity>") {
			continue // the border publishes no flows
		}
		if strings.Count(body, "<quantity>") == strings.Count(body, "<quantity>0<") {
			t.Errorf("%s>%s: nothing flows a month", pair[0], pair[1])
		}
	}
}
