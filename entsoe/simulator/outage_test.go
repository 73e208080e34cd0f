package simulator

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

const unitsOf = "documentType=A80&biddingZone_Domain="

func updated(from, to string) string {
	const layout = "200601021504"
	return "periodStartUpdate=" + at(from).Format(layout) + "&periodEndUpdate=" + at(to).Format(layout)
}

// What is told of a document depends on nothing but the time of the question:
// revisions come one after the other, the newest one is what windows of
// changes and of delivery answer, and the mRID answers all.
func TestLivesOfOutages(t *testing.T) {
	const from, to = "2026-11-01T00:00:00Z", "2026-11-22T00:00:00Z"
	late := standing(to, Config{Seed: 1})
	newest := messages(t, ask(late, unitsOf+be+"&"+updated(from, to)))
	withdrawn := messages(t, ask(late, unitsOf+be+"&docStatus=A13&"+updated(from, to)))
	cancelled, revised := 0, 0
	for _, m := range slices.Concat(newest, withdrawn) {
		if created := at(m.Created); created.Before(at(from)) || !created.Before(at(to)) {
			t.Errorf("%s %d was created %s, outside the window", m.MRID, m.Revision, m.Created)
		}
		if m.Status == "A09" {
			cancelled++
		}
		if m.Revision > 1 {
			revised++
		}
		checkLife(t, m)
	}
	for _, m := range newest {
		if m.Status == "A13" {
			t.Errorf("%s is withdrawn and was not asked for", m.MRID)
		}
	}
	if len(newest) < 20 || cancelled == 0 || revised == 0 || len(withdrawn) == 0 {
		t.Errorf("%d documents, %d cancelled, %d revised, %d withdrawn: want some of each", len(newest), cancelled, revised, len(withdrawn))
	}
}

// checkLife asks for all revisions of a document, and just before the newest
// one for the one before.
func checkLife(t *testing.T, newest message) {
	t.Helper()
	s := standing("2026-11-22T00:00:00Z", Config{Seed: 1})
	all := messages(t, ask(s, unitsOf+be+"&mRID="+newest.MRID))
	if len(all) != newest.Revision || all[len(all)-1].body != newest.body {
		t.Errorf("%s: %d revisions by mRID, want %d and the newest among them", newest.MRID, len(all), newest.Revision)
		return
	}
	for i, m := range all {
		if m.Revision != i+1 || i > 0 && (m.Created <= all[i-1].Created || m.body == all[i-1].body) {
			t.Errorf("%s: revision %d of %s follows %s", m.MRID, m.Revision, m.Created, all[max(i-1, 0)].Created)
		}
		if len(m.TimeSeries) == 0 || len(m.Reasons) == 0 {
			t.Errorf("%s %d: no TimeSeries or no Reason", m.MRID, m.Revision)
		}
		checkPeriods(t, m)
	}
	before := standing(at(newest.Created).Add(-time.Second).Format(time.RFC3339), Config{Seed: 1})
	if n := len(messages(t, ask(before, unitsOf+be+"&mRID="+newest.MRID))); n != newest.Revision-1 {
		t.Errorf("%s: %d revisions a second before revision %d", newest.MRID, n, newest.Revision)
	}
	if n := len(messages(t, ask(s, "documentType=A80&mRID="+newest.MRID))); n != newest.Revision {
		t.Errorf("%s: %d revisions without the area, want %d", newest.MRID, n, newest.Revision)
	}
	if n := len(messages(t, ask(s, unitsOf+nl+"&mRID="+newest.MRID))); n != 0 {
		t.Errorf("%s: %d revisions of another area", newest.MRID, n)
	}
}

// checkPeriods looks at the Periods of an outage: without gaps from its
// beginning to its end, in steps that fit, with less than there is.
func checkPeriods(t *testing.T, m message) {
	t.Helper()
	for _, s := range m.TimeSeries {
		end := m.Start
		for _, p := range slices.Concat(s.Available, s.Wind) {
			from, to, step := readInterval(t, p.Start, p.End, p.Resolution)
			if p.Start != end || to.Sub(from)%step != 0 || len(p.Points) == 0 || p.Points[0].Position != 1 {
				t.Errorf("%s %d: Period %s/%s %s after %s with %d points", m.MRID, m.Revision, p.Start, p.End, p.Resolution, end, len(p.Points))
			}
			for i, point := range p.Points {
				if i > 0 && point.Position <= p.Points[i-1].Position || time.Duration(point.Position) > to.Sub(from)/step || s.Nominal > 0 && point.Quantity > s.Nominal || point.Quantity < 0 {
					t.Errorf("%s %d: point %d of %s/%s is %+v of %g MW", m.MRID, m.Revision, i, p.Start, p.End, point, s.Nominal)
				}
			}
			end = p.End
		}
		if end != m.End {
			t.Errorf("%s %d: Periods end at %s, the document at %s", m.MRID, m.Revision, end, m.End)
		}
	}
}

// What a document can be: several resources, several resolutions, the minute
// over long times, several levels, several assets and reasons.
func TestShapesOfOutages(t *testing.T) {
	s := standing("2026-11-22T00:00:00Z", Config{Seed: 1})
	seen := make(map[string]int)
	for i := range 4 {
		for _, m := range messages(t, ask(s, fmt.Sprintf("%s%s&offset=%d&%s", unitsOf, fr, i*200, period("2026-11-01T00:00:00Z", "2026-11-22T00:00:00Z")))) {
			checkPeriods(t, m)
			count(seen, "several resources", len(m.TimeSeries) > 1)
			count(seen, "several reasons", len(m.Reasons) > 1)
			count(seen, "several periods", len(m.TimeSeries[0].Available) == 3)
			count(seen, "several levels", len(m.TimeSeries[0].Available[0].Points) > 1)
			p := m.TimeSeries[0].Available[0]
			from, to, _ := readInterval(t, p.Start, p.End, p.Resolution)
			count(seen, "minutes of weeks", p.Resolution == "PT1M" && to.Sub(from) > 14*24*time.Hour)
			count(seen, "planned", m.TimeSeries[0].Business == "A53")
			count(seen, "forced", m.TimeSeries[0].Business == "A54")
		}
	}
	for _, what := range []string{"several resources", "several reasons", "several periods", "several levels", "minutes of weeks", "planned", "forced"} {
		if seen[what] == 0 {
			t.Errorf("no outage has %s, of %v", what, seen)
		}
	}
}

func count(seen map[string]int, what string, is bool) {
	if is {
		seen[what]++
	}
}

// More than 200 documents are refused without offset and come in pages with
// it; past the end there is no data.
func TestPagesOfDocuments(t *testing.T) {
	s := standing("2026-11-22T00:00:00Z", Config{Seed: 1})
	query := unitsOf + fr + "&" + updated("2026-11-08T00:00:00Z", "2026-11-22T00:00:00Z")
	w := ask(s, query)
	reason := readAnswer(t, w).Reason
	var total int
	if _, err := fmt.Sscanf(reason, "The number of instances (%d) exceeds the allowed maximum (200) for data item UNAVAILABILITY_OF_PRODUCTION_AND_GENERATION_UNITS.", &total); err != nil || w.Code != 400 || total <= 400 {
		t.Fatalf("status %d, %q: %v", w.Code, reason, err)
	}
	ids := make(map[string]bool)
	for offset := 0; ; offset += 200 {
		w := ask(s, query+fmt.Sprintf("&offset=%d", offset))
		page := messages(t, w)
		if len(page) == 0 {
			if !strings.HasPrefix(readAnswer(t, w).Reason, "No matching data found") {
				t.Errorf("past the end: %s", w.Body)
			}
			break
		}
		if len(page) != min(200, total-offset) {
			t.Errorf("offset %d: %d documents of %d", offset, len(page), total)
		}
		for _, m := range page {
			if ids[m.MRID] {
				t.Errorf("%s is on two pages", m.MRID)
			}
			ids[m.MRID] = true
		}
	}
	if len(ids) != total {
		t.Errorf("%d documents on the pages, %d were announced", len(ids), total)
	}
}

// Both ends of a window count once: what two windows answer that meet, one
// over both answers too.
func TestWindowsOfChangesMeet(t *testing.T) {
	s := standing("2026-11-22T00:00:00Z", Config{Seed: 1})
	count := func(from, to string) int { return len(messages(t, ask(s, unitsOf+be+"&"+updated(from, to)))) }
	const a, b, c = "2026-11-10T00:00:00Z", "2026-11-16T11:34:00Z", "2026-11-22T00:00:00Z"
	if one, two, both := count(a, b), count(b, c), count(a, c); one+two != both || one == 0 || two == 0 {
		t.Errorf("%d and %d documents, over both windows %d", one, two, both)
	}
}

func TestAxesOfDocuments(t *testing.T) {
	s := standing("2026-11-22T00:00:00Z", Config{Seed: 1})
	delivery := period("2026-11-10T00:00:00Z", "2026-11-12T00:00:00Z")
	plain := messages(t, ask(s, unitsOf+be+"&"+delivery))
	for _, m := range plain {
		if m.Start >= "2026-11-12T00:00Z" || m.End <= "2026-11-10T00:00Z" {
			t.Errorf("%s/%s does not overlap what was asked", m.Start, m.End)
		}
	}
	planned := messages(t, ask(s, unitsOf+be+"&businessType=A53&"+delivery))
	forced := messages(t, ask(s, unitsOf+be+"&businessType=A54&"+delivery))
	active := messages(t, ask(s, unitsOf+be+"&docStatus=A05&"+delivery))
	cancelled := messages(t, ask(s, unitsOf+be+"&docStatus=A09&"+delivery))
	if len(plain) == 0 || len(planned)+len(forced) != len(plain) || len(active)+len(cancelled) != len(plain) {
		t.Errorf("%d documents: %d planned, %d forced; %d active, %d cancelled", len(plain), len(planned), len(forced), len(active), len(cancelled))
	}
	unit := plain[0].TimeSeries[0].Unit
	if own := messages(t, ask(s, unitsOf+be+"&registeredResource="+unit+"&"+delivery)); len(own) == 0 || len(own) == len(plain) {
		t.Errorf("%d of %d documents of one unit", len(own), len(plain))
	}
	narrow := messages(t, ask(s, unitsOf+be+"&"+updated("2026-11-01T00:00:00Z", "2026-11-22T00:00:00Z")+"&"+delivery))
	wide := messages(t, ask(s, unitsOf+be+"&timeIntervalUpdate=2026-11-01T00:00Z/2026-11-22T00:00Z"))
	if len(narrow) == 0 || len(narrow) >= len(wide) {
		t.Errorf("%d documents changed and delivered in the windows, %d changed", len(narrow), len(wide))
	}
}

// Requests for documents that are refused, in the platform's words.
func TestRefusedRequestsForDocuments(t *testing.T) {
	s := standing("2026-11-22T00:00:00Z", Config{Seed: 1})
	tests := []struct{ query, want string }{
		{"documentType=A80&" + period("2026-11-10T00:00:00Z", "2026-11-12T00:00:00Z"), "Mandatory parameter BiddingZone_Domain is missing."},
		{unitsOf + be, "Mandatory parameter PeriodStart is missing."},
		{unitsOf + be + "&periodStartUpdate=202611010000", "Mandatory parameter PeriodEndUpdate is missing."},
		{unitsOf + be + "&docStatus=A02&" + period("2026-11-10T00:00:00Z", "2026-11-12T00:00:00Z"), "The combination of [DOCUMENT_TYPE=A80, DOC_STATUS=A02] is not valid, or the requested data is not allowed to be fetched via this service."},
		{unitsOf + be + "&" + updated("2024-11-01T00:00:00Z", "2026-01-01T00:00:00Z"),
			"Provided time interval (2024-11-01T00:00:00Z - 2026-01-01T00:00:00Z) is larger than maximum allowed period 'P1Y' for 'UNAVAILABILITY_OF_PRODUCTION_AND_GENERATION_UNITS:XML' export."},
		{"documentType=A95&businessType=B11&biddingZone_Domain=" + be, "Mandatory parameter Implementation_DateAndOrTime is missing."},
	}
	for _, test := range tests {
		w := ask(s, test.query)
		if got := readAnswer(t, w).Reason; w.Code != 400 || got != test.want {
			t.Errorf("%s: status %d, %q; want %q", test.query, w.Code, got, test.want)
		}
	}
}

// The files of a ZIP are named and numbered as recorded.
func TestNamesOfFiles(t *testing.T) {
	s := standing("2026-11-22T00:00:00Z", Config{Seed: 1})
	for i, f := range unzipped(t, ask(s, unitsOf+be+"&"+period("2026-11-10T00:00:00Z", "2026-11-12T00:00:00Z"))) {
		var m message
		if err := xml.Unmarshal(f.body, &m); err != nil {
			t.Fatal(err)
		}
		plain := strings.NewReplacer("-", "", "T", "", ":", "", "Z", "")
		want := fmt.Sprintf("%03d-UNAVAILABILITY_OF_PRODUCTION_AND_GENERATION_UNITS_%s-%s.xml", i+1, plain.Replace(m.Start), plain.Replace(m.End))
		if f.name != want {
			t.Errorf("file %s, want %s", f.name, want)
		}
	}
}
