#!/usr/bin/env bash
# sosodev/duration: P1Y is 8760 hours and P1M 730, in leap years too.
#
# The package reads ISO 8601 durations well, and its ToTimeDuration looks like the
# way to step through a Period. But a calendar step has no fixed length: the sum of
# twelve months from January 2024 ends a day early, and no month ends at midnight.
# It also takes "P" and "PT", which are no durations, for zero: a step of zero
# never gets anywhere.
set -euo pipefail
dir=$(mktemp -d); trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT; cd "$dir"
go mod init finding 2>/dev/null
cat > main.go <<'GO'
package main

import (
	"fmt"
	"time"

	"github.com/sosodev/duration"
)

func main() {
	for _, text := range []string{"P1Y", "P1M", "P", "PT"} {
		d, err := duration.Parse(text)
		if err != nil {
			fmt.Println(text, "is an error")
			continue
		}
		fmt.Println(text, "is", d.ToTimeDuration(), "and ends 2024-01-01 at", time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).Add(d.ToTimeDuration()).Format("2006-01-02 15:04"))
	}
}
GO
go get github.com/sosodev/duration@v1.4.0 2>/dev/null
grep sosodev go.mod
go run . | tee seen
diff seen - <<'OUT' && echo "as found"
P1Y is 8760h0m0s and ends 2024-01-01 at 2024-12-31 00:00
P1M is 730h0m0s and ends 2024-01-01 at 2024-01-31 10:00
P is 0s and ends 2024-01-01 at 2024-01-01 00:00
PT is 0s and ends 2024-01-01 at 2024-01-01 00:00
OUT
