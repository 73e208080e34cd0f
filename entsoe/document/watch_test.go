package document

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"entsoed/entsoe"
)

// tiring is a context that ends, as by a signal, when it has been looked at
// some times. It counts how often that happens.
type tiring struct {
	context.Context
	looks, ends int // ends: after so many looks; 0: never
}

func (c *tiring) Err() error {
	c.looks++
	if c.ends > 0 && c.looks > c.ends {
		return context.Canceled
	}
	return nil
}

// longDocument has many Periods of one Point, each of which is expanded to
// 900,000 values.
func longDocument(periods int) string {
	var b strings.Builder
	b.WriteString(`<GL_MarketDocument><type>A65</type><TimeSeries><curveType>A03</curveType>`)
	for range periods {
		b.WriteString(`<Period><timeInterval><start>2026-01-01T00:00Z</start><end>2026-02-11T16:00Z</end></timeInterval>` +
			`<resolution>PT4S</resolution><Point><position>1</position><quantity>1</quantity></Point></Period>`)
	}
	b.WriteString(`</TimeSeries></GL_MarketDocument>`)
	return b.String()
}

// A document that is large, or becomes large when it is expanded, is watched
// often, and given up at once when its context ends in the middle of it.
func TestDecodeIsGivenUp(t *testing.T) {
	wide, points := generated(20, true)
	tests := []struct {
		name     string
		document []byte
		curves   int // all that it holds
		looks    int // at least
	}{
		{fmt.Sprintf("%d points", points), wide, 20, len(wide) / scannerBuffer},
		{"a few bytes for many values", []byte(longDocument(30)), 30, 30},
		{"one text after the other", []byte(`<GL_MarketDocument><type>A65</type>` + strings.Repeat("<more>x</more>", 9_000) + strings.Repeat("<type/>", 60_000) + `</GL_MarketDocument>`), 0, 5},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			all := &tiring{Context: t.Context()}
			if n, err := countCurves(all, bytes.NewReader(test.document)); err != nil || n != test.curves || all.looks < test.looks {
				t.Fatalf("%d of %d curves, looked %d times at the context, want at least %d; %v", n, test.curves, all.looks, test.looks, err)
			}
			half := &tiring{Context: t.Context(), ends: all.looks / 2}
			left := &counting{Reader: bytes.NewReader(test.document)}
			n, err := countCurves(half, left)
			if _, decode := errors.AsType[*DecodeError](err); decode || !errors.Is(err, context.Canceled) {
				t.Errorf("error %v, want that of the context", err)
			}
			if test.curves > 0 && n >= test.curves || left.read == len(test.document) && test.curves == 0 {
				t.Errorf("went on to the end: %d curves, %d bytes", n, left.read)
			}
		})
	}
}

func countCurves(ctx context.Context, r io.Reader) (n int, err error) {
	_, err = Decode(ctx, r, entsoe.Zone, Visitor{Curve: func(Header, *Curve) error { n++; return nil }})
	return n, err
}

// counting counts the bytes that are read.
type counting struct {
	io.Reader
	read int
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.read += n
	return n, err
}

// A ZIP is watched as well: its directory, and what it unpacks to.
func TestUnzipIsGivenUp(t *testing.T) {
	tests := map[string]string{
		"many files":        zipped(make([]string, 5000)...),
		"one large file":    zipped(strings.Repeat(longDocument(100), 400)),
		"ZIPs in the ZIP":   zipped(zipped(longDocument(1)), zipped(longDocument(1)), zipped(longDocument(1))),
		"several of a kind": zipped(longDocument(1), longDocument(2), longDocument(3)),
	}
	for name, body := range tests {
		t.Run(name, func(t *testing.T) {
			all := &tiring{Context: t.Context()}
			if _, err := Unzip(all, []byte(body), 64<<20); err != nil || all.looks < 5 {
				t.Fatalf("looked %d times at the context; %v", all.looks, err)
			}
			for _, ends := range []int{1, all.looks / 2, all.looks - 1} {
				files, err := Unzip(&tiring{Context: t.Context(), ends: ends}, []byte(body), 64<<20)
				if !errors.Is(err, context.Canceled) || files != nil {
					t.Errorf("ended after %d looks of %d: %d files, error %v", ends, all.looks, len(files), err)
				}
			}
		})
	}
	_, err := DecodeFile(&tiring{Context: t.Context(), ends: 20}, strings.NewReader(tests["one large file"]), 64<<20, entsoe.Zone, Visitor{})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a file: %v", err)
	}
}
