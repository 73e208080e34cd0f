package store_test

import (
	gocmp "cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/timeseries"
)

// truth is what the platform has, hour by hour: of each curve a resolution
// ("" for a gap) and a value that all intervals of the hour have.
type truth struct {
	curves [][]truthHour
}

type truthHour struct {
	resolution string
	value      float64
}

const truthHours = 12

func drawTruth(t *rapid.T) truth {
	hours := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) truthHour {
		return truthHour{rapid.SampledFrom([]string{"PT60M", "PT15M", "PT60M", ""}).Draw(t, "resolution"), float64(rapid.IntRange(1, 3).Draw(t, "value"))}
	}), truthHours, truthHours)
	return truth{rapid.SliceOfN(hours, 2, 2).Draw(t, "truth")}
}

func steps(resolution string) timeseries.Step {
	if resolution == "PT15M" {
		return dbtest.QuarterHour
	}
	return dbtest.Hour
}

// answer is what the platform answers for the hours [from, to): Periods of one
// resolution each, cut to the window.
func (tr truth) answer(feed int64, from, to int, knownAt time.Time) store.Answer {
	a := store.Answer{FeedID: feed, Asked: dbtest.Window(float64(from), float64(to)), KnownAt: knownAt}
	var all timeseries.Curves
	for n, curve := range tr.curves {
		byResolution := map[string]timeseries.Series{}
		for h := from; h < to; h++ {
			r := curve[h].resolution
			if r == "" {
				a.Empty = append(a.Empty, dbtest.Window(float64(h), float64(h+1)))
				continue
			}
			s, ok := byResolution[r]
			if !ok {
				s = dbtest.PriceSeries(r, steps(r), timeseries.Sequence, []string{"1", "2"}[n])
			}
			values := slices.Repeat([]float64{curve[h].value}, int(dbtest.Hour.Seconds/steps(r).Seconds))
			byResolution[r] = dbtest.With(s, float64(h), values...)
			a.Data = append(a.Data, dbtest.Window(float64(h), float64(h+1)))
		}
		all = append(all, slices.Collect(maps.Values(byResolution))...)
	}
	a.Rows = all
	return a
}

// model is an independent reading of what Save is to do.
type model map[modelKey]float64

type modelKey struct {
	curve, resolution string
	at                int64
}

func (m model) save(a store.Answer) {
	given := model{}
	periods := map[string][]timeseries.Window{}
	for _, s := range a.Rows.(timeseries.Curves) {
		curve := s.Attributes[timeseries.Sequence]
		periods[curve] = append(periods[curve], s.Spans...)
		for _, p := range s.Points {
			given[modelKey{curve, s.Attributes[timeseries.Resolution], p.At}] = p.Value
		}
	}
	for key := range m {
		at := time.Unix(key.at, 0)
		within := slices.ContainsFunc(periods[key.curve], func(w timeseries.Window) bool { return w.Contains(at) })
		if _, still := given[key]; !still && within && a.Asked.Contains(at) {
			delete(m, key)
		}
	}
	maps.Copy(m, given)
}

func (m model) lines() (lines []string) {
	keys := slices.SortedFunc(maps.Keys(m), func(a, b modelKey) int {
		return cmpKeys(a, b)
	})
	for _, k := range keys {
		lines = append(lines, modelLine(k.curve, k.resolution, k.at, m[k]))
	}
	return lines
}

// stored reads the points of the database.
func stored(t *testing.T, db *store.DB) model {
	t.Helper()
	rows, err := db.Pool.Query(t.Context(), `
select s.sequence, s.resolution, extract(epoch from p.at)::bigint, p.value from entsoe.points p join entsoe.series s on s.id = p.series_id`)
	if err != nil {
		t.Fatal(err)
	}
	m := model{}
	var k modelKey
	var v float64
	_, err = pgx.ForEachRow(rows, []any{&k.curve, &k.resolution, &k.at, &v}, func() error {
		m[k] = v
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

type ask struct{ from, to int }

func drawAsks(t *rapid.T, label string) []ask {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) ask {
		from := rapid.IntRange(0, truthHours-1).Draw(t, "from")
		return ask{from, rapid.IntRange(from+1, truthHours).Draw(t, "to")}
	}), 1, 6).Draw(t, label)
}

// TestSaveProperties: whatever is asked in whatever order and however often,
// the database holds what an independent reading of the rules says; as long as
// the platform does not change its mind, the order makes no difference; and
// what was superseded is in the history.
func TestSaveProperties(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany).ID
	rapid.Check(t, func(rt *rapid.T) {
		first, second := drawTruth(rt), drawTruth(rt)
		early := drawAsks(rt, "early asks")
		late := drawAsks(rt, "late asks")
		shuffled := rapid.Permutation(append(slices.Clone(early), early[0])).Draw(rt, "shuffled")

		m := model{}
		coverage := runAsks(t, rt, db, feed, first, early, m, dbtest.After(100))
		if again := runAsks(t, rt, db, feed, first, shuffled, model{}, dbtest.After(100)); again != coverage {
			rt.Fatalf("coverage depends on the order: %s, then %s", coverage, again)
		}
		before := maps.Clone(m)
		var gone int
		for _, q := range late {
			a := second.answer(feed, q.from, q.to, dbtest.After(200))
			saved := dbtest.MustSave(t, db, a)
			gone += int(saved.Changed + saved.Retracted)
			m.save(a)
		}
		checkModel(t, rt, db, m)
		if n := dbtest.QueryOne[int](t, db, `select count(*) from entsoe.point_history`); n != gone {
			rt.Fatalf("%d values were superseded, %d are in the history", gone, n)
		}
		asOf := dbtest.QueryOne[int](t, db, `select count(*) from entsoe.as_of($1)`, dbtest.After(150))
		if asOf != len(before) {
			rt.Fatalf("as_of shows %d values for the time before the revision, there were %d", asOf, len(before))
		}
	})
}

// runAsks fills an empty database, compares it with the model and returns its coverage.
func runAsks(t *testing.T, rt *rapid.T, db *store.DB, feed int64, tr truth, asks []ask, m model, knownAt time.Time) string {
	dbtest.ExecOwner(t, db, `truncate entsoe.points, entsoe.point_history, entsoe.coverage;
update entsoe.series set extent = '{}';
select entsoe.renew_best_spans(array(select id from entsoe.series))`)
	for _, q := range asks {
		a := tr.answer(feed, q.from, q.to, knownAt)
		dbtest.MustSave(t, db, a)
		m.save(a)
	}
	checkModel(t, rt, db, m)
	return dbtest.QueryOne[string](t, db, `select coalesce(string_agg(data::text || empty::text, ''), '') from entsoe.coverage`)
}

func checkModel(t *testing.T, rt *rapid.T, db *store.DB, m model) {
	if diff := cmp.Diff(m.lines(), stored(t, db).lines()); diff != "" {
		rt.Fatalf("points (-want, +got):\n%s", diff)
	}
	wrong := dbtest.QueryText(t, db, `
select s.key, s.extent from entsoe.series s
where s.extent <> coalesce((select range_agg(tstzrange(p.at, p.at + s.longest)) from entsoe.points p where p.series_id = s.id), '{}')`)
	if len(wrong) > 0 {
		rt.Fatalf("extents are not the union of the points' intervals: %q", wrong)
	}
	if wrong := wrongBest(t, db); len(wrong) > 0 {
		rt.Fatalf("the best values are not those without a preferred rival: %q", wrong)
	}
}

// wrongBest returns the best values that are shown although a preferred series has an
// interval at that instant, and those that are not shown although none has.
func wrongBest(t *testing.T, db *store.DB) []string {
	t.Helper()
	return dbtest.QueryText(t, db, `
with shown as (
  select at, sequence, resolution, price from entsoe.day_ahead_prices_best
), right_ones as (
  select p.at, s.sequence, s.resolution, p.value from entsoe.points p join entsoe.series s on s.id = p.series_id
  where not exists (
    select from entsoe.series b join entsoe.points q on q.series_id = b.id
    where b.rival_key = s.rival_key and (b.rank, b.id) < (s.rank, s.id) and q.at <= p.at and q.at > p.at - b.longest)
)
(select 'too much', * from shown except all select 'too much', * from right_ones)
union all
(select 'missing', * from right_ones except all select 'missing', * from shown)`)
}

// TestSaveOverlappingAtOnce saves overlapping answers of two feeds that share
// their series, in random order from many goroutines, into an empty database.
func TestSaveOverlappingAtOnce(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feeds := []int64{dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany).ID, dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.France).ID}
	random := rand.New(rand.NewPCG(1, 2))
	tr := randomTruth(random, "PT60M", "PT15M")
	for range 10 {
		dbtest.ExecOwner(t, db, `truncate entsoe.points, entsoe.point_history, entsoe.coverage;
update entsoe.series set extent = '{}';
select entsoe.renew_best_spans(array(select id from entsoe.series))`)
		want := model{}
		var answers []store.Answer
		for i := range 24 {
			from := random.IntN(truthHours)
			a := tr.answer(feeds[i%2], from, from+1+random.IntN(truthHours-from), dbtest.After(100))
			answers = append(answers, a)
			want.save(a)
		}
		saveAtOnce(t, db, answers)
		if diff := cmp.Diff(want.lines(), stored(t, db).lines()); diff != "" {
			t.Fatalf("points (-want, +got):\n%s", diff)
		}
		if wrong := wrongBest(t, db); len(wrong) > 0 {
			t.Fatalf("the best values are not those without a preferred rival: %q", wrong)
		}
	}
}

// TestSaveContradictingAtOnce saves answers of two opinions on the same window
// at the same moment: in the end one of them stands, never a mixture.
func TestSaveContradictingAtOnce(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany).ID
	random := rand.New(rand.NewPCG(3, 4))
	for range 10 {
		var answers []store.Answer
		var opinions [2]model
		for n, resolution := range []string{"PT60M", "PT15M"} {
			a := randomTruth(random, resolution).answer(feed, 0, truthHours, dbtest.After(100))
			answers = append(answers, a, a, a, a)
			opinions[n] = model{}
			opinions[n].save(a)
		}
		saveAtOnce(t, db, answers)
		got := stored(t, db)
		if !maps.Equal(got, opinions[0]) && !maps.Equal(got, opinions[1]) {
			t.Fatalf("%d points are a mixture of %d and %d", len(got), len(opinions[0]), len(opinions[1]))
		}
	}
}

func randomTruth(random *rand.Rand, resolutions ...string) truth {
	tr := truth{make([][]truthHour, 2)}
	for c := range tr.curves {
		for range truthHours {
			tr.curves[c] = append(tr.curves[c], truthHour{resolutions[random.IntN(len(resolutions))], float64(random.IntN(5))})
		}
	}
	return tr
}

// saveAtOnce starts all saves at the same moment, as many as there are connections.
func saveAtOnce(t *testing.T, db *store.DB, answers []store.Answer) {
	t.Helper()
	start := make(chan struct{})
	var wg sync.WaitGroup
	for _, a := range answers {
		wg.Go(func() {
			<-start
			if _, err := dbtest.Save(t.Context(), db, a); err != nil {
				t.Error(err)
			}
		})
	}
	close(start)
	wg.Wait()
}

func cmpKeys(a, b modelKey) int {
	return gocmp.Or(gocmp.Compare(a.at, b.at), gocmp.Compare(a.curve, b.curve), gocmp.Compare(a.resolution, b.resolution))
}

func modelLine(curve, resolution string, at int64, value float64) string {
	return fmt.Sprintf("%s %s %s %v", time.Unix(at, 0).UTC().Format("15:04"), curve, resolution, value)
}
