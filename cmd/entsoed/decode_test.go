package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// decoded runs `entsoed decode` on standard input.
func decoded(body string, args ...string) (stdout, stderr string, status int) {
	var out bytes.Buffer
	stderr, status = decodeTo(&out, body, args...)
	return out.String(), stderr, status
}

// decodeTo lets decode print to a writer.
func decodeTo(out io.Writer, body string, args ...string) (stderr string, status int) {
	var errs bytes.Buffer
	env := environment{Stdin: strings.NewReader(body), Stdout: out, Stderr: &errs}
	cmd := decodeCommand(env)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetFlagErrorFunc(flagError)
	cmd.SetArgs(append([]string{"-"}, args...))
	if err := cmd.Execute(); err != nil {
		status = report(&errs, err)
	}
	return errs.String(), status
}

// handmade reads one of the handmade documents of the decoder's tests.
func handmade(t *testing.T, name string) string {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("..", "..", "entsoe", "document", "testdata", "documents", name+".xml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// zipped packs files of the given contents.
func zipped(t *testing.T, contents ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i, content := range contents {
		f, err := w.Create(string(rune('a'+i)) + ".xml")
		if err == nil {
			_, err = f.Write([]byte(content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const (
	loadLines = `{"document_type":"A65","process_type":"A16","business_type":"A04","area":"10YNL----------L","side":"out","quantity":"quantity","unit":"MAW","resolution":"PT60M","at":"2024-09-01T22:00:00Z","value":9100}
{"document_type":"A65","process_type":"A16","business_type":"A04","area":"10YNL----------L","side":"out","quantity":"quantity","unit":"MAW","resolution":"PT60M","at":"2024-09-01T23:00:00Z","value":8900.5}
{"document_type":"A65","process_type":"A16","business_type":"A04","area":"10YNL----------L","side":"out","quantity":"quantity","unit":"MAW","resolution":"PT60M","at":"2024-09-02T01:00:00Z","value":-12.25}
{"document_type":"A65","process_type":"A16","business_type":"A04","area":"10YBE----------2","side":"out","quantity":"quantity","unit":"MAW","resolution":"PT60M","at":"2024-09-01T22:00:00Z","value":7000}
{"document_type":"A65","process_type":"A16","business_type":"A04","area":"10YBE----------2","side":"out","quantity":"quantity","unit":"MAW","resolution":"PT60M","at":"2024-09-01T23:00:00Z","value":7001}
`
	borderLines = `{"document_type":"A31","business_type":"A31","area":"10YNL----------L","counter_area":"10YBE----------2","resource":"10T-0000-00001-A","contract":"A07","auction_type":"A02","auction_category":"A04","sequence":"3","status":"A02","quantity":"quantity","unit":"MAW","resolution":"PT60M","at":"2024-09-01T22:00:00Z","value":1400}
{"document_type":"A31","business_type":"A31","area":"10YNL----------L","counter_area":"10YBE----------2","resource":"10T-0000-00001-A","contract":"A07","auction_type":"A02","auction_category":"A04","sequence":"3","status":"A02","quantity":"quantity","unit":"MAW","resolution":"PT60M","at":"2024-09-01T23:00:00Z","value":1400}
{"document_type":"A31","business_type":"A31","area":"10YBE----------2","direction":"A01","agreement_type":"A01","product":"A05","price_category":"A06","status":"A02","quantity":"quantity","unit":"MAW","resolution":"PT60M","at":"2024-09-01T22:00:00Z","value":7}
`
	unitLines = `{"document_type":"A73","process_type":"A16","business_type":"A01","area":"10YNL----------L","side":"in","unit_name":"M&V <Zuid>\n \"Kade\" € Ærø","quantity":"quantity","unit":"MAW","resolution":"PT60M","at":"2024-09-01T22:00:00Z","value":1.5}
`
	noData = "entsoed: 999: No matching data found for Data item ENERGY_PRICES [12.1.D] (10YNL----------L, 10YNL----------L) and interval 2023-10-07T22:00:00Z/2023-10-08T22:00:00Z.; B11\n"
)

func TestDecode(t *testing.T) {
	load, border, refused := handmade(t, "blocks_a01"), handmade(t, "border_attributes"), handmade(t, "acknowledgement")
	for _, test := range []struct {
		name, body             string
		wantStdout, wantStderr string
		wantStatus             int
	}{
		{"an XML document", load, loadLines, "", 0},
		{"all attributes", border, borderLines, "", 0},
		{"a ZIP of documents, in order", zipped(t, border, load), borderLines + loadLines, "", 0},
		{"a ZIP in a ZIP", zipped(t, load, zipped(t, border)), loadLines + borderLines, "", 0},
		{"an acknowledgement", refused, "", noData, 3},
		{"an acknowledgement in a ZIP", zipped(t, refused), "", noData, 3},
		{"an acknowledgement beside data", zipped(t, refused, load), loadLines, noData, 0},
		{"a bad value", strings.Replace(load, "7001", "much", 1), strings.Join(strings.SplitAfter(loadLines, "\n")[:4], ""),
			"entsoed: line 61, column 19 (byte 2240): quantity \"much\" is no number; the value of 2024-09-01T23:00Z/2024-09-02T00:00Z is left out\n" +
				"entsoed: decode -: 1 fault, all else is printed\n", 1},
		{"a Point too many", strings.Replace(load, "</Point>\n    </Period>", "</Point><Point><position>9</position></Point>\n    </Period>", 1), loadLines,
			"entsoed: line 40, column 32 (byte 1618): position 9 lies beyond the Period 2024-09-01T22:00Z/2024-09-02T02:00Z of 4 intervals\n", 0},
		{"a TimeSeries that contradicts itself at its end", strings.Replace(load, "</TimeSeries>", "<businessType>A05</businessType></TimeSeries>", 1), strings.Join(strings.SplitAfter(loadLines, "\n")[3:], ""),
			"entsoed: line 42, column 17 (byte 1632): businessType stands after a Period of its TimeSeries; the TimeSeries of 2024-09-01T22:00Z/2024-09-02T02:00Z is left out\n" +
				"entsoed: more of a document is bad than good: a worker stores nothing of it\nentsoed: decode -: 1 fault, all else is printed\n", 1},
		{"bad documents in a ZIP", zipped(t, "", "<rss/>", load[:300], load), loadLines,
			"entsoed: document 1 (\"a.xml\"): line 1, column 1 (byte 0): the document ends before its root element; the document is left out\n" +
				"entsoed: document 2 (\"b.xml\"): line 1, column 1 (byte 0): unknown root element <rss>; the document is left out\n" +
				"entsoed: document 3 (\"c.xml\"): line 7, column 46 (byte 300): the document ends inside <sender_MarketParticipant.mRID>; the document is left out\n" +
				"entsoed: decode -: 3 faults, all else is printed\n", 1},
		{"a cut ZIP", zipped(t, load)[:300], "", "entsoed: decode -: cut or damaged ZIP: zip: not a valid zip file\n", 1},
		{"nothing", "", "", "entsoed: decode -: line 1, column 1 (byte 0): the document ends before its root element\n", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			stdout, stderr, status := decoded(test.body)
			if stdout != test.wantStdout || stderr != test.wantStderr || status != test.wantStatus {
				t.Errorf("exit status %d, want %d\nstdout\n%swant\n%sstderr\n%swant\n%s", status, test.wantStatus, stdout, test.wantStdout, stderr, test.wantStderr)
			}
		})
	}
	stdout, stderr, status := decoded(strings.Replace(load, "7001", "much", 1), "--strict")
	if want := strings.Join(strings.SplitAfter(loadLines, "\n")[:3], ""); stdout != want || status != 1 ||
		stderr != "entsoed: decode -: line 61, column 19 (byte 2240): quantity \"much\" is no number\n" {
		t.Errorf("strict: exit status %d\n%s%s", status, stdout, stderr)
	}
	if stdout, _, _ := decoded(handmade(t, "prefixes")); !strings.HasPrefix(stdout, unitLines) {
		t.Errorf("got %swant %s", stdout, unitLines)
	}
}

func TestDecodeCSV(t *testing.T) {
	const heading = "document_type,process_type,business_type,area,counter_area,side,direction,psr_type,resource,unit_name,contract,agreement_type,auction_type,auction_category,sequence,product,price_category,status,quantity,unit,currency,resolution,at,value\n"
	for name, want := range map[string]string{
		"same_curve_twice": heading + strings.Repeat(
			"A44,,A62,10YPL-AREA-----S,,,,,,,A01,,A01,,1,,,,price.amount,MWH,EUR,PT60M,2024-09-01T22:00:00Z,101.5\n"+
				"A44,,A62,10YPL-AREA-----S,,,,,,,A01,,A01,,1,,,,price.amount,MWH,EUR,PT60M,2024-09-01T23:00:00Z,99.99\n", 2) +
			"A44,,A62,10YPL-AREA-----S,,,,,,,A01,,A01,,1,,,,price.amount,MWH,PLN,PT60M,2024-09-01T22:00:00Z,434.42\n" +
			"A44,,A62,10YPL-AREA-----S,,,,,,,A01,,A01,,1,,,,price.amount,MWH,PLN,PT60M,2024-09-01T23:00:00Z,427.95\n",
		"acknowledgement": "",
	} {
		if stdout, _, _ := decoded(handmade(t, name), "--format", "csv"); stdout != want {
			t.Errorf("%s: got\n%swant\n%s", name, stdout, want)
		}
	}
	quoted := "A73,A16,A01,10YNL----------L,,in,,,,\"M&V <Zuid>\n \"\"Kade\"\" € Ærø\",,,,,,,,,quantity,MAW,,PT60M,2024-09-01T22:00:00Z,1.5\n"
	if stdout, _, _ := decoded(handmade(t, "prefixes"), "--format=csv"); !strings.HasPrefix(stdout, heading+quoted) {
		t.Errorf("got\n%swant\n%s", stdout, heading+quoted)
	}
}

// TestDecodeTwoValues prints both values of a Point, in its order.
func TestDecodeTwoValues(t *testing.T) {
	stdout, _, status := decoded(handmade(t, "two_values"))
	lines := strings.Split(stdout, "\n")
	const common = `{"document_type":"A25","business_type":"B05","area":"10YCZ-CEPS-----N","counter_area":"10YSK-SEPS-----K","contract":"A01","auction_type":"A02","auction_category":"A01","sequence":"1",`
	for i, want := range []string{
		common + `"quantity":"quantity","unit":"MAW","resolution":"PT60M","at":"2016-01-01T23:00:00Z","value":1234}`,
		common + `"quantity":"price.amount","unit":"MWH","currency":"EUR","resolution":"PT60M","at":"2016-01-01T23:00:00Z","value":8}`,
	} {
		if status != 0 || lines[i] != want {
			t.Errorf("line %d: got\n%s\nwant\n%s", i+1, lines[i], want)
		}
	}
}

func TestDecodeCommandLine(t *testing.T) {
	if _, stderr, status := decoded("", "--format", "xml"); status != exitUsage || !strings.Contains(stderr, `--format is "xml": must be json or csv`) {
		t.Errorf("exit status %d: %s", status, stderr)
	}
	env := environment{Stdout: &bytes.Buffer{}, Stderr: &bytes.Buffer{}}
	if err := decodeFile(t.Context(), env, filepath.Join(t.TempDir(), "none.xml"), formatJSON, false); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
	file := filepath.Join(t.TempDir(), "load.xml")
	var out bytes.Buffer
	env.Stdout = &out
	if err := os.WriteFile(file, []byte(handmade(t, "blocks_a01")), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := decodeFile(t.Context(), env, file, formatJSON, false); err != nil || out.String() != loadLines {
		t.Errorf("%v: %s", err, out.String())
	}
}

// TestDecodeStopsAtFullPipe ends with the writer's error.
func TestDecodeStopsAtFullPipe(t *testing.T) {
	full := errors.New("no space left on device")
	env := environment{Stdin: strings.NewReader(handmade(t, "blocks_a01")), Stdout: failingWriter{full}, Stderr: &bytes.Buffer{}}
	if err := decodeFile(t.Context(), env, "-", formatJSON, false); !errors.Is(err, full) {
		t.Errorf("%v", err)
	}
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

func TestAppendNumber(t *testing.T) {
	for _, test := range []struct {
		value float64
		want  string
	}{
		{0, "0"}, {1, "1"}, {-0.01, "-0.01"}, {9100, "9100"}, {0.1, "0.1"}, {123456789012, "123456789012"}, {123456.654321, "123456.654321"},
		{0.000001, "0.000001"}, {99999999999999999, "100000000000000000"}, {1e21, "1e+21"}, {-1.5e-10, "-1.5e-10"},
	} {
		if got := string(appendNumber(nil, test.value)); got != test.want {
			t.Errorf("%v: got %s, want %s", test.value, got, test.want)
		}
	}
}
