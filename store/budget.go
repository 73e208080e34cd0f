package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrBudgetFull says that the next free slot is farther away than the caller would wait.
var ErrBudgetFull = errors.New("request budget is full")

// BudgetBannedError says that the platform has banned us: no request until then.
type BudgetBannedError struct{ Until time.Time }

func (e *BudgetBannedError) Error() string {
	return fmt.Sprintf("banned by the platform until %s", e.Until.UTC().Format(time.RFC3339))
}

// TakeSlot waits for a slot of the request budget that all processes share and
// returns how long that took; the caller must send its one request at once.
// maxAhead bounds how far ahead a slot is reserved: beyond it ErrBudgetFull is
// returned and nothing is taken; 0 waits as long as it takes. During a ban it
// returns a *BudgetBannedError.
func (db *DB) TakeSlot(ctx context.Context, maxAhead time.Duration) (time.Duration, error) {
	return 0, errTodo
}

// Budget sets the rate of the request budget, in requests a minute.
func (db *DB) Budget(ctx context.Context, perMinute int) error { return errTodo }

// Ban stops all requests of all processes for d. A longer ban stays.
func (db *DB) Ban(ctx context.Context, d time.Duration) error { return errTodo }

// BannedUntil returns the end of the present ban; the zero time if there is none.
func (db *DB) BannedUntil(ctx context.Context) (time.Time, error) { return time.Time{}, errTodo }
