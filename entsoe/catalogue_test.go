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

	"github.com/google/go-cmp/cmp"

	"entsoed/timeseries"
)

// facts reads a table of facts about the platform: name is its path from
// FIXTURES_DIR. Rows are keyed by the table's head.
func facts(t *testing.T, name string) []map[string]string {
	t.Helper()
	dir := os.Getenv("FIXTURES_DIR")
	if dir == "" {
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
	Name, Title, Article, DocumentType, Processes, Businesses, Domains, Contracts, Agreements, Auction, Archive string
	Border, Day                                                                                                 bool
	PageSize                                                                                                    int
}

func TestCatalogueHoldsTheTableOfItems(t *testing.T) {
	want, got := map[string]itemFacts{}, map[string]itemFacts{}
	for _, row := range facts(t, "../data_items.csv") {
		want[row["name"]] = wantedFacts(row)
	}
	for _, item := range Items() {
		got[item.Name] = factsOf(item)
	}
	for name := range want {
		if diff := cmp.Diff(want[name], got[name]); diff != "" {
			t.Errorf("%s (-want, +got)\n%s", name, diff)
		}
	}
	if len(want) != 83 || len(got) != len(want) {
		t.Errorf("the table has %d items, want 83; the catalogue has %d", len(want), len(got))
	}
}

var codePattern = regexp.MustCompile(`\b[ABC]\d\d\b`)

// codesOf returns the codes in a text of the table, sorted, without those in
// remarks; none if the text says that they are optional or of the answer.
func codesOf(text string) string {
	for _, none := range []string{"(resp", "(filter", "(optional", "optional"} {
		if strings.HasPrefix(text, none) {
			return ""
		}
	}
	text, _, _ = strings.Cut(text, " (older")
	codes := codePattern.FindAllString(text, -1)
	slices.Sort(codes)
	return strings.Join(slices.Compact(codes), " ")
}

func wantedFacts(row map[string]string) itemFacts {
	domains, remark, _ := strings.Cut(row["area_params"], " (")
	f := itemFacts{
		Name: row["name"], Title: row["title"], Article: row["article"],
		DocumentType: codePattern.FindString(row["documentType"]),
		Processes:    codesOf(row["processType"]), Businesses: codesOf(row["businessType"]),
		Domains: wordSet(strings.Fields(domains)),
		Border:  strings.Contains(domains, " ") && !strings.HasPrefix(remark, "equal"),
		Day:     strings.HasPrefix(strings.ToUpper(row["max_period"]), "1 DAY"),
	}
	switch rule := row["page_rule"]; {
	case strings.Contains(rule, "ignored"):
	case strings.HasPrefix(rule, "offset step 200"):
		f.PageSize = 200
	case strings.HasPrefix(rule, "offset"):
		f.PageSize = 100
	}
	for _, part := range strings.Split(row["other_fixed_params"], ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		if words := strings.Fields(name); len(words) == 3 && words[1] == "in" {
			name, value = words[0], words[2]
		}
		codes := codePattern.FindAllString(part, -1)
		slices.Sort(codes)
		switch name = strings.ToLower(name); {
		case name == "auction.type":
			f.Auction = value
		case strings.HasPrefix(name, "contract_"):
			f.Contracts = strings.Join(codes, " ")
		case name == "type_marketagreement.type":
			f.Agreements = strings.Join(codes, " ")
		case name == "storagetype":
			f.Archive = value
		}
	}
	corrected(&f)
	return f
}

// corrected puts right what the table leaves open or says in other words.
func corrected(f *itemFacts) {
	switch f.Name {
	case "third_country_transfer_capacities_implicit":
		f.Contracts = "A01 A07"
	case "commercial_schedules":
		f.Title = "Commercial Schedules"
	case "intraday_auction_prices":
		f.Title = "Energy Prices (intraday auctions)"
	case "frr_rr_actual_capacity":
		f.Businesses = "C77" // is answered with C78 and C79, too
	case "flow_based_allocations", "flow_based_allocations_archive", "balancing_energy_bids_archive",
		"changes_to_bid_availability_archive", "production_and_generation_units":
		f.Day = true // one instance an answer, or a date
	}
}

// wordSet joins names of parameters, which are written in any case, sorted.
func wordSet(words []string) string {
	var lower []string
	for _, w := range words {
		lower = append(lower, strings.ToLower(w))
	}
	slices.Sort(lower)
	return strings.Join(slices.Compact(lower), " ")
}

func factsOf(item Item) itemFacts {
	area, counter := item.Domain.Names()
	f := itemFacts{
		Name: item.Name, Title: item.Title, Article: item.Article, DocumentType: item.DocumentType,
		Domains: wordSet(append(slices.Clone(area), counter...)), Border: item.Domain.Border(),
		Day: item.Limit == "P1D", PageSize: item.PageSize,
	}
	found := map[string][]string{"businesstype": {item.BusinessType}, "processtype": {item.ProcessType}}
	for _, v := range item.Variants {
		for _, p := range v.Params {
			name := strings.ToLower(p.Name)
			found[name] = append(found[name], p.Value)
		}
	}
	codes := func(name string) string {
		slices.Sort(found[name])
		return strings.TrimSpace(strings.Join(slices.Compact(found[name]), " "))
	}
	f.Processes, f.Businesses = codes("processtype"), codes("businesstype")
	f.Contracts, f.Agreements = codes("contract_marketagreement.type"), codes("type_marketagreement.type")
	f.Auction, f.Archive = codes("auction.type"), codes("storagetype")
	return f
}

// TestServerNames compares the platform's own names of items, as far as answers
// have told them.
func TestServerNames(t *testing.T) {
	facts(t, "INDEX.csv") // or the test is left out
	text, err := os.ReadFile(filepath.Join(os.Getenv("FIXTURES_DIR"), "../api.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(text), "Server names (")
	list, _, _ = strings.Cut(list, "From errors:")
	known := regexp.MustCompile(`([A-Z_]+[0-9]?) (\[[^\]|]+\])`).FindAllStringSubmatch(list, -1)
	if len(known) < 25 {
		t.Fatalf("only %d names are told", len(known))
	}
	for _, name := range known {
		if !slices.ContainsFunc(Items(), func(i Item) bool { return i.Server == name[1]+" "+name[2] }) {
			t.Errorf("no item is %s %s", name[1], name[2])
		}
	}
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
		checkView(t, item)
		if len(item.AreaKinds) == 0 || item.Domain == 0 || len(item.Variants) == 0 {
			t.Errorf("%s has no area kinds, domain or variants", item.Name)
		}
		checkVariants(t, item)
	}
}

// checkView checks that each shape has the columns that it can have.
func checkView(t *testing.T, item Item) {
	t.Helper()
	v, series := item.View, item.Shape == timeseries.ShapeSeries
	capacity := strings.HasPrefix(item.Name, "unavailability_") && item.Shape == timeseries.ShapeDocuments
	rows := item.Shape == timeseries.ShapeList || item.Shape == timeseries.ShapeRegister
	if (v.Value != "") != (series || capacity) || !series && (v.Best || v.Fast || len(v.Measures) > 0) ||
		!rows && len(v.Values)+len(v.Details)+len(v.Each) > 0 {
		t.Errorf("%s: a view of another shape", item.Name)
	}
	names := slices.Clone(v.Columns)
	for _, c := range slices.Concat(v.Values, v.Details) {
		names = append(names, c.Name)
	}
	for _, c := range v.Measures {
		names = append(names, "measure "+c.Name)
	}
	slices.Sort(names)
	if len(slices.Compact(names)) != len(v.Columns)+len(v.Values)+len(v.Details)+len(v.Measures) {
		t.Errorf("%s: a column stands twice", item.Name)
	}
	if series && len(v.Measures) == 0 && slices.Contains(v.Columns, timeseries.Resolution) == (len(v.Columns) == 0) {
		t.Errorf("%s: no resolution in the view", item.Name)
	}
}

func checkVariants(t *testing.T, item Item) {
	t.Helper()
	seen := map[string]bool{}
	for _, v := range item.Variants {
		several := len(item.Variants) > 1 && !(item.Shape == timeseries.ShapeDocuments && v.OnDemand)
		if seen[v.Name] || v.Name == "" && several || (v.Name == "") != (v.Title == "") {
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

// TestEveryItemHasCandidates: what is neither retired nor asked on demand only
// is asked of somebody.
func TestEveryItemHasCandidates(t *testing.T) {
	asked := map[string]int{}
	for _, f := range CandidateFeeds(Items(), Areas()) {
		asked[f.Item]++
	}
	for _, item := range Items() {
		collected := item.Retired == "" && slices.ContainsFunc(item.Variants, func(v Variant) bool { return !v.OnDemand })
		if (asked[item.Name] > 0) != collected {
			t.Errorf("%s: %d candidate feeds, is collected: %v", item.Name, asked[item.Name], collected)
		}
		if _, err := time.Parse("2006-01", item.Retired); item.Retired != "" && err != nil {
			t.Errorf("%s: %v", item.Name, err)
		}
		for _, eic := range item.Areas {
			if areaOf(eic).Name == "" {
				t.Errorf("%s names an unknown area %s", item.Name, eic)
			}
		}
		for _, kind := range item.AreaKinds {
			if !slices.ContainsFunc(Areas(), func(a Area) bool { return slices.Contains(a.Kinds, kind) }) {
				t.Errorf("%s: no area is a %s", item.Name, kind)
			}
		}
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
	volumes, _ := ItemByName("netted_exchanged_volumes")
	afrr, _ := volumes.For("afrr")
	if netting, _ := volumes.For("netting"); afrr.Limit != "P1D" || netting.Limit != "P1Y" {
		t.Errorf("limits %q and %q", afrr.Limit, netting.Limit)
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
		{"day_ahead_prices", "UA_IPS", "Europe/Kyiv"},
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

// TestMoneyAndLevelsAreCombinedAsSuch: an amount of money is no price, a level is not
// averaged, and neither is what is the least or the greatest of something.
func TestMoneyAndLevelsAreCombinedAsSuch(t *testing.T) {
	for _, item := range Items() {
		want := timeseries.CombineByUnit
		switch {
		case item.Shape != timeseries.ShapeSeries:
		case strings.HasPrefix(item.Unit, "currency ("):
			want = timeseries.CombineSum
		case strings.HasPrefix(item.Meaning, "Energy stored"):
			want = timeseries.CombineLast
		case strings.Contains(item.Meaning, "owest (business type A60)"), strings.Contains(item.Meaning, "owest (business type C77)"):
			want = timeseries.CombineExtremes
		}
		if item.View.Combine != want {
			t.Errorf("%s is combined by %q, want %q", item.Name, item.View.Combine, want)
		}
	}
}
