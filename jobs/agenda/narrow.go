package agenda

import (
	"slices"
	"time"

	"entsoed/entsoe"
	"entsoed/timeseries"
)

// sample is the newest day of a window that was refused without a reason that we
// know. The platform changes its wording and its limits without notice. If it
// answers the day, the window was too long. If it does not, the whole window is
// refused, so a feed that is refused for good costs a job only one request more.
type sample struct {
	Day, Whole timeseries.Window
	Answered   bool
}

// cutDay is a window of at most a day that was cut, how many instances the
// platform found in it (0 if it did not say), and whether cutting it did not
// help.
type cutDay struct {
	Window timeseries.Window
	Found  int
	Whole  bool
}

// mayBeLong reports whether the current window may have been refused for its
// length: the platform gave no reason that we know, and the window spans more
// than one local day.
func (a Agenda) mayBeLong(o Outcome) bool {
	return o.Kind == Unexplained && !a.oneDocument && a.halves(a.windows[0]) != nil
}

// narrow replaces the current window by shorter ones. Where they do not help,
// the pages that came are saved. A day whose parts were no better is asked once
// more as a whole.
func (a Agenda) narrow(o Outcome) (Agenda, Step) {
	if o.Part && a.partly >= mostInRow {
		return a.savePart()
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
		return a.savePart()
	}
	a.windows = slices.Concat(parts, a.windows[1:])
	return a.learn(o, limit, parts[0])
}

// shorter cuts the current window: at the limit that the platform names or,
// where that does not help, in half. Nil means that it cannot be cut.
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

// withinDay cuts a window of at most a day, of an item that is answered exactly
// as it is asked. That helps where the platform counts events, such as
// redispatches. It does not where the platform counts curves, because they run
// through the whole day: if a quarter of an hour holds as many as the day, the
// day is put back together and cannot be cut.
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

// leastForMany is the shortest window from which "too many instances" teaches a
// limit. A feed that has too many in a month always has; too many in a day is
// what happened on that day, and a limit would cut all other days for nothing.
const leastForMany = 28 * 24 * time.Hour

// learn cuts what is still to be asked at the limit that the platform named or,
// where it named none that helps, at the length of the parts into which the
// refused window was cut.
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
