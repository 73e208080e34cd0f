package jobs

import (
	"time"

	"entsoed/entsoe"
	"entsoed/timeseries"
)

// need is what a feed should have been read in a stage.
type need struct {
	Stage  int
	Window timeseries.Window
}

// needs returns what a feed should have been read by now: in stage 0
// everything from since that can have been published, in the later ones what
// is due to be read again. What of it is missing is for coverage to say.
func needs(item entsoe.Item, since, now time.Time, zone *time.Location) []need {
	var all []need
	for stage := range item.Timetable.Stages() {
		possible, _ := item.Timetable.Due(stage, now, zone)
		if w := (timeseries.Window{From: since, To: possible}); !w.Empty() {
			all = append(all, need{Stage: stage, Window: w})
		}
	}
	return all
}

// reach returns how far back a feed is read that starts now: since before now,
// or before the newest time that can have been published where that is months
// ago, but not before the item's first day.
func reach(item entsoe.Item, since time.Duration, now time.Time) time.Time {
	possible, _ := item.Timetable.Published(now, entsoe.Brussels())
	from := earlier(now, possible).Add(-since)
	if first, err := time.Parse(time.DateOnly, item.Since); err == nil {
		from = later(from, first)
	}
	return from
}
