package store_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"entsoed/store/dbtest"
)

// BenchmarkAnalyst asks a database of ten zones and five years, ten million points,
// what analysts ask: through the views and functions, and by the best query over the
// plain tables that we can write by hand. The two take turns, seven times, and must
// have the same answer. First as a backfill leaves the database, which has the rows
// counted of what it changed as its last act; then after an ANALYZE of everything. The
// goal is 1.5 times the time of the query by hand, and 5 ms.
func BenchmarkAnalyst(b *testing.B) {
	db := openAnalyst(b)
	conn, err := db.Pool.Acquire(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Release()
	// Forty times what the slowest should take; and what timescaledb-tune sets when the
	// image makes a database, for disks without heads.
	if _, err := conn.Exec(b.Context(), `set statement_timeout = '30s'; set random_page_cost = 1.1`, pgx.QueryExecModeSimpleProtocol); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := db.AnalyzeAll(b.Context(), 2*time.Second); err != nil {
			b.Fatal(err)
		}
		askAnalysts(b, conn, "after the load")
		dbtest.ExecOwner(b, db, `analyze`)
		askAnalysts(b, conn, "after ANALYZE")
		askWhole(b, conn)
	}
	b.ReportMetric(0, "ns/op")
}

// askAnalysts writes a table of all questions.
func askAnalysts(b *testing.B, conn *pgxpool.Conn, state string) {
	b.Helper()
	fmt.Printf("\n%s\n%-62s %9s %9s %6s\n", state, "ms", "shown", "by hand", "times")
	slow := 0
	for _, q := range analystQuestions {
		shown, bare, err := compare(b.Context(), conn, q)
		if err != nil {
			b.Errorf("%s, %s: %v", q.name, state, err)
			continue
		}
		mark := ""
		if shown > bare*3/2+5*time.Millisecond {
			mark, slow = "  too slow", slow+1
		}
		fmt.Printf("%-62s %9.1f %9.1f %6.2f%s\n", q.name, ms(shown), ms(bare), shown.Seconds()/bare.Seconds(), mark)
	}
	b.ReportMetric(float64(slow), "too_slow_"+strings.ReplaceAll(state, " ", "_"))
}

// askWhole compares what entsoe.availability and entsoe.gaps tell of everything with a
// count of all points, which they should not take longer than.
func askWhole(b *testing.B, conn *pgxpool.Conn) {
	b.Helper()
	ways := []string{
		`select count(*) from entsoe.points`,
		`select * from entsoe.availability`,
		`select * from entsoe.gaps('all', 'all', '2014-12-01', '2026-07-01', '2026-07-01')`,
	}
	took := make([][]time.Duration, len(ways))
	rows := make([]int, len(ways))
	for range 7 {
		for i, sql := range ways {
			began := time.Now()
			answer, err := asked(b.Context(), conn, sql)
			if err != nil {
				b.Fatalf("%s: %v", sql, err)
			}
			took[i], rows[i] = append(took[i], time.Since(began)), len(answer)
		}
	}
	fmt.Printf("\n%-62s %9s %9s\n", "everything, ms", "", "rows")
	for i, sql := range ways {
		slices.Sort(took[i])
		fmt.Printf("%-62.62s %9.1f %9d\n", sql, ms(took[i][3]), rows[i])
	}
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// compare returns the medians of both ways, or an error if their answers differ.
func compare(ctx context.Context, conn *pgxpool.Conn, q analystQuestion) (shown, bare time.Duration, err error) {
	byHand, err := handy(ctx, conn, q.bare)
	if err != nil {
		return 0, 0, err
	}
	ways := []string{q.shown, byHand}
	var took [2][]time.Duration
	var answers [2][][]any
	for range 7 {
		for way, sql := range ways {
			began := time.Now()
			answers[way], err = asked(ctx, conn, sql)
			if err != nil {
				return 0, 0, err
			}
			took[way] = append(took[way], time.Since(began))
		}
	}
	if err := sameAnswer(answers[0], answers[1]); err != nil {
		return 0, 0, err
	}
	for _, t := range took {
		slices.Sort(t)
	}
	return took[0][3], took[1][3], nil
}

func asked(ctx context.Context, conn *pgxpool.Conn, sql string) ([][]any, error) {
	// Planned each time, as a person's query is.
	rows, err := conn.Query(ctx, sql, pgx.QueryExecModeExec)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) ([]any, error) { return row.Values() })
}

func sameAnswer(a, b [][]any) error {
	if len(a) != len(b) || len(a) == 0 {
		return fmt.Errorf("%d rows through the views, %d by hand", len(a), len(b))
	}
	for i := range a {
		for j := range a[i] {
			x, isX := a[i][j].(float64)
			y, isY := b[i][j].(float64)
			if isX && isY && math.Abs(x-y) <= 1e-9*math.Max(math.Abs(x), 1) {
				continue
			}
			if fmt.Sprint(a[i][j]) != fmt.Sprint(b[i][j]) {
				return fmt.Errorf("row %d, column %d: %v through the views, %v by hand", i, j, a[i][j], b[i][j])
			}
		}
	}
	return nil
}
