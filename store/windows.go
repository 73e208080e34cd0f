package store

import (
	"slices"
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

// union returns the windows sorted and merged, without empty ones.
func union(windows []timeseries.Window) []timeseries.Window {
	sorted := slices.DeleteFunc(slices.Clone(windows), timeseries.Window.Empty)
	slices.SortFunc(sorted, func(a, b timeseries.Window) int { return a.From.Compare(b.From) })
	var merged []timeseries.Window
	for _, w := range sorted {
		last := len(merged) - 1
		switch {
		case last < 0 || w.From.After(merged[last].To):
			merged = append(merged, w)
		case w.To.After(merged[last].To):
			merged[last].To = w.To
		}
	}
	return merged
}
