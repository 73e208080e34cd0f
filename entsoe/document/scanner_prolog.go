package document

import (
	"bytes"
	"io"
	"strings"
)

// root reads up to the root element's start tag and leaves its name in s.name.
// What is no XML document in UTF-8 is recognised here: nothing, a web page,
// plain text, another encoding.
func (s *scanner) root() error {
	if err := s.byteOrder(); err != nil {
		return err
	}
	if s.starts("<?xml") && s.have(6) && spaceByte[s.buf[s.pos+5]] {
		if err := s.xmlDeclaration(); err != nil {
			return err
		}
	}
	for {
		if !s.space() {
			return s.stop()
		}
		s.mark = s.pos
		switch {
		case s.pos == 0 && s.err == io.EOF && strings.HasPrefix("\ufeff", string(s.buf[:s.end])):
			return s.stop() // cut inside the byte order mark
		case s.buf[s.pos] != '<':
			return s.errorf("text %q where a document should begin", s.glimpse())
		case s.htmlType():
			return s.fail(ErrHTML, "a web page, not a document")
		}
		tag, err := s.tag()
		if err != nil {
			return err
		}
		switch tag {
		case startTag:
			return s.noHTML()
		case cdataTag:
			return s.errorf("text where a document should begin")
		}
	}
}

// finish reads the document's rest after its root element: only comments,
// processing instructions and white space are allowed.
func (s *scanner) finish() error {
	for s.space() {
		s.mark = s.pos
		if s.starts("<!--") || s.starts("<?") {
			if _, err := s.tag(); err != nil {
				return err
			}
			continue
		}
		return s.errorf("%q after the end of the document", s.glimpse())
	}
	if s.err != io.EOF {
		return s.stop()
	}
	return nil
}

// byteOrder reads past the mark of UTF-8 and refuses those of UTF-16 and 32.
func (s *scanner) byteOrder() error {
	switch {
	case s.starts("\ufeff"):
		s.pos += len("\ufeff")
	case s.starts("\xfe\xff"), s.starts("\xff\xfe"), s.starts("\x00<"), s.starts("<\x00"):
		return s.errorHere(0, "encoding UTF-16 or UTF-32 is not read, only UTF-8")
	}
	return nil
}

// xmlDeclaration reads <?xml version="1.0" encoding="UTF-8"?>.
func (s *scanner) xmlDeclaration() error {
	s.mark = s.pos
	n := 0
	for !bytes.HasSuffix(s.buf[s.pos:s.pos+n], []byte("?>")) {
		if n++; !s.have(n) {
			return s.stop()
		}
	}
	encoding := declared(string(s.buf[s.pos:s.pos+n]), "encoding")
	switch strings.ToUpper(encoding) {
	case "", "UTF-8", "UTF8", "US-ASCII", "ASCII":
		s.pos += n
		return nil
	}
	return s.errorf("encoding %q is not read, only UTF-8", encoding)
}

// declared returns the value of name="value" in an XML declaration.
func declared(declaration, name string) string {
	_, rest, _ := strings.Cut(declaration, name)
	rest = strings.TrimLeft(rest, " \t\r\n=")
	if rest == "" {
		return ""
	}
	value, _, _ := strings.Cut(rest[1:], rest[:1])
	return value
}

// htmlType reports whether <!DOCTYPE html stands at pos.
func (s *scanner) htmlType() bool {
	const html = "<!doctype html"
	return s.have(len(html)) && strings.EqualFold(string(s.buf[s.pos:s.pos+len(html)]), html)
}

// noHTML refuses a root element of a web page.
func (s *scanner) noHTML() error {
	if strings.EqualFold(string(s.name), "html") {
		return s.fail(ErrHTML, "a web page, not a document")
	}
	return nil
}

// glimpse returns what follows, for an error message.
func (s *scanner) glimpse() string {
	const length = 40
	s.have(length)
	return string(s.buf[s.pos:min(s.pos+length, s.end)])
}
