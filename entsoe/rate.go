package entsoe

import "time"

// RequestsPerHour estimates how many requests an hour the live and revision
// reads of the feeds take on average, for feeds that publish in time; feeds
// that publish nothing are asked ever less often. least is COLLECT_INTERVAL.
// Feeds of unknown items or variants count nothing.
func RequestsPerHour(feeds []Feed, least time.Duration) float64 {
	type kind struct{ item, variant string }
	rates := map[kind]float64{}
	sum := 0.0
	for _, f := range feeds {
		k := kind{f.Item, f.Variant}
		rate, known := rates[k]
		if !known {
			item, _ := ItemByName(f.Item)
			if item, ok := item.For(f.Variant); ok {
				rate = item.Timetable.RequestsPerHour(least)
			}
			rates[k] = rate
		}
		sum += rate
	}
	return sum
}

// RequestsPerHour estimates the requests an hour of one feed, averaged over
// its units of delivery: each is asked once per reading, and at the timetable's
// cadence for half of the time in which it can be published but must not yet.
func (t Timetable) RequestsPerHour(least time.Duration) float64 {
	perHour := func(d time.Duration) float64 { return float64(time.Hour) / float64(d) }
	if t.Unit == Exact {
		rate := perHour(max(t.Every, least))
		for _, r := range t.Rereads {
			rate += perHour(r.Earliest.batch())
		}
		return rate
	}
	start := t.Unit.Start(time.Date(2026, time.June, 1, 12, 0, 0, 0, time.UTC), Brussels()) // any unit without a clock change will do
	asks := 0.0
	for stage := range t.Stages() {
		r := t.Reading(stage)
		polls := t.polls(r.Earliest.after(start, Brussels()), r.Latest.after(start, Brussels()), least)
		asks += 1 + float64(polls)/2
	}
	return asks * perHour(t.Unit.Next(start, Brussels()).Sub(start))
}

// polls counts the asks between two times at the timetable's cadence.
func (t Timetable) polls(from, to time.Time, least time.Duration) int {
	n := 0
	for at := from; at.Before(to); at = at.Add(t.Cadence(at, least)) {
		n++
	}
	return n
}
