package document

import (
	"strconv"
	"unicode/utf8"
)

// leaf reads the text of the element whose start tag was read last, without
// white space around it, and its end tag. If the element holds elements
// instead, it reports false and child reads on.
func (s *scanner) leaf() (text []byte, ok bool, err error) {
	if s.empty {
		s.close()
		return nil, true, nil
	}
	n, err := s.endOf(0, &plainByte)
	if err != nil {
		return nil, false, err
	}
	want := s.open.top()
	tag := n + len("</") + len(want)
	if s.end-s.pos <= tag && !s.have(tag+1) || !s.closesAt(n, want) {
		return s.mixed(false)
	}
	s.mark = s.pos
	for s.mark < s.pos+n && spaceByte[s.buf[s.mark]] {
		s.mark++
	}
	text = trim(s.buf[s.mark : s.pos+n])
	s.pos += tag + 1
	s.open.pop()
	return text, true, nil
}

// closesAt reports whether </want> stands at n.
func (s *scanner) closesAt(n int, want []byte) bool {
	at := s.buf[s.pos+n:]
	return at[0] == '<' && at[1] == '/' && at[2+len(want)] == '>' && string(at[2:2+len(want)]) == string(want)
}

// looseLeaf is leaf for an element of which nothing is known: text before the
// elements in it is passed over. looseChild reads on.
func (s *scanner) looseLeaf() (text []byte, ok bool, err error) {
	if s.empty {
		s.close()
		return nil, true, nil
	}
	return s.mixed(true)
}

// mixed is leaf for what does not stand in one piece: text with references,
// CDATA, comments or carriage returns, and elements that hold elements, beside
// which a text is an error unless loose.
func (s *scanner) mixed(loose bool) (text []byte, ok bool, err error) {
	s.text = s.text[:0]
	s.mark = s.pos
	for {
		if err := s.gather(); err != nil {
			return nil, false, err
		}
		if s.have(2) && s.buf[s.pos+1] != '/' && s.buf[s.pos+1] != '!' && s.buf[s.pos+1] != '?' {
			if blank := len(trim(s.text)) == 0; !blank && !loose {
				return nil, false, s.errorNext("an element beside the text of <%s>", s.open.top())
			}
			return nil, false, nil
		}
		tag, err := s.tag()
		if err == nil && tag == cdataTag {
			err = s.gatherCDATA()
		}
		if err != nil || tag == endTag {
			return trim(s.text), true, err
		}
	}
}

// gather appends the text up to the next "<" to s.text.
func (s *scanner) gather() error {
	for {
		if !s.have(1) {
			return s.stop()
		}
		switch c := s.buf[s.pos]; {
		case c == '<':
			return nil
		case c == '&':
			if err := s.reference(); err != nil {
				return err
			}
		default:
			if err := s.keep(c); err != nil {
				return err
			}
		}
	}
}

// gatherCDATA appends what stands up to "]]>" to s.text.
func (s *scanner) gatherCDATA() error {
	for !s.starts("]]>") {
		if !s.have(1) {
			return s.stop()
		}
		if err := s.keep(s.buf[s.pos]); err != nil {
			return err
		}
	}
	s.pos += len("]]>")
	return nil
}

// keep appends the byte at pos to s.text; a line end becomes one line feed.
func (s *scanner) keep(c byte) error {
	switch {
	case c < ' ' && !spaceByte[c]:
		return s.errorHere(0, "control character %#02x", c)
	case len(s.text) == s.most:
		return s.fatalf("a text of more than %d bytes", s.most)
	case c == '\r' && s.have(2) && s.buf[s.pos+1] == '\n':
		// The line feed follows.
	case c == '\r':
		s.text = append(s.text, '\n')
	default:
		s.text = append(s.text, c)
	}
	s.pos++
	return nil
}

// reference appends what &name; or &#number; stands for to s.text.
func (s *scanner) reference() error {
	n := 1
	for n < maxReference && s.have(n+1) && s.buf[s.pos+n] != ';' {
		n++
	}
	if !s.have(n + 1) {
		return s.stop()
	}
	r, ok := rune(0), s.buf[s.pos+n] == ';'
	if ok {
		r, ok = referenced(string(s.buf[s.pos+1 : s.pos+n]))
	}
	if !ok {
		return s.errorHere(0, "unknown reference %.*q", n, s.buf[s.pos:s.pos+n])
	}
	s.text = utf8.AppendRune(s.text, r)
	s.pos += n + 1
	return nil
}

// maxReference bounds a reference: "&#x10FFFF;" with some leading zeros.
const maxReference = 16

// referenced returns the character of a predefined entity or a number. Only
// characters that XML allows are known.
func referenced(name string) (rune, bool) {
	switch name {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "apos":
		return '\'', true
	case "quot":
		return '"', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	number, err := strconv.ParseUint(digits, base, 32)
	r := rune(number)
	return r, err == nil && number <= utf8.MaxRune && allowedRune(r)
}

// allowedRune reports whether XML 1.0 allows the character (its production Char).
func allowedRune(r rune) bool {
	return r >= ' ' && utf8.ValidRune(r) && r != 0xFFFE && r != 0xFFFF || r == '\t' || r == '\n' || r == '\r'
}
