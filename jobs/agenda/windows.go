// Package agenda decides what a job asks next: the windows that are still to be
// asked, how they are cut, what a refusal teaches, and when to give up. It knows
// no clock, no database and no network: an outcome goes in, the next agenda and
// what there is to write down come out.
package agenda

import (
	"slices"
	"time"

	"entsoed/entsoe"
	"entsoed/timeseries"
)

// longestBridge is the longest stretch that is asked once more to save a
// request between two missing windows.
const longestBridge = 31 * 24 * time.Hour

// quarterHour is the shortest market time unit, at whose bounds windows begin
// and end.
const quarterHour = 15 * time.Minute

// Cut says how what is asked of a feed is cut into windows, a request each.
type Cut struct {
	Item  entsoe.Item // as the feed's variant sees it
	Zone  *time.Location
	Limit timeseries.Step // longest window of one request; zero: any length
}

// Requests returns the windows to ask for what a feed misses, newest first: of a
// register the newest alone, for its state answers for all days.
func (c Cut) Requests(missing []timeseries.Window) []timeseries.Window {
	if c.Item.Shape.OneState() {
		return c.newestDay(missing)
	}
	return c.windows(missing)
}

// Portions returns the windows by which a backfill hands out what a feed misses,
// a job each, newest first: the requests themselves, but of a register, whose
// latest state answers for all days, all of them.
func (c Cut) Portions(missing []timeseries.Window) []timeseries.Window {
	if !c.Item.Shape.OneState() {
		return c.windows(missing)
	}
	joined := timeseries.Union(missing)
	if len(joined) == 0 {
		return nil
	}
	return []timeseries.Window{{From: joined[0].From, To: joined[len(joined)-1].To}}
}

// Newest returns what one request holds of windows, at their end; of a register
// all of them.
func (c Cut) Newest(windows []timeseries.Window) []timeseries.Window {
	if len(windows) == 0 || c.Item.Shape.OneState() {
		return windows
	}
	return c.windows(windows)[:1]
}

// Fixed returns the windows to ask for a window that somebody fixed, newest
// first. It is not widened to whole days: who asks for hours gets those hours
// covered, and whatever else the answer holds.
func (c Cut) Fixed(w timeseries.Window) []timeseries.Window {
	c.Item.WholeDays = false
	asked := c.Item.Split(w, c.Limit, c.Zone)
	slices.Reverse(asked)
	return asked
}

// windows returns the windows to ask for what a feed misses: widened as the
// item is answered, near ones joined where one request holds both, cut at the
// longest window that the platform answers, newest first.
func (c Cut) windows(missing []timeseries.Window) []timeseries.Window {
	var wide []timeseries.Window
	for _, w := range missing {
		wide = append(wide, c.Item.Widen(w, c.Zone))
	}
	var asked []timeseries.Window
	for _, w := range c.bridged(timeseries.Union(wide)) {
		asked = append(asked, c.Item.Split(w, c.Limit, c.Zone)...)
	}
	slices.Reverse(asked)
	return asked
}

// bridged joins neighbours that are near enough for one request.
func (c Cut) bridged(windows []timeseries.Window) []timeseries.Window {
	var joined []timeseries.Window
	for _, w := range windows {
		last := len(joined) - 1
		if last < 0 {
			joined = append(joined, w)
			continue
		}
		both := timeseries.Window{From: joined[last].From, To: w.To}
		if w.From.Sub(joined[last].To) <= longestBridge && len(entsoe.SplitWindow(both, c.Limit)) == 1 {
			joined[last] = both
			continue
		}
		joined = append(joined, w)
	}
	return joined
}

// newestDay returns the last day of the windows.
func (c Cut) newestDay(windows []timeseries.Window) []timeseries.Window {
	joined := timeseries.Union(windows)
	if len(joined) == 0 {
		return nil
	}
	last := joined[len(joined)-1]
	if day := entsoe.MarketDay.Start(last.To.Add(-time.Second), c.Zone); day.After(last.From) {
		last.From = day
	}
	return []timeseries.Window{last}
}

// halves cuts a window near its middle at the beginning of a local day, newest
// half first; nil if it lies within one day.
func (c Cut) halves(w timeseries.Window) []timeseries.Window {
	middle := w.From.Add(w.To.Sub(w.From) / 2)
	cut := entsoe.MarketDay.Start(middle, c.Zone)
	if !cut.After(w.From) {
		cut = entsoe.MarketDay.Next(middle, c.Zone)
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
