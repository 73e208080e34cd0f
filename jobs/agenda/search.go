package agenda

import (
	"slices"

	"entsoed/entsoe"
	"entsoed/timeseries"
)

// mostUnread is how many answers in a row may be unreadable before a job assumes
// that of all parts of the windows that could not be read. In a year, 5 requests
// lead to pieces of three weeks, so that only a feed of which nothing can be read is
// given up, and it costs no more than this.
const mostUnread = 32

// search is how far the search for what cannot be read has come.
type search struct {
	inRow int                 // windows in a row whose answers could not be read
	cut   []timeseries.Window // those of them that were cut: what is wrong is in some part
}

// seek goes on after the answer to the current window could not be read, to find
// the day that is wrong: every such window is cut in half, and its parts are asked
// for after all others. A day (week, month or year, where the platform answers no
// less) that cannot be read by itself is refused. So a bad day costs two requests
// for each time that a window can be halved, and no good day is given up for it.
func (a Agenda) seek() (Agenda, Step) {
	w := a.windows[0]
	a.search.inRow++
	var parts []timeseries.Window
	if !a.oneDocument && !a.Item.Shape.OneState() {
		parts = a.halvesAt(max(a.Item.Grain, entsoe.MarketDay), w)
	}
	switch {
	case a.search.inRow >= mostUnread:
		step := Step{Action: Refuse, Window: w, Rest: timeseries.Union(a.doubted(a.windows[1:]))}
		a.windows = nil
		return a, step
	case parts == nil:
		a.windows = a.windows[1:]
		return a, Step{Action: Refuse, Window: w}
	}
	a.search.cut = append(slices.Clone(a.search.cut), w)
	a.windows = slices.Concat(a.windows[1:], parts)
	return a, Step{}
}

// doubted returns which of the windows are parts of some that could not be read.
func (a Agenda) doubted(windows []timeseries.Window) []timeseries.Window {
	return slices.DeleteFunc(slices.Clone(windows), func(w timeseries.Window) bool {
		return !slices.ContainsFunc(a.search.cut, func(d timeseries.Window) bool { return w.Intersect(d) == w })
	})
}
