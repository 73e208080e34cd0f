package timeseries

import "time"

// LocalMidnight reports whether a day begins at t in zone.
func LocalMidnight(t time.Time, zone *time.Location) bool {
	hour, minute, second := t.In(zone).Clock()
	return hour == 0 && minute == 0 && second == 0 && t.Nanosecond() == 0
}

// Count returns how many whole steps fit into w and whether they fill it. It
// counts no further than limit+1, so that an absurd window costs nothing.
func (s Step) Count(w Window, zone *time.Location, limit int) (n int, whole bool) {
	if w.Empty() {
		return 0, true
	}
	if !s.Calendar() {
		span := w.To.Unix() - w.From.Unix()
		n := min(span/s.Seconds, int64(limit)+1)
		return int(n), n*s.Seconds == span && w.From.Nanosecond() == w.To.Nanosecond()
	}
	n = s.leastCount(w, limit)
	for n <= limit && s.Add(w.From, n+1, zone).Compare(w.To) <= 0 {
		n++
	}
	return n, s.Add(w.From, n, zone).Equal(w.To)
}

// leastCount returns a number of calendar steps that surely fits into w, so
// that only the last few have to be tried.
func (s Step) leastCount(w Window, limit int) int {
	longest := int64(s.Days) + 31*int64(s.Months) // days; one for a clock change is taken off below
	days := (w.To.Unix()-w.From.Unix())/86400 - 1
	return int(max(0, min(days/longest, int64(limit)+1)))
}
