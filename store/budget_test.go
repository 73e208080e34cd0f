package store_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"entsoed/store"
	"entsoed/store/dbtest"
)

// openProcesses opens the same database several times, as processes do.
func openProcesses(t *testing.T, n int, perMinute int) []*store.DB {
	t.Helper()
	cfg := dbtest.New(t)
	dbs := make([]*store.DB, n)
	for i := range dbs {
		db, err := store.Open(t.Context(), cfg, 4)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(db.Close)
		dbs[i] = db
	}
	if err := dbs[0].Budget(t.Context(), perMinute); err != nil {
		t.Fatal(err)
	}
	return dbs
}

// live is a request that reserves a slot as far ahead as any.
var live = store.SlotRequest{Lane: store.LaneLive, Ahead: time.Minute, Life: time.Second}

// sends records when requests would have been sent.
type sends struct {
	mu    sync.Mutex
	times []time.Time
}

func (s *sends) add(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.times = append(s.times, t)
}

// busiest returns the greatest number of sends in any span of that length.
func (s *sends) busiest(length time.Duration) int {
	slices.SortFunc(s.times, time.Time.Compare)
	most, from := 0, 0
	for to, t := range s.times {
		for t.Sub(s.times[from]) >= length {
			from++
		}
		most = max(most, to-from+1)
	}
	return most
}

// TestTakeSlotOfManyProcesses: at 1200 a minute, a slot every 50 ms that may be
// a second old, no 3 s see more than 4 s worth of slots.
func TestTakeSlotOfManyProcesses(t *testing.T) {
	t.Parallel() // they mostly wait
	const gap = 50 * time.Millisecond
	dbs := openProcesses(t, 4, 1200)
	ctx, cancel := context.WithTimeout(t.Context(), 6*time.Second)
	defer cancel()
	var s sends
	var wg sync.WaitGroup
	for _, db := range dbs {
		for range 10 {
			wg.Go(func() {
				for {
					if _, err := db.TakeSlot(ctx, live); err != nil {
						if ctx.Err() == nil {
							t.Error(err)
						}
						return
					}
					s.add(time.Now())
				}
			})
		}
	}
	wg.Wait()
	const length = 3 * time.Second
	if most, allowed := s.busiest(length), int((length+time.Second)/gap)+1; most > allowed {
		t.Errorf("%d requests within %v, allowed are %d", most, length, allowed)
	}
	if used := len(s.times); used < 60 { // of 5 s after the pause of a new server
		t.Errorf("only %d of 100 slots were used", used)
	}
}

// TestSlotsAreAGapApart asks the database itself.
func TestSlotsAreAGapApart(t *testing.T) {
	t.Parallel() // they mostly wait
	dbs := openProcesses(t, 3, 600)
	var mu sync.Mutex
	var slots []time.Time
	var wg sync.WaitGroup
	for _, db := range dbs {
		for range 4 {
			wg.Go(func() {
				for range 30 {
					var at time.Time
					err := db.Pool.QueryRow(t.Context(), `
select server_time + make_interval(secs => wait) from entsoe.take_slot('live', '1 minute') where taken`).Scan(&at)
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					slots = append(slots, at)
					mu.Unlock()
				}
			})
		}
	}
	wg.Wait()
	slices.SortFunc(slots, time.Time.Compare)
	for i := 1; i < len(slots); i++ {
		if gap := slots[i].Sub(slots[i-1]); gap < 100*time.Millisecond-2*time.Microsecond {
			t.Fatalf("slots %d and %d are %v apart", i-1, i, gap)
		}
	}
	if len(slots) != 360 {
		t.Errorf("%d slots, want 360", len(slots))
	}
}

// TestTakeSlotAfterRestart: the server has forgotten which slots it gave.
func TestTakeSlotAfterRestart(t *testing.T) {
	t.Parallel() // they mostly wait
	const gap = 250 * time.Millisecond
	dbs := openProcesses(t, 2, 240)
	var s sends
	var wg sync.WaitGroup
	take := func(db *store.DB) {
		wg.Go(func() {
			if _, err := db.TakeSlot(t.Context(), live); err != nil {
				t.Error(err)
			}
			s.add(time.Now())
		})
	}
	for range 32 { // more than enough for the next line on a busy machine
		take(dbs[0])
	}
	dbtest.WaitFor(t, func() bool {
		return dbtest.QueryOne[bool](t, dbs[1], `select next_free > clock_timestamp() + interval '4 s' from entsoe.budget`)
	})
	dbtest.Exec(t, dbs[1], `update entsoe.budget set booted_at = '-infinity', next_free = '-infinity'`)
	for range 16 {
		take(dbs[1])
	}
	wg.Wait()
	// Were the old slots used beside the new ones, it would be twice as many.
	const length = 3 * time.Second
	if most, allowed := s.busiest(length), int((length+time.Second)/gap)+1; most > allowed {
		t.Errorf("%d requests within %v, allowed are %d", most, length, allowed)
	}
}

func TestTakeSlotAfterTheClockWasSetBack(t *testing.T) {
	t.Parallel() // they mostly wait
	db := openProcesses(t, 1, 600)[0]
	if _, err := db.TakeSlot(t.Context(), live); err != nil {
		t.Fatal(err)
	}
	dbtest.Exec(t, db, `update entsoe.budget set next_free = clock_timestamp() + interval '2 hours', banned_until = clock_timestamp() + interval '3 days'`)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if _, err := db.TakeSlot(ctx, live); err != nil {
		t.Errorf("%v, want a slot after a second", err)
	}
}

func TestTakeSlotAhead(t *testing.T) {
	t.Parallel() // they mostly wait
	db := openProcesses(t, 1, 60)[0]
	if _, err := db.TakeSlot(t.Context(), live); err != nil {
		t.Fatal(err)
	}
	// The next slot is a second away, and the first who is refused wants it.
	var full *store.BudgetFullError
	for _, r := range []store.SlotRequest{{Lane: store.LaneLive, Ahead: 100 * time.Millisecond, Life: time.Second}, {Lane: store.LaneBackfill}} {
		if _, err := db.TakeSlot(t.Context(), r); !errors.As(err, &full) || full.Wait <= 0 || full.Wait > 2*time.Second {
			t.Errorf("%+v: got %v, want that the budget is full for a while", r, err)
		}
	}
	start := time.Now()
	waited, err := db.TakeSlot(t.Context(), store.SlotRequest{Lane: store.LaneLive, Ahead: time.Second, Life: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); waited > took || took-waited > time.Second {
		t.Errorf("waited %v, says %v", took, waited)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := db.TakeSlot(ctx, live); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that it was cancelled", err)
	}
}

func TestBanStopsEverybody(t *testing.T) {
	t.Parallel()                   // they mostly wait
	dbs := openProcesses(t, 2, 20) // a slot every 3 s
	if until, err := dbs[0].BannedUntil(t.Context()); err != nil || !until.IsZero() {
		t.Errorf("banned until %v, %v before there was a ban", until, err)
	}
	waiting := make(chan error)
	go func() {
		for {
			if _, err := dbs[1].TakeSlot(t.Context(), live); err != nil {
				waiting <- err
				return
			}
		}
	}()
	dbtest.WaitFor(t, func() bool {
		return dbtest.QueryOne[bool](t, dbs[0], `select next_free > clock_timestamp() + interval '2 s' from entsoe.budget`)
	})
	if err := dbs[0].Ban(t.Context(), 10*time.Minute); err != nil {
		t.Fatal(err)
	}
	if err := dbs[0].Ban(t.Context(), time.Minute); err != nil { // shorter: changes nothing
		t.Fatal(err)
	}
	var banned *store.BudgetBannedError
	for i, err := range []error{<-waiting, func() error { _, err := dbs[0].TakeSlot(t.Context(), live); return err }()} {
		if !errors.As(err, &banned) {
			t.Fatalf("taker %d got %v, want that it is banned", i, err)
		}
		if left := time.Until(banned.Until); left < 9*time.Minute || left > 10*time.Minute {
			t.Errorf("taker %d is banned for %v, want ten minutes", i, left)
		}
	}
	until, err := dbs[1].BannedUntil(t.Context())
	if left := time.Until(until); err != nil || left < 9*time.Minute || left > 10*time.Minute {
		t.Errorf("banned for %v (%v), want ten minutes", left, err)
	}
}

func TestBudgetRefusesNonsense(t *testing.T) {
	t.Parallel() // they mostly wait
	db := openProcesses(t, 1, 390)[0]
	if err := db.Budget(t.Context(), 0); err == nil {
		t.Error("a budget of no requests was taken")
	}
}

// BenchmarkTakeSlot measures the statement that all requests of all processes
// must pass, at a rate that never makes it wait.
func BenchmarkTakeSlot(b *testing.B) {
	db := dbtest.Open(b)
	dbtest.Exec(b, db, `update entsoe.budget set per_minute = 60000000`)
	if _, err := db.TakeSlot(b.Context(), live); err != nil {
		b.Fatal(err)
	}
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := db.TakeSlot(b.Context(), live); err != nil {
				b.Error(err)
			}
		}
	})
}
