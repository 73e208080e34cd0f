package document

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"entsoed/entsoe"
)

// fixtures is the folder of recorded answers. Without it a test is left out.
func fixtures(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("FIXTURES_DIR")
	if dir == "" {
		t.Skip("FIXTURES_DIR is not set: no recorded answers to compare with")
	}
	return dir
}

// TestDecodeRecorded compares every document of every recorded answer with an
// independent reading: header, points and what stands beside them.
func TestDecodeRecorded(t *testing.T) {
	dir := fixtures(t)
	roots := map[string]int{}
	for _, pattern := range []string{"*.xml", "*.zip"} {
		files, err := filepath.Glob(filepath.Join(dir, "*", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if filepath.Base(filepath.Dir(file)) == "_handmade_and_other" {
				continue
			}
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			name, _ := filepath.Rel(dir, file)
			t.Run(name, func(t *testing.T) {
				for _, document := range unpacked(t, body) {
					roots[compareWithOracle(t, document)]++
				}
			})
		}
	}
	if len(roots) < 12 || roots["Balancing_MarketDocument"] < 10 || roots["Unavailability_MarketDocument"] < 30 || roots["GL_MarketDocument"]+roots["Publication_MarketDocument"] < 80 {
		t.Errorf("too few answers in %s: %v", dir, roots)
	}
}

// unpacked returns a document, or those in a ZIP, also of ZIPs.
func unpacked(t *testing.T, body []byte) (documents [][]byte) {
	t.Helper()
	if !bytes.HasPrefix(body, []byte("PK")) {
		return [][]byte{body}
	}
	archive, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range archive.File {
		r, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		documents = append(documents, unpacked(t, content)...)
	}
	return documents
}

// compareWithOracle demands that the decoder and the oracle read the same in a
// document, or that both refuse it, and returns its root.
func compareWithOracle(t *testing.T, body []byte) (root string) {
	t.Helper()
	want, wantErr := oracle(bytes.NewReader(body), entsoe.Zone)
	header, got, err := decodeWhole(bytes.NewReader(body))
	if wantErr != nil && err != nil {
		t.Logf("both refuse it: %v | %v", err, wantErr)
		return header.Root
	}
	if err != nil || wantErr != nil {
		t.Fatalf("decoder: %v, oracle: %v", err, wantErr)
	}
	want.Header = comparedTimes(want.Header)
	if diff := cmp.Diff(want, got, comparing); diff != "" {
		t.Errorf("(-oracle, +decoder)\n%s", diff)
	}
	if header.Series != len(want.Records) {
		t.Errorf("%d TimeSeries, want %d", header.Series, len(want.Records))
	}
	compareDocument(t, body, want)
	return header.Root
}

var comparing = cmp.Options{cmp.AllowUnexported(oracleHeader{}), cmpopts.EquateEmpty()}

// compareDocument demands the same of what is kept as a whole.
func compareDocument(t *testing.T, body []byte, want oracleDocument) {
	t.Helper()
	d, err := DecodeDocument(context.Background(), bytes.NewReader(body), entsoe.Zone, nil)
	if !wholeRoots[want.Header.Root] {
		if !errors.Is(err, ErrUnreadRoot) {
			t.Errorf("%s as a whole: %v", want.Header.Root, err)
		}
		return
	}
	if err != nil || len(d.Parts) != len(want.Records) {
		t.Fatalf("%d parts, want %d: %v", len(d.Parts), len(want.Records), err)
	}
	if diff := cmp.Diff(want.Header, comparedHeader(d.Header), comparing); diff != "" {
		t.Errorf("(-oracle, +document)\n%s", diff)
	}
	for i, part := range d.Parts {
		runs := 0
		for _, row := range want.Rows {
			if row.Series == i+1 {
				runs++
			}
		}
		feeds := 0
		for _, detail := range part.Details {
			if detail.Name == feedIn {
				feeds++
			}
		}
		if len(part.Runs)+feeds != runs || len(part.Details)-feeds != len(want.Records[i].Details) || !cmp.Equal(map[string]string(part.Attributes), want.Records[i].Labels) {
			t.Errorf("part %d: %+v, want %+v", i+1, part, want.Records[i])
		}
	}
}

// TestDecodeHandmade refuses the files of the folder that are no documents of
// the platform, with the place where that shows.
func TestDecodeHandmade(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(fixtures(t), "_handmade_and_other", "*.xml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = decodeWhole(bytes.NewReader(body))
		decode, ok := errors.AsType[*DecodeError](err)
		if !ok || decode.Line == 0 || decode.Column == 0 || !errors.Is(err, ErrUnknownRoot) && !errors.Is(err, ErrHTML) {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// TestDecodeRecordedAcknowledgements reads the reasons of recorded refusals.
func TestDecodeRecordedAcknowledgements(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(fixtures(t), "acknowledgement", "*.xml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no acknowledgements: %v", err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if header, _, err := decodeWhole(bytes.NewReader(body)); err != nil || len(header.Reasons) == 0 || header.Reasons[0].Text == "" {
			t.Errorf("%s: %v, %+v", file, err, header)
		}
	}
}
