package entsoe

import (
	"bytes"
	"errors"
	"fmt"
	"html"
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
	any   *regexp.Regexp // one of forms in either case; nil if there is nothing to hide
}

func newRedactor(token Secret) redactor {
	if token == "" || token == SimulatedToken {
		return redactor{}
	}
	raw := string(token)
	written := []string{raw, url.QueryEscape(raw), url.PathEscape(raw), html.EscapeString(raw)}
	quoted := fmt.Sprintf("%q", raw)
	written = append(written, quoted[1:len(quoted)-1], html.EscapeString(url.QueryEscape(raw)))
	slices.Sort(written)
	written = slices.Compact(written)

	var r redactor
	patterns := make([]string, len(written))
	for i, form := range written {
		r.forms = append(r.forms, []byte(form))
		patterns[i] = regexp.QuoteMeta(form)
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
	for _, form := range r.forms {
		for n := len(form) - 1; n >= 4; n-- {
			if cut, ok := strings.CutSuffix(s, string(form[:n])); ok {
				return cut + redacted
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

// error reduces an error of net/http, of a decompressor or of the network to
// its cleaned text. The original may hold the URL, a header or a line of the
// answer, and whoever prints it with all its fields would show them.
func (r redactor) error(err error) error {
	var at *url.Error
	for errors.As(err, &at) {
		err = at.Err
	}
	return errors.New(r.text(err.Error()))
}
