package jobs

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"entsoed/entsoe/client"
	"entsoed/store"
)

// Budget hands out the permission to send one request. The budget itself is one
// row in the database for all processes; Budget is the queue that a process
// keeps before it.
//
// In each lane one request at a time, the head, asks for a slot; among the
// heads, the one of the first lane. The backfills take turns at the head of
// their lane, so that a small one does not wait for a big one. Only live
// requests reserve a slot ahead. The others take one that is free at the moment,
// and wait without standing in anybody's way. The database knows who waits and
// gives a free slot to nobody further back. So a live request never waits for
// more than the one slot that another lane has just taken, in whichever process.
type Budget struct {
	DB *store.DB
	// Stopping is closed when the process is asked to stop: who still waits
	// gets ErrStopping and hands its job back.
	Stopping <-chan struct{}

	heads  [len(ranks)]turns // by rank: who asks next
	window turns             // who asks now

	mu   sync.Mutex
	held holdError
}

// holdError says that this process sends nothing until a time, and why.
type holdError struct {
	Until time.Time
	Cause error
}

func (e *holdError) Error() string {
	return fmt.Sprintf("no request until %s: %v", e.Until.UTC().Format(time.RFC3339), e.Cause)
}

const (
	longestTurn = 5 * time.Minute // that a request waits at the gate before its job is put off
	longestNap  = time.Second     // between two looks at the budget, for shares may change
)

// ranks orders the lanes: who waits with the least rank goes next.
var ranks = store.LaneOrder()

func rankOf(lane string) int {
	for rank, l := range ranks {
		if l == lane {
			return rank
		}
	}
	return len(ranks) - 1
}

// Claim says for whom a request is to be sent.
type Claim struct {
	Lane     string
	Backfill int64 // to which the job belongs; 0: none
	Priority int   // of the job, as in River's table; the least goes first
	Job      int64 // its id; 0: there is none

	// Before is asked right before a slot is taken, so that none is taken in vain,
	// and once more when its turn has come. Nil: nothing is.
	Before func(context.Context) error
}

// Gate returns the permission for the requests of a claim: it waits for a turn in
// this process and then for a slot of the budget. It returns ErrStopping, ErrNoTurn, the context's error, a hold of
// this process, or the store's errors for a ban and for a backfill that was
// stopped.
func (b *Budget) Gate(c Claim) client.Gate {
	rank := rankOf(c.Lane)
	ask := store.SlotRequest{Lane: c.Lane, Backfill: c.Backfill, Life: client.SlotLife}
	if rank <= rankOf(store.LaneLive) {
		ask.Ahead = longestTurn
	}
	return func(ctx context.Context) error {
		if err := b.heads[rank].enterInTime(ctx, waiter{party: c.Backfill, priority: c.Priority, job: c.Job}, b.Stopping); err != nil {
			return err
		}
		defer b.heads[rank].leave()
		for began := time.Now(); time.Since(began) < longestTurn; {
			err := b.ask(ctx, rank, ask, c.Before)
			full, ok := errors.AsType[*store.BudgetFullError](err)
			if !ok {
				return err
			}
			if err := b.sleep(ctx, min(full.Wait, longestNap)); err != nil {
				return err
			}
		}
		return ErrNoTurn
	}
}

// ask asks for a slot when no head of an earlier lane does.
func (b *Budget) ask(ctx context.Context, rank int, ask store.SlotRequest, before func(context.Context) error) error {
	if err := b.window.enterInTime(ctx, waiter{rank: rank}, b.Stopping); err != nil {
		return err
	}
	defer b.window.leave()
	if err := b.holding(); err != nil {
		return err
	}
	ctx, done := b.untilStop(ctx)
	defer done()
	var err error
	if before != nil {
		err = before(ctx)
	}
	if err == nil {
		_, err = b.DB.TakeSlot(ctx, ask)
	}
	if err == nil && before != nil {
		err = before(ctx)
	}
	if err != nil && context.Cause(ctx) == ErrStopping {
		return ErrStopping
	}
	return err
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
