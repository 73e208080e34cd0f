package jobs

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"entsoed/entsoe"
	"entsoed/store"
)

// Budget hands out the leave to send one request. The budget itself is one row
// in the database for all processes; Budget is a process's own queue before
// it. Only the request at its head holds a slot, so that a process reserves at
// most one slot ahead, a ban stops the others before they reserve, and live
// requests overtake those of revisions and backfills up to the last moment.
type Budget struct {
	DB        *store.DB
	PerMinute int
	// Stopping is closed when the process is asked to stop: who still waits
	// gets ErrStopping and hands its job back.
	Stopping <-chan struct{}

	mu      sync.Mutex
	busy    bool
	waiting map[int][]chan struct{} // by rank; in order of arrival
	held    holdError
}

var (
	// ErrStopping says that the process stops before the request was sent.
	ErrStopping = errors.New("the worker is stopping")
	// ErrNoTurn says that others went first for longer than a request waits.
	ErrNoTurn = errors.New("no turn in the budget of requests")
)

// holdError says that this process sends nothing until a time, and why.
type holdError struct {
	Until time.Time
	Cause error
}

func (e *holdError) Error() string {
	return fmt.Sprintf("no request until %s: %v", e.Until.UTC().Format(time.RFC3339), e.Cause)
}

// longestTurn is how long a request waits at the gate before its job is put off.
const longestTurn = 5 * time.Minute

// ranks orders the lanes: who waits with the least rank goes next.
var ranks = map[string]int{LaneFetch: 0, store.LaneLive: 1, store.LaneRevision: 2, store.LaneBackfill: 3, store.LaneProbe: 4}

// Gate returns the leave for requests of a lane: it waits for a turn in this
// process and then for a slot of the budget. It returns ErrStopping, ErrNoTurn,
// the context's error, a hold of this process or the store's errors for a ban.
func (b *Budget) Gate(lane string) entsoe.Gate {
	return func(ctx context.Context) error {
		for {
			err := b.pass(ctx, lane)
			if !errors.Is(err, store.ErrBudgetFull) {
				return err
			}
			if err := b.sleep(ctx, b.slot()); err != nil {
				return err
			}
		}
	}
}

// Hold keeps this process from sending anything for a time, because the answer
// would be the same for every feed. It reports whether the hold is new.
func (b *Budget) Hold(d time.Duration, cause error) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	fresh := !time.Now().Before(b.held.Until)
	if fresh {
		b.held = holdError{Until: time.Now().Add(d), Cause: cause}
	}
	return fresh
}

// slot is the time between two requests of the whole budget.
func (b *Budget) slot() time.Duration { return time.Minute / time.Duration(b.PerMinute) }

// pass takes a turn and a slot within it. A backfill, or a probe, takes the next slot or
// none (store.ErrBudgetFull), so that a live request never waits for more.
func (b *Budget) pass(ctx context.Context, lane string) error {
	if err := b.enter(ctx, ranks[lane]); err != nil {
		return err
	}
	defer b.leave()
	if err := b.holding(); err != nil {
		return err
	}
	ctx, done := b.untilStop(ctx)
	defer done()
	ahead := longestTurn
	if lane == store.LaneBackfill || lane == store.LaneProbe {
		ahead = b.slot()
	}
	_, err := b.DB.TakeSlot(ctx, ahead)
	if err != nil && context.Cause(ctx) == ErrStopping {
		return ErrStopping
	}
	return err
}

// untilStop returns a context that also ends, with the cause ErrStopping, when
// the process is asked to stop.
func (b *Budget) untilStop(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		select {
		case <-b.Stopping:
			cancel(ErrStopping)
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(nil) }
}

// holding returns why nothing is to be sent now: the stop, or a hold.
func (b *Budget) holding() error {
	select {
	case <-b.Stopping:
		return ErrStopping
	default:
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if time.Now().Before(b.held.Until) {
		held := b.held
		return &held
	}
	return nil
}

// enter waits until the caller is the one who may ask for a slot.
func (b *Budget) enter(ctx context.Context, rank int) error {
	turn := b.queue(rank)
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
	case <-b.Stopping:
		err = ErrStopping
	case <-timeout.C:
		err = ErrNoTurn
	}
	if !b.withdraw(rank, turn) {
		b.leave() // the turn came in the same moment: pass it on
	}
	return err
}

// queue takes the turn at once (nil) or returns what is closed when it comes.
func (b *Budget) queue(rank int) chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.busy {
		b.busy = true
		return nil
	}
	if b.waiting == nil {
		b.waiting = make(map[int][]chan struct{})
	}
	turn := make(chan struct{})
	b.waiting[rank] = append(b.waiting[rank], turn)
	return turn
}

// withdraw takes a waiting caller out of the queue; false: it is its turn.
func (b *Budget) withdraw(rank int, turn chan struct{}) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, other := range b.waiting[rank] {
		if other == turn {
			b.waiting[rank] = append(b.waiting[rank][:i], b.waiting[rank][i+1:]...)
			return true
		}
	}
	return false
}

// leave gives the turn to the next in rank and order.
func (b *Budget) leave() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for rank := range len(ranks) {
		if queue := b.waiting[rank]; len(queue) > 0 {
			close(queue[0])
			b.waiting[rank] = queue[1:]
			return
		}
	}
	b.busy = false
}

func (b *Budget) sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-b.Stopping:
		return ErrStopping
	}
}
