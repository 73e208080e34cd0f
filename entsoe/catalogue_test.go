package entsoe

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"entsoed/timeseries"

	"github.com/google/go-cmp/cmp"
)

// facts reads a table of facts about the platform: name is its path from
// FIXTURES_DIR. Rows are keyed by the table's head.
func facts(t *testing.T, name string) []map[string]string {
	t.Helper()
	dir := os.Getenv("FIXTURES_DIR")
	if dir == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("FIXTURES_DIR is not set: CI must compare the catalogue")
		}
		t.Skip("FIXTURES_DIR is not set: no tables to compare the catalogue with")
	}
	file, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, name := range records[0] {
			row[name] = record[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// itemFacts are the columns of an item that must be those of the table.
type itemFacts struct {
	Name, Title, Article, DocumentType, ProcessType, BusinessType, Domains, Contracts, Auction string
	Day, Paged                                                                                 bool
}

func TestCatalogueHoldsTheTableOfItems(t *testing.T) {
	var want []itemFacts
	for _, row := range facts(t, "../data_items.csv") {
		if row["root_element"] == "GL_MarketDocument" || row["root_element"] == "Publication_MarketDocument" {
			want = append(want, wantedFacts(row))
		}
	}
	var got []itemFacts
	for _, item := range Items() {
		got = append(got, factsOf(item))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("catalogue (-want, +got)\n%s", diff)
	}
	if len(want) != 34 {
		t.Errorf("the table has %d items, want 34", len(want))
	}
}

func wantedFacts(row map[string]string) itemFacts {
	code := regexp.MustCompile(`\b[AB]\d\d\b`)
	business := ""
	if text := row["businessType"]; !strings.HasPrefix(text, "(resp") {
		business = strings.Join(code.FindAllString(text, -1), " ")
	}
	domains := row["area_params"]
	if i := strings.Index(domains, " ("); i >= 0 {
		domains = "both equal"
	}
	f := itemFacts{
		Name: row["name"], Title: row["title"], Article: row["article"],
		DocumentType: code.FindString(row["documentType"]), ProcessType: row["processType"],
		BusinessType: business, Domains: domains,
		Day:   strings.HasPrefix(row["max_period"], "1 DAY"),
		Paged: strings.HasPrefix(row["page_rule"], "offset"),
	}
	for _, part := range strings.Split(row["other_fixed_params"], ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		if words := strings.Fields(name); len(words) == 3 && words[1] == "in" {
			name, value = words[0], words[2]
		}
		switch codes := code.FindAllString(part, -1); {
		case strings.HasPrefix(name, "auction.Type"):
			f.Auction = value
		case strings.HasPrefix(strings.ToLower(name), "contract_"):
			slices.Sort(codes)
			f.Contracts = strings.Join(codes, " ")
		}
	}
	// The table leaves the contracts of these open, or names the titles of ours longer.
	switch f.Name {
	case "third_country_transfer_capacities_implicit":
		f.Contracts = "A01 A07"
	case "commercial_schedules":
		f.Title = "Commercial Schedules"
	case "intraday_auction_prices":
		f.Title = "Energy Prices (intraday auctions)"
	}
	return f
}

func factsOf(item Item) itemFacts {
	f := itemFacts{
		Name: item.Name, Title: item.Title, Article: item.Article,
		DocumentType: item.DocumentType, ProcessType: item.ProcessType,
		Domains: map[Domain]string{
			OutBiddingZone: "outBiddingZone_Domain", InDomain: "in_Domain",
			BothDomains: "both equal", Border: "in_Domain out_Domain",
		}[item.Domain],
		Day: item.Limit == "P1D", Paged: item.PageSize == 100,
	}
	business, contracts, auctions := []string{item.BusinessType}, []string{}, []string{}
	for _, v := range item.Variants {
		for _, p := range v.Params {
			switch p.Name {
			case businessType:
				business = append(business, p.Value)
			case contractType, contractTypeLower:
				contracts = append(contracts, p.Value)
			case auctionType:
				auctions = append(auctions, p.Value)
			}
		}
	}
	join := func(codes []string) string {
		slices.Sort(codes)
		return strings.TrimSpace(strings.Join(slices.Compact(codes), " "))
	}
	f.BusinessType, f.Contracts, f.Auction = join(business), join(contracts), join(auctions)
	return f
}

func TestCatalogueIsComplete(t *testing.T) {
	names := map[string]bool{}
	for _, item := range Items() {
		if names[item.Name] {
			t.Errorf("%s stands twice", item.Name)
		}
		names[item.Name] = true
		if !regexp.MustCompile(`^[a-z][a-z0-9_]{2,60}$`).MatchString(item.Name) {
			t.Errorf("%q is no name for a view", item.Name)
		}
		for what, text := range map[string]string{
			"title": item.Title, "article": item.Article, "unit": item.Unit, "meaning": item.Meaning,
			"document type": item.DocumentType, "name of the server": item.Server, "first day": item.Since,
			"value column": item.View.Value,
		} {
			if text == "" {
				t.Errorf("%s has no %s", item.Name, what)
			}
		}
		if !strings.HasSuffix(item.Meaning, ".") {
			t.Errorf("%s: the meaning is no sentence: %q", item.Name, item.Meaning)
		}
		if _, err := time.Parse(time.DateOnly, item.Since); err != nil {
			t.Errorf("%s: first day: %v", item.Name, err)
		}
		if _, err := timeseries.ParseStep(item.Limit); item.Limit != "" && err != nil {
			t.Errorf("%s: limit: %v", item.Name, err)
		}
		if len(item.AreaKinds) == 0 || item.Domain == 0 || len(item.Variants) == 0 {
			t.Errorf("%s has no area kinds, domain or variants", item.Name)
		}
		checkVariants(t, item)
	}
}

func checkVariants(t *testing.T, item Item) {
	t.Helper()
	seen := map[string]bool{}
	for _, v := range item.Variants {
		if seen[v.Name] || v.Name == "" && len(item.Variants) > 1 || (v.Name == "") != (v.Title == "") {
			t.Errorf("%s: variant %q is doubled or lacks a name or title", item.Name, v.Name)
		}
		seen[v.Name] = true
		one, ok := item.For(v.Name)
		if !ok || len(one.Variants) != 1 {
			t.Fatalf("%s: no variant %q", item.Name, v.Name)
		}
		checkTimetable(t, item.Name+" "+v.Name, one)
	}
	if _, ok := item.For("nonsense"); ok {
		t.Errorf("%s has a variant of any name", item.Name)
	}
}

// checkTimetable checks that the moments of a timetable follow each other:
// each reading after the one before, and deadlines after what is possible.
func checkTimetable(t *testing.T, name string, item Item) {
	t.Helper()
	table := item.Timetable
	start := table.Unit.Start(time.Date(2026, 7, 15, 9, 0, 0, 0, time.UTC), Brussels())
	last := time.Time{}
	for stage := range table.Stages() {
		r := table.Reading(stage)
		earliest, latest := r.Earliest.after(start, Brussels()), r.Latest.after(start, Brussels())
		if earliest.Before(last) || latest.Before(earliest) {
			t.Errorf("%s: reading %d is out of order", name, stage)
		}
		last = earliest
	}
	if table.Every < 15*time.Minute || day%table.Every != 0 {
		t.Errorf("%s: asked every %s, which does not divide a day", name, table.Every)
	}
	for _, b := range table.Bursts {
		if b.Every <= 0 || b.From >= b.To || b.To > day {
			t.Errorf("%s: impossible burst %+v", name, b)
		}
	}
	if item.WholeDays && item.Grain == Exact {
		t.Errorf("%s: is answered in whole days, but no answer may reach beyond the question", name)
	}
}

func TestFor(t *testing.T) {
	capacities, _ := ItemByName("forecasted_transfer_capacities")
	week, ok := capacities.For("week")
	if !ok || week.Grain != MarketWeek || week.Timetable.Unit != MarketWeek {
		t.Errorf("week: %v, grain %d, unit %d", ok, week.Grain, week.Timetable.Unit)
	}
	day, ok := capacities.For("day")
	if !ok || day.Grain != Exact || day.Timetable.Unit != MarketDay {
		t.Errorf("day: %v, grain %d, unit %d", ok, day.Grain, day.Timetable.Unit)
	}
	if len(capacities.Variants) != 4 {
		t.Errorf("the item itself changed: %d variants", len(capacities.Variants))
	}
}

func TestZone(t *testing.T) {
	tests := []struct{ item, area, want string }{
		{"day_ahead_prices", "FI", "Europe/Brussels"}, // coupled, though its clock is an hour ahead
		{"day_ahead_prices", "PT", "Europe/Brussels"},
		{"day_ahead_prices", "IE_SEM", "Europe/Brussels"},
		{"day_ahead_prices", "TR", "Europe/Istanbul"}, // a market of its own
		{"day_ahead_prices", "UA_IPS", "Europe/Kiev"},
		{"day_ahead_prices", "10Y1001C--00031A", "Europe/Brussels"}, // no zone known
		{"actual_total_load", "FI", "Europe/Helsinki"},
		{"wind_solar_forecast_day_ahead", "GR", "Europe/Athens"},
		{"commercial_schedules", "TR", "Europe/Brussels"}, // borders follow the market
		{"cross_border_physical_flows", "TR", "Europe/Istanbul"},
	}
	for _, test := range tests {
		item, ok := ItemByName(test.item)
		area, err := FindArea(test.area)
		if !ok || err != nil {
			t.Fatal(test, err)
		}
		if got := item.Zone(area).String(); got != test.want {
			t.Errorf("%s of %s: %s, want %s", test.item, test.area, got, test.want)
		}
		if got := (Feed{Item: test.item, Area: area.EIC}).Zone().String(); got != test.want {
			t.Errorf("feed of %s of %s: %s, want %s", test.item, test.area, got, test.want)
		}
	}
}
