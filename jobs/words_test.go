package jobs

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"entsoed/entsoe"
	"entsoed/store"
	"entsoed/store/dbtest"
)

// SQL has to read items and areas where no Go is at hand.
func TestWordsInSQL(t *testing.T) {
	db := dbtest.Open(t, Catalogue())
	t.Run("mean what they mean in Go", func(t *testing.T) { sameWords(t, db) })
	t.Run("are found if they are mistyped", func(t *testing.T) { mistypedWords(t, db) })
	t.Run("are refused if an EIC is mistyped", func(t *testing.T) { mistypedEICs(t, db) })
	t.Run("may be strange a hundred times", func(t *testing.T) { strangeAreas(t, db) })
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

// mistypedEICs wants that SQL knows check characters as Go does, and that it answers
// long names at once.
func mistypedEICs(t *testing.T, db *store.DB) {
	for _, area := range entsoe.Areas() {
		if len(area.EIC) != 16 {
			continue
		}
		if got := dbtest.QueryOne[string](t, db, `select entsoe.eic_check_character($1)`, area.EIC); got != area.EIC[15:] {
			t.Errorf("%s: check character %s", area.EIC, got)
		}
	}
	for _, mistyped := range []string{"10YFR-RTE------D", "10YFR-RTF------C", "10Y1001A1001A28H", "10z-unknown-eic0"} {
		_, err := db.Pool.Exec(t.Context(), `select * from entsoe.enqueue_backfill('actual_total_load', $1, '2024-01-01', '2024-02-01')`, mistyped)
		want := string(entsoe.CheckCharacter(strings.ToUpper(mistyped)))
		if err == nil || !strings.Contains(err.Error(), `would have to be "`+want+`"`) {
			t.Errorf("%s: %v, want the check character %s", mistyped, err, want)
		}
	}
	known := strings.Split(strings.Repeat("DE_LU,FR,10YFR-RTE------C,IT_MACRO_NORTH,", 500), ",")
	for _, name := range []string{strings.Repeat("A", 10_000), strings.Repeat("%_", 5000), strings.Repeat("(a+)+", 2000)} {
		if got := dbtest.QueryOne[*string](t, db, `select entsoe.nearest($1, $2)`, name, known); got != nil {
			t.Errorf("a name of %d characters is like %s", len(name), *got)
		}
		_, err := db.Pool.Exec(t.Context(), `select entsoe.area_eic($1)`, name)
		if err == nil || !strings.Contains(err.Error(), "unknown area") || len(err.Error()) > 500 {
			t.Errorf("%.200v", err)
		}
	}
}

// strangeAreas wants that feeds of areas that nobody knows are made a hundred
// times, and more often only if somebody allows it.
func strangeAreas(t *testing.T, db *store.DB) {
	make := func(n int) error {
		_, err := db.Pool.Exec(t.Context(), `
insert into entsoe.feeds (item, area, name) select 'actual_total_load', 'STRANGE-' || lpad(n::text, 8, '0'), n from generate_series(1, $1) n
on conflict do nothing`, n)
		return err
	}
	if err := make(100); err != nil {
		t.Error(err)
	}
	// What a session says of itself does not count.
	err := pgx.BeginFunc(t.Context(), db.Pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), `
set local entsoe.unknown_areas = 1000;
insert into entsoe.feeds (item, area, name) values ('actual_total_load', 'STRANGE-00000101', '101')`)
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "101 areas that are not in entsoe.areas, and 100 are allowed") {
		t.Errorf("the 101st: %v", err)
	}
	allow := fmt.Sprintf(`alter database %s set entsoe.unknown_areas = 200`, pgx.Identifier{db.Pool.Config().ConnConfig.Database}.Sanitize())
	dbtest.ExecOwner(t, db, allow)
	if err := make(101); err != nil {
		t.Error(err)
	}
	if _, err := db.Pool.Exec(t.Context(), `insert into entsoe.feeds (item, area, name) values ('actual_total_load', '10YFR-RTE------C', 'FR') on conflict do nothing`); err != nil {
		t.Errorf("of an area that is known: %v", err)
	}
}
