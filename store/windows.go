package store

import (
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"entsoed/timeseries"
)

// multirangeText writes windows as PostgreSQL reads them. pgx cannot send an
// array of multiranges.
func multirangeText(windows []timeseries.Window) string {
	var parts []string
	for _, w := range windows {
		if !w.Empty() {
			parts = append(parts, rangeText(w))
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// rangeText writes a window as PostgreSQL reads it.
func rangeText(w timeseries.Window) string {
	if w.Empty() {
		return "empty"
	}
	return "[" + w.From.UTC().Format(time.RFC3339Nano) + "," + w.To.UTC().Format(time.RFC3339Nano) + ")"
}

// Multirange is how pgx reads and writes a tstzmultirange.
type Multirange = pgtype.Multirange[pgtype.Range[time.Time]]

// toMultirange leaves out empty windows; PostgreSQL sorts and merges the rest.
func toMultirange(windows []timeseries.Window) Multirange {
	m := Multirange{}
	for _, w := range windows {
		if !w.Empty() {
			m = append(m, pgtype.Range[time.Time]{
				Lower: w.From, LowerType: pgtype.Inclusive, Upper: w.To, UpperType: pgtype.Exclusive, Valid: true,
			})
		}
	}
	return m
}

// FromMultirange expects finite, half-open ranges.
func FromMultirange(m Multirange) []timeseries.Window {
	var windows []timeseries.Window
	for _, r := range m {
		windows = append(windows, timeseries.Window{From: r.Lower.UTC(), To: r.Upper.UTC()})
	}
	return windows
}
