package entsoe

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entsoed/timeseries"
)

// fixtures is the folder of recorded answers. Without it a test is left out,
// but never in CI.
func fixtures(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("FIXTURES_DIR")
	if dir == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("FIXTURES_DIR is not set")
		}
		t.Skip("FIXTURES_DIR is not set: no recorded answers to compare with")
	}
	return dir
}

// TestDecodeRecorded compares every recorded answer of the documents that are
// read, point by point, with an independent reading.
func TestDecodeRecorded(t *testing.T) {
	dir := fixtures(t)
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.xml"))
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(body, []byte("<GL_MarketDocument")) && !bytes.Contains(body, []byte("<Publication_MarketDocument")) {
			continue
		}
		read++
		name, _ := filepath.Rel(dir, file)
		t.Run(name, func(t *testing.T) { compareWithOracle(t, body) })
	}
	if read < 80 {
		t.Errorf("only %d answers in %s", read, dir)
	}
}

// compareWithOracle demands that the decoder and the oracle read the same
// points, or that both refuse the document.
func compareWithOracle(t *testing.T, body []byte) {
	t.Helper()
	_, want, wantErr := oracle(bytes.NewReader(body), Zone)
	header, got, err := decodeRows(bytes.NewReader(body))
	if wantErr != nil && err != nil {
		t.Logf("both refuse it: %v | %v", err, wantErr)
		return
	}
	if err != nil || wantErr != nil {
		t.Fatalf("decoder: %v, oracle: %v", err, wantErr)
	}
	if header.Series == 0 || len(got) == 0 {
		t.Errorf("%d TimeSeries, %d points", header.Series, len(got))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-oracle, +decoder)\n%s", diff)
	}
}

// decodeRows decodes a document into rows as the oracle has them.
func decodeRows(r interface{ Read([]byte) (int, error) }) (Header, []oracleRow, error) {
	var rows []oracleRow
	series, period := 0, 0
	header, err := Decode(r, Zone, Visitor{Curve: func(h Header, c *Curve) error {
		if h.Series != series {
			series, period = h.Series, 0
		}
		period++
		labels := map[string]string{}
		for name, value := range c.Attributes {
			if name != timeseries.GenerationUnit {
				labels[name] = value
			}
		}
		for _, v := range c.Values {
			e := c.Elements[v.Element]
			rows = append(rows, oracleRow{
				Series: series, Period: period, Labels: labels, Quantity: e.Path, Unit: e.Unit, Currency: e.Currency,
				At: timeseries.Point{At: v.At}.Time(), Value: v.Value,
			})
		}
		return nil
	}})
	return header, rows, err
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
		doc, _, err := oracle(bytes.NewReader(body), Zone)
		if err != nil {
			t.Fatal(err)
		}
		header, rows, err := decodeRows(bytes.NewReader(body))
		if err != nil || len(rows) > 0 {
			t.Errorf("%s: %v, %d points", file, err, len(rows))
		}
		same := slices.EqualFunc(header.Reasons, doc.Reasons, func(a Reason, b oracleReason) bool {
			return a.Code == strip(b.Code) && a.Text == strip(b.Text) && a.Text != ""
		})
		created := ""
		if !header.CreatedAt.IsZero() {
			created = header.CreatedAt.Format(time.RFC3339)
		}
		if !same || len(header.Reasons) == 0 || header.MRID != strip(doc.MRID) || created != strip(doc.Created) {
			t.Errorf("%s: %+v, want %+v", file, header, doc)
		}
	}
}
