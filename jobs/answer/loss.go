package answer

import (
	"maps"
	"slices"

	"entsoed/entsoe"
	"entsoed/timeseries"
)

// loss is a Fault, and whose values it takes.
type loss struct {
	Fault
	curve    string // see curveKey; empty: any curve of the feed
	opposite string // that of the other side, of items that have two
}

// lostSpans are where curves may have lost values.
type lostSpans struct {
	any []timeseries.Window            // of all curves
	of  map[string][]timeseries.Window // of some, by curveKey
}

func spansOf(losses []loss) lostSpans {
	lost := lostSpans{of: map[string][]timeseries.Window{}}
	for _, l := range losses {
		if l.curve == "" {
			lost.any = append(lost.any, l.Span)
			continue
		}
		lost.of[l.curve] = append(lost.of[l.curve], l.Span)
		if l.opposite != "" {
			lost.of[l.opposite] = append(lost.of[l.opposite], l.Span)
		}
	}
	lost.any = timeseries.Union(lost.any)
	return lost
}

// spare returns the parts of windows in which a curve lost nothing, so that the
// answer says everything that there is of it.
func (s lostSpans) spare(curve string, windows []timeseries.Window) (parts []timeseries.Window) {
	lost := timeseries.Union(slices.Concat(s.any, s.of[curve]))
	if len(lost) == 0 {
		return windows
	}
	for _, w := range windows {
		parts = append(parts, w.Without(lost)...)
	}
	return parts
}

// oppositeKey is that of the other side of a curve; empty if its item has none.
func oppositeKey(item entsoe.Item, common timeseries.Attributes) string {
	other, ok := item.Opposite(common)
	if !ok {
		return ""
	}
	return curveKey(other)
}

// curveKey tells curves apart whatever their resolution, unit and currency.
func curveKey(common timeseries.Attributes) string {
	all := maps.Clone(common)
	delete(all, timeseries.Resolution)
	return all.Key()
}
