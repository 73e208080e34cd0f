package worker

import (
	"context"
	"errors"
	"log/slog"
	"strings"

	"entsoed/store"
)

// fold is a log handler that makes one cause one line. What says that the database
// is away is reported to the gate instead, and whoever watches the database tells
// it once. The lines are still there at the level debug.
type fold struct {
	slog.Handler
	gate  *store.Gate
	river bool // the lines are River's
}

// Handle writes a line, or lowers it to debug.
func (h fold) Handle(ctx context.Context, r slog.Record) error {
	if r.Level >= slog.LevelWarn {
		cause := h.trouble(r)
		if cause != nil {
			h.gate.Report(cause)
		}
		if cause != nil || h.river && h.gate.WasShut(aftermath) && !strings.Contains(r.Message, "panic") {
			r.Level = slog.LevelDebug
			if !h.Enabled(ctx, r.Level) {
				return nil
			}
		}
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs keeps folding.
func (h fold) WithAttrs(attrs []slog.Attr) slog.Handler {
	return fold{h.Handler.WithAttrs(attrs), h.gate, h.river}
}

// WithGroup keeps folding.
func (h fold) WithGroup(name string) slog.Handler {
	return fold{h.Handler.WithGroup(name), h.gate, h.river}
}

// trouble returns the error of a line if it says that the database is away.
func (h fold) trouble(r slog.Record) (cause error) {
	r.Attrs(func(a slog.Attr) bool {
		switch value := a.Value.Any().(type) {
		case error:
			if store.IsAway(value) || errors.Is(value, context.DeadlineExceeded) && h.gate.IsShut() { // it waited in vain
				cause = value
			}
		case string: // River writes errors down as text
			if h.river && (a.Key == "err" || a.Key == "error") && saysAway(value) {
				cause = errors.New(value)
			}
		}
		return cause == nil
	})
	return cause
}

// saysLate is in the text of an error of River's that says that a statement took
// too long: the database may be frozen.
const saysLate = "deadline exceeded"

// saysReadOnly is in the text of an error, River's or our own, of a session that may
// not write.
const saysReadOnly = "(SQLSTATE 25006)"

// saysAway reports whether the text of an error is one of those that store.IsAway
// knows by their types, or says that the database may be frozen.
func saysAway(text string) bool {
	for _, sign := range []string{
		saysLate, "failed to connect to `", "conn closed", "unexpected EOF", "broken pipe", "connection reset by peer", "closed network connection",
		saysReadOnly, "(SQLSTATE 57P0", "(SQLSTATE 53300)", "(SQLSTATE 08",
	} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return false
}
