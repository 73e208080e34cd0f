package worker

import (
	"time"

	"entsoed/entsoe"
)

// schedule is a timetable as River asks for it. River's clock is the real one;
// the timetable's may be simulated, and faster.
type schedule struct {
	Tick  func(after time.Time) time.Time // the first tick after a time, by the timetable's clock
	Now   func() time.Time                // that clock
	Speed float64                         // its seconds per real one
}

// farthest is how far away a tick may seem: a clock that hardly moves has its next
// one in more years than a time.Duration holds.
const farthest = 365 * 24 * time.Hour

// early is how much before its time River may enqueue a job. A tick so near is
// the one that was just enqueued.
const early = 100 * time.Millisecond

// Next returns the real time of the first tick after a real time. River is not
// to be called more than once a second.
func (s schedule) Next(current time.Time) time.Time {
	ahead := time.Until(current) + early
	now := s.Now().Add(time.Duration(float64(ahead) * s.Speed))
	wait := early + time.Duration(min(float64(s.Tick(now).Sub(now))/s.Speed, float64(farthest)))
	return current.Add(max(wait, time.Second))
}

// ticksOf returns the ticks of an item: those of all its variants that are
// planned.
func ticksOf(item entsoe.Item) func(after time.Time) time.Time {
	return func(after time.Time) time.Time {
		var tick time.Time
		for _, v := range item.Variants {
			if v.OnDemand {
				continue
			}
			variant, _ := item.For(v.Name)
			if next := variant.Timetable.NextTick(after); tick.IsZero() || next.Before(tick) {
				tick = next
			}
		}
		return tick
	}
}

// every returns ticks that are a whole number of steps after midnight, UTC.
func every(step time.Duration) func(after time.Time) time.Time {
	return func(after time.Time) time.Time { return after.Truncate(step).Add(step) }
}
