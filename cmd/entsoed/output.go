package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// table writes rows below a heading, in columns that line up. A tab or line
// break inside a cell would tear the table apart and becomes a space.
func table(w io.Writer, heading []string, rows [][]string) error {
	columns := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	for _, row := range append([][]string{heading}, rows...) {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = strings.Join(strings.Fields(cell), " ")
		}
		fmt.Fprintln(columns, strings.TrimRight(strings.Join(cells, "\t"), "\t"))
	}
	return columns.Flush()
}

// details writes names and values, a pair a line. Pairs without a value are
// left out.
func details(w io.Writer, pairs [][2]string) error {
	columns := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	for _, pair := range pairs {
		if pair[1] != "" {
			fmt.Fprintf(columns, "%s:\t%s\n", pair[0], pair[1])
		}
	}
	return columns.Flush()
}

// printJSON writes value as one indented JSON document.
func printJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// instant prints an instant for people, in UTC; "-" if there is none.
func instant(t *time.Time) string {
	if t == nil || t.IsZero() {
		return "-"
	}
	return t.UTC().Format("2006-01-02 15:04:05Z")
}

// orDash shows that a cell is empty on purpose.
func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

// cut shortens a text to so many characters.
func cut(text string, most int) string {
	runes := []rune(oneLine(text))
	if len(runes) <= most {
		return string(runes)
	}
	return string(runes[:most-1]) + "…"
}

// count prints a number of things: "1 request", "2 requests".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
