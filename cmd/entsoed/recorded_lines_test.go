package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"entsoed/entsoe"
	"entsoed/timeseries"
)

// line is what is compared of a value: its attributes by name, with "at" and
// "value", or of a row without points its details.
type line map[string]any

// text writes the named members of a line.
func (l line) text(names ...string) string {
	var parts []string
	for _, name := range names {
		if value, ok := l[name]; ok && value != nil && value != "" {
			parts = append(parts, fmt.Sprintf("%s=%v", name, value))
		}
	}
	return strings.Join(parts, " ")
}

// decodedLines returns what decode prints of a body as sorted lines in the terms
// of the tables: of series each once, of documents as spans of equal values, and
// PT1H is PT60M. A refusal is what it says instead. The lines are read as they
// are printed: an outage may be years of minutes.
func decodedLines(t *testing.T, body string, item entsoe.Item) (lines []string, refusal string) {
	t.Helper()
	printed, out := io.Pipe()
	go func() {
		refusal, _ = decodeTo(out, body)
		out.Close()
	}()
	scanner := bufio.NewScanner(printed)
	scanner.Buffer(nil, 1<<20)
	documents := spans{t: t}
	for scanner.Scan() {
		switch item.Shape {
		case timeseries.ShapeDocuments:
			documents.add(scanner.Text())
		case timeseries.ShapeList, timeseries.ShapeRegister:
			lines = append(lines, entryLine(parseLine(t, scanner.Text())))
		default:
			lines = append(lines, parseLine(t, scanner.Text()).text(pointLine()...))
		}
	}
	if err := scanner.Err(); err != nil {
		t.Fatal(err)
	}
	documents.end()
	return sorted(append(lines, documents.lines...), item), refusal
}

func parseLine(t *testing.T, text string) line {
	t.Helper()
	l := line{}
	if err := json.Unmarshal([]byte(text), &l); err != nil {
		t.Fatal(err)
	}
	if l[timeseries.Resolution] == "PT1H" {
		l[timeseries.Resolution] = "PT60M"
	}
	return l
}

// sorted returns lines in order; of series equal ones count once.
func sorted(lines []string, item entsoe.Item) []string {
	lines = append([]string{}, lines...)
	slices.Sort(lines)
	if item.Shape == timeseries.ShapeSeries {
		return slices.Compact(lines)
	}
	return lines
}

func pointLine() []string { return append(slices.Clone(pointColumns), "at", "value") }

// storedLines returns all that the tables hold as decodedLines does.
func storedLines(t *testing.T, url string, item entsoe.Item) []string {
	t.Helper()
	var lines []string
	switch item.Shape {
	case timeseries.ShapeDocuments:
		lines = storedDocuments(t, url)
	case timeseries.ShapeList, timeseries.ShapeRegister:
		lines = storedEntries(t, url)
	default:
		rows := query(t, url, `
			select to_jsonb(s), at, value
			from (select * from entsoe.points union all select * from entsoe.points_fast) p
			join entsoe.series s on s.id = p.series_id`)
		for _, row := range rows {
			l := attributesOf(row[0])
			l["at"], l["value"] = printedTime(row[1]), row[2]
			lines = append(lines, l.text(pointLine()...))
		}
	}
	return sorted(lines, item)
}

// attributesOf reads a row of entsoe.series.
func attributesOf(row any) line {
	columns := row.(map[string]any)
	l := line{timeseries.Constraint: columns["constraint_id"]}
	for name, value := range columns["other"].(map[string]any) {
		l[name] = value
	}
	for name, value := range columns {
		if value != nil {
			l[name] = value
		}
	}
	return l
}

func printedTime(at any) string {
	if t, ok := at.(time.Time); ok {
		return t.UTC().Format(time.RFC3339)
	}
	return fmt.Sprint(at) // infinity
}

// entryLine writes a value of a list, or a record. The units of the factors of
// a constraint are not kept, and categories only of prices.
func entryLine(l line) string {
	if _, record := l["value"]; !record {
		return l.text(append(slices.Clone(pointColumns), "details")...)
	}
	price := strings.HasSuffix(fmt.Sprint(l[timeseries.Quantity]), "amount")
	names := slices.DeleteFunc(pointLine(), func(name string) bool {
		switch name {
		case timeseries.Unit, timeseries.Currency:
			return l[timeseries.Constraint] != nil
		case timeseries.PriceCategory, timeseries.PriceDirection, timeseries.PriceComponent:
			return !price
		}
		return false
	})
	return l.text(names...)
}

// storedEntries writes a line for every value of every row and step, and for
// rows without points the row.
func storedEntries(t *testing.T, url string) []string {
	t.Helper()
	var lines []string
	rows := query(t, url, `
		select to_jsonb(s), e.at, e.until, e.values, e.details
		from entsoe.entries e join entsoe.series s on s.id = e.series_id where known_until = 'infinity'`)
	for _, row := range rows {
		l := attributesOf(row[0])
		details := row[4].(map[string]any)
		if name := details[timeseries.UnitName]; name != nil {
			l[timeseries.UnitName] = name
			delete(details, timeseries.UnitName)
		}
		if l[timeseries.Resolution] == nil {
			delete(l, timeseries.Quantity)
			l["details"] = details
			lines = append(lines, entryLine(l))
			continue
		}
		step, err := timeseries.ParseStep(l[timeseries.Resolution].(string))
		if err != nil {
			t.Fatal(err)
		}
		for at := row[1].(time.Time); ; at = step.Add(at, 1, time.UTC) {
			for path, value := range row[3].(map[string]any) {
				lines = append(lines, valueLine(l, path, at, value))
			}
			if step.Calendar() || !step.Add(at, 1, time.UTC).Before(row[2].(time.Time)) {
				break
			}
		}
	}
	return lines
}

// valueLine writes one value of a row.
func valueLine(row line, path string, at time.Time, value any) string {
	l := line{}
	for name, attribute := range row {
		l[name] = attribute
	}
	if i := strings.LastIndex(path, "/"); i >= 0 && l[timeseries.Constraint] != nil && len(path)-i == 17 {
		path, l[timeseries.PTDFArea] = path[:i], path[i+1:]
	}
	if strings.HasSuffix(path, "amount") {
		l[timeseries.Unit] = l["price_unit"]
	} else {
		delete(l, timeseries.Currency)
	}
	l[timeseries.Quantity], l["at"], l["value"] = path, printedTime(at), value
	return entryLine(l)
}

// documentColumns are compared of documents; what a unit is called, and how
// finely it was sent, is kept otherwise.
var documentColumns = []string{
	keyMRID, keyRevision, timeseries.DocumentType, timeseries.ProcessType, timeseries.BusinessType, timeseries.Area, timeseries.CounterArea,
	timeseries.PSRType, timeseries.Resource, timeseries.GenerationUnit, timeseries.Status, "from", "to", "value",
}

// spans joins the printed points of documents.
type spans struct {
	t     *testing.T
	lines []string

	last       line            // that may go on
	head, tail string          // of its text: what stands before and after the time
	step       timeseries.Step // of its points
	next       time.Time       // after its last point
}

// add adds a printed line. Most go on with the one before it.
func (s *spans) add(text string) {
	head, at, tail := cutPoint(text)
	if s.last != nil && at != "" && head == s.head && tail == s.tail && at == printedTime(s.next) {
		s.next = s.step.Add(s.next, 1, time.UTC)
		return
	}
	l := parseLine(s.t, text)
	if l[timeseries.Status] == "A05" {
		delete(l, timeseries.Status)
	}
	if at == "" { // a record has no values
		s.end()
		delete(l, "from")
		delete(l, "to")
		s.last = l
		return
	}
	from, err := time.Parse(time.RFC3339, at)
	if err != nil {
		s.t.Fatal(err)
	}
	l["from"] = at
	goesOn := s.last != nil && printedTime(s.next) == at && s.last["value"] == l["value"] && sameBut(s.last, l)
	if !goesOn {
		s.end()
		s.last = l
	}
	if s.step, err = timeseries.ParseStep(l[timeseries.Resolution].(string)); err != nil {
		s.t.Fatal(err)
	}
	s.head, s.tail, s.next = head, tail, s.step.Add(from, 1, time.UTC)
}

// end writes the line that goes on no further.
func (s *spans) end() {
	if s.last == nil {
		return
	}
	if s.last["from"] != nil {
		s.last["to"] = printedTime(s.next)
	}
	s.lines = append(s.lines, s.last.text(documentColumns...))
	s.last = nil
}

// cutPoint cuts a printed point around its time; a record has none.
func cutPoint(text string) (head, at, tail string) {
	const before, length = `"at":"`, len("2006-01-02T15:04:05Z")
	i := strings.LastIndex(text, before)
	if i < 0 || !strings.Contains(text[i:], `"value":`) {
		return text, "", ""
	}
	i += len(before)
	return text[:i], text[i : i+length], text[i+length:]
}

// sameBut compares all but the span and the value.
func sameBut(a, b line) bool {
	names := documentColumns[:len(documentColumns)-3]
	return a.text(names...) == b.text(names...)
}

// storedDocuments writes a line for every run of every part, and one for parts
// and documents without.
func storedDocuments(t *testing.T, url string) []string {
	t.Helper()
	var lines []string
	rows := query(t, url, `
		select to_jsonb(d), to_jsonb(p), r.at, r.until, r.mw
		from entsoe.documents d left join entsoe.document_parts p on p.document_id = d.id
		left join entsoe.document_runs r on r.document_id = d.id and r.n = p.n`)
	for _, row := range rows {
		l := line(row[0].(map[string]any))
		if l[timeseries.Status] == "A05" {
			delete(l, timeseries.Status)
		}
		if part, ok := row[1].(map[string]any); ok {
			for _, name := range documentColumns {
				if value := part[name]; value != nil {
					l[name] = value
				}
			}
		}
		if row[2] != nil {
			l["from"], l["to"], l["value"] = printedTime(row[2]), printedTime(row[3]), row[4]
		}
		lines = append(lines, l.text(documentColumns...))
	}
	return lines
}
