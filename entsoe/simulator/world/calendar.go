package world

import (
	"fmt"
	"time"

	"entsoed/timeseries"
)

// Unit is a span of the calendar, counted in local time.
type Unit int

// The units.
const (
	Instant Unit = iota // no unit: every interval by itself
	Day
	Week // from Monday
	Month
	Quarter
	Year
)

// Floor returns the start of the unit that contains t.
func (u Unit) Floor(t time.Time, zone *time.Location) time.Time {
	t = t.In(zone)
	y, m, d := t.Date()
	switch u {
	case Day:
	case Week:
		d -= (int(t.Weekday()) + 6) % 7
	case Month:
		d = 1
	case Quarter:
		m, d = m-(m-1)%3, 1
	case Year:
		m, d = time.January, 1
	default:
		return t.UTC()
	}
	return time.Date(y, m, d, 0, 0, 0, 0, zone).UTC()
}

// Next returns the start of the unit after the one that starts at start.
func (u Unit) next(start time.Time, zone *time.Location) time.Time {
	local := start.In(zone)
	switch u {
	case Day:
		local = local.AddDate(0, 0, 1)
	case Week:
		local = local.AddDate(0, 0, 7)
	case Month:
		local = local.AddDate(0, 1, 0)
	case Quarter:
		local = local.AddDate(0, 3, 0)
	case Year:
		local = local.AddDate(1, 0, 0)
	}
	return local.UTC()
}

// Around widens a window to whole units.
func (u Unit) Around(w timeseries.Window, zone *time.Location) timeseries.Window {
	if u == Instant {
		return w
	}
	wide := timeseries.Window{From: u.Floor(w.From, zone), To: u.Floor(w.To, zone)}
	if wide.To.Before(w.To) {
		wide.To = u.next(wide.To, zone)
	}
	return wide
}

// Each returns the units that a window of whole units consists of.
func (u Unit) Each(w timeseries.Window, zone *time.Location) []timeseries.Window {
	var list []timeseries.Window
	for from := w.From; from.Before(w.To); {
		to := u.next(from, zone)
		list = append(list, timeseries.Window{From: from, To: to})
		from = to
	}
	return list
}

// Grid is a resolution and where its intervals begin.
type Grid struct {
	Name    string // as written into documents
	Seconds int64  // 0 for steps of the calendar
	unit    Unit
	zone    *time.Location
}

// Minutes returns the grid of 15, 30 or 60 minutes.
func Minutes(n int) Grid {
	return Grid{Name: fmt.Sprintf("PT%dM", n), Seconds: int64(n) * 60}
}

// Steps returns the grid of a calendar unit: P1D, P7D, P1M, P3M or P1Y.
func Steps(u Unit, zone *time.Location) Grid {
	return Grid{Name: [...]string{Day: "P1D", Week: "P7D", Month: "P1M", Quarter: "P3M", Year: "P1Y"}[u], unit: u, zone: zone}
}

// Around widens a window to whole intervals.
func (g Grid) Around(w timeseries.Window) timeseries.Window {
	if g.Seconds == 0 {
		return g.unit.Around(w, g.zone)
	}
	step := time.Duration(g.Seconds) * time.Second
	wide := timeseries.Window{From: w.From.Truncate(step), To: w.To.Truncate(step)}
	if wide.To.Before(w.To) {
		wide.To = wide.To.Add(step)
	}
	return wide
}

// Next returns the start of the interval after the one that starts at t.
func (g Grid) Next(t int64) int64 {
	if g.Seconds != 0 {
		return t + g.Seconds
	}
	return g.unit.next(time.Unix(t, 0), g.zone).Unix()
}

// ParseLimit reads the longest period of a request, such as P1Y, P1M or P1D,
// which is counted by the calendar.
func ParseLimit(text string) (timeseries.Step, error) {
	limit, err := timeseries.ParseStep(text)
	if err != nil || !limit.Calendar() {
		return timeseries.Step{}, fmt.Errorf("period %q is not like P1Y, P1M or P1D", text)
	}
	return limit, nil
}
