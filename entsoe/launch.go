package entsoe

import "time"

// Launch is the day on which the platform went live (Regulation (EU) 543/2013,
// article 20), the first with data of most items. FirstDay is the first with
// data of any: areas delivered while it was being tried.
const (
	Launch   = "2015-01-05"
	FirstDay = "2014-12-01"
)

// Began returns the start of FirstDay.
func Began() time.Time { return time.Date(2014, time.December, 1, 0, 0, 0, 0, time.UTC) }
