package entsoe

import (
	"time"

	"entsoed/timeseries"
)

// SplitWindow cuts w into windows that the platform accepts under a limit:
// half-open, adjacent and together w, so that no boundary point is lost.
//
// The platform adds the limit to the window's start in UTC and refuses what
// ends later (entsoe-py#546): P1M from 30 April 22:00Z ends on 30 May 22:00Z,
// so that the local month of May is refused. A limit of zero cuts nothing.
func SplitWindow(w timeseries.Window, limit timeseries.Step) []timeseries.Window {
	var parts []timeseries.Window
	for !w.Empty() {
		part := firstPart(w, limit)
		parts = append(parts, part)
		w.From = part.To
	}
	return parts
}

// firstPart returns the longest part of w from its start on that a limit allows.
func firstPart(w timeseries.Window, limit timeseries.Step) timeseries.Window {
	if limit == (timeseries.Step{}) {
		return w
	}
	if to := limit.Add(w.From, 1, time.UTC); to.Before(w.To) {
		w.To = to
	}
	return w
}

// Split widens w as Widen does and cuts it as SplitWindow does, but at the
// beginning of market days where the item is answered in whole days and the
// limit leaves room for one.
func (i Item) Split(w timeseries.Window, limit timeseries.Step, zone *time.Location) []timeseries.Window {
	w = i.Widen(w, zone)
	if !i.WholeDays {
		return SplitWindow(w, limit)
	}
	var parts []timeseries.Window
	for !w.Empty() {
		part := firstPart(w, limit)
		if cut := MarketDay.Start(part.To, zone); cut.After(part.From) && part.To.Before(w.To) {
			part.To = cut
		}
		parts = append(parts, part)
		w.From = part.To
	}
	return parts
}

// Widen returns the window that is really asked: whole market days where the
// platform answers so, else whole quarter hours, because it refuses windows
// that do not fit the market time unit.
func (i Item) Widen(w timeseries.Window, zone *time.Location) timeseries.Window {
	if i.WholeDays {
		return MarketDay.Around(w, zone)
	}
	from, to := w.From.UTC().Truncate(quarterHour), w.To.UTC().Truncate(quarterHour)
	if to.Before(w.To) {
		to = to.Add(quarterHour)
	}
	return timeseries.Window{From: from, To: to}
}

// Accepts reports whether an interval of an answer is plausible for the asked
// window: it may reach beyond it within the whole days (or weeks, months,
// years, as the item's grain says) around the window, in the area's zone, in
// that of Brussels or in UTC, for the platform is not consistent. Farther out
// the answer is wrong.
//
// Yearly answers may also hold the whole year in which the window starts in
// UTC: 2023 for a window from 2023-12-31T23:00Z. Quarters and years may be told in
// weeks, of which the first and the last lie in two of them, and it is not
// documented to which month such a week belongs.
func (i Item) Accepts(asked, interval timeseries.Window, zone *time.Location) bool {
	grain := max(i.Grain, MarketDay)
	for _, z := range []*time.Location{zone, Brussels(), time.UTC} {
		around := grain.Around(asked, z)
		switch {
		case grain == MarketYear:
			year := time.Date(asked.From.UTC().Year(), time.January, 1, 0, 0, 0, 0, z).UTC()
			around.From = timeseries.Earlier(around.From, year)
			fallthrough
		case grain == MarketQuarter:
			around = MarketWeek.Around(around, z)
		case grain == MonthOfWeeks:
			weeks := MarketWeek.Around(MarketMonth.Around(asked, z), z)
			around.From, around.To = timeseries.Earlier(around.From, weeks.From), timeseries.Later(around.To, weeks.To)
		}
		if interval.Intersect(around) == interval {
			return true
		}
	}
	return false
}
