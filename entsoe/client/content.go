package client

import (
	"bytes"
	"html"
	"io"
	"regexp"
	"slices"
	"strings"
)

// content is what a body turns out to be, whatever its content type says.
type content int

const (
	emptyContent content = iota
	textContent          // neither XML nor HTML: plain text, JSON, binary
	htmlContent
	acknowledgementContent
	dataContent // XML with any other root; the decoder knows whether it can be read
)

// htmlNames are root elements of pages and of parts of pages, lower case.
var htmlNames = map[string]bool{
	"html": true, "head": true, "body": true, "title": true, "center": true,
	"h1": true, "h2": true, "p": true, "div": true, "pre": true,
}

func contentOf(body []byte) content {
	if len(bytes.TrimSpace(trimMark(body))) == 0 {
		return emptyContent
	}
	_, root := rootOf(body)
	_, local, found := strings.Cut(root, ":")
	if !found {
		local = root
	}
	switch {
	case root == "":
		return textContent
	case htmlNames[strings.ToLower(local)]:
		return htmlContent
	case local == "Acknowledgement_MarketDocument":
		return acknowledgementContent
	default:
		return dataContent
	}
}

// longestProlog is how much of a document is looked at for its root element.
const longestProlog = 16 << 10

// beginOf reads as much of a document as tells what it is, which is 512 bytes if
// they come at once.
func beginOf(body io.Reader) ([]byte, error) {
	begin := make([]byte, 0, 512)
	for {
		n, err := body.Read(begin[len(begin):cap(begin)])
		begin = begin[:len(begin)+n]
		switch {
		case err == io.EOF:
			return begin, nil
		case err != nil:
			return begin, err
		case tells(begin), len(begin) >= longestProlog:
			return begin, nil
		case len(begin) == cap(begin):
			begin = slices.Grow(begin, len(begin))
		}
	}
}

// tells reports whether the beginning of a body says what it is: a ZIP, no XML, or
// the whole name of a root element.
func tells(begin []byte) bool {
	if len(begin) < 2 {
		return false
	}
	if trimmed := bytes.TrimLeft(trimMark(begin), " \t\r\n"); len(trimmed) > 2 && trimmed[0] != '<' {
		return true
	}
	at, root := rootOf(begin)
	return root != "" && at+1+len(root) < len(begin)
}

// trimMark removes the byte order mark of UTF-8.
func trimMark(body []byte) []byte { return bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")) }

// rootOf returns the name of the root element as it stands in the start tag
// and where that tag begins, "html" for a document type of HTML, and "" if the
// body does not begin as XML or HTML. It looks at no more than the prolog and
// the name.
func rootOf(body []byte) (at int, name string) {
	rest := trimMark(body)
	for {
		rest = bytes.TrimLeft(rest, " \t\r\n")
		switch {
		case bytes.HasPrefix(rest, []byte("<?")):
			rest = after(rest, "?>")
		case bytes.HasPrefix(rest, []byte("<!--")):
			rest = after(rest, "-->")
		case hasPrefixFold(rest, "<!doctype"):
			if hasPrefixFold(bytes.TrimLeft(rest[len("<!doctype"):], " \t\r\n"), "html") {
				return len(body) - len(rest), "html"
			}
			rest = after(rest, ">")
		case bytes.HasPrefix(rest, []byte("<")):
			return len(body) - len(rest), startName(rest[1:])
		default:
			return 0, ""
		}
	}
}

func hasPrefixFold(body []byte, prefix string) bool {
	return len(body) >= len(prefix) && strings.EqualFold(string(body[:len(prefix)]), prefix)
}

// after returns what follows the first end, nothing if there is none.
func after(body []byte, end string) []byte {
	_, rest, _ := bytes.Cut(body, []byte(end))
	return rest
}

// startName returns the name at the beginning of a tag, "" if there is none.
func startName(tag []byte) string {
	end := bytes.IndexAny(tag, " \t\r\n/><=\"'&!")
	if end < 0 {
		end = len(tag)
	}
	return string(tag[:end])
}

var (
	hiddenParts = regexp.MustCompile(`(?is)<(?:script|style)\b.*?</(?:script|style)>|<!--.*?-->`)
	tags        = regexp.MustCompile(`(?s)<[^>]*>`)
)

// longestPage is of how much of a page the text is looked for. What it says stands at
// its beginning.
const longestPage = 256 << 10

// textOf returns the text of a page or of a plain body on one line.
func textOf(body []byte) string {
	body = body[:min(len(body), longestPage)]
	text := tags.ReplaceAll(hiddenParts.ReplaceAll(body, []byte(" ")), []byte(" "))
	printable := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\uFFFD' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(html.UnescapeString(string(text)), " "))
	return strings.Join(strings.Fields(printable), " ")
}
