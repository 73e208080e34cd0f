package jobs

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

var (
	// ErrStopping says that the process stops before the request was sent.
	ErrStopping = errors.New("the worker is stopping")
	// ErrNoTurn says that others went first for longer than a request waits.
	ErrNoTurn = errors.New("no turn in the budget of requests")
)

// turns lets one at a time have a turn: of those who wait the one of the least
// rank, and of equal ranks each party in its turn. The zero value is ready for use.
type turns struct {
	mu      sync.Mutex
	busy    bool
	count   int // of the turns that were given
	waiting []*waiter
	last    map[int64]int // the turn that each party had last
}

// waiter is a request that waits for its turn.
type waiter struct {
	rank  int
	party int64 // the backfill; 0: none
	job   int64 // what one has begun goes on before it begins another
	turn  chan struct{}
}

// enter waits until it is the caller's turn, which leave ends. It gives up with
// the context's error, with ErrStopping when stopping is closed, and with
// ErrNoTurn when longestTurn is over.
func (t *turns) enter(ctx context.Context, w waiter, stopping <-chan struct{}) error {
	if !t.queue(&w) {
		return nil
	}
	timeout := time.NewTimer(longestTurn)
	defer timeout.Stop()
	var err error
	select {
	case <-w.turn:
		return nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-stopping:
		err = ErrStopping
	case <-timeout.C:
		err = ErrNoTurn
	}
	if !t.withdraw(&w) {
		t.leave() // the turn came in the same moment: pass it on
	}
	return err
}

// queue takes the turn at once, or lets w wait for it and returns true.
func (t *turns) queue(w *waiter) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.busy {
		t.busy = true
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
		t.busy, t.last = false, nil
		return
	}
	next := slices.MinFunc(t.waiting, t.compare) // of equal ones the first that came
	t.waiting = slices.DeleteFunc(t.waiting, func(w *waiter) bool { return w == next })
	t.given(next)
	close(next.turn)
}

// compare says which of two goes first: rank before party, the party whose last
// turn is longest ago, and of a party the job that was inserted first.
func (t *turns) compare(a, b *waiter) int {
	return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(t.last[a.party], t.last[b.party]), cmp.Compare(a.job, b.job))
}

// given notes that w has the turn.
func (t *turns) given(w *waiter) {
	if t.last == nil {
		t.last = make(map[int64]int)
	}
	t.count++
	t.last[w.party] = t.count
}
