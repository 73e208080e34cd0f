package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"entsoed/store"
	"entsoed/store/dbtest"
)

// Who waits is called by lane first and arrival second.
func TestTurns(t *testing.T) {
	var b turns
	if err := b.enter(t.Context(), waiter{}, nil); err != nil {
		t.Fatal(err)
	}
	lanes := []string{store.LaneBackfill, store.LaneRevision, store.LaneLive, store.LaneBackfill, store.LaneFetch, store.LaneLive}
	called := make(chan string)
	for i, lane := range lanes {
		go func() {
			if err := b.enter(t.Context(), waiter{rank: rankOf(lane)}, nil); err != nil {
				t.Error(err)
			}
			called <- lane
		}()
		await(t, func() bool { return b.queued() == i+1 })
	}
	var got []string
	for range lanes {
		b.leave()
		got = append(got, <-called)
	}
	b.leave()
	want := []string{store.LaneFetch, store.LaneLive, store.LaneLive, store.LaneRevision, store.LaneBackfill, store.LaneBackfill}
	if !slices.Equal(got, want) {
		t.Errorf("called %v, want %v", got, want)
	}
	if b.taken != 0 {
		t.Error("the turn is still taken")
	}
}

// The backfills of a lane take turns, and each goes on with what it has begun,
// after what is more urgent.
func TestTurnsOfBackfills(t *testing.T) {
	var b turns
	if err := b.enter(t.Context(), waiter{party: 1}, nil); err != nil {
		t.Fatal(err)
	}
	called := make(chan string)
	for i, w := range []waiter{{party: 1, job: 7}, {party: 1, job: 8}, {party: 1, job: 3}, {party: 1, job: 9}, {party: 2, job: 12}, {party: 2, job: 11}, {party: 3, job: 20}, {party: 3, priority: 2, job: 19}} {
		go func() {
			if err := b.enter(t.Context(), w, nil); err != nil {
				t.Error(err)
			}
			called <- fmt.Sprintf("%d/%d", w.party, w.job)
		}()
		await(t, func() bool { return b.queued() == i+1 })
	}
	var got []string
	for b.leave(); b.queued() > 0; b.leave() {
		got = append(got, <-called)
	}
	got = append(got, <-called)
	want := []string{"2/11", "3/20", "1/3", "2/12", "3/19", "1/7", "1/8", "1/9"}
	if !slices.Equal(got, want) {
		t.Errorf("called %v, want %v", got, want)
	}
}

// Who gives up waiting does not hold up those behind.
func TestTurnsGivenUp(t *testing.T) {
	stopping := make(chan struct{})
	var b turns
	if err := b.enter(t.Context(), waiter{rank: 1}, stopping); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.enter(ctx, waiter{rank: 1}, stopping); !errors.Is(err, context.Canceled) {
		t.Errorf("after the context ended: %v", err)
	}
	ended := make(chan error)
	go func() { ended <- b.enter(t.Context(), waiter{rank: 1}, stopping) }()
	await(t, func() bool { return b.queued() == 1 })
	close(stopping)
	if err := <-ended; !errors.Is(err, ErrStopping) {
		t.Errorf("after the stop: %v", err)
	}
	b.leave()
	if b.taken != 0 || b.queued() != 0 {
		t.Error("somebody still has the turn")
	}
}

func TestHold(t *testing.T) {
	var b Budget
	cause := errors.New("the token")
	if !b.Hold(time.Minute, cause) {
		t.Error("the first hold is not new")
	}
	if b.Hold(time.Hour, cause) {
		t.Error("the second hold is new")
	}
	var held *holdError
	if err := b.Gate(Claim{Lane: store.LaneLive})(t.Context()); !errors.As(err, &held) || time.Until(held.Until) > time.Minute {
		t.Errorf("gate: %v", err)
	}
	if b.window.taken != 0 {
		t.Error("the turn is still taken")
	}
}

// As long as a lane wants slots and has a share, those after it get none, in one
// process and in several; when it wants no more, the next lane gets them.
func TestLanesInOrder(t *testing.T) {
	for _, processes := range []int{1, 2} {
		t.Run(fmt.Sprint(processes, " processes"), func(t *testing.T) {
			t.Parallel() // they mostly wait
			const slots, strays = 20, 2
			w := newWaiting(t, processes, 600)
			lanes := []string{store.LaneRevision, store.LaneBackfill, store.LaneProbe}
			stops := make([]func(), len(lanes))
			for i, lane := range lanes {
				stops[i] = w.start(lane)
			}
			for i, lane := range lanes {
				await(t, func() bool { return w.sent(lane) > 0 }) // it is its turn
				before := w.sentBy(lanes)
				await(t, func() bool { return w.sent(lane) >= before[i]+slots })
				for j, other := range lanes[i+1:] {
					if n := w.sent(other) - before[i+1+j]; n > strays {
						t.Errorf("%s got %d slots while %s got %d", other, n, lane, slots)
					}
				}
				stops[i]()
			}
		})
	}
}

// A lane that has no share, or has used it up, leaves the budget to the next.
func TestLanesWithoutAShare(t *testing.T) {
	const slots, strays = 20, 2
	for share, want := range map[float64]int{0: 0, 0.25: slots / 3} {
		t.Run(fmt.Sprint(share), func(t *testing.T) {
			t.Parallel() // they mostly wait
			w := newWaiting(t, 2, 600)
			if err := w.budgets[0].DB.SetShare(t.Context(), store.LaneRevision, share); err != nil {
				t.Fatal(err)
			}
			w.start(store.LaneRevision)
			w.start(store.LaneBackfill)
			await(t, func() bool { return w.sent(store.LaneBackfill) >= slots })
			if n := w.sent(store.LaneRevision); n > want+strays || n < want-strays {
				t.Errorf("revisions with a share of %v got %d slots while backfills got %d, want %d", share, n, slots, want)
			}
		})
	}
}

// waiting is several processes in which requests wait for slots.
type waiting struct {
	testing.TB
	budgets []*Budget
	slots   map[string]*atomic.Int64 // taken, by lane
}

func newWaiting(t testing.TB, processes, perMinute int) *waiting {
	t.Helper()
	w := &waiting{TB: t, slots: make(map[string]*atomic.Int64)}
	for _, lane := range ranks {
		w.slots[lane] = new(atomic.Int64)
	}
	config := dbtest.New(t)
	for range processes {
		db, err := store.Open(t.Context(), config, 8)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(db.Close)
		w.budgets = append(w.budgets, &Budget{DB: db})
	}
	if err := w.budgets[0].DB.Budget(t.Context(), perMinute); err != nil {
		t.Fatal(err)
	}
	return w
}

// start lets five requests of a lane wait in each process, and others when those
// have their slot, until the returned function is called or the test ends.
func (w *waiting) start(lane string) (stop func()) {
	ctx, cancel := context.WithCancel(w.Context())
	var group sync.WaitGroup
	for _, b := range w.budgets {
		gate := b.Gate(Claim{Lane: lane})
		for range 5 {
			group.Go(func() {
				for gate(ctx) == nil {
					w.slots[lane].Add(1)
				}
			})
		}
	}
	stop = func() {
		cancel()
		group.Wait()
	}
	w.Cleanup(stop)
	return stop
}

func (w *waiting) sent(lane string) int { return int(w.slots[lane].Load()) }

func (w *waiting) sentBy(lanes []string) []int {
	counts := make([]int, len(lanes))
	for i, lane := range lanes {
		counts[i] = w.sent(lane)
	}
	return counts
}

// queued counts those who wait for a turn.
func (t *turns) queued() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.waiting)
}

// await polls until what is waited for holds.
func await(t testing.TB, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for !holds() {
		if time.Now().After(deadline) {
			t.Fatal("waited in vain")
		}
		time.Sleep(time.Millisecond)
	}
}
