package jobs

import (
	"context"
	"errors"
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
// rank, of equal ranks the first. The zero value is ready for use.
type turns struct {
	mu      sync.Mutex
	busy    bool
	waiting map[int][]chan struct{} // by rank; in order of arrival
}

// enter waits until it is the caller's turn, which leave ends. It gives up with
// the context's error, with ErrStopping when stopping is closed, and with
// ErrNoTurn when longestTurn is over.
func (t *turns) enter(ctx context.Context, rank int, stopping <-chan struct{}) error {
	turn := t.queue(rank)
	if turn == nil {
		return nil
	}
	timeout := time.NewTimer(longestTurn)
	defer timeout.Stop()
	var err error
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-stopping:
		err = ErrStopping
	case <-timeout.C:
		err = ErrNoTurn
	}
	if !t.withdraw(rank, turn) {
		t.leave() // the turn came in the same moment: pass it on
	}
	return err
}

// queue takes the turn at once (nil) or returns what is closed when it comes.
func (t *turns) queue(rank int) chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.busy {
		t.busy = true
		return nil
	}
	if t.waiting == nil {
		t.waiting = make(map[int][]chan struct{})
	}
	turn := make(chan struct{})
	t.waiting[rank] = append(t.waiting[rank], turn)
	return turn
}

// withdraw takes a waiting caller out of the queue; false: it is its turn.
func (t *turns) withdraw(rank int, turn chan struct{}) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, other := range t.waiting[rank] {
		if other == turn {
			t.waiting[rank] = append(t.waiting[rank][:i], t.waiting[rank][i+1:]...)
			return true
		}
	}
	return false
}

// leave gives the turn to the next in rank and order.
func (t *turns) leave() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for rank := range len(ranks) {
		if queue := t.waiting[rank]; len(queue) > 0 {
			close(queue[0])
			t.waiting[rank] = queue[1:]
			return
		}
	}
	t.busy = false
}
