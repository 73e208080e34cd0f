package answer

import (
	"time"

	"entsoed/entsoe"
	"entsoed/timeseries"
)

// authoritative returns where an answer says all that there is: where its
// Periods are, and between two of one day. The platform shows what it has withdrawn by a gap between Periods:
// of curve type A03 there is no other way. A day without any is no gap, for asked
// alone its answer would be that there is no data, which takes nothing back: how
// windows are cut, which is by days, must not matter.
func authoritative(periods []timeseries.Window, zone *time.Location) []timeseries.Window {
	var all []timeseries.Window
	for _, w := range timeseries.Union(periods) {
		day := entsoe.MarketDay.Around(timeseries.Window{From: w.From, To: w.From.Add(time.Second)}, zone)
		if last := len(all) - 1; last >= 0 && day.From.Before(all[last].To) {
			all[last].To = w.To
			continue
		}
		all = append(all, w)
	}
	return all
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
