package simulator

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"entsoed/entsoe"
	"entsoed/timeseries"
)

// Every request that the catalogue can make is understood as its item, and
// every item is served.
func TestEveryItemIsServed(t *testing.T) {
	for _, item := range entsoe.Items() {
		if !strings.Contains(item.Server, " [") {
			t.Errorf("%s: server name %q has no article", item.Name, item.Server)
		}
		for _, variant := range item.Variants {
			feed := entsoe.Feed{Item: item.Name, Area: deLU, Variant: variant.Name}
			if item.Domain.Border() {
				feed.CounterArea = fr
			}
			query, err := url.ParseQuery(queryOf(t, feed, at("2026-11-01T23:00:00Z"), at("2026-11-02T23:00:00Z")))
			if err != nil {
				t.Fatal(err)
			}
			params, wrong := readParameters(query)
			if wrong != nil {
				t.Errorf("%s %s: %s", item.Name, variant.Name, wrong.text)
				continue
			}
			found := match(params)
			switch {
			case item.Retired != "":
				if len(found) != 0 {
					t.Errorf("%s is retired, but understood as %v", item.Name, names(found))
				}
			case len(found) != 1 || found[0].item != item.Name && !sameData(found[0].item, item):
				t.Errorf("%s %s is understood as %v", item.Name, variant.Name, names(found))
			}
		}
	}
}

// sameData reports whether the platform answers two items from the same data:
// older entries of its documentation ask for what newer ones do.
func sameData(name string, other entsoe.Item) bool {
	item, ok := entsoe.ItemByName(name)
	return ok && item.Server == other.Server && strings.Contains(other.Title, "older entry")
}

// What the platform has retired it refuses like anything it does not know.
func TestRetiredItemsAreRefused(t *testing.T) {
	s := standing("2026-11-22T14:00:00Z", Config{Seed: 1})
	retired := 0
	for _, item := range entsoe.Items() {
		if item.Retired == "" {
			continue
		}
		retired++
		feed := entsoe.Feed{Item: item.Name, Area: be, Variant: item.Variants[0].Name}
		if item.Domain.Border() {
			feed.CounterArea = fr
		}
		w := ask(s, queryOf(t, feed, at("2026-11-01T23:00:00Z"), at("2026-11-02T23:00:00Z")))
		const want = "is not valid, or the requested data is not allowed to be fetched via this service."
		if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "The combination of [DOCUMENT_TYPE="+item.DocumentType) ||
			!strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: status %d, %s", item.Name, w.Code, w.Body)
		}
	}
	if retired == 0 {
		t.Error("no item is retired")
	}
}

func names(list []*offer) (all []string) {
	for _, o := range list {
		all = append(all, o.item)
	}
	return all
}

// Every candidate feed of the catalogue gets documents that belong to the
// question, or the acknowledgement that there are none: never an error. Not
// all publish, and not all are silent.
func TestEveryCandidateFeed(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: asks every feed, which takes a minute")
	}
	t.Parallel()
	s := standing("2026-11-22T14:00:00Z", Config{Seed: 1, Unlimited: true})
	from, to := at("2026-11-15T08:00:00Z"), at("2026-11-15T10:00:00Z")
	data, silent := make(map[string]int), make(map[string]int)
	asked := make(map[string]int)
	for _, feed := range everyFeed() {
		asked[feed.Item]++
		if n := asked[feed.Item]; n > 100 && n%4 > 0 && !long() {
			continue
		}
		base, _ := entsoe.ItemByName(feed.Item)
		item, _ := base.For(feed.Variant)
		limit := item.LimitStep()
		first, last := from, to
		switch {
		case strings.HasSuffix(feed.Item, "_archive"):
			first, last = from.AddDate(0, -6, 0), to.AddDate(0, -6, 0)
		case item.Limit != "" && limit.Months == 0 && limit.Days <= 1:
		case item.Grain >= entsoe.MarketMonth && limit.Months > 1:
			first, last = from.AddDate(0, -6, 0), to
		case item.Shape == timeseries.ShapeList && item.PageSize > 0: // bids are not
		case item.Shape != timeseries.ShapeSeries:
			first = from.AddDate(0, 0, -1) // events are rare
		}
		query := queryOf(t, feed, first, last)
		if item.PageSize > 0 {
			query += "&offset=0"
		}
		w := ask(s, query)
		body := w.Body.String()
		if w.Code != http.StatusOK {
			t.Errorf("%v: status %d, %s", feed, w.Code, body)
			continue
		}
		if strings.Contains(body, "<Acknowledgement_MarketDocument") {
			silent[feed.Item]++
			if !strings.Contains(body, "<text>No matching data found for Data item ") {
				t.Errorf("%v: %s", feed, body)
			}
			continue
		}
		data[feed.Item]++
		if item.Shape != timeseries.ShapeSeries && data[feed.Item] > 10 {
			continue // many large documents; some of each are enough
		}
		for _, document := range unpacked(t, w.Body.Bytes()) {
			var a answered
			if err := xml.Unmarshal(document, &a); err != nil {
				t.Fatalf("%v: %v in %.300s", feed, err, document)
			}
			checkBelongs(t, feed, a)
		}
	}
	for _, item := range entsoe.Items() {
		if data[item.Name] == 0 && item.Retired == "" {
			t.Errorf("%s: nobody publishes it", item.Name)
		}
		if silent[item.Name] == 0 && item.Retired == "" && data[item.Name] > 20 {
			t.Errorf("%s: everybody publishes it", item.Name)
		}
	}
}

// unpacked returns the documents of a body: itself, or what its ZIP holds.
func unpacked(t *testing.T, body []byte) [][]byte {
	t.Helper()
	if !bytes.HasPrefix(body, []byte("PK")) {
		return [][]byte{body}
	}
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	var documents [][]byte
	for _, file := range z.File {
		in, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		documents = append(documents, unpacked(t, content)...)
	}
	return documents
}

// checkBelongs compares the areas of a document with the question. Those of
// documents that are no curves have tests of their own.
func checkBelongs(t *testing.T, feed entsoe.Feed, a answered) {
	t.Helper()
	const elsewhere = "REGION_CODE-----"
	if area := a.Area + a.ControlArea; area != "" && area != feed.Area && feed.CounterArea == "" && a.Type != "B17" {
		t.Errorf("%v: the document is about %s", feed, area)
	}
	for _, s := range append(a.TimeSeries, a.Bids...) {
		wrong := false
		switch root := a.XMLName.Local; {
		case strings.HasPrefix(root, "GL_"):
			wrong = s.InZone != feed.Area && s.OutZone != feed.Area || s.InZone != "" && s.OutZone != ""
		case s.Acquiring != "" && feed.CounterArea != "":
			wrong = s.Connecting != feed.Area || s.Acquiring != feed.CounterArea
		case s.Acquiring != "":
			wrong = s.Connecting != feed.Area && s.Acquiring != feed.Area
		case s.In == "": // told by the header, or by a part of the document that has a test of its own
		case feed.CounterArea != "":
			wrong = s.Out != feed.Area || s.In != feed.CounterArea
		case s.In == elsewhere || s.Out == elsewhere:
			wrong = s.In != feed.Area && s.Out != feed.Area
		case a.Type == "A78":
		default:
			wrong = s.In != feed.Area || s.Out != feed.Area
		}
		if wrong {
			t.Errorf("%v: TimeSeries %s is about %s", feed, s.MRID, s.name())
		}
		if a.Type != "A95" && (len(s.Periods) > 0 && (len(s.Periods[0].Points) == 0 || s.Periods[0].Points[0].Position != 1)) {
			t.Errorf("%v: TimeSeries %s does not begin with a point at position 1", feed, s.MRID)
		}
	}
}

// Areas that ended have data until then, and those that began since then.
func TestValidityOfAreas(t *testing.T) {
	const deATLU, gb = "10Y1001A1001A63L", "10YGB----------A"
	s := standing("2026-11-22T14:00:00Z", Config{Seed: 1})
	prices := func(eic string) string {
		return "documentType=A44&contract_MarketAgreement.type=A01&in_Domain=" + eic + "&out_Domain=" + eic
	}
	tests := []struct {
		name, query, from, to string
		first, last           string // of the data; empty: none
	}{
		{"DE_AT_LU before its end", prices(deATLU), "2018-09-29T22:00:00Z", "2018-10-02T22:00:00Z", "2018-09-29T22:00Z", "2018-09-30T22:00Z"},
		{"DE_LU from its beginning", prices(deLU), "2018-09-29T22:00:00Z", "2018-10-02T22:00:00Z", "2018-09-30T22:00Z", "2018-10-02T22:00Z"},
		{"GB after its end", prices(gb), "2022-01-01T00:00:00Z", "2022-01-02T00:00:00Z", "", ""},
		{"before the platform", prices(fr), "2014-06-01T22:00:00Z", "2014-06-02T22:00:00Z", "", ""},
	}
	for _, test := range tests {
		a := readAnswer(t, ask(s, test.query+"&"+period(test.from, test.to)))
		first, last := "", ""
		for _, series := range a.TimeSeries {
			for _, p := range series.Periods {
				if first == "" || p.Start < first {
					first = p.Start
				}
				last = max(last, p.End)
			}
		}
		if first != test.first || last != test.last {
			t.Errorf("%s: data from %s to %s, want %s to %s", test.name, first, last, test.first, test.last)
		}
	}
}

// Single values: what a person would call plausible.
func TestPlausibility(t *testing.T) {
	s := standing("2026-11-22T14:00:00Z", Config{Seed: 1})
	window := period("2025-12-31T23:00:00Z", "2026-10-31T23:00:00Z")
	sun := readAnswer(t, ask(s, "documentType=A75&processType=A16&psrType=B16&in_Domain="+nl+"&"+window))
	for name, value := range sun.points(t) {
		if strings.HasSuffix(name, "T00:00Z") && strings.Contains(name, nl+"||") && value != "0/" {
			t.Errorf("solar at night: %s is %s", name, value)
		}
	}
	negative := 0
	prices := readAnswer(t, ask(s, "documentType=A44&contract_MarketAgreement.type=A01&in_Domain="+nl+"&out_Domain="+nl+"&"+window))
	points := prices.points(t)
	for _, value := range points {
		if strings.HasPrefix(value, "/-") {
			negative++
		}
	}
	if negative == 0 || negative > len(points)/4 {
		t.Errorf("%d of %d prices are negative, want some", negative, len(points))
	}
	there := readAnswer(t, ask(s, "documentType=A11&in_Domain="+fr+"&out_Domain="+deLU+"&"+window)).points(t)
	back := readAnswer(t, ask(s, "documentType=A11&in_Domain="+deLU+"&out_Domain="+fr+"&"+window)).points(t)
	zero := func(points map[string]string) (n int) {
		for _, value := range points {
			if value == "0/" {
				n++
			}
		}
		return n
	}
	if n, m := zero(there), zero(back); max(n, m) < len(there)*6/10 || min(n, m) == len(there) {
		t.Errorf("flows are zero in %d and %d of %d hours, want one direction mostly zero", n, m, len(there))
	}
}

// The market's resolutions stand side by side, and change on the day on which
// the coupled market went to quarter hours.
func TestResolutions(t *testing.T) {
	const ireland, swiss = "10Y1001A1001A59C", "10YCH-SWISSGRIDZ"
	s := standing("2026-11-22T14:00:00Z", Config{Seed: 1})
	prices := func(eic string) string {
		return "documentType=A44&contract_MarketAgreement.type=A01&classificationSequence_AttributeInstanceComponent.position=1&in_Domain=" + eic + "&out_Domain=" + eic
	}
	tests := []struct{ query, from, want string }{
		{prices(deLU), "2025-09-29T22:00:00Z", "PT60M"},
		{prices(deLU), "2025-09-30T22:00:00Z", "PT15M"},
		{prices(swiss), "2026-09-30T22:00:00Z", "PT60M"},
		{prices(ireland), "2026-09-30T22:00:00Z", "PT30M"},
		{"documentType=A65&processType=A16&outBiddingZone_Domain=" + nl, "2026-09-30T22:00:00Z", "PT15M"},
		{"documentType=A65&processType=A16&outBiddingZone_Domain=" + fr, "2026-09-30T22:00:00Z", "PT60M"},
		{"documentType=A65&processType=A16&outBiddingZone_Domain=" + ireland, "2026-09-30T22:00:00Z", "PT30M"},
	}
	for _, test := range tests {
		day := at(test.from)
		a := readAnswer(t, ask(s, test.query+"&"+period(test.from, day.Add(24*time.Hour).Format(time.RFC3339))))
		if len(a.TimeSeries) == 0 || a.TimeSeries[0].Periods[0].Resolution != test.want {
			t.Errorf("%s on %s: %d TimeSeries (%s), want resolution %s", test.query, test.from, len(a.TimeSeries), a.Reason, test.want)
		}
	}
}

// Curves that the platform sends twice or under two currencies or sequences.
func TestCompetingCurves(t *testing.T) {
	const no3, at1 = "10YNO-3--------J", "10YAT-APG------L"
	s := standing("2026-11-22T14:00:00Z", Config{Seed: 1})
	tests := []struct {
		eic  string
		want string // currencies and sequences, in the order of the document
	}{
		{no3, "EUR EUR"},
		{pl, "EUR EUR PLN"},
		{deLU, "EUR2 EUR1"},
		{at1, "EUR2 EUR1"},
	}
	for _, test := range tests {
		a := readAnswer(t, ask(s, "documentType=A44&contract_MarketAgreement.type=A01&in_Domain="+test.eic+"&out_Domain="+test.eic+"&"+
			period("2026-09-30T22:00:00Z", "2026-10-01T22:00:00Z")))
		var got []string
		for _, series := range a.TimeSeries {
			sequence := series.Sequence
			if !strings.Contains(test.want, "2") {
				sequence = "" // zones with one auction may leave it out
			}
			got = append(got, series.Currency+sequence)
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%s: curves %v, want %s", test.eic, got, test.want)
		}
	}
}

// Pumped storage and parks consume too: the same type on the other side.
func TestConsumptionIsASeriesOfItsOwn(t *testing.T) {
	s := standing("2026-11-22T14:00:00Z", Config{Seed: 1})
	a := readAnswer(t, ask(s, "documentType=A75&processType=A16&psrType=B10&in_Domain="+deLU+"&"+period("2026-09-30T22:00:00Z", "2026-10-01T22:00:00Z")))
	sides := make(map[string]bool)
	for _, series := range a.TimeSeries {
		if series.PSR != "B10" || series.Business != "A01" {
			t.Errorf("asked for B10 A01, got %s %s", series.PSR, series.Business)
		}
		sides["in "+series.InZone] = true
		sides["out "+series.OutZone] = true
	}
	if !sides["in "+deLU] || !sides["out "+deLU] {
		t.Errorf("pumped storage has sides %v, want both", sides)
	}
}

// Net positions have no sign: the side tells it, and changes within the day.
func TestNetPositions(t *testing.T) {
	s := standing("2026-11-22T14:00:00Z", Config{Seed: 1})
	a := readAnswer(t, ask(s, "documentType=A25&businessType=B09&contract_MarketAgreement.Type=A01&in_Domain="+fr+"&out_Domain="+fr+"&"+
		period("2026-09-30T22:00:00Z", "2026-10-10T22:00:00Z")))
	exports, imports := 0, 0
	for _, series := range a.TimeSeries {
		if series.In == "REGION_CODE-----" && series.Out == fr {
			exports++
		}
		if series.Out == "REGION_CODE-----" && series.In == fr {
			imports++
		}
	}
	if exports+imports != len(a.TimeSeries) || exports == 0 || imports == 0 || len(a.TimeSeries) <= 10 {
		t.Errorf("%d TimeSeries, %d exports and %d imports in ten days, want more than one a day", len(a.TimeSeries), exports, imports)
	}
	for name, value := range a.points(t) {
		if strings.HasPrefix(value, "-") {
			t.Errorf("%s is %s, want no sign", name, value)
		}
	}
	var starts []string
	for _, series := range a.TimeSeries {
		starts = append(starts, series.Periods[0].Start)
	}
	if !slices.IsSorted(starts) {
		t.Errorf("stretches begin at %v, want them in order", starts)
	}
}
