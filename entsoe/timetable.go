package entsoe

import (
	"time"

	"entsoed/timeseries"
)

// Timetable says when the values of an item are published and when they are
// asked for. Publication is described for one Unit of delivery: a single market
// time unit, or the whole local day, week, month, quarter or year that is
// published at once.
type Timetable struct {
	Unit Grain
	// First is the first reading, stage 0 of the coverage: between its Earliest
	// and its Latest time the unit is published, as a rule once.
	First Reading
	// Rereads are the later readings, for corrections and for values that come
	// in several rounds: stages 1, 2, ... of the coverage, in rising order.
	Rereads []Reading
	// Every is the cadence at which a feed that misses something is asked
	// again. It is at least COLLECT_INTERVAL in effect, but for Bursts.
	Every time.Duration
	// Bursts are daily spans in which the item is asked more often.
	Bursts []Burst
}

// Reading is one of the times at which every unit of delivery is read.
type Reading struct {
	// Earliest is when the unit can have been published (or is due again).
	// Latest is its deadline: an answer without the unit counts as "not
	// published" only after it, and before it the unit stays missing.
	Earliest, Latest Offset
	// Awaits are attributes of the curves that the reading waits for. A unit
	// counts as read only where curves with these values, or without the
	// attribute, have covered it: the EXAA prices of Austria (sequence 2) come
	// hours before those of the coupled market. Nil: any curve will do.
	Awaits timeseries.Attributes
}

// Offset is a point in time counted from the start of a unit of delivery. For
// days and longer units it is a time of day in Brussels, whose clock the
// regulation and the auctions follow, on the unit's first local date moved by
// Months and Days. For single market time units it is the time elapsed.
type Offset struct {
	Months, Days int
	Clock        time.Duration
}

// Burst is a daily span of Brussels clock time with a cadence of its own.
type Burst struct {
	From, To time.Duration // since local midnight
	Every    time.Duration
}

// Stages returns the number of readings: the first one and all re-reads.
func (t Timetable) Stages() int { return 1 + len(t.Rereads) }

// Reading returns the reading of a stage, 0 <= stage < Stages().
func (t Timetable) Reading(stage int) Reading {
	if stage == 0 {
		return t.First
	}
	return t.Rereads[stage-1]
}

// Published is Due of the first reading.
func (t Timetable) Published(now time.Time, zone *time.Location) (possible, settled time.Time) {
	return t.Due(0, now, zone)
}

// Due returns how far delivery times are to be read in a stage: up to possible
// they can have been published at now, up to settled their deadline has
// passed, so that an answer without them is final for the stage. Units are
// those of zone. Re-reads of single market time units come in batches: of an
// hour when they are due within a day, else of a local day.
func (t Timetable) Due(stage int, now time.Time, zone *time.Location) (possible, settled time.Time) {
	r := t.Reading(stage)
	if t.Unit == Exact {
		batch := quarterHour
		if stage > 0 {
			batch = r.Earliest.batch()
		}
		return r.Earliest.before(now, zone, batch), r.Latest.before(now, zone, batch)
	}
	return t.reached(r.Earliest, now, zone), t.reached(r.Latest, now, zone)
}

// reached returns the end of the last unit whose moment m is not after now.
func (t Timetable) reached(m Offset, now time.Time, zone *time.Location) time.Time {
	start := t.Unit.Start(now.AddDate(0, -m.Months, -m.Days).Add(-m.Clock), zone) // near, whatever the clocks did
	for next := t.Unit.Next(start, zone); !m.after(next, zone).After(now); next = t.Unit.Next(start, zone) {
		start = next
	}
	for m.after(start, zone).After(now) {
		start = t.Unit.Start(start.Add(-time.Second), zone)
	}
	return t.Unit.Next(start, zone)
}

// after returns the moment for the unit that starts at start.
func (m Offset) after(start time.Time, zone *time.Location) time.Time {
	year, month, day := start.In(zone).Date()
	return time.Date(year, month+time.Month(m.Months), day+m.Days, 0, 0, int(m.Clock/time.Second), 0, Brussels()).UTC()
}

const (
	quarterHour = 15 * time.Minute
	day         = 24 * time.Hour
)

// batch is the span in which single market time units are read together.
func (m Offset) batch() time.Duration {
	if m.Months == 0 && m.Days == 0 && m.Clock < day {
		return time.Hour
	}
	return day
}

// before returns the latest start of a batch for which the moment is not after now.
func (m Offset) before(now time.Time, zone *time.Location, batch time.Duration) time.Time {
	at := now.In(zone).AddDate(0, -m.Months, -m.Days).Add(-m.Clock)
	if batch == day {
		return MarketDay.Start(at, zone)
	}
	return at.UTC().Truncate(batch)
}

// NextTick returns the first tick after a time: the ticks are aligned to the
// wall clock of Brussels and closer in bursts.
func (t Timetable) NextTick(after time.Time) time.Time {
	next := nextMultiple(after, t.Every)
	for _, b := range t.Bursts {
		if tick, ok := b.next(after); ok && tick.Before(next) {
			next = tick
		}
	}
	return next.UTC()
}

// nextMultiple returns the first time after a time that is a whole number of
// steps after the hour, or for steps of more than an hour after midnight in
// Brussels.
func nextMultiple(after time.Time, every time.Duration) time.Time {
	if every <= time.Hour {
		return after.Truncate(every).Add(every)
	}
	midnight := MarketDay.Start(after, Brussels())
	for clock := every; clock < day; clock += every {
		if tick := onClock(midnight, clock); tick.After(after) {
			return tick
		}
	}
	return MarketDay.Next(midnight, Brussels())
}

// next returns the first tick of the burst after a time, if one is left today.
func (b Burst) next(after time.Time) (time.Time, bool) {
	midnight := MarketDay.Start(after, Brussels())
	for clock := b.From; clock < b.To; clock += b.Every {
		if tick := onClock(midnight, clock); tick.After(after) {
			return tick, true
		}
	}
	return time.Time{}, false
}

// onClock returns the time at which a clock in Brussels shows clock on the day
// that begins at midnight.
func onClock(midnight time.Time, clock time.Duration) time.Time {
	return Offset{Clock: clock}.after(midnight, Brussels())
}

// InBurst reports whether a time lies in a burst, and the cadence then.
func (t Timetable) InBurst(now time.Time) (every time.Duration, ok bool) {
	midnight := MarketDay.Start(now, Brussels())
	for _, b := range t.Bursts {
		if !now.Before(onClock(midnight, b.From)) && now.Before(onClock(midnight, b.To)) {
			return b.Every, true
		}
	}
	return 0, false
}

// Cadence returns the least time between two asks of a feed at a time, given
// the least time of the installation (COLLECT_INTERVAL), which bursts ignore.
func (t Timetable) Cadence(now time.Time, least time.Duration) time.Duration {
	if every, ok := t.InBurst(now); ok {
		return every
	}
	return max(t.Every, least)
}
