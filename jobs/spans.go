package jobs

import (
	"slices"

	"entsoed/timeseries"
)

// union returns the instants of all windows as disjoint windows that do not
// touch, in rising order.
func union(windows []timeseries.Window) []timeseries.Window {
	sorted := slices.DeleteFunc(slices.Clone(windows), timeseries.Window.Empty)
	slices.SortFunc(sorted, func(a, b timeseries.Window) int { return a.From.Compare(b.From) })
	var joined []timeseries.Window
	for _, w := range sorted {
		last := len(joined) - 1
		if last >= 0 && !w.From.After(joined[last].To) {
			joined[last].To = later(joined[last].To, w.To)
			continue
		}
		joined = append(joined, w)
	}
	return joined
}

// within returns the parts of the windows that lie in w.
func within(windows []timeseries.Window, w timeseries.Window) []timeseries.Window {
	var inside []timeseries.Window
	for _, part := range windows {
		if part = part.Intersect(w); !part.Empty() {
			inside = append(inside, part)
		}
	}
	return inside
}

// without returns the parts of w that lie in none of the windows, which must
// be disjoint and rising as union returns them.
func without(w timeseries.Window, windows []timeseries.Window) []timeseries.Window {
	var rest []timeseries.Window
	for _, taken := range within(windows, w) {
		if before := (timeseries.Window{From: w.From, To: taken.From}); !before.Empty() {
			rest = append(rest, before)
		}
		w.From = taken.To
	}
	if !w.Empty() {
		rest = append(rest, w)
	}
	return rest
}
