package client

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestContentOf(t *testing.T) {
	for _, test := range []struct {
		body string
		root string
		want content
	}{
		{"", "", emptyContent},
		{"\xef\xbb\xbf \n", "", emptyContent},
		{"hello", "", textContent},
		{"{}", "", textContent},
		{"<", "", textContent},
		{"<?xml version", "", textContent},
		{"<!-- only a comment -->", "", textContent},
		{"<!--", "", textContent},
		{"< a>", "", textContent},
		{"<GL_MarketDocument", "GL_MarketDocument", dataContent},
		{"<GL_MarketDocument/>", "GL_MarketDocument", dataContent},
		{"\xef\xbb\xbf<?xml version='1.0'?>\r\n<!-- a > b --><!DOCTYPE x>\n<ns:GL_MarketDocument\n\txmlns:ns='x'>", "ns:GL_MarketDocument", dataContent},
		{"<Acknowledgement_MarketDocument>", "Acknowledgement_MarketDocument", acknowledgementContent},
		{"<a:Acknowledgement_MarketDocument>", "a:Acknowledgement_MarketDocument", acknowledgementContent},
		{"<!doctype  HTML PUBLIC><body>", "html", htmlContent},
		{"<!DOCTYPE h><x/>", "x", dataContent},
		{"<!DOCTYPE", "", textContent},
		{"<?xml version='1.0'?><html xmlns='x'>", "html", htmlContent},
		{"<Html>", "Html", htmlContent},
		{"<h1>503</h1>", "h1", htmlContent},
	} {
		if _, got := rootOf([]byte(test.body)); got != test.root {
			t.Errorf("%q: root %q, want %q", test.body, got, test.root)
		}
		if got := contentOf([]byte(test.body)); got != test.want {
			t.Errorf("%q: content %d, want %d", test.body, got, test.want)
		}
	}
}

func TestTextOf(t *testing.T) {
	for body, want := range map[string]string{
		"":                                  "",
		"404 page not found\n":              "404 page not found",
		"<p>a</p>\n\t<p>b&amp;c&nbsp;d</p>": "a b&c d",
		"<style>p{}</style><script>\nx<y</script><b>bold</b><!-- no -->": "bold",
		"a\x00b\x07\xffc": "a b c",
		"1 < 2":           "1 < 2",
	} {
		if got := textOf([]byte(body)); got != want {
			t.Errorf("%q: got %q, want %q", body, got, want)
		}
	}
}

// Answers in all packings give the same documents.
func TestPackings(t *testing.T) {
	one, two := smallDocument, strings.ReplaceAll(smallDocument, "A65", "A75")
	empty := acknowledging("No matching data found")
	for name, test := range map[string]struct {
		header, body string
		want         []string // documents; none: NoDataError
	}{
		"plain":                {"", one, []string{one}},
		"byte order mark":      {"", "\xef\xbb\xbf" + one, []string{"\xef\xbb\xbf" + one}},
		"gzip":                 {"Content-Encoding: gzip\r\n", gzipped(one), []string{one}},
		"gzip in capitals":     {"Content-Encoding: GZIP\r\n", gzipped(one), []string{one}},
		"gzip unannounced":     {"", gzipped(one), []string{one}},
		"gzip announced only":  {"Content-Encoding: gzip\r\n", one, []string{one}},
		"gzip in two members":  {"Content-Encoding: gzip\r\n", gzipped(one[:20]) + gzipped(one[20:]), []string{one}},
		"zip":                  {"Content-Type: application/zip\r\n", zipped(one, two), []string{one, two}},
		"zip called xml":       {"Content-Type: text/xml\r\n", zipped(two, one), []string{two, one}},
		"zip in gzip":          {"Content-Encoding: gzip\r\n", gzipped(zipped(one, two)), []string{one, two}},
		"zip in zip":           {"", zipped(zipped(one), two, zipped(zipped(two), one)), []string{one, two, two, one}},
		"zip without entries":  {"", zipped(), nil},
		"zip of nothing there": {"", zipped(empty, empty), nil},
		"zip with some data":   {"", zipped(empty, two, empty), []string{two}},
		"xml called zip":       {"Content-Type: application/zip\r\n", one, []string{one}},
	} {
		t.Run(name, func(t *testing.T) {
			address := serve(t, func(conn net.Conn, _ *http.Request) {
				respond("200 OK", test.header, test.body)(conn, "")
			})
			answer, err := fetchAll(testClient(address), t.Context(), askLoad, open)
			if test.want == nil {
				if err == nil || verdictOn(err).Kind != "NoData" {
					t.Errorf("got %v, want NoDataError", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, document := range answer.Texts {
				got = append(got, string(document))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("documents (-want, +got):\n%s", diff)
			}
			if answer.Bytes != int64(len(test.body)) {
				t.Errorf("%d bytes, want %d as sent", answer.Bytes, len(test.body))
			}
		})
	}
}

// An answer of just the limit is read, one byte more is not.
func TestLimits(t *testing.T) {
	document := "<a>" + strings.Repeat("x", 9_993) + "</a>"
	packed := gzipped(document)
	for _, test := range []struct {
		body               string
		received, unpacked int
		want               string
	}{
		{document, 10_000, 10_000, ""},
		{document, 9_999, 10_000, "received"},
		{document, 10_000, 9_999, "unpacked"},
		{packed, len(packed), 10_000, ""},
		{packed, len(packed) - 1, 10_000, "received"},
		{packed, len(packed), 9_999, "unpacked"},
		{zipped(document, document), 10_000, 20_000, ""},
		{zipped(document, document), 10_000, 19_999, "unpacked"},
		{zipped(document, zipped(document)), 10_000, 20_000 + len(zipped(document)), ""},
		{zipped(document, zipped(document)), 10_000, 19_999 + len(zipped(document)), "unpacked"},
	} {
		address := serve(t, func(conn net.Conn, _ *http.Request) {
			// Without a length, as the platform sends data.
			fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n%s", test.body)
		})
		client := testClient(address)
		client.MaxReceived, client.MaxUnpacked = int64(test.received), int64(test.unpacked)
		_, err := fetchAll(client, t.Context(), askLoad, open)
		switch large, ok := err.(*TooLargeError); {
		case test.want == "" && err != nil, test.want != "" && (!ok || large.Where != test.want):
			t.Errorf("limits %d and %d: got %v, want %q", test.received, test.unpacked, err, test.want)
		}
	}
}

// A request whose context ends while its answer is unpacked is given up; that
// says nothing about the platform.
func TestUnpackingIsGivenUp(t *testing.T) {
	for _, body := range []string{smallDocument, zipped(smallDocument)} {
		address := serve(t, func(conn net.Conn, _ *http.Request) { respond("200 OK", "", body)(conn, "") })
		ctx, cancel := context.WithCancel(t.Context())
		_, err := testClient(address).Fetch(ctx, askLoad, open, Reading{Document: func(context.Context, string, io.Reader) error {
			cancel()
			return errors.New("nothing more to read")
		}})
		if _, answered := ReplyOf(err); !errors.Is(err, context.Canceled) || answered {
			t.Errorf("error %v", err)
		}
	}
}

// One good document among bad ones is read, and each of those is told.
func TestLostDocuments(t *testing.T) {
	damaged := zipped(smallDocument)
	damaged = damaged[:70] + "????????" + damaged[78:]
	body := zipped("<html>Service unavailable</html>", damaged, smallDocument, "", "not found")
	address := serve(t, func(conn net.Conn, _ *http.Request) { respond("200 OK", "", body)(conn, "") })
	var lost []string
	read := 0
	answer, err := testClient(address).Fetch(t.Context(), askLoad, open, Reading{
		Document: func(_ context.Context, _ string, r io.Reader) error {
			read++
			_, err := io.Copy(io.Discard, r)
			return err
		},
		Lost: func(name string, err error) { lost = append(lost, fmt.Sprintf("%s %T", name[:len("document 1")], err)) },
	})
	want := []string{"document 1 *client.UnavailableError", "document 2 *client.UnknownAnswerError", "document 4 *client.UnavailableError", "document 5 *client.UnknownAnswerError"}
	if diff := cmp.Diff(want, lost); err != nil || diff != "" || read != 1 || answer.Documents != 1 {
		t.Errorf("%v, %d documents read, lost (-want, +got)\n%s", err, read, diff)
	}
	address = serve(t, func(conn net.Conn, _ *http.Request) { respond("200 OK", "", zipped(damaged))(conn, "") })
	if _, err := fetchAll(testClient(address), t.Context(), askLoad, open); !isUnknown(err) {
		t.Errorf("nothing but damaged documents: %v", err)
	}
}

// A long page takes memory while it is read, and less while it is kept; of several the
// first is. Where there is none, its beginning does.
func TestLongPagesTakeMemory(t *testing.T) {
	page := "<html>" + strings.Repeat("<p>away</p>", 50_000)
	for name, test := range map[string]struct {
		status, body string
		grow         error
		most, kept   int64
	}{
		"short":     {"503 Service Unavailable", "<html>away", nil, 0, 0},
		"long":      {"503 Service Unavailable", page, nil, pageMemory, keptBody},
		"no room":   {"503 Service Unavailable", page, errors.New("no room"), 0, 0},
		"documents": {"200 OK", zipped(page, page, page), nil, keptBody + pageMemory, keptBody},
	} {
		address := serve(t, func(conn net.Conn, _ *http.Request) { respond(test.status, "", test.body)(conn, "") })
		var held, most int64
		_, err := testClient(address).Fetch(t.Context(), askLoad, open, Reading{Grow: func(_ context.Context, n int64) error {
			if n < pageMemory && n > -keptBody { // the ZIP
				return nil
			}
			if n > 0 && test.grow != nil {
				return test.grow
			}
			held += n
			most = max(most, held)
			return nil
		}})
		away, ok := errors.AsType[*UnavailableError](err)
		if !ok || !strings.Contains(away.Reason, "away") || most != test.most || held != test.kept {
			t.Errorf("%s: %v, %d bytes at most, %d kept", name, err, most, held)
		}
	}
}

// A document of a ZIP that takes too much memory says nothing of the ZIP, which is
// neither cut nor damaged.
func TestDocumentOfZIPThatTakesTooMuch(t *testing.T) {
	const data = "<GL_MarketDocument></GL_MarketDocument>"
	address := serve(t, func(conn net.Conn, _ *http.Request) { respond("200 OK", "", zipped(data, data))(conn, "") })
	tooMuch := errors.New("too much")
	_, err := testClient(address).Fetch(t.Context(), askLoad, open, Reading{Document: func(_ context.Context, name string, _ io.Reader) error {
		if strings.HasPrefix(name, "document 2") {
			return tooMuch
		}
		return nil
	}})
	if err != tooMuch {
		t.Errorf("%v", err)
	}
}

func isUnknown(err error) bool {
	_, ok := errors.AsType[*UnknownAnswerError](err)
	return ok
}

// zipped returns a ZIP of the contents, named as the platform names them.
func zipped(contents ...string) string {
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	for i, content := range contents {
		header := &zip.FileHeader{Name: fmt.Sprintf("%03d-ITEM_202610010000-202610020000.xml", i+1), Method: zip.Deflate}
		if content == "" {
			header.Method = zip.Store // a compressor for each of many empty files takes seconds
		}
		entry, err := w.CreateHeader(header)
		if err == nil {
			_, err = entry.Write([]byte(content))
		}
		if err != nil {
			panic(err) // a bytes.Buffer does not fail
		}
	}
	w.Close()
	return packed.String()
}
