#!/usr/bin/env bash
# parquet-go: a value of 0 in an optional float64 is written as null.
#
# A struct field of type float64 with the tag "optional" is the obvious column for
# a price that may be missing. The library takes Go's zero value for "missing", so
# every price of exactly 0 EUR/MWh, common at noon, comes back as null from any
# reader. A pointer keeps the two apart.
set -euo pipefail
dir=$(mktemp -d); trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT; cd "$dir"
go mod init finding 2>/dev/null
cat > main.go <<'GO'
package main

import (
	"bytes"
	"fmt"

	"github.com/parquet-go/parquet-go"
)

type plain struct {
	Price float64 `parquet:"price,optional"`
}

type pointed struct {
	Price *float64 `parquet:"price,optional"`
}

// nulls counts the nulls of a file's only column.
func nulls[T any](rows ...T) (n int64) {
	var file bytes.Buffer
	if err := parquet.Write(&file, rows); err != nil {
		panic(err)
	}
	f, err := parquet.OpenFile(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		panic(err)
	}
	for _, group := range f.RowGroups() {
		index, err := group.ColumnChunks()[0].ColumnIndex()
		if err != nil {
			panic(err)
		}
		for page := range index.NumPages() {
			n += index.NullCount(page)
		}
	}
	return n
}

func main() {
	zero, price := 0.0, 41.5
	fmt.Println("float64: nulls among 0 and 41.5:", nulls(plain{0}, plain{41.5}))
	fmt.Println("*float64: nulls among 0, 41.5 and nil:", nulls(pointed{&zero}, pointed{&price}, pointed{}))
}
GO
go get github.com/parquet-go/parquet-go@v0.32.0 2>/dev/null
grep parquet-go/parquet-go go.mod
go run . | tee seen
diff seen - <<'OUT' && echo "as found"
float64: nulls among 0 and 41.5: 1
*float64: nulls among 0, 41.5 and nil: 1
OUT
