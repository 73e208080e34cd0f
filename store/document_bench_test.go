package store_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/timeseries"
)

// BenchmarkDocuments saves 200,000 revisions of outages of 3,000 units in ten
// years, 200 an answer as the platform sends them, and then asks of them what
// the views are for. The saves are done once and take a minute or two; with -v
// it prints how the server answers.
func BenchmarkDocuments(b *testing.B) {
	const documents, revisions, units = 200_000, 2, 3000
	db := dbtest.OpenOutages(b)
	feed := dbtest.MakeFeed(b, db, "unavailability_generation_units", dbtest.Germany).ID
	random := rand.New(rand.NewPCG(11, 12))
	start := time.Now()
	var answer []timeseries.Document
	for i := range documents {
		answer = append(answer, yearsOfOutages(random, i/revisions, 1+i%revisions, units))
		if len(answer) == 200 {
			dbtest.SaveDocuments(b, db, feed, float64(i), answer...)
			answer = answer[:0]
		}
	}
	b.Logf("saved %d revisions in %s", documents, time.Since(start).Round(time.Second))
	dbtest.ExecOwner(b, db, `analyze`)
	const mid = 5 * 365 * 24
	if err := db.SetClock(b.Context(), dbtest.After(mid), 0); err != nil {
		b.Fatal(err)
	}
	for _, q := range []struct {
		name, sql string
		args      []any
	}{
		{"as of", `select count(*) from entsoe.unavailability_as_of($1, $2)`, []any{dbtest.After(mid), dbtest.After(mid - 24)}},
		{"latest revisions", `select count(*) from entsoe.unavailability_as_of($1)`, []any{dbtest.After(mid)}},
		{"now", `select sum(unavailable_mw) from entsoe.unavailability_now`, nil},
		{"plain SQL, range", `select count(*) from entsoe.unavailability where during @> $1::timestamptz and published_from <= $2 and published_until > $2`, []any{dbtest.After(mid), dbtest.After(mid - 24)}},
		{"plain SQL, columns", `select count(*) from entsoe.unavailability where at <= $1 and until > $1 and published_from <= $2 and published_until > $2`, []any{dbtest.After(mid), dbtest.After(mid - 24)}},
		{"capacity, a day", `select count(*), sum(mw) from entsoe.unavailable_capacity where hour >= $1 and hour < $2`, []any{dbtest.After(mid), dbtest.After(mid + 24)}},
		{"capacity, a month", `select count(*), sum(mw) from entsoe.unavailable_capacity where hour >= $1 and hour < $2`, []any{dbtest.After(mid), dbtest.After(mid + 720)}},
		{"item view, a resource", `select count(*) from entsoe.unavailability_generation_units where resource = $1`, []any{fmt.Sprintf("P%06d", 7)}},
		{"item view, a day", `select count(*) from entsoe.unavailability_generation_units where published_at >= $1 and published_at < $2`, []any{dbtest.After(mid), dbtest.After(mid + 24)}},
	} {
		b.Run(q.name, func(b *testing.B) {
			for b.Loop() {
				dbtest.Exec(b, db, q.sql, q.args...)
			}
		})
		b.Log(q.name + "\n" + queryPlan(b, db, q.sql, q.args...))
	}
}

func yearsOfOutages(random *rand.Rand, document, revision, units int) timeseries.Document {
	const hours = 10 * 365 * 24
	unit := document % units
	from := float64(random.IntN(hours))
	length := float64(1 + random.IntN(120))
	if random.IntN(20) == 0 {
		length *= 30
	}
	d := dbtest.Outage(fmt.Sprint("document ", document), revision, max(0, from-float64(random.IntN(500))+float64(revision)),
		dbtest.Run(from, from+0.25, 0), dbtest.Run(from+0.25, from+length, 400))
	p := &d.Parts[0]
	p.Attributes[timeseries.GenerationUnit] = fmt.Sprintf("U%06d", unit)
	p.Attributes[timeseries.Resource] = fmt.Sprintf("P%06d", unit/3)
	p.Attributes[timeseries.PSRType] = fmt.Sprintf("B%02d", 1+unit%20)
	p.Attributes[timeseries.Area] = fmt.Sprintf("area %d", unit%40)
	return d
}

func queryPlan(tb testing.TB, db *store.DB, sql string, args ...any) string {
	tb.Helper()
	rows, err := db.Pool.Query(tb.Context(), "explain (analyze, costs off, timing off) "+sql, args...)
	if err != nil {
		tb.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		tb.Fatal(err)
	}
	return strings.Join(lines, "\n")
}
