package client

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Secret is a token. It shows as "REDACTED" wherever it is printed, logged or
// marshalled; a conversion to string gives the value.
type Secret string

const redacted = "REDACTED"

func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return redacted
}

// Format prints the same for all verbs, %q and %x included.
func (s Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, s.String()) }

// MarshalText serves encoding/json and the like.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue serves log/slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// redactor takes a token out of what the platform and net/http say. Servers
// echo the query string in pages, headers and reasons, in one of several
// escapings.
type redactor struct {
	forms [][]byte       // the token as it may be written
	any   *regexp.Regexp // one of forms in any case; nil if there is nothing to hide
}

func newRedactor(token Secret) redactor {
	if token == "" || token == SimulatedToken {
		return redactor{}
	}
	raw := string(token)
	quoted := strings.Trim(fmt.Sprintf("%q", raw), `"`)
	written := []string{raw, quoted, url.QueryEscape(raw), url.PathEscape(raw), html.EscapeString(raw)}
	for _, form := range written {
		written = append(written, strings.ToLower(form), strings.ToUpper(form))
	}
	slices.Sort(written)

	var r redactor
	var patterns []string
	for _, form := range slices.Compact(written) {
		r.forms = append(r.forms, []byte(form))
		patterns = append(patterns, regexp.QuoteMeta(form))
	}
	r.any = regexp.MustCompile("(?i)" + strings.Join(patterns, "|"))
	return r
}

// text cleans a short text, whatever the case of the token in it. A text that
// was cut in the midst of the token loses the beginning of the token, too.
func (r redactor) text(s string) string {
	if r.any == nil {
		return s
	}
	s = r.any.ReplaceAllLiteralString(s, redacted)
	const telling = 4 // bytes of the token
	for _, form := range r.forms {
		for n := min(len(form)-1, len(s)); n >= telling; n-- {
			if end := len(s) - n; strings.EqualFold(s[end:], string(form[:n])) {
				return s[:end] + redacted
			}
		}
	}
	return s
}

// document cleans a document of any size and returns the same bytes if there
// is nothing to clean, which is the rule.
func (r redactor) document(d []byte) []byte {
	for _, form := range r.forms {
		if bytes.Contains(d, form) {
			d = bytes.ReplaceAll(d, form, []byte(redacted))
		}
	}
	return d
}

// reader cleans a document as it comes.
func (r redactor) reader(from io.Reader) io.Reader {
	longest := 0
	for _, form := range r.forms {
		longest = max(longest, len(form))
	}
	if longest == 0 {
		return from
	}
	return &cleanReader{redactor: r, from: from, overlap: longest - 1}
}

// cleanReader is a document without the token. Of what was read it holds back the
// last bytes, with which a token may begin.
type cleanReader struct {
	redactor
	from    io.Reader
	overlap int
	read    []byte // and not yet handed on
	clean   int    // bytes of read that may be handed on
	err     error
}

func (c *cleanReader) Read(p []byte) (int, error) {
	for c.clean == 0 {
		if c.err != nil {
			return 0, c.err
		}
		c.fill(len(p))
	}
	n := copy(p, c.read[:c.clean])
	c.read, c.clean = c.read[n:], c.clean-n
	return n, nil
}

// fill reads about as much as is asked for.
func (c *cleanReader) fill(n int) {
	held := c.read
	c.read = make([]byte, len(held), len(held)+max(n, 4*c.overlap))
	copy(c.read, held)
	var got int
	got, c.err = c.from.Read(c.read[len(held):cap(c.read)])
	c.read = c.document(c.read[:len(held)+got])
	c.clean = len(c.read)
	if c.err == nil {
		c.clean = max(0, len(c.read)-c.overlap)
	}
}

// error reduces an error of net/http, of a decompressor or of the network to
// its cleaned text. The original may hold the URL, a header or a line of the
// answer, and whoever prints it with all its fields would show them.
func (r redactor) error(err error) error {
	var at *url.Error
	for errors.As(err, &at) {
		err = at.Err
	}
	return errors.New(shorten(r.text(err.Error())))
}

// shorten cuts a text to what fits in a message.
func shorten(text string) string {
	if len(text) <= keptReason {
		return text
	}
	return strings.ToValidUTF8(text[:keptReason-len("…")], "") + "…"
}
