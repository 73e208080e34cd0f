package jobs

import (
	"time"

	"entsoed/entsoe"
	"entsoed/timeseries"
)

// need is what should have been read of a feed in a stage.
type need struct {
	Stage  int
	Window timeseries.Window
}

// needs returns what should have been read of a feed by now: in stage 0
// everything after since that can have been published, in later stages what is
// due to be read again. Coverage then tells what of it is missing.
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

// reach returns how far back a new feed is read: since before now or, where the
// newest data is months old, since before that; but not before the first day of
// the item.
func reach(item entsoe.Item, since time.Duration, now time.Time) time.Time {
	possible, _ := item.Timetable.Published(now, entsoe.Brussels())
	from := timeseries.Earlier(now, possible).Add(-since)
	if first, err := time.Parse(time.DateOnly, item.Since); err == nil {
		from = timeseries.Later(from, first)
	}
	return from
}
