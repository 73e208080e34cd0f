package document

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entsoed/entsoe"
)

// faultyBody is a document of two TimeSeries of two Periods each, from which
// damaged ones are made by a replacement: the curve of the Netherlands is of
// steps (A03), that of Belgium of blocks.
const faultyBody = `<GL_MarketDocument><mRID>m</mRID><type>A65</type><createdDateTime>2024-11-05T08:00:00Z</createdDateTime>
<TimeSeries><businessType>A04</businessType><outBiddingZone_Domain.mRID>NL</outBiddingZone_Domain.mRID><curveType>A03</curveType>
<Period><timeInterval><start>2024-09-01T00:00Z</start><end>2024-09-01T06:00Z</end></timeInterval><resolution>PT60M</resolution>
<Point><position>1</position><quantity>11</quantity></Point>
<Point><position>2</position><quantity>12</quantity></Point>
<Point><position>5</position><quantity>15</quantity></Point></Period>
<Period><timeInterval><start>2024-09-02T00:00Z</start><end>2024-09-02T02:00Z</end></timeInterval><resolution>PT60M</resolution>
<Point><position>1</position><quantity>21</quantity></Point></Period></TimeSeries>
<TimeSeries><businessType>A04</businessType><outBiddingZone_Domain.mRID>BE</outBiddingZone_Domain.mRID><curveType>A01</curveType>
<Period><timeInterval><start>2024-09-01T00:00Z</start><end>2024-09-01T03:00Z</end></timeInterval><resolution>PT60M</resolution>
<Point><position>1</position><quantity>31</quantity></Point>
<Point><position>2</position><quantity>32</quantity></Point>
<Point><position>3</position><quantity>33</quantity></Point></Period>
</TimeSeries></GL_MarketDocument>`

// spared decodes a document whose faults cost no more than what is wrong. It
// writes what is left and the faults, a line each.
func spared(document string) (values, faults []string, header Header, err error) {
	var ofSeries []string
	series := 0
	flush := func(h Header) {
		if h.Series != series {
			values, ofSeries, series = append(values, ofSeries...), nil, h.Series
		}
	}
	header, err = Decode(context.Background(), strings.NewReader(document), entsoe.Zone, Visitor{
		Curve: func(h Header, c *Curve) error {
			flush(h)
			for _, v := range c.Values {
				ofSeries = append(ofSeries, fmt.Sprintf("%s %s %v", c.Attributes["area"], time.Unix(v.At, 0).UTC().Format("01-02T15"), v.Value))
			}
			return nil
		},
		Fault: func(h Header, f *Fault) error {
			flush(h)
			if f.Scope == ScopeCurve {
				ofSeries = nil
			}
			span := "no span"
			if !f.Span.Empty() {
				span = f.Span.From.Format("02T15") + "/" + f.Span.To.Format("02T15")
			}
			place := f.Err.(*DecodeError)
			line := fmt.Sprintf("%s %s %s %d at %d: %s", f.Scope, f.Attributes["area"], span, f.Intervals, place.Line, place.Msg)
			if f.Harmless {
				line += " (harmless)"
			}
			faults = append(faults, line)
			return nil
		},
	})
	return append(values, ofSeries...), faults, header, err
}

func TestFaultsCostTheSmallest(t *testing.T) {
	all, none, header, err := spared(faultyBody)
	if err != nil || none != nil || len(all) != 11 || header.Good != 11 || header.Bad != 0 {
		t.Fatalf("undamaged: %v %v %v %+v", all, none, err, header)
	}
	first, second, belgium := all[:6], all[6:8], all[8:]
	join := func(parts ...[]string) (joined []string) {
		for _, p := range parts {
			joined = append(joined, p...)
		}
		return joined
	}
	for _, test := range []struct {
		name, old, new string
		values         []string
		faults         []string
	}{
		{"a value in steps ends the one before it", "<quantity>12<", "<quantity>n/a<", join(first[:1], first[4:], second, belgium),
			[]string{`value NL 01T01/01T04 3 at 5: quantity "n/a" is no number`}},
		{"the last value of steps", "<quantity>15<", "<quantity>NaN<", join(first[:4], second, belgium),
			[]string{`value NL 01T04/01T06 2 at 6: quantity "NaN" is no number`}},
		{"a value of blocks", "<quantity>32<", "<quantity>1e999<", join(first, second, belgium[:1], belgium[2:]),
			[]string{`value BE 01T01/01T02 1 at 12: quantity "1e999" is no number`}},
		{"an empty value of blocks", "<quantity>32<", "<quantity> <", join(first, second, belgium[:1], belgium[2:]),
			[]string{`value BE 01T01/01T02 1 at 12: quantity "" is no number`}},
		{"an empty value in steps ends the one before it", "<quantity>12</quantity>", "<quantity/>", join(first[:1], first[4:], second, belgium),
			[]string{`value NL 01T01/01T04 3 at 5: quantity "" is no number`}},
		{"two values that follow each other", "31</quantity></Point>\n<Point><position>2</position><quantity>32", "x</quantity></Point>\n<Point><position>2</position><quantity>y", join(first, second, belgium[2:]),
			[]string{`value BE 01T00/01T02 2 at 11: quantity "x" is no number (and 1 more of the Points that follow)`}},
		{"text in a Point", "<Point><position>2</position><quantity>32", "<Point>?<position>2</position><quantity>32", join(first, second, belgium[:1], belgium[2:]),
			[]string{`value BE 01T01/01T02 1 at 12: text inside <Point>, which holds elements`}},
		{"CDATA in a Point", "<Point><position>2</position><quantity>32", "<Point><![CDATA[</Point>]]><position>2</position><quantity>32", join(first, second, belgium[:1], belgium[2:]),
			[]string{`value BE 01T01/01T02 1 at 12: text inside <Point>, which holds elements`}},
		{"a Point in a Point", "<quantity>32", "<Point><position>3</position></Point><quantity>32", join(first, second, belgium[:1], belgium[2:]),
			[]string{`value BE 01T01/01T02 1 at 12: a Point where none belongs`}},
		{"two values in a Point", "<quantity>32", "<quantity>31</quantity><quantity>32", join(first, second, belgium[:1], belgium[2:]),
			[]string{`value BE 01T01/01T02 1 at 12: quantity stands twice in a Point`}},
		{"equal values in a Point", "<quantity>32", "<quantity>32.0</quantity><quantity>32", all, nil},

		{"a position twice, differing", "<position>3</position>", "<position>2</position>", join(first, second, belgium[:1]),
			[]string{`value BE 01T01/01T02 1 at 13: position 2 stands twice in the Period`}},
		{"a position twice in steps", "<position>5</position>", "<position>2</position>", join(first[:1], second, belgium),
			[]string{`value NL 01T01/01T06 5 at 6: position 2 stands twice in the Period`}},
		{"a Point twice", "<Point><position>2</position><quantity>32</quantity></Point>", strings.Repeat("<Point><position>2</position><quantity>32</quantity></Point>", 3), all, nil},
		{"a surplus Point", "</Point></Period>\n</TimeSeries></GL", "</Point><Point><position>4</position><quantity>34</quantity></Point><Point><position>9999999</position><quantity>?</quantity></Point></Period>\n</TimeSeries></GL", all,
			[]string{`value BE no span 0 at 13: position 4 lies beyond the Period 2024-09-01T00:00Z/2024-09-01T03:00Z of 3 intervals (and 1 more of the Points that follow) (harmless)`}},

		{"a surplus Point where one is missing", "<position>2</position><quantity>32", "<position>20</position><quantity>32", join(first, second, belgium[:1], belgium[2:]),
			[]string{`value BE 01T01/01T02 1 at 12: position 20 lies beyond the Period 2024-09-01T00:00Z/2024-09-01T03:00Z of 3 intervals`}},
		{"a surplus Point among steps", "<position>2</position><quantity>12", "<position>20</position><quantity>12", join(first[:1], first[4:], second, belgium),
			[]string{`value NL 01T01/01T04 3 at 5: position 20 lies beyond the Period 2024-09-01T00:00Z/2024-09-01T06:00Z of 6 intervals`}},
		{"a surplus Point before the others", "<Point><position>1</position><quantity>31", "<Point><position>20</position><quantity>3</quantity></Point><Point><position>1</position><quantity>31", all,
			[]string{`value BE no span 0 at 11: position 20 lies beyond the Period 2024-09-01T00:00Z/2024-09-01T03:00Z of 3 intervals (harmless)`}},
		{"an unknown resolution before the interval", "<timeInterval><start>2024-09-02T00:00Z</start><end>2024-09-02T02:00Z</end></timeInterval><resolution>PT60M</resolution>",
			"<resolution>often</resolution><timeInterval><start>2024-09-02T00:00Z</start><end>2024-09-02T02:00Z</end></timeInterval>", join(first, belgium),
			[]string{`Period NL 02T00/02T02 1 at 7: unknown resolution "often"`}},
		{"a position in words", "<position>2</position><quantity>12", "<position>two</position><quantity>12", join(second, belgium),
			[]string{`Period NL 01T00/01T06 6 at 5: position "two" is not between 1 and 999999`}},
		{"no position", "<position>2</position><quantity>12", "<quantity>12", join(second, belgium),
			[]string{`Period NL 01T00/01T06 6 at 5: a Point without a position`}},
		{"two positions", "<position>2</position><quantity>12", "<position>2</position><position>3</position><quantity>12", join(second, belgium),
			[]string{`Period NL 01T00/01T06 6 at 5: position stands twice`}},
		{"no resolution", "2024-09-02T02:00Z</end></timeInterval><resolution>PT60M", "2024-09-02T02:00Z</end></timeInterval><resolution>hourly", join(first, belgium),
			[]string{`Period NL 02T00/02T02 1 at 7: unknown resolution "hourly"`}},
		{"no start", "2024-09-02T00:00Z", "Monday", join(first, belgium),
			[]string{`Period NL no span 1 at 7: "Monday" is no time with a zone, such as 2024-09-01T22:00Z`}},
		{"no whole number", "2024-09-02T02:00Z", "2024-09-02T02:30Z", join(first, belgium),
			[]string{`Period NL 02T00/02T02 1 at 7: the Period 2024-09-02T00:00Z/2024-09-02T02:30Z is no whole number of PT60M`}},

		{"a field twice", "<businessType>A04</businessType><outBiddingZone_Domain.mRID>NL", "<businessType>A04</businessType><businessType>A05</businessType><outBiddingZone_Domain.mRID>NL", belgium,
			[]string{`TimeSeries  01T00/02T02 8 at 2: businessType stands twice`}},
		{"a field after a Period", "<quantity>21</quantity></Point></Period>", "<quantity>21</quantity></Point></Period><businessType>A05</businessType>", belgium,
			[]string{`TimeSeries  01T00/02T02 8 at 8: businessType stands after a Period of its TimeSeries`}},
		{"an unknown curve type", ">A03<", ">A02<", belgium,
			[]string{`TimeSeries NL 01T00/02T02 4 at 2: unknown curve type "A02"`}},
		{"a Point beside Periods", "</Period></TimeSeries>", "</Period><Point><position>1</position></Point></TimeSeries>", belgium,
			[]string{`TimeSeries NL 01T00/02T02 8 at 8: a Point where none belongs`}},
		{"a Point in what is not kept", "<TimeSeries><businessType>A04</businessType><outBiddingZone_Domain.mRID>NL", "<TimeSeries><mRID>1<Point><position>1</position></Point></mRID><businessType>A04</businessType><outBiddingZone_Domain.mRID>NL", belgium,
			[]string{`TimeSeries NL 01T00/02T02 8 at 2: a Point where none belongs`}},
		{"a moment of creation in words", "2024-11-05T08:00:00Z", "now", all,
			[]string{`document  no span 0 at 1: "now" is no time with a zone, such as 2024-09-01T22:00Z (harmless)`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			body := strings.Replace(faultyBody, test.old, test.new, 1)
			if body == faultyBody {
				t.Fatalf("%q does not occur", test.old)
			}
			values, faults, header, err := spared(body)
			if diff := cmp.Diff(test.values, values); err != nil || diff != "" {
				t.Errorf("%v; values (-want, +got)\n%s", err, diff)
			}
			if diff := cmp.Diff(test.faults, faults); diff != "" {
				t.Errorf("faults (-want, +got)\n%s", diff)
			}
			if header.Good != int64(len(values)) {
				t.Errorf("%d good intervals, %d values", header.Good, len(values))
			}
		})
	}
}

// However many Points repeat others, equal ones count once.
func TestFaultsOfManyDoubles(t *testing.T) {
	points := func(repeated string) string {
		var b strings.Builder
		for i := range 3 * maxFaults {
			fmt.Fprintf(&b, "<Point><position>%d</position><quantity>1</quantity></Point><Point><position>%d</position><quantity>%s</quantity></Point>", i+1, i+1, repeated)
			if i == 2*maxFaults {
				repeated = "1"
			}
		}
		return `<GL_MarketDocument><TimeSeries><curveType>A01</curveType><Period><timeInterval><start>2024-01-01T00:00Z</start><end>2025-01-01T00:00Z</end></timeInterval>` +
			"<resolution>PT15M</resolution>" + b.String() + "</Period></TimeSeries></GL_MarketDocument>"
	}
	if values, faults, _, err := spared(points("1.0")); err != nil || faults != nil || len(values) != 3*maxFaults {
		t.Errorf("%v, %d values, faults %v", err, len(values), faults)
	}
	values, faults, header, err := spared(points("2"))
	if err != nil || len(values) != maxFaults-1 || header.Bad != 2*maxFaults+1 || len(faults) != 1 {
		t.Errorf("%v, %d values, %d bad intervals, faults %v", err, len(values), header.Bad, faults)
	}
}

// What is no XML ends the reading, for nothing says what what follows belongs
// to; so does a header that contradicts itself.
func TestFaultsOfTheWhole(t *testing.T) {
	for name, replaced := range map[string][2]string{
		"not closed":               {"12</quantity>", "12"},
		"cut":                      {"</GL_MarketDocument>", ""},
		"a bad reference":          {"<quantity>12", "<quantity>&none;"},
		"two types":                {"<type>", "<type>A65</type><type>"},
		"a stray Point":            {"<type>", "<Point><position>1</position></Point><type>"},
		"a Point of whoever sends": {"<type>", "<sender_MarketParticipant.mRID><Point><position>1</position></Point></sender_MarketParticipant.mRID><type>"},
	} {
		_, _, _, err := spared(strings.Replace(faultyBody, replaced[0], replaced[1], 1))
		if _, ok := errors.AsType[*DecodeError](err); !ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A visitor refuses a Curve, and the others are read.
func TestFaultOfVisitor(t *testing.T) {
	var faults []string
	mine := errors.New("not asked for")
	refuse := func(_ Header, c *Curve) error {
		if c.Attributes["area"] == "BE" {
			return &RefusedError{mine}
		}
		return nil
	}
	header, err := Decode(t.Context(), strings.NewReader(faultyBody), entsoe.Zone, Visitor{Curve: refuse, Fault: func(_ Header, f *Fault) error {
		faults = append(faults, fmt.Sprintf("%s %s %v %v", f.Scope, f.Attributes["area"], f.Intervals, errors.Is(f.Err, mine)))
		return nil
	}})
	if diff := cmp.Diff([]string{"Period BE 3 true"}, faults); err != nil || diff != "" || header.Good != 8 || header.Bad != 3 {
		t.Errorf("%v, %d good, %d bad (-want, +got)\n%s", err, header.Good, header.Bad, diff)
	}
	if _, err := Decode(t.Context(), strings.NewReader(faultyBody), entsoe.Zone, Visitor{Curve: refuse}); !errors.Is(err, mine) {
		t.Errorf("without a visitor for faults: %v", err)
	}
}

// TestFaultsGolden compares what is left of handmade documents with faults, and the
// faults, with the text beside them.
func TestFaultsGolden(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "faults", "*.xml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no documents: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			values, faults, header, err := spared(string(body))
			if err != nil {
				t.Fatal(err)
			}
			lines := slices.Concat(values, faults, []string{fmt.Sprintf("%d good, %d bad", header.Good, header.Bad)})
			got := strings.Join(lines, "\n") + "\n"
			compareGolden(t, file, got)
		})
	}
}
