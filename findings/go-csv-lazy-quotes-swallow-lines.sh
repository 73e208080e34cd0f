#!/usr/bin/env bash
# Go's encoding/csv on tab-separated files: one field that begins with a quote takes
# the following lines with it, LazyQuotes or not.
#
# The platform's File Library has tab-separated files without quoting: a quote in a
# name is a character. With Comma = '\t' and LazyQuotes, whose comment speaks of
# quotes in unquoted fields, a field that begins with one is still quoted: it goes on
# over tabs and line ends to the next quote, and rows vanish without an error.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
cat > main.go <<'GO'
package main

import (
	"encoding/csv"
	"fmt"
	"strings"
)

func main() {
	file := "Unit\tMW\n\"North\" 1\t400\nSouth 1\t300\nEast 1\t200\n\"West\" 1\t100\n"
	r := csv.NewReader(strings.NewReader(file))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = '\t', true, -1
	rows, err := r.ReadAll()
	fmt.Println("lines:", strings.Count(file, "\n"), "error:", err)
	for _, row := range rows {
		fmt.Printf("%q\n", row)
	}
}
GO
go version | cut -d' ' -f3
go run main.go | tee seen
diff seen - <<'OUT' && echo "as found"
lines: 5 error: <nil>
["Unit" "MW"]
["North\" 1\t400\nSouth 1\t300\nEast 1\t200\n\"West\" 1\t100\n"]
OUT
