package jobs

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"entsoed/store"
	"entsoed/store/dbtest"
)

// BenchmarkLiveBehindBackfill measures how long a live request waits, in slots
// of the budget (60 s / rate), while the backfills of three processes take all
// that they get, and how much of the budget is used meanwhile. Live requests
// come at random, one in four slots.
//
//	go test -run '^$' -bench LiveBehindBackfill -benchtime 400x ./jobs
func BenchmarkLiveBehindBackfill(b *testing.B) {
	const perMinute, processes, backfills = 390, 3, 20
	const slot = time.Minute / perMinute
	config := dbtest.New(b)
	var budgets [processes]*Budget
	for i := range budgets {
		db, err := store.Open(b.Context(), config, 8)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(db.Close)
		budgets[i] = &Budget{DB: db}
	}
	if err := budgets[0].DB.Budget(b.Context(), perMinute); err != nil {
		b.Fatal(err)
	}
	var sent atomic.Int64
	ctx, stop := context.WithCancel(b.Context())
	defer stop()
	for _, budget := range budgets {
		gate := budget.Gate(Claim{Lane: store.LaneBackfill})
		for range backfills {
			go func() {
				for gate(ctx) == nil {
					sent.Add(1)
				}
			}()
		}
	}
	await(b, func() bool { return sent.Load() > 0 })
	sent.Store(0)
	began := time.Now()
	var waits []time.Duration
	for i := 0; b.Loop(); i++ {
		<-time.After(time.Duration(rand.ExpFloat64() * 4 * float64(slot)))
		asked := time.Now()
		if err := budgets[i%processes].Gate(Claim{Lane: store.LaneLive})(b.Context()); err != nil {
			b.Fatal(err)
		}
		waits = append(waits, time.Since(asked))
	}
	slots := float64(time.Since(began)) / float64(slot)
	slices.Sort(waits)
	inSlots := func(d time.Duration) float64 { return float64(d) / float64(slot) }
	b.ReportMetric(inSlots(waits[len(waits)/2]), "median-slots")
	b.ReportMetric(inSlots(waits[len(waits)-1]), "max-slots")
	b.ReportMetric(100*float64(int(sent.Load())+len(waits))/slots, "%budget")
}
