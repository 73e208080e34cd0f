package jobs

import (
	"errors"
	"io"
	"log/slog"
	"time"

	"entsoed/entsoe/client"
	"entsoed/entsoe/document"
	"entsoed/jobs/answer"
	"entsoed/store"
	"entsoed/store/queue"
)

// Action is what becomes of a job after an answer or an error.
type Action string

// The actions.
const (
	Done     Action = "done"      // the answer was one
	Narrow   Action = "narrow"    // ask by pages or shorter windows; where neither is possible, take what pages hold, else Cancel
	HandBack Action = "hand back" // at once, for another process
	Snooze   Action = "snooze"    // until a known time or a little; no attempt is spent
	Retry    Action = "retry"     // with backoff
	Cancel   Action = "cancel"    // asking again changes nothing: the other windows first, then the end
	Leave    Action = "leave"     // the job belongs to another process now: touch nothing
)

// Fate says what becomes of a job and how its request is written down.
type Fate struct {
	Action  Action
	Outcome string        // of the request in entsoe.fetches
	Keep    bool          // the document with it
	Hold    time.Duration // this process sends nothing for so long, for every feed would fare alike
	Level   slog.Level    // of the line in the log
	Hint    string        // what a person can do
	Until   time.Time     // of a Snooze; zero: a little
}

// Outcomes of requests in entsoe.fetches.
const (
	OutcomeData        = "data"
	OutcomeEmpty       = "empty"
	OutcomeTooLong     = "too_long"
	OutcomeTooMany     = "too_many"
	OutcomeTooLarge    = "too_large"
	OutcomeRefused     = "refused"
	OutcomeToken       = "token"
	OutcomeBanned      = "banned"
	OutcomeUnavailable = "unavailable"
	OutcomeUnknown     = "unknown"
	OutcomeWrong       = "wrong"
	OutcomeUnused      = "unused" // a page whose followers failed
	OutcomeFailed      = "failed" // on our side
)

// shortHold keeps a process quiet where asking on would change nothing.
const shortHold = 10 * time.Minute

// fates is the one table from error to fate; the first row that knows the
// error decides. What no row knows, such as an error of the database, is
// tried again.
func fates() []fateRow {
	return []fateRow{
		{is(queue.ErrJobLost), Fate{Action: Leave, Level: slog.LevelDebug}},
		{is(ErrStopping), Fate{Action: HandBack, Level: slog.LevelDebug}},
		{is(errLongWork), Fate{Action: HandBack, Level: slog.LevelDebug}},

		{a[*store.BudgetBannedError], Fate{Action: Snooze, Level: slog.LevelDebug}},
		{a[*holdError], Fate{Action: Snooze, Level: slog.LevelDebug}},
		{is(ErrNoTurn), Fate{Action: Snooze, Level: slog.LevelDebug}},
		{is(store.ErrBackfillStopped), Fate{Action: Done, Level: slog.LevelDebug}},

		{a[*sourceError], Fate{Action: Snooze, Outcome: OutcomeWrong, Hold: shortHold, Level: slog.LevelError,
			Hint: "simulated and real data never share a database: check ENTSOE_API_URL and ENTSOE_API_TOKEN, or set another DATABASE_NAME"}},
		{a[*client.NoDataError], Fate{Action: Done, Outcome: OutcomeEmpty, Level: slog.LevelDebug}},
		{a[*client.TooLongError], Fate{Action: Narrow, Outcome: OutcomeTooLong, Level: slog.LevelInfo}},
		{a[*client.TooManyError], Fate{Action: Narrow, Outcome: OutcomeTooMany, Level: slog.LevelInfo}},
		{a[*client.TooLargeError], Fate{Action: Narrow, Outcome: OutcomeTooLarge, Level: slog.LevelInfo}},
		{a[*client.BadRequestError], Fate{Action: Cancel, Outcome: OutcomeRefused, Keep: true, Level: slog.LevelWarn}},
		{a[*client.TokenError], Fate{Action: Snooze, Outcome: OutcomeToken, Hold: shortHold, Level: slog.LevelError,
			Hint: "check ENTSOE_API_TOKEN; a new token answers 401 for some days, until access is granted by e-mail; entsoed goes on trying"}},
		{a[*client.BannedError], Fate{Action: Snooze, Outcome: OutcomeBanned, Level: slog.LevelError,
			Hint: "too many requests with this token: lower ENTSOE_REQUESTS_PER_MINUTE if other programs use it too; entsoed waits for the end"}},
		{a[*client.RedirectError], Fate{Action: Retry, Outcome: OutcomeUnavailable, Level: slog.LevelError,
			Hint: "if it lasts, the platform has moved: set ENTSOE_API_URL"}},
		{a[*client.UnavailableError], Fate{Action: Retry, Outcome: OutcomeUnavailable, Keep: true, Level: slog.LevelWarn}},
		{a[*client.UnknownAnswerError], Fate{Action: Cancel, Outcome: OutcomeUnknown, Keep: true, Level: slog.LevelError}},

		{is(document.ErrHTML), Fate{Action: Retry, Outcome: OutcomeUnavailable, Keep: true, Level: slog.LevelWarn}},
		{is(io.ErrUnexpectedEOF), Fate{Action: Retry, Outcome: OutcomeUnavailable, Keep: true, Level: slog.LevelWarn}},
		{a[*document.DecodeError], Fate{Action: Cancel, Outcome: OutcomeUnknown, Keep: true, Level: slog.LevelError}},
		{a[*answer.DoubleError], Fate{Action: Cancel, Outcome: OutcomeWrong, Keep: true, Level: slog.LevelError}},
		{a[*answer.WrongError], Fate{Action: Cancel, Outcome: OutcomeWrong, Keep: true, Level: slog.LevelError}},
		{a[*answer.UnknownError], Fate{Action: Cancel, Outcome: OutcomeUnknown, Keep: true, Level: slog.LevelError}},
		{a[*incompleteError], Fate{Action: Cancel, Outcome: OutcomeWrong, Level: slog.LevelError}},
		{a[*argsError], Fate{Action: Cancel, Level: slog.LevelError}},
		{a[*store.OrderError], Fate{Action: Cancel, Level: slog.LevelError}},
	}
}

type fateRow struct {
	knows func(error) bool
	fate  Fate
}

func fateOf(err error) Fate {
	for _, row := range fates() {
		if row.knows(err) {
			fate := row.fate
			fate.Until = until(err)
			if a[*refusedError](err) {
				fate.Action = Cancel
			}
			return fate
		}
	}
	return Fate{Action: Retry, Outcome: OutcomeFailed, Level: slog.LevelWarn}
}

// until returns the end of a known ban or hold, zero if the error tells none.
func until(err error) time.Time {
	var (
		parked *store.BudgetBannedError
		held   *holdError
	)
	switch {
	case errors.As(err, &parked):
		return parked.Until
	case errors.As(err, &held):
		return held.Until
	}
	return time.Time{}
}

// a reports whether the chain of an error holds one of the type.
func a[E error](err error) bool {
	var target E
	return errors.As(err, &target)
}

// is returns whether the chain of an error holds the target.
func is(target error) func(error) bool {
	return func(err error) bool { return errors.Is(err, target) }
}
