package main

import (
	"encoding/json"
	"fmt"
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

// decodedLines reads what decode prints as sorted lines in the terms of the
// tables: of series each once, of documents as spans of equal values, and PT1H
// is PT60M.
func decodedLines(t *testing.T, printed string, item entsoe.Item) []string {
	t.Helper()
	var all []line
	decoder := json.NewDecoder(strings.NewReader(printed))
	for decoder.More() {
		l := line{}
		if err := decoder.Decode(&l); err != nil {
			t.Fatal(err)
		}
		if l[timeseries.Resolution] == "PT1H" {
			l[timeseries.Resolution] = "PT60M"
		}
		all = append(all, l)
	}
	var lines []string
	switch item.Shape {
	case entsoe.Documents:
		lines = documentLines(t, all)
	case entsoe.List, entsoe.Register:
		for _, l := range all {
			lines = append(lines, entryLine(l))
		}
	default:
		for _, l := range all {
			lines = append(lines, l.text(pointLine()...))
		}
	}
	return sorted(lines, item)
}

// sorted returns lines in order; of series equal ones count once.
func sorted(lines []string, item entsoe.Item) []string {
	lines = append([]string{}, lines...)
	slices.Sort(lines)
	if item.Shape == entsoe.Series {
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
	case entsoe.Documents:
		lines = storedDocuments(t, url)
	case entsoe.List, entsoe.Register:
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

// documentLines joins the points of documents to spans.
func documentLines(t *testing.T, points []line) []string {
	t.Helper()
	var lines []string
	var last line
	end := func() {
		if last != nil {
			lines = append(lines, last.text(documentColumns...))
		}
	}
	for _, p := range points {
		if p[timeseries.Status] == "A05" {
			delete(p, timeseries.Status)
		}
		if _, ok := p["value"]; ok {
			step, err := timeseries.ParseStep(p[timeseries.Resolution].(string))
			if err != nil {
				t.Fatal(err)
			}
			at, err := time.Parse(time.RFC3339, p["at"].(string))
			if err != nil {
				t.Fatal(err)
			}
			p["from"], p["to"] = p["at"], printedTime(step.Add(at, 1, time.UTC))
			if last != nil && last["to"] == p["from"] && last["value"] == p["value"] && sameBut(last, p) {
				last["to"] = p["to"]
				continue
			}
		} else {
			delete(p, "from")
			delete(p, "to")
		}
		end()
		last = p
	}
	end()
	return lines
}

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
