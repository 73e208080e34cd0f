package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// BudgetFullError says that the next slot is farther ahead than the caller may
// reserve, that its lane has used up its share, or that a lane of higher rank
// wants the slot.
type BudgetFullError struct {
	Wait time.Duration // until there may be one
}

func (e *BudgetFullError) Error() string {
	return fmt.Sprintf("request budget is full for %s", e.Wait.Round(time.Millisecond))
}

// ErrBackfillStopped says that the backfill of a request is paused or cancelled.
// A finished backfill does not stop a job of it that somebody retries.
var ErrBackfillStopped = errors.New("the backfill was stopped")

// BudgetBannedError says that the platform has banned us: nothing may be sent
// until then.
type BudgetBannedError struct {
	Until time.Time // by this machine's clock
}

func (e *BudgetBannedError) Error() string {
	return fmt.Sprintf("banned by the platform until %s", e.Until.UTC().Format(time.RFC3339))
}

// clockTolerance is how far the server's clock may drift from ours while we wait
// for a slot.
const clockTolerance = 500 * time.Millisecond

// SlotRequest asks for a place in the budget.
type SlotRequest struct {
	Lane     string
	Ahead    time.Duration // how far ahead a slot may be reserved; 0: only one that is free now
	Backfill int64         // which must not be stopped; 0: it is of none

	// Life is how old the slot may be when its holder sends the request. With a
	// second no sliding minute sees more than 61 s worth of slots: at 390 a minute
	// 397, below the platform's 400.
	Life time.Duration
}

// slot is a reserved place in the budget.
type slot struct {
	taken   bool
	stopped bool          // the backfill is paused or cancelled
	wait    time.Duration // from server to the slot
	epoch   int
	asked   time.Time // before and ...
	got     time.Time // ... after the database was asked, by our monotonic clock
	server  time.Time // in between, by the server's clock
	banned  time.Time // by the server's clock
}

// TakeSlot waits for a slot of the request budget that all processes share and
// returns how long that took; the caller must send its one request at once. It
// waits only for a slot that it has reserved: if there is none within r.Ahead,
// nothing is taken and a *BudgetFullError is returned. During a ban it
// returns a *BudgetBannedError, for a backfill that is paused or cancelled
// ErrBackfillStopped. A slot that is too old when its turn comes, or that was
// voided in the meantime, is exchanged for another.
func (db *DB) TakeSlot(ctx context.Context, r SlotRequest) (time.Duration, error) {
	start := time.Now()
	for {
		s, err := db.reserve(ctx, r)
		if err != nil {
			return 0, fmt.Errorf("take a slot of the request budget: %w", err)
		}
		switch {
		case s.stopped:
			return 0, ErrBackfillStopped
		case s.banned.After(s.server):
			return 0, &BudgetBannedError{Until: s.got.Add(s.banned.Sub(s.server))}
		case !s.taken:
			return 0, &BudgetFullError{Wait: time.Until(s.got.Add(s.wait))}
		}
		if err := sleep(ctx, time.Until(s.got.Add(s.wait))); err != nil {
			return 0, err
		}
		if good, err := db.stillGood(ctx, s, r.Life); err != nil {
			return 0, err
		} else if good {
			return time.Since(start), nil
		}
	}
}

// reserve takes a slot in a statement of its own; the row is locked for less
// than a millisecond, as the commit does not wait for the disk.
func (db *DB) reserve(ctx context.Context, r SlotRequest) (slot, error) {
	conn, err := db.Pool.Acquire(ctx)
	if err != nil {
		return slot{}, err
	}
	defer conn.Release()
	s := slot{asked: time.Now()}
	var seconds float64
	err = conn.QueryRow(ctx, `
select taken, wait, server_time, slot_epoch, case when banned > server_time then banned else 'epoch' end, stopped
from entsoe.take_slot($1, $2, nullif($3::bigint, 0))`, r.Lane, r.Ahead, r.Backfill).
		Scan(&s.taken, &seconds, &s.server, &s.epoch, &s.banned, &s.stopped)
	s.got = time.Now()
	s.wait = time.Duration(seconds * float64(time.Second))
	return s, err
}

// stillGood reports whether the slot may be used now. After a longer wait it asks
// the database whether we are banned, and whether the slots of that time are void
// because the server was restarted or its clock jumped.
func (db *DB) stillGood(ctx context.Context, s slot, life time.Duration) (bool, error) {
	if s.wait > life {
		var (
			epoch  int
			server time.Time
			banned bool
		)
		err := db.Pool.QueryRow(ctx, `
select case when booted_at = pg_postmaster_start_time() then epoch else -1 end,
  clock_timestamp(), banned_until > clock_timestamp()
from entsoe.budget`).Scan(&epoch, &server, &banned)
		if err != nil {
			return false, fmt.Errorf("look at the request budget: %w", err)
		}
		drift := server.Sub(s.server) - time.Since(s.got)
		if epoch != s.epoch || banned || drift.Abs() > clockTolerance {
			return false, nil
		}
	}
	return time.Since(s.asked.Add(s.wait)) < life, nil
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// Budget sets the rate of the request budget, in requests a minute.
func (db *DB) Budget(ctx context.Context, perMinute int) error {
	if perMinute < 1 {
		return fmt.Errorf("request budget of %d a minute", perMinute)
	}
	_, err := db.Pool.Exec(ctx, `update entsoe.budget set per_minute = $1 where per_minute <> $1`, perMinute)
	if err != nil {
		return fmt.Errorf("set the request budget: %w", err)
	}
	return nil
}

// Ban stops all requests of all processes for d, at most a day. A longer ban stays.
func (db *DB) Ban(ctx context.Context, d time.Duration) error {
	_, err := db.Pool.Exec(ctx, `
update entsoe.budget set banned_until = clock_timestamp() + $1::interval
where banned_until < clock_timestamp() + $1`, min(d, 24*time.Hour))
	if err != nil {
		return fmt.Errorf("note the ban: %w", err)
	}
	return nil
}

// BannedUntil returns the end of the present ban by this machine's clock; the
// zero time if there is none.
func (db *DB) BannedUntil(ctx context.Context) (time.Time, error) {
	var left time.Duration
	err := db.Pool.QueryRow(ctx, `
select greatest(banned_until, clock_timestamp()) - clock_timestamp() from entsoe.budget`).Scan(&left)
	if err != nil {
		return time.Time{}, fmt.Errorf("look for a ban: %w", err)
	}
	if left <= 0 {
		return time.Time{}, nil
	}
	return time.Now().Add(left), nil
}
