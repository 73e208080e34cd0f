package jobs

import (
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/riverqueue/river/rivertype"

	"entsoed/entsoe/client"
	"entsoed/entsoe/document"
	"entsoed/jobs/agenda"
	"entsoed/jobs/answer"
	"entsoed/store"
	"entsoed/store/queue"
	"entsoed/timeseries"
)

// Action is what becomes of a job after an answer or an error.
type Action string

// The actions.
const (
	Done     Action = "done"      // that was an answer
	Narrow   Action = "narrow"    // ask for pages or shorter windows; if neither is possible, save the pages that came, else Cancel
	HandBack Action = "hand back" // now, to another process
	Snooze   Action = "snooze"    // until a known time, or for a little while; it costs no attempt
	Retry    Action = "retry"     // with backoff
	Cancel   Action = "cancel"    // asking again changes nothing: finish the other windows, then end
	Await    Action = "await"     // until the database is back; it costs no attempt (see AwaitsDatabase)
	Leave    Action = "leave"     // the job belongs to another process now: do not touch it
)

// Fate says what becomes of a job, and how its request is recorded.
type Fate struct {
	Action  Action
	Outcome string        // of the request in entsoe.fetches
	Keep    bool          // the document is kept with it
	Hold    time.Duration // this process sends nothing for so long, because every feed would fail alike
	Level   slog.Level    // of the line in the log
	Hint    string        // what a person can do
	Until   time.Time     // the end of a Snooze; zero: after a little while
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
	OutcomeSlow        = "slow"
	OutcomeUnknown     = "unknown"
	OutcomeWrong       = "wrong"
	OutcomeUnused      = "unused" // a page, and a later one failed
	OutcomeFailed      = "failed" // on our side
)

// shortHold keeps a process quiet when going on would change nothing.
const shortHold = 10 * time.Minute

// fates is the one table from errors to fates. The first row that matches an
// error decides. What no row matches, such as an error of the database, is tried
// again.
func fates() []fateRow {
	return []fateRow{
		{is(queue.ErrJobLost), Fate{Action: Leave, Level: slog.LevelDebug}},
		{is(ErrStopping), Fate{Action: HandBack, Level: slog.LevelDebug}},
		{is(errLongWork), Fate{Action: HandBack, Level: slog.LevelDebug}},

		{isKept, Fate{Action: Snooze, Level: slog.LevelDebug}},
		{ofType[*awayError], Fate{Action: Snooze, Outcome: OutcomeUnavailable, Keep: true, Level: slog.LevelDebug}},
		{ofType[*store.BudgetBannedError], Fate{Action: Snooze, Level: slog.LevelDebug}},
		{ofType[*holdError], Fate{Action: Snooze, Level: slog.LevelDebug}},
		{is(ErrNoTurn), Fate{Action: Snooze, Level: slog.LevelDebug}},
		{is(errNotAlone), Fate{Action: Snooze, Outcome: OutcomeFailed, Level: slog.LevelInfo}},
		{ofType[*asideError], Fate{Action: Cancel, Level: slog.LevelDebug}},
		{is(store.ErrBackfillStopped), Fate{Action: Done, Level: slog.LevelDebug}},

		{ofType[*sourceError], Fate{Action: Snooze, Outcome: OutcomeWrong, Hold: shortHold, Level: slog.LevelError,
			Hint: "simulated and real data never share a database: check ENTSOE_API_URL and ENTSOE_API_TOKEN, or set another DATABASE_NAME"}},
		{ofType[*client.NoDataError], Fate{Action: Done, Outcome: OutcomeEmpty, Level: slog.LevelDebug}},
		{ofType[*client.TooLongError], Fate{Action: Narrow, Outcome: OutcomeTooLong, Level: slog.LevelInfo}},
		{ofType[*client.TooManyError], Fate{Action: Narrow, Outcome: OutcomeTooMany, Level: slog.LevelInfo}},
		{ofType[*client.TooLargeError], Fate{Action: Narrow, Outcome: OutcomeTooLarge, Level: slog.LevelInfo}},
		{ofType[*tooMuchError], Fate{Action: Narrow, Outcome: OutcomeTooLarge, Keep: true, Level: slog.LevelInfo}},
		{ofType[*client.BadRequestError], Fate{Action: Cancel, Outcome: OutcomeRefused, Keep: true, Level: slog.LevelWarn}},
		{ofType[*client.TokenError], Fate{Action: Snooze, Outcome: OutcomeToken, Hold: shortHold, Level: slog.LevelError,
			Hint: "check ENTSOE_API_TOKEN; a new token answers 401 for some days, until access is granted by e-mail; entsoed goes on trying"}},
		{ofType[*client.BannedError], Fate{Action: Snooze, Outcome: OutcomeBanned, Level: slog.LevelError,
			Hint: "too many requests with this token: lower ENTSOE_REQUESTS_PER_MINUTE if other programs use it too; entsoed waits for the end"}},
		{ofType[*client.RedirectError], Fate{Action: Retry, Outcome: OutcomeUnavailable, Level: slog.LevelError,
			Hint: "if it lasts, the platform has moved: set ENTSOE_API_URL"}},
		{ofType[*client.UnavailableError], Fate{Action: Retry, Outcome: OutcomeUnavailable, Keep: true, Level: slog.LevelWarn}},
		{ofType[*client.SlowError], Fate{Action: Retry, Outcome: OutcomeSlow, Level: slog.LevelWarn}},
		{ofType[*client.UnknownAnswerError], Fate{Action: Cancel, Outcome: OutcomeUnknown, Keep: true, Level: slog.LevelError}},

		{store.IsAway, Fate{Action: Await, Outcome: OutcomeFailed, Level: slog.LevelDebug}},
		{is(document.ErrHTML), Fate{Action: Retry, Outcome: OutcomeUnavailable, Keep: true, Level: slog.LevelWarn}},
		{is(io.ErrUnexpectedEOF), Fate{Action: Retry, Outcome: OutcomeUnavailable, Keep: true, Level: slog.LevelWarn}},
		{ofType[*answer.DoubleError], Fate{Action: Cancel, Outcome: OutcomeWrong, Keep: true, Level: slog.LevelError}},
		{ofType[*answer.WrongError], Fate{Action: Cancel, Outcome: OutcomeWrong, Keep: true, Level: slog.LevelError}},
		{ofType[*document.DecodeError], Fate{Action: Cancel, Outcome: OutcomeUnknown, Keep: true, Level: slog.LevelError}},
		{ofType[*answer.UnknownError], Fate{Action: Cancel, Outcome: OutcomeUnknown, Keep: true, Level: slog.LevelError}},
		{isUnstorable, Fate{Action: Cancel, Outcome: OutcomeWrong, Keep: true, Level: slog.LevelError,
			Hint: "entsoed should have noticed this before: please report it with the document, which entsoe.fetches keeps"}},
		{ofType[*incompleteError], Fate{Action: Cancel, Outcome: OutcomeWrong, Level: slog.LevelError}},
		{ofType[*argsError], Fate{Action: Cancel, Level: slog.LevelError}},
		{ofType[*store.OrderError], Fate{Action: Cancel, Level: slog.LevelError}},
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
			if ofType[*refusedError](err) {
				fate.Action = Cancel
			}
			return fate
		}
	}
	return Fate{Action: Retry, Outcome: OutcomeFailed, Level: slog.LevelWarn}
}

// AwaitsDatabase reports whether an error that ended a job of any kind says that
// the database is away, and nothing else is wrong.
func AwaitsDatabase(err error) bool { return fateOf(err).Action == Await }

// until returns the end of a known ban or hold, or when a platform that is away
// may be asked, by the real clock; else zero.
func until(err error) time.Time {
	if banned, ok := errors.AsType[*store.BudgetBannedError](err); ok {
		return banned.Until
	}
	if held, ok := errors.AsType[*holdError](err); ok {
		return held.Until
	}
	if away, ok := errors.AsType[*awayError](err); ok {
		return away.Until
	}
	return time.Time{}
}

// lasting returns what an error means at an attempt. A document that ends in the
// middle although its body came whole is worth other tries; that it always does is
// how the platform has it, and no reason to ask for ever.
func lasting(err error, attempt int) error {
	if cut, ok := errors.AsType[*client.UnavailableError](err); ok && cut.Whole && attempt >= patience {
		return &client.UnknownAnswerError{Reply: cut.Reply, Cause: cut.Cause}
	}
	return err
}

// isUnreadable reports whether an answer came that cannot be read, or is wrong as a
// whole. A shorter window may be free of what is wrong.
func isUnreadable(err error) bool {
	return ofType[*document.DecodeError](err) || ofType[*answer.DoubleError](err) || ofType[*answer.WrongError](err) ||
		ofType[*answer.UnknownError](err) || ofType[*client.UnknownAnswerError](err) || isUnstorable(err)
}

// isUnstorable reports whether the database cannot hold what an answer says: data out of
// range (class 22 of SQLSTATE), or larger than an index takes (54000). Saving it again
// would fail for ever.
func isUnstorable(err error) bool {
	code := store.Code(err)
	return errors.Is(err, store.ErrTooFar) || strings.HasPrefix(code, "22") || code == "54000"
}

// outcomeOf translates for the agenda an error whose fate is Narrow or Cancel.
// part says that some pages came and can be saved.
func outcomeOf(err error, part bool) agenda.Outcome {
	o := agenda.Outcome{Part: part}
	if long, ok := errors.AsType[*client.TooLongError](err); ok {
		o.Kind = agenda.TooLong
		o.Limit, _ = timeseries.ParseStep(long.Limit) // empty where the platform names none
		return o
	}
	if many, ok := errors.AsType[*client.TooManyError](err); ok {
		o.Kind, o.Found = agenda.TooMany, many.Found
		return o
	}
	if ofType[*client.TooLargeError](err) || ofType[*tooMuchError](err) {
		o.Kind = agenda.TooLarge
		return o
	}
	if refused, ok := errors.AsType[*client.BadRequestError](err); ok && refused.Fault == client.OtherFault {
		o.Kind = agenda.Unexplained
	} else if isUnreadable(err) {
		o.Kind = agenda.Unreadable
	}
	return o
}

// ofType reports whether an error of the type is in the chain of err.
func ofType[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// isKept reports whether a request was not sent because the platform is away.
func isKept(err error) bool {
	away, ok := errors.AsType[*awayError](err)
	return ok && away.Cause == nil
}

// is returns whether the target is in the chain of an error.
func is(target error) func(error) bool {
	return func(err error) bool { return errors.Is(err, target) }
}

const (
	firstRetry   = 15 * time.Second
	longestRetry = 30 * time.Minute
	// patience is the number of failed attempts that River counts. Afterwards a
	// job is put off instead: an outage of days (2026-08-30 to 09-09) must
	// neither use up its attempts nor append hundreds of errors to its row.
	patience = 8
	// lonely is the failed attempt at which a job tells that the platform does not
	// answer it: by then the circuit breaker would be open if it answered nobody.
	lonely = 4
	// MaxAttempts of a collect job is more than patience, so that only panics
	// and foreign errors can discard one.
	MaxAttempts = 25
)

// RetryPolicy is the client's: 15 s, 30 s, 1 min ... up to 30 min by the worker's
// clock, each a fifth more or less so that jobs that failed together do not come
// together.
type RetryPolicy struct {
	Speed float64 // of the worker's clock; 0: 1
}

// NextRetry returns when a failed job is tried again, by the real clock.
func (p RetryPolicy) NextRetry(job *rivertype.JobRow) time.Time {
	return time.Now().Add(lasts(jitter(backoff(job.Attempt)), p.Speed))
}

// backoff returns the wait after the given attempt, counted from 1.
func backoff(attempt int) time.Duration {
	wait := firstRetry
	for ; attempt > 1 && wait < longestRetry; attempt-- {
		wait *= 2
	}
	return min(wait, longestRetry)
}

// jitter returns a time up to a fifth shorter or longer.
func jitter(d time.Duration) time.Duration {
	return d + time.Duration((rand.Float64()-0.5)*0.4*float64(d))
}
