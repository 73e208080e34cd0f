package store

import (
	"time"

	"entsoed/timeseries"

	"github.com/jackc/pgx/v5/pgtype"
)

// multirange is how pgx reads and writes a tstzmultirange.
type multirange = pgtype.Multirange[pgtype.Range[time.Time]]

// toMultirange leaves out empty windows; PostgreSQL sorts and merges the rest.
func toMultirange(windows []timeseries.Window) multirange {
	m := multirange{}
	for _, w := range windows {
		if !w.Empty() {
			m = append(m, pgtype.Range[time.Time]{
				Lower: w.From, LowerType: pgtype.Inclusive, Upper: w.To, UpperType: pgtype.Exclusive, Valid: true,
			})
		}
	}
	return m
}

// fromMultirange expects finite, half-open ranges.
func fromMultirange(m multirange) []timeseries.Window {
	var windows []timeseries.Window
	for _, r := range m {
		windows = append(windows, timeseries.Window{From: r.Lower.UTC(), To: r.Upper.UTC()})
	}
	return windows
}
