package document

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// text reads the text of the element whose start tag was read last.
func (d *decoder) text() (string, error) {
	raw, ok, err := d.s.leaf()
	switch {
	case err != nil:
		return "", err
	case !ok:
		return "", d.s.errorNext("an element inside <%s>, which holds text", d.s.open.top())
	}
	if !validText(raw) {
		return "", d.s.errorf("text that is no valid UTF-8")
	}
	return d.intern(raw), nil
}

// intern returns text as a string. Short ones, such as codes and EICs, are
// allocated once, for they repeat in every TimeSeries.
func (d *decoder) intern(text []byte) string {
	if known, ok := d.texts[string(text)]; ok {
		return known
	}
	s := string(text)
	if len(d.texts) < maxTexts && len(s) < maxTextLength {
		d.texts[s] = s
	} else {
		d.kept += int64(len(s))
	}
	return s
}

// Bounds of the texts that are kept for the whole document.
const (
	maxTexts      = 1000
	maxTextLength = 64
)

// validText reports whether text is UTF-8 without the two characters beyond
// ASCII that XML excludes.
func validText(text []byte) bool {
	for len(text) > 0 {
		if text[0] < utf8.RuneSelf {
			text = text[1:]
			continue
		}
		r, size := utf8.DecodeRune(text)
		if size == 1 || !allowedRune(r) {
			return false
		}
		text = text[size:]
	}
	return true
}

// parsePosition reads a Position_Integer of at most limit.
func parsePosition(text []byte, limit int) (int, bool) {
	if len(text) > 0 && text[0] == '+' {
		text = text[1:]
	}
	n := 0
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
		if n = n*10 + int(c-'0'); n > limit {
			return 0, false
		}
	}
	return n, n > 0
}

// isCount reports whether text is a whole number above zero, of any size.
func isCount(text []byte) bool {
	some := false
	for _, c := range bytes.TrimPrefix(text, []byte("+")) {
		if c < '0' || c > '9' {
			return false
		}
		some = some || c > '0'
	}
	return some
}

// ParseNumber reads a number as values of Points are read: neither infinities nor
// NaN, which some parsers let pass, are numbers.
func ParseNumber(text string) (float64, bool) { return parseDecimal([]byte(text)) }

// parseDecimal reads a decimal number, correctly rounded. Beyond what the
// schemas allow (xs:decimal) an exponent is read. Minus zero becomes zero.
func parseDecimal(text []byte) (float64, bool) {
	digits, mantissa, fraction, point := 0, uint64(0), 0, false
	rest := text
	if len(rest) > 0 && (rest[0] == '-' || rest[0] == '+') {
		rest = rest[1:]
	}
	for _, c := range rest {
		switch {
		case c >= '0' && c <= '9':
			mantissa = mantissa*10 + uint64(c-'0')
			digits++
			if point {
				fraction++
			}
		case c == '.' && !point:
			point = true
		default:
			return parseFloat(text)
		}
	}
	if digits == 0 || digits > maxExactDigits {
		return parseFloat(text)
	}
	number := float64(mantissa) / powersOfTen[fraction]
	if text[0] == '-' && mantissa != 0 {
		number = -number
	}
	return number, true
}

// maxExactDigits is how many decimal digits a float64 always holds: such a
// number, divided by a power of ten that a float64 holds as well, is rounded
// once and therefore correctly.
const maxExactDigits = 15

var powersOfTen = [maxExactDigits + 1]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// parseFloat reads what parseDecimal does not, but no infinities, hexadecimal
// numbers and digit groups.
func parseFloat(text []byte) (float64, bool) {
	for _, c := range text {
		if (c < '0' || c > '9') && c != '+' && c != '-' && c != '.' && c != 'e' && c != 'E' {
			return 0, false
		}
	}
	number, err := strconv.ParseFloat(string(text), 64)
	return number + 0, err == nil
}
