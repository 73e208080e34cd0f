package timeseries

import (
	"fmt"
	"slices"
	"time"
)

// Window is the half-open span of time [From, To), in UTC.
type Window struct {
	From, To time.Time
}

// Empty reports whether no instant lies in w.
func (w Window) Empty() bool { return !w.From.Before(w.To) }

// Contains reports whether the instant t lies in w.
func (w Window) Contains(t time.Time) bool { return !t.Before(w.From) && t.Before(w.To) }

// Intersect returns the instants that lie in both windows; it may be empty.
func (w Window) Intersect(o Window) Window {
	if o.From.After(w.From) {
		w.From = o.From
	}
	if o.To.Before(w.To) {
		w.To = o.To
	}
	return w
}

// Overlaps reports whether at least one instant lies in both windows.
func (w Window) Overlaps(o Window) bool { return !w.Intersect(o).Empty() }

func (w Window) String() string {
	const minutes = "2006-01-02T15:04Z"
	return fmt.Sprintf("%s/%s", w.From.UTC().Format(minutes), w.To.UTC().Format(minutes))
}

// Union returns the instants of all windows as disjoint windows that do not
// touch, in rising order.
func Union(windows []Window) []Window {
	sorted := slices.DeleteFunc(slices.Clone(windows), Window.Empty)
	slices.SortFunc(sorted, func(a, b Window) int { return a.From.Compare(b.From) })
	var joined []Window
	for _, w := range sorted {
		last := len(joined) - 1
		switch {
		case last < 0 || w.From.After(joined[last].To):
			joined = append(joined, w)
		case w.To.After(joined[last].To):
			joined[last].To = w.To
		}
	}
	return joined
}

// Within returns the parts of the windows that lie in w.
func (w Window) Within(windows []Window) []Window {
	var inside []Window
	for _, part := range windows {
		if part = part.Intersect(w); !part.Empty() {
			inside = append(inside, part)
		}
	}
	return inside
}

// Without returns the parts of w that lie in none of the windows, which must
// be disjoint and rising as Union returns them.
func (w Window) Without(windows []Window) []Window {
	var rest []Window
	for _, taken := range w.Within(windows) {
		if before := (Window{From: w.From, To: taken.From}); !before.Empty() {
			rest = append(rest, before)
		}
		w.From = taken.To
	}
	if !w.Empty() {
		rest = append(rest, w)
	}
	return rest
}

// Later returns the later of two times.
func Later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// Earlier returns the earlier of two times.
func Earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
