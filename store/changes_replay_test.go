package store_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/timeseries"
)

// pointKey is a point of a copy that somebody keeps.
type pointKey struct {
	series int32
	at     int64
}

// follower keeps a copy of all values by reading the changes, as a user would.
type follower struct {
	*store.DB
	cursor int64
	copy   map[pointKey]float64
	knows  map[pointKey]bool // that the copy is what the value was after the last change
}

func newFollower(db *store.DB) *follower {
	return &follower{DB: db, copy: map[pointKey]float64{}, knows: map[pointKey]bool{}}
}

// follow applies the changes that there are. Their numbers must have no gap.
func (f *follower) follow(ctx context.Context) error {
	for {
		rows, err := f.Pool.Query(ctx, `select number from entsoe.changes_since($1, 3)`, f.cursor)
		if err != nil {
			return err
		}
		numbers, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if err != nil || len(numbers) == 0 {
			return err
		}
		for _, n := range numbers {
			if n != f.cursor+1 {
				return fmt.Errorf("after change %d comes %d", f.cursor, n)
			}
			if err := f.apply(ctx, n); err != nil {
				return fmt.Errorf("change %d: %w", n, err)
			}
			f.cursor = n
		}
	}
}

type changedPoint struct {
	What      string
	Series    int32
	At, Until time.Time
	Old, New  *float64
}

func (f *follower) apply(ctx context.Context, number int64) error {
	rows, err := f.Pool.Query(ctx, `select what, series_id, at, until, old_value, new_value from entsoe.changed_points($1)`, number)
	if err != nil {
		return err
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[changedPoint])
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return errors.New("it changed nothing")
	}
	for _, p := range all {
		key := pointKey{p.Series, p.At.Unix()}
		if f.knows[key] && p.Old != nil && *p.Old != f.copy[key] {
			return fmt.Errorf("series %d at %s was %v, and is said to have been %v", p.Series, p.At.UTC(), f.copy[key], *p.Old)
		}
		switch p.What {
		case "changed":
			f.copy[key], f.knows[key] = *p.New, true
		case "retracted":
			delete(f.copy, key)
			delete(f.knows, key)
		case "inserted":
			if err := f.read(ctx, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// read takes the values of a span as they are now.
func (f *follower) read(ctx context.Context, span changedPoint) error {
	rows, err := f.Pool.Query(ctx, `select extract(epoch from at)::bigint, value from entsoe.points where series_id = $1 and at >= $2 and at < $3`, span.Series, span.At, span.Until)
	if err != nil {
		return err
	}
	var (
		at    int64
		value float64
	)
	_, err = pgx.ForEachRow(rows, []any{&at, &value}, func() error {
		f.copy[pointKey{span.Series, at}] = value
		delete(f.knows, pointKey{span.Series, at})
		return nil
	})
	return err
}

// same fails the test unless the copy is what the table has.
func (f *follower) same(t *testing.T) {
	t.Helper()
	rows, err := f.Pool.Query(t.Context(), `select series_id, extract(epoch from at)::bigint, value from entsoe.points`)
	if err != nil {
		t.Fatal(err)
	}
	table := map[pointKey]float64{}
	var (
		key   pointKey
		value float64
	)
	if _, err := pgx.ForEachRow(rows, []any{&key.series, &key.at, &value}, func() error { table[key] = value; return nil }); err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(table, f.copy) {
		t.Errorf("a copy made by the changes is not the table (-table, +copy):\n%s", cmp.Diff(table, f.copy, cmp.AllowUnexported(pointKey{})))
	}
}

// TestChangesReachReaders lets eight writers save answers that contradict each other,
// half of them of two feeds that share their series, and roll some back, while a
// transaction of another feed stays open. Readers that poll meanwhile see every
// change once and in order, and have the table in the end.
func TestChangesReachReaders(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feeds := []int64{dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany).ID, dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.France).ID}
	for n := range 4 {
		feeds = append(feeds, dbtest.MakeFeed(t, db, "physical_flows", fmt.Sprintf("10Y-WRITER-%d----X", n)).ID)
	}
	slowly := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Poland).ID
	slow := func(values ...float64) store.Answer {
		curve := dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour, timeseries.Sequence, "3"), 0, values...)
		return store.Answer{FeedID: slowly, Asked: dbtest.Window(0, 24), KnownAt: dbtest.After(0), Rows: timeseries.Curves{curve}}
	}
	dbtest.MustSave(t, db, slow(1, 2, 3)) // who makes a chunk has others wait until it commits
	var (
		writers, readers sync.WaitGroup
		others           sync.WaitGroup // until they have written a third
		written          = make(chan int, 8)
		done             = make(chan struct{})
		early            = newFollower(db)
	)
	const turns = 12
	others.Add(8)
	for n := range 8 {
		writers.Go(func() {
			random := rand.New(rand.NewPCG(5, uint64(n)))
			changed := 0
			for turn := range turns {
				if turn == turns/3 {
					others.Done()
				}
				a := writerAnswer(random, feeds, n)
				a.KnownAt = dbtest.After(float64(turn))
				changed += saveOrNot(t, db, a, random.IntN(4) == 0)
				if _, err := db.NumberChanges(t.Context()); err != nil {
					t.Error(err)
				}
			}
			written <- changed
		})
	}
	writers.Go(func() { // begins early, and commits late
		_, err := saveWhile(t.Context(), db, slow(4, 5, 6), func() error { others.Wait(); return nil })
		if err != nil {
			t.Error(err)
		}
	})
	readers.Go(func() {
		for {
			if err := early.follow(t.Context()); err != nil {
				t.Error(err)
				return
			}
			select {
			case <-done:
				return
			default:
			}
		}
	})
	writers.Wait()
	close(done)
	readers.Wait()
	number(t, db)
	late := newFollower(db)
	for _, f := range []*follower{early, late} {
		if err := f.follow(t.Context()); err != nil {
			t.Fatal(err)
		}
		f.same(t)
	}
	want := int64(2) // the slow ones
	for range 8 {
		want += int64(<-written)
	}
	if early.cursor != want {
		t.Errorf("%d commits changed something, the last number is %d", want, early.cursor)
	}
}

// writerAnswer is what the n-th writer may have been told. The first four share their
// series; what those of the others have no longer, at a resolution, is retracted.
func writerAnswer(random *rand.Rand, feeds []int64, n int) store.Answer {
	from := random.IntN(truthHours)
	to := from + 1 + random.IntN(truthHours-from)
	if n < 4 {
		return randomTruth(random, "PT60M").answer(feeds[random.IntN(2)], from, to, time.Time{})
	}
	a := randomTruth(random, "PT60M", "PT15M", "").answer(feeds[n-2], from, to, time.Time{})
	for _, s := range a.Rows.(timeseries.Curves) {
		s.Attributes[timeseries.Resource] = fmt.Sprint("of writer ", n)
	}
	return a
}

// saveOrNot returns 1 if it has committed a change. A save that met another one, and
// failed, is made again as a job would.
func saveOrNot(t *testing.T, db *store.DB, a store.Answer, undo bool) int {
	for {
		saved, err := saveWhile(t.Context(), db, a, func() error {
			if undo {
				return errUndone
			}
			return nil
		})
		switch {
		case errors.Is(err, errUndone):
			return 0
		case err != nil:
			t.Log(err)
			continue
		case saved.Inserted+saved.Changed+saved.Retracted > 0:
			return 1
		}
		return 0
	}
}

var errUndone = errors.New("undone")

// saveWhile saves an answer in a transaction that ends when wait returns.
func saveWhile(ctx context.Context, db *store.DB, a store.Answer, wait func() error) (saved store.Saved, err error) {
	ready, err := db.Prepare(ctx, a)
	if err != nil {
		return saved, err
	}
	err = pgx.BeginFunc(ctx, db.Pool, func(tx pgx.Tx) error {
		if saved, err = db.Save(ctx, tx, ready); err != nil {
			return err
		}
		return wait()
	})
	return saved, err
}
