package worker

import (
	"time"

	"entsoed/store"
)

// pace is how often a process does what goes on beside its jobs, and for how
// long it may wait there. Tests have a faster one.
type pace struct {
	Silence  time.Duration // without a heartbeat, after which a process counts as dead
	Beat     time.Duration // between two heartbeats
	TakeOver time.Duration // that taking over the jobs of the dead may last
	Number   time.Duration // between two looks for changes without a number
	Count    time.Duration // between two looks for tables that have grown
	Locks    time.Duration // between two looks for who holds locks
	Tidy     time.Duration // between two rounds of tidying
	TidyLock time.Duration // that tidying waits for a lock, and others behind it
	TidyLong time.Duration // that a round of tidying may last
	Watch    time.Duration // between two looks for work that nobody does
	Stall    time.Duration // that nobody must have done it
}

// realPace is that of all processes but those of tests.
func realPace() pace {
	return pace{
		Silence:  store.Silence,
		Beat:     3 * time.Second,
		TakeOver: time.Minute,
		Number:   250 * time.Millisecond,
		Count:    15 * time.Second,
		Locks:    3 * time.Second,
		Tidy:     time.Hour,
		TidyLock: 2 * time.Second,
		TidyLong: 10 * time.Minute,
		Watch:    10 * time.Second,
		Stall:    time.Minute,
	}
}
