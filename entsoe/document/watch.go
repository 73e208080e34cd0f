package document

import (
	"context"
	"fmt"
	"io"
)

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
