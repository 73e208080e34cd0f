package document

import (
	"errors"
	"fmt"
)

// What a caller must act on when a document cannot be read; found by
// errors.Is in a *DecodeError. A cut body is io.ErrUnexpectedEOF.
var (
	// ErrUnknownRoot says that the root element is no document of the platform.
	ErrUnknownRoot = errors.New("unknown root element")
	// ErrUnreadRoot says that the document is one of the platform's, of a kind
	// that the decoder does not read.
	ErrUnreadRoot = errors.New("document is not read yet")
	// ErrHTML says that the body is a web page, such as a maintenance notice.
	ErrHTML = errors.New("this is HTML")
)

// DecodeError tells where and why a document cannot be read.
type DecodeError struct {
	Line   int   // from 1
	Column int   // from 1, in bytes
	Offset int64 // bytes before the place
	Msg    string
	Err    error // nil, or what a caller acts on: ErrHTML, ErrUnknownRoot, ErrUnreadRoot, io.ErrUnexpectedEOF or the reader's own error
}

func (e *DecodeError) Error() string {
	return fmt.Sprintf("line %d, column %d (byte %d): %s", e.Line, e.Column, e.Offset, e.Msg)
}

func (e *DecodeError) Unwrap() error { return e.Err }
