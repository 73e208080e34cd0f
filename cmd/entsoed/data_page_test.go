package main

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entsoed/entsoe"
	"entsoed/timeseries"
)

// updatePage lets `just docs` write the generated pages instead of comparing
// them.
var updatePage = flag.Bool("update", false, "write the generated pages of docs/")

// comparePage demands that a generated page of docs/ says what is so.
func comparePage(t *testing.T, name string, page []byte) {
	t.Helper()
	file := filepath.Join("..", "..", "docs", name)
	if *updatePage {
		if err := os.WriteFile(file, page, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	there, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(there), string(page)); diff != "" {
		t.Errorf("docs/%s is out of date: run `just docs` (-there +should)\n%.3000s", name, diff)
	}
}

const pageHead = `# Data items

All %d data items of the platform that entsoed collects, in the platform's order. Each has a view of its name in the schema
` + "`entsoe`" + `, with all that is stored. Where several series compete for one value, ` + "`<item>_best`" + ` picks one per area and time; for prices
of areas that were split or merged, ` + "`<item>_continuous`" + ` joins their series. ` + "`<item>_by`" + ` gives curves by hour, local day, month or
another step, weighted by time, of the best values where there are some. ` + "`<view>_as_of`" + ` shows what was known at an earlier time.
` + "`\\d+ entsoe.<item>`" + ` in psql explains every column, and [analysis](analysis.md) which queries go wrong. [The README](../README.md#the-data)
says what the four ways of keeping an item are. This page is generated and tested: ` + "`just docs`" + ` writes it, and a test fetches every
item from the simulator and runs every query on it.

An area is written as in entsoe-py, such as DE_LU, and a border as DE_LU>FR: what leaves DE_LU and enters FR. Times are UTC; the clock
times of the timetables are those of Brussels. Volumes are rows a year in the view of one area or border, as the simulator publishes
the example; real areas differ.

| item | article | unit | kept as | per |
| --- | --- | --- | --- | --- |
`

// dataPage is the documentation of all data items, in Markdown.
func dataPage(samples []sample) []byte {
	var page bytes.Buffer
	fmt.Fprintf(&page, pageHead, len(samples))
	for _, s := range samples {
		fmt.Fprintf(&page, "| [%s](#%[1]s) | %s | %s | %s | %s |\n", s.Item.Name, s.Item.Article, s.Item.Unit, s.Item.Shape, place(s.Item))
	}
	for _, s := range samples {
		s.write(&page)
	}
	return page.Bytes()
}

func place(item entsoe.Item) string {
	if item.Domain.Border() {
		return "border"
	}
	return "area"
}

// write writes the section of one item.
func (s sample) write(page *bytes.Buffer) {
	all, _ := entsoe.ItemByName(s.Item.Name)
	fmt.Fprintf(page, "\n## %s\n\n%s. %s\n\n", all.Name, all.Title, all.Meaning)
	if all.Retired != "" {
		fmt.Fprintf(page, "The platform retired it in %s and refuses to answer; what was collected before stays.\n", all.Retired)
		return
	}
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(page, "- %s: %s\n", name, text)
		}
	}
	line("unit", all.Unit)
	line("data since", all.Since)
	line("views", s.Views)
	line("functions", s.Functions)
	for _, when := range publications(all) {
		line(when[0], when[1])
	}
	line("volume", s.volume())
	line("columns", s.Values)
	fmt.Fprintf(page, "\n```sql\n%s;\n```\n", s.Query)
}

// publications says when the variants of an item are published, those alike
// together.
func publications(item entsoe.Item) [][2]string {
	var all [][2]string
	for _, v := range item.Variants {
		seen, _ := item.For(v.Name)
		name, when := "published", publishing(seen)
		if v.Name != "" {
			name = fmt.Sprintf("`%s` (%s)", v.Name, v.Title)
		}
		if last := len(all) - 1; last >= 0 && all[last][1] == when {
			all[last][0] += ", " + name
			continue
		}
		all = append(all, [2]string{name, when})
	}
	return all
}

// publishing says when an item is published, asked and read again.
func publishing(item entsoe.Item) string {
	if item.Variants[0].OnDemand {
		return "asked by `entsoed fetch` and backfills only"
	}
	text := publication(item.Timetable.Unit, item.Timetable.First) + "; asked every " + short(item.Timetable.Every)
	for _, b := range item.Timetable.Bursts {
		text += fmt.Sprintf(", every %s from %s to %s", short(b.Every), clock(b.From), clock(b.To))
	}
	var again []string
	for _, r := range item.Timetable.Rereads {
		again = append(again, offsetText(item.Timetable.Unit, r.Earliest))
	}
	if len(again) > 0 {
		text += "; read again " + strings.Join(again, ", ")
	}
	return text
}

// volume tells how many rows a year the example's area has.
func (s sample) volume() string {
	if s.Item.Shape == timeseries.ShapeRegister {
		return fmt.Sprintf("%d rows at a time (%s)", s.Rows, s.Feed.AreaName())
	}
	const year = 365 * 24 * time.Hour
	rows := float64(s.Rows) * float64(year) / float64(max(s.Span, s.Window.To.Sub(s.Window.From)))
	digits := math.Pow(10, math.Floor(math.Log10(rows))-1)
	return fmt.Sprintf("about %.0f rows a year (%s)", math.Round(rows/digits)*digits, s.Feed.AreaName())
}
