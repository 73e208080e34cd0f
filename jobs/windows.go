package jobs

import (
	"slices"
	"time"

	"entsoed/entsoe"
	"entsoed/timeseries"
)

// longestBridge is the longest stretch that is asked once more to save a
// request between two missing windows.
const longestBridge = 31 * 24 * time.Hour

// requests returns the windows to ask for what a feed misses, newest first: of a
// register the newest alone, for its state answers for all days.
func requests(item entsoe.Item, missing []timeseries.Window, limit timeseries.Step, zone *time.Location) []timeseries.Window {
	if item.Shape == timeseries.ShapeRegister {
		return newest(missing, zone)
	}
	return questions(item, missing, limit, zone)
}

// portions returns the windows by which a backfill hands out what a feed misses,
// a job each, newest first: the requests themselves, but of a register, whose
// latest state answers for all days, all of them.
func portions(item entsoe.Item, missing []timeseries.Window, limit timeseries.Step, zone *time.Location) []timeseries.Window {
	if item.Shape != timeseries.ShapeRegister {
		return questions(item, missing, limit, zone)
	}
	joined := timeseries.Union(missing)
	if len(joined) == 0 {
		return nil
	}
	return []timeseries.Window{{From: joined[0].From, To: joined[len(joined)-1].To}}
}

// questions returns the windows to ask for what a feed misses: widened as the
// item is answered, near ones joined where one request holds both, cut at the
// longest window that the platform answers, newest first.
func questions(item entsoe.Item, missing []timeseries.Window, limit timeseries.Step, zone *time.Location) []timeseries.Window {
	var wide []timeseries.Window
	for _, w := range missing {
		wide = append(wide, item.Widen(w, zone))
	}
	var asked []timeseries.Window
	for _, w := range bridged(timeseries.Union(wide), limit) {
		asked = append(asked, item.Split(w, limit, zone)...)
	}
	slices.Reverse(asked)
	return asked
}

// question returns the windows to ask for a window that somebody fixed, newest
// first. It is not widened to whole days: who asks for hours gets those
// hours covered, and whatever else the answer holds.
func question(item entsoe.Item, w timeseries.Window, limit timeseries.Step, zone *time.Location) []timeseries.Window {
	item.WholeDays = false
	asked := item.Split(w, limit, zone)
	slices.Reverse(asked)
	return asked
}

// bridged joins neighbours that are near enough for one request.
func bridged(windows []timeseries.Window, limit timeseries.Step) []timeseries.Window {
	var joined []timeseries.Window
	for _, w := range windows {
		last := len(joined) - 1
		if last < 0 {
			joined = append(joined, w)
			continue
		}
		both := timeseries.Window{From: joined[last].From, To: w.To}
		if w.From.Sub(joined[last].To) <= longestBridge && len(entsoe.SplitWindow(both, limit)) == 1 {
			joined[last] = both
			continue
		}
		joined = append(joined, w)
	}
	return joined
}

// newest returns the one window to ask of a register, whose latest state
// answers for all days that are missing: the last of these days.
func newest(missing []timeseries.Window, zone *time.Location) []timeseries.Window {
	joined := timeseries.Union(missing)
	if len(joined) == 0 {
		return nil
	}
	last := joined[len(joined)-1]
	last.From = later(last.From, entsoe.MarketDay.Start(last.To.Add(-time.Second), zone))
	return []timeseries.Window{last}
}

// halves cuts a window near its middle at the beginning of a local day, newest
// half first; nil if it lies within one day.
func halves(w timeseries.Window, zone *time.Location) []timeseries.Window {
	middle := w.From.Add(w.To.Sub(w.From) / 2)
	cut := entsoe.MarketDay.Start(middle, zone)
	if !cut.After(w.From) {
		cut = entsoe.MarketDay.Next(middle, zone)
	}
	return cutAt(w, cut)
}

// shorterThanDay cuts a window at a quarter of an hour, newest half first; nil
// if it is that short already.
func shorterThanDay(w timeseries.Window) []timeseries.Window {
	cut := w.From.Add(w.To.Sub(w.From) / 2).Truncate(quarterHour)
	if !cut.After(w.From) {
		cut = cut.Add(quarterHour)
	}
	return cutAt(w, cut)
}

func cutAt(w timeseries.Window, cut time.Time) []timeseries.Window {
	if !cut.After(w.From) || !cut.Before(w.To) {
		return nil
	}
	return []timeseries.Window{{From: cut, To: w.To}, {From: w.From, To: cut}}
}

// quarterHour is the shortest market time unit, at whose bounds windows begin
// and end.
const quarterHour = 15 * time.Minute
