package answer

import (
	"time"

	"entsoed/entsoe"
	"entsoed/timeseries"
)

// authoritative returns where an answer says everything that there is: in its
// Periods, and between two of them within one day. The platform shows what it
// has withdrawn as a gap between Periods; with curve type A03 there is no other
// way. A whole day without Periods is no gap: if it were asked for alone, the
// answer would be "no data", which takes nothing back, and it must not matter
// how windows are cut.
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
