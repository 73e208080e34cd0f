package jobs

import "entsoed/timeseries"

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
// be disjoint and rising as timeseries.Union returns them.
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
