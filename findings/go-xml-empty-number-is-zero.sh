#!/usr/bin/env bash
# Go's encoding/xml: an empty element becomes the number 0, without an error.
#
# A Point whose quantity is there but empty has no value. Unmarshalled into a
# float64 it is 0, which in market data is a value like any other, while a blank or
# "n/a" in its place is an error. A pointer does not tell them apart either: it points at 0.
# encoding/json refuses the empty string for a number.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
cat > main.go <<'GO'
package main

import (
	"encoding/xml"
	"fmt"
)

type period struct {
	Points []struct {
		Position int      `xml:"position"`
		Quantity float64  `xml:"quantity"`
		Pointer  *float64 `xml:"quantity2"`
	} `xml:"Point"`
}

func main() {
	for _, text := range []string{"<quantity></quantity>", "<quantity/>", "<quantity> </quantity>", "<quantity2/>", "<quantity>n/a</quantity>"} {
		var p period
		err := xml.Unmarshal([]byte("<Period><Point><position>1</position>"+text+"</Point></Period>"), &p)
		if err != nil {
			fmt.Println(text, "is an error")
			continue
		}
		fmt.Println(text, "is", p.Points[0].Quantity, "pointer set:", p.Points[0].Pointer != nil)
	}
}
GO
go version | cut -d' ' -f3
go run main.go | tee seen
diff seen - <<'OUT' && echo "as found"
<quantity></quantity> is 0 pointer set: false
<quantity/> is 0 pointer set: false
<quantity> </quantity> is an error
<quantity2/> is 0 pointer set: true
<quantity>n/a</quantity> is an error
OUT
