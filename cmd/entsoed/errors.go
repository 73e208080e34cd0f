package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// The exit statuses of entsoed, the same for every command. They are shown by
// `entsoed --help`.
const (
	exitFailure = 1 // something went wrong: network, database, a wrong answer
	exitUsage   = 2 // the command line or a setting is wrong
	exitNoData  = 3 // all went well, but the platform has no data for what was asked
)

// errInterrupted says that a signal ended a command before its work was done.
var errInterrupted = errors.New("interrupted")

// exitError ends the program with a status other than 1.
type exitError struct {
	Status int
	Err    error // nil: nothing more to say
}

func (e *exitError) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("exit status %d", e.Status)
	}
	return e.Err.Error()
}

func (e *exitError) Unwrap() error { return e.Err }

// hintError is an error that knows what its reader can do about it.
type hintError struct {
	Err  error
	Text string // an imperative sentence without a full stop
}

func (e *hintError) Error() string { return e.Err.Error() }
func (e *hintError) Unwrap() error { return e.Err }
func (e *hintError) Hint() string  { return e.Text }

// hinter is an error that says what to do about it; errors of other packages do,
// too.
type hinter interface {
	error
	Hint() string
}

// withHint adds to err what to do about it.
func withHint(err error, format string, args ...any) error {
	return &hintError{Err: err, Text: fmt.Sprintf(format, args...)}
}

// usageError is for a wrong command line: it points at the command's help.
func usageError(cmd *cobra.Command, format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	if _, ok := errors.AsType[hinter](err); !ok {
		err = withHint(err, "`%s --help` shows how it is used", cmd.CommandPath())
	}
	return &exitError{Status: exitUsage, Err: err}
}

// report writes err for a person, one line for what happened and one for what
// to do, and returns the exit status.
func report(w io.Writer, err error) int {
	status := exitFailure
	if exit, ok := errors.AsType[*exitError](err); ok {
		status = exit.Status
		if exit.Err == nil {
			return status
		}
	}
	fmt.Fprintln(w, "entsoed:", oneLine(err.Error()))
	if hinted, ok := errors.AsType[hinter](err); ok && hinted.Hint() != "" {
		fmt.Fprintln(w, "hint:", oneLine(hinted.Hint()))
	}
	return status
}

// oneLine joins the lines of a message: some libraries list several causes
// below each other, and the same one for each of several tries.
func oneLine(message string) string {
	lines := strings.FieldsFunc(message, func(r rune) bool { return r == '\n' || r == '\r' })
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	return strings.Join(slices.Compact(lines), " ")
}
