package jobs

import "time"

// lasts returns how long a time of the worker's clock lasts by the real one, by
// which River starts jobs and the budget gives out slots. speed is how many of
// the worker's seconds pass in a real one; 0 is as 1.
//
// River's own columns stay on the real clock at any speed: its leader election
// would else lose its lease, and the cleaner its jobs, whose times River does
// not all take from the clock that it can be given.
func lasts(d time.Duration, speed float64) time.Duration {
	if speed == 0 {
		return d
	}
	return time.Duration(float64(d) / speed)
}
