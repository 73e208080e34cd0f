package document

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"
)

// endOf returns where the bytes of a class that begin at n end.
func (s *scanner) endOf(n int, class *[256]bool) (int, error) {
	for {
		for i, c := range s.buf[s.pos+n : s.end] {
			if !class[c] {
				return n + i, nil
			}
		}
		n = s.end - s.pos
		if !s.have(n + 1) {
			return n, s.stop()
		}
	}
}

// space reads past white space and reports whether a byte follows.
func (s *scanner) space() bool {
	for {
		if s.pos < s.end && s.buf[s.pos] == '\n' {
			s.pos++
		}
		for s.end-s.pos >= 8 && binary.LittleEndian.Uint64(s.buf[s.pos:]) == eightSpaces {
			s.pos += 8 // indentation is a third of a document
		}
		for n, c := range s.buf[s.pos:s.end] {
			if !spaceByte[c] {
				s.pos += n
				return true
			}
		}
		s.pos = s.end
		if !s.more() {
			return false
		}
	}
}

const eightSpaces = 0x2020202020202020

// skipText reads on to the next "<".
func (s *scanner) skipText() error {
	for {
		if n := bytes.IndexByte(s.buf[s.pos:s.end], '<'); n >= 0 {
			s.pos += n
			return nil
		}
		s.pos = s.end
		if !s.more() {
			return s.stop()
		}
	}
}

// skipPast reads past the next occurrence of mark.
func (s *scanner) skipPast(mark string) error {
	for {
		if n := bytes.Index(s.buf[s.pos:s.end], []byte(mark)); n >= 0 {
			s.pos += n + len(mark)
			return nil
		}
		s.pos = max(s.pos, s.end-len(mark)+1)
		if !s.more() {
			return s.stop()
		}
	}
}

// starts reports whether text stands at pos.
func (s *scanner) starts(text string) bool {
	return s.have(len(text)) && string(s.buf[s.pos:s.pos+len(text)]) == text
}

// trim cuts white space off both ends.
func trim(text []byte) []byte {
	for len(text) > 0 && spaceByte[text[0]] {
		text = text[1:]
	}
	for len(text) > 0 && spaceByte[text[len(text)-1]] {
		text = text[:len(text)-1]
	}
	return text
}

// Classes of bytes. Every byte of a character beyond ASCII counts as part of a
// name or text.
var (
	spaceByte = byteClass(func(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' })
	nameByte  = byteClass(func(c byte) bool {
		return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
			c == '_' || c == '-' || c == '.' || c >= utf8.RuneSelf
	})
	plainByte = byteClass(func(c byte) bool {
		return c >= ' ' && c != '<' && c != '&' || c == '\t' || c == '\n'
	})
)

func byteClass(member func(byte) bool) (class [256]bool) {
	for c := range class {
		class[c] = member(byte(c))
	}
	return class
}
