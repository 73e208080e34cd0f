package worker

import (
	"time"

	"entsoed/entsoe"
)

// schedule is the timetable of an item as River asks for it. River's clock is
// the real one; the timetable's may be simulated, and faster.
type schedule struct {
	Item  entsoe.Item
	Now   func() time.Time // the timetable's clock
	Speed float64          // its seconds per real one
}

// early is how much before its time River may enqueue a job. A tick so near is
// the one that was just enqueued.
const early = 100 * time.Millisecond

// Next returns the real time of the item's first tick after a real time, the
// earliest of its variants that are planned. River is not to be called more than once a second.
func (s schedule) Next(current time.Time) time.Time {
	ahead := time.Until(current) + early
	now := s.Now().Add(time.Duration(float64(ahead) * s.Speed))
	var tick time.Time
	for _, v := range s.Item.Variants {
		if v.OnDemand {
			continue
		}
		variant, _ := s.Item.For(v.Name)
		if next := variant.Timetable.NextTick(now); tick.IsZero() || next.Before(tick) {
			tick = next
		}
	}
	wait := early + time.Duration(float64(tick.Sub(now))/s.Speed)
	return current.Add(max(wait, time.Second))
}
