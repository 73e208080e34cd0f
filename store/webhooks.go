package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Webhook is what is known of one to whom changes are posted.
type Webhook struct {
	Number   int
	Cursor   int64 // number of the last change that it has taken
	Failures int   // posts since then that it did not take
	TryingTo int64 // last change of the post that failed; 0: none did
	Parked   bool  // it wants none any more

	Rest time.Duration // until it is tried again, after a failure
}

// EnsureWebhook returns the webhook of an endpoint, whose place in the settings it
// notes. One that is new begins at the present: what changes from now on.
func (db *DB) EnsureWebhook(ctx context.Context, endpoint string, place int) (w Webhook, fresh bool, err error) {
	err = db.Pool.QueryRow(ctx, `
with known as (
  update entsoe.webhooks set place = $2, seen_at = clock_timestamp()
  where endpoint = $1
  returning number, cursor, parked_at is not null as parked
), fresh as (
  insert into entsoe.webhooks (endpoint, place, seen_at, cursor)
  select $1, $2, clock_timestamp(), entsoe.last_change()
  where not exists (select from known)
  on conflict (endpoint) do update set place = excluded.place, seen_at = excluded.seen_at
  returning number, cursor, parked_at is not null as parked
)
select number, cursor, parked, false from known
union all
select number, cursor, parked, true from fresh`, endpoint, place).Scan(&w.Number, &w.Cursor, &w.Parked, &fresh)
	if err != nil {
		return w, false, fmt.Errorf("webhook at place %d: %w", place, err)
	}
	return w, fresh, nil
}

// SeeWebhooks notes that a process has webhooks in its settings.
func (db *DB) SeeWebhooks(ctx context.Context, numbers []int) error {
	_, err := db.Pool.Exec(ctx, `update entsoe.webhooks set seen_at = clock_timestamp() where number = any($1)`, numbers)
	if err != nil {
		return fmt.Errorf("note the webhooks of this process: %w", err)
	}
	return nil
}

// Webhook returns one of them.
func (db *DB) Webhook(ctx context.Context, number int) (w Webhook, err error) {
	err = db.Pool.QueryRow(ctx, `
select number, cursor, failures, coalesce(trying_to, 0), parked_at is not null, greatest(next_at - clock_timestamp(), interval '0')
from entsoe.webhooks
where number = $1`, number).Scan(&w.Number, &w.Cursor, &w.Failures, &w.TryingTo, &w.Parked, &w.Rest)
	if err != nil {
		return w, fmt.Errorf("webhook %d: %w", number, err)
	}
	return w, nil
}

// WebhookTook notes within tx that a webhook has taken the changes up to a number.
// It goes on elsewhere if somebody has set its cursor meanwhile.
func WebhookTook(ctx context.Context, tx pgx.Tx, w Webhook, to int64) error {
	_, err := tx.Exec(ctx, `
update entsoe.webhooks
set cursor = case cursor when @from then @to else cursor end, sent_at = clock_timestamp(),
  failures = 0, failing_since = null, last_error = '', next_at = null, trying_to = null
where number = @number`, pgx.NamedArgs{"number": w.Number, "from": w.Cursor, "to": to})
	if err != nil {
		return fmt.Errorf("note what webhook %d has taken: %w", w.Number, err)
	}
	return nil
}

// WebhookFailure is a post that was not taken.
type WebhookFailure struct {
	TryingTo int64 // the last change in it
	Reason   string
	Wait     time.Duration // until it is tried again
	Park     bool          // nothing is posted any more
}

// Cause is why the alarm of the webhook is open.
func (f WebhookFailure) Cause() string {
	if f.Park {
		return "wants no changes any more: " + f.Reason
	}
	return "does not take changes: " + f.Reason
}

// WebhookFailed notes such a failure within tx, and returns for how long the webhook
// has taken nothing.
func WebhookFailed(ctx context.Context, tx pgx.Tx, w Webhook, f WebhookFailure) (lasts time.Duration, err error) {
	err = tx.QueryRow(ctx, `
update entsoe.webhooks
set failures = failures + 1, failing_since = coalesce(failing_since, clock_timestamp()), last_error = @reason, trying_to = @to,
  next_at = case when not @park then clock_timestamp() + @wait::interval end, parked_at = case when @park then clock_timestamp() end
where number = @number
returning clock_timestamp() - failing_since`, pgx.NamedArgs{
		"number": w.Number, "reason": f.Reason, "to": f.TryingTo, "wait": f.Wait, "park": f.Park,
	}).Scan(&lasts)
	if err != nil {
		return 0, fmt.Errorf("note that webhook %d failed: %w", w.Number, err)
	}
	return lasts, nil
}

// Change is a row of entsoe.changes.
type Change struct {
	Number int64
	Row    json.RawMessage // all columns, as JSON
}

// LostChangesError says that changes after a cursor are no longer kept, or that the
// database does not know the cursor because an earlier state of it was restored.
type LostChangesError struct {
	First, Last int64 // that cannot be read any more; if Last is before First, those after Last are other ones
}

func (e *LostChangesError) Error() string {
	if e.Last < e.First {
		return fmt.Sprintf("an earlier state of the changes was restored: those after %d are told anew", e.Last)
	}
	return fmt.Sprintf("the changes %d to %d are no longer kept", e.First, e.Last)
}

// The SQLSTATEs of entsoe.changes_since.
const (
	codeChangesDropped = "EN001"
	codeChangesAhead   = "EN002"
)

// ChangesSince returns at most n changes after a cursor, in their order. The error is a
// *LostChangesError if they cannot be read.
func (db *DB) ChangesSince(ctx context.Context, cursor int64, n int) ([]Change, error) {
	rows, err := db.Pool.Query(ctx, `select c.number, row_to_json(c) from entsoe.changes_since($1, $2) c order by c.number`, cursor, n)
	if err != nil {
		return nil, fmt.Errorf("changes since %d: %w", cursor, err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Change])
	if code := Code(err); code == codeChangesDropped || code == codeChangesAhead {
		return nil, db.lostChanges(ctx, cursor)
	}
	if err != nil {
		return nil, fmt.Errorf("changes since %d: %w", cursor, err)
	}
	return all, nil
}

func (db *DB) lostChanges(ctx context.Context, cursor int64) error {
	lost := LostChangesError{First: cursor + 1}
	err := db.Pool.QueryRow(ctx, `select least(oldest - 1, last) from entsoe.change_counter`).Scan(&lost.Last)
	if err != nil {
		return fmt.Errorf("which changes are kept: %w", err)
	}
	return &lost
}
