package document

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// scanner reads XML 1.0 in UTF-8 as the platform writes it: elements that hold
// either elements or text. It checks that tags are closed in order, matches
// local names (namespaces change with every version of a schema) and ignores
// attributes, comments and processing instructions. Document types are
// refused, so that no entity can be declared. Nothing is allocated per
// element: names and texts are slices of the buffer, valid until the next call.
//
// The buffer bounds what one tag or text may hold; what is skipped may be of
// any length.
type scanner struct {
	src      io.Reader
	buf      []byte
	most     int   // bytes to which buf grows
	pos, end int   // buf[pos:end] is read but not yet used
	err      error // why no more can be read: io.EOF, a reader's error, errTokenTooLong

	base  int64 // offset in the document of buf[0]
	lines int   // line ends before buf[0]
	line  int64 // offset of the first byte of the line of buf[0]

	mark   int   // index in buf of the tag or text that was read last
	marked place // its place, once it has left the buffer and mark is negative

	open  nameStack
	name  []byte // local name of the start tag that was read last
	empty bool   // that tag was <name/>, whose end is still to be reported
	text  []byte // texts that do not stand in one piece in the buffer

	passed int // Points with a position that were read past
}

// Limits of one document. The platform's own nest 9 deep (flow-based
// allocations), their longest text is a reason of 512 characters.
const (
	scannerBuffer = 64 << 10
	firstBuffer   = 8 << 10 // it grows with the document: hundreds may drip in at a time
	scannerDepth  = 64
)

var errTokenTooLong = errors.New("token too long")

func newScanner(src io.Reader, buffer int) *scanner {
	return &scanner{src: src, buf: make([]byte, min(buffer, firstBuffer)), most: buffer}
}

// have makes n bytes available from pos on and reports whether it could.
func (s *scanner) have(n int) bool {
	for s.end-s.pos < n {
		if !s.more() {
			return false
		}
	}
	return true
}

// more reads at least one more byte. It may move the buffer, so that only
// indices relative to pos stay what they are.
func (s *scanner) more() bool {
	if s.err != nil {
		return false
	}
	if s.end == len(s.buf) && !s.shift() && len(s.buf) == s.most {
		s.err = errTokenTooLong
		return false
	}
	if s.end*2 > len(s.buf) || s.base > 0 {
		s.growBuffer()
	}
	for range 100 {
		n, err := s.src.Read(s.buf[s.end:])
		s.end += n
		s.err = err
		if n > 0 || err != nil {
			return n > 0
		}
	}
	s.err = io.ErrNoProgress
	return false
}

// growBuffer doubles the buffer, up to its bound.
func (s *scanner) growBuffer() {
	if len(s.buf) < s.most {
		s.buf = append(make([]byte, 0, min(2*len(s.buf), s.most)), s.buf...)
		s.buf = s.buf[:cap(s.buf)]
	}
}

// shift moves the unused bytes to the front and reports whether that made room.
func (s *scanner) shift() bool {
	used := s.buf[:s.pos]
	if len(used) == 0 {
		return false
	}
	if s.mark >= 0 && s.mark < s.pos {
		s.marked = s.place(s.mark)
	}
	s.mark -= s.pos
	if n := bytes.Count(used, newline); n > 0 {
		s.lines += n
		s.line = s.base + int64(bytes.LastIndexByte(used, '\n')) + 1
	}
	s.base += int64(s.pos)
	s.end = copy(s.buf, s.buf[s.pos:s.end])
	s.pos = 0
	return true
}

var newline = []byte{'\n'}

// place is where in the document something stands.
type place struct {
	line, column int
	offset       int64
}

// place finds the line and column of buf[at].
func (s *scanner) place(at int) place {
	before := s.buf[:at]
	ends := bytes.Count(before, newline)
	p := place{line: s.lines + ends + 1, offset: s.base + int64(at)}
	line := s.line
	if ends > 0 {
		line = s.base + int64(bytes.LastIndexByte(before, '\n')) + 1
	}
	p.column = int(p.offset-line) + 1
	return p
}

// errorf is an error at the tag or text that was read last.
func (s *scanner) errorf(format string, args ...any) error {
	return s.fail(nil, format, args...)
}

// fail is errorf with an error that a caller can tell from others.
func (s *scanner) fail(err error, format string, args ...any) error {
	at := s.marked
	if s.mark >= 0 {
		at = s.place(s.mark)
	}
	return at.error(fmt.Sprintf(format, args...), err)
}

// fatalf is errorf for what makes everything after it unreadable.
func (s *scanner) fatalf(format string, args ...any) error {
	return ofMarkup(s.errorf(format, args...))
}

// errorHere is an error of the markup at the byte n after the used ones.
func (s *scanner) errorHere(n int, format string, args ...any) error {
	return ofMarkup(s.place(min(s.pos+n, s.end)).error(fmt.Sprintf(format, args...), nil))
}

// errorNext is errorf at the first byte that is not used.
func (s *scanner) errorNext(format string, args ...any) error {
	return s.place(s.pos).error(fmt.Sprintf(format, args...), nil)
}

// ofMarkup says that an error is one of the markup.
func ofMarkup(err error) error {
	err.(*DecodeError).markup = true
	return err
}

// stop is the error for bytes that cannot be had: a cut body, a failing
// reader, a token that does not fit into the buffer.
func (s *scanner) stop() error { return ofMarkup(s.stopped()) }

func (s *scanner) stopped() error {
	switch {
	case s.err == io.EOF && s.open.depth() > 0:
		return s.place(s.end).error("the document ends inside <"+string(s.open.top())+">", io.ErrUnexpectedEOF)
	case s.err == io.EOF:
		return s.place(s.end).error("the document ends before its root element", io.ErrUnexpectedEOF)
	case s.err == errTokenTooLong:
		return s.place(s.pos).error(fmt.Sprintf("a tag or text of more than %d bytes", s.most), nil)
	}
	return s.place(s.end).error(s.err.Error(), s.err)
}

// error is an error at p. Names and texts of a broken document in it are cut.
func (p place) error(msg string, err error) error {
	const longestMessage = 300 // bytes
	msg = strings.ToValidUTF8(msg[:min(len(msg), longestMessage)], "?")
	return &DecodeError{Line: p.line, Column: p.column, Offset: p.offset, Msg: msg, Err: err}
}

// nameStack holds the names of the open elements as they were written.
type nameStack struct {
	names  []byte
	starts []int
}

func (n *nameStack) depth() int { return len(n.starts) }

func (n *nameStack) push(name []byte) {
	n.starts = append(n.starts, len(n.names))
	n.names = append(n.names, name...)
}

func (n *nameStack) pop() {
	last := len(n.starts) - 1
	n.names = n.names[:n.starts[last]]
	n.starts = n.starts[:last]
}

// above returns the name of the element around the top one.
func (n *nameStack) above() []byte {
	last := len(n.starts) - 1
	if last == 0 {
		return nil
	}
	return n.names[n.starts[last-1]:n.starts[last]]
}

func (n *nameStack) top() []byte { return n.names[n.starts[len(n.starts)-1]:] }
