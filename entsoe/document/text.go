package document

import "unicode/utf8"

// text reads the text of the element whose start tag was read last.
func (d *decoder) text() (string, error) {
	raw, ok, err := d.s.leaf()
	switch {
	case err != nil:
		return "", err
	case !ok:
		return "", d.s.errorHere(0, "an element inside <%s>, which holds text", d.s.open.top())
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
