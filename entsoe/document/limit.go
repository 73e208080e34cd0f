package document

import (
	"context"
	"fmt"
	"io"
)

// What LimitError.Where says of a ZIP.
const (
	Unpacked = "unpacked"
	Entries  = "ZIP entries"
)

// LimitError says that there is more than may be read.
type LimitError struct {
	Limit int64  // in bytes, of Entries a number
	Where string // such as Unpacked or Entries
}

func (e *LimitError) Error() string {
	if e.Where == Entries {
		return fmt.Sprintf("more than %d %s", e.Limit, e.Where)
	}
	return fmt.Sprintf("more than %s %s", Size(e.Limit), e.Where)
}

// LimitReader reads up to Limit bytes and fails beyond them with a *LimitError.
type LimitReader struct {
	From  io.Reader
	Limit int64
	Where string // for the error
	Count int64  // bytes that were read
}

func (l *LimitReader) Read(p []byte) (int, error) {
	if room := l.Limit - l.Count + 1; int64(len(p)) > room {
		p = p[:room]
	}
	n, err := l.From.Read(p)
	l.Count += int64(n)
	if l.Count > l.Limit {
		l.Count = l.Limit
		return 0, &LimitError{l.Limit, l.Where}
	}
	return n, err
}

// Size writes a number of bytes for people: "256 MiB".
func Size(bytes int64) string {
	switch {
	case bytes >= 1<<20 && bytes%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", bytes>>20)
	case bytes >= 1<<10 && bytes%(1<<10) == 0:
		return fmt.Sprintf("%d KiB", bytes>>10)
	}
	return fmt.Sprintf("%d bytes", bytes)
}

// watchedReader reads until its context ends. A document of any size comes
// through it in pieces of a scanner's buffer at most, so that whoever decodes
// it stops within one.
type watchedReader struct {
	ctx  context.Context
	from io.Reader
}

func (w watchedReader) Read(p []byte) (int, error) {
	if err := givenUp(w.ctx); err != nil {
		return 0, err
	}
	return w.from.Read(p)
}

// meteredReader settles what its decoder holds before it reads on.
type meteredReader struct {
	from   io.Reader
	settle func() error
}

func (m meteredReader) Read(p []byte) (int, error) {
	if err := m.settle(); err != nil {
		return 0, err
	}
	return m.from.Read(p)
}

// watchedFile is a watchedReader of a ZIP: its directory and its files are all
// read through it.
type watchedFile struct {
	ctx  context.Context
	from io.ReaderAt
}

func (w watchedFile) ReadAt(p []byte, at int64) (int, error) {
	if err := givenUp(w.ctx); err != nil {
		return 0, err
	}
	return w.from.ReadAt(p, at)
}

// givenUp says that a context ended, and why.
func givenUp(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	return fmt.Errorf("decoding given up: %w", context.Cause(ctx))
}
