package entsoe

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAreaTableIsTheListOfAreas(t *testing.T) {
	date := regexp.MustCompile(`20\d\d(-\d\d-\d\d)?`)
	want := map[string]Area{}
	for _, row := range facts(t, "../areas.csv") {
		if row["kinds"] == "literal" || row["code"] == "" && len(row["eic"]) != 16 {
			continue // no area: a literal, or a country code in place of an EIC
		}
		a := Area{EIC: row["eic"], Code: row["code"], TimeZone: strings.Replace(row["timezone"], "Europe/Kiev", "Europe/Kyiv", 1), // renamed in 2022
			ValidFrom: row["valid_from"], ValidUntil: untilOf(row["valid_until"], date)}
		if a.Code == "" {
			a.Code = a.EIC
		}
		if row["kinds"] != "" {
			a.Kinds = strings.Fields(row["kinds"])
		}
		want[a.EIC] = a
	}
	got := map[string]Area{}
	for _, a := range Areas() {
		if a.Name == "" {
			t.Errorf("%s has no name for people", a.EIC)
		}
		got[a.EIC] = Area{EIC: a.EIC, Code: a.Code, Kinds: a.Kinds, TimeZone: a.TimeZone, ValidFrom: a.ValidFrom, ValidUntil: a.ValidUntil}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("areas (-want, +got)\n%s", diff)
	}
	if len(got) != len(Areas()) {
		t.Errorf("%d areas have %d EICs", len(Areas()), len(got))
	}
}

// untilOf takes the date out of the list's remarks; a year is its first day.
func untilOf(remark string, date *regexp.Regexp) string {
	until := date.FindString(remark)
	if len(until) == 4 {
		until += "-01-01"
	}
	return until
}

func TestAreasAreWellFormed(t *testing.T) {
	codes := map[string]bool{}
	for _, a := range Areas() {
		if codes[a.Code] || a.Code == "" {
			t.Errorf("code %q is empty or stands twice", a.Code)
		}
		codes[a.Code] = true
		if !wellFormedEIC(a.EIC) && a.EIC != "IS" {
			t.Errorf("%q is no EIC", a.EIC)
		}
		if a.TimeZone != "" && a.Location().String() != a.TimeZone {
			t.Errorf("%s: time zone %q is read as %s", a.Code, a.TimeZone, a.Location())
		}
		for _, text := range []string{a.ValidFrom, a.ValidUntil} {
			if _, err := time.Parse(time.DateOnly, text); text != "" && err != nil {
				t.Errorf("%s: %v", a.Code, err)
			}
		}
	}
}

func TestBorderTableIsTheListOfNeighbours(t *testing.T) {
	listed := map[[2]string]bool{}
	for _, n := range neighbourTable {
		for _, to := range strings.Fields(n.to) {
			listed[[2]string{areaOf(n.from).EIC, areaOf(to).EIC}] = true
		}
	}
	rows := facts(t, "../neighbours.csv")
	for _, row := range rows {
		pair := [2]string{row["from_eic"], row["to_eic"]}
		if !listed[pair] {
			t.Errorf("%s>%s is missing", row["from_code"], row["to_code"])
		}
		delete(listed, pair)
	}
	if len(listed) > 0 || len(rows) != 252 {
		t.Errorf("%d rows; not in the list: %v", len(rows), listed)
	}
}

func TestBorders(t *testing.T) {
	all := map[[2]string]bool{}
	for _, b := range Borders() {
		if all[[2]string{b.From.Code, b.To.Code}] {
			t.Errorf("%s>%s stands twice", b.From.Code, b.To.Code)
		}
		all[[2]string{b.From.Code, b.To.Code}] = true
		if b.From.Name == "" || b.To.Name == "" || b.From.EIC == b.To.EIC {
			t.Errorf("%s>%s is no border of two known areas", b.From.EIC, b.To.EIC)
		}
	}
	for pair := range all {
		if !all[[2]string{pair[1], pair[0]}] {
			t.Errorf("%s>%s has no other direction", pair[0], pair[1])
		}
	}
	for _, pair := range [][2]string{{"DE_LU", "FR"}, {"FR", "DE_LU"}, {"UA", "HU"}, {"HU", "UA_IPS"}, {"FR", "GB_ELECLINK"}} {
		if !all[pair] {
			t.Errorf("%s>%s is missing", pair[0], pair[1])
		}
	}
}

func TestFindArea(t *testing.T) {
	tests := []struct{ name, eic, code string }{
		{"DE_LU", "10Y1001A1001A82H", "DE_LU"},
		{"de_lu", "10Y1001A1001A82H", "DE_LU"},
		{" NO_1 ", "10YNO-1--------2", "NO_1"},
		{"10YFR-RTE------C", "10YFR-RTE------C", "FR"},
		{"10YCB-POLAND---Z", "10YCB-POLAND---Z", "10YCB-POLAND---Z"}, // known, without a name in entsoe-py
		{"10Z-UNKNOWN-EICO", "10Z-UNKNOWN-EICO", "10Z-UNKNOWN-EICO"}, // not in any list
	}
	for _, test := range tests {
		if got, err := FindArea(test.name); err != nil || got.EIC != test.eic || got.Code != test.code {
			t.Errorf("%q: %q %q, %v", test.name, got.EIC, got.Code, err)
		}
	}
	wrong := []struct{ name, want string }{
		{"DELU", `unknown area "DELU" (did you mean DE_LU`},
		{"IT_NORTH", "IT_NORD"},
		{"SE-3", "SE_3"},
		{"Utopia", "`entsoed areas` lists them"},
		{"", "EICs of 16 characters"},
		{"10yfr-unknown--c", "EICs of 16 characters"}, // EICs are upper case
		{"REGION_CODE", "EICs of 16 characters"},
	}
	for _, test := range wrong {
		_, err := FindArea(test.name)
		_, ok := errors.AsType[*UnknownError](err)
		if !ok || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: %v, want %q in it", test.name, err, test.want)
		}
	}
}
