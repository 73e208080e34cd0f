package document

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entsoed/entsoe"
)

// wholeDocument reads one of the handmade documents as a whole.
func wholeDocument(t *testing.T, name string) *Document {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", "documents", name+".xml"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := DecodeDocument(context.Background(), bytes.NewReader(body), entsoe.Zone, nil)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// runTexts writes runs as text.
func runTexts(runs []Run) (texts []string) {
	for _, r := range runs {
		texts = append(texts, instantText(r.From)+" "+instantText(r.To)+" "+detailNumber(r.Value))
	}
	return texts
}

// TestDecodeDocument gathers the runs of all Periods in the order of time, and
// keeps wind power apart from what is available.
func TestDecodeDocument(t *testing.T) {
	unit := wholeDocument(t, "outage_unit")
	if unit.MRID != "outage-1" || unit.Revision != 3 || unit.Status != "A09" || len(unit.Parts) != 1 ||
		!cmp.Equal(unit.Reasons, []Reason{{"A95", "Awaiting information"}, {Code: "B18"}}) {
		t.Errorf("%+v", unit)
	}
	want := []string{
		"2025-03-01T11:54:00Z 2025-03-01T11:57:00Z 0", "2025-03-01T11:57:00Z 2025-03-01T12:00:00Z 110", "2025-03-01T12:00:00Z 2025-03-01T14:00:00Z 110",
		"2025-03-01T15:00:00Z 2025-03-01T15:15:00Z 200", "2025-03-01T15:30:00Z 2025-03-01T16:00:00Z 200.5",
	}
	if got := runTexts(unit.Parts[0].Runs); !cmp.Equal(got, want) {
		t.Errorf("%s", cmp.Diff(want, got))
	}
	offshore := wholeDocument(t, "outage_offshore")
	for i, want := range [][]string{
		{"2025-03-01T00:00:00Z 2025-03-01T06:00:00Z 120"},
		{"2025-03-01T00:00:00Z 2025-03-01T03:00:00Z 250", "2025-03-01T03:00:00Z 2025-03-01T06:00:00Z 300"},
	} {
		if got := runTexts(offshore.Parts[i].Runs); !cmp.Equal(got, want) {
			t.Errorf("part %d: %s", i+1, cmp.Diff(want, got))
		}
	}
	if got := offshore.Parts[1].Details.First("WindPowerFeedin_Period/quantity"); got != "99.5" {
		t.Errorf("wind power %q", got)
	}
	if message := wholeDocument(t, "market_message"); len(message.Parts) != 0 || len(message.Reasons) != 2 || message.Period.Empty() {
		t.Errorf("%+v", message)
	}
	if old := wholeDocument(t, "outage_old"); old.Parts[0].Details.First("start_DateAndOrTime.time") != "00:00Z" || old.Parts[0].Runs != nil {
		t.Errorf("%+v", old.Parts)
	}
	if _, err := DecodeDocument(context.Background(), strings.NewReader(sound), entsoe.Zone, nil); !errors.Is(err, ErrUnreadRoot) {
		t.Errorf("points as a document: %v", err)
	}
}

// TestDecodeOutageOfCenturies refuses what no outage is: more than a hundred
// years of minutes.
func TestDecodeOutageOfCenturies(t *testing.T) {
	body, err := os.ReadFile(filepath.Join("testdata", "documents", "outage_of_years.xml"))
	if err != nil {
		t.Fatal(err)
	}
	long := strings.ReplaceAll(string(body), "2031-", "2131-")
	_, err = DecodeDocument(context.Background(), strings.NewReader(long), entsoe.Zone, nil)
	if err == nil || !strings.Contains(err.Error(), "has more than 52704000 intervals of PT1M") {
		t.Errorf("%v", err)
	}
}

// TestDetailsJSON writes groups as arrays, however many there are, and texts
// as strings unless they repeat.
func TestDetailsJSON(t *testing.T) {
	details := Details{
		{Name: "Reason", Children: Details{{Name: "code", Text: "A95"}}}, {Name: "divisible", Text: "A01"},
		{Name: "link", Text: "a"}, {Name: "link", Text: "b"}, {Name: "link", Text: "c"},
		{Name: "mixed", Text: "a"}, {Name: "mixed", Children: Details{{Name: "b", Text: "c"}}},
	}
	got, err := details.MarshalJSON()
	const want = `{"Reason":[{"code":"A95"}],"divisible":"A01","link":["a","b","c"],"mixed":["a",{"b":"c"}]}`
	if err != nil || string(got) != want {
		t.Errorf("%s, %v", got, err)
	}
}
