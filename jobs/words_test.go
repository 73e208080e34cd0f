package jobs

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entsoed/entsoe"
	"entsoed/store"
	"entsoed/store/dbtest"
)

// SQL has to read items and areas where no Go is at hand.
func TestWordsInSQL(t *testing.T) {
	db := dbtest.Open(t, Catalogue())
	t.Run("mean what they mean in Go", func(t *testing.T) { sameWords(t, db) })
	t.Run("are found if they are mistyped", func(t *testing.T) { mistypedWords(t, db) })
}

// sameWords wants that SQL reads items and areas as the settings and the command
// line do.
func sameWords(t *testing.T, db *store.DB) {
	words := map[string]string{"10Z-UNKNOWN-EICO": "10Z-UNKNOWN-EICO"}
	for _, known := range Catalogue().Areas {
		for _, word := range []string{known.Code, strings.ToLower(known.Code), known.EIC, " " + known.Code + " "} {
			area, err := entsoe.FindArea(word)
			if err != nil {
				t.Fatal(err)
			}
			words[word] = area.EIC
		}
	}
	got := dbtest.QueryOne[map[string]string](t, db, `select jsonb_object_agg(w, entsoe.area_eic(w)) from jsonb_object_keys($1) w`, words)
	if diff := cmp.Diff(words, got); diff != "" {
		t.Errorf("areas (-Go, +SQL)\n%s", diff)
	}

	for _, list := range []string{"core", "ALL", "day_ahead_prices", "core, Imbalance_Prices ,day_ahead_prices"} {
		items, err := entsoe.SelectItems(strings.Split(strings.ToLower(list), ","))
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, item := range items {
			if item.Retired == "" {
				want = append(want, item.Name)
			}
		}
		slices.Sort(want)
		got := dbtest.QueryText(t, db, `select unnest(entsoe.backfill_items($1)) as item order by 1`, list)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-Go, +SQL)\n%s", list, diff)
		}
	}

	border, _ := entsoe.ItemByName("cross_border_physical_flows")
	for _, word := range []string{"DE_LU>FR", "fr>de_lu", "10YFR-RTE------C > DE_LU", "FR>10Z-UNKNOWN-EICO"} {
		area, counter, err := entsoe.ParseFeedArea(border, word)
		if err != nil {
			t.Fatal(err)
		}
		want := area.EIC + " " + counter.EIC + " " + area.Code + ">" + counter.Code
		got := dbtest.QueryOne[string](t, db, `
select concat_ws(' ', area, counter_area, name) from entsoe.backfill_places($1, $2)`, border.Name, word)
		if got != want {
			t.Errorf("%q is %q in SQL, %q in Go", word, got, want)
		}
	}
}

// mistypedWords wants that whoever mistypes one letter of a name is told which may
// have been meant, by the database as by the command line.
func mistypedWords(t *testing.T, db *store.DB) {
	var items, areas []string
	for _, item := range entsoe.Items() {
		items = append(items, item.Name)
	}
	for _, area := range entsoe.Areas() {
		if len(area.Code) > 3 && area.Code != area.EIC {
			areas = append(areas, area.Code)
		}
	}
	for what, known := range map[string][]string{"items": items, "areas": areas} {
		mistyped := map[string]string{} // what was meant
		for n := 0; n < len(known); n += 4 {
			word := known[n]
			for _, wrong := range mistypings(word) {
				// A wrong name that is as near to many others may mean any of them.
				if nearest := entsoe.Nearest(wrong, known); len(nearest) < 3 && !slices.Contains(known, wrong) {
					if !slices.Contains(nearest, word) {
						t.Errorf("%s: Go takes %q for %q", what, wrong, nearest)
					}
					mistyped[wrong] = word
				}
			}
		}
		if len(mistyped) < 20 {
			t.Fatalf("only %d mistyped %s", len(mistyped), what)
		}
		for _, miss := range dbtest.QueryText(t, db, `
select w.key as wrong, w.value as meant, n.nearest
from jsonb_each_text($1) w cross join lateral (select entsoe.nearest(w.key, $2) as nearest) n
where n.nearest is null or not w.value = any(string_to_array(n.nearest, ', '))`, mistyped, known) {
			t.Errorf("%s: SQL does not find %s", what, miss)
		}
	}
}

// mistypings are a word with a letter in its middle dropped, doubled, changed or
// swapped with the next.
func mistypings(word string) []string {
	n := len(word) / 2
	before, letter, next, after := word[:n], word[n:n+1], word[n+1:n+2], word[n+2:]
	return []string{
		before + next + after,
		before + letter + letter + next + after,
		before + "x" + next + after,
		before + next + letter + after,
	}
}
