package document

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"entsoed/entsoe"
)

// addDocuments seeds a fuzz target with the handmade documents, sound and
// malformed.
func addDocuments(f *testing.F) {
	f.Add([]byte(sound))
	for _, file := range documents(f) {
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	for _, m := range malformed {
		if len(m.new) < 1000 {
			f.Add([]byte(strings.ReplaceAll(sound, m.old, m.new)))
		}
	}
}

// FuzzDecode holds that the decoder never panics, that its values lie in their
// Periods and rise in time, that it takes no more memory than one Period may
// need, that it reads the same in whatever pieces the document comes, and that
// encoding/xml reads the same wherever both accept a document.
func FuzzDecode(f *testing.F) {
	addDocuments(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := decodeOrderly(body)
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > 512<<20 {
			t.Errorf("%d bytes allocated for a document of %d", used, len(body))
		}
		if err == errTooManyPoints {
			t.Skip("too many points to compare")
		}
		if _, ok := errors.AsType[*DecodeError](err); err != nil && !ok {
			t.Fatal(err)
		}
		whole, wholeErr := DecodeDocument(context.Background(), bytes.NewReader(body), entsoe.Zone, nil)
		if wholeErr == nil && (err != nil || whole.Series != len(whole.Parts)) || wholeErr != nil && err == nil && !errors.Is(wholeErr, ErrUnreadRoot) {
			t.Fatalf("as a whole %v, else %v", wholeErr, err)
		}
		comparePieces(t, body)
		if err == nil {
			compareAccepted(t, body)
		}
	})
}

// decodeOrderly decodes a document and checks all that is visited.
func decodeOrderly(body []byte) error {
	points, series := 0, 0
	_, err := Decode(context.Background(), bytes.NewReader(body), entsoe.Zone, Visitor{
		Curve: func(h Header, c *Curve) error {
			if points += len(c.Values) + len(c.Runs); points > maxFuzzPoints {
				return errTooManyPoints
			}
			if h.Series != series+1 || c.Runs != nil && len(c.Values) > 0 {
				return fmt.Errorf("a curve of TimeSeries %d with %d values and %d runs", h.Series, len(c.Values), len(c.Runs))
			}
			return orderly(h, c)
		},
		TimeSeries: func(h Header, s *TimeSeries) error {
			if series++; series != h.Series {
				return fmt.Errorf("TimeSeries %d of %d", series, h.Series)
			}
			return noEmpty(s.Details)
		},
		Document: func(h Header) error {
			if series != h.Series {
				return fmt.Errorf("%d TimeSeries of %d", series, h.Series)
			}
			return noEmpty(h.Details)
		},
	})
	return err
}

// noEmpty refuses details that say nothing or cannot be written.
func noEmpty(details Details) error {
	for _, d := range details {
		if d.Name == "" || d.Text == "" && len(d.Children) == 0 || d.Text != "" && d.Children != nil {
			return fmt.Errorf("detail %+v", d)
		}
		if err := noEmpty(d.Children); err != nil {
			return err
		}
	}
	_, err := json.Marshal(details)
	return err
}

const maxFuzzPoints = 20_000

var errTooManyPoints = errors.New("too many points")

// comparePieces reads a document as a whole, byte by byte and with a small buffer.
func comparePieces(t *testing.T, body []byte) {
	whole := render(bytes.NewReader(body))
	if pieces := render(iotest.OneByteReader(bytes.NewReader(body))); pieces != whole {
		t.Errorf("byte by byte: %s", cmp.Diff(whole, pieces))
	}
	const small = 1 << 10
	squeezed := renderWith(newScanner(bytes.NewReader(body), small))
	if squeezed != whole && !strings.Contains(squeezed, fmt.Sprintf("more than %d bytes", small)) {
		t.Errorf("with a small buffer: %s", cmp.Diff(whole, squeezed))
	}
}

// compareAccepted compares an accepted document with the oracle, if that
// accepts it too.
func compareAccepted(t *testing.T, body []byte) {
	want, err := oracle(bytes.NewReader(body), entsoe.Zone)
	if err != nil {
		return
	}
	_, got, err := decodeWhole(bytes.NewReader(body))
	if err != nil {
		return // more details than are kept
	}
	if diff := cmp.Diff(want.Rows, got.Rows, comparing); diff != "" {
		t.Errorf("(-oracle, +decoder)\n%s", diff)
	}
	if diff := cmp.Diff(want.Records, got.Records, comparing); diff != "" {
		t.Errorf("(-oracle, +decoder)\n%s", diff)
	}
	if diff := cmp.Diff(comparedTimes(want.Header), got.Header, comparing); diff != "" {
		t.Errorf("(-oracle, +decoder)\n%s", diff)
	}
}

// FuzzScanner holds that the scanner never panics and sees the elements and
// texts that encoding/xml sees, wherever both accept a document.
func FuzzScanner(f *testing.F) {
	addDocuments(f)
	for _, seed := range []string{
		"<a/>", "<a><b/><b></b></a>", "<a>1&#x32;3</a>", "<a><![CDATA[]]]]><![CDATA[>]]></a>", "<x:a y:b='1'><x:c >d</x:c\n></x:a>",
		"<a>\r\n\r</a>", "<a><!-- - --><?x?> <b/></a><!-- -->", "<a>&lt;&gt;&amp;&apos;&quot;</a>",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := scanTree(bytes.NewReader(body), scannerBuffer)
		pieces, errPieces := scanTree(iotest.OneByteReader(bytes.NewReader(body)), scannerBuffer)
		if fmt.Sprint(err) != fmt.Sprint(errPieces) || err == nil && !cmp.Equal(got, pieces) {
			t.Errorf("byte by byte: %v, as a whole: %v: %s", errPieces, err, cmp.Diff(got, pieces))
		}
		want, oracleErr := parseTree(body)
		if err == nil && oracleErr == nil && !cmp.Equal(want, got) {
			t.Errorf("(-encoding/xml, +scanner)\n%s", cmp.Diff(want, got))
		}
	})
}

// scanTree reads a document with the scanner.
func scanTree(r io.Reader, buffer int) (node, error) {
	s := newScanner(r, buffer)
	if err := s.root(); err != nil {
		return node{}, err
	}
	root, err := scanNode(s)
	if err != nil {
		return root, err
	}
	return root, s.finish()
}

func scanNode(s *scanner) (node, error) {
	n := node{Name: string(s.name)}
	text, leaf, err := s.leaf()
	if n.Text = string(text); leaf || err != nil {
		return n, err
	}
	for {
		ok, err := s.child()
		if err != nil || !ok {
			return n, err
		}
		child, err := scanNode(s)
		if err != nil {
			return n, err
		}
		n.Children = append(n.Children, child)
	}
}

// parseTree reads a document with encoding/xml.
func parseTree(body []byte) (node, error) {
	var root struct {
		XMLName xml.Name
		oracleElement
	}
	d := xml.NewDecoder(bytes.NewReader(body))
	if err := d.Decode(&root); err != nil {
		return node{}, err
	}
	return treeOf(oracleElement{XMLName: root.XMLName, Text: root.Text, Children: root.Children}), nil
}

func treeOf(e oracleElement) node {
	n := node{Name: e.XMLName.Local, Text: strip(e.Text)}
	for _, child := range e.Children {
		n.Children = append(n.Children, treeOf(child))
	}
	return n
}
