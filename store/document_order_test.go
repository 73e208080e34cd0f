package store_test

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/timeseries"
)

// TestDocumentsInAnyOrder: revisions, however they are grouped into answers of
// two feeds and in whatever order, end in the same database.
func TestDocumentsInAnyOrder(t *testing.T) {
	db := dbtest.OpenOutages(t)
	feeds := []int64{
		dbtest.MakeFeed(t, db, "unavailability_generation_units", dbtest.Germany).ID,
		dbtest.MakeFeed(t, db, "unavailability_generation_units", dbtest.France).ID,
	}
	random := rand.New(rand.NewPCG(5, 6))
	for range 5 {
		documents := randomDocuments(random, 20)
		var first string
		for n := range 4 {
			clearDocuments(t, db)
			random.Shuffle(len(documents), func(i, j int) { documents[i], documents[j] = documents[j], documents[i] })
			for rest := documents; len(rest) > 0; {
				size := min(len(rest), 1+random.IntN(6))
				dbtest.SaveDocuments(t, db, feeds[random.IntN(2)], 50, rest[:size]...)
				rest = rest[size:]
			}
			switch got := dump(t, db); {
			case n == 0:
				first = got
			case got != first:
				t.Fatalf("another order, another database:\n%s\n\nbefore:\n%s", got, first)
			}
		}
	}
}

// TestSaveDocumentsAtOnce brings the same documents by two feeds at the same moment.
func TestSaveDocumentsAtOnce(t *testing.T) {
	db := dbtest.OpenOutages(t)
	feeds := []int64{
		dbtest.MakeFeed(t, db, "unavailability_generation_units", dbtest.Germany).ID,
		dbtest.MakeFeed(t, db, "unavailability_generation_units", dbtest.France).ID,
	}
	random := rand.New(rand.NewPCG(7, 8))
	for range 5 {
		documents := randomDocuments(random, 30)
		clearDocuments(t, db)
		dbtest.SaveDocuments(t, db, feeds[0], 50, documents...)
		want := dump(t, db)

		clearDocuments(t, db)
		var (
			wg    sync.WaitGroup
			mu    sync.Mutex
			total store.Saved
			given int64
		)
		for i := range 12 {
			part := slices.Clone(documents)
			random.Shuffle(len(part), func(i, j int) { part[i], part[j] = part[j], part[i] })
			part = part[:20]
			if i < 2 {
				part = documents
			}
			given += int64(len(part))
			wg.Go(func() {
				saved, err := dbtest.Save(t.Context(), db, store.Answer{FeedID: feeds[i%2], Asked: dbtest.Window(0, 1), KnownAt: dbtest.After(50), Rows: timeseries.Documents(part)})
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				total.Inserted += saved.Inserted
				total.Changed += saved.Changed
				total.Unchanged += saved.Unchanged
			})
		}
		wg.Wait()
		if got := dump(t, db); got != want {
			t.Fatalf("saved at once:\n%s\n\none after the other:\n%s", got, want)
		}
		rows := dbtest.QueryOne[int64](t, db, `select count(*) from entsoe.documents`)
		names := dbtest.QueryOne[int64](t, db, `select count(distinct mrid) from entsoe.documents`)
		if total.Inserted != names || total.Inserted+total.Changed != rows || total.Unchanged > given-rows {
			t.Errorf("%d new, %d changed, %d unchanged of %d; stored are %d revisions of %d documents", total.Inserted, total.Changed, total.Unchanged, given, rows, names)
		}
	}
}

// randomDocuments are revisions of a few documents of two units, some of them
// with another content under the same number, some cancelled.
func randomDocuments(random *rand.Rand, n int) []timeseries.Document {
	var documents []timeseries.Document
	for range n {
		var runs []timeseries.Run
		for at := random.IntN(8); at < 16 && len(runs) < 3; {
			to := at + 1 + random.IntN(8)
			runs = append(runs, dbtest.Run(float64(at)/2, float64(to)/2, float64(random.IntN(4)*400)))
			at = to + random.IntN(2)
		}
		d := dbtest.Outage(string('A'+rune(random.IntN(5))), 1+random.IntN(4), float64(random.IntN(40)), runs...)
		d.Parts[0].Attributes[timeseries.GenerationUnit] = []string{dbtest.Block1, dbtest.Block2}[random.IntN(2)]
		d.Status = []string{"", "", "", "A05", "A09", "A13"}[random.IntN(6)]
		documents = append(documents, d)
	}
	return documents
}
