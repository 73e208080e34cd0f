package document

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"entsoed/entsoe"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestDecodeGolden compares the reading of every handmade document with the
// text beside it.
func TestDecodeGolden(t *testing.T) {
	for _, file := range documents(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := render(bytes.NewReader(body))
			compareGolden(t, file, got)
		})
	}
}

// documents lists the handmade documents.
func documents(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "documents", "*.xml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no documents: %v", err)
	}
	return files
}

// render decodes a document into text: its header, then for every Period its
// attributes and a line per value, for every TimeSeries its details, then the
// error, if any.
func render(r io.Reader) string { return renderWith(newScanner(r, scannerBuffer)) }

func renderWith(s *scanner) string {
	var b renderer
	header, err := newDecoder(context.Background(), s, entsoe.Zone, Visitor{Curve: b.curve, TimeSeries: b.timeSeries}).document()
	head := fmt.Sprintf("%s %s, revision %d, type %q, process %q, status %q, created %s, period %s\n", header.Root, header.MRID, header.Revision,
		header.Type, header.ProcessType, header.Status, header.CreatedAt.Format("2006-01-02T15:04:05.999Z"), header.Period)
	for _, reason := range header.Reasons {
		head += fmt.Sprintf("reason %s %q\n", reason.Code, reason.Text)
	}
	head += detailLines("detail ", header.Details)
	if err != nil {
		fmt.Fprintf(&b, "error: %v\n", err)
	}
	return head + b.String()
}

type renderer struct{ strings.Builder }

func (b *renderer) curve(h Header, c *Curve) error {
	fmt.Fprintf(b, "TimeSeries %d: %s, %s %s\n", h.Series, c.Period, c.Resolution, c.Attributes.Key())
	if name := c.Attributes["unit_name"]; name != "" {
		fmt.Fprintf(b, "  unit_name %q\n", name)
	}
	if c.Kind != "Period" {
		fmt.Fprintf(b, "  %s\n", c.Kind)
	}
	for i, e := range c.Elements {
		line := strings.TrimRight(e.Path+" "+e.Unit+" "+e.Currency, " ")
		if key := e.Attributes.Key(); key != "" {
			line += " [" + key + "]"
		}
		if name := e.Attributes["unit_name"]; name != "" {
			line += fmt.Sprintf(" %q", name)
		}
		fmt.Fprintf(b, "  element %d: %s\n", i, line)
	}
	for _, v := range c.Values {
		fmt.Fprintf(b, "  %s %d %s\n", instantText(v.At), v.Element, strconv.FormatFloat(v.Value, 'f', -1, 64))
	}
	for _, r := range c.Runs {
		fmt.Fprintf(b, "  %s to %s %d %s\n", instantText(r.From), instantText(r.To), r.Element, strconv.FormatFloat(r.Value, 'f', -1, 64))
	}
	return nil
}

func (b *renderer) timeSeries(h Header, t *TimeSeries) error {
	if t.Periods == 0 {
		fmt.Fprintf(b, "TimeSeries %d: no Periods, %s\n", h.Series, t.Attributes.Key())
	}
	b.WriteString(detailLines("  detail ", t.Details))
	return nil
}

// detailLines writes details, a line each.
func detailLines(indent string, details Details) (lines string) {
	for _, d := range details {
		lines += strings.TrimRight(fmt.Sprintf("%s%s %s", indent, d.Name, d.Text), " ") + "\n"
		lines += detailLines(indent+"  ", d.Children)
	}
	return lines
}

func instantText(unix int64) string { return time.Unix(unix, 0).UTC().Format("2006-01-02T15:04:05Z") }

// TestDecodeReaders reads every handmade document in small pieces, with a
// small buffer, and from a reader that returns its error with the last bytes:
// all must give the same.
func TestDecodeReaders(t *testing.T) {
	for _, file := range documents(t) {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want := render(bytes.NewReader(body))
		for name, reader := range map[string]func(io.Reader) io.Reader{
			"one byte": iotest.OneByteReader, "halves": iotest.HalfReader, "error with data": iotest.DataErrReader,
		} {
			if got := render(reader(bytes.NewReader(body))); got != want {
				t.Errorf("%s, %s: %s", file, name, cmp.Diff(want, got))
			}
		}
	}
}

// TestDecodeCut cuts every handmade document, small ones at every byte: each
// piece is an error that says so, never points of a complete document.
func TestDecodeCut(t *testing.T) {
	for _, file := range documents(t) {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		end := bytes.LastIndex(body, []byte("MarketDocument>")) + len("MarketDocument>")
		step := 1
		if end > 2500 {
			step = 11
		}
		for n := 0; n < end; n += step {
			_, err := newDecoder(context.Background(), newScanner(bytes.NewReader(body[:n]), 1<<10), entsoe.Zone, Visitor{Curve: orderly}).document()
			if !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Fatalf("%s cut after %d of %d bytes: %v", file, n, len(body), err)
			}
		}
	}
}

// TestDecodeReaderFails passes a reader's error on, with the place.
func TestDecodeReaderFails(t *testing.T) {
	broken := errors.New("connection reset")
	r := io.MultiReader(strings.NewReader("<GL_MarketDocument>\n  <type>A6"), iotest.ErrReader(broken))
	_, err := Decode(context.Background(), r, entsoe.Zone, Visitor{})
	decode, ok := errors.AsType[*DecodeError](err)
	if !ok || !errors.Is(err, broken) || decode.Line != 2 || decode.Column != 11 || decode.Offset != 30 {
		t.Errorf("%v", err)
	}
	if _, err := Decode(context.Background(), stuckReader{}, entsoe.Zone, Visitor{}); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("a reader that never reads: %v", err)
	}
}

type stuckReader struct{}

func (stuckReader) Read([]byte) (int, error) { return 0, nil }

// TestDecodeVisitFails stops at the visitor's error and returns it as it is.
func TestDecodeVisitFails(t *testing.T) {
	document, _ := generated(3, true)
	full := errors.New("disk full")
	visits := 0
	_, err := Decode(context.Background(), bytes.NewReader(document), entsoe.Zone, Visitor{Curve: func(Header, *Curve) error {
		visits++
		return full
	}})
	if err != full || visits != 1 {
		t.Errorf("%d visits, %v", visits, err)
	}
}

// TestDecodeStreams decodes a document of many megabytes in the memory of one
// Period.
func TestDecodeStreams(t *testing.T) {
	one, points := generated(1, true)
	begin, end := bytes.Index(one, []byte("      <TimeSeries>")), bytes.Index(one, []byte("</GL_MarketDocument>"))
	const series = 200
	var parts []io.Reader
	parts = append(parts, bytes.NewReader(one[:begin]))
	for range series {
		parts = append(parts, bytes.NewReader(one[begin:end]))
	}
	parts = append(parts, bytes.NewReader(one[end:]))
	body := io.MultiReader(parts...)

	read, decoded := 0, 0
	counted := readerFunc(func(p []byte) (int, error) {
		n, err := body.Read(p)
		read += n
		return n, err
	})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	header, err := Decode(context.Background(), counted, entsoe.Zone, Visitor{Curve: func(_ Header, c *Curve) error {
		decoded += len(c.Values)
		return nil
	}})
	if err != nil || header.Series != series || decoded != series*points || read < 50<<20 {
		t.Fatalf("%d TimeSeries, %d points, %d bytes: %v", header.Series, decoded, read, err)
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 2<<20 {
		t.Errorf("%d bytes allocated for a document of %d", used, read)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// TestDecodeAllocations holds the promise of no allocation per point: ten times
// the points cost hardly more allocations.
func TestDecodeAllocations(t *testing.T) {
	document, points := generated(10, true)
	allocations := testing.AllocsPerRun(3, func() {
		if _, err := countDecoded(bytes.NewReader(document)); err != nil {
			t.Fatal(err)
		}
	})
	if allocations > 300 {
		t.Errorf("%v allocations for %d points", allocations, points)
	}
}

// TestDecodePointsInPeriods holds what every curve promises: values lie in
// their Period and rise in time for each element.
func TestDecodePointsInPeriods(t *testing.T) {
	for _, file := range documents(t) {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Decode(context.Background(), bytes.NewReader(body), entsoe.Zone, Visitor{Curve: orderly}); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// orderly is a visitor that refuses a curve whose values lie outside its
// Period or do not rise in time, whose runs overlap, or whose elements are not
// all different.
func orderly(_ Header, c *Curve) error {
	until := slices.Repeat([]int64{c.Period.From.Unix()}, len(c.Elements))
	check := func(from, to int64, element int) error {
		switch {
		case from < c.Period.From.Unix() || to > c.Period.To.Unix() || from >= to:
			return fmt.Errorf("%s to %s lies outside %s", instantText(from), instantText(to), c.Period)
		case from < until[element]:
			return fmt.Errorf("%s does not follow %s", instantText(from), instantText(until[element]))
		}
		until[element] = to
		return nil
	}
	for _, v := range c.Values {
		if err := check(v.At, v.At+1, v.Element); err != nil {
			return err
		}
	}
	for _, r := range c.Runs {
		if err := check(r.From, r.To, r.Element); err != nil {
			return err
		}
	}
	seen := map[string]bool{}
	for _, e := range c.Elements {
		key := fmt.Sprint(e.Path, e.Unit, e.Currency, e.Attributes)
		if seen[key] {
			return fmt.Errorf("element %s twice", key)
		}
		seen[key] = true
	}
	return nil
}

// compareGolden compares with what lies beside a document, or writes that with -update.
func compareGolden(t *testing.T, file, got string) {
	t.Helper()
	golden := strings.TrimSuffix(file, ".xml") + ".golden"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("(-golden, +got)\n%s", diff)
	}
}
