// Package agenda decides what a job asks next: which windows are left, how they
// are cut, what a refusal teaches, and when to give up. It knows no clock, no
// database and no network. An outcome goes in; the next agenda and what to
// record come out.
package agenda

import (
	"slices"
	"time"

	"entsoed/entsoe"
	"entsoed/timeseries"
)

// longestBridge is the longest gap between two missing windows that is asked
// again for the sake of asking for both at once.
const longestBridge = 31 * 24 * time.Hour

// quarterHour is the shortest market time unit. Windows begin and end at its
// bounds.
const quarterHour = 15 * time.Minute

// Cut says how the windows of a feed are cut into requests.
type Cut struct {
	Item  entsoe.Item // as the feed's variant sees it
	Zone  *time.Location
	Limit timeseries.Step // longest window of one request; zero: any length
}

// Requests returns the windows to ask for what a feed misses, newest first. If
// the newest state holds for all days, that is the newest day alone.
func (c Cut) Requests(missing []timeseries.Window) []timeseries.Window {
	if c.Item.Shape.OneState() {
		return c.newestDay(missing)
	}
	return c.windows(missing)
}

// Portions returns the windows, newest first, that a backfill hands out for what
// a feed misses, one job each. They are the requests; but where the newest state
// holds for all days, they are one window around all that is missing.
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

// Newest returns the last of the windows, as much as one request holds; where
// the newest state holds for all days, all of them.
func (c Cut) Newest(windows []timeseries.Window) []timeseries.Window {
	if len(windows) == 0 || c.Item.Shape.OneState() {
		return windows
	}
	return c.windows(windows)[:1]
}

// Fixed returns the windows, newest first, to ask for a window that somebody
// chose. It is not widened to whole days: coverage then says of those hours that
// they were asked for, and of no others, whatever else the answer holds.
func (c Cut) Fixed(w timeseries.Window) []timeseries.Window {
	c.Item.WholeDays = false
	asked := c.Item.Split(w, c.Limit, c.Zone)
	slices.Reverse(asked)
	return asked
}

// windows returns the windows to ask for what a feed misses, newest first:
// widened to what the platform answers, joined where one request holds two of
// them, and cut at the limit.
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

// bridged joins neighbours that one request holds.
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

// newestDay returns the last day of the windows, rounded out to whole minutes: a
// backfill reaches to the second in which it was started, and a request does not.
func (c Cut) newestDay(windows []timeseries.Window) []timeseries.Window {
	joined := timeseries.Union(windows)
	if len(joined) == 0 {
		return nil
	}
	last := joined[len(joined)-1]
	if day := entsoe.MarketDay.Start(last.To.Add(-time.Second), c.Zone); day.After(last.From) {
		last.From = day
	}
	last.From = last.From.Truncate(time.Minute)
	last.To = last.To.Add(time.Minute - 1).Truncate(time.Minute)
	return []timeseries.Window{last}
}

// halves cuts a window at the beginning of the local day nearest to its middle
// and returns the newer half first. It returns nil for a window within one day.
func (c Cut) halves(w timeseries.Window) []timeseries.Window {
	return c.halvesAt(entsoe.MarketDay, w)
}

// halvesAt cuts a window near its middle, where a market day, week, month or year
// begins, and returns the newer half first. It returns nil for a window within one.
func (c Cut) halvesAt(grain entsoe.Grain, w timeseries.Window) []timeseries.Window {
	middle := w.From.Add(w.To.Sub(w.From) / 2)
	cut := grain.Start(middle, c.Zone)
	if !cut.After(w.From) {
		cut = grain.Next(middle, c.Zone)
	}
	return cutAt(w, cut)
}

// shorterThanDay cuts a window at a quarter of an hour and returns the newer
// half first. It returns nil if the window is that short already.
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
