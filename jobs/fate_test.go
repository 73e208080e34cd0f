package jobs

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/riverqueue/river"

	"entsoed/entsoe/client"
	"entsoed/entsoe/document"
	"entsoed/jobs/answer"
	"entsoed/store"
	"entsoed/store/queue"
)

func TestFates(t *testing.T) {
	reply := client.Reply{Status: 400}
	tests := []struct {
		err     error
		action  Action
		outcome string
		level   slog.Level
	}{
		{&client.NoDataError{Reply: reply}, Done, OutcomeEmpty, slog.LevelDebug},
		{&client.TooLongError{Reply: reply, Limit: "P1M"}, Narrow, OutcomeTooLong, slog.LevelInfo},
		{&client.TooManyError{Reply: reply}, Narrow, OutcomeTooMany, slog.LevelInfo},
		{&client.TooLargeError{Reply: reply}, Narrow, OutcomeTooLarge, slog.LevelInfo},
		{&client.BadRequestError{Reply: reply}, Cancel, OutcomeRefused, slog.LevelWarn},
		{&client.TokenError{Reply: reply}, Snooze, OutcomeToken, slog.LevelError},
		{&client.BannedError{Reply: reply}, Snooze, OutcomeBanned, slog.LevelError},
		{&client.RedirectError{Reply: reply}, Retry, OutcomeUnavailable, slog.LevelError},
		{&client.UnavailableError{Reply: reply}, Retry, OutcomeUnavailable, slog.LevelWarn},
		{&client.UnknownAnswerError{Reply: reply}, Cancel, OutcomeUnknown, slog.LevelError},
		{&document.DecodeError{Msg: "x"}, Cancel, OutcomeUnknown, slog.LevelError},
		{&document.DecodeError{Err: document.ErrHTML}, Retry, OutcomeUnavailable, slog.LevelWarn},
		{&document.DecodeError{Err: io.ErrUnexpectedEOF}, Retry, OutcomeUnavailable, slog.LevelWarn},
		{&answer.DoubleError{}, Cancel, OutcomeWrong, slog.LevelError},
		{&answer.WrongError{}, Cancel, OutcomeWrong, slog.LevelError},
		{&sourceError{}, Snooze, OutcomeWrong, slog.LevelError},
		{&argsError{"x"}, Cancel, "", slog.LevelError},
		{&awayError{}, Snooze, "", slog.LevelDebug},
		{&awayError{Cause: &client.UnavailableError{Reply: reply}}, Snooze, OutcomeUnavailable, slog.LevelDebug},
		{&store.BudgetBannedError{}, Snooze, "", slog.LevelDebug},
		{store.ErrBackfillStopped, Done, "", slog.LevelDebug},
		{errLongWork, HandBack, "", slog.LevelDebug},
		{&incompleteError{}, Cancel, OutcomeWrong, slog.LevelError},
		{&store.OrderError{}, Cancel, "", slog.LevelError},
		{ErrNoTurn, Snooze, "", slog.LevelDebug},
		{&holdError{}, Snooze, "", slog.LevelDebug},
		{ErrStopping, HandBack, "", slog.LevelDebug},
		{queue.ErrJobLost, Leave, "", slog.LevelDebug},
		{&pgconn.PgError{Code: "57P01"}, Await, OutcomeFailed, slog.LevelDebug},
		{&pgconn.PgError{Code: "25006"}, Await, OutcomeFailed, slog.LevelDebug},
		{&pgconn.PgError{Code: "22003"}, Cancel, OutcomeWrong, slog.LevelError},
		{store.ErrTooFar, Cancel, OutcomeWrong, slog.LevelError},
		{&pgconn.PgError{Code: "54000"}, Cancel, OutcomeWrong, slog.LevelError},
		{&pgconn.PgError{Code: "40P01"}, Retry, OutcomeFailed, slog.LevelWarn},
		{errors.New("anything else"), Retry, OutcomeFailed, slog.LevelWarn},
	}
	for _, test := range tests {
		got := fateOf(fmt.Errorf("wrapped: %w", test.err))
		if got.Action != test.action || got.Outcome != test.outcome || got.Level != test.level {
			t.Errorf("%T %[1]v: %q %q %s, want %q %q %s", test.err, got.Action, got.Outcome, got.Level, test.action, test.outcome, test.level)
		}
	}
}

// What cannot be made shorter is cancelled, although its cause would ask for it.
func TestFateOfRefusal(t *testing.T) {
	err := &refusedError{Cause: &client.TooManyError{Found: 149, Allowed: 100}}
	if got := fateOf(err); got.Action != Cancel {
		t.Errorf("fate of %v: %q, want %q", err, got.Action, Cancel)
	}
}

// No fate lets a job end without the queue, and so a person, seeing why.
func TestOutcomes(t *testing.T) {
	cause := errors.New("cause")
	var (
		snooze *river.JobSnoozeError
		cancel *river.JobCancelError
		lost   *lostJob
	)
	if err := outcome(1, 1, Fate{Action: Retry}, cause); err != cause {
		t.Errorf("retry: %v", err)
	}
	if err := outcome(1, 1, Fate{Action: Cancel}, cause); !errors.As(err, &cancel) || !errors.Is(err, cause) {
		t.Errorf("cancel: %v", err)
	}
	if err := outcome(1, 1, Fate{Action: HandBack}, cause); !errors.As(err, &snooze) || snooze.Duration != 0 {
		t.Errorf("hand back: %v", err)
	}
	if err := outcome(1, 1, Fate{Action: Leave}, cause); !errors.As(err, &lost) {
		t.Errorf("leave: %v", err)
	}
	until := time.Now().Add(10 * time.Minute)
	if err := outcome(1, 1, Fate{Action: Snooze, Until: until}, cause); !errors.As(err, &snooze) || snooze.Duration < 9*time.Minute || snooze.Duration > 11*time.Minute {
		t.Errorf("snooze: %v", err)
	}
	if err := outcome(patience+1, 1, Fate{Action: Retry}, cause); !errors.As(err, &snooze) || snooze.Duration < longestRetry/2 {
		t.Errorf("retry in a long outage: %v", err)
	}
}

// An outage of ten days neither discards a job nor grows its row.
func TestPatience(t *testing.T) {
	if patience >= MaxAttempts {
		t.Errorf("after %d attempts of %d a job is discarded before it is put off", patience, MaxAttempts)
	}
	if got := backoff(1); got != 15*time.Second {
		t.Errorf("first retry after %s", got)
	}
	if got := backoff(4); got != 2*time.Minute {
		t.Errorf("fourth retry after %s", got)
	}
	if got := backoff(100); got != 30*time.Minute {
		t.Errorf("hundredth retry after %s", got)
	}
	for range 1000 {
		if d := jitter(time.Minute); d < 48*time.Second || d > 72*time.Second {
			t.Fatalf("jitter of a minute: %s", d)
		}
	}
}
