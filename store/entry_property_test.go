package store_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/timeseries"
)

// row is what an independent reading of the rules knows of an entry: hours, a
// value and which of two series it is of.
type row struct {
	from, to  int // to: open if it is openEnd
	mw        int
	direction string
}

const openRow = 1 << 20

func drawRows(t *rapid.T, label string) []row {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) row {
		from := rapid.IntRange(0, truthHours-1).Draw(t, "from")
		to := rapid.SampledFrom([]int{from, from + 1, from + 1, from + 1, from + 2, from + 4, openRow}).Draw(t, "to")
		if rapid.IntRange(0, 9).Draw(t, "long") == 0 {
			from -= 1000
		}
		return row{from, to, rapid.IntRange(1, 2).Draw(t, "mw"), rapid.SampledFrom([]string{"A01", "A02"}).Draw(t, "direction")}
	}), 0, 12).Draw(t, label)
}

// in reports whether a row lies, at least in part, in the window of an ask.
func (r row) in(q ask) bool { return r.from < q.to && (r.to > q.from || r.from >= q.from) }

func (r row) entry() timeseries.Entry {
	e := dbtest.Bid(float64(r.from), float64(r.to), float64(r.mw), "", timeseries.Direction, r.direction)
	if r.to == openRow {
		e = dbtest.OpenEnded(e)
	}
	return e
}

// rowModel counts equal rows.
type rowModel map[row]int

// save is a reading of the rules: rows in the window are those of the answer,
// others are those that were there first in their interval.
func (m rowModel) save(given []row, q ask) (gone int) {
	count := rowModel{}
	for _, r := range given {
		count[r]++
	}
	type interval struct{ from, to int }
	taken := map[interval]bool{}
	for r := range m {
		taken[interval{r.from, r.to}] = !r.in(q)
	}
	for r, n := range m {
		if r.in(q) && n > count[r] {
			gone += n - count[r]
			m[r] = count[r]
		}
	}
	for r, n := range count {
		if !taken[interval{r.from, r.to}] {
			m[r] = max(n, m[r])
		}
	}
	maps.DeleteFunc(m, func(_ row, n int) bool { return n == 0 })
	return gone
}

func (m rowModel) lines() []string {
	lines := []string{}
	for r, n := range m {
		lines = append(lines, fmt.Sprintf("%d %d %s %d: %d", r.from, r.to, r.direction, r.mw, n))
	}
	slices.Sort(lines)
	return lines
}

// answerRows is what the platform answers for a window: what overlaps it, and
// with wide also what lies around it.
func answerRows(rows []row, q ask, wide bool) []row {
	if wide {
		return rows
	}
	return slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return !r.in(q) })
}

// TestSaveEntriesProperties: whatever is asked in whatever order and however
// often, the database holds what an independent reading of the rules says; as
// long as the platform does not change its mind, the order makes no difference
// and asking again writes nothing; and what was superseded is in the history.
func TestSaveEntriesProperties(t *testing.T) {
	db := dbtest.Open(t, dbtest.BidCatalogue())
	feed := dbtest.MakeFeed(t, db, "bids", dbtest.Germany).ID
	save := func(rt *rapid.T, m rowModel, truth []row, q ask, knownAt time.Time) (store.Saved, int) {
		given := answerRows(truth, q, rapid.Bool().Draw(rt, "wide"))
		rows := timeseries.Entries{Replaces: []timeseries.Window{dbtest.Window(float64(q.from), float64(q.to))}}
		for _, r := range rapid.Permutation(given).Draw(rt, "order") {
			rows.All = append(rows.All, r.entry())
		}
		return dbtest.MustSaveEntries(t, db, store.Answer{FeedID: feed, KnownAt: knownAt, Rows: rows}), m.save(given, q)
	}
	check := func(rt *rapid.T, m rowModel) {
		if diff := cmp.Diff(m.lines(), storedRows(t, db).lines()); diff != "" {
			rt.Fatalf("entries (-want, +got):\n%s", diff)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		first, second := drawRows(rt, "first"), drawRows(rt, "second")
		early, late := drawAsks(rt, "early asks"), drawAsks(rt, "late asks")
		dbtest.ExecOwner(t, db, `truncate entsoe.entries`)
		m := rowModel{}
		for _, q := range early {
			save(rt, m, first, q, dbtest.After(100))
		}
		check(rt, m)
		for _, q := range rapid.Permutation(early).Draw(rt, "again") {
			saved, _ := save(rt, m, first, q, dbtest.After(150))
			if saved.Changed+saved.Retracted > 0 {
				rt.Fatalf("asking again changed %+v", saved)
			}
		}
		check(rt, m)
		before := dbtest.QueryOne[int](t, db, `select count(*) from entsoe.entries`)
		var gone int
		for _, q := range late {
			saved, n := save(rt, m, second, q, dbtest.After(200))
			if int(saved.Changed+saved.Retracted) != n {
				rt.Fatalf("saved %+v, but %d rows went", saved, n)
			}
			gone += n
		}
		check(rt, m)
		if n := dbtest.QueryOne[int](t, db, `select count(*) from entsoe.entries where known_until <> 'infinity'`); n != gone {
			rt.Fatalf("%d rows were superseded, %d are in the history", gone, n)
		}
		if n := dbtest.QueryOne[int](t, db, `select count(*) from entsoe.entries_as_of($1)`, dbtest.After(199)); n != before {
			rt.Fatalf("entries_as_of shows %d rows for the time before the revision, there were %d", n, before)
		}
	})
}

func storedRows(t *testing.T, db *store.DB) rowModel {
	t.Helper()
	m := rowModel{}
	rows, err := db.Pool.Query(t.Context(), `
select (extract(epoch from e.at - $1) / 3600)::integer,
  case when e.until = 'infinity' then $2 else (extract(epoch from e.until - $1) / 3600)::integer end,
  (e.values ->> 'quantity')::integer, s.direction
from entsoe.entries e join entsoe.series s on s.id = e.series_id where e.known_until = 'infinity'`, dbtest.Day0, openRow)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var r row
		if err := rows.Scan(&r.from, &r.to, &r.mw, &r.direction); err != nil {
			t.Fatal(err)
		}
		m[r]++
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	return m
}
