package document

import "bytes"

// child reads on to the next child element of the open element and leaves its
// local name in s.name; false once the open element's end tag was read. Text
// beside the children is an error.
func (s *scanner) child() (bool, error) {
	if s.empty {
		s.close()
		return false, nil
	}
	for {
		if !s.space() {
			return false, s.stop()
		}
		s.mark = s.pos
		if s.buf[s.pos] != '<' {
			return false, s.beside(s.skipText)
		}
		switch tag, err := s.tag(); {
		case err != nil:
			return false, err
		case tag == cdataTag:
			return false, s.beside(func() error { return s.skipPast("]]>") })
		case tag != noTag:
			return tag == startTag, nil
		}
	}
}

// beside is the error for text beside elements. It reads past the text, so that
// reading can go on; if that fails, the next one to read will say so.
func (s *scanner) beside(skip func() error) error {
	err := s.errorf("text inside <%s>, which holds elements", s.open.top())
	_ = skip()
	return err
}

// looseChild is child that passes over text beside the children.
func (s *scanner) looseChild() (bool, error) {
	if s.empty {
		s.close()
		return false, nil
	}
	for {
		if err := s.skipText(); err != nil {
			return false, err
		}
		s.mark = s.pos
		tag, err := s.tag()
		if err == nil && tag == cdataTag {
			err = s.skipPast("]]>")
		}
		switch {
		case err != nil:
			return false, err
		case tag == startTag, tag == endTag:
			return tag == startTag, nil
		}
	}
}

// skip reads on to the end of the element whose start tag was read last,
// whatever it holds.
func (s *scanner) skip() error {
	if s.empty {
		s.close()
		return nil
	}
	return s.leave(s.open.depth() - 1)
}

// leave reads on until no more than depth elements are open, whatever they hold.
func (s *scanner) leave(depth int) error {
	if s.empty && s.open.depth() > depth {
		s.close()
	}
	for s.open.depth() > depth {
		if err := s.skipText(); err != nil {
			return err
		}
		tag, err := s.tag()
		switch {
		case err != nil:
			return err
		case tag == cdataTag:
			err = s.skipPast("]]>")
		case tag == startTag && string(s.name) == "position" && bytes.HasSuffix(s.open.above(), []byte("Point")):
			s.passed++
		}
		if s.empty {
			s.close()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// close ends the open element.
func (s *scanner) close() {
	s.empty = false
	s.open.pop()
}

type tagKind int

const (
	noTag    tagKind = iota // a comment or processing instruction
	startTag                // its name is in s.name
	endTag
	cdataTag // <![CDATA[, whose text follows
)

// tag reads the markup that begins at pos.
func (s *scanner) tag() (tagKind, error) {
	if !s.have(2) {
		return noTag, s.stop()
	}
	switch s.buf[s.pos+1] {
	case '/':
		return endTag, s.endTag()
	case '?':
		return noTag, s.skipPast("?>")
	case '!':
		return s.declaration()
	}
	return startTag, s.startTag()
}

// declaration reads what begins with "<!": a comment or CDATA.
func (s *scanner) declaration() (tagKind, error) {
	switch {
	case s.starts("<!--"):
		s.pos += len("<!--")
		return noTag, s.skipPast("-->")
	case s.starts("<![CDATA["):
		s.pos += len("<![CDATA[")
		return cdataTag, nil
	case s.starts("<!DOCTYPE"):
		return noTag, s.errorHere(0, "a document type is refused")
	case s.err != nil:
		return noTag, s.stop()
	}
	return noTag, s.errorHere(0, "unknown markup <!")
}

// startTag reads <name attributes> or <name attributes/>.
func (s *scanner) startTag() error {
	local := 1
	n, err := s.endOf(local, &nameByte)
	if err == nil && n > local && s.buf[s.pos+n] == ':' {
		local = n + 1
		n, err = s.endOf(local, &nameByte)
	}
	if err != nil {
		return err
	}
	first := s.buf[s.pos+local]
	if n == local || first == '-' || first == '.' || first >= '0' && first <= '9' {
		return s.errorHere(local, "an element's name is expected after <")
	}
	if s.open.depth() == scannerDepth {
		return s.errorHere(0, "elements nest deeper than %d", scannerDepth)
	}
	s.open.push(s.buf[s.pos+1 : s.pos+n])
	end := n
	if s.buf[s.pos+n] != '>' {
		end, err = s.attributes(n)
	}
	s.name = s.buf[s.pos+local : s.pos+n]
	s.pos += end + 1
	return err
}

// endTag reads </name>, which must close the open element.
func (s *scanner) endTag() error {
	if s.open.depth() == 0 {
		return s.errorHere(0, "an end tag where a document should begin")
	}
	want := s.open.top()
	n := 2 + len(want)
	if s.end-s.pos <= n && !s.have(n+1) {
		return s.stop()
	}
	if !bytes.Equal(s.buf[s.pos+2:s.pos+n], want) {
		return s.errorHere(0, "<%s> is not closed here", want)
	}
	if s.buf[s.pos+n] != '>' {
		c, err := s.past(&n)
		if err != nil {
			return err
		}
		if c != '>' {
			return s.errorHere(0, "<%s> is not closed here", want)
		}
	}
	s.pos += n + 1
	s.open.pop()
	return nil
}
