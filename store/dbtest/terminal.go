package dbtest

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"testing"
)

// terminal is where a person sees the summary. `go test ./...` swallows what a
// package prints when its tests pass; there the standard error of the go
// command itself is used, which is our parent (on Linux; elsewhere the line is
// seen with -v only).
func terminal() io.Writer {
	if testing.Verbose() {
		return os.Stdout
	}
	parent := fmt.Sprintf("/proc/%d/", os.Getppid())
	name, err := os.ReadFile(parent + "comm")
	if err != nil || strings.TrimSpace(string(name)) != "go" {
		return os.Stdout
	}
	if !appends(parent) {
		return os.Stdout
	}
	stderr, err := os.OpenFile(parent+"fd/2", os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return os.Stdout
	}
	return stderr
}

// appends tells whether what we write to the standard error of that process
// stays: to a file that is not open for appending, its next line would be
// written over ours.
func appends(process string) bool {
	info, err := os.Stat(process + "fd/2")
	if err != nil || !info.Mode().IsRegular() {
		return err == nil
	}
	details, err := os.ReadFile(process + "fdinfo/2")
	if err != nil {
		return false
	}
	_, after, _ := strings.Cut(string(details), "flags:")
	line, _, _ := strings.Cut(after, "\n")
	flags, err := strconv.ParseInt(strings.TrimSpace(line), 8, 64)
	return err == nil && flags&int64(os.O_APPEND) != 0
}
