package document

// attributes reads past the attributes that follow at n and returns where the
// closing ">" stands.
func (s *scanner) attributes(n int) (int, error) {
	for {
		c, err := s.past(&n)
		switch {
		case err != nil:
			return n, err
		case c == '>':
			return n, nil
		case c == '/':
			n++
			if !s.have(n + 1) {
				return n, s.stop()
			}
			if s.buf[s.pos+n] != '>' {
				return n, s.errorHere(n, "> is expected after /")
			}
			s.empty = true
			return n, nil
		}
		if n, err = s.attribute(n); err != nil {
			return n, err
		}
	}
}

// attribute reads past name="value" at n.
func (s *scanner) attribute(n int) (int, error) {
	start := n
	for {
		end, err := s.endOf(n, &nameByte)
		if err != nil {
			return end, err
		}
		if n = end; s.buf[s.pos+n] != ':' {
			break
		}
		n++
	}
	if n == start {
		return n, s.errorHere(n, "an attribute is expected")
	}
	c, err := s.past(&n)
	if err == nil && c != '=' {
		err = s.errorHere(n, "= is expected after the attribute's name")
	}
	if err != nil {
		return n, err
	}
	n++
	quote, err := s.past(&n)
	if err == nil && quote != '"' && quote != '\'' {
		err = s.errorHere(n, "a quoted value is expected")
	}
	if err != nil {
		return n, err
	}
	return s.quoted(n+1, quote)
}

// quoted reads past an attribute's value from n on and its closing quote.
func (s *scanner) quoted(n int, quote byte) (int, error) {
	for s.have(n + 1) {
		switch s.buf[s.pos+n] {
		case quote:
			return n + 1, nil
		case '<':
			return n, s.errorHere(n, "< inside an attribute")
		}
		n++
	}
	return n, s.stop()
}

// past moves n past white space and returns the byte that follows.
func (s *scanner) past(n *int) (byte, error) {
	for s.have(*n + 1) {
		if c := s.buf[s.pos+*n]; !spaceByte[c] {
			return c, nil
		}
		*n++
	}
	return 0, s.stop()
}
