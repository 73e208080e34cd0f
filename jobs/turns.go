package jobs

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
)

var (
	// ErrStopping says that the process stops before the request was sent.
	ErrStopping = errors.New("the worker is stopping")
	// ErrNoTurn says that others went first for longer than a request waits.
	ErrNoTurn = errors.New("no turn in the budget of requests")
)

// turns lets one at a time, or a few, have a turn: of those who wait the one of
// the least rank, and of equal ranks each party in its turn. The zero value is
// ready for use.
type turns struct {
	places int // how many have a turn at a time; 0: one

	mu      sync.Mutex
	taken   int // of the places
	count   int // of the turns that were given
	waiting []*waiter
	last    map[int64]int // the turn that each party had last
}

// waiter is a request that waits for its turn.
type waiter struct {
	rank     int
	party    int64 // the backfill; 0: none
	priority int   // of the job, 1 first: prices go before a backlog
	job      int64 // what one has begun goes on before it begins another
	turn     chan struct{}
}

// enter waits until it is the caller's turn, which leave ends. It gives up with
// the context's error, and with ErrStopping when stopping is closed.
func (t *turns) enter(ctx context.Context, w waiter, stopping <-chan struct{}) error {
	if !t.queue(&w) {
		return nil
	}
	var err error
	select {
	case <-w.turn:
		return nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-stopping:
		err = ErrStopping
	}
	if !t.withdraw(&w) {
		t.leave() // the turn came in the same moment: pass it on
	}
	return err
}

// enterInTime is enter, but gives up with ErrNoTurn when longestTurn is over.
func (t *turns) enterInTime(ctx context.Context, w waiter, stopping <-chan struct{}) error {
	timed, cancel := context.WithTimeout(ctx, longestTurn)
	defer cancel()
	err := t.enter(timed, w, stopping)
	if err != nil && timed.Err() != nil && ctx.Err() == nil {
		return ErrNoTurn
	}
	return err
}

// queue takes the turn at once, or lets w wait for it and returns true.
func (t *turns) queue(w *waiter) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.taken < max(1, t.places) {
		t.taken++
		t.given(w)
		return false
	}
	w.turn = make(chan struct{})
	t.waiting = append(t.waiting, w)
	return true
}

// withdraw takes w out of the queue; false: it is its turn.
func (t *turns) withdraw(w *waiter) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := slices.Index(t.waiting, w)
	if i >= 0 {
		t.waiting = slices.Delete(t.waiting, i, i+1)
	}
	return i >= 0
}

// leave gives the turn to the next.
func (t *turns) leave() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.waiting) == 0 {
		t.taken--
		if t.taken == 0 {
			t.last = nil
		}
		return
	}
	next := slices.MinFunc(t.waiting, t.compare) // of equal ones the first that came
	t.waiting = slices.DeleteFunc(t.waiting, func(w *waiter) bool { return w == next })
	t.given(next)
	close(next.turn)
}

// compare says which of two goes first: rank before party, the party whose last
// turn is longest ago, and of a party the job that comes first by priority, then
// the one that was inserted first.
func (t *turns) compare(a, b *waiter) int { return compareTurns(t.last, a, b) }

func compareTurns(last map[int64]int, a, b *waiter) int {
	return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(last[a.party], last[b.party]),
		cmp.Compare(a.priority, b.priority), cmp.Compare(a.job, b.job))
}

// given notes that w has the turn.
func (t *turns) given(w *waiter) {
	if t.last == nil {
		t.last = make(map[int64]int)
	}
	t.count++
	t.last[w.party] = t.count
}
