package answer

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"entsoed/entsoe"
	"entsoed/entsoe/document"
	"entsoed/timeseries"
)

// recording is a recorded answer with the question that it answers.
type recording struct {
	File      string
	Question  Question
	Documents [][]byte
}

// reading reads all documents of a recording, each changed first.
func (r recording) reading(t *testing.T, change func([]byte) []byte) (*Reader, Answer, error) {
	t.Helper()
	reader := NewReader(r.Question)
	for _, text := range r.Documents {
		if change != nil {
			text = change(text)
		}
		if _, err := reader.Read(t.Context(), bytes.NewReader(text)); err != nil {
			return reader, Answer{}, err
		}
	}
	got, err := reader.Answer()
	return reader, got, err
}

// recordings returns the recorded answers of the catalogue's items that name
// what was asked: by their request, or by the areas of the document.
func recordings(t *testing.T) []recording {
	t.Helper()
	folder := os.Getenv("FIXTURES_DIR")
	if folder == "" {
		t.Skip("FIXTURES_DIR is not set: it holds the recorded answers")
	}
	index, err := os.Open(filepath.Join(folder, "INDEX.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer index.Close()
	rows, err := csv.NewReader(index).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var all []recording
	for _, values := range rows[1:] {
		row := map[string]string{}
		for i, name := range rows[0] {
			row[name] = values[i]
		}
		if r, ok := recorded(t, folder, row); ok {
			all = append(all, r)
		}
	}
	if len(all) < 90 {
		t.Fatalf("only %d recorded answers were found", len(all))
	}
	return all
}

// made are samples that were written by hand: they break off, hold Points beyond
// their Period, or repeat what another item is about.
var made = map[string]string{
	"day_ahead_prices/6.xml":  "a guide's sample of an explicit auction, which is asked for by explicit_use_of_transfer_capacity",
	"day_ahead_prices/11.xml": "a test of Points beyond their Period",
}

func recorded(t *testing.T, folder string, row map[string]string) (recording, bool) {
	t.Helper()
	item, ok := entsoe.ItemByName(row["data_item"])
	if _, left := made[row["file"]]; !ok || left || !strings.HasSuffix(row["root"], "_MarketDocument") || row["root"] == "Acknowledgement_MarketDocument" {
		return recording{}, false
	}
	r := recording{File: row["file"]}
	body, err := os.ReadFile(filepath.Join(folder, r.File))
	if err != nil {
		t.Fatal(err)
	}
	if r.Documents = [][]byte{body}; document.IsZIP(body) {
		if r.Documents, err = document.Unzip(t.Context(), body, 64<<20); err != nil {
			t.Fatalf("%s: %v", r.File, err)
		}
	}
	params := map[string]string{}
	u, err := url.Parse(row["request"])
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range u.Query() {
		params[strings.ToLower(name)] = value[0]
	}
	for _, pair := range strings.Split(row["area"], ";") {
		name, eic, _ := strings.Cut(strings.ToLower(pair), "=")
		if name = strings.TrimSuffix(name, ".mrid"); row["request"] == "" {
			params[name] = strings.ToUpper(eic)
		}
	}
	r.Question.Feed, r.Question.Item, ok = feedOf(item, params, row)
	r.Question.Zone, r.Question.Window = r.Question.Feed.Zone(), spanOf(t, r)
	if r.Question.Window.From.IsZero() { // what holds without a Period
		r.Question.Window = timeseries.Window{From: time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2018, 1, 1, 0, 0, 0, 0, time.UTC)}
		for layout, text := range map[string]string{"200601021504": params["periodstart"], time.DateOnly: params["implementation_dateandortime"]} {
			if from, err := time.Parse(layout, text); err == nil {
				r.Question.Window = timeseries.Window{From: from, To: from.AddDate(1, 0, 0)}
			}
		}
	}
	return r, ok
}

// feedOf returns the feed that asks for a recording: of the variants the one whose
// parameters are those of the request, or whose process is that of the document.
func feedOf(item entsoe.Item, params, row map[string]string) (entsoe.Feed, entsoe.Item, bool) {
	first := func(names []string) string {
		for _, name := range names {
			if eic := params[strings.TrimSuffix(strings.ToLower(name), ".mrid")]; eic != "" {
				return eic
			}
		}
		return ""
	}
	areas, counters := item.Domain.Names()
	feed := entsoe.Feed{Item: item.Name, Area: first(areas), CounterArea: first(counters)}
	if feed.Area == "" {
		feed.Area = first([]string{"inBiddingZone_Domain", "outBiddingZone_Domain", "out_Domain", "biddingZone_Domain", "controlArea_Domain", "area_Domain", "flowBasedStudy_Domain"})
	}
	if feed.Area == "" || item.Domain.Border() != (feed.CounterArea != "") {
		return feed, item, false
	}
	for _, v := range item.Variants {
		fits := true
		for _, p := range v.Params {
			want := params[strings.ToLower(p.Name)]
			switch strings.ToLower(p.Name) {
			case "processtype":
				want = strings.Trim(want+","+row["processType"], ",")
			case "businesstype":
				want = strings.Trim(want+","+row["businessType"], ",")
			}
			fits = fits && (want == "" || strings.Contains(want, p.Value))
		}
		if fits {
			feed.Variant = v.Name
			one, _ := item.For(v.Name)
			return feed, one, true
		}
	}
	return feed, item, false
}

// spanOf returns the time that the Periods of a recording are about; empty if it
// has none.
func spanOf(t *testing.T, r recording) timeseries.Window {
	t.Helper()
	var w timeseries.Window
	grow := func(p timeseries.Window) {
		if w.From.IsZero() || p.From.Before(w.From) {
			w.From = p.From
		}
		w.To = timeseries.Later(w.To, p.To)
	}
	for _, text := range r.Documents {
		header, err := document.Decode(context.Background(), bytes.NewReader(text), entsoe.Zone, document.Visitor{
			Curve: func(_ document.Header, c *document.Curve) error { grow(c.Period); return nil },
		})
		if err != nil {
			t.Fatalf("%s: %v", r.File, err)
		}
		if !header.Period.From.IsZero() {
			grow(header.Period)
		}
	}
	return w
}

// TestRecordedAnswersAreWhatWasAsked: what the platform answered differs from
// what was asked only as the catalogue says.
func TestRecordedAnswersAreWhatWasAsked(t *testing.T) {
	for _, r := range recordings(t) {
		_, got, err := r.reading(t, nil)
		if err != nil || len(got.Faults) > 0 {
			t.Errorf("%s, asked by %v: %v, faults %+v", r.File, r.Question.Feed, err, got.Faults)
		}
	}
}

// TestForeignAnswersAreRefused: recordings that are made to answer another
// question store nothing and say why.
func TestForeignAnswersAreRefused(t *testing.T) {
	changes := []struct {
		name   string
		change func(r recording) func([]byte) []byte
		want   string
	}{
		{"another area", func(r recording) func([]byte) []byte {
			for _, other := range []string{"10YFR-RTE------C", "10YES-REE------0", "10YCZ-CEPS-----N"} {
				if other != r.Question.Feed.Area && other != r.Question.Feed.CounterArea {
					return replacing(r.Question.Feed.Area, other)
				}
			}
			return nil
		}, "it is about"},
		{"another document type", func(r recording) func([]byte) []byte {
			return func(text []byte) []byte {
				text = bytes.Replace(text, []byte("<type>A"), []byte("<type>Z"), 1)
				return bytes.Replace(text, []byte("<type>B"), []byte("<type>Z"), 1)
			}
		}, "it is of document type Z"},
		{"another process type", func(r recording) func([]byte) []byte {
			if expect := entsoe.Expect(r.Question.Feed); expect.Header("", "Z00") == "" {
				return nil // it is not asked for
			}
			return replacing("<process.processType>A", "<process.processType>Z")
		}, "it is of process type Z"},
		{"the other side", func(r recording) func([]byte) []byte {
			switch item := r.Question.Item; {
			case item.Domain == entsoe.Border:
				return exchanging("in_Domain.mRID", "out_Domain.mRID")
			case item.Domain == entsoe.BalancingBorder:
				return exchanging("acquiring_Domain.mRID", "connecting_Domain.mRID")
			case item.Domain == entsoe.OutBiddingZone, item.Domain == entsoe.InDomain && !item.Answers.Consumption:
				return exchanging("inBiddingZone_Domain.mRID", "outBiddingZone_Domain.mRID")
			}
			return nil
		}, "it "},
	}
	for _, c := range changes {
		t.Run(c.name, func(t *testing.T) {
			tried := 0
			for _, r := range recordings(t) {
				change := c.change(r)
				if change == nil || !r.changedBy(change) {
					continue
				}
				tried++
				read, _, err := r.reading(t, change)
				wrong, ok := errors.AsType[*WrongError](err)
				if !ok || !strings.HasPrefix(wrong.Reason, c.want) || !read.Empty() {
					t.Errorf("%s, asked by %v: %v, want %q", r.File, r.Question.Feed, err, c.want)
				}
			}
			if tried < 20 {
				t.Errorf("only %d recordings were changed", tried)
			}
		})
	}
}

// changedBy reports whether a change finds what it changes, in each document.
func (r recording) changedBy(change func([]byte) []byte) bool {
	for _, text := range r.Documents {
		if bytes.Equal(change(text), text) {
			return false
		}
	}
	return true
}

func replacing(from, to string) func([]byte) []byte {
	return func(text []byte) []byte { return bytes.ReplaceAll(text, []byte(from), []byte(to)) }
}

func exchanging(a, b string) func([]byte) []byte {
	const between = "BETWEEN"
	return func(text []byte) []byte {
		return replacing(between, b)(replacing(b, a)(replacing(a, between)(text)))
	}
}

// TestNeighboursOfForeignCurves: a curve of another area stays out, all others
// are stored.
func TestNeighboursOfForeignCurves(t *testing.T) {
	tried := 0
	for _, r := range recordings(t) {
		area := []byte(r.Question.Feed.Area)
		whole, _, _ := r.reading(t, nil)
		if len(r.Documents) != 1 || r.Question.Item.Shape == timeseries.ShapeDocuments || bytes.Count(r.Documents[0], []byte("TimeSeries>")) < 6 {
			continue
		}
		first := func(text []byte) []byte { // the areas of the first TimeSeries
			end := bytes.Index(text, []byte("TimeSeries>"))
			end += 1 + bytes.Index(text[end+1:], []byte("TimeSeries>"))
			head := bytes.Index(text, []byte("TimeSeries>"))
			changed := bytes.ReplaceAll(text[head:end], area, []byte("10YTR-TEIAS----W"))
			return bytes.Join([][]byte{text[:head], changed, text[end:]}, nil)
		}
		if bytes.Equal(first(r.Documents[0]), r.Documents[0]) {
			continue // the document names the area for all
		}
		read, got, err := r.reading(t, first)
		if err != nil && strings.Contains(err.Error(), "so none is trusted") {
			continue // the first TimeSeries is most of it
		}
		tried++
		if err != nil || len(got.Faults) == 0 || got.Empty {
			t.Errorf("%s: %v, %d faults, empty %v", r.File, err, len(got.Faults), got.Empty)
		}
		if read.Points == 0 || read.Points >= whole.Points && r.Question.Item.Shape == timeseries.ShapeSeries {
			t.Errorf("%s: %d points of %d are left", r.File, read.Points, whole.Points)
		}
	}
	if tried < 10 {
		t.Errorf("only %d recordings were changed", tried)
	}
}
