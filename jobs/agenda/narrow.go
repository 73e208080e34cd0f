package agenda

import (
	"slices"
	"time"

	"entsoed/entsoe"
	"entsoed/timeseries"
)

// sample is the newest day of a window that was refused in words that nobody
// knows. The platform changes its words and its limits without notice: if it
// answers the day, the window was too long. If it does not, the window is
// refused as a whole, so that a feed that is refused for good costs a job one
// request more.
type sample struct {
	Day, Whole timeseries.Window
	Answered   bool
}

// cutDay is a window within a day that was cut, how much the platform found in
// it, 0 if it did not say, and whether cutting it was no help.
type cutDay struct {
	Window timeseries.Window
	Found  int
	Whole  bool
}

// mayBeLong reports whether a refusal may be about the length of the window in
// hand: nobody knows its words, and the window can be cut at the beginning of a
// day.
func (a Agenda) mayBeLong(o Outcome) bool {
	return o.Kind == Unexplained && !a.oneDocument && a.halves(a.windows[0]) != nil
}

// narrow replaces the window in hand by shorter ones. Where they are no help,
// what the pages of one hold is taken. A day whose parts were no better is asked
// once more as a whole.
func (a Agenda) narrow(o Outcome) (Agenda, Step) {
	if o.Part && a.partly >= mostInRow {
		return a.takePart()
	}
	w := a.windows[0]
	a, parts, limit := a.shorter(o)
	switch {
	case parts == nil && !o.Part:
		return a.refuse(true)
	case parts == nil && a.windows[0] != w:
		a.day.Whole = true
		return a, Step{}
	case parts == nil:
		return a.takePart()
	}
	a.windows = slices.Concat(parts, a.windows[1:])
	return a.learn(o, limit, parts[0])
}

// shorter cuts the window in hand: by the limit that the platform names, or
// where that is no help in halves. Nil: it cannot be cut.
func (a Agenda) shorter(o Outcome) (next Agenda, parts []timeseries.Window, limit timeseries.Step) {
	w := a.windows[0]
	if parts := entsoe.SplitWindow(w, o.Limit); len(parts) > 1 {
		if a.oneDocument {
			return a, parts[:1], timeseries.Step{} // the document is asked for, not the time
		}
		slices.Reverse(parts)
		return a, parts, o.Limit
	}
	if parts := a.halves(w); parts != nil {
		return a, parts, timeseries.Step{}
	}
	next, parts = a.withinDay(w, o.Found)
	return next, parts, timeseries.Step{}
}

// withinDay cuts a window of less than a day of an item that is answered exactly
// as it is asked. That helps where the platform counts what happened, such as
// redispatches, and not where it counts curves, for they run through the day:
// if there is as much in a quarter of an hour as in all of it, the window is
// taken as a whole again, and cannot be cut.
func (a Agenda) withinDay(w timeseries.Window, found int) (Agenda, []timeseries.Window) {
	if a.Item.WholeDays || a.Item.Grain != entsoe.Exact || a.day.Whole && w == a.day.Window {
		return a, nil
	}
	if w.Intersect(a.day.Window) != w {
		a.day = cutDay{Window: w, Found: found}
	}
	parts := shorterThanDay(w)
	if parts == nil && found > 0 && found >= a.day.Found {
		a = a.rejoin(a.day.Window)
	}
	return a, parts
}

// leastForMany is the shortest length that too many instances teach. How much
// there is in months is the way of a feed; below, it is what happened on some
// days, and would cut all others for nothing.
const leastForMany = 28 * 24 * time.Hour

// learn cuts what is still to be asked by a limit that the platform named, or by
// the length that is left after it refused a window without naming one that
// helps.
func (a Agenda) learn(o Outcome, limit timeseries.Step, part timeseries.Window) (Agenda, Step) {
	length := part.To.Sub(part.From)
	many := o.Kind == TooMany && length >= leastForMany && !a.oneDocument
	if limit == (timeseries.Step{}) && (many || o.Kind == TooLong) {
		const day = 24 * time.Hour
		limit = timeseries.Step{Days: int((length + day - 1) / day)}
	}
	if limit == (timeseries.Step{}) {
		return a, Step{}
	}
	a.Limit = limit
	var cut []timeseries.Window
	for _, w := range a.windows {
		parts := entsoe.SplitWindow(w, limit)
		slices.Reverse(parts)
		cut = append(cut, parts...)
	}
	a.windows = cut
	return a, Step{Learn: limit}
}
