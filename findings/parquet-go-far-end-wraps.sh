#!/usr/bin/env bash
# parquet-go: a time after 2262 turns into one of the past, without an error.
#
# Contracts and outages "until further notice" end in 9999. Nanoseconds have no room
# for it in 64 bits, microseconds do, but a time.Time goes through nanoseconds for
# either: the year 9999 is written as 1816. An int64 of microseconds keeps it.
set -euo pipefail
dir=$(mktemp -d); trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT; cd "$dir"
go mod init finding 2>/dev/null
cat > main.go <<'GO'
package main

import (
	"bytes"
	"fmt"
	"time"

	"github.com/parquet-go/parquet-go"
)

type nano struct {
	Until time.Time `parquet:"until,timestamp(nanosecond)"`
}

type micro struct {
	Until time.Time `parquet:"until,timestamp(microsecond)"`
}

type number struct {
	Until int64 `parquet:"until,timestamp(microsecond)"`
}

// through writes a row and reads it back.
func through[T any](row T) T {
	var file bytes.Buffer
	if err := parquet.Write(&file, []T{row}); err != nil {
		panic(err)
	}
	rows, err := parquet.Read[T](bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		panic(err)
	}
	return rows[0]
}

func main() {
	far := time.Date(9999, 12, 31, 23, 0, 0, 0, time.UTC)
	fmt.Println("nanoseconds:", through(nano{far}).Until.UTC().Year())
	fmt.Println("microseconds:", through(micro{far}).Until.UTC().Year())
	fmt.Println("microseconds as int64:", time.UnixMicro(through(number{far.UnixMicro()}).Until).UTC().Year())
}
GO
go get github.com/parquet-go/parquet-go@v0.32.0 2>/dev/null
grep parquet-go/parquet-go go.mod
go run . | tee seen
diff seen - <<'OUT' && echo "as found"
nanoseconds: 1816
microseconds: 1816
microseconds as int64: 9999
OUT
