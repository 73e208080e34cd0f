package store_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/timeseries"
)

const (
	benchSeries = 100
	benchPoints = 1000 // of each series
)

// BenchmarkSave compares saving 100,000 sorted points of 100 series with the
// two bare ways to write them into the same table with the same indexes, in
// turns within one run. The ratios are what matters: at least 90 % of the bare
// INSERT, at least 60 % of the bare COPY. "again" saves equal values, "change"
// other ones, which also writes history.
func BenchmarkSave(b *testing.B) {
	db := dbtest.OpenCatalogue(b)
	feed := dbtest.MakeFeed(b, db, "actual_total_load", dbtest.Germany)
	answer, curves := benchAnswer(feed.ID)
	if _, err := db.Prepare(b.Context(), answer); err != nil {
		b.Fatal(err)
	}
	points := barePoints(b, db, curves)
	empty := func() { dbtest.ExecOwner(b, db, `truncate entsoe.points, entsoe.point_history`) }
	ways := []struct {
		name  string
		empty bool
		write func(ctx context.Context, tx pgx.Tx) error
	}{
		{"insert", true, func(ctx context.Context, tx pgx.Tx) error { return bareInsert(ctx, tx, points) }},
		{"copy", true, func(ctx context.Context, tx pgx.Tx) error { return bareCopy(ctx, tx, points) }},
		{"save", true, func(ctx context.Context, tx pgx.Tx) error { return benchSave(ctx, db, tx, answer) }},
		{"again", false, func(ctx context.Context, tx pgx.Tx) error { return benchSave(ctx, db, tx, answer) }},
		{"insert_again", false, func(ctx context.Context, tx pgx.Tx) error { return bareInsert(ctx, tx, points) }},
		{"change", false, func(ctx context.Context, tx pgx.Tx) error {
			for _, s := range curves {
				for i := range s.Points {
					s.Points[i].Value++
				}
			}
			return benchSave(ctx, db, tx, answer)
		}},
	}
	took := map[string][]time.Duration{}
	for b.Loop() {
		for _, way := range ways {
			if way.empty {
				empty()
			}
			start := time.Now()
			if err := pgx.BeginFunc(b.Context(), db.Pool, func(tx pgx.Tx) error { return way.write(b.Context(), tx) }); err != nil {
				b.Fatal(way.name, err)
			}
			took[way.name] = append(took[way.name], time.Since(start))
		}
	}
	median := map[string]time.Duration{}
	for name, times := range took {
		slices.Sort(times)
		median[name] = times[len(times)/2]
		b.ReportMetric(benchSeries*benchPoints/median[name].Seconds()/1000, name+"_kpoints/s")
	}
	b.ReportMetric(100*median["insert"].Seconds()/median["save"].Seconds(), "%_of_insert")
	b.ReportMetric(100*median["copy"].Seconds()/median["save"].Seconds(), "%_of_copy")
	b.ReportMetric(100*median["insert_again"].Seconds()/median["again"].Seconds(), "%_of_insert_again")
	b.ReportMetric(0, "ns/op")
}

func benchAnswer(feed int64) (store.Answer, timeseries.Curves) {
	var curves timeseries.Curves
	a := store.Answer{FeedID: feed, Asked: dbtest.Window(0, benchPoints/4), KnownAt: dbtest.After(0), Data: []timeseries.Window{dbtest.Window(0, benchPoints/4)}}
	for n := range benchSeries {
		s := timeseries.Series{Step: dbtest.QuarterHour, Attributes: timeseries.Attributes{timeseries.Item: "actual_total_load",
			timeseries.Area: dbtest.Germany, timeseries.Resource: fmt.Sprintf("unit %03d", n), timeseries.Resolution: "PT15M", timeseries.Unit: "MAW"}}
		values := make([]float64, benchPoints)
		for i := range values {
			values[i] = float64(n*i%977) / 10
		}
		curves = append(curves, dbtest.With(s, 0, values...))
	}
	a.Rows = curves
	return a, curves
}

func benchSave(ctx context.Context, db *store.DB, tx pgx.Tx, a store.Answer) error {
	ready, err := db.Prepare(ctx, a)
	if err != nil {
		return err
	}
	_, err = db.Save(ctx, tx, ready)
	return err
}

// bare are points as the tables have them, with the ids of their series.
type bare struct {
	curves timeseries.Curves
	ids    []int32
}

func barePoints(b *testing.B, db *store.DB, curves timeseries.Curves) bare {
	rows, err := db.Pool.Query(b.Context(), `select id from entsoe.series order by key`)
	if err != nil {
		b.Fatal(err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int32])
	if err != nil || len(ids) != len(curves) {
		b.Fatal(len(ids), err)
	}
	return bare{curves, ids}
}

// bareInsert is the usual upsert of arrays.
func bareInsert(ctx context.Context, tx pgx.Tx, points bare) error {
	var (
		series []int32
		at     []time.Time
		values []float64
	)
	for i, s := range points.curves {
		for _, p := range s.Points {
			series, at, values = append(series, points.ids[i]), append(at, p.Time()), append(values, p.Value)
		}
	}
	_, err := tx.Exec(ctx, `
insert into entsoe.points (at, value, series_id, known_after)
select at, value, series_id, extract(epoch from $4 - at) from unnest($1::integer[], $2::timestamptz[], $3::float8[]) as g(series_id, at, value)
on conflict (series_id, at) do update set value = excluded.value, known_after = excluded.known_after
where points.value is distinct from excluded.value`, series, at, values, dbtest.After(0))
	return err
}

// bareCopy is pgx's own COPY.
func bareCopy(ctx context.Context, tx pgx.Tx, points bare) error {
	i, j := 0, -1
	next := pgx.CopyFromFunc(func() ([]any, error) {
		if j++; j == benchPoints {
			i, j = i+1, 0
		}
		if i == benchSeries {
			return nil, nil
		}
		p := points.curves[i].Points[j]
		return []any{p.Time(), p.Value, points.ids[i], int32(dbtest.After(0).Unix() - p.At)}, nil
	})
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"entsoe", "points"}, []string{"at", "value", "series_id", "known_after"}, next)
	return err
}
